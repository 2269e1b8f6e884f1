"""One clock for all processes of a soak: it stands still until somebody moves it, and it moves in an instant."""

import asyncio
import heapq
import mmap
import struct
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from apscheduler.schedulers import base as scheduling

DAWN = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
PATIENCE = 30.0
"""Waits of at most so many seconds are over at once and move the clock by themselves."""
_SECONDS = struct.Struct("d")


class Hands:
    """The time that has passed, in a small file that several processes look at. Only one of them writes it."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(mmap.PAGESIZE))
        with path.open("r+b") as file:
            self._shared = mmap.mmap(file.fileno(), mmap.PAGESIZE)

    @property
    def passed(self) -> float:
        [passed] = _SECONDS.unpack_from(self._shared)
        return float(passed)

    @passed.setter
    def passed(self, seconds: float) -> None:
        _SECONDS.pack_into(self._shared, 0, seconds)

    def now(self) -> datetime:
        return DAWN + timedelta(seconds=self.passed)

    def close(self) -> None:
        self._shared.close()


class SoakClock:
    """The product's clock. Long sleepers wait for `advance`."""

    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = count()

    def now(self) -> datetime:
        return self.hands.now()

    def monotonic(self) -> float:
        return self.hands.passed

    async def sleep(self, seconds: float) -> None:
        if seconds <= PATIENCE:
            self.advance(seconds)
            await asyncio.sleep(0)
            return
        awoken = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.hands.passed + seconds, next(self._order), awoken))
        await awoken

    @property
    def asleep(self) -> bool:
        """Whether somebody sleeps."""
        return bool(self._sleepers)

    def advance(self, seconds: float) -> None:
        self.hands.passed += seconds
        while self._sleepers and self._sleepers[0][0] <= self.hands.passed:
            _, _, awoken = heapq.heappop(self._sleepers)
            if not awoken.done():
                awoken.set_result(None)


def govern_alarms(now: Callable[[], datetime]) -> None:
    """The scheduler of the alarms asks the machine for the time; from now on it asks this clock."""

    class Governed(datetime):
        @classmethod
        def now(cls, tz=None) -> datetime:  # type: ignore[override]  # of the class it stands for
            return now().astimezone(tz)

    scheduling.datetime = Governed
