"""What happens when: hours given to posts, alarms still to be set, networks that stand still. Ports, as in ports.py."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from publishers.engine.model import Actor, Delivery, Job


@dataclass(frozen=True, slots=True)
class Ring:
    """A delivery that moves by itself at `ready_at`. `hour`: it waits for an hour no pre-flight was made for yet."""

    delivery_id: str
    version: int
    ready_at: datetime
    hour: bool = False
    known: bool = False
    """An alarm was set for this time already: it may be lost."""


class Timetable(Protocol):
    async def unalarmed(self, most: int, before: datetime | None = None) -> list[Ring]:
        """Of which no alarm knows yet, soonest first. `before`: only those that move before this time."""

    async def alarmed(self, rings: Sequence[Ring]) -> None:
        """An alarm was set for each, unless it moved meanwhile."""

    async def moving(self, after: Ring | None, most: int) -> list[Ring]:
        """Everything that moves by itself, whether an alarm knows of it or not, soonest first.

        `after`: where the call before this one ended.
        """

    async def to_check(self, since: datetime, until: datetime) -> list[str]:
        """Ids of the accounts of which something waits for an hour in between, without a pre-flight for that hour."""

    async def unchecked(self, account_id: str, since: datetime, until: datetime, most: int) -> list[Delivery]:
        """What of this account waits so, soonest first."""

    async def checked(self, delivery: Delivery) -> None:
        """The pre-flight for its hour was made; its alarm is to be set for the hour itself."""

    async def scheduled(self, chat_id: int, most: int, skip: int = 0) -> list[Job]:
        """Jobs of a chat of which something waits for its hour, soonest first."""

    async def count_scheduled(self, chat_id: int) -> int: ...

    async def late(self, chat_id: int | None = None) -> list[Job]:
        """Jobs whose hour is long over and that a person must decide about, oldest hour first. None: of every chat."""


class Pauses(Protocol):
    async def paused(self) -> frozenset[str]:
        """Keys of the platforms that stand still."""

    async def pause(self, platforms: Collection[str], *, actor: Actor, at: datetime) -> list[str]:
        """From now on nothing new is published there. Those that were not paused before."""

    async def resume(self, platforms: Collection[str], *, actor: Actor, at: datetime) -> list[str]:
        """They go on, with what waited for it. Those that were paused before."""

    async def held(self, platforms: Collection[str]) -> list[Delivery]:
        """What stands still because its network does."""
