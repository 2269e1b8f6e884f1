"""Leaks on purpose, one of each kind: a check that has never been seen to fail proves nothing."""

import asyncio
import os
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from bot.life import App

KINDS = ("task", "descriptor", "socket", "connection", "thread", "memory", "objects", "file", "row", "log")


class Leaks:
    """`spill(kind)` loses one of it for good: until `mop`, and the end of the process."""

    def __init__(self, app: App, data_dir: Path) -> None:
        self._app = app
        self._data_dir = data_dir
        self._kept: list[object] = []
        self._dam = threading.Event()

    async def spill(self, kind: str) -> None:
        await getattr(self, f"_{kind}")()

    def mop(self) -> None:
        """What would keep the process from ending."""
        self._dam.set()

    async def _task(self) -> None:
        self._kept.append(asyncio.create_task(asyncio.Event().wait(), name="forgotten"))

    async def _descriptor(self) -> None:
        os.open(self._data_dir / "pregonero.db", os.O_RDONLY)

    async def _socket(self) -> None:
        """One that no pool knows."""
        host = self._app.settings.telegram.base_url.split("/")[2]
        _, writer = await asyncio.open_connection(*host.split(":"))
        self._kept.append(writer)

    async def _connection(self) -> None:
        """Out of its pool for ever: the answer never ends, and nobody gives it up."""

        async def begin(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n?")
            self._kept.append(writer)

        server = await asyncio.start_server(begin, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        session = self._app.engine.connections.outside.wire.reads
        self._kept += [server, await session.get(f"http://127.0.0.1:{port}/")]

    async def _thread(self) -> None:
        threading.Thread(target=self._dam.wait, name="forgotten", daemon=True).start()

    async def _memory(self) -> None:
        """Few objects, but large ones."""
        self._kept.append(os.urandom(1024 * 1024))

    async def _objects(self) -> None:
        """Many small ones: the list which grows, in a place of the product."""
        clear = self._app.late._clear
        clear.update(range(10**6 + len(clear), 10**6 + len(clear) + 3000))

    async def _file(self) -> None:
        (self._data_dir / f"left-{len(self._kept)}").write_bytes(b"?")
        self._kept.append(None)

    async def _row(self) -> None:
        """A letter that is never answered."""
        async with self._app.store.unit() as unit:
            number = 1 + len(self._kept)
            await unit.inbox.receive([{"update_id": number}], self._app.clock.now())
            await unit.inbox.handled(number, [{"kind": "none"}], self._app.clock.now())
        self._kept.append(None)

    async def _log(self) -> None:
        """A reader that never ends its transaction: the log behind the database cannot be emptied any more."""
        connection = sqlite3.connect(self._data_dir / "pregonero.db", isolation_level=None)
        connection.execute("BEGIN").close()
        connection.execute("SELECT count(*) FROM job").fetchone()
        self._kept.append(connection)
        with closing(sqlite3.connect(self._data_dir / "pregonero.db")) as writer:
            writer.execute("INSERT INTO owner_code VALUES (hex(randomblob(1500000)))")
            writer.execute("DELETE FROM owner_code")
            writer.commit()
