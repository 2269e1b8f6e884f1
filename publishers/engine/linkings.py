"""A linking on its way: what is kept between a link in the chat and an account. storage/linkings.py implements it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from pydantic import SecretStr

from publishers.engine.authorization import Ticket
from publishers.engine.model import Actor

STATE_LIFE = timedelta(minutes=10)
"""From asking a platform for consent until its answer counts no more."""


class Stage(StrEnum):
    OFFERED = "offered"
    """The link was given."""
    ASKING = "asking"
    """A person was sent to the platform."""
    CHOOSING = "choosing"
    """The consent is there; a person picks the account, or confirms it."""
    DONE = "done"
    REFUSED = "refused"
    """It came to nothing: cancelled, wrong account, code refused. A new link is needed."""


@dataclass(frozen=True, slots=True)
class Linking:
    """One way from a link in the chat to an account that is kept."""

    id: str
    platform: str
    chat_id: int
    by: Actor
    """Who asked for it, and to whom it is bound."""
    expires_at: datetime
    """Until when the link can be opened."""
    account_id: str | None = None
    """The account whose permission is to be renewed; None: whichever the person authorizes."""
    delegated: bool = False
    """The link is for somebody else: `by` confirms the account before it is kept."""
    stage: Stage = Stage.OFFERED


@dataclass(frozen=True, slots=True)
class Asking:
    """What was kept when a person was sent to the platform."""

    linking: Linking
    ticket: Ticket
    browser: str | None
    """Hash of the cookie of the browser that left for the platform."""
    until: datetime


class Linkings(Protocol):
    """Linkings on their way. Nonces and states are kept as hashes, verifiers and candidates sealed."""

    async def offer(self, linking: Linking, nonce: str, at: datetime) -> None:
        """A new one. An earlier one of the same person for the same platform and account that is still open ends."""

    async def offered(self, nonce: str) -> Linking | None: ...

    async def linking(self, linking_id: str) -> Linking | None: ...

    async def ask(self, linking_id: str, ticket: Ticket, browser: str | None, until: datetime) -> bool:
        """Offered or asking → asking, with a new state (the earlier one is void). False: it is over."""

    async def answered(self, state: str) -> Asking | None:
        """Use the state up: only the first caller gets it. It may be too old: see `until`."""

    async def open(self, chat_id: int, person_id: int, platform: str | None = None) -> Asking | None:
        """The newest one of this person here that waits for the platform's answer (which is not used up)."""

    async def propose(self, linking_id: str, candidates: str, at: datetime) -> bool:
        """Asking → choosing, with the candidates as JSON. False: it is over."""

    async def proposed(self, linking_id: str) -> SecretStr | None:
        """The candidates of one that is choosing."""

    async def hold(self, linking_id: str, typed: SecretStr) -> bool:
        """What a person typed for it, a code or a key, until it is used. False: it is over."""

    async def held(self, linking_id: str) -> SecretStr | None: ...

    async def release(self, linking_id: str) -> None:
        """What was typed has been used."""

    async def close(self, linking_id: str, stage: Stage, at: datetime) -> bool:
        """→ done or refused; what was sealed is erased. False: it was closed before."""

    async def purge(self, before: datetime) -> int:
        """Forget those that ended or expired before then."""
