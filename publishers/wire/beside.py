"""Preparations of one post beside each other: ten pictures take as long as the slowest, not ten times as long."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeVar

from publishers.engine.errors import Stale

Item = TypeVar("Item")
Made = TypeVar("Made")


async def beside(
    make: Callable[[Item], Awaitable[Made]], items: Iterable[Item], *, at_once: int | None = None
) -> list[Made]:
    """What `make` gives for each item, in their order; at most `at_once` of them under way.

    All are waited for, whatever happens: only then the first error (by order) is raised, and a Stale names every value
    that was found gone. Cancelled, it cancels all and waits until they have ended.
    """
    gate = asyncio.Semaphore(at_once) if at_once else None

    async def through(item: Item) -> Made:
        if gate is None:
            return await make(item)
        async with gate:
            return await make(item)

    ended = await asyncio.gather(*(through(item) for item in items), return_exceptions=True)
    errors = [each for each in ended if isinstance(each, BaseException)]
    if errors:
        raise _first(errors)
    return [each for each in ended if not isinstance(each, BaseException)]


def _first(errors: list[BaseException]) -> BaseException:
    if not isinstance(errors[0], Stale):
        return errors[0]
    keys = dict.fromkeys(key for error in errors if isinstance(error, Stale) for key in error.keys)
    return Stale(*keys, detail=errors[0].detail)
