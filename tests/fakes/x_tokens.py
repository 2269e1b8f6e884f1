"""OAuth 2.0 of X: codes that live 30 seconds, access tokens of two hours, refresh tokens for one use each.

All tokens that come from one consent are a family: a refresh token that is used a second time ends it, since one of
the two who used it has stolen it.
"""

import base64
import hashlib
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from fakes import consent
from fakes.call import Call, Refusal, Reply

if TYPE_CHECKING:
    from fakes.x import FakeX

CODE_LIFE = timedelta(seconds=30)
ACCESS_LIFE = timedelta(hours=2)
SCOPES = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
KNOWN_SCOPES = frozenset((*SCOPES, "follows.read", "like.read", "like.write", "bookmark.read", "dm.read", "dm.write"))
GRANTS = {
    "refresh_token": frozenset(("grant_type", "refresh_token", "client_id")),
    "authorization_code": frozenset(("grant_type", "code", "redirect_uri", "code_verifier", "client_id")),
}
ASKED = ("response_type", "client_id", "redirect_uri", "scope", "state", "code_challenge", "code_challenge_method")
VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")
CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(slots=True)
class Code:
    user: str
    redirect_uri: str
    challenge: str
    issued: datetime
    scopes: tuple[str, ...] = SCOPES


@dataclass(slots=True)
class Family:
    """What one consent gave. `tokens` are all that were ever made of it."""

    user: str
    scopes: tuple[str, ...] = SCOPES
    tokens: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Bearer:
    user: str
    until: datetime | None
    """None: it never expires by itself."""
    scopes: tuple[str, ...] = SCOPES


def _refused(error: str, description: str, status: int = 400) -> Refusal:
    return Refusal(Reply(status, {"error": error, "error_description": description}))


async def authorize(x: "FakeX", call: Call) -> Reply:
    """The page that asks, and where its answer leads."""
    query = consent.asked(call, ASKED)
    scopes = tuple(query.get("scope", "").split(" "))
    if x.client is None or query.get("client_id") != x.client[0]:
        raise consent.broken("Unknown client_id")
    if query.get("redirect_uri") not in x.redirect_uris:
        raise consent.broken("The redirect_uri is none of those that are registered")
    if len(query["state"]) > consent.STATE_LIMIT or query.get("response_type") != "code":
        raise consent.broken("state is too long, or response_type is not code")
    if query.get("code_challenge_method") != "S256" or not CHALLENGE.fullmatch(query.get("code_challenge", "")):
        raise consent.broken("code_challenge is needed, by S256")
    if not set(scopes) <= KNOWN_SCOPES:
        raise consent.broken("Unknown scope")
    return _asked_person(x, call, scopes) if call.method == "GET" else _answered(x, call, query, scopes)


def _asked_person(x: "FakeX", call: Call, scopes: tuple[str, ...]) -> Reply:
    here = x.logged_in or next(iter(x.users), None)
    users = [
        consent.Option("radio", "account", each.id, f"@{each.username}", each.id == here) for each in x.users.values()
    ]
    boxes = [consent.Option("checkbox", "scope", scope, scope) for scope in scopes]
    return consent.page("¿Dar acceso a tu cuenta de X?", [*users, *boxes])


def _answered(x: "FakeX", call: Call, query: dict[str, str], scopes: tuple[str, ...]) -> Reply:
    users = consent.picked(call, "account")
    if not consent.agreed(call) or not users:
        return consent.returned(query["redirect_uri"], error="access_denied", state=query["state"])
    granted = tuple(scope for scope in scopes if scope in consent.picked(call, "scope"))
    code = secrets.token_urlsafe(48)
    x.codes[code] = Code(users[0], query["redirect_uri"], query["code_challenge"], x.now(), granted)
    return consent.returned(query["redirect_uri"], state=query["state"], code=code)


