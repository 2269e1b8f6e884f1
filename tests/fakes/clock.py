"""A clock that tests move: sleeping takes no time and only advances it."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta


@dataclass
class FakeClock:
    """Sleeps up to `patience` seconds pass by themselves; longer ones wait until the test advances the clock."""

    at: datetime = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
    ticks: float = 1000.0
    patience: float = float("inf")

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.ticks

    async def sleep(self, seconds: float) -> None:
        if seconds <= self.patience:
            self.advance(seconds)
            await asyncio.sleep(0)
            return
        until = self.ticks + seconds
        while self.ticks < until:
            await asyncio.sleep(0.005)

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.ticks += seconds
