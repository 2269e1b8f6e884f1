"""Whether what is due goes on its way at its time: a sweep would find it too, but minutes later."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from publishers.engine.model import DeliveryStatus, Wait
from storage.columns import EPOCH

if TYPE_CHECKING:
    from simulation_world import World

LATE = 60.0
"""Seconds after which what nothing kept back is late. Patience with a database that was away lasts half of it."""
TIMED = frozenset({DeliveryStatus.WAITING, DeliveryStatus.UNCONFIRMED})


@dataclass
class Punctuality:
    """In one life, as long as its alarms are in order: with them out of order, the sweep is the promise."""

    world: "World"
    since: float = 0.0
    """Of this life."""
    alarmless: bool = False
    crowded: dict[str, float] = None  # type: ignore[assignment]  # made with each life
    """When each network last had no place, or stood still."""
    error: float = 0.0
    """Of the clock, when it was set last."""
    rung: Mapping[str, datetime] = field(default_factory=dict)
    """What had rung when the clock was set back: what was not claimed by then has no alarm for the same time again."""
    paused: frozenset[str] = frozenset()
    """As the last commit left it: what goes on with the next one was in nobody's way but theirs."""

    def born(self) -> None:
        self.since, self.crowded = self.world.timeline.at, {}
        self.alarmless = self.world.alarms.broken
        self.clock_set()

    def clock_set(self) -> None:
        if self.world.error < self.error:
            self.rung = dict(self.world.alarms.struck)
        self.error = self.world.error

    def moved(self, before: sqlite3.Row, after: sqlite3.Row) -> None:
        """What was waiting for its time is claimed: was it in time?"""
        claimed = DeliveryStatus(after["status"]) is DeliveryStatus.PUBLISHING
        if not claimed or DeliveryStatus(before["status"]) not in TIMED or before["due_at"] is None:
            return
        if before["wait"] == Wait.HOUR and self.world.settings["lead"]:
            return  # what a pre-flight has checked gets the alarm for its hour from the next sweep
        if self.rung.get(before["id"]) == EPOCH + timedelta(microseconds=before["due_at"]):
            return
        late = self.world.timeline.at - max(self._due(before), self._hindered(after["platform"]))
        if late > LATE and not self.alarmless:
            self.world.break_(f"{after['id']} was due {late:.0f} s ago, and nothing was in its way")

    def _due(self, row: sqlite3.Row) -> float:
        """In true time, by the clock of this life."""
        shown: float = (EPOCH + timedelta(microseconds=row["due_at"]) - self.world.timeline.now()).total_seconds()
        return self.world.timeline.at + shown - self.world.error

    def _hindered(self, platform: str) -> float:
        disk = self.world.disk
        return max(self.since, disk.full_until, disk.locked_until, self.crowded.get(platform, 0.0))

    def seen(self, rows: list[sqlite3.Row]) -> None:
        """After every commit: which networks have no place free."""
        self.crowded |= dict.fromkeys(self.paused, self.world.timeline.at)
        still = self.world.eye.tables.execute("SELECT platform FROM pause")
        self.paused = frozenset(platform for [platform] in still.fetchall())
        self.crowded |= dict.fromkeys(self.paused, self.world.timeline.at)
        busy = [row["platform"] for row in rows if row["status"] == DeliveryStatus.PUBLISHING]
        for platform in set(busy):
            if busy.count(platform) >= self.world.pace.slots:
                self.crowded[platform] = self.world.timeline.at
