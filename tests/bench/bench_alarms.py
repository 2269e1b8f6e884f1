"""What is due later: what many at once hold up, and what 100,000 of them cost."""

import asyncio
import gc
import sqlite3
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from bench_engine import Ground, Slow, ground, named
from bench_rows import Found, Measured
from bench_size import Size, median, percentile
from bench_street import Street, answered, street
from sqlalchemy import insert, select

from bot.clock import SystemClock
from fakes.network import ScriptedPost, adapted
from fakes.world import CHAT
from publishers.engine.contract import Receipt
from publishers.engine.model import Account, DeliveryStatus, Wait
from storage import tables
from storage.alarm_file import FILE
from storage.database import Database, sqlite_url

CHUNK = 5000
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

    def worst(self) -> Measured:
        note = f"p99 {percentile(self.held, 0.99) * 1000:.1f} ms; longest computing {max(self.computed) * 1000:.1f} ms"
        return Measured(max(self.held) * 1000, 1, note)


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


async def burst(size: Size) -> Found:
    """Many due within one second, on five networks that take their time each."""
    async with ground(named(5), act=Unhurried, answer=size.answer) as here:
        begun = timed(here)
        due = here.world.clock.now() + timedelta(seconds=3 if size.burst > 100 else 0.5)
        await schedule(kept(here), list(here.accounts.values()), spread(due, size.burst, timedelta(seconds=1)))
        here.world.engine.poke()
        await alarmed(here.folder, size.burst)
        late = "" if here.world.clock.now() < due else "; some were due before their alarms were set"
        async with watched() as stalls:
            while len(begun) < size.burst:
                await asyncio.sleep(0.01)
    last = (max(begun) - due).total_seconds()
    note = f"5 × 10 slots, {size.answer * 1000:.0f} ms each{late}"
    return {"burst.held": stalls.worst(), "burst.begun": Measured(last, 1, note)}


async def crowd(size: Size) -> Found:
    """Many scheduled and no file of alarms: all are set anew beside the work. Then approval → first request beside an
    engine that has nothing scheduled, in turns.
    """
    before = partial(crowded, size.many)
    async with ground(named(3), act=Prompt) as empty, ground(named(3), act=Prompt, before=before) as full:
        sides = {"with": full, "without": empty}
        began = time.perf_counter()
        async with watched() as stalls:
            await alarmed(full.folder, size.many)
        rebuilt = time.perf_counter() - began
        times: dict[str, list[float]] = {"with": [], "without": []}
        for number in range(size.samples + 5):
            for side, here in sides.items():
                taken = await pickup(here)
                if number >= 5:
                    times[side].append(taken)
    p95 = {side: percentile(values, 0.95) * 1000 for side, values in times.items()}
    p50 = {side: median(values) * 1000 for side, values in times.items()}
    note = f"p95 {p95['with']:.1f} ÷ {p95['without']:.1f} ms; p50 {p50['with']:.1f} ÷ {p50['without']:.1f} ms"
    return {
        "crowd.p95": Measured(p95["with"] / p95["without"], size.samples, note),
        "crowd.taken": Measured(rebuilt, 1, "beside the work, in slices"),
        "crowd.held": stalls.worst(),
    }


async def pickup(here: Ground) -> float:
    begun = timed(here)
    draft = await here.draft(["net1"])
    began = here.world.clock.now()
    await here.approve(draft)
    while not begun:
        await asyncio.sleep(0.001)
    await here.world.engine.quiet()
    await asyncio.sleep(0.02)
    return (begun[0] - began).total_seconds()


async def bearing(size: Size) -> Found:
    """The whole product: start → first update and the memory then, with many scheduled and with none."""
    async with street("facebook", "twitter") as here:
        none, light = await started(here, size)
        async with Database(sqlite_url(folder_of(here))) as database:
            async with database.reading() as connection:
                rows = (await connection.execute(select(tables.account))).all()
            accounts = [Account(row.id, row.platform, row.external_id, row.name, True, 1) for row in rows]
            await schedule(database, accounts, far(size.many))
        lost, _ = await started(here, size, loses=True, ends=False)
        await alarmed(folder_of(here), size.many)
        grown = here.memory()
        await here.process.kill()
        many, heavy = await started(here, size)
    return {
        "bearing.update": Measured(many, size.starts, f"with none {none:.2f} s"),
        "bearing.lost": Measured(lost, size.starts),
        "bearing.memory": Measured(heavy, size.starts, f"with none {light:.0f} MB"),
        "bearing.rebuilt": Measured(grown),
    }


def folder_of(here: Street) -> Path:
    return here.process.folder / "data"


async def started(here: Street, size: Size, *, loses: bool = False, ends: bool = True) -> tuple[float, float]:
    """Seconds to the first answer of a new process, and its memory then: medians. The last one may be left running."""
    times, memories = [], []
    for left in reversed(range(size.starts)):
        if loses:
            lose(folder_of(here))
        times.append(await answered(here))
        memories.append(here.memory())
        if left or ends:
            await here.process.kill()  # a stop would first tell the chat of the posts that were put into the tables
    return median(times), median(memories)


def lose(folder: Path) -> None:
    for path in folder.glob(f"{FILE}*"):
        path.unlink()


async def alarmed(folder: Path, many: int) -> None:
    """Wait until so many alarms stand in the file."""
    while await asyncio.to_thread(alarms_in, folder) < many:
        await asyncio.sleep(0.25)


def alarms_in(folder: Path) -> int:
    with closing(sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True)) as connection:
        try:
            number: int = connection.execute("SELECT count(*) FROM apscheduler_jobs").fetchone()[0]
        except sqlite3.Error:
            return 0  # it is being made
    return number


def kept(here: Ground) -> Database:
    store: Any = here.world.store
    database: Database = store._database
    return database


def spread(first: datetime, number: int, over: timedelta) -> list[datetime]:
    return [first + over * place / number for place in range(number)]


async def crowded(many: int, here: Ground) -> None:
    """As after a loss: an alarm was set for each, and stands in no file."""
    await schedule(kept(here), list(here.accounts.values()), far(many), unalarmed=False)


def far(many: int) -> list[datetime]:
    return spread(SystemClock().now() + timedelta(days=1), many, timedelta(days=10))


async def schedule(
    database: Database, accounts: list[Account], hours: Sequence[datetime], *, unalarmed: bool = True
) -> None:
    """A post for each hour, of which no alarm knows yet, unless one was set and lost."""
    now = SystemClock().now()
    for start in range(0, len(hours), CHUNK):
        chunk = enumerate(hours[start : start + CHUNK], start)
        rows = [_rows(number, accounts[number % len(accounts)], now, hour, unalarmed) for number, hour in chunk]
        async with database.writing() as connection:
            for table in (tables.draft, tables.job, _DELIVERY, tables.adapted):
                await connection.execute(insert(table), [row[table.name] for row in rows])


def _rows(number: int, account: Account, now: datetime, hour: datetime, unalarmed: bool) -> dict[str, dict[str, Any]]:
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
            "unalarmed": unalarmed, "moved_at": now, "credentials_version": 0, "unshown": False,
        },
        "adapted": {"delivery_id": delivery_id, "digest": post.digest, "dump": post.dump()},
    }  # fmt: skip