async def token(x: "FakeX", call: Call) -> Reply:
    if call.kind != "form" or call.query:
        raise _refused("invalid_request", "The body must be application/x-www-form-urlencoded, and nothing else.")
    form = dict(call.fields)
    _check_client(x, call, form)
    known = GRANTS.get(form.get("grant_type", ""))
    if known is None or set(form) - known or len(form) < len(call.fields):
        raise _refused("unsupported_grant_type", "Unknown grant type, or a parameter it does not have.")
    family = _family_of_code(x, form) if "code" in known else _family_of_refresh_token(x, form)
    return Reply(body=_new_pair(x, family))


def _check_client(x: "FakeX", call: Call, form: dict[str, str]) -> None:
    """Confidential clients by Basic, public ones by client_id in the form."""
    scheme, _, given = call.headers.get("Authorization", "").partition(" ")
    if x.client is None:
        if scheme.lower() != "basic" and not form.get("client_id"):
            raise _refused("unauthorized_client", "Missing valid authorization header", 401)
        return
    wanted = base64.b64encode(":".join(x.client).encode()).decode()
    confidential = scheme.lower() == "basic" and given == wanted
    public = not x.client[1] and form.get("client_id") == x.client[0]
    if not confidential and not public:
        raise _refused("unauthorized_client", "Missing valid authorization header", 401)


def _family_of_refresh_token(x: "FakeX", form: dict[str, str]) -> Family:
    given = form.get("refresh_token", "")
    family = x.refresh_tokens.pop(given, None)
    if family is None:
        if (spent := x.spent_refresh_tokens.get(given)) is not None:
            x.refresh_reuses += 1
            _end(x, spent)
        raise _refused("invalid_request", "Value passed for the token was invalid.")
    x.spent_refresh_tokens[given] = family
    return family


def _end(x: "FakeX", family: Family) -> None:
    for each in family.tokens:
        x.bearers.pop(each, None)
        x.refresh_tokens.pop(each, None)


def _family_of_code(x: "FakeX", form: dict[str, str]) -> Family:
    """Whatever is wrong, the code is used up; used a second time, it ends what the first use gave (RFC 6749, 4.1.2)."""
    given, verifier = form.get("code", ""), form.get("code_verifier", "")
    if (spent := x.spent_codes.get(given)) is not None:
        _end(x, spent)
    code = x.codes.pop(given, None)
    if code is None or x.now() - code.issued > CODE_LIFE:
        raise _refused("invalid_request", "Value passed for the authorization code was invalid.")
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
    if code.redirect_uri != form.get("redirect_uri") or not VERIFIER.fullmatch(verifier) or code.challenge != challenge:
        raise _refused("invalid_request", "Value passed for the redirect uri or code verifier did not match.")
    x.spent_codes[given] = family = Family(code.user, code.scopes)
    return family


def _new_pair(x: "FakeX", family: Family) -> dict[str, object]:
    access = secrets.token_urlsafe(32)
    family.tokens.add(access)
    x.bearers[access] = Bearer(family.user, x.now() + ACCESS_LIFE, family.scopes)
    pair: dict[str, object] = {"access_token": access, "token_type": "bearer"}
    if "offline.access" in family.scopes:
        refresh = secrets.token_urlsafe(32)
        family.tokens.add(refresh)
        x.refresh_tokens[refresh] = family
        pair["refresh_token"] = refresh
    return pair | {"expires_in": int(ACCESS_LIFE.total_seconds()), "scope": " ".join(family.scopes)}


async def revoke(x: "FakeX", call: Call) -> Reply:
    form = dict(call.fields)
    if call.kind != "form" or set(form) - {"token", "client_id"} or not form.get("token"):
        raise _refused("invalid_request", "token is needed, as a form.")
    _check_client(x, call, form)
    x.bearers.pop(form["token"], None)
    x.refresh_tokens.pop(form["token"], None)
    x.revoked.append(form["token"])
    return Reply(body={"revoked": True})
