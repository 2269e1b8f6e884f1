"""The road to SQLite: one trip to the driver's thread per statement, and none that a transaction can do without.

SQLAlchemy asks aiosqlite for a cursor, an execution, the rows and a close, each a trip between threads. Here all of it
is one trip; BEGIN travels with the first statement, and what nobody waits for with the next one or with COMMIT. docs: https://aiosqlite.omnilib.dev
"""

import sqlite3
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self, TypeAlias

import aiosqlite

BUSY_SECONDS = 10.0
STATEMENTS = 256
BEHIND: Final = "behind"
"""Execution option of statements whose outcome nobody asks for: they go out with the next one, or with COMMIT."""
Errand: TypeAlias = tuple[str, str, Any]
"""A method of the connection, a statement, its parameters."""
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
        self._ahead: Sequence[str] = ()
        self._followers: list[Errand] = []
        self.foreseen: dict[str, list[Any]] = {}
        """By query, what those of `foresee` brought, once the transaction has begun."""

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

    def foresee(self, queries: Sequence[str]) -> None:
        """Many transactions ask these: they go out with the BEGIN that comes next."""
        self._ahead, self.foreseen = queries, {}

    def cursor(self) -> "Trip":  # type: ignore[override]  # SQLAlchemy enters it; nothing needs to be awaited for that
        return Trip(self)

    def follow(self, errand: Errand) -> bool:
        """It goes out with the next trip or with COMMIT. False: not here. A view hears at once what it cannot do."""
        if self._query_only:
            return False
        self._followers.append(errand)
        return True

    async def trip(self, errand: Errand) -> "Brought":
        """Execute and bring back everything. Trips go in order, and one that set off arrives, awaited or not."""
        begin, followers = self._depart()
        brought: Brought = await self._execute(self._run, begin, [*followers, errand])  # type: ignore[no-untyped-call]  # it has no types there
        return brought

    def _depart(self) -> tuple[str | None, list[Errand]]:
        begin, self._to_begin = self._to_begin, None
        followers, self._followers = self._followers, []
        self._begun = self._begun or begin is not None
        return begin, followers

    def _run(self, begin: str | None, errands: Iterable[Errand]) -> "Brought":
        """What the last one brings."""
        if begin is not None:
            self._conn.rollback()  # whatever a task that was cancelled twice may have left open
            self._do("execute", begin)
            self.foreseen = {query: self._do("execute", query).rows for query in self._ahead}
        brought = NOTHING
        for errand in errands:
            brought = self._do(*errand)
        return brought

    def _do(self, method: str, statement: str, parameters: Iterable[Any] = ()) -> "Brought":
        cursor = getattr(self._conn, method)(statement, parameters)
        try:
            rows = cursor.fetchall() if cursor.description else []
            return Brought(cursor.description, rows, cursor.rowcount, cursor.lastrowid)
        finally:
            cursor.close()

    async def commit(self) -> None:
        """The end of a view is not waited for: nothing can become of it, and the next trip goes behind it."""
        if self._query_only and self._begun:
            self._tx.put_nowait((None, self._conn.commit))
        elif self._begun or self._followers:
            await self._execute(self._end, *self._depart())  # type: ignore[no-untyped-call]  # it has no types there
        self._to_begin, self._begun = None, False

    def _end(self, begin: str | None, errands: Iterable[Errand]) -> None:
        """What fails here is undone here: SQLAlchemy takes a transaction whose COMMIT failed for ended."""
        try:
            self._run(begin, errands)
            self._commit()
        except sqlite3.Error:
            self._conn.rollback()
            raise

    def _commit(self) -> None:
        self._conn.commit()

    async def rollback(self) -> None:
        self._followers = []
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


NOTHING = Brought(None, [], -1, None)


class Trip:
    """The cursor SQLAlchemy works with: it has everything at hand once `execute` is back."""

    arraysize = 1

    def __init__(self, road: Road) -> None:
        self._road = road
        self._brought = NOTHING

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def execute(self, statement: str, parameters: Sequence[Any] = ()) -> None:
        self._brought = await self._road.trip(("execute", statement, parameters))

    async def executemany(self, statement: str, parameters: Iterable[Sequence[Any]]) -> None:
        self._brought = await self._road.trip(("executemany", statement, parameters))

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
