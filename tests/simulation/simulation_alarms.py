"""An alarm clock on virtual time: it outlives the process, is sometimes out of order, and sometimes loses all."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from simulation_loop import VirtualClock, VirtualLoop


@dataclass
class Alarms:
    """What is set stays set over all lives; each life listens through a `Bell` of its own."""

    chance: Random
    times: dict[str, datetime] = field(default_factory=dict)
    struck: dict[str, datetime] = field(default_factory=dict)
    """Of each delivery, the time of the alarm that rang last."""
    lost: bool = False
    broken: bool = False

    def forget(self) -> None:
        self.times.clear()
        self.lost = True


@dataclass
class Bell:
    """The alarms in one life."""

    alarms: Alarms
    clock: VirtualClock
    loop: VirtualLoop
    ring: Callable[[], object] | None = None

    @property
    def lost(self) -> bool:
        return self.alarms.lost

    def retrieved(self) -> None:
        if not self.loop.dead:
            self.alarms.lost = False

    def listen(self, ring: Callable[[], object]) -> None:
        self.ring = ring
        for delivery_id, at in self.alarms.times.items():
            self._wind(delivery_id, at)

    def set(self, times: Mapping[str, datetime]) -> bool:
        if self.loop.dead or self.alarms.broken:
            return False
        self.alarms.times.update(times)
        if self.ring is not None:
            for delivery_id, at in times.items():
                self._wind(delivery_id, at)
        return True

    def _wind(self, delivery_id: str, at: datetime) -> None:
        wait = max((at - self.clock.now()).total_seconds(), 0.0) + self.alarms.chance.uniform(0.001, 0.5)
        self.loop.call_later(wait, self._strike, delivery_id, at)

    def _strike(self, delivery_id: str, at: datetime) -> None:
        if self.loop.dead or self.ring is None or self.alarms.times.get(delivery_id) != at:
            return
        if self.clock.now() < at:  # it was set back
            self._wind(delivery_id, at)
            return
        del self.alarms.times[delivery_id]
        self.alarms.struck[delivery_id] = at
        self.ring()
