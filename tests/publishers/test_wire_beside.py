"""Beside each other: in order, all to their end, none left behind."""

import asyncio

import pytest

from fakes.clock import FakeClock
from fakes.standins import MemoryMedia, MemorySteps
from publishers.engine.errors import Rejected, Stale, Unavailable
from publishers.wire.beside import beside
from publishers.wire.uploads import AT_ONCE, uploaded


class Kitchen:
    """Dishes that are done when the test says so. `open`: how many are on the stove, `most`: how many ever were."""

    def __init__(self) -> None:
        self.done = {number: asyncio.Event() for number in range(10)}
        self.faults: dict[int, Exception] = {}
        self.order: list[int] = []
        self.open = self.most = 0

    async def cook(self, number: int) -> str:
        self.open += 1
        self.most = max(self.most, self.open)
        try:
            await self.done[number].wait()
            if number in self.faults:
                raise self.faults[number]
            return f"dish {number}"
        finally:
            self.open -= 1
            self.order.append(number)


@pytest.fixture
def kitchen() -> Kitchen:
    return Kitchen()


async def breathe() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def test_the_order_is_that_of_the_items(kitchen: Kitchen) -> None:
    cooking = asyncio.create_task(beside(kitchen.cook, range(3)))
    for number in (2, 0, 1):
        await breathe()
        kitchen.done[number].set()
    assert await cooking == ["dish 0", "dish 1", "dish 2"]
    assert kitchen.order == [2, 0, 1]
    assert await beside(kitchen.cook, []) == []


async def test_the_first_error_waits_for_the_others_to_end(kitchen: Kitchen) -> None:
    kitchen.faults = {0: Unavailable("first"), 1: Rejected("second")}
    cooking = asyncio.create_task(beside(kitchen.cook, range(3)))
    for number in (1, 0):
        kitchen.done[number].set()
        await breathe()
        assert not cooking.done()
    kitchen.done[2].set()
    with pytest.raises(Unavailable, match="first"):
        await cooking
    assert kitchen.open == 0


async def test_all_that_is_gone_is_named_at_once(kitchen: Kitchen) -> None:
    kitchen.faults = {0: Stale("a", "b"), 1: Unavailable(), 2: Stale("c"), 3: Stale("a")}
    for event in kitchen.done.values():
        event.set()
    with pytest.raises(Stale) as raised:
        await beside(kitchen.cook, range(5))
    assert raised.value.keys == ("a", "b", "c")


@pytest.mark.parametrize("begun", [False, True])
async def test_whoever_is_cancelled_cancels_all(kitchen: Kitchen, begun: bool) -> None:
    before = asyncio.all_tasks()
    cooking = asyncio.create_task(beside(kitchen.cook, range(5), at_once=2))
    if begun:
        await breathe()
        assert kitchen.open == 2
    cooking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await cooking
    assert (kitchen.open, asyncio.all_tasks() - before) == (0, set())


async def test_uploads_are_few_at_once_and_each_is_remembered(kitchen: Kitchen) -> None:
    media, steps = MemoryMedia(), MemorySteps(FakeClock())
    pictures = [media.add(width=400 + number) for number in range(10)]
    kitchen.faults = {3: Unavailable("down")}
    sending = asyncio.create_task(uploaded(pictures, lambda picture: kitchen.cook(picture.width - 400), steps, "photo"))
    await breathe()
    assert kitchen.open == AT_ONCE
    for event in kitchen.done.values():
        event.set()
    with pytest.raises(Unavailable):
        await sending
    assert kitchen.most == AT_ONCE
    del kitchen.faults[3]
    kitchen.order.clear()
    made = await uploaded(pictures, lambda picture: kitchen.cook(picture.width - 400), steps, "photo")
    assert kitchen.order == [3]
    assert [each.id for each in made] == [f"dish {number}" for number in range(10)]
    assert [each.key for each in made if not each.earlier] == ["photo-4"]
