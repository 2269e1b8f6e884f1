"""Linking by consent on simulated networks in another process: the way of a real one, and nothing real comes of it.

The other side is bot/sandbox/network_server.py.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from publishers.engine.authorization import Authorizes, Candidate, Ticket
from publishers.engine.credentials import Credentials, Identity
from publishers.engine.errors import AuthExpired, Unavailable
from publishers.wire.http import Wire


class NoCredentials(Credentials, frozen=True):
    """An account without credentials is simulated, and says so."""

    @property
    def account(self) -> str:
        return ""


@dataclass(frozen=True, slots=True)
class RemoteConsent(Authorizes):
    """`url` leads to one simulated network."""

    url: str
    wire: Wire

    def address(self, ticket: Ticket) -> str:
        asked = {"response_type": "code", "redirect_uri": ticket.redirect_uri, "state": ticket.state}
        return f"{self.url}/consent?{urlencode(asked)}"

    async def exchange(self, ticket: Ticket, code: str) -> Sequence[Candidate]:
        body = {"code": code, "redirect_uri": ticket.redirect_uri}
        answer = await self.wire.call("POST", f"{self.url}/token", json=body, once=True)
        if not answer.ok:
            refused = answer.fault().get("error") is not None
            raise AuthExpired(code="code_refused") if refused else Unavailable(f"HTTP {answer.status}")
        try:
            found = [Identity(str(each["id"]), str(each["name"])) for each in answer.record()["accounts"]]
        except (KeyError, TypeError) as unreadable:
            raise Unavailable("accounts that cannot be read") from unreadable
        return [Candidate(identity, NoCredentials()) for identity in found]
