"""Texts that are too long: made into the numbered parts of a thread, or shortened."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from adapters import links
from adapters.text import ELLIPSIS, normalise
from adapters.words import Break, Word, seams, words

Count = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class _Unit:
    """A word, or a piece of one that is too long. `before` and `after` measure the text up to its start and end."""

    start: int
    end: int
    ends: Break
    before: int
    after: int


def split(text: str, limit: int, count: Count) -> list[str]:
    """The text as parts that measure at most `limit` each, their " (2/5)" included; a single part has no number.

    Parts end at a paragraph where that fills them well, else at a sentence, else at a word. Links, mentions, hashtags
    and emoji are never cut unless one alone is longer than a part. A text without content has no parts.
    Raises ValueError when the limit has no room for a character beside the numbers.
    """
    text = normalise(text)
    size = count(text)
    if size <= limit:
        return [text] if text else []
    digits = len(str(size // max(limit, 1)))
    while len(parts := _fill(text, limit - count(_number("9" * digits, "9" * digits)), count)) >= 10**digits:
        digits += 1
    return [part + _number(at, len(parts)) for at, part in enumerate(parts, 1)]


def shorten(text: str, limit: int, count: Count) -> str:
    """The text if it measures at most `limit`, else its beginning and "…": whole sentences, or at least words."""
    text = normalise(text)
    if count(text) <= limit:
        return text
    room = limit - count(f" {ELLIPSIS}")
    if room <= 0:
        return ELLIPSIS if count(ELLIPSIS) <= limit else ""
    end = _end(text, room, count)
    kept = text[:end].rstrip(" \n.,;:")
    last = kept[max(kept.rfind(" "), kept.rfind("\n")) + 1 :]
    return f"{kept} {ELLIPSIS}" if links.find(last) else f"{kept}{ELLIPSIS}"


def opening(text: str) -> int:
    """Where the first sentence or line of a normalised text ends."""
    return next((word.end for word in words(text) if word.ends >= Break.SENTENCE), 0)


def _number(at: int | str, parts: int | str) -> str:
    return f" ({at}/{parts})"


def _end(text: str, room: int, count: Count) -> int:
    """Where the beginning of a text too long for `room` ends: at a sentence if that fills half of it."""
    end = best = measured = 0
    for word in words(text):
        measured += count(text[end : word.start])
        whole = count(text[word.start : word.end])
        if measured + whole > room:
            break
        measured += whole
        end = word.end
        if word.ends >= Break.SENTENCE and measured * 2 >= room:
            best = end
    if best or whole <= room:
        return best or end
    kinds = _kinds(text, word)[: 1 if end else None]
    reached = (_furthest(text, word.start, kind, room - measured, count) for kind in kinds)
    return next((at for at in reached if at > word.start), end)


def _fill(text: str, room: int, count: Count) -> list[str]:
    """Greedy: each part takes all that fits and then gives back what is behind its best break."""
    if room <= 0:
        raise ValueError("the limit leaves no room for text beside the numbers")
    units = list(_units(text, room, count))
    after = [unit.after for unit in units]
    parts: list[str] = []
    first = 0
    while first < len(units):
        last = _reach(units, after, first, room)
        if last < len(units) - 1:
            last = _best(units, after, first, last, room)
        part = text[units[first].start : units[last].end]
        if part.strip():  # a word that had to be cut may leave a lone no-break space
            parts.append(part)
        first = last + 1
    return parts


def _reach(units: Sequence[_Unit], after: Sequence[int], first: int, room: int) -> int:
    return bisect_right(after, units[first].before + room) - 1


def _best(units: Sequence[_Unit], after: Sequence[int], first: int, last: int, room: int) -> int:
    """The unit a part had better end with.

    A break counts when it fills a third of the part, that of a sentence also when the sentence behind it fits whole.
    """
    third = units[first].before + room / 3
    for wanted in (Break.PARAGRAPH, Break.SENTENCE):
        at = next((at for at in range(last, first - 1, -1) if units[at].ends >= wanted), None)
        if at is None:
            continue
        if units[at].after >= third:
            return at
        behind = range(at + 1, _reach(units, after, at + 1, room) + 1)
        if wanted is Break.SENTENCE and any(units[each].ends >= wanted for each in behind):
            return at
    return last


def _units(text: str, room: int, count: Count) -> Iterator[_Unit]:
    measured = at = 0
    for word in words(text):
        measured += count(text[at : word.start])
        at = word.start
        whole = count(text[word.start : word.end])
        for end in [word.end] if whole <= room else _pieces(text, at, _kinds(text, word), room, count):
            size = whole if whole <= room else count(text[at:end])
            ends = word.ends if end == word.end else Break.WORD
            yield _Unit(at, end, ends, measured, measured + size)
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
    """The last of the cuts up to which the text from `start` fits, found in doubling and then halving steps."""
    at = bisect_right(cuts, start) - 1
    step = 1
    while at + step < len(cuts) and count(text[start : cuts[at + step]]) <= room:
        at += step
        step *= 2
    while step := step // 2:
        if at + step < len(cuts) and count(text[start : cuts[at + step]]) <= room:
            at += step
    return cuts[at]
