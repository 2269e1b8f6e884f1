"""OAuth 2.0 of X: codes that live 30 seconds, access tokens of two hours, refresh tokens for one use each."""

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from fakes.call import Call, Refusal, Reply

if TYPE_CHECKING:
    from fakes.x import FakeX

CODE_LIFE = timedelta(seconds=30)
ACCESS_LIFE = timedelta(hours=2)
SCOPE = "tweet.read tweet.write users.read media.write offline.access"
GRANTS = {
    "refresh_token": frozenset(("grant_type", "refresh_token", "client_id")),
    "authorization_code": frozenset(("grant_type", "code", "redirect_uri", "code_verifier", "client_id")),
}


@dataclass(slots=True)
class Code:
    user: str
    redirect_uri: str
    challenge: str
    issued: datetime


@dataclass(slots=True)
class Bearer:
    user: str
    until: datetime | None
    """None: it never expires by itself."""


def _refused(error: str, description: str, status: int = 400) -> Refusal:
    return Refusal(Reply(status, {"error": error, "error_description": description}))


async def token(x: "FakeX", call: Call) -> Reply:
    if call.kind != "form":
        raise _refused("invalid_request", "The body must be application/x-www-form-urlencoded.")
    form = dict(call.fields)
    _check_client(x, call, form)
    known = GRANTS.get(form.get("grant_type", ""))
    if known is None or set(form) - known:
        raise _refused("unsupported_grant_type", "Unknown grant type, or a parameter it does not have.")
    user = _user_of_code(x, form) if "code" in known else _user_of_refresh_token(x, form)
    return Reply(body=_new_pair(x, user))


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


def _user_of_refresh_token(x: "FakeX", form: dict[str, str]) -> str:
    given = form.get("refresh_token", "")
    if given in x.spent_refresh_tokens:
        x.refresh_reuses += 1
    user = x.refresh_tokens.pop(given, None)
    if user is None:
        raise _refused("invalid_request", "Value passed for the token was invalid.")
    x.spent_refresh_tokens.add(given)
    return user


def _user_of_code(x: "FakeX", form: dict[str, str]) -> str:
    code = x.codes.pop(form.get("code", ""), None)
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    if code is None or x.now() - code.issued > CODE_LIFE:
        raise _refused("invalid_request", "Value passed for the authorization code was invalid.")
    if code.redirect_uri != form.get("redirect_uri") or code.challenge != challenge:
        raise _refused("invalid_request", "Value passed for the redirect uri or code verifier did not match.")
    return code.user


def _new_pair(x: "FakeX", user: str) -> dict[str, object]:
    access, refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    x.bearers[access] = Bearer(user, x.now() + ACCESS_LIFE)
    x.refresh_tokens[refresh] = user
    pair = {"access_token": access, "refresh_token": refresh, "token_type": "bearer"}
    return pair | {"expires_in": int(ACCESS_LIFE.total_seconds()), "scope": SCOPE}


async def revoke(x: "FakeX", call: Call) -> Reply:
    form = dict(call.fields)
    _check_client(x, call, form)
    x.bearers.pop(form.get("token", ""), None)
    x.refresh_tokens.pop(form.get("token", ""), None)
    return Reply(body={"revoked": True})
