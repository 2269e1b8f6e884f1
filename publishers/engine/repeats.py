"""What went to an account before: the same words, and the accounts of one draft's family. A port, as in ports.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from adapters.likeness import Gist
from publishers.engine.model import DeliveryStatus, Draft

ACTIVE = frozenset(
    {
        DeliveryStatus.PENDING,
        DeliveryStatus.PUBLISHING,
        DeliveryStatus.WAITING,
        DeliveryStatus.BLOCKED,
        DeliveryStatus.UNCONFIRMED,
    }
)
"""It is on its way, or can be."""


@dataclass(frozen=True, slots=True)
class Earlier:
    """What an account got or is going to get. `at`: when it became public, or the hour it has; None: it has none."""

    text: str
    status: DeliveryStatus
    exact: bool
    """The very same words, or pictures where there are none."""
    at: datetime | None = None
    permalink: str | None = None


class Repeats(Protocol):
    async def similar(
        self, gists: Mapping[str, Gist], since: datetime, *, simulated: bool
    ) -> Mapping[str, Sequence[Earlier]]:
        """What may say the same as these do, by account: published there since then, or not over yet.

        The newest that says the same, else the few that have most in common with it.

        Dry runs never count. `simulated`: where nothing is real, what was simulated counts.
        """

    async def purge(self, before: datetime) -> int:
        """Forget by what that is found which was over by then. How many rows; called once an hour."""

    async def reached(self, origin_id: str) -> frozenset[str]:
        """Accounts to which any draft of this family goes, went, or may have gone."""

    async def following(self, origin_id: str) -> Draft | None:
        """The pending draft that follows this one; there is one at most."""
