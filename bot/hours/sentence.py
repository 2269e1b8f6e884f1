"""What a text states as a whole, when its facts belong together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.hours.facts import (
    Anchor,
    Clock,
    Elapsed,
    Fact,
    Later,
    Link,
    MonthDay,
    Offset,
    Part,
    SameHour,
    Week,
    Weekday,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """`anchors`: all that is said of the day but the weekday."""

    anchors: tuple[Anchor, ...] = ()
    weekday: Weekday | None = None
    clock: Clock | SameHour | None = None
    part: Part | None = None
    elapsed: Elapsed | None = None
    offset: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Clash:
    """Two hours or two days in one text."""


def best(ways: Iterable[tuple[Fact, ...]]) -> Sentence | Clash | None:
    """The first way that makes sense; a clash only if none does. None: this says no time."""
    clash = None
    for facts in ways:
        found = compose(facts)
        if isinstance(found, Sentence):
            return found
        clash = clash or found
    return clash


def compose(facts: tuple[Fact, ...]) -> Sentence | Clash | None:
    if sum(_is_bare(fact) for fact in facts) > 1:
        return None
    said = _Said(tuple(dict.fromkeys(facts)))
    if said.clashes():
        return None if said.vague() else Clash()
    if said.links or said.incomplete():
        return None
    return said.sentence()


class _Said:
    """Facts by what they are about, each once."""

    def __init__(self, facts: tuple[Fact, ...]) -> None:
        self.facts = facts
        self.links = [fact for fact in facts if isinstance(fact, Link)]
        self.clocks = [fact for fact in facts if isinstance(fact, Clock | SameHour)]
        self.parts = _agreeing([fact for fact in facts if isinstance(fact, Part)], self.clocks)
        self.spans = [fact for fact in facts if isinstance(fact, Elapsed)]
        self.weekdays = [fact for fact in facts if isinstance(fact, Weekday)]
        self.offsets = [fact for fact in facts if isinstance(fact, Offset)]
        self.anchors = [fact for fact in facts if isinstance(fact, Anchor)]

    def clashes(self) -> bool:
        twice = any(len(one) > 1 for one in (self.clocks, self.parts, self.spans, self.weekdays, self.offsets))
        mixed = bool(self.spans) and len(self.facts) > 1
        return twice or mixed or bool(self.links and len(self.anchors) > 1)

    def vague(self) -> bool:
        """Numbers that may be anything contradict nothing."""
        return any(_is_bare(fact) or _is_loose(fact) for fact in self.facts)

    def incomplete(self) -> bool:
        return not self.facts or self._part_alone() or self._number_alone() or self._nowhere()

    def _part_alone(self) -> bool:
        return not self.clocks and any(
            not part.usual or (part.loose and not self.anchors and not self.weekdays) for part in self.parts
        )

    def _number_alone(self) -> bool:
        """A bare number is a day only beside a weekday, another day or an hour that is surely one."""
        bare = any(_is_bare(anchor) for anchor in self.anchors)
        sure = any(not _is_bare(clock) for clock in self.clocks)
        return bare and not (self.weekdays or sure or len(self.anchors) > 1)

    def _nowhere(self) -> bool:
        """An offset of no hour; some day of this week."""
        alone = [fact for fact in self.facts if isinstance(fact, Week) and not fact.away]
        return bool(self.offsets and not self.clocks) or bool(alone and len(self.anchors) == 1 and not self.weekdays)

    def sentence(self) -> Sentence:
        return Sentence(
            anchors=tuple(self.anchors),
            weekday=next(iter(self.weekdays), None),
            clock=next(iter(self.clocks), self._implied_hour()),
            part=next(iter(self.parts), None),
            elapsed=next(iter(self.spans), None),
            offset=next((offset.east for offset in self.offsets), None),
        )

    def _implied_hour(self) -> SameHour | None:
        """In three days: at this hour."""
        return SameHour() if not self.parts and any(isinstance(fact, Later) for fact in self.anchors) else None


def _agreeing(parts: list[Part], clocks: Sequence[Clock | SameHour]) -> list[Part]:
    """The most exact one, when all put the hour in the same place: tonight at nine, pm; tonight, at midnight."""
    hours = [clock.hour for clock in clocks if isinstance(clock, Clock)]
    places = {tuple(part.place(hour) for hour in hours) if hours else part.start for part in parts}
    return sorted(parts, key=lambda part: len(part.usual))[:1] if len(places) == 1 else parts


def _is_bare(fact: Fact) -> bool:
    return isinstance(fact, Clock | MonthDay) and fact.bare


def _is_loose(fact: Fact) -> bool:
    return isinstance(fact, Part) and fact.loose
