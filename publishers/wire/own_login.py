"""Instagram's own login, for professional accounts without a page.

Code → token of an hour → token of 60 days, which can be renewed when it is a day old.
API: https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/business-login

Two of its calls are documented with secrets in the address only: nothing here tells an address.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import SecretStr

from publishers.engine.contract import Authorizes, Candidate, Ticket
from publishers.engine.errors import AuthExpired, NotPermitted, Rejected, Unavailable
from publishers.engine.outside import Outside
from publishers.wire.graph import Graph
from publishers.wire.graph_faults import TOKEN_CODES, Ruling, classify
from publishers.wire.graph_scopes import App
from publishers.wire.http import Answer, identified
from publishers.wire.insist import insist
from publishers.wire.oauth2 import Grant, bare, ending, located

PROFILE_FIELDS = "user_id,username,account_type"
PROFESSIONAL = frozenset({"BUSINESS", "MEDIA_CREATOR", "CREATOR"})


@dataclass(frozen=True, slots=True)
class OwnLogin(Authorizes):
    """Our app on Instagram's hosts. `authorize_url` is complete; the others are without path.

    A consent opens the one account that is logged in to the browser. `keep`: that account as told (`user_id`,
    `username`), and the fields of its credentials → the candidate.
    """

    outside: Outside
    authorize_url: str
    token_url: str
    graph_url: str
    version: str
    app: App
    scopes: tuple[str, ...]
    necessary: tuple[str, ...]
    keep: Callable[[Mapping[str, Any], dict[str, Any]], Candidate]

    def address(self, ticket: Ticket) -> str:
        """Where a person gives consent."""
        return located(
            self.authorize_url,
            client_id=self.app.id,
            redirect_uri=ticket.redirect_uri,
            response_type="code",
            scope=",".join(self.scopes),
            state=ticket.state,
        )

    async def exchange(self, ticket: Ticket, code: str) -> Sequence[Candidate]:
        """Raises besides NotPermitted "personal_account" (only professional ones have an API) and "client_refused"."""
        grant = await insist(self.outside, partial(self._long, await self._short(ticket, code)))
        return [self.keep(await self._profile(grant.access_token), grant.kept)]

    async def _short(self, ticket: Ticket, code: str) -> SecretStr:
        form = {
            "client_id": self.app.id,
            "client_secret": self.app.secret.get_secret_value(),
            "grant_type": "authorization_code",
            "redirect_uri": ticket.redirect_uri,
            "code": bare(code),
        }
        answer = await self.outside.wire.call("POST", f"{self.token_url}/oauth/access_token", form=form, once=True)
        told = first(_read(self.outside, answer, [form["client_secret"], form["code"]], TOKEN_CODES))
        short = SecretStr(identified(told, commit=False, field="access_token"))
        Grant(short, None, None, permissions(told)).require(self.necessary)
        return short

    async def _long(self, short: SecretStr) -> Grant:
        query = {
            "grant_type": "ig_exchange_token",
            "client_secret": self.app.secret.get_secret_value(),
            "access_token": short.get_secret_value(),
        }
        return await _granted(self.outside, f"{self.graph_url}/access_token", query, TOKEN_CODES)

    async def _profile(self, token: SecretStr) -> Mapping[str, Any]:
        graph = Graph(self.outside, self.graph_url, self.version, token)
        found = first(await insist(self.outside, partial(graph.reads.get_object, "me", fields=PROFILE_FIELDS)))
        user_id, kind = identified(found, commit=False, field="user_id"), str(found.get("account_type") or "")
        if not user_id.isdecimal():
            raise Unavailable("an account whose id is no number")
        if kind and kind.upper() not in PROFESSIONAL:
            name = f"@{found.get('username') or user_id}"
            raise NotPermitted(f"an account of type {kind}", code="personal_account", params={"name": name})
        return found


async def renew(outside: Outside, graph_url: str, token: SecretStr) -> Grant:
    """Raises as any call does; what is too young is refused in the same way as what is over."""
    query = {"grant_type": "ig_refresh_token", "access_token": token.get_secret_value()}
    return await _granted(outside, f"{graph_url}/refresh_access_token", query, {})


async def renewed(graph: Graph, check: Callable[[], Awaitable[object]]) -> Grant:
    """As `renew`. A token is over only if it no longer works, which `check` raises: one that is too young does."""
    try:
        return await renew(graph.outside, graph.url, graph.token)
    except (AuthExpired, NotPermitted, Rejected) as error:
        await check()
        raise Unavailable(f"not renewed although it works: {error.detail}") from None


async def _granted(outside: Outside, url: str, query: Mapping[str, str], rows: Mapping[int, Ruling]) -> Grant:
    answer = await outside.wire.call("GET", url, params=query)
    secrets = [query["access_token"], query.get("client_secret", "")]
    told = first(_read(outside, answer, secrets, rows))
    token = SecretStr(identified(told, commit=False, field="access_token"))
    return Grant(token, None, ending(told.get("expires_in"), outside.clock.now()))


def _read(outside: Outside, answer: Answer, secrets: Sequence[str], rows: Mapping[int, Ruling]) -> dict[str, Any]:
    fault = answer.fault()
    if not answer.ok or "error" in fault or "error_message" in fault:
        raise classify(answer, outside.clock.now(), secrets=secrets, first=rows)
    return answer.record()


def first(told: Mapping[str, Any]) -> Mapping[str, Any]:
    """The one record: some answers wrap it in a list under `data`, some do not."""
    data = told.get("data")
    if isinstance(data, list):
        return data[0] if data and isinstance(data[0], dict) else {}
    return told


def permissions(told: Mapping[str, Any]) -> frozenset[str] | None:
    """What was granted, told as a list or as text with commas; None: it is not told."""
    found = told.get("permissions")
    if isinstance(found, str):
        found = found.split(",")
    return frozenset(str(each).strip() for each in found) if isinstance(found, list) else None
