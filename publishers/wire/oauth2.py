"""OAuth 2.0 where a network keeps to the standards: RFC 6749 (consent, tokens), 7636 (PKCE), 7009 (giving back).

Secrets travel in a header or a form, never in an address. What is good for one use is sent once, by nobody below us
again, and it is cut out of the platform's words before they are told.
"""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

from pydantic import SecretStr

from publishers.engine.contract import Ticket
from publishers.engine.errors import AuthExpired, NotPermitted, PublishingError, RateLimited, Unavailable
from publishers.engine.outside import Outside
from publishers.wire.http import Answer, identified
from publishers.wire.masking import without

OVER = frozenset({"invalid_grant", "invalid_request"})
"""What a code or a token that is no longer good is refused with."""
UNKNOWN_CLIENT = frozenset({"invalid_client", "unauthorized_client"})
TOO_MANY = 429
PAUSE = timedelta(minutes=1)
LONGEST_YEARS = timedelta(days=3650)


@dataclass(frozen=True, slots=True)
class Client:
    """Our application, as an authorization server knows it. Without a secret: a public client (RFC 6749, 2.1)."""

    id: str
    secret: SecretStr | None = None

    @classmethod
    def of(cls, client_id: str | None, secret: SecretStr | None) -> "Client | None":
        return None if client_id is None else cls(client_id, secret)

    @property
    def form(self) -> dict[str, str]:
        return {} if self.secret else {"client_id": self.id}

    @property
    def headers(self) -> dict[str, str]:
        """Both halves are form-encoded before they are joined (RFC 6749, 2.3.1)."""
        if self.secret is None:
            return {}
        pair = f"{quote(self.id, safe='')}:{quote(self.secret.get_secret_value(), safe='')}"
        return {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token endpoint gave. `scopes` None: all that was asked for (RFC 6749, 5.1)."""

    access_token: SecretStr
    refresh_token: SecretStr | None
    expires_at: datetime | None
    scopes: frozenset[str] | None = None

    @property
    def kept(self) -> dict[str, Any]:
        """The fields of credentials. Without a new refresh token the old one stays good (RFC 6749, 6)."""
        renewed = {} if self.refresh_token is None else {"refresh_token": self.refresh_token}
        return {"access_token": self.access_token, "expires_at": self.expires_at, **renewed}

    def require(self, scopes: Sequence[str]) -> None:
        """Raises NotPermitted, naming those that a person left out."""
        granted = scopes if self.scopes is None else self.scopes
        demand([scope for scope in scopes if scope not in granted])


@dataclass(frozen=True, slots=True)
class Server:
    """The three places of an authorization server, as complete addresses."""

    outside: Outside
    client: Client
    authorize_url: str
    token_url: str
    revoke_url: str

    def address(self, ticket: Ticket, scopes: Sequence[str]) -> str:
        """Where a person gives consent."""
        return located(
            self.authorize_url,
            response_type="code",
            client_id=self.client.id,
            redirect_uri=ticket.redirect_uri,
            scope=" ".join(scopes),
            state=ticket.state,
            code_challenge=challenge(ticket.verifier),
            code_challenge_method="S256",
        )

    async def redeem(self, ticket: Ticket, code: str) -> Grant:
        """Raises AuthExpired ("code_refused"), NotPermitted ("client_refused"), RateLimited, Unavailable."""
        form = {
            "grant_type": "authorization_code",
            "code": bare(code),
            "redirect_uri": ticket.redirect_uri,
            "code_verifier": ticket.verifier.get_secret_value(),
        }
        return await self._grant(form, over="code_refused")

    async def renew(self, refresh_token: SecretStr) -> Grant:
        """Raises AuthExpired (a person must consent again), NotPermitted ("client_refused"), RateLimited, Unavailable.

        When the answer is lost the old token may be used up all the same.
        """
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token.get_secret_value()}
        return await self._grant(form, over="auth_expired")

    async def revoke(self, token: SecretStr) -> None:
        """A token that is unknown or over is no error (RFC 7009, 2.2)."""
        await self._post(self.revoke_url, {"token": token.get_secret_value(), "client_id": self.client.id})

    async def _grant(self, form: dict[str, str], *, over: str) -> Grant:
        answer = await self._post(self.token_url, form, over=over)
        told = answer.record()
        renewing, scope = told.get("refresh_token"), told.get("scope")
        return Grant(
            SecretStr(identified(told, commit=False, field="access_token")),
            SecretStr(str(renewing)) if renewing else None,
            ending(told.get("expires_in"), self.outside.clock.now()),
            frozenset(scope.split()) if isinstance(scope, str) else None,
        )

    async def _post(self, url: str, form: dict[str, str], *, over: str | None = None) -> Answer:
        answer = await self.outside.wire.call(
            "POST", url, headers=self.client.headers, form={**self.client.form, **form}, once=True
        )
        if not answer.ok:
            raise self._refusal(answer, [form.get(name, "") for name in SECRET_FIELDS], over)
        return answer

    def _refusal(self, answer: Answer, secrets: Sequence[str], over: str | None) -> PublishingError:
        """Only what is worded as the standard says is definite; a page of a failing server proves nothing."""
        fault = answer.fault()
        name, words = str(fault.get("error", "")), str(fault.get("error_description", ""))
        detail = without([*secrets, *self._secrets()], f"HTTP {answer.status}: {name} {words}".strip())
        if answer.status == TOO_MANY:
            return RateLimited(detail, retry_at=self.outside.clock.now() + waiting(answer))
        if name in UNKNOWN_CLIENT:
            return NotPermitted(detail, code="client_refused")
        if name in OVER and over is not None:
            return AuthExpired(detail, code=over)
        return Unavailable(detail)

    def _secrets(self) -> list[str]:
        return [self.client.secret.get_secret_value()] if self.client.secret else []


SECRET_FIELDS = ("code", "code_verifier", "refresh_token", "token")


def challenge(verifier: SecretStr) -> str:
    """What is shown of a verifier beforehand: S256 (RFC 7636, 4.2)."""
    digest = hashlib.sha256(verifier.get_secret_value().encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def located(url: str, **query: str) -> str:
    """An address with its query, blanks as %20."""
    return f"{url}?{urlencode(query, quote_via=quote)}"


def bare(code: str) -> str:
    """A code copied by hand may have the end of its address with it: #_ or #_=_."""
    return code.strip().partition("#")[0]


def ending(seconds: Any, now: datetime) -> datetime | None:
    """When something ends that lives so many seconds from now; None: it is not told."""
    try:
        life = timedelta(seconds=int(seconds))
    except (TypeError, ValueError, OverflowError):
        return None
    return now + life if timedelta(0) < life < LONGEST_YEARS else None


def demand(lacking: Sequence[str]) -> None:
    """Raises NotPermitted, naming the permissions that a person left out, when there are any."""
    if lacking:
        names = ", ".join(lacking)
        raise NotPermitted(f"without {names}", code="missing_scope", params={"scopes": names})


def waiting(answer: Answer) -> timedelta:
    """How long the answer says to wait."""
    told = answer.headers.get("retry-after", "")
    return timedelta(seconds=int(told)) if told.isascii() and told.isdecimal() and len(told) < 6 else PAUSE  # noqa: PLR2004 - a day
