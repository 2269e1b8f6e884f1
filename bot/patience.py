"""Patience with a store that cannot be used for a while: giving up would leave something for the next start."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from publishers.engine.outside import Clock
from publishers.engine.ports import StoreUnavailable

log = structlog.get_logger(__name__)

LONGEST_PAUSE = 30.0
"""Seconds between two tries."""

T = TypeVar("T")


async def patiently(work: Callable[[], Awaitable[T]], clock: Clock) -> T:
    """Again and again until the store can be used. `work` must be safe to repeat."""
    pause = 1.0
    while True:
        try:
            return await work()
        except StoreUnavailable as fault:
            log.warning("the store cannot be used; trying again", fault=str(fault), seconds=pause)
            await clock.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
