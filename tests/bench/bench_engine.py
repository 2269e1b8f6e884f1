"""The engine on the real store, with scripted networks that answer in 300 ms: what our own work adds to theirs."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from bench_figures import Figure, median
from cryptography.fernet import Fernet
from pydantic import SecretStr

from adapters.adapted import Part
from bot.clock import SystemClock
from fakes.network import Network, ScriptedPost, adapted, scripted
from fakes.world import World
from publishers.engine.contract import Receipt
from publishers.engine.model import Account
from publishers.engine.orchestrator import Pace
from storage.alarms import Alarms
from storage.database import Database, sqlite_url
from storage.schema import migrate
from storage.store import Store
from storage.vault import Vault

ANSWER = 0.3
"""Seconds a platform takes."""
ROUNDS = 7


class Slow(ScriptedPost):
    """A public act that takes its time."""

    async def perform(self) -> Receipt:
        await asyncio.sleep(ANSWER)
        return await super().perform()


@dataclass
class Ends:
    """A Progress that tells when each delivery of a job has ended: a delivery reports when it begins and ends."""

    told: Counter[str] = field(default_factory=Counter)
    at: dict[tuple[str, int], float] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def changed(self, job_id: str) -> None:
        self.told[job_id] += 1
        self.at[job_id, self.told[job_id]] = time.perf_counter()
        self.news.set()

    async def reached(self, job_id: str, reports: int) -> float:
        """The moment of that report."""
        while self.told[job_id] < reports:
            self.news.clear()
            await self.news.wait()
        return self.at[job_id, reports]


class Walls(NamedTuple):
    """Seconds: the slowest job from before its own approval; all of them together; the approvals alone."""

    job: float
    batch: float
    approvals: float


@dataclass
class Ground:
    world: World
    networks: dict[str, Network]
    accounts: dict[str, Account]
    ends: Ends
    texts: Any = field(default_factory=lambda: count(1))

    async def wall(self, names: Sequence[str], jobs: int = 1, waits: int | None = None) -> "Walls":
        """Approve jobs one right after the other and wait for their ends.

        `waits`: the number of deliveries of each job to wait for (None: all).
        """
        reports = len(names) + (len(names) if waits is None else waits)
        began, approved = [], []
        for _ in range(jobs):
            began.append(time.perf_counter())
            approved.append(await self.approve(names))
        committed = time.perf_counter()
        ends = [await self.ends.reached(job_id, reports) for job_id in approved]
        slowest = max(end - start for start, end in zip(began, ends, strict=True))
        return Walls(slowest, max(ends) - began[0], committed - began[0])

    async def approve(self, names: Sequence[str]) -> str:
        text = f"Hoy hay pan de espelta, número {next(self.texts)}"
        job = await self.world.approve([self.accounts[name] for name in names], adapted(text))
        self.world.engine.poke()
        return job.id

    async def bare(self, names: Sequence[str], jobs: int = 1) -> float:
        """The same acts with no engine and no database."""
        part = Part("Hoy hay pan de espelta")
        began = time.perf_counter()
        acts = (Slow(self.networks[name], part, None).perform() for name in names for _ in range(jobs))
        await asyncio.gather(*acts)
        return time.perf_counter() - began


async def nothing(_: Ground) -> None:
    """No work before the engine begins."""


@asynccontextmanager
async def ground(
    names: Sequence[str],
    slots: int = 10,
    act: type[ScriptedPost] = Slow,
    before: Callable[[Ground], Awaitable[None]] = nothing,
) -> AsyncIterator[Ground]:
    """An engine at work, with an account on each network, on real tables and real alarms."""
    clock: Any = SystemClock()
    with TemporaryDirectory(prefix="bench-") as folder:
        url = sqlite_url(Path(folder))
        migrate(url)
        async with Database(url) as database, Alarms(Path(folder)) as alarms:
            store = Store(database, Vault([SecretStr(Fernet.generate_key().decode())]))
            networks = {name: Network(clock) for name in names}
            platforms = {name: scripted(network, name, act) for name, network in networks.items()}
            ends: Any = Ends()
            world = World(store, clock, platforms, pace=Pace(slots=slots), facts=ends, alarms=alarms)
            accounts = {name: await world.account(name) for name in names}
            here = Ground(world, networks, accounts, ends)
            await before(here)
            running = asyncio.create_task(world.engine.run())
            try:
                yield here
            finally:
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running
                await world.kill()


def named(number: int) -> list[str]:
    return [f"net{n}" for n in range(1, number + 1)]


async def overhead() -> list[Figure]:
    """Job wall ÷ slowest platform, all writes of ours included, beside the same acts without us."""
    return [await _overhead(*case) for case in ((3, 1, 1.05), (9, 1, 1.05), (3, 10, 1.10), (9, 10, 1.10), (9, 50, 1.5))]


async def _overhead(platforms: int, jobs: int, bar: float) -> Figure:
    names = named(platforms)
    async with ground(names, slots=max(10, jobs)) as here:
        await here.wall(names)
        ours, bare = [], []
        for _ in range(ROUNDS):
            ours.append(await here.wall(names, jobs))
            bare.append(await here.bare(names, jobs))
    job, batch, approvals = (median(values) for values in zip(*ours, strict=True))
    slots = f"; {jobs} slots" if jobs > 10 else ""
    parts = f"all jobs {batch * 1000:.0f} ms, {approvals * 1000:.0f} of it approvals"
    note = f"{job * 1000:.0f} ÷ {median(bare) * 1000:.0f} ms; {parts}"
    return Figure(
        f"slowest job ÷ slowest platform: {jobs} × {platforms}", job / median(bare), "", bar, ROUNDS, note + slots
    )


async def hanging() -> list[Figure]:
    """One platform hangs: how much later the others of a job are done than those of a job without it."""
    return [await _hanging(stuck) for stuck in (1, 10)]


async def _hanging(stuck: int) -> Figure:
    names = named(3)
    async with ground(names) as alone, ground(names) as beside:
        await alone.wall(names)
        await beside.wall(names)
        with_it, without = [], []
        for _ in range(ROUNDS):
            gate = beside.networks["net3"].gate = asyncio.Event()
            asked = beside.networks["net3"].performed
            for _ in range(stuck - 1):
                await beside.approve(["net3"])
            while beside.networks["net3"].performed < asked + stuck - 1:
                await asyncio.sleep(0.01)
            with_it.append((await beside.wall(names, waits=2)).job)
            without.append((await alone.wall(names[:2])).job)
            gate.set()
            await beside.world.engine.quiet()
    note = f"{median(with_it) * 1000:.0f} ÷ {median(without) * 1000:.0f} ms"
    return Figure(
        f"one platform hanging, {stuck} stuck on it: the others ÷ alone",
        median(with_it) / median(without),
        "",
        1.05,
        ROUNDS,
        note,
    )
