"""Meta's login, by which a person opens their pages to us.

Code → the person's token of some hours → one of 60 days → a token for each page, which has no end of its own.
API: https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog
from pydantic import SecretStr

from publishers.engine.contract import Authorizes, Candidate, Ticket
from publishers.engine.errors import NotPermitted
from publishers.engine.outside import Outside
from publishers.wire.graph import Graph
from publishers.wire.graph_scopes import App, Inspection, inspected
from publishers.wire.http import identified
from publishers.wire.insist import insist
from publishers.wire.oauth2 import bare, demand, located

log = structlog.get_logger(__name__)

LISTED = 100
"""Pages asked for at a time, the most there may be."""
LISTS = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a network needs of a page. `tasks`: one of these the person must have there.

    `account`: the account behind a page as listed, with its id; None: there is none.
    """

    necessary: tuple[str, ...]
    fields: str
    tasks: frozenset[str]
    account: Callable[[Mapping[str, Any]], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Opened:
    """One account that a consent opens, and the page it is reached by."""

    account: Mapping[str, Any]
    page_id: str
    page_name: str
    token: SecretStr
    tasks: tuple[str, ...] | None

    @property
    def id(self) -> str:
        return str(self.account["id"])


@dataclass(frozen=True, slots=True)
class GraphLogin(Authorizes):
    """Our app on Meta's hosts. `config_id`, of a login for businesses, stands for the permissions it was made with.

    `keep`: an account that was opened, and the fields of credentials that all of one consent share → the candidate.
    """

    outside: Outside
    dialog_url: str
    graph_url: str
    version: str
    app: App
    scopes: tuple[str, ...]
    config_id: str | None
    wanted: Wanted
    keep: Callable[[Opened, dict[str, Any]], Candidate]

    def address(self, ticket: Ticket) -> str:
        """Where a person gives consent. What was refused before is asked for once more."""
        asked = {"config_id": self.config_id} if self.config_id else {"scope": ",".join(self.scopes)}
        return located(
            f"{self.dialog_url}/{self.version}/dialog/oauth",
            client_id=self.app.id,
            redirect_uri=ticket.redirect_uri,
            state=ticket.state,
            response_type="code",
            auth_type="rerequest",
            **asked,
        )

    async def exchange(self, ticket: Ticket, code: str) -> Sequence[Candidate]:
        """Raises besides NotPermitted "page_task_missing" (on none of the pages the person may create content) and
        "client_refused".
        """
        person = self._graph(await self._long(await self._short(ticket, code)))
        carried = await self._inspected(person)
        demand(carried.lacks(self.wanted.necessary))
        opened = chosen(await pages(person, self.wanted.fields), carried, self.wanted)
        # The tokens of pages that came in one answer end together.
        page = await self._inspected(self._graph(opened[0].token))
        shared = {"user_token": person.token, "expires_at": page.expires_at}
        return [self.keep(each, shared) for each in opened]

    async def _short(self, ticket: Ticket, code: str) -> SecretStr:
        nobody = self._graph(SecretStr("")).reads
        secret = self.app.secret.get_secret_value()
        answer = await nobody.get_access_token_from_code(bare(code), ticket.redirect_uri, self.app.id, secret)
        return SecretStr(identified(answer, commit=False, field="access_token"))

    async def _long(self, short: SecretStr) -> SecretStr:
        async def extend() -> SecretStr:
            reads = self._graph(short).reads
            answer = await reads.extend_access_token(self.app.id, self.app.secret.get_secret_value())
            return SecretStr(identified(answer, commit=False, field="access_token"))

        return await insist(self.outside, extend)

    async def _inspected(self, graph: Graph) -> Inspection:
        return await insist(self.outside, partial(inspected, graph, self.app))

    def _graph(self, token: SecretStr) -> Graph:
        return Graph(self.outside, self.graph_url, self.version, token)


async def pages(person: Graph, fields: str) -> list[dict[str, Any]]:
    """All pages that a person opened to us. The address of the next list holds a token: only its cursor is used."""
    found: list[dict[str, Any]] = []
    query: dict[str, Any] = {"fields": fields, "limit": LISTED}
    for _ in range(LISTS):
        listed = await insist(person.outside, partial(person.reads.get_connections, "me", "accounts", **query))
        found += dicts(listed.get("data"))
        after = following(listed.get("paging"))
        if after is None:
            break
        query["after"] = after
    return found


def dicts(listed: Any) -> list[dict[str, Any]]:
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def following(paging: Any) -> str | None:
    """The cursor of the next list, where there is one."""
    cursors = paging.get("cursors") if isinstance(paging, dict) and paging.get("next") else None
    after = cursors.get("after") if isinstance(cursors, dict) else None
    return str(after) if after else None


def chosen(listed: Sequence[Mapping[str, Any]], carried: Inspection, wanted: Wanted) -> list[Opened]:
    """Those that can be published on, at least one; the others are named, in the log or in what is raised."""
    there = [each for page in listed if (each := _opened(page, wanted)) is not None]
    if not there:
        raise NotPermitted("no page, or none with an account of this network", code="no_account")
    allowed = [each for each in there if each.tasks is None or wanted.tasks & set(each.tasks)]
    if not allowed:
        names = ", ".join(each.page_name for each in there)
        raise NotPermitted(f"no right to create content on {names}", code="page_task_missing", params={"pages": names})
    lacking = {each.id: carried.lacks(wanted.necessary, each.id, each.page_id) for each in allowed}
    granted = [each for each in allowed if not lacking[each.id]]
    if not granted:
        demand([scope for scope in wanted.necessary if any(scope in names for names in lacking.values())])
    if len(granted) < len(there):
        left_out = [each.page_name for each in there if each not in granted]
        log.info("pages that cannot be published on were left out", pages=left_out)
    return granted


def _opened(page: Mapping[str, Any], wanted: Wanted) -> Opened | None:
    account, token = wanted.account(page), page.get("access_token")
    if not isinstance(account, Mapping) or not token:
        return None
    if not all(str(each.get("id", "")).isdecimal() for each in (account, page)):
        return None
    tasks = page.get("tasks")
    rights = tuple(map(str, tasks)) if isinstance(tasks, list) else None
    return Opened(account, str(page["id"]), str(page.get("name") or page["id"]), SecretStr(str(token)), rights)


async def give_back(person: Graph | None, app: App | None, page_id: str | None, beside: str) -> None:
    """Take back all that a person granted to our app: there is no way to do it for one page.

    So it is left alone where more hangs on it: other pages, or the permission `beside`, by which another network is
    published on. Raises NotPermitted ("revoke_by_hand", "permission_shared"), and as any call does.
    """
    if person is None or app is None:
        raise NotPermitted("the person's own token was not kept", code="revoke_by_hand")
    others = {str(page.get("id")) for page in await pages(person, "id")} - {page_id}
    if others or (await inspected(person, app)).has(beside):
        raise NotPermitted("other accounts hang on it", code="permission_shared")
    await person.reads.delete_object("me/permissions")
