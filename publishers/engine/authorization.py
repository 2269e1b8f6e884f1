"""Permission: how an account is linked by consent or by a key, renewed before it ends, and given back.

What a platform brings, one verb each. The machinery is the same for every platform: the leaves know addresses and
answers, nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, runtime_checkable

from pydantic import SecretStr

from publishers.engine.credentials import Credentials, Identity


@dataclass(frozen=True, slots=True)
class Ticket:
    """One asking for consent. `state`: opaque, for one use; `verifier`: PKCE (RFC 7636), never leaves our side
    before the exchange; `redirect_uri`: the very string that both calls carry.
    """

    state: str
    verifier: SecretStr
    redirect_uri: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that a consent opens, with the credentials for it."""

    identity: Identity
    credentials: Credentials


class Authorizes(Protocol):
    """Capability of a platform: link an account by consent in a browser (OAuth 2.0, RFC 6749, 4.1)."""

    def address(self, ticket: Ticket) -> str:
        """Where a person gives consent."""

    async def exchange(self, ticket: Ticket, code: str) -> Sequence[Candidate]:
        """All accounts the consent opens; the code is used up. No step of it is logged.

        Raises AuthExpired (code "code_refused": wrong, used or too old), NotPermitted (code "missing_scope" with
        params["scopes"]; "no_account" when it opens none; "client_refused" when the platform does not know our app; a
        code of its own why this account cannot publish), and what any call raises (Unavailable, RateLimited).
        """


@runtime_checkable
class Refreshes(Protocol):
    """Capability of a publisher: new credentials for old ones, without a person."""

    @property
    def lead(self) -> timedelta | None:
        """How long before `expires_at` to ask for new ones; None: these credentials cannot be renewed."""

    async def refresh(self) -> Credentials:
        """The old ones may be void from here on: the new ones are kept before they are used.

        Raises AuthExpired (definite: a person must consent again) and what any call raises (try later).
        """


@runtime_checkable
class Revokes(Protocol):
    """Capability of a publisher: give the permission back when the account is disconnected."""

    async def revoke(self) -> None:
        """Raises NotPermitted ("revoke_by_hand": only the person can; "permission_shared": other accounts would lose
        theirs), and as any call does.
        """
