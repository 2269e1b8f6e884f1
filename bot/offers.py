"""Hours to choose from: soon, the sensible ones of today and tomorrow, the next free slot of the week. Pure.

An hour travels in the data of a button as its minute since 1970 (UTC).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from bot.hours.wall import Here
from bot.shapes import Slot

USUAL = (time(9), time(13), time(18), time(21))
"""Hours at which a shop has readers."""
SOON = timedelta(hours=1)
_DAY = timedelta(days=1)
_WEEK = 7
_MINUTE = timedelta(minutes=1)
_START = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Offers:
    soon: datetime
    usual: tuple[datetime, ...]
    slot: datetime | None = None


def offers(now: datetime, zone: tzinfo, slots: Sequence[Slot] = (), taken: Collection[int] = ()) -> Offers:
    """As things stand at `now`. `taken`: minutes at which something goes out already."""
    here, soon = Here(now, zone), moment(minute(now + SOON))
    usual = [at for day in range(2) for hour in USUAL for at in _instants(here, day, hour) if at > now and at != soon]
    free = (at for at in _slots(here, slots, len(taken)) if at > now and minute(at) not in taken)
    return Offers(soon, tuple(usual), next(free, None))


def minute(at: datetime) -> int:
    """The first whole minute that is not before this."""
    return -((_START - at) // _MINUTE)


def moment(number: int) -> datetime:
    return _START + number * _MINUTE


def _slots(here: Here, slots: Sequence[Slot], taken: int) -> Iterator[datetime]:
    """In order, as many weeks ahead as can be needed: every taken one may cost a week."""
    days = range((taken + 2) * _WEEK) if slots else ()
    for day in days:
        weekday = (here.today + day * _DAY).weekday()
        for slot in sorted(slots, key=lambda each: each.at):
            if slot.weekday == weekday:
                yield from _instants(here, day, slot.at)[:1]


def _instants(here: Here, days: int, hour: time) -> tuple[datetime, ...]:
    """None where the clocks go forward over that hour."""
    return here.instants(datetime.combine(here.today + days * _DAY, hour))[:1]
