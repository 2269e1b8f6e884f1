"""Facebook's login: its dialog, its codes, the tokens of people and of their pages.

https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from fakes import consent
from fakes.call import Call, Reply
from fakes.graph_objects import Access, IgUser, Page, Person
from fakes.graph_pages import PAGE_FIELDS
from fakes.graph_wire import check_fields, project, read_params, refuse

if TYPE_CHECKING:
    from fakes.graph import FakeGraph

TAIL = "#_=_"
CODE_LIFE = timedelta(minutes=10)
SHORT_LIFE, LONG_LIFE, DATA_LIFE = timedelta(seconds=5100), timedelta(days=60), timedelta(days=90)
ALL_TASKS = ("ADVERTISE", "ANALYZE", "CREATE_CONTENT", "MESSAGING", "MODERATE", "MANAGE")
KNOWN_SCOPES = frozenset(
    ("public_profile", "email", "pages_show_list", "pages_manage_posts", "pages_read_engagement",
     "pages_manage_engagement", "publish_video", "business_management", "instagram_basic", "instagram_content_publish",
     "instagram_manage_comments", "instagram_manage_contents")
)  # fmt: skip
OF_PAGES = ("pages_manage_posts", "pages_read_engagement", "pages_show_list", "pages_manage_engagement")
ASKED = ("client_id", "redirect_uri", "state", "response_type", "scope", "config_id", "auth_type")
AUTH_TYPES = frozenset(("rerequest", "reauthenticate", "reauthorize"))
OWNED_FIELDS = PAGE_FIELDS | {"access_token": None, "tasks": None}
CODE_FIELDS = {"client_id", "redirect_uri", "client_secret", "code"}
EXTEND_FIELDS = {"grant_type", "client_id", "client_secret", "fb_exchange_token"}
SECRETS = {"client_secret", "code", "fb_exchange_token", "access_token"}


@dataclass(slots=True)
class Code:
    person: str
    redirect_uri: str
    issued: datetime
    scopes: tuple[str, ...]
    pages: tuple[str, ...]
    used: bool = False


@dataclass
class Logins:
    """What Facebook knows of who logged in where."""

    graph: "FakeGraph"
    redirect_uris: set[str] = field(default_factory=set)
    configs: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Logins for businesses: the permissions that each `config_id` stands for."""
    people: dict[str, Person] = field(default_factory=dict)
    logged_in: str | None = None
    """Who uses the browser; None: the first person there is."""
    codes: dict[str, Code] = field(default_factory=dict)
    most_listed: int = 100
    """Pages in one answer, however many are asked for."""
    deauthorized: list[str] = field(default_factory=list)
    """Who took everything back, in order."""

    def person(self, person_id: str, *pages: str, tasks: tuple[str, ...] = ALL_TASKS) -> Person:
        """Somebody who has these tasks on these pages (which exist)."""
        self.people[person_id] = person = Person(person_id, dict.fromkeys(pages, tasks))
        self.graph.nodes[person_id] = person
        return person

    # -- the dialog --------------------------------------------------------------------------------------------------

    def dialog(self, call: Call) -> Reply:
        query = consent.asked(call, ASKED)
        if query.get("client_id") != self.graph.app_id:
            raise consent.broken("Invalid App ID: The provided app ID does not look like a valid app ID.")
        if query.get("redirect_uri") not in self.redirect_uris:
            raise consent.broken("URL blocked: This redirect failed because the redirect URI is not white-listed.")
        if (
            query.get("response_type") != "code"
            or not set(query.get("auth_type", "rerequest").split(",")) <= AUTH_TYPES
        ):
            raise consent.broken("response_type or auth_type is not supported here.")
        scopes = self._scopes(query)
        person = self._here(call)
        if call.method == "GET":
            return self._page(person, [each for each in scopes if self._asks(person, each, query)])
        if not consent.agreed(call):
            told = {"error": "access_denied", "error_code": "200", "error_reason": "user_denied"}
            told |= {"error_description": "Permissions error", "state": query["state"]}
            return consent.returned(query["redirect_uri"], TAIL, **told)
        return self._agreed(call, query, person, scopes)

    def _scopes(self, query: dict[str, str]) -> tuple[str, ...]:
        if ("scope" in query) == ("config_id" in query):
            raise consent.broken("Either scope or config_id is needed.")
        asked = self.configs.get(query["config_id"]) if "config_id" in query else tuple(query["scope"].split(","))
        if not asked or not set(asked) <= KNOWN_SCOPES:
            raise consent.broken("Invalid Scopes")
        return asked

    def _here(self, call: Call) -> Person:
        name = (consent.picked(call, "person") or [self.logged_in or next(iter(self.people), "")])[0]
        if name not in self.people:
            raise consent.broken("Nobody is logged in.")
        return self.people[name]

    def _asks(self, person: Person, scope: str, query: dict[str, str]) -> bool:
        """What was refused once is asked for again only when the app says so."""
        return scope not in person.declined or "rerequest" in query.get("auth_type", "")

    def _page(self, person: Person, scopes: Collection[str]) -> Reply:
        people = [consent.Option("radio", "person", each.id, each.id, each is person) for each in self.people.values()]
        pages = [consent.Option("checkbox", "page", each, self.graph.node(each, Page).name) for each in person.pages]
        boxes = [consent.Option("checkbox", "scope", scope, scope) for scope in scopes]
        return consent.page("¿Continuar con Facebook?", [*people, *pages, *boxes])

    def _agreed(self, call: Call, query: dict[str, str], person: Person, scopes: tuple[str, ...]) -> Reply:
        granted = consent.picked(call, "scope")
        person.declined = {scope for scope in scopes if scope not in granted}
        pages = tuple(each for each in consent.picked(call, "page") if each in person.pages)
        code = "AQ" + secrets.token_urlsafe(60)
        self.codes[code] = Code(person.id, query["redirect_uri"], self.graph.now(), tuple(granted), pages)
        return consent.returned(query["redirect_uri"], TAIL, code=code, state=query["state"])

    # -- tokens ------------------------------------------------------------------------------------------------------

    def token(self, call: Call) -> dict[str, Any]:
        """`oauth/access_token`: a code for a short token, or a short token for a long one."""
        given = {name: str(value) for name, value in [*call.query, *call.fields]}
        if SECRETS & {name for name, _ in call.query}:
            self.graph.tokens_in_query.append((call.method, call.path))
        self._check_app(given)
        if given.keys() == CODE_FIELDS:
            return self._redeemed(given)
        if given.keys() == EXTEND_FIELDS and given["grant_type"] == "fb_exchange_token":
            return self._extended(given["fb_exchange_token"])
        raise refuse(100, f"Missing or unexpected parameters: {sorted(given)}")

    def _check_app(self, given: dict[str, str]) -> None:
        if given.get("client_id") != self.graph.app_id:
            raise refuse(101, "Error validating application. Cannot get application info due to a system error.")
        if given.get("client_secret") != self.graph.app_secret:
            raise refuse(1, "Error validating client secret.")

    def _redeemed(self, given: dict[str, str]) -> dict[str, Any]:
        code = self.codes.get(given["code"])
        if code is None:
            raise refuse(100, "Invalid verification code format.")
        if code.used:
            raise refuse(100, "This authorization code has been used.", subcode=36009)
        if self.graph.now() - code.issued > CODE_LIFE:
            raise refuse(100, "This authorization code has expired.", subcode=36007)
        if code.redirect_uri != given["redirect_uri"]:
            raise refuse(100, "Error validating verification code. The redirect_uri is not identical.", subcode=36008)
        code.used = True
        access = Access(code.person, "facebook", kind="USER", person=code.person, scopes=set(code.scopes))
        access.pages, access.issued = code.pages, self.graph.now()
        for scope in set(OF_PAGES) & set(code.scopes):
            access.only[scope] = list(code.pages)
        return self._given(access, SHORT_LIFE)

    def _extended(self, short: str) -> dict[str, Any]:
        access = self.graph.tokens.get(short)
        if access is None or access.kind != "USER":
            raise refuse(190, "Invalid OAuth access token data.")
        if access.over(self.graph.now()):
            raise refuse(190, "Error validating access token: Session has expired.", subcode=463)
        made = Access(
            access.owner, "facebook", kind="USER", person=access.person, scopes=access.scopes, only=access.only
        )
        made.pages, made.issued, made.long = access.pages, access.issued, True
        return self._given(made, LONG_LIFE)

    def _given(self, access: Access, life: timedelta) -> dict[str, Any]:
        token = "EAA" + secrets.token_urlsafe(60)
        access.until = self.graph.now() + life
        self.graph.tokens[token] = access
        return {"access_token": token, "token_type": "bearer", "expires_in": int(life.total_seconds())}

    # -- the person --------------------------------------------------------------------------------------------------

    def answer(self, call: Call, access: Access, names: list[str]) -> dict[str, Any]:
        """`/me` and what is under it, with the token of a person."""
        where = (call.method, *names[1:])
        if where == ("GET",):
            return {"id": access.owner, "name": f"Persona {access.owner}"}
        if where == ("GET", "accounts"):
            return self._accounts(call, access)
        if where == ("GET", "permissions"):
            return {"data": [{"permission": scope, "status": "granted"} for scope in sorted(access.scopes)]}
        if where == ("DELETE", "permissions"):
            return self._deauthorize(access)
        raise refuse(2500, f"Unknown path components: /{'/'.join(names[1:])}")

    def _accounts(self, call: Call, access: Access) -> dict[str, Any]:
        values = read_params(call, {"fields": "fields", "limit": "number", "after": "text"})
        asked = values.get("fields", {"access_token": None, "category": None, "name": None, "id": None, "tasks": None})
        check_fields(asked, OWNED_FIELDS, "Page")
        if "pages_show_list" not in access.scopes:
            raise refuse(200, "(#200) Requires pages_show_list permission", status=403)
        if not 1 <= values.get("limit", 25) <= 100:
            raise refuse(100, "(#100) Param limit must be between 1 and 100.")
        most = min(values.get("limit", 25), self.most_listed)
        start = int(values["after"]) if str(values.get("after", "")).isdigit() else 0
        data = [project(self._owned(access, page), asked) for page in access.pages[start : start + most]]
        if not data:
            return {"data": []}
        paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(start + len(data))}}
        if start + most < len(access.pages):
            token = next(name for name, each in self.graph.tokens.items() if each is access)
            paging["next"] = f"{call.url}?access_token={token}&limit={most}&after={start + most}"
        return {"data": data, "paging": paging}

    def _owned(self, access: Access, page_id: str) -> dict[str, Any]:
        page = self.graph.node(page_id, Page)
        person = self.people[access.owner]
        user = self.graph.nodes.get(page.instagram or "")
        shows = isinstance(user, IgUser) and "instagram_basic" in access.scopes
        linked = {"id": user.id, "username": user.username} if isinstance(user, IgUser) and shows else None
        full = {"id": page.id, "name": page.name, "username": page.username, "category": "Panadería"}
        full |= {"access_token": self._page_token(access, page_id), "tasks": list(person.pages.get(page_id, ()))}
        return full | {"instagram_business_account": linked}

    def _page_token(self, access: Access, page_id: str) -> str:
        """The same one each time. Made of a long token it has no end of its own."""
        if page_id not in access.page_tokens:
            token = "EAAP" + secrets.token_urlsafe(60)
            made = Access(page_id, "facebook", {page_id}, person=access.person, scopes=access.scopes, only=access.only)
            made.until, made.issued = None if access.long else access.until, access.issued
            self.graph.tokens[token] = made
            access.page_tokens[page_id] = token
        return access.page_tokens[page_id]

    def _deauthorize(self, access: Access) -> dict[str, Any]:
        """For the person altogether: the tokens of all their pages end."""
        for each in self.graph.tokens.values():
            if each.person == access.person:
                each.expired = True
        self.deauthorized.append(access.owner)
        return {"success": True}

    def inspected(self, call: Call) -> dict[str, Any]:
        """Only an app may look into a token, and only into its own."""
        values = read_params(call, {"input_token": "text"})
        if call.params.get("access_token") != f"{self.graph.app_id}|{self.graph.app_secret}":
            raise refuse(190, "Invalid OAuth access token signature.")
        access = self.graph.tokens.get(values.get("input_token", ""))
        if access is None or access.login != "facebook":
            raise refuse(100, "(#100) The token was not issued by this app")
        granular = [{"scope": scope, "target_ids": pages} for scope, pages in access.only.items()]
        about: dict[str, Any] = {"app_id": self.graph.app_id, "type": access.kind, "scopes": sorted(access.scopes)}
        about |= {"is_valid": not access.over(self.graph.now()), "granular_scopes": granular}
        about["expires_at"] = int(access.until.timestamp()) if access.until else 0
        if access.issued is not None:
            about["issued_at"] = int(access.issued.timestamp())
            about["data_access_expires_at"] = int((access.issued + DATA_LIFE).timestamp())
        about |= {"user_id": access.person} if access.person else {}
        return {"data": about | ({"profile_id": access.owner} if access.kind == "PAGE" else {})}
