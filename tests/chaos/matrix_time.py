"""The time of a case: all its lives and its fake share it, in memory that forks share."""

import mmap
import struct
from datetime import datetime, timedelta

from fakes.clock import FakeClock

DAWN = FakeClock.at
CELLS = struct.Struct("ddd")


class SharedTime:
    """True time, how wrong the machine's clock is, and where its monotonic clock began: for all lives and the fake."""

    def __init__(self) -> None:
        self._cells = mmap.mmap(-1, CELLS.size)
        self.begin()

    def begin(self) -> None:
        self._write(0.0, 0.0, 1000.0)

    @property
    def cells(self) -> tuple[float, float, float]:
        true, error, origin = CELLS.unpack(self._cells[: CELLS.size])
        return true, error, origin

    def _write(self, true: float, error: float, origin: float) -> None:
        self._cells[: CELLS.size] = CELLS.pack(true, error, origin)

    def now(self) -> datetime:
        return DAWN + timedelta(seconds=self.cells[0])

    def advance(self, seconds: float) -> None:
        true, error, origin = self.cells
        self._write(true + seconds, error, origin)

    def jump(self, seconds: float) -> None:
        """The machine's clock is set."""
        true, error, origin = self.cells
        self._write(true, error + seconds, origin)

    def reboot(self) -> None:
        """A monotonic clock means nothing to the next life."""
        true, error, origin = self.cells
        self._write(true, error, 7000.0 - origin)


class LifeClock(FakeClock):
    """What a life reads and moves."""

    def __init__(self, time: SharedTime) -> None:
        super().__init__()
        self._time = time

    def now(self) -> datetime:
        true, error, _ = self._time.cells
        return DAWN + timedelta(seconds=true + error)

    def monotonic(self) -> float:
        true, _, origin = self._time.cells
        return origin + true

    def advance(self, seconds: float) -> None:
        self._time.advance(seconds)
