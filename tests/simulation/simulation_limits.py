"""Limits: those of the configuration, which we must keep, and windows of the networks that close on us."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from simulation_network import Networks

from publishers.engine.budget import SPANS, WINDOW_FULL
from publishers.engine.model import DeliveryStatus
from storage.columns import MICROSECOND

if TYPE_CHECKING:
    from simulation_checks import Eye

WINDOWS = {"posts_per_min": SPANS["min"], "posts_per_10min": 10 * SPANS["min"], "posts_per_hour": SPANS["hour"]}
Limits = Mapping[str, Mapping[str, int]]
"""By platform, as under `rate_limits` in the configuration."""


@dataclass(frozen=True, slots=True)
class Closing:
    """A network's own window: so many of each account until it begins anew, every `span` seconds."""

    networks: Networks
    most: int
    span: float

    def left(self, account: str) -> int:
        number = self.networks.timeline.at // self.span
        used = [each for each in self.networks.items if each.account == account and each.lands // self.span >= number]
        return max(0, self.most - len(used))

    def resets_in(self) -> float:
        return self.span - self.networks.timeline.at % self.span


def closing_of(networks: Networks, chance: Random) -> Closing | None:
    """In some worlds."""
    if chance.random() < 0.6:
        return None
    return Closing(networks, chance.choice([1, 2, 3]), chance.choice([120.0, 600.0]))


def limits_of(platforms: tuple[str, ...], chance: Random) -> Limits:
    """In some worlds, of some platforms."""
    if chance.random() < 0.6:
        return {}
    kinds = [("posts_per_min", 1), ("posts_per_10min", 2), ("posts_per_hour", 6)]
    return {platform: dict([chance.choice(kinds)]) for platform in platforms if chance.random() < 0.7}


@dataclass(slots=True)
class Ledge:
    """Sees that nothing is let through for which a window of the configuration has no room."""

    eye: "Eye"
    limits: Limits

    def moved(self, before: sqlite3.Row, after: sqlite3.Row, rows: Mapping[str, sqlite3.Row]) -> None:
        """`rows`: all deliveries as they were before this commit. What may be public is looked for at any time."""
        new, old = DeliveryStatus(after["status"]), DeliveryStatus(before["status"])
        if new is DeliveryStatus.WAITING and after["code"] == WINDOW_FULL:
            self.eye.networks.counts["held for a window"] += 1
        if new is not DeliveryStatus.PUBLISHING or old is DeliveryStatus.UNCONFIRMED:
            return
        if after["looks"] or after["dry_run"]:
            return
        for name, most in self.limits.get(after["platform"], {}).items():
            others = self._spent(after, name) + self._coming(after, rows)
            own = min(self._left(after["id"]), most)
            if others + own > most:
                self.eye.broken(f"{after['id']} is let through, {others} of {most} {name} are used")

    def _spent(self, row: sqlite3.Row, name: str) -> int:
        query = "SELECT key FROM receipt WHERE account_id = ? AND received_at > ? AND received_at <= ?"
        now = row["moved_at"]
        return len(self.eye.rows(query, row["account_id"], now - WINDOWS[name] // MICROSECOND, now))

    def _coming(self, row: sqlite3.Row, rows: Mapping[str, sqlite3.Row]) -> int:
        """Parts of what was on its way before."""
        return sum(
            self._left(other["id"])
            for other in rows.values()
            if other["account_id"] == row["account_id"]
            and other["id"] != row["id"]
            and other["status"] == DeliveryStatus.PUBLISHING
            and not other["dry_run"]
        )

    def _left(self, delivery_id: str) -> int:
        received = self.eye.rows("SELECT key FROM receipt WHERE delivery_id = ?", delivery_id)
        return len(self.eye.parts[delivery_id]) - len(received)
