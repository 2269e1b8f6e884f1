"""What the pieces of a text about time state, before anything is known of today."""

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the day: the twelve hours from `start` on, so that every hour up to 12 has one place in it.

    `usual`: the hours meant by those who name none, the first ones first. `short`: nobody says it of 13 and more (pm).
    `loose`: the bare word, which means nothing without a day.
    """

    start: int
    usual: tuple[int, ...] = ()
    short: bool = False
    loose: bool = False

    def place(self, hour: int) -> int | None:
        """The hour from the start of the day, which is 24 or more after midnight; None: it is not in this part."""
        if 1 <= hour <= 12:  # noqa: PLR2004 -- the hours on the face of a clock
            return self.start + (hour - self.start) % 12
        within = range(self.start, self.start + 12)
        return next((placed for placed in (hour, hour + 24) if placed in within and not (self.short and hour)), None)


@dataclass(frozen=True, slots=True)
class Clock:
    """An hour of the day. `twelve`: said as on the face of a clock, so it may be either half of the day.

    `bare`: a number that nothing shows to be an hour.
    """

    hour: int
    minute: int = 0
    second: int = 0
    twelve: bool = False
    bare: bool = False

    @property
    def exists(self) -> bool:
        inside = self.hour < 24 and self.minute < 60 and self.second < 60  # noqa: PLR2004 -- what a clock shows
        return inside or (self.hour, self.minute, self.second) == (24, 0, 0)

    @property
    def text(self) -> str:
        return f"{self.hour:02}:{self.minute:02}"


@dataclass(frozen=True, slots=True)
class SameHour:
    """The hour it is now."""


@dataclass(frozen=True, slots=True)
class Elapsed:
    """So much time from now on, whatever the clocks on the wall do."""

    span: timedelta


@dataclass(frozen=True, slots=True)
class Away:
    """Today is 0, tomorrow 1."""

    days: int


@dataclass(frozen=True, slots=True)
class Later:
    """So many days, or months of the calendar, from today."""

    days: int = 0
    months: int = 0


@dataclass(frozen=True, slots=True)
class Date:
    day: int
    month: int
    year: int | None = None


@dataclass(frozen=True, slots=True)
class MonthDay:
    """A day of whichever month comes. `bare`: a number that nothing shows to be a day."""

    day: int
    bare: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    """Some day of this week (0) or of the next (1); weeks begin on Monday."""

    away: int


@dataclass(frozen=True, slots=True)
class Month:
    """Some day of this month (0) or of the next (1)."""

    away: int


class Which(Enum):
    COMING = "the first one whose hour is ahead, today's too"
    NEXT = "the first one after today"
    AFTER = "the one a week after that"
    LAST = "the one before today"


@dataclass(frozen=True, slots=True)
class Weekday:
    """Monday is 0."""

    day: int
    which: Which = Which.COMING


@dataclass(frozen=True, slots=True)
class Offset:
    """The distance to UTC in which the text is written."""

    east: timedelta


@dataclass(frozen=True, slots=True)
class Link:
    """A word that puts two times side by side: and, or."""


Anchor = Away | Later | Date | MonthDay | Week | Month
Fact = Part | Clock | SameHour | Elapsed | Anchor | Weekday | Offset | Link
