"""Type on a card: words and emoji side by side, and how they become lines of a measured width."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

import regex

from adapters import fonts
from adapters.colour import Colour
from adapters.emoji import is_sign, only_signs
from adapters.fonts import Face

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

_LONE = 0.4  # of the width: a shorter last line looks lost
_FEW = 3  # emoji in a row that stay with their word
_USUAL = 24  # characters of a word, rarely more
_LONGEST_PIECE = 250  # characters: more than any line holds
_EMOJI_SIZE = 0.9  # of the letters beside them
_EMOJI_MIDDLE = 0.342  # above the line they stand on, in their own size
_GLUED = regex.compile(
    r"(?<=(?:^| )[(«“¿¡]?\p{L}) (?=[\p{L}\p{N}])"  # a single letter does not end a line
    r"|(?<=\d) (?=(?:€|%|h|kg|g|km|m|cm|l|min|euros?|horas?)\b|[€%])"  # nor does a number leave its unit
    r"|(?<=\w) (?=[–—](?: |$))"  # nor does a dash begin one
)
_GLUE = "\u00a0"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of type: words and how far from its beginning each stands. `whole`: no word had to be cut to fit."""

    words: tuple[tuple[str, float], ...]
    width: float = 0
    whole: bool = True


@dataclass(frozen=True, slots=True)
class _Run:
    """Letters, or one emoji, that are drawn in one go."""

    text: str
    at: float
    emoji: bool


class Ruler:
    """Measures and draws words in one face and size, with emoji to match; measures each of them once."""

    def __init__(self, face: Face, size: int) -> None:
        self.size = size
        self.font = fonts.sized(face, size)
        self.signs = fonts.sized(Face.EMOJI, max(1, round(_EMOJI_SIZE * size)))
        self.blank = self.font.getlength(" ")
        self.cap = -self.font.getbbox("H", anchor="ls")[1]
        self._kerning = fonts.kerning()[face.name]
        self._runs: dict[str, tuple[tuple[_Run, ...], float]] = {}

    def width(self, word: str) -> float:
        return self._set(word)[1]

    def write(self, pen: "ImageDraw", at: tuple[float, float], word: str, ink: Colour, signs: Colour) -> None:
        """Draw a word that stands on a line; its emoji in a colour of their own."""
        left, line = at
        for run in self._set(word)[0]:
            if run.emoji:
                below = line + _EMOJI_MIDDLE * self.signs.size - self.cap / 2
                pen.text((left + run.at, below), run.text, signs, self.signs, anchor="ls")
            else:
                pen.text((left + run.at, line), run.text, ink, self.font, anchor="ls")

    def _set(self, word: str) -> tuple[tuple[_Run, ...], float]:
        if word not in self._runs:
            self._runs[word] = self._measured(word)
        return self._runs[word]

    def _measured(self, word: str) -> tuple[tuple[_Run, ...], float]:
        runs, at = [], 0.0
        for text, shift in self._parted(word):
            emoji = is_sign(text[0])
            at += shift
            runs.append(_Run(text, at, emoji))
            at += (self.signs if emoji else self.font).getlength(text)
        return tuple(runs), at

    def _parted(self, word: str) -> Iterator[tuple[str, float]]:
        """Runs, and by how much each moves from the one before: cut at emoji, and where two letters stand closer."""
        start, shift = 0, 0.0
        for at, (left, right) in enumerate(pairwise(word), 1):
            closer = self._kerning.get(left + right, 0)
            if closer or is_sign(left) or is_sign(right):
                yield word[start:at], shift
                start, shift = at, closer * self.size / 1000
        if word:
            yield word[start:], shift


def wrap(text: str, ruler: Ruler, width: float) -> list[Line]:
    """Lines at most `width` wide. An empty line parts paragraphs."""
    return [line for paragraph in text.split("\n") for line in _broken(paragraph, ruler, width)]


def balanced(text: str, ruler: Ruler, width: float) -> list[Line]:
    """Like `wrap`, but with lines as even as their number allows."""
    return [line for paragraph in text.split("\n") for line in _evened(paragraph, ruler, width, 0.5)]


def settled(text: str, ruler: Ruler, width: float, least: float) -> list[Line]:
    """Like `wrap`, but no paragraph ends in a short line where lines of `least` of the width can prevent it."""
    lines: list[Line] = []
    for paragraph in text.split("\n"):
        broken = list(_broken(paragraph, ruler, width))
        lone = len(broken) > 1 and broken[-1].width < _LONE * width
        lines += _evened(paragraph, ruler, width, least) if lone else broken
    return lines


def _evened(paragraph: str, ruler: Ruler, width: float, least: float) -> list[Line]:
    lines = list(_broken(paragraph, ruler, width))
    if len(lines) == 1 or not all(line.whole for line in lines):
        return lines
    low, high = least * width, width
    while high - low > max(ruler.blank, 1):
        middle = (low + high) / 2
        tried = list(_broken(paragraph, ruler, middle))
        if len(tried) == len(lines) and all(line.whole for line in tried):
            high, lines = middle, tried
        else:
            low = middle
    return lines


def _broken(paragraph: str, ruler: Ruler, width: float) -> Iterator[Line]:
    words: list[tuple[str, float]] = []
    at, end, whole = 0.0, 0.0, True
    for word, blank, uncut in _pieces(paragraph, ruler, width):
        at = end + (ruler.blank if blank and words else 0)
        if words and at + ruler.width(word) > width:
            yield Line(tuple(words), end, whole)
            words, at, whole = [], 0.0, True
        words.append((word, at))
        end = at + ruler.width(word)
        whole = whole and uncut
    yield Line(tuple(words), end, whole)


def _pieces(paragraph: str, ruler: Ruler, width: float) -> Iterator[tuple[str, bool, bool]]:
    """The words, whether a blank goes before, and whether each is uncut: one wider than a line comes in pieces."""
    for blank, word in _tokens(paragraph):
        rest = word
        while rest:
            end = _fitting(rest[:_LONGEST_PIECE], ruler, width)
            yield rest[:end], blank and rest is word, end == len(word)
            rest = rest[end:]


@lru_cache(maxsize=256)
def _tokens(paragraph: str) -> tuple[tuple[bool, str], ...]:
    """What may not be parted, and whether a blank goes before: words, glued or not, and those of a row of emoji."""
    found: list[tuple[bool, str]] = []
    for word in _GLUED.sub(_GLUE, _tied(paragraph.split())).split(" "):
        start = 0
        for at, (left, right) in enumerate(pairwise(word), 1):
            if is_sign(left) and is_sign(right) and len(word) > _FEW and only_signs(word):
                found.append((start == 0, word[start:at]))
                start = at
        if word:
            found.append((start == 0, word[start:]))
    return tuple(found)


def _tied(words: list[str]) -> str:
    """The words with blanks, few emoji tied to the word before them; those that begin a paragraph to the next."""
    text = ""
    for before, word in zip(["", *words], words, strict=False):
        leads = text == before and only_signs(before) and len(before) <= _FEW
        follows = before and is_sign(word[0]) and len(word) <= _FEW
        text += f"{_GLUE if leads or follows else ' ' if text else ''}{word}"
    return text


def _fitting(word: str, ruler: Ruler, width: float) -> int:
    """How many characters of a word fit, at least one."""
    over = min(len(word), _USUAL)
    while ruler.width(word[:over]) <= width:
        if over == len(word):
            return over
        over = min(len(word), 2 * over)
    return bisect_right(range(1, over), width, key=lambda end: ruler.width(word[:end])) or 1
