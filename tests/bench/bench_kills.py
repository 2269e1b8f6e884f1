"""Killed at the worst moment, once by us and once for a Celery worker: what is public twice then, and what never."""

import asyncio
import time
from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from typing import NamedTuple

from bench_celery import celery, install
from bench_networks import networks
from bench_rows import Found, Measured
from bench_size import Size
from bench_street import Street, street

from fakes.call import Call, Reply

WHENS, ACKS = ("stored", "read"), ("late", "early")
PATIENCE = 45.0
NOTHING_COMES = 4.0
"""Seconds to wait for what would be a surprise."""
VISIBILITY = "2"
"""Seconds until a task that nobody acknowledged goes to another worker; an hour unless it is set."""


class Fate(NamedTuple):
    doubled: int
    lost: int


def fate(texts: Iterable[str], public: Iterable[str]) -> Fate:
    times = Counter(public)
    wanted = list(texts)
    return Fate(sum(max(0, times[text] - 1) for text in wanted), sum(not times[text] for text in wanted))


async def kills(size: Size) -> Found:
    """Every case beside the others: nothing is timed. But ours one after the other, as they share this process."""
    missing = await install(size)
    cases = [(when, acks) for when in WHENS for acks in ACKS if not missing]
    mine, *theirs = await asyncio.gather(_all_ours(size), *(_theirs(*case, size) for case in cases))
    there = dict(zip(cases, theirs, strict=True))
    note = missing and f"no Celery: {missing}"
    return {
        f"kills.{when}.{name}": Measured(
            getattr(mine[when], name),
            1,
            note,
            celery={f"acks {acks}": float(getattr(each, name)) for (of, acks), each in there.items() if of == when},
        )
        for when in WHENS
        for name in Fate._fields
    }


async def _all_ours(size: Size) -> dict[str, Fate]:
    """One death after the other, in the same chat."""
    async with street("twitter") as here:
        here.stage.x.duplicate_window = timedelta(0)  # what refuses a second post would hide that there was one
        await here.process.start()
        fates = {when: await _ours(here, when, size.killed) for when in WHENS}
        await here.process.kill()
    return fates


async def _ours(here: Street, when: str, many: int) -> Fate:
    texts = [f"Hoy hay pan de espelta ({when}), número {number}" for number in range(many)]
    cards = [await here.act.draft(text) for text in texts]
    before = _celebrated(here)
    doom(here, when, many)
    for card in cards:
        await here.approve(card)
    await here.process.dead()
    await here.process.start()
    with suppress(TimeoutError):
        await here.stage.telegram.until(lambda: _celebrated(here) >= before + many, PATIENCE * 2)
    return fate(texts, here.act.public()["twitter"])


def _celebrated(here: Street) -> int:
    return sum("🎉" in message.text for message in here.act.phone.chat if message.from_bot)


def doom(here: Street, when: str, crowd: int) -> None:
    """The first posts are never answered; when so many are in flight, the process is killed."""
    x = here.stage.x
    answered, flying = x.answer, 0

    async def answer(call: Call) -> Reply:
        nonlocal flying
        if (call.method, call.path) != ("POST", "/2/tweets") or flying >= crowd:
            return await answered(call)
        if when == "stored":
            await answered(call)
        process = here.process.running
        flying += 1
        if flying == crowd:
            here.process.strike()
        await here.act.until(lambda: process is None or process.returncode is not None, 60)
        return Reply(500)  # to nobody

    x.answer = answer  # type: ignore[method-assign] # death comes before its answers


async def _theirs(when: str, acks: str, size: Size) -> Fate:
    texts = [f"Hoy hay pan de espelta, número {number}" for number in range(size.killed)]
    async with (
        networks(0.01, ports=1) as served,
        celery(served, size.killed + 1, BENCH_ACKS=acks, BENCH_VISIBILITY=VISIBILITY) as there,
    ):
        assert there.worker is not None
        await served.set(doomed=there.worker.pid, when=when, crowd=size.killed)
        await there.order([[(served.urls[0], text)] for text in texts])
        await there.worker.wait()
        _, public = await served.both()
        await there.work()
        end = time.monotonic() + (PATIENCE if acks == "late" else NOTHING_COMES)
        expected = size.killed * (2 if when == "stored" else 1)
        while len(public) < expected and time.monotonic() < end:
            await asyncio.sleep(0.1)
            public += (await served.both())[1]
        return fate(texts, public)
