"""New hours for what missed its own: the weekly slots that are free, else one an hour while people are awake. Pure."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import count, islice

from bot.hours.wall import Here
from bot.shapes import Slot

FIRST, LAST = 9, 21
"""Local hours between which something goes out where there are no slots, both included."""


def next_hours(
    many: int, now: datetime, zone: tzinfo, slots: Sequence[Slot] = (), taken: Collection[datetime] = ()
) -> list[datetime]:
    """Aware UTC, in order, all after `now`. `taken`: hours that other posts have already."""
    busy = {_minute(hour) for hour in taken}
    hours = _slots(now, zone, slots) if slots else _full_hours(now, zone)
    return list(islice((hour for hour in hours if _minute(hour) not in busy), many))


def _slots(now: datetime, zone: tzinfo, slots: Sequence[Slot]) -> Iterator[datetime]:
    here = Here(now, zone)
    for away in count():
        day = here.today + timedelta(days=away)
        for at in sorted({slot.at for slot in slots if slot.weekday == day.weekday()}):
            yield from (hour for hour in here.instants(datetime.combine(day, at))[:1] if hour > now)


def _full_hours(now: datetime, zone: tzinfo) -> Iterator[datetime]:
    begun = now.astimezone(zone).replace(minute=0, second=0, microsecond=0).astimezone(UTC)
    for away in count(1):
        hour = begun + timedelta(hours=away)
        if FIRST <= hour.astimezone(zone).hour <= LAST:
            yield hour


def _minute(hour: datetime) -> datetime:
    return hour.astimezone(UTC).replace(second=0, microsecond=0)
