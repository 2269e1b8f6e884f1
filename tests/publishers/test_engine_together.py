"""What comes at the same moment is done together, and nobody fails for another."""

import asyncio
from collections.abc import Sequence

import pytest

from publishers.engine.together import MOST, Together


class Clerk:
    """Doubles numbers. `refuses` those it cannot do; a crowd with one of them fails as a whole."""

    def __init__(self, *refuses: int) -> None:
        self.refuses = refuses
        self.crowds: list[list[int]] = []
        self.gate = asyncio.Event()
        self.gate.set()

    async def work(self, items: Sequence[int]) -> Sequence[int]:
        self.crowds.append(list(items))
        await self.gate.wait()
        for item in items:
            if item in self.refuses:
                raise ValueError(item)
        return [item * 2 for item in items]


async def test_what_comes_at_once_is_done_at_once() -> None:
    clerk = Clerk()
    together = Together(clerk.work)
    assert await asyncio.gather(*(together.do(number) for number in range(9))) == [number * 2 for number in range(9)]
    assert clerk.crowds == [list(range(9))]


async def test_what_comes_meanwhile_is_the_next_crowd() -> None:
    clerk = Clerk()
    together = Together(clerk.work)
    clerk.gate.clear()
    first = asyncio.create_task(together.do(1))
    while not clerk.crowds:
        await asyncio.sleep(0)
    others = [asyncio.create_task(together.do(number)) for number in (2, 3)]
    await asyncio.sleep(0)
    clerk.gate.set()
    assert await asyncio.gather(first, *others) == [2, 4, 6]
    assert clerk.crowds == [[1], [2, 3]]
    assert await together.do(4) == 8


async def test_a_crowd_is_not_too_large() -> None:
    clerk = Clerk()
    together = Together(clerk.work)
    await asyncio.gather(*(together.do(number) for number in range(MOST + 1)))
    assert [len(crowd) for crowd in clerk.crowds] == [MOST, 1]


async def test_one_that_cannot_be_done_fails_alone() -> None:
    clerk = Clerk(2)
    together = Together(clerk.work)
    results = await asyncio.gather(*(together.do(number) for number in (1, 2, 3)), return_exceptions=True)
    assert (results[0], results[2]) == (2, 6)
    assert isinstance(results[1], ValueError)
    assert clerk.crowds == [[1, 2, 3], [1], [2], [3]]


async def test_whoever_stops_waiting_stops_nothing() -> None:
    clerk = Clerk(2)
    together = Together(clerk.work)
    clerk.gate.clear()
    waiting = [asyncio.create_task(together.do(number)) for number in (1, 2, 3)]
    while not clerk.crowds:
        await asyncio.sleep(0)
    waiting[0].cancel()
    waiting[1].cancel()
    await asyncio.wait(waiting[:2])
    clerk.gate.set()
    assert await waiting[2] == 6
    assert clerk.crowds == [[1, 2, 3], [1], [2], [3]]


async def test_a_death_leaves_them_waiting() -> None:
    clerk = Clerk()
    together = Together(clerk.work)
    together.stop()
    clerk.gate.clear()
    waiting = asyncio.create_task(together.do(1))
    while not clerk.crowds:
        await asyncio.sleep(0)
    together.stop()
    for _ in range(5):
        await asyncio.sleep(0)
    assert not waiting.done()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
