"""Working on marked words: pieces, joints, exchanges. Every result is well nested and lies within its text."""

import bisect
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, pairwise
from typing import NamedTuple

from adapters.content import Mark, Span, Wording
from adapters.text import clean

BLOCKS = frozenset({Mark.QUOTE, Mark.BLOCK})
"""Marks of whole lines."""
CODES = frozenset({Mark.BLOCK, Mark.CODE})
"""Within these nothing else is marked."""
TAB = "    "
_RANK = (
    Mark.QUOTE,
    Mark.BLOCK,
    Mark.LINK,
    Mark.BOLD,
    Mark.ITALIC,
    Mark.UNDERLINE,
    Mark.STRIKE,
    Mark.SPOILER,
    Mark.CODE,
)
"""Of marks on the same words, the outer one first."""
_LAYERS = (BLOCKS, frozenset({Mark.LINK}), frozenset(Mark) - BLOCKS - {Mark.LINK})
"""Those of a later one are cut where those before begin and end."""


class Exchange(NamedTuple):
    """`text[start:end]` becomes `new`."""

    start: int
    end: int
    new: str


def nest(spans: Iterable[Span], length: int) -> tuple[Span, ...]:
    """In order, within `length` characters, none crossing another, none within its own kind or within code.

    Where two cross, a block stays whole, then a link; what crosses it is cut in two.
    """
    inside = [_clipped(span, length) for span in spans]
    whole = _touching([span for span in inside if span.start < span.end])
    laid: list[Span] = []
    for layer in _LAYERS:
        edges = sorted({edge for span in laid for edge in (span.start, span.end)})
        added = [part for span in whole if span.mark in layer for part in _parted(span, edges)]
        laid = _stacked(sorted([*laid, *added], key=_outer))
    return tuple(laid)


def _clipped(span: Span, length: int) -> Span:
    return replace(span, start=max(0, span.start), end=min(length, span.end))


def _outer(span: Span) -> tuple[int, int, int]:
    return span.start, -span.end, _RANK.index(span.mark)


def _touching(spans: Sequence[Span]) -> list[Span]:
    """Stretches of one mark that touch or overlap become one; blocks stay apart unless they overlap."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda each: (each.mark, each.value, each.start, each.end)):
        last = joined[-1] if joined else None
        if last is None or (last.mark, last.value) != (span.mark, span.value) or not _meet(last, span):
            joined.append(span)
        else:
            joined[-1] = replace(last, end=max(last.end, span.end))
    return joined


def _meet(first: Span, second: Span) -> bool:
    return second.start < first.end or (second.start == first.end and first.mark not in BLOCKS)


def _parted(span: Span, edges: Sequence[int]) -> list[Span]:
    """Cut at these."""
    within = edges[bisect.bisect_right(edges, span.start) : bisect.bisect_left(edges, span.end)]
    return [replace(span, start=start, end=end) for start, end in pairwise((span.start, *within, span.end))]


def _stacked(spans: list[Span]) -> list[Span]:
    """`spans` in their order, cut where they would cross."""
    laid: list[Span] = []
    waiting = spans[::-1]
    above: list[Span] = []
    while waiting:
        span = waiting.pop()
        while above and above[-1].end <= span.start:
            above.pop()
        if above and span.end > above[-1].end:
            rest = replace(span, start=above[-1].end)
            span = replace(span, end=above[-1].end)
            bisect.insort(waiting, rest, key=lambda each: tuple(-value for value in _outer(each)))
        if all(each.mark not in CODES and each.mark is not span.mark for each in above):
            laid.append(span)
            above.append(span)
    return laid


def piece(wording: Wording, start: int, end: int) -> Wording:
    """The words from `start` to `end` with their marks."""
    moved = (replace(span, start=span.start - start, end=span.end - start) for span in wording.spans)
    text = wording.text[start:end]
    return Wording(text, nest(moved, len(text)))


def stripped(wording: Wording) -> Wording:
    """Without blanks around."""
    start = len(wording.text) - len(wording.text.lstrip())
    return piece(wording, start, max(start, len(wording.text.rstrip())))


def join(separator: str, wordings: Iterable[Wording]) -> Wording:
    """One below or behind the other."""
    text, spans = "", list[Span]()
    for number, each in enumerate(wordings):
        at = len(text) + len(separator) * bool(number)
        text += separator * bool(number) + each.text
        spans += (replace(span, start=span.start + at, end=span.end + at) for span in each.spans)
    return Wording(text, nest(spans, len(text)))


def exchanged(wording: Wording, exchanges: Sequence[Exchange]) -> Wording:
    """With other words in some places, in order and apart from each other; marks stay on what they were on."""
    text, at = "", 0
    for each in exchanges:
        text += wording.text[at : each.start] + each.new
        at = each.end
    text += wording.text[at:]
    spans = (
        replace(span, start=_moved(span.start, exchanges), end=_moved(span.end, exchanges, end=True))
        for span in wording.spans
    )
    return Wording(text, nest(spans, len(text)))


def _moved(edge: int, exchanges: Sequence[Exchange], *, end: bool = False) -> int:
    """Where an edge comes to lie; one amid what is exchanged goes to its rim."""
    shift = 0
    for each in exchanges:
        if each.end <= edge:
            shift += len(each.new) - (each.end - each.start)
        elif each.start < edge:
            return each.start + shift + len(each.new) * end
    return edge + shift


def cleaned(wording: Wording) -> Wording:
    """Without characters that networks refuse, every line ended by LF; a tab in code is four blanks."""
    edges = sorted({0, len(wording.text), *(edge for span in wording.spans for edge in (span.start, span.end))})
    edges = [edge for edge in edges if 0 <= edge <= len(wording.text)]
    code = [span for span in wording.spans if span.mark in CODES]
    pieces = []
    for start, end in pairwise(edges):
        text = wording.text[start:end]
        coded = any(span.start <= start and end <= span.end for span in code)
        pieces.append(clean(text.replace("\t", TAB) if coded else text))
    places = dict(zip(edges, accumulate(map(len, pieces), initial=0), strict=True))
    text = "".join(pieces)
    spans = (_clipped(span, len(wording.text)) for span in wording.spans)
    kept = (replace(span, start=places[span.start], end=places[span.end]) for span in spans if span.start < span.end)
    return Wording(text, nest(kept, len(text)))
