"""The tables of the product, read from another process as they lie on the disk."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from adapters.adapted import Adapted
from storage.columns import EPOCH
from storage.tables import metadata

MORE = {
    "prepared": "step WHERE armed_at IS NULL",
    "in doubt": "step WHERE armed_at IS NOT NULL AND received_at IS NULL",
    "letters": "inbox WHERE answered_at IS NULL",
    "untold": "delivery WHERE unshown = 1",
}
"""Rows of one sort: values never armed, acts without a receipt, updates not answered, moves not shown."""

LINES = """
SELECT delivery.*, adapted.dump, job.approved_at,
    (SELECT count(*) FROM receipt WHERE receipt.delivery_id = delivery.id) AS done
FROM delivery JOIN adapted ON adapted.delivery_id = delivery.id JOIN job ON job.id = delivery.job_id
"""
LEAD = timedelta(hours=1)
"""Of the pre-flight, as it comes."""
ORDER = "ORDER BY job.approved_at, job.id, delivery.position"


@dataclass(frozen=True, slots=True)
class Line:
    """One delivery as its row says it. `parts`: the texts that become public; `done`: how many are, by the receipts."""

    id: str
    job_id: str
    account_id: str
    platform: str
    status: str
    needs: str | None
    wait: str | None
    due_at: datetime | None
    approved_at: datetime
    parts: tuple[str, ...]
    done: int

    @property
    def asks(self) -> bool:
        return self.status in {"blocked", "failed"} or (self.status == "unconfirmed" and self.due_at is None)

    def next_moment(self, now: datetime) -> datetime | None:
        """When something happens to it by itself: of what has an hour, first the pre-flight."""
        if self.due_at is None or self.wait != "hour" or self.due_at - LEAD <= now:
            return self.due_at
        return self.due_at - LEAD


@dataclass(frozen=True, slots=True)
class Tables:
    data_dir: Path

    def open_lines(self) -> list[Line]:
        """What has not ended yet."""
        return self._lines("WHERE delivery.status NOT IN ('published', 'skipped')")

    def all_lines(self) -> list[Line]:
        return self._lines("")

    def _lines(self, where: str) -> list[Line]:
        with self._read("pregonero.db") as connection:
            return [_line(row) for row in connection.execute(f"{LINES} {where} {ORDER}")]

    def rows(self) -> dict[str, int]:
        """By table, and by the sorts of MORE; and the alarms."""
        asked = {**{name: name for name in metadata.tables}, **MORE}
        with self._read("pregonero.db") as connection:
            found = {name: _count(connection, where) for name, where in asked.items()}
        with self._read("alarms.db") as connection:
            found["alarms"] = _count(connection, "apscheduler_jobs")
        return found

    def pictures(self) -> int:
        return sum(path.is_file() for path in self.data_dir.glob("media/??/*"))

    def files(self) -> list[str]:
        """All others, by their places in the data folder."""
        found = (path for path in self.data_dir.rglob("*") if path.is_file())
        return sorted(name for path in found if not (name := str(path.relative_to(self.data_dir))).startswith("media/"))

    def log(self) -> int:
        """The largest log behind a database, in kB."""
        return max((path.stat().st_size for path in self.data_dir.glob("*.db-wal")), default=0) // 1024

    @contextmanager
    def _read(self, name: str) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(f"file:{self.data_dir / name}?mode=ro", uri=True, timeout=10)) as connection:
            connection.row_factory = sqlite3.Row
            yield connection


def _count(connection: sqlite3.Connection, where: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {where}").fetchone()[0])  # noqa: S608 - the words are ours


def _line(row: sqlite3.Row) -> Line:
    return Line(
        id=row["id"],
        job_id=row["job_id"],
        account_id=row["account_id"],
        platform=row["platform"],
        status=row["status"],
        needs=row["needs"],
        wait=row["wait"],
        due_at=None if row["due_at"] is None else EPOCH + timedelta(microseconds=row["due_at"]),
        approved_at=EPOCH + timedelta(microseconds=row["approved_at"]),
        parts=tuple(part.text for part in Adapted.load(json.loads(row["dump"])).parts),
        done=row["done"],
    )
