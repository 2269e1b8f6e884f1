"""Texts that are too long for a network without threads: shortened, and what must not get lost kept at their end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from adapters import hashtags, links
from adapters.content import Wording
from adapters.stops import Stop, stops
from adapters.text import ELLIPSIS, normalise
from adapters.thread import Count, reach
from adapters.words import Break, Word, seams, words

Fits = Callable[[int], bool]


@dataclass(frozen=True, slots=True)
class Abridged:
    """A shortened text. `linked`: its first link would have fallen away, and stands at its end."""

    text: str
    linked: bool = False


@dataclass(frozen=True, slots=True)
class _End:
    """What a shortened text keeps behind its words: the address of its first link, some of its closing hashtags."""

    body: str
    link: links.Link | None = None
    block: str = ""

    def after(self, at: int) -> str:
        """The body up to there, with all that is kept behind it."""
        kept = self.body if at >= len(self.body) else elided(self.body[:at])
        address = f" {self.link.text}" if self.falls(at) and self.link else ""
        return kept + address + (f"\n\n{self.block}" if self.block else "")

    def falls(self, at: int) -> bool:
        return self.link is not None and at < self.link.end


def shorten(text: str, limit: int, count: Count) -> str:
    """The text if it measures at most `limit`, else its beginning and "…": whole sentences, or at least words.

    Lists end with a whole item where that fills half, and a heading never stands last.
    """
    return _shortened(_End(normalise(text)), limit, count).text


def abridge(text: str, limit: int, count: Count, *, live: bool) -> Abridged:
    """As shorten(), but what people look for stays: its first link, where links are `live`, and closing hashtags.

    Hashtags get a quarter of the limit, or more where the words leave it; an address no more than half.
    """
    text = normalise(text)
    if count(text) <= limit:
        return Abridged(text)
    return _shortened(_ending(text, limit, count, live=live), limit, count)


def clipped(wording: Wording, fits: Callable[[Wording], bool], *, live: bool) -> Wording:
    """The longest beginning of marked words that fits, marks and all, with its first link where links are `live`."""
    link = _first(wording.text) if live else None
    end = _End(wording.text, link)
    for kept in (end, _End(wording.text)):
        if at := _stop(wording.text, _clipping(wording, kept, fits)):
            return _clip(wording, kept, at)
    return Wording(ELLIPSIS)


def elided(text: str) -> str:
    """With "…" at its end, apart from an address."""
    kept = trimmed(text)
    last = kept[max(kept.rfind(" "), kept.rfind("\n")) + 1 :]
    return f"{kept} {ELLIPSIS}" if links.find(last) else f"{kept}{ELLIPSIS}"


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


def _ending(text: str, limit: int, count: Count, *, live: bool) -> _End:
    closing = hashtags.closing(text)
    body, block = text[:closing].rstrip(), text[closing:]
    if not body:
        return _End(text)
    room = max(limit // 4, limit - count(body))
    tags = hashtags.find(block)
    kept = reach(0, len(tags) + 1, lambda most: count(f"\n\n{block[: tags[most - 1].end]}") <= room)
    link = _first(body) if live else None
    if link and count(f" {link.text}") * 2 > limit:
        link = None
    return _End(body, link, block[: tags[kept - 1].end] if kept else "")


def _first(text: str) -> links.Link | None:
    return next((link for link in links.find(text) if link.meant), None)


def _stop(text: str, fits: Fits) -> int:
    """Where the text had better end: at the best stop that fits and fills half of what would; 0 when no word does."""
    found = stops(text)
    last = reach(-1, len(found), lambda at: fits(found[at][0].end))
    full = found[last][0].end if last >= 0 else 0
    for wanted in (Stop.SENTENCE, Stop.INNER, Stop.WORD, Stop.HEADING):
        ends = (word.end for word, stop in reversed(found[: last + 1]) if stop >= wanted)
        at = next(ends, 0)
        if at and (at * 2 >= full or wanted <= Stop.WORD) and fits(at):
            return at
    return full


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
