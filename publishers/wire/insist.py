"""A read that a person would have to go a long way back for: what led here, a code of one use, is used up."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from publishers.engine.errors import Unavailable
from publishers.engine.outside import Outside

Read = TypeVar("Read")
PAUSE = 1.0  # seconds


async def insist(outside: Outside, read: Callable[[], Awaitable[Read]]) -> Read:
    """What `read` gives; when nothing could be had, it is tried once more after a moment."""
    try:
        return await read()
    except Unavailable:
        await outside.clock.sleep(PAUSE)
    return await read()
