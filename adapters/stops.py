"""How well a text may stop behind each of its words: paragraphs, sentences, whole list items, no heading last."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import regex

from adapters.text import EMOJI
from adapters.words import Break, Word, words

HEADING = 60
"""The most characters of a line without a full stop that is taken for a heading of what stands below it."""

_BULLET = regex.compile(r"[^\S\n]*(?:[-–—•*·▪▫◦‣⁃●○◆◇■□➤►▶→✓✔☑✅]\ufe0f?|\d{1,3}(?:[.)]|\.-|\.?[ºª])|\w[)])(?=[^\S\n])")
_TITLE = regex.compile(r"#{1,6}[^\S\n]")
_COLON = regex.compile(r":[\s*_)\]»”\"]*$")
_ENDED = regex.compile(r"[.!?…,;][\s*_)\]»”\"]*$")
_LETTER = regex.compile(r"[\p{L}\p{N}]")


class Stop(IntEnum):
    """The higher, the better a text ends there."""

    NEVER = 0
    """On a bullet, or a lone dash."""
    HEADING = 1
    """On a heading, or what ends with a colon, with nothing below it."""
    WORD = 2
    INNER = 3
    """At a sentence within a list item."""
    SENTENCE = 4
    """At a sentence, a line, or a whole item."""
    PARAGRAPH = 5


@dataclass(frozen=True, slots=True)
class _Line:
    """One line at `start:end`, blanks around it left out. `lead`: where its bullet ends."""

    start: int
    end: int
    item: bool
    heading: bool
    colon: bool
    lead: int


def stops(text: str) -> list[tuple[Word, Stop]]:
    """The words of a normalised text, each with how well the text may stop behind it."""
    lines = iter(_lines(text))
    line = next(lines, None)
    found = []
    for word in words(text):
        while line and word.start >= line.end:
            line = next(lines, None)
        found.append((word, _stop(text, word, line) if line else Stop.WORD))
    return found


def _stop(text: str, word: Word, line: _Line) -> Stop:
    if word.end >= len(text):
        return Stop.PARAGRAPH
    shown = text[word.start : word.end]
    if word.end <= line.lead or not (_LETTER.search(shown) or EMOJI.search(shown) or word.ends):
        return Stop.NEVER
    if line.heading:
        return Stop.HEADING
    if word.end >= line.end:
        return Stop.HEADING if line.colon else Stop(word.ends + Stop.INNER)
    if word.ends is Break.SENTENCE:
        return Stop.INNER if line.item else Stop.SENTENCE
    return Stop.WORD


def _lines(text: str) -> Iterator[_Line]:
    at, above = 0, ""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        below = lines[number + 1] if number + 1 < len(lines) else ""
        if line.strip():
            start = at + len(line) - len(line.lstrip())
            yield _line(line, start, at + len(line.rstrip()), above, below, last=number == len(lines) - 1)
        at += len(line) + 1
        above = line


def _line(line: str, start: int, end: int, above: str, below: str, *, last: bool) -> _Line:
    bullet = _BULLET.match(line)
    item = bullet is not None or (_signed(line) and (_signed(above) or _signed(below)))
    colon = _COLON.search(line) is not None
    short = len(line) <= HEADING and not item and not last
    bare = not above.strip() and not _ENDED.search(line) and _LETTER.search(line) is not None
    heading = short and (_TITLE.match(line) is not None or colon or bare)
    return _Line(start, end, item, heading, colon, start + len(bullet[0].strip()) if bullet else start)


def _signed(line: str) -> bool:
    """Begins with an emoji, as items do where an emoji is the bullet."""
    return EMOJI.match(line.lstrip()) is not None
