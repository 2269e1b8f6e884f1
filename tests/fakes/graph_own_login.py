"""Instagram's own login: its consent, its codes, tokens of an hour and of sixty days.

https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/business-login
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from fakes import consent
from fakes.call import Call, Refusal, Reply
from fakes.graph_objects import Access, IgUser
from fakes.graph_wire import refuse

if TYPE_CHECKING:
    from fakes.graph import FakeGraph

TAIL = "#_"
CODE_LIFE, SHORT_LIFE, LONG_LIFE, RIPE = timedelta(hours=1), timedelta(hours=1), timedelta(days=60), timedelta(days=1)
BASIC = "instagram_business_basic"
SCOPES = (BASIC, "instagram_business_content_publish")
KNOWN_SCOPES = frozenset((*SCOPES, "instagram_business_manage_comments", "instagram_business_manage_messages"))
ASKED = ("client_id", "redirect_uri", "response_type", "scope", "state", "force_reauth", "enable_fb_login")
CODE_FIELDS = {"client_id", "client_secret", "grant_type", "redirect_uri", "code"}
EXCHANGE_FIELDS = {"grant_type", "client_secret", "access_token"}


@dataclass(slots=True)
class Code:
    user: str
    redirect_uri: str
    issued: datetime
    scopes: tuple[str, ...]
    used: bool = False


def refused(message: str, status: int = 400) -> Refusal:
    """The shape of this host alone."""
    return Refusal(Reply(status, {"error_type": "OAuthException", "code": status, "error_message": message}))


@dataclass
class OwnLogins:
    """What Instagram knows of our app there, which is another one than the one at Facebook."""

    graph: "FakeGraph"
    app: tuple[str, str] = ("660022", "instagram-app-secret")
    redirect_uris: set[str] = field(default_factory=set)
    logged_in: str | None = None
    """Who uses the browser; None: the first account of this login."""
    codes: dict[str, Code] = field(default_factory=dict)
    wrapped: bool = True
    """Whether the code is answered as documented: in a list, the permissions as text. Else flat, with a list."""
    me_wrapped: bool = False

    @property
    def users(self) -> list[IgUser]:
        return [each for each in self.graph.nodes.values() if isinstance(each, IgUser) and each.login == "instagram"]

    def authorize(self, call: Call) -> Reply:
        query = consent.asked(call, ASKED)
        if query.get("client_id") != self.app[0]:
            raise consent.broken("Invalid platform app")
        if query.get("redirect_uri") not in self.redirect_uris or query.get("response_type") != "code":
            raise consent.broken("Invalid redirect_uri")
        scopes = tuple(query.get("scope", "").split(","))
        if not set(scopes) <= KNOWN_SCOPES or BASIC not in scopes:
            raise consent.broken("Invalid scope")
        if call.method == "GET":
            return self._page(scopes)
        users = consent.picked(call, "account")
        if not consent.agreed(call) or not users:
            told = {"error": "access_denied", "error_reason": "user_denied", "state": query["state"]}
            return consent.returned(
                query["redirect_uri"], TAIL, **told, error_description="The user denied your request"
            )
        code = "AQ" + secrets.token_urlsafe(80)
        granted = tuple(scope for scope in scopes if scope in consent.picked(call, "scope"))
        self.codes[code] = Code(users[0], query["redirect_uri"], self.graph.now(), granted)
        return consent.returned(query["redirect_uri"], TAIL, code=code, state=query["state"])

    def _page(self, scopes: tuple[str, ...]) -> Reply:
        here = self.logged_in or next((each.id for each in self.users), None)
        users = [
            consent.Option("radio", "account", each.id, f"@{each.username}", each.id == here) for each in self.users
        ]
        boxes = [consent.Option("checkbox", "scope", scope, scope) for scope in scopes]
        return consent.page("¿Dar acceso a tu cuenta de Instagram?", [*users, *boxes])

    def redeem(self, call: Call) -> dict[str, Any]:
        """The code for a token of an hour."""
        given = {name: str(value) for name, value in call.fields}
        if call.kind not in {"form", "multipart"} or call.query or given.keys() != CODE_FIELDS:
            raise refused("Missing or unexpected parameters")
        if (given["client_id"], given["client_secret"]) != self.app:
            raise refused("Error validating client secret." if given["client_id"] == self.app[0] else "Invalid app")
        code = self.codes.get(given["code"])
        if given["grant_type"] != "authorization_code" or code is None:
            raise refused("Invalid authorization code")
        if code.used or self.graph.now() - code.issued > CODE_LIFE:
            raise refused("This authorization code has been used or has expired")
        if code.redirect_uri != given["redirect_uri"]:
            raise refused("Error validating verification code. The redirect_uri is not identical")
        code.used = True
        access = Access(code.user, "instagram", {code.user}, scopes=set(code.scopes))
        token = self._give(access, SHORT_LIFE)
        if self.wrapped:
            return {"data": [{"access_token": token, "user_id": code.user, "permissions": ",".join(code.scopes)}]}
        return {"access_token": token, "user_id": int(code.user), "permissions": list(code.scopes)}

    def extend(self, call: Call) -> dict[str, Any]:
        """A token of an hour for one of sixty days."""
        given = dict(call.query)
        if call.fields or given.keys() != EXCHANGE_FIELDS or given["grant_type"] != "ig_exchange_token":
            raise refuse(100, "Missing or unexpected parameters")
        if given["client_secret"] != self.app[1]:
            raise refuse(1, "Error validating client secret.")
        access = self._living(given["access_token"])
        if access.long:
            raise refuse(190, "Error validating access token: it is long-lived already")
        return self._long(access)

    def refresh(self, call: Call) -> dict[str, Any]:
        """A new token of sixty days for one that is a day old; the old one goes on working."""
        given = dict(call.query)
        if given.get("grant_type") != "ig_refresh_token" or set(given) - {"grant_type", "access_token"}:
            raise refuse(100, "Missing or unexpected parameters")
        access = self._living(given.get("access_token", call.bearer or ""))
        young = access.issued is not None and self.graph.now() - access.issued < RIPE
        if young or not access.long or BASIC not in access.scopes:
            raise refuse(100, "(#100) The token cannot be refreshed: it must be long-lived and at least 24 hours old")
        return self._long(access)

    def _living(self, token: str) -> Access:
        access = self.graph.tokens.get(token)
        if access is None or access.login != "instagram" or access.over(self.graph.now()):
            raise refuse(190, "Error validating access token: Session has expired.", subcode=463)
        return access

    def _long(self, access: Access) -> dict[str, Any]:
        made = Access(access.owner, "instagram", access.accounts, scopes=access.scopes, long=True)
        token = self._give(made, LONG_LIFE)
        return {"access_token": token, "token_type": "bearer", "expires_in": int(LONG_LIFE.total_seconds())}

    def _give(self, access: Access, life: timedelta) -> str:
        token = "IG" + secrets.token_urlsafe(60)
        access.issued, access.until = self.graph.now(), self.graph.now() + life
        self.graph.tokens[token] = access
        return token
