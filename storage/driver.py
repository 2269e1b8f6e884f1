"""The road to SQLite: one trip to the driver's thread per statement, and none that a transaction can do without.

SQLAlchemy asks aiosqlite for a cursor, an execution, the rows and a close, each a trip between threads. Here all of it
is one trip, and BEGIN travels with the first statement. docs: https://aiosqlite.omnilib.dev
"""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiosqlite

BUSY_SECONDS = 10.0
STATEMENTS = 256
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")


def connect(path: Path, *, query_only: bool = False) -> sqlite3.Connection:
    """A connection in which transactions begin and end where we say, nowhere else."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, cached_statements=STATEMENTS)
    try:
        for pragma in (*_PRAGMAS, *(["query_only=ON"] if query_only else [])):
            connection.execute(f"PRAGMA {pragma}").close()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


class Road(aiosqlite.Connection):
    """A connection with a thread of its own."""

    def __init__(self, path: Path, *, query_only: bool = False) -> None:
        super().__init__(partial(connect, path, query_only=query_only), iter_chunk_size=64)
        self._thread.daemon = True
        self._query_only = query_only
        self._to_begin: str | None = None
        self._begun = False

    async def lay(self) -> Self:
        """Connect. When that fails its thread has ended before the fault is told: it outlives no event loop."""
        try:
            await self
        except BaseException:
            self._thread.join()
            raise
        return self

    async def close(self) -> None:
        """In one piece: whoever is cancelled while several are closed leaves none open."""
        if self._connection is not None:
            self.stop()
            self._thread.join(BUSY_SECONDS)

    def begin(self, statement: str) -> None:
        """The next statement goes out behind this one."""
        self._to_begin = statement

    def cursor(self) -> "Trip":  # type: ignore[override]  # SQLAlchemy enters it; nothing needs to be awaited for that
        return Trip(self)

    async def trip(self, method: str, statement: str, parameters: Iterable[Any]) -> "Brought":
        """Execute and bring back everything. Trips go in order, and one that set off arrives, awaited or not."""
        begin, self._to_begin = self._to_begin, None
        self._begun = self._begun or begin is not None
        brought: Brought = await self._execute(self._run, begin, method, statement, parameters)  # type: ignore[no-untyped-call]  # it has no types there
        return brought

    def _run(self, begin: str | None, method: str, statement: str, parameters: Iterable[Any]) -> "Brought":
        if begin is not None:
            self._conn.rollback()  # whatever a task that was cancelled twice may have left open
            self._conn.execute(begin).close()
        cursor = getattr(self._conn, method)(statement, parameters)
        try:
            rows = cursor.fetchall() if cursor.description else []
            return Brought(cursor.description, rows, cursor.rowcount, cursor.lastrowid)
        finally:
            cursor.close()

    async def commit(self) -> None:
        """The end of a view is not waited for: nothing can become of it, and the next trip goes behind it."""
        if self._begun and self._query_only:
            self._tx.put_nowait((None, self._conn.commit))
        elif self._begun:
            await super().commit()
        self._to_begin, self._begun = None, False

    async def rollback(self) -> None:
        if self._begun:
            await super().rollback()
        self._to_begin, self._begun = None, False


class Brought:
    """What one statement brought back."""

    __slots__ = ("description", "lastrowid", "rowcount", "rows")

    def __init__(self, description: Any, rows: list[Any], rowcount: int, lastrowid: int | None) -> None:
        self.description = description
        self.rows = rows
        self.rowcount = rowcount
        self.lastrowid = lastrowid


class Trip:
    """The cursor SQLAlchemy works with: it has everything at hand once `execute` is back."""

    arraysize = 1

    def __init__(self, road: Road) -> None:
        self._road = road
        self._brought = Brought(None, [], -1, None)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        self._brought = await self._road.trip("execute", statement, parameters)

    async def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> None:
        self._brought = await self._road.trip("executemany", statement, parameters)

    async def fetchall(self) -> list[Any]:
        return self._brought.rows

    async def close(self) -> None:
        """Nothing is open."""

    @property
    def description(self) -> Any:
        return self._brought.description

    @property
    def rowcount(self) -> int:
        return self._brought.rowcount

    @property
    def lastrowid(self) -> int | None:
        return self._brought.lastrowid
