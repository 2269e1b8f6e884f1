"""What a list is asked for by time is meant by the platform's clock, and ours may be wrong."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import TypeVar

Listed = TypeVar("Listed")

SLACK = timedelta(minutes=1)
"""By so much our clock may be ahead without harm: lists are asked to begin several minutes early."""


async def on_their_clock(
    since: datetime, ask: Callable[[datetime], Awaitable[tuple[Listed, timedelta]]]
) -> tuple[Listed, timedelta]:
    """What `ask(since)` lists, and the platform's clock minus ours.

    Where our clock is ahead, the moment it names lies later there, and what is ours may be left out: asked once more.
    """
    listed, skew = await ask(since)
    return (listed, skew) if skew >= -SLACK else await ask(since + skew)
