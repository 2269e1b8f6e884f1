"""How well a text may stop behind each of its words: paragraphs, sentences, whole list items, no heading last."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import regex

from adapters import small_words
from adapters.text import EMOJI
from adapters.words import Break, Word, words

HEADING = 60
"""The most characters of a line without a full stop that is taken for a heading of what stands below it."""

_BULLET = regex.compile(r"[^\S\n]*(?:[-–—•*·▪▫◦‣⁃●○◆◇■□➤►▶→✓✔☑✅]\ufe0f?|\d{1,3}(?:[.)]|\.-|\.?[ºª])|\w[)])(?=[^\S\n])")
_TITLE = regex.compile(r"#{1,6}[^\S\n]")
_CLAUSE = regex.compile(r";[)\]»”\"']*$")
_COMMA = regex.compile(r"[,:][)\]»”\"']*$|[\p{L}\p{N}][–—]$")
_DASH = regex.compile(r"[–—]")
_OPENERS = "(«“\"'¿¡—–-"
_COLON = regex.compile(r":[\s*_)\]»”\"]*$")
_ENDED = regex.compile(r"[.!?…,;][\s*_)\]»”\"]*$")
_LETTER = regex.compile(r"[\p{L}\p{N}]")
_SPOKEN = regex.compile(r"[\p{L}\p{N}\p{Sc}%]")


class Stop(IntEnum):
    """The higher, the better a text ends there."""

    NEVER = 0
    """On a bullet, a number of a list, or a lone dash."""
    LEADING = 1
    """On a small word, or a title, that leads to the next."""
    HEADING = 2
    """On a heading, or what ends with a colon, with nothing below it."""
    WORD = 3
    COMMA = 4
    """At a comma, a colon or a dash."""
    CLAUSE = 5
    """At a semicolon."""
    INNER = 6
    """At a sentence within a list item."""
    SENTENCE = 7
    """At a sentence, a line, or a whole item."""
    PARAGRAPH = 8


@dataclass(frozen=True, slots=True)
class _Line:
    """One line at `start:end`, blanks around it left out. `lead`: where its bullet ends, or its number."""

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
    said = words(text)
    for at, word in enumerate(said):
        while line and word.start >= line.end:
            line = next(lines, None)
        after = text[said[at + 1].start : said[at + 1].end] if at + 1 < len(said) else ""
        found.append((word, _stop(text, word, after, line) if line else Stop.WORD))
    return found


def _stop(text: str, word: Word, after: str, line: _Line) -> Stop:
    if word.end >= len(text):
        return Stop.PARAGRAPH
    shown = text[word.start : word.end]
    if word.end <= line.lead or not (_SPOKEN.search(shown) or EMOJI.search(shown) or word.ends):
        return Stop.NEVER
    if line.heading:
        return Stop.HEADING
    if word.end >= line.end:
        return Stop.HEADING if line.colon else Stop(word.ends + Stop.INNER)
    if word.ends is Break.SENTENCE:
        return Stop.INNER if line.item else Stop.SENTENCE
    return _between(shown, after)


def _between(word: str, after: str) -> Stop:
    """Within a sentence."""
    if _CLAUSE.search(word):
        return Stop.CLAUSE
    if _COMMA.search(word) or _DASH.match(after):
        return Stop.COMMA
    return Stop.LEADING if small_words.leads(word.lstrip(_OPENERS), after) else Stop.WORD


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
    lead = max(len(bullet[0].strip()) if bullet else 0, small_words.lead(line.lstrip(), 0))
    return _Line(start, end, item, heading, colon, start + lead)


def _signed(line: str) -> bool:
    """Begins with an emoji, as items do where an emoji is the bullet."""
    return EMOJI.match(line.lstrip()) is not None
