"""The same posts to the same networks three ways: by our engine, by bare aiohttp without a database, and by Celery."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any, ClassVar, NamedTuple, Protocol

import aiohttp
from bench_celery import Celery, both
from bench_engine import Ground, ground, named
from bench_networks import Networks, Seen, networks
from bench_rows import Found, Measured
from bench_size import Size, median, percentile

from adapters.adapted import Adapted
from bot.clock import SystemClock
from fakes.network import PROFILE, ScriptedCredentials, ScriptedSettings
from publishers.engine.contract import Absent, Act, Attempt, Platform, Receipt, Steps
from publishers.engine.decisions import Later
from publishers.wire.http import Wire, identified

OURS, FLOOR = "ours", "floor"


class Post(Act):
    """One request that makes one text public."""

    settle: ClassVar[timedelta] = timedelta(seconds=60)
    silence: ClassVar[timedelta | None] = None

    def __init__(self, wire: Wire, url: str, text: str) -> None:
        self.wire, self.url, self.text = wire, url, text

    async def perform(self) -> Receipt:
        answer = await self.wire.call("POST", self.url, json={"text": self.text}, commit=True)
        return Receipt(identified(answer.record(), commit=True) + self.text)

    async def find(self, attempt: Attempt) -> Receipt | Absent | None:
        return None


@dataclass
class Publisher:
    wire: Wire
    url: str

    async def publish(self, post: Adapted, steps: Steps) -> Receipt:
        return await steps.commit("post", Post(self.wire, self.url, post.parts[0].text))


def platform(name: str, url: str, wire: Wire) -> Platform:
    def connect(settings: Any, credentials: Any, outside: Any) -> Publisher:
        return Publisher(wire, url)

    return Platform(
        name=name, title=name, icon="🏛", aliases=(), profile=PROFILE, settings=ScriptedSettings,
        credentials=ScriptedCredentials, connect=connect,
    )  # fmt: skip


class Side(Protocol):
    """Whoever publishes: `began` of each job, in monotonic seconds. The texts are the jobs'."""

    async def publish(self, texts: Sequence[str], urls: int) -> list[float]: ...

    async def schedule(self, text: str, at: float) -> None: ...


@dataclass
class Ours:
    here: Ground
    names: list[str]
    drafts: list[Any] = field(default_factory=list)

    async def publish(self, texts: Sequence[str], urls: int) -> list[float]:
        """The drafts were there before; what is timed begins with their approval."""
        self.drafts = [await self.here.draft(self.names[:urls], text) for text in texts]
        began = []
        for draft in self.drafts:
            began.append(time.monotonic())
            await self.here.approve(draft)
        return began

    async def schedule(self, text: str, at: float) -> None:
        draft = await self.here.draft(self.names[:1], text)
        wait = timedelta(seconds=at - time.time())
        await self.here.approve(draft, Later(self.here.world.clock.now() + wait))

    async def ends(self) -> list[float]:
        """When each job was over and written down."""
        return [await self.here.ended(draft) for draft in self.drafts]


@dataclass
class Bare:
    session: aiohttp.ClientSession
    served: Networks

    async def publish(self, texts: Sequence[str], urls: int) -> list[float]:
        began = time.monotonic()
        await asyncio.gather(*(self._one(url, text) for text in texts for url in self.served.urls[:urls]))
        return [began] * len(texts)

    async def schedule(self, text: str, at: float) -> None:
        await asyncio.sleep(at - time.time())
        await self._one(self.served.urls[0], text)

    async def _one(self, url: str, text: str) -> None:
        async with self.session.post(url, json={"text": text}) as answer:
            await answer.json()


@dataclass
class Theirs:
    celery: Celery
    served: Networks

    async def publish(self, texts: Sequence[str], urls: int) -> list[float]:
        return await self.celery.order([[(url, text) for url in self.served.urls[:urls]] for text in texts])

    async def schedule(self, text: str, at: float) -> None:
        await self.celery.order([[(self.served.urls[0], text)]], eta=at)


@asynccontextmanager
async def ours(served: Networks, slots: int = 10, **options: Any) -> AsyncIterator[Ours]:
    names = named(len(served.ports))
    async with Wire(SystemClock()) as wire:
        platforms = {name: platform(name, url, wire) for name, url in zip(names, served.urls, strict=True)}
        async with ground(names, slots, platforms=platforms, **options) as here:
            yield Ours(here, names)


@asynccontextmanager
async def sides(served: Networks, size: Size) -> AsyncIterator[tuple[dict[str, Side], str]]:
    """All but ours; what is missing in words."""
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
        theirs, missing = await stack.enter_async_context(both(served, size))
        found: dict[str, Side] = {FLOOR: Bare(session, served)}
        yield found | {name: Theirs(each, served) for name, each in theirs.items()}, missing


