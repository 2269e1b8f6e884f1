"""Lines to the database, laid once and lent to one transaction after the other.

SQLAlchemy's own way, out of the pool and back into it for each transaction, takes as long as two statements.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from publishers.engine.ports import StoreUnavailable

PATIENCE = 30.0
"""Seconds a transaction waits for a line."""


class Lines:
    """All `size` connections of one engine."""

    def __init__(self, engine: AsyncEngine, size: int) -> None:
        self.engine = engine
        self.connections: list[AsyncConnection] = []
        self._size = size
        self._free: asyncio.LifoQueue[AsyncConnection] = asyncio.LifoQueue()
        self._closed = False

    async def open(self) -> None:
        """All at once: none is made later, when a cancelled task could leave one half made."""
        for _ in range(self._size):
            connection = await self.engine.connect()
            self.connections.append(connection)
            self._free.put_nowait(connection)

    async def close(self) -> None:
        """What is lent goes on to its end, and the last one closes all."""
        self._closed = True
        await self._end()

    async def _end(self) -> None:
        if self._free.qsize() < len(self.connections):
            return
        while not self._free.empty():
            await self._free.get_nowait().close()
        await self.engine.dispose()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Begins with its first statement; commits at the end, rolls back when the block raises."""
        connection = await self._lent()
        try:
            try:
                yield connection
                await connection.commit()
            except BaseException:
                await connection.rollback()
                raise
        finally:
            await self._returned(connection)

    async def _lent(self) -> AsyncConnection:
        if not self._free.empty():
            return self._free.get_nowait()
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._free.get()
        except TimeoutError as error:
            raise StoreUnavailable("no connection is free") from error

    async def _returned(self, connection: AsyncConnection) -> None:
        self._free.put_nowait(connection)
        if self._closed:
            await self._end()
