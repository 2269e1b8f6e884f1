"""What a text about time turns out to be."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Hour:
    """One instant, in the future. `at`: aware UTC."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two or more instants, all in the future, in order: the person has to say which. Aware UTC."""

    options: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """It is over. `later`: the instant that was probably meant, if there is one. Aware UTC."""

    at: datetime
    later: datetime | None


@dataclass(frozen=True, slots=True)
class Impossible:
    """It cannot be. `options`: instants in the future that may have been meant, likeliest first. Aware UTC.

    Codes and their parameters: no_such_day (day, month), no_such_hour (hour), skipped_hour (hour: clocks go forward
    over it), too_far (years), two_times (two hours or days in one text), other_weekday (weekday, Monday is 0; date,
    ISO 8601).
    """

    code: str
    params: Mapping[str, str]
    options: tuple[datetime, ...]


Reading = Hour | Doubt | Past | Impossible
