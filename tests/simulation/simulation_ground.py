"""The ground all worlds of a process stand on: one file, and connections to it that outlast every life.

Opening a file, reading its tables and preparing statements take longer than most lives. What a life leaves open is
rolled back when it ends, as the death of its process would; before each world the rows are as in the template again.
"""

import sqlite3
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from simulation_birth import workspace

from publishers.engine.model import Account
from storage import driver


class Ground:
    """`image`: the file as every world finds it, with `accounts` in it."""

    def __init__(self, folder: Path, image: bytes, accounts: tuple[Account, ...]) -> None:
        self.folder = folder
        self.accounts = accounts
        self._path = folder / "pregonero.db"
        self._path.write_bytes(image)
        self._path.chmod(0o600)
        self._resting: defaultdict[bool, list[sqlite3.Connection]] = defaultdict(list)
        self._made: list[sqlite3.Connection] = []
        self.tables = sqlite3.connect(self._path, isolation_level=None)
        """For who looks at it from outside."""
        self.tables.row_factory = sqlite3.Row
        names = [row["name"] for row in self.tables.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        self._template = {name: self.tables.execute(f"SELECT * FROM {name}").fetchall() for name in names}  # noqa: S608 - our own names

    def sweep(self) -> None:
        """Back to the rows of the template."""
        self.tables.execute("BEGIN IMMEDIATE")
        for name, rows in self._template.items():
            self.tables.execute(f"DELETE FROM {name}")  # noqa: S608 - our own names
            for row in rows:
                self.tables.execute(f"INSERT INTO {name} VALUES ({', '.join('?' * len(row))})", tuple(row))  # noqa: S608 - our own names
        self.tables.execute("COMMIT")

    def lend(self, *, query_only: bool) -> sqlite3.Connection:
        """One that nobody has."""
        if self._resting[query_only]:
            return self._resting[query_only].pop()
        connection = driver.connect(self._path, query_only=query_only)
        self._made.append(connection)
        return connection

    def take_back(self, connection: sqlite3.Connection, *, query_only: bool) -> None:
        connection.rollback()
        self._resting[query_only].append(connection)

    def close(self) -> None:
        for connection in (*self._made, self.tables):
            connection.close()


@contextmanager
def ground(image: bytes, accounts: tuple[Account, ...]) -> Iterator[Ground]:
    with tempfile.TemporaryDirectory(dir=workspace(), prefix="simulation-") as name:
        it = Ground(Path(name), image, accounts)
        try:
            yield it
        finally:
            it.close()
