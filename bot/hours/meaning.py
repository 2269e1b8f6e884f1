"""The instant a sentence means, for a person at a place, now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.hours.days import candidates, upcoming
from bot.hours.facts import Away, Clock, Date, MonthDay
from bot.hours.outcome import Doubt, Hour, Impossible, Past, Reading
from bot.hours.placing import HALF, USUAL, walls
from bot.hours.sentence import Sentence
from bot.hours.wall import Here
from bot.hours.wrong import Wrong

YEARS_AHEAD = 2
LONGEST_AHEAD = timedelta(days=366 * YEARS_AHEAD - 1)
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)


def resolve(sentence: Sentence, here: Here) -> Reading:
    """Raises OverflowError beyond the calendar."""
    meaning = _Meaning(sentence, here)
    try:
        return meaning.elapsed(sentence.elapsed.span) if sentence.elapsed else meaning.reading()
    except Wrong as wrong:
        return Impossible(wrong.code, wrong.params, meaning.options(wrong))


def too_far() -> Impossible:
    return Impossible("too_far", {"years": str(YEARS_AHEAD)}, ())


@dataclass(frozen=True, slots=True)
class _Meaning:
    sentence: Sentence
    here: Here

    def elapsed(self, span: timedelta) -> Reading:
        at = self.here.now + span
        return self._ahead([at]) or Past(at, None)

    def reading(self) -> Reading:
        walls(self.sentence, self.here.today, self.here)  # a wrong hour is told before a wrong day
        first, *others = candidates(self.sentence, self.here.today)
        for day in (first, *others):
            found = self._ahead([*self._instants(day), *self._twin()])
            if found is not None:
                return found
        return Past(max(self._instants(first)), self._later(first))

    def options(self, wrong: Wrong) -> tuple[datetime, ...]:
        """What may have been meant, as far as it is ahead and soon enough."""
        there = (at for day in wrong.days for wall in self._walls(day) for at in self.here.instants(wall))
        soon = self.here.now + LONGEST_AHEAD
        return tuple(at for at in dict.fromkeys((*wrong.instants, *there)) if self.here.now < at <= soon)

    def _ahead(self, instants: Iterable[datetime]) -> Reading | None:
        future = sorted({at for at in instants if at > self.here.now})
        if not future:
            return None
        if future[0] > self.here.now + LONGEST_AHEAD:
            return too_far()
        return Hour(future[0]) if len(future) == 1 else Doubt(tuple(future))

    def _walls(self, day: date) -> tuple[datetime, ...]:
        return walls(self.sentence, day, self.here)

    def _instants(self, day: date) -> list[datetime]:
        """Raises Wrong when clocks go forward over an hour that is ahead."""
        shown = self._walls(day)
        found = [at for wall in shown for at in self.here.instants(wall) or self.here.around(wall)]
        for wall in shown:
            if not self.here.instants(wall) and self.here.around(wall)[-1] > self.here.now:
                raise Wrong("skipped_hour", {"hour": f"{wall:%H:%M}"}, instants=tuple(found))
        return found

    def _twin(self) -> tuple[datetime, ...]:
        """A Friday at 18:00 may be Friday the 18th, when the next 18th is one."""
        clock, weekday = self.sentence.clock, self.sentence.weekday
        plain = not self.sentence.anchors and not self.sentence.part
        if not (weekday and plain and isinstance(clock, Clock) and clock.bare and clock.hour):
            return ()
        dated = candidates(Sentence(anchors=(MonthDay(clock.hour),)), self.here.today)[0]
        usual = datetime(dated.year, dated.month, dated.day, USUAL[0])  # noqa: DTZ001 -- what the wall shows
        return self.here.instants(usual) if dated.weekday() == weekday.day else ()

    def _later(self, day: date) -> datetime | None:
        """What was probably meant by something that is over."""
        walls_later = self._walls_later(day)
        ahead = (at for wall in walls_later for at in self.here.instants(wall) if at > self.here.now)
        return next(ahead, None)

    def _walls_later(self, day: date) -> Iterator[datetime]:
        clock, part, today = self.sentence.clock, self.sentence.part, self.here.today
        if day == today and isinstance(clock, Clock) and clock.hour < 12 and part is None:  # noqa: PLR2004 -- noon
            yield self._walls(day)[0] + HALF
        if Away(0) in self.sentence.anchors:
            yield self._walls(today + DAY)[0]
        if self.sentence.weekday:
            coming = upcoming(self.sentence.weekday.day, today)
            yield from (self._walls(each)[0] for each in (coming, coming + WEEK))
        elif any(isinstance(anchor, Date) for anchor in self.sentence.anchors):
            yield from (self._walls(each)[0] for each in _anniversaries(day, today))


def _anniversaries(day: date, today: date) -> Iterator[date]:
    for year in (today.year, today.year + 1):
        try:
            yield day.replace(year=year)
        except ValueError:  # the 29th of February of a year without one
            continue
