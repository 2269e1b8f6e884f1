"""The road to SQLite with what SQLite itself can meet there: a lock, a full disk, and a power cut within a commit."""

import os
import resource
import signal
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

from storage.driver import Brought, Errand, Road

FRAME = 24 + 4096
"""Bytes of one page in the write-ahead log, with its header."""
WRITES = "BEGIN IMMEDIATE"


@dataclass
class Misfortunes:
    """Of one life. Numbers are those of write transactions, from 1.

    busy      another connection holds the lock longer than anybody waits
    grown     SQLite may take no page more: its own "database or disk is full"
    no_room   the log cannot grow by a byte: the commit itself fails
    power     the commit is in the log, and nobody has heard of it: the process dies there
    """

    busy: frozenset[int] = frozenset()
    grown: frozenset[int] = frozenset()
    no_room: frozenset[int] = frozenset()
    power: int = 0
    begun: int = 0
    frames: list[int] = field(default_factory=list)
    """How many each commit has written."""
    raised: list[str] = field(default_factory=list)
    """What SQLite has said."""


class UnluckyRoad(Road):
    fate: ClassVar[Misfortunes] = Misfortunes()
    """Of the life that goes on."""

    def __init__(self, path: Path, *, query_only: bool = False) -> None:
        super().__init__(path, query_only=query_only)
        self._path = path

    @property
    def _log(self) -> Path:
        return self._path.with_name(f"{self._path.name}-wal")

    def _run(self, begin: str | None, errands: Iterable[Errand]) -> Brought:
        fate = self.fate
        if begin == WRITES:
            fate.begun += 1
            if fate.begun in fate.busy:
                return self._behind_a_lock(begin, errands)
            if fate.grown:
                [[pages]] = self._conn.execute("PRAGMA page_count").fetchall()
                self._conn.execute(f"PRAGMA max_page_count={pages if fate.begun in fate.grown else 2**30}").close()
        with self._noting():
            return super()._run(begin, errands)

    def _behind_a_lock(self, begin: str | None, errands: Iterable[Errand]) -> Brought:
        other = sqlite3.connect(self._path, isolation_level=None)
        try:
            other.execute(WRITES).close()
            with self._noting():
                return super()._run(begin, errands)
        finally:
            other.close()

    @contextmanager
    def _noting(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            self.fate.raised.append(str(error))
            raise

    def _commit(self) -> None:
        if not self._conn.in_transaction:
            return
        before, fate = self._size(), self.fate
        with self._noting(), _no_byte_more(before) if fate.begun in fate.no_room else nullcontext():
            self._conn.commit()
        frames = (self._size() - before) // FRAME
        if frames:
            fate.frames.append(frames)
        if frames and fate.begun == fate.power:
            self._path.with_name("acknowledged").write_text(str(before))
            os.kill(os.getpid(), signal.SIGKILL)

    def _size(self) -> int:
        return self._log.stat().st_size if self._log.exists() else 0


@contextmanager
def _no_byte_more(size: int) -> Iterator[None]:
    """Files end there for this process: writing beyond fails, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def cut(folder: Path, halves: int) -> None:
    """The power went within a commit: of what it wrote, `halves` half frames have reached the disk.

    What was acknowledged before had been synced, and is there.
    """
    size = int((folder / "acknowledged").read_text()) + halves * FRAME // 2
    os.truncate(folder / "pregonero.db-wal", size)
    (folder / "pregonero.db-shm").unlink(missing_ok=True)
