"""Marks of a text (bold, links behind words, code, quotes) in the form a network shows them, or as plain words."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from adapters import destination, links, markdown
from adapters.adapted import Note
from adapters.content import Mark, Span, Wording
from adapters.profile import Markup
from adapters.spans import BLOCKS, cleaned
from adapters.told import Told

QUOTES = '«»“”„‟"‘’‹›'
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")


class _Insert(NamedTuple):
    """Where, in which order among others there, and what."""

    at: int
    order: int
    text: str


def render(wording: Wording, markup: Markup) -> Told:
    """The words for a network with this markup.

    Notes, where a reader could take them otherwise: `spoiler_shown`, as no network can hide words · `strike_lost`,
    where words that were struck out (an old price) would stand there like the others.
    """
    wording = cleaned(wording)
    text = markdown.written(wording) if markup is Markup.MARKDOWN else plain(wording)
    marks = {span.mark for span in wording.spans}
    hidden = (Note("spoiler_shown"),) if Mark.SPOILER in marks else ()
    struck = (Note("strike_lost"),) if Mark.STRIKE in marks and markup is not Markup.MARKDOWN else ()
    return Told(text, hidden + struck)


def plain(wording: Wording) -> str:
    """The words; addresses stand behind theirs, quotes between « », code and quotes on lines of their own."""
    text, at = "", 0
    for insert in sorted([*_links(wording), *_blocks(wording)]):
        text += wording.text[at : insert.at] + insert.text
        at = insert.at
    return text + wording.text[at:]


def _blocks(wording: Wording) -> Iterator[_Insert]:
    """What carries quotation marks already gets no others."""
    text = wording.text
    for number, span in enumerate(wording.spans, start=1):
        start, end = _trimmed(text, span)
        if span.mark not in BLOCKS or start == end:
            continue
        bare = span.mark is Mark.BLOCK or text[start] in QUOTES or text[end - 1] in QUOTES
        opening, closing = ("", "") if bare else ("«", "»")
        yield _Insert(start, number, _apart(text[:start].rpartition("\n")[2]) + opening)
        yield _Insert(end, -number, closing + _apart(text[end:].partition("\n")[0]))


def _apart(beside: str) -> str:
    """A new line where there is something on this one."""
    return "\n" if beside.strip() else ""


def _links(wording: Wording) -> Iterator[_Insert]:
    """Each address once in a paragraph, and not where it stands anyway."""
    text, after_blocks = wording.text, len(wording.spans) + 1
    said = {(_paragraph(text, link.start), destination.alike(link.text)) for link in links.find(text)}
    for number, span in enumerate(wording.spans, start=1):
        shown = destination.shown(span.value) if span.mark is Mark.LINK else ""
        start, end = _trimmed(text, span)
        if not shown or start == end:
            continue
        there = (_paragraph(text, end), destination.alike(shown))
        if there not in said and destination.alike(text[start:end]) != there[1]:
            yield _Insert(end, -number - after_blocks, f" ({shown})")
        said.add(there)


def _paragraph(text: str, at: int) -> int:
    return sum(1 for _ in _PARAGRAPH.finditer(text, 0, at))


def _trimmed(text: str, span: Span) -> tuple[int, int]:
    """Its edges without the blanks it covers."""
    words = text[span.start : span.end]
    start = span.start + len(words) - len(words.lstrip())
    return start, max(start, span.start + len(words.rstrip()))
