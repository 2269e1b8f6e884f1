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


@dataclass(slots=True)
class Scheduler:
    """`lead`: how long before its hour a post is looked over once more."""

    store: Store
    clock: Clock
    alarms: Alarms
    lead: timedelta = timedelta()
    _reached: Ring | None = None
    """After a loss: everything up to here has its alarm again."""

    async def catch_up(self) -> bool:
        """One slice of what no alarm knows yet, soonest first. True: there is more to be done soon.

        After a loss everything is gone through in the order of time, and nothing is written but alarms: what no alarm
        ever knew of is set when its time is reached. Raises StoreUnavailable.
        """
        if not self.alarms.lost:
            return await self._unknown(None)
        if self._reached is None:
            return await self._retrieve()
        return await self._unknown(self._reached.ready_at) or await self._retrieve()

    async def _unknown(self, before: datetime | None) -> bool:
        async with self.store.view() as unit:
            rings = await unit.timetable.unalarmed(SLICE, before)
        return bool(rings) and await self._set(rings)

    async def _retrieve(self) -> bool:
        """A death in the midst of it begins anew: only at the end it is over for the alarms."""
        async with self.store.view() as unit:
            rings = await unit.timetable.moving(self._reached, SLICE)
        if rings:
            more = await self._set(rings)
            self._reached = rings[-1] if more else self._reached
            return more
        self._reached = None
        self.alarms.retrieved()
        return not self.alarms.lost

    async def _set(self, rings: list[Ring]) -> bool:
        now = self.clock.now()
        if not self.alarms.set({ring.delivery_id: self._time(ring, now) for ring in rings}):
            return False
        if not all(ring.known for ring in rings):
            async with self.store.unit() as unit:
                await unit.timetable.alarmed(rings)
        return self.alarms.lost or len(rings) == SLICE or any(self._begun(ring, now) for ring in rings)

    def _time(self, ring: Ring, now: datetime) -> datetime:
        """What is to be looked over at once needs no alarm for that, but one for its hour."""
        return ring.ready_at if not ring.hour or self._begun(ring, now) else ring.ready_at - self.lead

    def _begun(self, ring: Ring, now: datetime) -> bool:
        """The time to look it over is here or past, and its hour is to come."""
        return ring.hour and ring.ready_at - self.lead <= now < ring.ready_at
