"""The database itself: who may write, who may read, and what is said when neither is possible."""

import asyncio
import errno
import fcntl
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, cast

import aiosqlite
from sqlalchemy import URL, event, make_url
from sqlalchemy.engine import Connection, ExceptionContext, ExecutionContext
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from publishers.engine.ports import StoreUnavailable
from storage import durable
from storage.driver import BEHIND, Road, connect
from storage.lines import Lines

FILE = "pregonero.db"
READERS = 3


class DatabaseFault(StoreUnavailable):
    """The database cannot be used at all; the text says why in one sentence."""


class WriteInView(RuntimeError):
    """A view was asked to write: our own mistake."""


class UnitInUnit(RuntimeError):
    """A task inside a unit asked for another one, which would wait for itself: our own mistake."""


def sqlite_url(data_dir: Path) -> str:
    """The address of the database kept in `data_dir`."""
    return URL.create("sqlite+aiosqlite", database=str(data_dir / FILE)).render_as_string(hide_password=False)


def prepare_file(url: str) -> None:
    """Make the file of an SQLite database, for its owner's eyes only. Raises DatabaseFault when that cannot be."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return
    path = Path(address.database)
    try:
        durable.make_folder(path.parent)
        with _alone(path.parent):
            _make(path)
    except OSError as error:
        raise DatabaseFault(f"The database {path} cannot be written: {error.strerror}.") from error
    except sqlite3.Error as error:
        raise DatabaseFault(f"The database {path} cannot be used: {error}.") from error


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Programs that start together go through this one after the other."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _make(path: Path) -> None:
    """An existing file is never opened here: closing it would drop the locks SQLite holds on it in this process."""
    path.touch(mode=0o600)
    if not path.is_file():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    if path.stat().st_size == 0:
        connect(path).close()  # two that change the journal at once would not wait for each other


class Database:
    """One writer and a few readers over one address. Use as `async with Database(url) as database`.

    `road` makes each connection to an SQLite file.
    """

    def __init__(self, url: str, *, road: Callable[..., Road] = Road) -> None:
        self._url = make_url(url)
        self._road = road
        self._lock = asyncio.Lock()
        self._holder: asyncio.Task[Any] | None = None
        self._writer: Lines | None = None
        self._reader: Lines | None = None

    async def open(self) -> None:
        """Connect and see whether writing and reading work. Raises DatabaseFault."""
        prepare_file(self._url.render_as_string(hide_password=False))
        self._writer = Lines(_engine(self._url, self._road, begin="BEGIN IMMEDIATE", query_only=False), 1)
        self._reader = Lines(_engine(self._url, self._road, begin="BEGIN", query_only=True), READERS)
        try:
            await self._connect(self._writer, self._reader)
        except BaseException as error:
            await self.close()
            if isinstance(error, StoreUnavailable):
                raise DatabaseFault(f"The database {self._url.database} cannot be used: {error}.") from error
            raise

    async def _connect(self, *lines: Lines) -> None:
        with _said():
            for each in lines:
                await each.open()
        async with self.writing() as writer, AsyncExitStack() as views:
            for connection in [writer, *[await views.enter_async_context(self.reading()) for _ in range(READERS)]]:
                await connection.exec_driver_sql("SELECT 1")

    async def close(self) -> None:
        lines, self._reader, self._writer = (self._reader, self._writer), None, None
        for each in lines:
            if each is not None:
                await each.close()

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @asynccontextmanager
    async def writing(self, ahead: Sequence[str] = ()) -> AsyncIterator[AsyncConnection]:
        """A write transaction: commits at the end, rolls back when the block raises. One at a time.

        `ahead`: queries whose rows `foreseen` knows, without trips of their own.
        """
        task = asyncio.current_task()
        if task is not None and task is self._holder:
            raise UnitInUnit("a unit was opened inside a unit")
        async with self._lock:
            self._holder = task
            try:
                async with _transaction(self._writer) as connection:
                    if connection.dialect.name == "sqlite":
                        _road(connection.sync_connection).foresee(ahead)
                    yield connection
            finally:
                self._holder = None

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A consistent read beside the writer. Raises WriteInView when it is asked to write."""
        try:
            async with _transaction(self._reader) as connection:
                yield connection
        except StoreUnavailable as error:
            if _is_read_only(error.__cause__):
                raise WriteInView("a view cannot write") from error
            raise


@asynccontextmanager
async def _transaction(lines: Lines | None) -> AsyncIterator[AsyncConnection]:
    if lines is None:
        raise StoreUnavailable("the database is not open")
    with _said():
        async with lines.transaction() as connection:
            yield connection


@contextmanager
def _said() -> Iterator[None]:
    """What keeps the database from working, as StoreUnavailable."""
    try:
        yield
    except DatabaseError as error:
        if _is_our_mistake(error):
            raise
        raise StoreUnavailable(str(error.orig)) from error


def _is_our_mistake(error: DatabaseError) -> bool:
    """A broken constraint or a wrong statement, as opposed to a database that cannot work now."""
    return not isinstance(error, OperationalError) and type(error) is not DatabaseError


def _is_read_only(error: BaseException | None) -> bool:
    code = getattr(getattr(error, "orig", None), "sqlite_errorcode", 0)
    return code & 0xFF == sqlite3.SQLITE_READONLY


def _engine(url: URL, road: Callable[..., Road], *, begin: str, query_only: bool) -> AsyncEngine:
    pool = {"pool_size": READERS, "max_overflow": 0, "pool_reset_on_return": None}
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, **pool)

    async def lay() -> aiosqlite.Connection:
        return await road(Path(url.database or ""), query_only=query_only).lay()

    engine = create_async_engine(url, async_creator=lay, **pool)

    @event.listens_for(engine.sync_engine, "handle_error")
    def failed(context: ExceptionContext) -> None:
        # The road is in order: what was sent off is finished there, and the roll-back travels behind it.
        if isinstance(context.original_exception, asyncio.CancelledError):
            context.is_disconnect = False

    @event.listens_for(engine.sync_engine, "begin")
    def began(connection: Connection) -> None:
        _road(connection).begin(begin)

    for method in ("execute", "executemany"):
        event.listen(engine.sync_engine, f"do_{method}", partial(_follows, method))
    return engine


def foreseen(connection: AsyncConnection, query: str) -> list[Any] | None:
    """The rows of a query that went `ahead` of this transaction, as they were then; None: ask for them."""
    if connection.dialect.name != "sqlite":
        return None
    return _road(connection.sync_connection).foreseen.get(query)


def _road(connection: Connection | None) -> Road:
    return cast("Road", cast("Connection", connection).connection.driver_connection)


def _follows(method: str, cursor: object, statement: str, parameters: object, context: ExecutionContext) -> bool:  # noqa: ARG001 - the hook's shape
    """True: it need not be executed now."""
    behind = context.execution_options.get(BEHIND, False)
    return behind and _road(context.root_connection).follow((method, statement, parameters))
