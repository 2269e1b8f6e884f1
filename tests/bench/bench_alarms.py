"""What is due later: how late it begins, what many at once hold up, and what 100,000 of them cost."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bench_engine import Ground, Slow, ground, named
from bench_figures import Figure, median, percentile
from bench_product import STARTS, Street, street
from sqlalchemy import func, insert, select

from bot.clock import SystemClock
from fakes.network import ScriptedPost, adapted
from fakes.world import CHAT
from publishers.engine.contract import Receipt
from publishers.engine.decisions import Later
from publishers.engine.model import Account, DeliveryStatus, Wait
from storage import tables
from storage.database import Database, sqlite_url

SINGLES = 60
BURST = 500
MANY = 100_000
CHUNK = 5000
PICKUPS = 60
_DELIVERY = tables.delivery


class Prompt(ScriptedPost):
    """A public act that notes when it began."""

    async def perform(self) -> Receipt:
        self.network.begun.append(datetime.now().astimezone())  # type: ignore[attr-defined] # added by `timed`
        return await super().perform()


class Unhurried(Prompt, Slow):
    """The same, and it takes its time."""


def timed(here: Ground) -> list[datetime]:
    """Where the acts of all networks note when they began."""
    begun: list[datetime] = []
    for network in here.networks.values():
        network.begun = begun  # type: ignore[attr-defined] # for Prompt
    return begun


async def timers() -> list[Figure]:
    """Due time → first request, one at a time in an idle engine."""
    late: list[float] = []
    async with ground(named(1), act=Prompt) as here:
        begun = timed(here)
        for number in range(SINGLES + 1):
            at = here.world.clock.now() + timedelta(milliseconds=120)
            await later(here, "net1", at, number)
            while len(begun) <= number:
                await asyncio.sleep(0.005)
            if number:
                late.append((begun[-1] - at).total_seconds() * 1000)
    return [
        Figure("due time → first request, p50", median(late), "ms", None, len(late)),
        Figure("due time → first request, p95", percentile(late, 0.95), "ms", 250, len(late)),
    ]


async def later(here: Ground, name: str, at: datetime, number: int, wait: Wait = Wait.HOUR) -> None:
    text = adapted(f"Hoy hay pan de espelta, número {number}")
    await here.world.approve([here.accounts[name]], text, later=Later(at, wait))
    here.world.engine.poke()


@dataclass
class Stalls:
    """How long the loop did not turn (seconds): by the clock, and of that the loop's own computing."""

    held: list[float] = field(default_factory=list)
    computed: list[float] = field(default_factory=list)

    async def watch(self) -> None:
        while True:
            began, computed = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.001)
            self.held.append(time.perf_counter() - began - 0.001)
            self.computed.append(time.thread_time() - computed)

    def worst(self, what: str) -> Figure:
        note = f"p99 {percentile(self.held, 0.99) * 1000:.1f} ms; longest computing {max(self.computed) * 1000:.1f} ms"
        return Figure(what, max(self.held) * 1000, "ms", 25, len(self.held), note)


@asynccontextmanager
async def watched() -> AsyncIterator[Stalls]:
    gc.collect()
    gc.freeze()  # as `run` does
    stalls = Stalls()
    watching = asyncio.create_task(stalls.watch())
    try:
        yield stalls
    finally:
        gc.unfreeze()
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching


async def burst() -> list[Figure]:
    """500 due within one second, on five networks that take 300 ms each."""
    names = named(5)
    async with ground(names, act=Unhurried) as here:
        begun = timed(here)
        due = here.world.clock.now() + timedelta(seconds=3)
        await schedule(kept(here), list(here.accounts.values()), spread(due, BURST, timedelta(seconds=1)))
        here.world.engine.poke()
        while await unset(kept(here)):
            await asyncio.sleep(0.05)
        assert here.world.clock.now() < due
        async with watched() as stalls:
            while len(begun) < BURST:
                await asyncio.sleep(0.01)
    last = (max(begun) - due).total_seconds()
    return [
        stalls.worst(f"{BURST} due in one second: the loop held, longest"),
        Figure(f"{BURST} due in one second: the last one begins", last, "s", 10, 1, "5 × 10 slots, 300 ms each"),
    ]


async def rebuilding() -> list[Figure]:
    """100,000 scheduled and no file of alarms: all are set anew beside the work."""
    async with ground(named(3), act=Prompt, before=crowd) as here:
        began = time.perf_counter()
        async with watched() as stalls:
            while await unset(kept(here)):
                await asyncio.sleep(0.25)
        taken = time.perf_counter() - began
    return [
        Figure(f"{MANY:,} alarms set anew", taken, "s", None, 1, "beside the work, in slices of 100"),
        stalls.worst(f"{MANY:,} alarms set anew: the loop held, longest"),
    ]


async def crowded() -> list[Figure]:
    """Approval → first request with 100,000 scheduled beside an engine that has none, in turns."""
    async with ground(named(3), act=Prompt) as empty, ground(named(3), act=Prompt, before=crowd) as full:
        sides = {"with": full, "without": empty}
        while await unset(kept(full)):
            await asyncio.sleep(0.25)
        times: dict[str, list[float]] = {"with": [], "without": []}
        for number in range(PICKUPS + 5):
            for side, here in sides.items():
                taken = await pickup(here)
                if number >= 5:
                    times[side].append(taken)
    p95 = {side: percentile(values, 0.95) * 1000 for side, values in times.items()}
    p50 = {side: median(values) * 1000 for side, values in times.items()}
    note = f"p95 {p95['with']:.1f} ÷ {p95['without']:.1f} ms; p50 {p50['with']:.1f} ÷ {p50['without']:.1f} ms"
    what = f"approval → first request, p95: with {MANY:,} scheduled ÷ none"
    return [Figure(what, p95["with"] / p95["without"], "", 1.3, PICKUPS, note)]


