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
LOST = 1000
"""Of lost alarms, how many are marked at once: meanwhile nobody else writes."""


@dataclass(slots=True)
class Scheduler:
    """`lead`: how long before its hour a post is looked over once more."""

    store: Store
    clock: Clock
    alarms: Alarms
    lead: timedelta = timedelta()
    _marked: datetime | None = None
    """After a loss: up to here all know that they have no alarm."""

    async def catch_up(self) -> bool:
        """One slice of what no alarm knows yet, soonest first. True: there is more to be done soon.

        Raises StoreUnavailable.
        """
        async with self.store.view() as unit:
            rings = await unit.timetable.unalarmed(SLICE)
        if rings:
            return await self._set(rings)
        return self.alarms.lost and await self._retrieve()

    async def _retrieve(self) -> bool:
        """A death in the midst of it begins anew: only at the end it is over for the alarms."""
        async with self.store.unit() as unit:
            self._marked = await unit.timetable.unalarm(self._marked, LOST)
        if self._marked is None:
            self.alarms.retrieved()
        return self._marked is not None or not self.alarms.lost

    async def _set(self, rings: list[Ring]) -> bool:
        now = self.clock.now()
        if not self.alarms.set({ring.delivery_id: self._time(ring, now) for ring in rings}):
            return False
        async with self.store.unit() as unit:
            await unit.timetable.alarmed(rings)
        return self.alarms.lost or len(rings) == SLICE or any(self._begun(ring, now) for ring in rings)

    def _time(self, ring: Ring, now: datetime) -> datetime:
        """What is to be looked over at once needs no alarm for that, but one for its hour."""
        return ring.ready_at if not ring.hour or self._begun(ring, now) else ring.ready_at - self.lead

    def _begun(self, ring: Ring, now: datetime) -> bool:
        """The time to look it over is here or past, and its hour is to come."""
        return ring.hour and ring.ready_at - self.lead <= now < ring.ready_at
