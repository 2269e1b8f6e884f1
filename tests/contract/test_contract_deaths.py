"""What every platform must survive: the death of the process at any moment, and requests that land late."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from fakes.rigged import Bench, set_up, with_threads
from fakes.rigs import Rig
from fakes.shapes import Shape, approved, expected, handed, seen, shaped, still_wanted
from publishers.engine.model import DeliveryStatus, Job
from publishers.engine.ports import Store

Approve = Callable[[str], Awaitable[Job]]


async def die_everywhere(bench: Bench, approve: Approve, *, after: bool) -> None:
    """A life that ends at each write in turn, a new one that ends the work: one post each time.

    What the first life has noted down, the second one does not hand over again.
    """
    await approve("vida entera")
    moments = await bench.live(0, after=after)
    assert moments >= 4, "claim, arm, receive, finish"
    for moment in range(1, moments + 1):
        bench.clock.advance(600)
        known = len(bench.public())
        job = await approve(f"vida {moment}")
        await bench.live(moment, after=after)
        given, wanted = len(handed(bench)), await still_wanted(bench, await bench.delivery(job))
        await bench.restart()
        delivery = await bench.conclude(job)
        assert delivery.status is DeliveryStatus.PUBLISHED, moment
        assert seen(bench.public()[known:]) == expected(delivery), moment
        assert len(delivery.receipts) == len(delivery.adapted.parts)
        assert Counter(handed(bench)[given:]) <= wanted, moment


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@shaped("text", "album", "wordless", "other")
async def test_a_death_at_any_write_ends_in_one_post(bench: Bench, shape: Shape, after: bool) -> None:
    await die_everywhere(bench, partial(approved, bench, shape), after=after)


@pytest.mark.parametrize("rig", with_threads(), ids=str, indirect=True)
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("more", [0, 1], ids=["words", "pictures"])
async def test_a_death_at_any_write_ends_in_one_thread(bench: Bench, after: bool, more: int) -> None:
    pictures = more and bench.platform.profile.pictures.most + more

    async def approve(seed: str) -> Job:
        return await bench.approved(bench.long_text(seed), pictures)

    await die_everywhere(bench, approve, after=after)


async def test_a_death_while_the_request_is_on_its_way_ends_in_one_post(bench: Bench) -> None:
    landing = asyncio.Event()
    fault = bench.fake.fault(bench.commit(), "slow", until=landing)
    job = await bench.approved("Hoy hay pan")
    await bench.engine.sweep()
    await fault.reached.wait()
    await bench.restart()
    await bench.run_due()
    assert bench.public() == []
    bench.clock.advance(20)
    landing.set()
    await bench.landed()
    assert (await bench.conclude(job)).status is DeliveryStatus.PUBLISHED
    assert len(bench.public()) == 1


async def test_a_request_that_lands_late_is_not_doubled(rig: Rig, store: Store, tmp_path: Path) -> None:
    """We gave up waiting for the answer; half a minute later it is public."""
    async with set_up(rig, store, tmp_path, timeout=0.1) as bench:
        landing = asyncio.Event()
        bench.fake.fault(bench.commit(), "slow", until=landing)
        job = await bench.approved("Hoy hay pan")
        await bench.run_due()
        assert (await bench.delivery(job)).status is DeliveryStatus.UNCONFIRMED
        bench.clock.advance(31)
        await bench.run_due()
        assert bench.public() == []
        landing.set()
        await bench.landed()
        await bench.run_until_rest()
        assert (await bench.delivery(job)).status is DeliveryStatus.PUBLISHED
        assert (len(bench.public()), bench.calls(bench.commit())) == (1, 1)
