"""Sets the alarms: after the commits, a slice at a time, from what the tables say. So whatever a crash kept from being
set, or from being noted as set, is set by the same code at the next start.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from publishers.engine.outside import Clock
from publishers.engine.ports import Alarms, Store
from publishers.engine.timetable import Ring

SLICE = 100
"""Alarms set at once: the loop breathes in between."""


@dataclass(frozen=True, slots=True)
class Scheduler:
    """`lead`: how long before its hour a post is looked over once more."""

    store: Store
    clock: Clock
    alarms: Alarms
    lead: timedelta = timedelta()

    async def catch_up(self) -> bool:
        """One slice of what no alarm knows yet, soonest first. True: there is more to be done at once.

        Raises StoreUnavailable.
        """
        if self.alarms.lost:
            await self._retrieve()
        async with self.store.view() as unit:
            rings = await unit.timetable.unalarmed(SLICE)
        return bool(rings) and await self._set(rings)

    async def _retrieve(self) -> None:
        async with self.store.unit() as unit:
            await unit.timetable.unalarm()
        self.alarms.retrieved()

    async def _set(self, rings: list[Ring]) -> bool:
        now = self.clock.now()
        if not self.alarms.set({ring.delivery_id: self._time(ring, now) for ring in rings}):
            return False
        async with self.store.unit() as unit:
            await unit.timetable.alarmed(rings)
        return len(rings) == SLICE or any(self._begun(ring, now) for ring in rings)

    def _time(self, ring: Ring, now: datetime) -> datetime:
        """What is to be looked over at once needs no alarm for that, but one for its hour."""
        return ring.ready_at if not ring.hour or self._begun(ring, now) else ring.ready_at - self.lead

    def _begun(self, ring: Ring, now: datetime) -> bool:
        """The time to look it over is here or past, and its hour is to come."""
        return ring.hour and ring.ready_at - self.lead <= now < ring.ready_at
