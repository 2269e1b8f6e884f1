"""Type on a card: what the font can show, and how words become lines of a measured width."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from adapters import fonts, links
from adapters.text import clusters, normalise

_GONE = "\ufffc"
_UNDRAWN = regex.compile(r"[\p{M}\p{Cf}]")
_BEFORE_PUNCTUATION = regex.compile(rf"[^\S\n]*{_GONE}(?:[^\S\n]|{_GONE})*(?=[!?.,;:…)»”])")
_GAP = regex.compile(rf"[^\S\n]*{_GONE}[^\S\n{_GONE}]*")
_LONGEST_LINK = 36
_LONGEST_PIECE = 250  # characters: more than any line holds
_ALPHANUMERIC = regex.compile(r"[\p{L}\p{N}]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of type: words and how far from its beginning each stands. `whole`: no word had to be cut to fit."""

    words: tuple[tuple[str, float], ...]
    whole: bool = True


class Ruler:
    """Measures words in one weight and size, each of them once."""

    def __init__(self, weight: fonts.Weight, size: int) -> None:
        self.font = fonts.face(weight, size)
        self.size = size
        self.blank = self.font.getlength(" ")
        self._widths: dict[str, float] = {}

    def width(self, word: str) -> float:
        if word not in self._widths:
            self._widths[word] = self.font.getlength(word)
        return self._widths[word]


def legible(text: str) -> str:
    """What the font can show of a text; emoji and other scripts leave no gap, and lines without a word go.

    Links lose what nobody types from a picture.
    """
    shown = "".join(_shown(cluster) for cluster in clusters(_plain_links(normalise(text))))
    closed = _GAP.sub(" ", _BEFORE_PUNCTUATION.sub("", shown))
    lines = (line for line in closed.split("\n") if not line or _ALPHANUMERIC.search(line))
    return normalise("\n".join(line.strip() for line in lines))


def wrap(text: str, ruler: Ruler, width: float) -> list[Line]:
    """Lines at most `width` wide. An empty line parts paragraphs."""
    return [line for paragraph in text.split("\n") for line in _broken(paragraph, ruler, width)]


def balanced(text: str, ruler: Ruler, width: float) -> list[Line]:
    """Like `wrap`, but with lines as even as their number allows."""
    lines = wrap(text, ruler, width)
    if not all(line.whole for line in lines):
        return lines
    low, high = width / 2, width
    while high - low > ruler.blank:
        middle = (low + high) / 2
        tried = wrap(text, ruler, middle)
        if len(tried) == len(lines) and all(line.whole for line in tried):
            high, lines = middle, tried
        else:
            low = middle
    return lines


def _plain_links(text: str) -> str:
    plain, at = "", 0
    for link in links.find(text):
        address = link.text[link.text.index(link.host) :].rstrip("/")
        plain += text[at : link.start] + (address if len(address) <= _LONGEST_LINK else link.host)
        at = link.end
    return plain + text[at:]


def _shown(cluster: str) -> str:
    if cluster.isspace():
        return cluster if cluster == "\n" else " "
    drawn = _UNDRAWN.sub("", cluster)
    return drawn if all(ord(character) in fonts.repertoire() for character in drawn) else _GONE


def _broken(paragraph: str, ruler: Ruler, width: float) -> Iterator[Line]:
    words: list[tuple[str, float]] = []
    at, whole = 0.0, True
    for word, uncut in _pieces(paragraph, ruler, width):
        if words and at + ruler.width(word) > width:
            yield Line(tuple(words), whole)
            words, at, whole = [], 0.0, True
        words.append((word, at))
        at += ruler.width(word) + ruler.blank
        whole = whole and uncut
    yield Line(tuple(words), whole)


def _pieces(paragraph: str, ruler: Ruler, width: float) -> Iterator[tuple[str, bool]]:
    """The words, and whether each is uncut: one wider than a line comes in pieces."""
    for word in paragraph.split():
        rest = word
        while rest:
            end = _fitting(rest[:_LONGEST_PIECE], ruler, width)
            yield rest[:end], end == len(word)
            rest = rest[end:]


def _fitting(word: str, ruler: Ruler, width: float) -> int:
    """How many characters of a word fit, at least one."""
    if ruler.width(word) <= width:
        return len(word)
    return bisect_right(range(1, len(word)), width, key=lambda end: ruler.font.getlength(word[:end])) or 1
