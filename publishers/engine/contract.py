"""READ FIRST: all that the author of a platform needs to know, and all that the engine knows of one.

A platform is one module, `publishers/<name>.py`, ending in `PLATFORM`. Its publisher is plain code that may run
again from the top after any crash: what is invisible goes through `steps.prepare`, what becomes public through
`steps.commit`.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel, SecretStr

from adapters.adapted import Adapted
from adapters.profile import Profile
from publishers.engine.authorization import Authorizes, Candidate, Refreshes, Revokes, Ticket
from publishers.engine.credentials import Credentials, Identity
from publishers.engine.outside import Allowance, Outside

__all__ = ["Authorizes", "Candidate", "Credentials", "Identity", "Refreshes", "Revokes", "Ticket"]
"""Named here too: an author of a platform reads one module."""

COMMENT = "comment"
"""The key of the step that says something below a post of ours: no post itself, it counts against no limit of posts."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that something is public. `id` is None when it surely is but its id is not known yet."""

    id: str | None
    permalink: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """One recent item of the account, as the platform lists it. `at` on the platform's clock, aware UTC."""

    id: str
    at: datetime
    text: str
    permalink: str | None = None
    reply_to: str | None = None


class Absent(Enum):
    """The platform itself says that it is not public (an empty list is not that: return None for it)."""

    ABSENT = "absent"


class Attempt(Protocol):
    """What a look may know of the armed step: when it was armed and which ids are already ours."""

    @property
    def since(self) -> datetime: ...

    @property
    def taken(self) -> frozenset[str]: ...

    def match(
        self, seen: Sequence[Seen], text: str, *, reply_to: str | None = None, skew: timedelta = timedelta(0)
    ) -> Receipt | None:
        """The one item that is ours: same text, young enough, not taken. `skew` = platform's clock minus ours.

        Without text: the only such item there is; None when there are several.
        """


class Act(ABC):
    """One thing that becomes public: doing it and looking for it, side by side."""

    settle: ClassVar[timedelta] = timedelta(seconds=60)
    """A *no* counts only this long after arming, because a request that left may still land."""
    silence: ClassVar[timedelta | None] = None
    """An empty list counts as *no* after this long; None: never, a person is asked."""
    text: str = ""
    """With `reply_to`, what no two open acts of one account may share."""
    reply_to: str | None = None

    @abstractmethod
    async def perform(self) -> Receipt: ...

    @abstractmethod
    async def find(self, attempt: Attempt) -> Receipt | Absent | None: ...


class Steps(Protocol):
    async def prepare(self, key: str, make: Coroutine[Any, Any, str], *, keeps: timedelta | None = None) -> str:
        """Invisible, repeatable, remembered: the stored value while it `keeps` (None: for ever), else `make`'s."""

    async def commit(self, key: str, act: Act) -> Receipt:
        """Public, at most once: the stored receipt, else a look, else `act.perform()` behind the fence."""

    async def done(self, key: str) -> Receipt | None:
        """The receipt of a step that was committed by an earlier run: nothing has to be prepared for it again."""

    async def link(self, receipt: Receipt) -> None:
        """Keep the permalink of a receipt that was kept without one, before more is made public."""


class Publisher(Protocol):
    async def publish(self, post: Adapted, steps: Steps) -> Receipt:
        """Make `post` public and return the receipt of its first part. Raises the errors of errors.py only."""


@runtime_checkable
class Checks(Protocol):
    """Capability: a read call that proves the credentials. Raises AuthExpired, NotPermitted, Unavailable."""

    async def check(self) -> Identity: ...


@runtime_checkable
class Quotas(Protocol):
    """Capability: a read call that tells what is left. Raises as Checks does, and RateLimited."""

    async def quotas(self) -> Sequence[Allowance]: ...


@dataclass(frozen=True, slots=True)
class Platform:
    """Everything the product knows of one network. `name` is the module's name and the stanza's key."""

    name: str
    title: str
    icon: str
    aliases: tuple[str, ...]
    profile: Profile
    settings: type[BaseModel]
    credentials: type[Credentials]
    connect: Callable[[Any, Any, Outside], Publisher]
    """(settings, credentials, outside) → publisher; opens nothing."""
    home: str | None = None
    """The public page of an account, with {id} and {name} (without @) in it."""
    authorize: Callable[[Any, Outside], Authorizes | None] | None = None
    """(settings, outside) → linking by consent; None where the configuration does not allow it (no client_id)."""
    keyed: Callable[[SecretStr], Credentials] | None = None
    """A key that a person brings → credentials, where a platform gives people keys of their own.

    Raises pydantic.ValidationError when it cannot be one.
    """
