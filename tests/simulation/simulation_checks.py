"""What must hold after everything that happens, and what must have come true at the end, read from the tables."""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from simulation_network import Item, Networks

from publishers.engine.model import TRANSITIONS, DeliveryStatus
from storage.columns import EPOCH

TRUE_REASONS = {"rejected", "duplicate", "thread_broken"}
ON_THE_WIRE = 5.0
"""Seconds from arming to sending, with all that the disk may take."""
_SNAPSHOT = (
    "SELECT d.id, d.status, d.version, d.wait, d.due_at, d.needs, d.code, d.account_id, d.dry_run,"
    " d.scheduled_at, d.platform, d.looks, d.moved_at FROM delivery d"
)
_ARMED = "SELECT delivery_id, key, mark FROM step WHERE armed_at IS NOT NULL AND received_at IS NULL"
_RECEIPTS = "SELECT delivery_id, key, external_id, account_id FROM receipt"


class Eye:
    """Sees the tables from outside, and the networks, and says when the two tell different stories."""

    def __init__(self, tables: sqlite3.Connection, networks: Networks, broken: Callable[[str], None]) -> None:
        self.tables = tables
        self.networks = networks
        self.broken = broken
        self.error = 0.0
        """Seconds by which our clock is wrong in this life."""
        self.latest = networks.timeline.now()
        """The latest time a clock of ours ever showed."""
        self.paused: dict[str, float] = {}
        """Since when each paused network stands still."""
        self.wanted: Counter[tuple[str, str]] = Counter()
        """How often each text was approved for each account."""
        self.parts: dict[str, list[str]] = {}
        self.seen: Callable[[list[sqlite3.Row]], None] = lambda _: None
        """Called with all deliveries after each commit that changed anything."""
        self.watchers: list[Callable[[sqlite3.Row, sqlite3.Row, Mapping[str, sqlite3.Row]], None]] = []
        """Called with what a delivery was, what it is, and all as they were before this commit."""
        self._version: int | None = None
        self._before: dict[str, sqlite3.Row] = {}
        self._receipts: set[tuple[str, str]] = set()
        names = self.tables.execute("SELECT id, external_id FROM account").fetchall()
        self.account = {row["id"]: row["external_id"] for row in names}

    def rows(self, query: str, *binds: Any) -> list[sqlite3.Row]:
        return self.tables.execute(query, binds).fetchall()

    def shown(self) -> datetime:
        """The latest time a clock of ours ever showed, this moment included."""
        self.latest = max(self.latest, self.networks.timeline.now() + timedelta(seconds=self.error))
        return self.latest

    # -- after every commit --------------------------------------------------------------------------------------

    def committed(self) -> None:
        changed = self._changed()
        rows, was = (self.rows(_SNAPSHOT) if changed else [*self._before.values()]), self._before.copy()
        self.seen(rows)
        if not changed:
            return
        armed = {row["delivery_id"]: row["key"] for row in self._armed()}
        for row in rows:
            before = self._before.get(row["id"])
            if before is None:
                self._approved(row)
            elif before["version"] != row["version"]:
                self._moved(before, row)
                for watch in self.watchers:
                    watch(before, row, was)
            if before is None or before["version"] != row["version"]:
                self._legal(row, armed.get(row["id"]))
            self._before[row["id"]] = row
        if len(rows) != len(self._before):
            self.broken("a delivery is gone")
        self._new_receipts()
        self._pauses()

    def _changed(self) -> bool:
        """Most commits write nothing: then all is as it was seen last."""
        [row] = self.rows("PRAGMA data_version")
        seen, self._version = self._version, row["data_version"]
        return seen != self._version

    def _armed(self) -> list[sqlite3.Row]:
        armed = self.rows(_ARMED)
        if len({row["mark"] for row in armed}) != len(armed):
            self.broken("two armed steps share a mark")
        return armed

    def _approved(self, row: sqlite3.Row) -> None:
        [dump] = self.rows("SELECT dump FROM adapted WHERE delivery_id = ?", row["id"])
        self.parts[row["id"]] = [part["text"] for part in json.loads(dump["dump"])["parts"]]
        if not row["dry_run"]:
            self.wanted.update((self.account[row["account_id"]], text) for text in self.parts[row["id"]])

    def _moved(self, before: sqlite3.Row, after: sqlite3.Row) -> None:
        old, new = DeliveryStatus(before["status"]), DeliveryStatus(after["status"])
        steps = after["version"] - before["version"]
        legal = TRANSITIONS[old]
        for _ in range(steps - 1):
            legal = frozenset(far for near in legal for far in TRANSITIONS[near])
        if steps < 1 or new not in legal:
            self.broken(f"{after['id']} went {old} → {new}")

    def _legal(self, row: sqlite3.Row, armed: str | None) -> None:
        status, due = DeliveryStatus(row["status"]), row["due_at"] is not None
        if status is DeliveryStatus.WAITING and due is (row["wait"] == "pause"):
            self.broken(f"{row['id']} waits for {row['wait']}, due: {due}")
        if status is DeliveryStatus.UNCONFIRMED and armed is None and not due:
            self.broken(f"{row['id']} asks about nothing")
        if status in {DeliveryStatus.PUBLISHED, DeliveryStatus.SKIPPED, DeliveryStatus.FAILED} and armed is not None:
            self.broken(f"{row['id']} is {status} with an armed step")
        if status is DeliveryStatus.PUBLISHED and not row["dry_run"]:
            receipts = self.rows("SELECT key FROM receipt WHERE delivery_id = ?", row["id"])
            if len(receipts) != len(self.parts[row["id"]]):
                self.broken(f"{row['id']} is published with {len(receipts)} receipts")

    def _new_receipts(self) -> None:
        for row in self.rows(_RECEIPTS):
            key = (row["delivery_id"], row["key"])
            if key in self._receipts:
                continue
            self._receipts.add(key)
            if row["external_id"] is not None:
                self._proven(row)

    def _proven(self, row: sqlite3.Row) -> None:
        item = self.networks.find(row["external_id"])
        if item is None or item.lands > self.networks.timeline.at:
            self.broken(f"{row['external_id']} has a receipt and is not public")
        elif item.account != self.account[row["account_id"]] or item.text != self.text(row["delivery_id"], row["key"]):
            self.broken(f"{row['external_id']} is not what {row['delivery_id']} approved")

    def _pauses(self) -> None:
        present = {row["platform"] for row in self.rows("SELECT platform FROM pause")}
        self.paused = {name: self.paused.get(name, self.networks.timeline.at) for name in sorted(present)}

    # -- at every request that makes something public ------------------------------------------------------------

    def begins(self, account: str, text: str) -> None:
        armed = [row for row in self.rows(_ARMED) if self._is(row, account, text)]
        if not armed:
            self.broken(f"{text!r} is sent to {account} and nothing is armed")
            return
        rows = [self._before[step["delivery_id"]] for step in armed]
        if all(self._early(row["scheduled_at"]) for row in rows):
            self.broken(f"{text!r} is sent to {account} before its hour")
        since = self.paused.get(rows[0]["platform"])
        if since is not None and self.networks.timeline.at - since > ON_THE_WIRE:
            self.broken(f"{text!r} is sent to {account} while its network is paused")

    def _early(self, hour: int | None) -> bool:
        return hour is not None and EPOCH + timedelta(microseconds=hour) > self.shown()

    def _is(self, step: sqlite3.Row, account: str, text: str) -> bool:
        row = self._before[step["delivery_id"]]
        return self.account[row["account_id"]] == account and self.text(row["id"], step["key"]) == text

    def kept(self, item: Item) -> None:
        """Something became public."""
        same = [each for each in self.networks.items if (each.account, each.text) == (item.account, item.text)]
        approved = self.wanted[item.account, item.text]
        if len(same) > approved:
            self.broken(f"{item.text!r} is public {len(same)} times on {item.account}, approved {approved} times")

    # -- what is true of a doubt ---------------------------------------------------------------------------------

    def text(self, delivery_id: str, key: str) -> str:
        number = int(key.removeprefix("post-")) if key.startswith("post-") else 1
        return self.parts[delivery_id][number - 1]

    def there(self, delivery_id: str) -> bool | None:
        """Whether a person finds what this delivery is in doubt about; None: it is in no doubt."""
        found = self.rows(f"{_ARMED} AND delivery_id = ?", delivery_id)
        if not found or delivery_id not in self._before:
            return None
        key = found[0]["key"]
        account, text = self.account[self._before[delivery_id]["account_id"]], self.text(delivery_id, key)
        return self._unclaimed(account, text, self._parent(delivery_id, key)) > 0

    def _parent(self, delivery_id: str, key: str) -> str | None:
        """The post this one replies to."""
        if not key.startswith("post-") or key == "post-1":
            return None
        before = f"post-{int(key.removeprefix('post-')) - 1}"
        [row] = self.rows(f"{_RECEIPTS} WHERE delivery_id = ? AND key = ?", delivery_id, before)
        parent: str | None = row["external_id"]
        return parent

    def _unclaimed(self, account: str, text: str, parent: str | None) -> int:
        """How often a person finds it there, without those that a receipt stands for."""
        receipts = [
            row
            for row in self.rows(_RECEIPTS)
            if self.account[row["account_id"]] == account
            and self.text(row["delivery_id"], row["key"]) == text
            and self._parent(row["delivery_id"], row["key"]) == parent
        ]
        return len(self.networks.public(account, text, parent)) - len(receipts)

    # -- when a life has stopped in order --------------------------------------------------------------------------

    def stopped(self) -> None:
        """Every clear answer was kept."""
        for item in self._forgotten():
            self.broken(f"{item.id} was answered, and the answer was not kept")

    def looks(self, account: str, text: str, reply_to: str | None) -> None:
        """What was clearly answered in this life is not looked for. Twins of a thread differ by what they reply to."""
        for item in self._forgotten():
            if (item.account, item.text, item.reply_to) == (account, text, reply_to):
                self.broken(f"{item.id} was answered, and is looked for")

    def _forgotten(self) -> list[Item]:
        """Answered in this life and not kept, unless somebody left it out meanwhile."""
        kept = {row["external_id"] for row in self.rows(_RECEIPTS)}
        skipped = {
            (self.account[row["account_id"]], text)
            for row in self.rows(_SNAPSHOT)
            if row["status"] == DeliveryStatus.SKIPPED
            for text in self.parts[row["id"]]
        }
        return [item for item in self.networks.owed if item.id not in kept and (item.account, item.text) not in skipped]

    # -- at the end ----------------------------------------------------------------------------------------------

    def ended(self) -> None:
        receipts: Counter[tuple[str, str]] = Counter()
        for row in self.rows(_RECEIPTS):
            receipts[self.account[row["account_id"]], self.text(row["delivery_id"], row["key"])] += 1
        public = Counter((item.account, item.text) for item in self.networks.items)
        for what in sorted(self.wanted):
            if receipts[what] > public[what]:
                self.broken(f"{what} is public {public[what]} times, received {receipts[what]} times")
        for row in self.rows(_SNAPSHOT):
            self._came_true(row)

    def _came_true(self, row: sqlite3.Row) -> None:
        status = DeliveryStatus(row["status"])
        if status in {DeliveryStatus.PUBLISHED, DeliveryStatus.SKIPPED}:
            return
        account = self.account[row["account_id"]]
        code = row["code"]
        reason = {
            "rejected": any((account, text) in self.networks.refused for text in self.parts[row["id"]]),
            "duplicate": self.networks.weather.refuses_duplicates,
            "media_missing": any(text in self.networks.unpictured for text in self.parts[row["id"]]),
            "thread_broken": len(self.parts[row["id"]]) > 1,
        }
        if status is not DeliveryStatus.BLOCKED or not reason.get(code, False):
            self.broken(f"{row['id']} ended {status} ({code}): lost")
