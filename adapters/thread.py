"""Texts that are too long for one post, made into the numbered parts of a thread."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from adapters.breaks import sections
from adapters.stops import Stop, stops
from adapters.text import normalise
from adapters.words import Word, seams

MOST = 25
"""More parts than this hardly anybody reads."""

_PAUSES = frozenset({Stop.CLAUSE, Stop.COMMA})
"""A part ends there in its last third only."""

Count = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A word, or a piece of one that is too long. `before` and `after` measure the text up to its start and end."""

    start: int
    end: int
    stop: Stop
    before: int
    after: int


def split(text: str, limit: int, count: Count) -> list[str]:
    """The text as parts that measure at most `limit` each, their " (2/5)" included; a single part has no number.

    A break set by hand begins a new part, however short the one before is. Elsewhere a part ends at a paragraph, a
    sentence or a list item, if that fills a third of it, else at a word; it stays emptier only where what stands behind
    it cannot be cut and does not fit. Links, mentions, hashtags and emoji are never cut unless one alone is longer than
    a part. A text without content has no parts.
    Raises ValueError when the limit has no room for a character beside the numbers.
    """
    pieces = sections(normalise(text))
    if len(pieces) <= 1 and all(count(piece) <= limit for piece in pieces):
        return pieces
    digits = len(str(sum(map(count, pieces)) // max(limit, 1)))
    while len(parts := _parts(pieces, limit - count(_number("9" * digits, "9" * digits)), count)) >= 10**digits:
        digits += 1
    return [part + _number(at, len(parts)) for at, part in enumerate(parts, 1)]


def _number(at: int | str, parts: int | str) -> str:
    return f" ({at}/{parts})"


def _parts(pieces: Sequence[str], room: int, count: Count) -> list[str]:
    if room <= 0:
        raise ValueError("the limit leaves no room for text beside the numbers")
    return [part for piece in pieces for part in _fill(piece, room, count)]


def _fill(text: str, room: int, count: Count) -> Iterator[str]:
    """Greedy: each part takes all that fits and then gives back what is behind its best stop."""
    units = list(_units(text, room, count))
    after = [unit.after for unit in units]
    first = 0
    while first < len(units):
        last = bisect_right(after, units[first].before + room) - 1
        if last < len(units) - 1:
            last = _best(units, first, last, room)
        part = text[units[first].start : units[last].end]
        if part.strip():  # a word that had to be cut may leave a lone no-break space
            yield part
        first = last + 1


def _best(units: Sequence[_Unit], first: int, last: int, room: int) -> int:
    """The unit a part had better end with, of those that fill enough of it."""
    for wanted in reversed(Stop):
        filled = units[first].before + room * (2 if wanted in _PAUSES else 1) / 3
        full = range(last, first - 1, -1)
        at = next((at for at in full if units[at].stop >= wanted or units[at].after < filled), last)
        if units[at].stop >= wanted and units[at].after >= filled:
            return at
    return last


def _units(text: str, room: int, count: Count) -> Iterator[_Unit]:
    measured = at = 0
    for word, stop in stops(text):
        measured += count(text[at : word.start])
        at = word.start
        whole = count(text[word.start : word.end])
        for end in [word.end] if whole <= room else _pieces(text, at, _kinds(text, word), room, count):
            size = whole if whole <= room else count(text[at:end])
            yield _Unit(at, end, stop if end == word.end else Stop.WORD, measured, measured + size)
            # no part holds two pieces of one word: joined again they might measure more than apart
            measured += size if end == word.end else size + room
            at = end


def _kinds(text: str, word: Word) -> list[list[int]]:
    return [[word.start + seam for seam in kind] for kind in seams(text[word.start : word.end])]


def _pieces(text: str, start: int, kinds: Sequence[list[int]], room: int, count: Count) -> Iterator[int]:
    """The ends of the longest pieces that measure at most `room`, cut at the first kind of cuts where that will do."""
    if not kinds:
        raise ValueError("the limit leaves no room for a character")
    cuts = kinds[0]
    while start < cuts[-1]:
        end = _furthest(text, start, cuts, room, count)
        if end > start:
            yield end
        else:
            end = cuts[bisect_right(cuts, start)]
            yield from _pieces(text, start, [_between(finer, start, end) for finer in kinds[1:]], room, count)
        start = end


def _between(cuts: list[int], start: int, end: int) -> list[int]:
    return cuts[bisect_left(cuts, start) : bisect_right(cuts, end)]


def _furthest(text: str, start: int, cuts: Sequence[int], room: int, count: Count) -> int:
    """The last of the cuts up to which the text from `start` fits."""
    at = bisect_right(cuts, start) - 1
    return cuts[reach(at, len(cuts), lambda to: count(text[start : cuts[to]]) <= room)]


def reach(at: int, most: int, fits: Callable[[int], bool]) -> int:
    """The last number below `most` that fits, found from `at`, which does, in doubling and then halving steps."""
    step = 1
    while at + step < most and fits(at + step):
        at += step
        step *= 2
    while step := step // 2:
        if at + step < most and fits(at + step):
            at += step
    return at
