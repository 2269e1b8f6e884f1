"""From what stands in the slots of a phrase to what it states."""

from dataclasses import replace
from datetime import timedelta

from bot.hours.facts import Away, Clock, Date, Elapsed, Fact, Later, Offset, Part, Weekday, Which

MONTHS = 12


def before(hour: int, minute: int) -> Clock:
    """Quarter to nine. Before one it is the hour of twelve."""
    earlier = (hour - 1) % 24 if hour != 1 else 12
    return Clock(earlier, 60 - minute, twelve=True)


def date(day: int, month: int, year: int | None = None) -> Date:
    """The day comes first, unless it cannot: 12/25 is the 25th of December."""
    swapped = month > MONTHS >= day
    return Date(month, day, year) if swapped else Date(day, month, year)


def moment(
    *,
    year: int = 0,
    month: int = 0,
    day: int = 0,
    ymd: int = 0,
    hour: int = 0,
    minute: int = 0,
    second: int = 0,
    hms: int | None = None,
    east: int | None = None,
    zone_hours: int = 0,
    zone_minutes: int = 0,
    hhmm: int = 0,
) -> tuple[Fact, ...]:
    """ISO 8601, with marks or without. `east`: 1 or -1, the side of UTC; None: the text does not say."""
    on = Date(ymd % 100, ymd // 100 % 100, ymd // 10_000) if ymd else Date(day, month, year)
    at = Clock(hour, minute, second) if hms is None else compact(hms)
    if east is None:
        return on, at
    away = timedelta(hours=zone_hours + hhmm // 100, minutes=zone_minutes + hhmm % 100)
    return on, at, Offset(east * away)


def compact(hms: int) -> Clock:
    """93000 is half past nine."""
    hour, rest = divmod(hms, 10_000)
    return Clock(hour, *divmod(rest, 100))


def elapsed(
    *, hours: float = 0, minutes: float = 0, seconds: float = 0, count: float = 0, more: float = 0, fraction: float = 0
) -> Elapsed:
    """`count` hours and a `fraction` of one, and `more` minutes."""
    whole = timedelta(hours=hours + count, minutes=minutes + more, seconds=seconds)
    return Elapsed(whole + timedelta(hours=fraction))


def in_minutes(count: int) -> Elapsed:
    return Elapsed(timedelta(minutes=count))


def in_seconds(count: int) -> Elapsed:
    return Elapsed(timedelta(seconds=count))


def hours_ago(count: int, minutes: int = 0) -> Elapsed:
    return Elapsed(-timedelta(hours=count, minutes=minutes))


def minutes_ago(count: int) -> Elapsed:
    return Elapsed(-timedelta(minutes=count))


def in_days(count: int, each: int = 1) -> Later:
    return Later(days=count * each)


def in_months(count: int, each: int = 1) -> Later:
    return Later(months=count * each)


def weekday(weekday: int, which: Which = Which.COMING) -> Weekday:
    return Weekday(weekday, which)


def bare_part(part: Part) -> Part:
    return replace(part, loose=True)


def part_today(part: Part) -> tuple[Fact, ...]:
    return Away(0), part


def part(part: Part) -> Part:
    return part


def at_part(hour: int, part: Part) -> tuple[Fact, ...]:
    return Clock(hour, twelve=True), part


def nothing() -> tuple[Fact, ...]:
    """Words that add nothing: "para mañana"."""
    return ()
