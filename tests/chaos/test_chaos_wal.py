"""A log cut anywhere: what was acknowledged before the cut is there, whole transactions only, and the file is sound.

Promised is what the disk was told to keep: a commit is acknowledged after its frames were synced, so a power cut takes
only what nobody had heard of. A disk that loses synced bytes loses the transactions in them: an armed step that is lost
that way can become a second post, and nothing here can prevent it.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from shutil import copy

import pytest

from storage.driver import connect

PAGE, FRAME, HEAD = 4096, 24 + 4096, 32
COMMITS = 6
ROWS = 40
"""In each: so that most of them need several pages."""


@pytest.fixture
def torn_off(tmp_path: Path) -> Iterator[tuple[Path, list[int]]]:
    """A folder as a killed process leaves it, and how long the log was when each commit was acknowledged."""
    source, left = tmp_path / "source.db", tmp_path / "left"
    left.mkdir()
    with closing(connect(source)) as writer:
        writer.execute("CREATE TABLE kept (number INTEGER, words TEXT)")
        acknowledged = []
        for number in range(COMMITS):
            writer.execute("BEGIN IMMEDIATE")
            writer.executemany("INSERT INTO kept VALUES (?, ?)", [(number, "pan " * 60)] * ROWS)
            writer.commit()
            acknowledged.append(log_of(source).stat().st_size)
        copy(source, left / "pregonero.db")
        copy(log_of(source), left / "pregonero.db-wal")
        yield left, acknowledged


def log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def opened(left: Path, folder: Path, length: int) -> list[int]:
    """How many rows each commit has, once the log ends after `length` bytes."""
    folder.mkdir()
    for path in left.iterdir():
        copy(path, folder)
    with (folder / "pregonero.db-wal").open("r+b") as log:
        log.truncate(length)
    with closing(connect(folder / "pregonero.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        try:
            counts = dict(connection.execute("SELECT number, count(*) FROM kept GROUP BY number").fetchall())
        except sqlite3.OperationalError:  # the table itself was in what is gone
            counts = {}
    return [counts.get(number, 0) for number in range(COMMITS)]


def test_every_edge_of_a_frame_and_the_middle_of_each(torn_off: tuple[Path, list[int]], tmp_path: Path) -> None:
    left, acknowledged = torn_off
    assert (acknowledged[-1] - HEAD) % FRAME == 0
    frames = (acknowledged[-1] - HEAD) // FRAME
    assert frames > 2 * COMMITS
    for half in range(2 * frames + 1):
        length = HEAD + half * FRAME // 2
        heard = sum(1 for size in acknowledged if size <= length)
        assert opened(left, tmp_path / f"cut-{half}", length) == [ROWS] * heard + [0] * (COMMITS - heard), half


def test_our_writer_syncs_at_each_commit(tmp_path: Path) -> None:
    """Without it a commit would be acknowledged that a power cut can take."""
    with closing(connect(tmp_path / "ours.db")) as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert connection.execute("PRAGMA page_size").fetchone() == (PAGE,)
