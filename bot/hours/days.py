"""Which days are meant: the candidates in order, the first one with an hour ahead holds."""

from calendar import monthrange
from datetime import date, timedelta

from bot.hours.facts import Anchor, Away, Date, Later, Month, MonthDay, Week, Weekday, Which
from bot.hours.sentence import Sentence
from bot.hours.wrong import Wrong

RECENT = timedelta(days=91)
"""A date without a year that is over for no longer was meant and missed; older ones are next year's."""
MONTHS_AHEAD = 13
MONTHS = range(1, 13)
MISSING = range(29, 32)
"""Days that some months have."""


def candidates(sentence: Sentence, today: date) -> tuple[date, ...]:
    """Raises Wrong: there is no such day, or its parts contradict each other."""
    if sentence.anchors:
        days = _common(sentence.anchors, today)
        some_day = all(isinstance(anchor, Week | Month) for anchor in sentence.anchors)
        return _falling_on(sentence.weekday, days, some_day=some_day)
    if sentence.weekday is not None:
        return _weekdays(sentence.weekday, today)
    # the hours after midnight belong to the night that began yesterday
    return tuple(today + timedelta(days) for days in (-1, 0, 1, 2))


def _common(anchors: tuple[Anchor, ...], today: date) -> tuple[date, ...]:
    first, *others = [_dates(anchor, today) for anchor in anchors]
    common = tuple(day for day in first if all(day in other for other in others))
    if not common:
        raise Wrong("two_times")
    return common


def _falling_on(weekday: Weekday | None, days: tuple[date, ...], *, some_day: bool) -> tuple[date, ...]:
    """`some_day`: all of the days are meant, and the weekday picks; without one it is the first."""
    if weekday is None:
        return days[:1] if some_day else days
    fitting = tuple(day for day in (days if some_day else days[:2]) if day.weekday() == weekday.day)
    if not fitting:
        near = (days[0], upcoming(weekday.day, days[0]))
        raise Wrong("other_weekday", {"weekday": str(weekday.day), "date": days[0].isoformat()}, near)
    return fitting


def _weekdays(weekday: Weekday, today: date) -> tuple[date, ...]:
    week = timedelta(weeks=1)
    coming, following = upcoming(weekday.day, today), upcoming(weekday.day, today + timedelta(days=1))
    return {
        Which.COMING: (coming, coming + week),
        Which.NEXT: (following,),
        Which.AFTER: (following + week,),
        Which.LAST: (following - week if following - week < today else following - 2 * week,),
    }[weekday.which]


def upcoming(weekday: int, since: date) -> date:
    return since + timedelta((weekday - since.weekday()) % 7)


def _dates(anchor: Anchor, today: date) -> tuple[date, ...]:
    match anchor:
        case Away(days):
            return (today + timedelta(days),)
        case Later(days, months):
            return (shifted(today, months) + timedelta(days),)
        case Week(away):
            monday = today + timedelta(weeks=away, days=-today.weekday())
            return tuple(monday + timedelta(day) for day in range(7))
        case Month(away):
            first = shifted(today.replace(day=1), away)
            return tuple(first + timedelta(day) for day in range(monthrange(first.year, first.month)[1]))
        case MonthDay(day):
            return _month_days(day, today)
        case Date():
            return (_date(anchor, today),)


def shifted(day: date, months: int) -> date:
    """The same day of another month, or its last. Raises OverflowError beyond the calendar."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    if not date.min.year <= year <= date.max.year:
        raise OverflowError(year)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _month_days(day: int, today: date) -> tuple[date, ...]:
    firsts = (shifted(today.replace(day=1), months) for months in range(MONTHS_AHEAD))
    found = tuple(first.replace(day=day) for first in firsts if 1 <= day <= monthrange(first.year, first.month)[1])
    return tuple(each for each in found if each >= today)


def _date(said: Date, today: date) -> date:
    if said.year is not None:
        return _existing(said, said.year)
    earliest = today - RECENT
    over = earliest.year == today.year and (said.month, said.day) < (earliest.month, earliest.day)
    return _existing(said, today.year + 1 if over else today.year)


def _existing(said: Date, year: int) -> date:
    try:
        return date(year, said.month, said.day)
    except ValueError:
        params = {"day": str(said.day), "month": str(said.month)}
        raise Wrong("no_such_day", params, _beside(said, year)) from None


def _beside(said: Date, year: int) -> tuple[date, ...]:
    """The end of a month that is shorter than thought, and the day after it."""
    if said.month not in MONTHS or said.day not in MISSING:
        return ()
    last = date(year, said.month, monthrange(year, said.month)[1])
    return last, last + timedelta(days=1)
