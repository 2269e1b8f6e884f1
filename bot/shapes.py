"""How values are written in the configuration: durations, hours, slots, lists."""

import re
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import AfterValidator, BeforeValidator, Field

from publishers.engine.faults import unknown

UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)")
DURATION = re.compile(rf"(?:{PART.pattern})+")
DAYS = {
    **{name: day for day, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))},
    **{name: day for day, name in enumerate(("lun", "mar", "mie", "jue", "vie", "sab", "dom"))},
}


@dataclass(frozen=True, slots=True)
class QuietHours:
    """Local hours in which nothing that can wait makes a sound; `start` > `end` spans midnight."""

    start: time
    end: time

    def __contains__(self, at: time) -> bool:
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


@dataclass(frozen=True, slots=True)
class Slot:
    """A weekly hour at which posts go out, in the chat's zone. `weekday`: Monday is 0."""

    weekday: int
    at: time


def duration(value: Any) -> timedelta:
    """'300s', '5m', '1h30m', or a number of seconds."""
    if isinstance(value, timedelta):
        return value
    try:
        return timedelta(seconds=_seconds(value))
    except OverflowError:
        raise ValueError(f"{value!r} is too long; allowed: 300s, 5m, 1h, 7d") from None
    except (TypeError, ValueError):
        raise ValueError(f"{value!r} is not a duration; allowed: 300s, 5m, 1h, 7d") from None


def _seconds(value: Any) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0:
        return value
    text = value.strip().lower() if isinstance(value, str) else ""
    if not DURATION.fullmatch(text):
        raise ValueError("neither a number nor numbers with units")
    return sum(float(amount) * UNITS[unit] for amount, unit in PART.findall(text))


def clock_time(text: str) -> time:
    hour, _, minute = text.strip().partition(":")
    return time(int(hour), int(minute))


def quiet_hours(value: Any) -> QuietHours:
    """'22:00-08:00'."""
    if isinstance(value, QuietHours):
        return value
    try:
        start, end = (clock_time(part) for part in str(value).replace("–", "-").split("-"))
    except ValueError:
        raise ValueError(f"{value!r} is not a span of hours; allowed: '22:00-08:00'") from None
    return QuietHours(start, end)


def slot(value: Any) -> Slot:
    """'mon 10:00'."""
    if isinstance(value, Slot):
        return value
    try:
        day, at = str(value).split()
        return Slot(DAYS[day.lower()[:3].replace("é", "e").replace("á", "a")], clock_time(at))
    except (ValueError, KeyError):
        raise ValueError(f"{value!r} is not a slot; allowed: 'mon 10:00' (mon tue wed thu fri sat sun)") from None


def zone(value: Any) -> ZoneInfo:
    """A name of the IANA data base."""
    if isinstance(value, ZoneInfo):
        return value
    try:
        return ZoneInfo(str(value))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        names = {name.lower(): name for name in available_timezones()}
        near = names.get(_near(str(value), names))
        hint = f"did you mean {near}? " if near else ""
        raise ValueError(f"{value!r} is not a time zone; {hint}allowed: names like Europe/Madrid") from None


def _near(name: str, names: dict[str, str]) -> str:
    hint = unknown(name, names).partition("did you mean ")[2]
    return hint.partition("?")[0]


def page(value: str) -> str:
    """The address of something to be read."""
    parts = urlsplit(value)
    if not parts.hostname or parts.scheme not in {"http", "https"}:
        raise ValueError(f"{value!r} is not an address; allowed: https://…")
    return value


def split(value: Any) -> Any:
    """In the environment a list may be written 1,2,3."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return [value] if isinstance(value, int) else value


def _positive(value: timedelta) -> timedelta:
    if not value:
        raise ValueError("0s is too short; allowed: 300s, 5m, 1h, 7d")
    return value


Duration = Annotated[timedelta, BeforeValidator(duration)]
Positive = Annotated[Duration, AfterValidator(_positive)]
Hours = Annotated[QuietHours, BeforeValidator(quiet_hours)]
Weekly = Annotated[Slot, BeforeValidator(slot)]
Zone = Annotated[ZoneInfo, BeforeValidator(zone)]
Page = Annotated[str, AfterValidator(page)]
People = Annotated[tuple[Annotated[int, Field(gt=0)], ...], BeforeValidator(split)]
Port = Annotated[int, Field(ge=0, le=65535)]
