"""Who may renew the credentials of an account, and what came of it. A port, as in ports.py."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from publishers.engine.model import Account

MENDED = ("auth_ends", "client_refused")
"""What kept a delivery from going out and is over once credentials could be renewed: an hour after their end, and an
application that could not renew them."""


@dataclass(frozen=True, slots=True)
class Lease:
    """For one account: until when nobody else asks its platform for new credentials. `holder` names this asking."""

    account_id: str
    holder: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Ending:
    """An account whose credentials end. `told`: of how many days before that its owners were told already."""

    account: Account
    told: int | None


class Renewing(Protocol):
    async def take(
        self, account_id: str, version: int, now: datetime, until: datetime, over: Lease | None = None
    ) -> tuple[Lease, bool] | None:
        """The lease that holds, and whether it is the caller's from now on: it is when there was none beyond `now`.

        `over`: one that counts no more, whatever the clock says; whoever has taken another since holds it.
        None: the credentials of this version are no longer there to be renewed (renewed, refused, removed).
        """

    async def lease(self, account_id: str, version: int) -> Lease | None:
        """The one that was taken last for credentials that are still those of this version, if it was not ended."""

    async def give_back(self, lease: Lease) -> None: ...

    async def void(self) -> None:
        """At start: leases of an earlier life mean nothing."""

    async def renewed(
        self, account_id: str, version: int, secret: str, *, expires_at: datetime | None, at: datetime
    ) -> Account | None:
        """Keep what came of the credentials of `version`, as the next version. None: they were replaced meanwhile.

        Deliveries in need of a person for another reason than these credentials go on needing one.
        """

    async def ending(self, before: datetime) -> Sequence[Ending]:
        """Usable credentials that end before then, those that ended included; the soonest first."""

    async def refused(self) -> Sequence[tuple[Account, bool]]:
        """Credentials that were refused, unless `told` of 0 days; and whether a delivery stands still, or soon will."""

    async def told(self, account_id: str, version: int, days: int) -> None:
        """All owners know that these credentials end so many days ahead; 0: that they are over."""
