"""An alarm clock that goes by the clock of the tests."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from publishers.engine import ports
from publishers.engine.outside import Clock


@dataclass
class FakeAlarms(ports.Alarms):
    """Remembers what was set. Whoever moves the clock calls `strike`."""

    clock: Clock
    set_for: dict[str, datetime] = field(default_factory=dict)
    ring: Callable[[], object] | None = None
    loss: bool = False
    broken: bool = False

    @property
    def lost(self) -> bool:
        return self.loss

    def retrieved(self) -> None:
        self.loss = False

    def listen(self, ring: Callable[[], object]) -> None:
        self.ring = ring

    def set(self, times: Mapping[str, datetime]) -> bool:
        if not self.broken:
            self.set_for.update(times)
        return not self.broken

    @property
    def next(self) -> datetime | None:
        return min(self.set_for.values(), default=None)

    def strike(self) -> None:
        """Everything whose time has come rings."""
        due = [delivery_id for delivery_id, at in self.set_for.items() if at <= self.clock.now()]
        if self.ring is None or not due:
            return
        for delivery_id in due:
            del self.set_for[delivery_id]
        self.ring()
