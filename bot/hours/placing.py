"""Which hours of a day are meant."""

from datetime import date, datetime, time, timedelta

from bot.hours.facts import Clock, Part, SameHour
from bot.hours.sentence import Sentence
from bot.hours.wall import Here
from bot.hours.wrong import Wrong

USUAL = (10, 12, 17, 21)
"""For a day without an hour: the first, or the first that is ahead when the day is today."""
TWICE = range(1, 8)
"""Hours people name alike in both halves of the day; 8 to 12 are taken for morning and noon."""
HALF = timedelta(hours=12)


def walls(sentence: Sentence, day: date, here: Here) -> tuple[datetime, ...]:
    """What the clock on the wall shows then; two when it may be either half of the day.

    Raises Wrong: there is no such hour.
    """
    midnight = datetime.combine(day, time())
    match sentence.clock:
        case SameHour():
            return (datetime.combine(day, here.wall.time()),)
        case Clock() as clock:
            return tuple(midnight + after for after in _said(clock, sentence.part))
        case None:
            return (midnight + timedelta(hours=_unsaid(sentence, day, here)),)


def _said(clock: Clock, part: Part | None) -> tuple[timedelta, ...]:
    hour = clock.hour if part is None else part.place(clock.hour)
    if hour is None or not clock.exists:
        raise Wrong("no_such_hour", {"hour": clock.text})
    first = timedelta(hours=hour, minutes=clock.minute, seconds=clock.second)
    either = clock.twelve and part is None and clock.hour in TWICE
    return (first, first + HALF) if either else (first,)


def _unsaid(sentence: Sentence, day: date, here: Here) -> int:
    usual = sentence.part.usual if sentence.part else USUAL
    ahead = [hour for hour in usual if hour > here.wall.hour] if day == here.today else []
    return next(iter(ahead), usual[0]) if sentence.weekday is None else usual[0]
