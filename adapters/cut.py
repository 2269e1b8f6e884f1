"""Texts that are too long for a network without threads: shortened, and what must not get lost kept at their end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from adapters import hashtags, links
from adapters.content import Wording
from adapters.stops import Stop, stops
from adapters.text import ELLIPSIS, EMOJI, clusters, normalise
from adapters.thread import Count, reach
from adapters.words import Break, Word, seams, words

Fits = Callable[[int], bool]

_LONGEST_EMOJI = 32
"""Characters."""
_GRADES = (
    (Stop.SENTENCE, 1 / 2), (Stop.INNER, 1 / 2), (Stop.CLAUSE, 2 / 3), (Stop.COMMA, 2 / 3), (Stop.WORD, 0),
    (Stop.HEADING, 0),
)  # fmt: skip
"""Where a text may end, best first, and how much of what would fit it has to fill there."""
_PARAGRAPH = 3 / 4
"""How much a paragraph has to fill, for its end to be better than that of the first sentence behind it."""


@dataclass(frozen=True, slots=True)
class Abridged:
    """A shortened text. `linked`: its first link would have fallen away, and stands at its end."""

    text: str
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Clipped:
    """Shortened words with their marks. `linked`: as of Abridged."""

    wording: Wording
    linked: bool = False


@dataclass(frozen=True, slots=True)
class _Lead:
    """Where a text says how to go on: an address that ends at `end`, or what stands for it. `text`: kept at the end."""

    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _End:
    """What a shortened text keeps behind its words: where its first link leads, some of its closing hashtags."""

    body: str
    lead: _Lead | None = None
    block: str = ""

    def after(self, at: int) -> str:
        """The body up to there, with all that is kept behind it."""
        kept = self.body if at >= len(self.body) else elided(self.body[:at])
        address = f" {self.lead.text}" if self.falls(at) and self.lead else ""
        return kept + address + (f"\n\n{self.block}" if self.block else "")

    def falls(self, at: int) -> bool:
        return self.lead is not None and at < self.lead.end


def shorten(text: str, limit: int, count: Count) -> str:
    """The text if it measures at most `limit`, else its beginning and "…": whole sentences, or at least words.

    Lists end with a whole item where that fills half, and a heading never stands last.
    """
    return _shortened(_End(normalise(text)), limit, count).text


def abridge(text: str, limit: int, count: Count, *, live: bool, stand_ins: Sequence[str] = ()) -> Abridged:
    """As shorten(), but what people look for stays: its first link, where links are `live`, and closing hashtags.

    Where links are dead, the first of what stands in for them stays, written as the first of `stand_ins`.
    Hashtags get a quarter of the limit, or more where the words leave it; an address no more than half.
    """
    text = normalise(text)
    if count(text) <= limit:
        return Abridged(text)
    return _shortened(_ending(text, limit, count, live=live, stand_ins=stand_ins), limit, count)


def clipped(wording: Wording, fits: Callable[[Wording], bool], *, live: bool) -> Clipped:
    """The longest beginning of marked words that fits, marks and all, with its first link where links are `live`."""
    end = _End(wording.text, _first(wording.text) if live else None)
    for kept in (end, _End(wording.text)):
        if at := _stop(wording.text, _clipping(wording, kept, fits)):
            return Clipped(_clip(wording, kept, at), linked=kept.falls(at))
    return Clipped(Wording(ELLIPSIS))


def elided(text: str) -> str:
    """With "…" at its end, apart from an address or an emoji."""
    kept = trimmed(text)
    last = kept[max(kept.rfind(" "), kept.rfind("\n")) + 1 :]
    apart = links.find(last) or any(map(EMOJI.search, clusters(kept[-_LONGEST_EMOJI:])[-1:]))
    return f"{kept} {ELLIPSIS}" if apart else f"{kept}{ELLIPSIS}"


def trimmed(text: str) -> str:
    """Without the blanks and points that would stand before "…"."""
    return text.rstrip(" \n.,;:")


def opening(text: str) -> int:
    """Where the first sentence or line of a normalised text ends."""
    return next((word.end for word in words(text) if word.ends >= Break.SENTENCE), 0)


def _shortened(end: _End, limit: int, count: Count) -> Abridged:
    """What is kept behind the words gives way when it leaves them no room."""
    if count(end.after(len(end.body))) <= limit:
        return Abridged(end.after(len(end.body)))
    for kept in (end, replace(end, block=""), _End(end.body)):
        within = _keeping(kept, limit, count)
        if at := _within(end.body, _stop(end.body, within), limit, count, within):
            return Abridged(kept.after(at), linked=kept.falls(at))
    return Abridged(ELLIPSIS if count(ELLIPSIS) <= limit else "")


def _keeping(end: _End, limit: int, count: Count) -> Fits:
    return lambda at: count(end.after(at)) <= limit


def _clipping(wording: Wording, end: _End, fits: Callable[[Wording], bool]) -> Fits:
    return lambda at: fits(_clip(wording, end, at))


def _ending(text: str, limit: int, count: Count, *, live: bool, stand_ins: Sequence[str]) -> _End:
    closing = hashtags.closing(text)
    body, block = text[:closing].rstrip(), text[closing:]
    if not body:
        return _End(text)
    room = max(limit // 4, limit - count(body))
    tags = hashtags.find(block)
    kept = reach(0, len(tags) + 1, lambda most: count(f"\n\n{block[: tags[most - 1].end]}") <= room)
    lead = _first(body) if live else _said(body, stand_ins)
    if lead and count(f" {lead.text}") * 2 > limit:
        lead = None
    return _End(body, lead, block[: tags[kept - 1].end] if kept else "")


def _first(text: str) -> _Lead | None:
    return next((_Lead(link.end, link.text) for link in links.find(text) if link.meant), None)


def _said(text: str, stand_ins: Sequence[str]) -> _Lead | None:
    """The first stand-in for a link, as it reads on its own."""
    ends = [(text.find(words), text.find(words) + len(words)) for words in stand_ins if words in text]
    if not ends:
        return None
    words = stand_ins[0]
    return _Lead(min(ends)[1], words if words[0] in "([«" else f"({words})")


def _stop(text: str, fits: Fits) -> int:
    """Where the text had better end: at the best stop that fits and fills enough of it; 0 when no word does."""
    found = stops(text)
    last = reach(-1, len(found), lambda at: fits(found[at][0].end))
    full = found[last][0].end if last >= 0 else 0
    for wanted, filled in _GRADES:
        best = next((at for at in range(last, -1, -1) if found[at][1] >= wanted), None)
        if best is None or found[best][0].end < full * filled:
            continue
        for at in (_paragraph(found, best, full), best):
            if fits(found[at][0].end):
                return found[at][0].end
    return full


def _paragraph(found: Sequence[tuple[Word, Stop]], best: int, full: int) -> int:
    """Rather than with one sentence of a paragraph, a text ends with the whole of the one before."""
    sentences = 0
    for at in range(best, -1, -1):
        if found[at][1] is Stop.PARAGRAPH:
            return at if found[at][0].end >= full * _PARAGRAPH else best
        sentences += found[at][1] >= Stop.INNER
        if sentences > 1:
            break
    return best


def _within(text: str, at: int, limit: int, count: Count, fits: Fits) -> int:
    """A word too long for the whole limit is cut; links, mentions and hashtags only where nothing else is left."""
    word = next((word for word in words(text) if word.end > at), None)
    if word is None or count(text[word.start : word.end]) <= limit or text[at : word.start].strip():
        return at
    for seam in _seams(text, word)[: 1 if at else None]:
        last = _longest([cut for cut in seam if cut > word.start], fits)
        if last:
            return last
    return at


def _longest(cuts: Sequence[int], fits: Fits) -> int:
    last = reach(-1, len(cuts), lambda at: fits(cuts[at]))
    return cuts[last] if last >= 0 else 0


def _seams(text: str, word: Word) -> Sequence[list[int]]:
    return [[word.start + seam for seam in kind] for kind in seams(text[word.start : word.end])]


def _clip(wording: Wording, end: _End, at: int) -> Wording:
    """Marks end where the words do; what is put behind them is not marked."""
    stop = len(trimmed(wording.text[:at]))
    spans = (replace(span, end=min(span.end, stop)) for span in wording.spans if span.start < stop)
    return Wording(end.after(at), tuple(span for span in spans if span.start < span.end))
