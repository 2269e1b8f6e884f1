"""Waiting until something happened, without asking again and again."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Changes:
    """A counter that grows with everything that happens, and on which any number of tasks may wait."""

    def __init__(self) -> None:
        self.revision = 0
        self._next = asyncio.Event()

    def happened(self) -> None:
        self.revision += 1
        self._next.set()
        self._next = asyncio.Event()

    async def after(self, revision: int, seconds: float | None) -> None:
        """Wait for something newer than this revision. Raises TimeoutError."""
        await self.until(lambda: self.revision != revision, seconds)

    async def until(self, look: Callable[[], Found], seconds: float | None) -> Found:
        """What `look` gives once it is true. Raises TimeoutError after so many seconds (None: never)."""
        async with asyncio.timeout(seconds):
            while not (found := look()):
                await self._next.wait()
        return found
