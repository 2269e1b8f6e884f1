"""Marked words as a phone shows them, made to fit; no quote, for they stand in one already."""

from collections.abc import Iterator
from itertools import accumulate, pairwise

from adapters import destination
from adapters.content import Mark, Span, Wording
from adapters.spans import Exchange, exchanged, nest, piece, stripped
from adapters.text import ELLIPSIS, clusters
from bot.render.room import units
from bot.screen import Html, escape

QUOTED = "▎ "
"""What stands before each line of a quote."""
_TAGS = {
    Mark.BOLD: "b",
    Mark.ITALIC: "i",
    Mark.UNDERLINE: "u",
    Mark.STRIKE: "s",
    Mark.SPOILER: "tg-spoiler",
    Mark.CODE: "code",
    Mark.BLOCK: "code",
    Mark.LINK: "a",
}


def marked(wording: Wording, room: int) -> Html:
    """At most `room` units of HTML, ending in … when something is missing."""
    whole = _html(wording)
    if units(whole) <= room:
        return whole
    ends = list(accumulate(map(len, clusters(wording.text[:room])), initial=0))
    most, least = len(ends) - 1, 0
    while least < most:  # the longest beginning that fits
        middle = (least + most + 1) // 2
        least, most = (middle, most) if units(_cut(wording, ends[middle])) <= room else (least, middle - 1)
    return _cut(wording, ends[least])


def _cut(wording: Wording, end: int) -> Html:
    return Html(_html(stripped(piece(wording, 0, end))) + ELLIPSIS)


def _html(wording: Wording) -> Html:
    wording = _quoted(wording)
    spans = nest((span for span in wording.spans if _tag(span)), len(wording.text))
    edges = {0, len(wording.text), *(edge for span in spans for edge in (span.start, span.end))}
    pieces = []
    for start, end in pairwise(sorted(edges)):
        pieces += [_opening(span) for span in spans if span.start == start]
        pieces.append(escape(wording.text[start:end]))
        pieces += [f"</{_tag(span)}>" for span in reversed(spans) if span.end == end]
    return Html("".join(pieces))


def _quoted(wording: Wording) -> Wording:
    signs = sorted({at for span in wording.spans if span.mark is Mark.QUOTE for at in _lines(wording.text, span)})
    return exchanged(wording, [Exchange(at, at, QUOTED) for at in signs])


def _lines(text: str, span: Span) -> Iterator[int]:
    """Where the lines of a quote begin."""
    at = span.start
    for line in text[span.start : span.end].splitlines(keepends=True):
        if line.strip():
            yield at
        at += len(line)


def _tag(span: Span) -> str:
    """Empty for what is shown without one."""
    if span.mark is Mark.LINK and not destination.href(span.value).lower().startswith("http"):
        return ""
    return _TAGS.get(span.mark, "")


def _opening(span: Span) -> str:
    if span.mark is Mark.LINK:
        return f'<a href="{escape(destination.href(span.value))}">'
    return f"<{_tag(span)}>"
