"""The product in a process of its own, so that what is measured is its own: the real app on a clock that others move.

It is told what to do by lines of JSON on stdin, {"op": …}, and answers each by one on stdout. The networks, the chat
and the person are in another process.
"""

import asyncio
import gc
import json
import sys
import tracemalloc
from argparse import ArgumentParser
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import soak_probe
import structlog
from soak_clock import Hands, SoakClock, govern_alarms
from soak_holders import holders
from soak_leaks import Leaks
from soak_memory import memory

from bot.app import build
from bot.life import App
from bot.settings import load
from fakes.stage import NAMES, SECRETS
from publishers.engine.contract import Identity

QUIET = 3
"""Looks in a row that must find the process at rest."""
LOOK = 0.004
"""Seconds between them."""


@dataclass
class Faults:
    """Hears the log: what is logged with a traceback was not foreseen by anybody."""

    count: Counter[str]

    def __call__(self, _: Any, method: str, event: dict[str, Any]) -> dict[str, Any]:
        if method == "exception" or event.get("exc_info"):
            self.count[event["event"]] += 1
            return event
        raise structlog.DropEvent


@dataclass
class Life:
    app: App
    clock: SoakClock
    data_dir: Path
    leaks: Leaks
    faults: Counter[str]
    base: "tracemalloc.Snapshot | None" = None

    async def answer(self, order: dict[str, Any]) -> Any:
        return await getattr(self, f"do_{order.pop('op')}")(**order)

    async def do_rest(self) -> float:
        """Wait until nothing moves any more but the clock: the time it is then. Whoever tidies up sleeps again."""
        looks = 0
        while looks < QUIET:
            looks = looks + 1 if await self._still() else 0
            await asyncio.sleep(LOOK)
        return self.clock.monotonic()

    async def _still(self) -> bool:
        app = self.app
        engine, intake = app.engine, app.intake
        arrived = intake._arrived
        handled = bool(arrived._waiters) and not arrived.is_set() and not intake._giving and not intake._making
        working = engine._tasks or engine.fences.commits or engine.preflight._tasks() or engine._poked.is_set()
        if not handled or working or app.live._tasks or app.late._tasks or not self.clock.asleep:
            return False
        async with app.store.view() as unit:
            ripe = await unit.deliveries.due(self.clock.now(), dict.fromkeys(engine.connections.platforms, 1), 1)
            unalarmed = await unit.timetable.unalarmed(1)
        if unalarmed:
            engine.poke()  # its alarm would be set by the next sweep, up to three real seconds later
        return not ripe and not unalarmed

    async def do_advance(self, seconds: float) -> float:
        """Time passes. Sleepers wake and alarms ring by it, nobody else is told."""
        self.clock.advance(seconds)
        self.app.engine.scheduler.alarms._bell.wakeup()
        await asyncio.sleep(0)
        return self.clock.monotonic()

    async def do_tidy(self) -> None:
        await self.app.tidying.tidy()

    async def do_renew(self, platform: str) -> None:
        """As `account add`: the same account, with newer credentials."""
        async with self.app.store.unit() as unit:
            identity = Identity(*NAMES[platform])
            await unit.accounts.add(platform, identity, SECRETS[platform], expires_at=None, at=self.clock.now())
        self.app.engine.poke()

    async def do_measure(self) -> dict[str, Any]:
        wire, bot = self.app.engine.connections.outside.wire, self.app.bot
        return {
            "tasks": soak_probe.tasks(),
            "descriptors": soak_probe.descriptors(self.data_dir),
            "threads": soak_probe.threads(),
            "pools": soak_probe.pooled((wire.reads, wire.commits), bot._request),
            "memory": memory(),
            "faults": dict(self.faults),
        }

    async def do_kinds(self) -> dict[str, int]:
        return soak_probe.kinds()

    async def do_trace(self) -> None:
        gc.collect()
        tracemalloc.start()
        self.base = tracemalloc.take_snapshot()

    async def do_holders(self) -> dict[str, int]:
        return holders(self.app)

    async def do_traced(self, most: int = 12) -> list[str]:
        """Where what was allocated since `trace` and is still there was allocated."""
        gc.collect()
        after = tracemalloc.take_snapshot()
        tracemalloc.stop()
        return [str(each) for each in after.compare_to(self.base, "lineno")[:most]]

    async def do_spill(self, kinds: list[str]) -> None:
        for kind in kinds:
            await self.leaks.spill(kind)


async def main() -> None:
    parser = ArgumentParser()
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    faults = Faults(Counter())
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(
        processors=[faults, structlog.processors.add_log_level, structlog.dev.set_exc_info, plain],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    hands = Hands(folder / "clock")
    govern_alarms(hands.now)
    clock = SoakClock(hands)
    settings = load(folder / "config.yaml")
    orders = await _orders()
    async with build(settings, clock) as app:
        life = Life(app, clock, settings.data_dir, Leaks(app, settings.data_dir), faults.count)
        for platform in SECRETS:
            await life.do_renew(platform)
        await _live(life, orders)
    await _wound_down()
    _tell({"tasks": soak_probe.tasks(), "descriptors": soak_probe.descriptors(settings.data_dir),
           "threads": soak_probe.threads()})  # fmt: skip


async def _wound_down() -> None:
    """The thread of a closed connection tells that it is done a moment before it ends."""
    for _ in range(500):
        await asyncio.sleep(LOOK)
        if len(soak_probe.threads()) == 1:
            return


async def _live(life: Life, orders: asyncio.StreamReader) -> None:
    serving = asyncio.create_task(life.app.serve(), name="serve")
    try:
        while line := await orders.readline():
            order = json.loads(line)
            if order["op"] == "end":
                break
            _tell(await life.answer(order))
    finally:
        life.leaks.mop()
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
        await life.app.farewell()


async def _orders() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=1 << 24)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


def _tell(answer: Any) -> None:
    print(json.dumps(answer), flush=True)  # noqa: T201 - the other process reads it


if __name__ == "__main__":
    asyncio.run(main())