class Walls(NamedTuple):
    """Seconds: the slowest job by its last answer (ours until it is written down), all of them, the slowest answer."""

    job: float
    batch: float
    answer: float


async def overhead(size: Size) -> Found:
    """Job wall ÷ slowest network, all writes of ours included, beside the same posts without us."""
    found: Found = {}
    async with networks(size.answer) as served, sides(served, size) as (others, missing):
        for row, jobs in size.fans.items():
            async with ours(served, max(10, jobs)) as mine:
                ratio, total = await _overhead(served, {OURS: mine, **others}, jobs, size.rounds, missing)
            found |= {f"overhead.{row}x9": ratio, f"overhead.{row}x9.all": total}
    return found


async def _overhead(
    served: Networks, by: dict[str, Side], jobs: int, rounds: int, missing: str
) -> tuple[Measured, Measured]:
    walls: dict[str, list[Walls]] = {name: [] for name in by}
    for number in range(rounds + 1):
        for name, side in by.items():
            measured = await _wall(served, side, [f"{name} {jobs} {number} {job}" for job in range(jobs)])
            if number:
                walls[name].append(measured)
    ratio = {name: median([each.job / each.answer for each in many]) for name, many in walls.items()}
    total = {name: median([each.batch * 1000 for each in many]) for name, many in walls.items()}
    slowest = median([each.answer for each in walls[OURS]])
    job = median([each.job for each in walls[OURS]])
    slots = f"{jobs} slots" if jobs > 10 else ""
    note = [f"{job * 1000:.0f} ÷ {slowest * 1000:.0f} ms", slots, missing]
    return _beside(ratio, rounds, *note), _beside(total, rounds, slots, missing)


def _beside(values: dict[str, float], samples: int, *note: str) -> Measured:
    celery = {name: value for name, value in values.items() if name not in {OURS, FLOOR}}
    return Measured(values[OURS], samples, "; ".join(filter(None, note)), values.get(FLOOR), celery)


async def _wall(served: Networks, side: Side, texts: Sequence[str]) -> Walls:
    """Nothing is asked of anyone while ours, which lives in this process, has not ended."""
    began = await side.publish(texts, len(served.ports))
    ends = await side.ends() if isinstance(side, Ours) else None
    await served.until(len(texts) * len(served.ports))
    seen = await served.told()
    last = [max(each.answered for each in seen if each.text == text) for text in texts]
    job = max(end - start for start, end in zip(began, ends or last, strict=True))
    return Walls(job, max(last) - began[0], max(each.answered - each.arrived for each in seen))


async def pickup(size: Size) -> Found:
    """Approval → first request, one at a time."""
    async with networks(0.005) as served, sides(served, size) as (others, missing), ours(served) as mine:
        by: dict[str, Side] = {OURS: mine, **others}
        times: dict[str, list[float]] = {name: [] for name in by}
        for number in range(size.samples + 3):
            for name, side in by.items():
                began = (await side.publish([f"{name} {number}"], 1))[0]
                arrived = (await _one(served)).arrived
                if number >= 3:
                    times[name].append((arrived - began) * 1000)
                await _rest(side)
    return _percentiles("pickup", times, missing)


async def due(size: Size) -> Found:
    """Due time → first request, one at a time, at moments spread over the second."""
    async with networks(0.005) as served, sides(served, size) as (others, missing), ours(served) as mine:
        by: dict[str, Side] = {OURS: mine, **{name: side for name, side in others.items() if name != FLOOR}}
        times: dict[str, list[float]] = {name: [] for name in by}
        phase = count()
        for number in range(size.samples + 1):
            for name, side in by.items():
                at = time.time() + 0.12 + next(phase) * 0.013 % 0.1
                await side.schedule(f"{name} {number}", at)
                late = (await _one(served)).at - at
                if number:
                    times[name].append(late * 1000)
                await _rest(side)
    return _percentiles("due", times, missing)


async def _one(served: Networks) -> Seen:
    await served.until(1)
    return (await served.told())[0]


async def _rest(side: Side) -> None:
    if isinstance(side, Ours):
        await side.here.world.engine.quiet()
    await asyncio.sleep(0.02)


def _percentiles(part: str, times: dict[str, list[float]], missing: str) -> Found:
    samples = len(times[OURS])
    p50 = {name: median(values) for name, values in times.items()}
    p95 = {name: percentile(values, 0.95) for name, values in times.items()}
    return {f"{part}.p50": _beside(p50, samples, missing), f"{part}.p95": _beside(p95, samples, missing)}
