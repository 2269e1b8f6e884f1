"""Is this item of the account's list the one we tried to publish? One answer for all platforms."""

import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from publishers.engine.contract import Receipt, Seen

EARLY = timedelta(minutes=2)
"""Clocks and lists are coarse: an item may carry a time this much before the step was armed."""


def normalise(text: str) -> str:
    """The form in which two texts are compared: NFC, HTML unescaped, every run of blanks one space."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", html.unescape(text))).strip()


def telling(text: str) -> bool:
    """Whether what is looked for can be told from what else is there."""
    return normalise(text) != ""


def mark(account_id: str, text: str, reply_to: str | None) -> str:
    """What no two armed steps may share."""
    return "|".join((account_id, normalise(text), reply_to or ""))


@dataclass(frozen=True, slots=True)
class Sighting:
    """One look for one armed step (the contract's Attempt). `since` is the arming time on our clock.

    Items without text cannot be told apart: one of them is ours only when there is no other.
    """

    since: datetime
    taken: frozenset[str]
    unnamed: int = 0
    """How many of these items are ours already though nobody knows their ids."""

    def match(
        self, seen: Sequence[Seen], text: str, *, reply_to: str | None = None, skew: timedelta = timedelta(0)
    ) -> Receipt | None:
        wanted = normalise(text)
        earliest = self.since + skew - EARLY
        ours = [
            item
            for item in seen
            if item.id not in self.taken
            and item.at >= earliest
            and normalise(item.text) == wanted
            and item.reply_to == reply_to
        ]
        found = sorted(ours, key=lambda item: item.at)[self.unnamed :]
        if not found or (not wanted and len(found) > 1):
            return None
        return Receipt(found[0].id, found[0].permalink)