async def pickup(here: Ground) -> float:
    begun = timed(here)
    began = here.world.clock.now()
    await here.approve(["net1"])
    while not begun:
        await asyncio.sleep(0.002)
    await here.world.engine.quiet()
    await asyncio.sleep(0.02)
    return (begun[0] - began).total_seconds()


async def bearing() -> list[Figure]:
    """The whole product: start → first update and the memory then, with 100,000 scheduled and with none."""
    async with street("facebook", "twitter") as here:
        none, light = await started(here)
        async with Database(sqlite_url(folder_of(here))) as database:
            async with database.reading() as connection:
                rows = (await connection.execute(select(tables.account))).all()
            accounts = [Account(row.id, row.platform, row.external_id, row.name, True, 1) for row in rows]
            await schedule(database, accounts, far())
        lost, _ = await started(here, loses=True)
        await here.process.start()
        while await unset_file(here):
            await asyncio.sleep(0.5)
        grown = here.memory()
        await here.process.stop()
        many, heavy = await started(here)
    return [
        Figure(f"start → first update with {MANY:,} scheduled", many, "s", 2.5, STARTS, f"with none {none:.2f} s"),
        Figure(f"the same without any file of alarms, {MANY:,} scheduled", lost, "s", 2.5, STARTS),
        Figure(f"resident memory with {MANY:,} scheduled", heavy, "MB", 130, STARTS, f"with none {light:.0f} MB"),
        Figure(f"resident memory after setting {MANY:,} alarms anew", grown, "MB", 130),
    ]


def folder_of(here: Street) -> Path:
    return here.process.folder / "data"


async def started(here: Street, *, loses: bool = False) -> tuple[float, float]:
    """Seconds to the first answer of a new process, and its memory then: medians."""
    times, memories = [], []
    for _ in range(STARTS):
        if loses:
            lose(folder_of(here))
        sent = await here.act.phone.send("/ayuda")
        began = time.perf_counter()
        starting = asyncio.create_task(here.process.start())
        await here.act.phone.until(
            lambda chat, after=sent.id: [m for m in chat if m.sender.is_bot and m.id > after], 60
        )
        times.append(time.perf_counter() - began)
        await starting
        memories.append(here.memory())
        await here.process.stop()
    return median(times), median(memories)


def lose(folder: Path) -> None:
    for path in folder.glob("alarms.db*"):
        path.unlink()


async def unset_file(here: Street) -> int:
    async with Database(sqlite_url(folder_of(here))) as database:
        return await unset(database)


async def unset(database: Database) -> int:
    """Deliveries of which no alarm knows."""
    async with database.reading() as connection:
        counted = await connection.execute(select(func.count()).select_from(_DELIVERY).where(_DELIVERY.c.unalarmed))
        number: int = counted.scalar_one()
    return number


def kept(here: Ground) -> Database:
    store: Any = here.world.store
    database: Database = store._database
    return database


def spread(first: datetime, number: int, over: timedelta) -> list[datetime]:
    return [first + over * place / number for place in range(number)]


async def crowd(here: Ground) -> None:
    await schedule(kept(here), list(here.accounts.values()), far())


def far() -> list[datetime]:
    return spread(SystemClock().now() + timedelta(days=1), MANY, timedelta(days=10))


async def schedule(database: Database, accounts: list[Account], hours: Sequence[datetime]) -> None:
    """A post for each hour, of which no alarm knows yet."""
    now = SystemClock().now()
    for start in range(0, len(hours), CHUNK):
        chunk = enumerate(hours[start : start + CHUNK], start)
        rows = [_rows(number, accounts[number % len(accounts)], now, hour) for number, hour in chunk]
        async with database.writing() as connection:
            for table in (tables.draft, tables.job, _DELIVERY, tables.adapted):
                await connection.execute(insert(table), [row[table.name] for row in rows])


def _rows(number: int, account: Account, now: datetime, hour: datetime) -> dict[str, dict[str, Any]]:
    draft_id, job_id, delivery_id = (f"{kind}-{number:031d}" for kind in ("aaaa", "bbbb", "cccc"))
    post = adapted(f"Dentro de poco hay pan de espelta, número {number}")
    content = {"text": post.parts[0].text, "images": []}
    person = {"approved_by_id": 7, "approved_by_name": "Carmen", "approved_at": now}
    return {
        "draft": {
            "id": draft_id, "chat_id": CHAT, "source_id": 1_000_000 + number, "author_id": 7, "author_name": "Carmen",
            "version": 1, "status": "approved", "content": content, "targets": [], "created_at": now,
            "dry_run": False, "card_version": 1,
        },
        "job": {
            "id": job_id, "draft_id": draft_id, "chat_id": CHAT, "content": content, "dry_run": False, **person,
        },
        "delivery": {
            "id": delivery_id, "job_id": job_id, "position": 0, "account_id": account.id,
            "platform": account.platform, "account_name": account.name, "status": DeliveryStatus.WAITING,
            "attempts": 0, "looks": 0, "due_at": hour, "wait": Wait.HOUR, "params": {}, "simulated": False,
            "dry_run": False, "omit": False, "version": 0, "created_at": now, "ready_at": hour, "scheduled_at": hour,
            "unalarmed": True, "moved_at": now, "credentials_version": 0, "unshown": False,
        },
        "adapted": {"delivery_id": delivery_id, "digest": post.digest, "dump": post.dump()},
    }  # fmt: skip
