"""The engine on the real store and real alarms, and one network that hangs beside others."""

import asyncio
import gc
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench_rows import Found, Measured
from bench_size import Size, median
from cryptography.fernet import Fernet
from pydantic import SecretStr

from adapters.content import Content
from bot.clock import SystemClock
from fakes.network import Network, ScriptedPost, adapted, scripted
from fakes.world import CHAT, OWNER, World
from publishers.engine.contract import Platform, Receipt
from publishers.engine.decisions import Chosen, Later, approve
from publishers.engine.model import Account, Draft, DraftStatus, Target
from publishers.engine.orchestrator import Pace
from storage.alarms import Alarms
from storage.database import Database, sqlite_url
from storage.schema import migrate
from storage.store import Store
from storage.vault import Vault


class Slow(ScriptedPost):
    """A public act that takes its time."""

    async def perform(self) -> Receipt:
        await asyncio.sleep(self.network.answer)  # type: ignore[attr-defined] # added by `slow`
        return await super().perform()


@dataclass
class Ends:
    """A Progress that tells when each delivery of a job has ended: a delivery reports when it begins and ends."""

    told: Counter[str] = field(default_factory=Counter)
    at: dict[tuple[str, int], float] = field(default_factory=dict)
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def changed(self, job_id: str) -> None:
        self.told[job_id] += 1
        self.at[job_id, self.told[job_id]] = time.monotonic()
        self.news.set()

    async def reached(self, job_id: str, reports: int) -> float:
        """The moment of that report."""
        while self.told[job_id] < reports:
            self.news.clear()
            await self.news.wait()
        return self.at[job_id, reports]


@dataclass
class Ground:
    world: World
    networks: dict[str, Network]
    accounts: dict[str, Account]
    ends: Ends
    folder: Path
    texts: Any = field(default_factory=lambda: count(1))

    async def wall(self, names: Sequence[str], waits: int | None = None) -> float:
        """Seconds from before the approval of a job to its end: of so many of its deliveries (None: of all)."""
        draft = await self.draft(names)
        began = time.monotonic()
        await self.approve(draft)
        return await self.ended(draft, waits) - began

    async def draft(self, names: Sequence[str], text: str | None = None) -> Draft:
        draft = Draft(
            id=self.world.new_id(),
            chat_id=CHAT,
            source_id=next(self.world.ids),
            author=OWNER,
            version=1,
            status=DraftStatus.PENDING,
            content=Content(text or f"Hoy hay pan de espelta, número {next(self.texts)}"),
            targets=tuple(Target(self.accounts[name].id) for name in names),
            created_at=self.world.clock.now(),
        )
        async with self.world.store.unit() as unit:
            await unit.drafts.add(draft)
        return draft

    async def approve(self, draft: Draft, later: Later | None = None) -> None:
        """What a tap does in the tables, and the poke after it. The job has the id of the draft."""
        known = {account.id: account for account in self.accounts.values()}
        post = adapted(draft.content.text)
        chosen = [Chosen(known[target.account_id], post, simulated=False) for target in draft.targets]
        ids = iter([draft.id])
        async with self.world.store.unit() as unit:
            await approve(
                unit,
                draft,
                chosen,
                actor=OWNER,
                at=self.world.clock.now(),
                new_id=lambda: next(ids, None) or self.world.new_id(),
                later=later,
            )
        self.world.engine.poke()

    async def ended(self, draft: Draft, waits: int | None = None) -> float:
        """The moment when so many deliveries of this job were over and written down."""
        many = len(draft.targets)
        return await self.ends.reached(draft.id, many + (many if waits is None else waits))


async def nothing(_: Ground) -> None:
    """No work before the engine begins."""


@asynccontextmanager
async def ground(
    names: Sequence[str],
    slots: int = 10,
    act: type[ScriptedPost] = ScriptedPost,
    before: Callable[[Ground], Awaitable[None]] = nothing,
    platforms: Mapping[str, Platform] | None = None,
    answer: float = 0.0,
) -> AsyncIterator[Ground]:
    """An engine at work with an account on each network. `platforms` None: scripted ones with no wire.

    `answer`: seconds each `Slow` act takes.
    """
    clock: Any = SystemClock()
    with TemporaryDirectory(prefix="bench-") as folder:
        url = sqlite_url(Path(folder))
        migrate(url)
        async with Database(url) as database, Alarms(Path(folder)) as alarms:
            store = Store(database, Vault([SecretStr(Fernet.generate_key().decode())]))
            networks = {name: slow(clock, answer) for name in names}
            made = platforms or {name: scripted(network, name, act) for name, network in networks.items()}
            ends: Any = Ends()
            world = World(store, clock, dict(made), pace=Pace(slots=slots), facts=ends, alarms=alarms)
            accounts = {name: await world.account(name) for name in names}
            here = Ground(world, networks, accounts, ends, Path(folder))
            await before(here)
            gc.collect()
            gc.freeze()  # as `run` does
            running = asyncio.create_task(world.engine.run())
            try:
                yield here
            finally:
                running.cancel()
                with suppress(asyncio.CancelledError):
                    await running
                await world.kill()
                gc.unfreeze()


def slow(clock: Any, answer: float) -> Network:
    network = Network(clock)
    network.answer = answer  # type: ignore[attr-defined] # for Slow
    return network


def named(number: int) -> list[str]:
    return [f"net{n}" for n in range(1, number + 1)]


async def hanging(size: Size) -> Found:
    """One network hangs: how much later the others of a job are done than those of a job without it."""
    return {f"hanging.{stuck}": await _hanging(stuck, size) for stuck in (1, 10)}


async def _hanging(stuck: int, size: Size) -> Measured:
    names, stuck = named(3), min(stuck, size.stuck)
    with_it, without = [], []
    async with (
        ground(names, act=Slow, answer=size.answer) as alone,
        ground(names, act=Slow, answer=size.answer) as beside,
    ):
        await alone.wall(names)
        await beside.wall(names)
        for _ in range(size.rounds):
            gate = beside.networks["net3"].gate = asyncio.Event()
            await _stick(beside, stuck - 1)
            with_it.append(await beside.wall(names, waits=2))
            without.append(await alone.wall(names[:2]))
            gate.set()
            await beside.world.engine.quiet()
    note = f"{median(with_it) * 1000:.0f} ÷ {median(without) * 1000:.0f} ms"
    return Measured(median(with_it) / median(without), size.rounds, note)


async def _stick(here: Ground, jobs: int) -> None:
    """So many jobs hang on the third network, before the one that is measured joins them."""
    asked = here.networks["net3"].performed
    for _ in range(jobs):
        await here.approve(await here.draft(["net3"]))
    while here.networks["net3"].performed < asked + jobs:
        await asyncio.sleep(0.01)
