"""Whether two texts say the same to those who read them, and a few numbers by which texts that may can be found."""

import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import regex

from adapters import links
from adapters.adapted import Adapted
from adapters.content import Content

READ = 4000
"""Characters that count: what goes on after them is long, and its beginning tells it from others."""
SHORT = 6
"""Fewer words than this have to be the same: one of them is most of what is said."""
ENOUGH = 0.87
"""Of all pairs of neighbouring words in the two texts, how many stand in both: one word of thirty may be another."""
_GROUP = 2
_BANDS, _ROWS = 6, 2
"""A gist has a number per band, made of the lowest of all groups in so many orders of chance. Texts that share nine
groups of ten share one of these numbers nearly always, those that only end in the same address seldom.
"""
_LEAST_TYPED = 4
_SLIPS = 0.25
"""Of all words, at most: whoever has more of them wrote something else."""
_TAG = r"[#＃][\p{L}\p{N}_][\p{L}\p{M}\p{N}_]*+"
_CLOSING = regex.compile(rf"(?:(?:^|(?<=[^\p{{L}}\p{{M}}\p{{N}}\s,;:])|\n)(?:\s*{_TAG})+|(?:\s*{_TAG}){{2,}})\s*$")
_WORD = regex.compile(r"[\p{L}\p{N}]+")
_DIGIT = regex.compile(r"\p{N}")
_SPANISH = (
    "hoy ayer manana lunes martes miercoles jueves viernes sabado domingo enero febrero marzo abril mayo junio julio "
    "agosto septiembre setiembre octubre noviembre diciembre"
)
_ENGLISH = (
    "today yesterday tomorrow monday tuesday wednesday thursday friday saturday sunday january february march april "
    "june july august september october november december"
)
_DAYS = frozenset(f"{_SPANISH} {_ENGLISH}".split())


class Gist(NamedTuple):
    """`exact`: of all of it; `bands`: one is the same where texts may be alike. None can be turned into words again."""

    exact: int | None = None
    bands: tuple[int, ...] = ()

    @property
    def keys(self) -> tuple[int, ...]:
        return self.bands if self.exact is None else (self.exact, *self.bands)


def said(adapted: Adapted) -> str:
    """What its readers are told: the parts of a thread in one piece, without their numbers."""
    of = len(adapted.parts)
    if of == 1:
        return adapted.parts[0].text
    texts = enumerate((part.text.strip() for part in adapted.parts), start=1)
    return "\n".join(text.removesuffix(f"({at}/{of})").removesuffix(f"{at}/{of}") for at, text in texts)


@lru_cache(maxsize=64)  # one text goes to many accounts
def words(text: str) -> tuple[str, ...]:
    """In small letters, without accents, addresses, signs, and the hashtags that close a text."""
    text = text[:READ]
    for link in reversed(links.find(text)):
        text = f"{text[: link.start]} {text[link.end :]}"
    letters = unicodedata.normalize("NFKD", _CLOSING.sub("", text.strip()).casefold())
    return tuple(_WORD.findall("".join(each for each in letters if not unicodedata.combining(each))))


def alike(one: str, other: str) -> bool:
    """The same words, or nearly so: a slip of the finger, a word more. Another number or day is something else.

    Two texts without words are alike: what they come with tells them apart.
    """
    first, second = sorted((words(one), words(other)))
    if first == second:
        return True
    few, many = sorted((len(first), len(second)))
    if few < SHORT or few < ENOUGH * many or _telling(first) != _telling(second):
        return False
    groups, others = set(_groups(first)), set(_groups(_corrected(second, first)))
    return len(groups & others) >= ENOUGH * len(groups | others)


def gist_of(adapted: Adapted, content: Content) -> Gist:
    """Where a network shows no words: those of the content if they were drawn, else its pictures."""
    images = [image.sha256 for image in content.images]
    return gist(said(adapted) or ("" if images else content.text), images)


def gist(text: str, pictures: Sequence[str] = ()) -> Gist:
    """Of a text; of its pictures (their hashes) where it has no words."""
    found = words(text)
    if not found:
        return Gist(_number("pictures", *sorted(pictures))) if pictures else Gist()
    return Gist(_number("words", *found), _bands(found) if len(found) >= SHORT else ())


def _bands(of: Sequence[str]) -> tuple[int, ...]:
    numbers = {_number(*group) for group in _groups(of)}
    lowest = [min(number * order & _MASK for number in numbers) for order in _ORDERS]
    rows = (lowest[at : at + _ROWS] for at in range(0, len(lowest), _ROWS))
    return tuple(_number(str(band), *map(str, row)) for band, row in enumerate(rows))


def _groups(of: Sequence[str]) -> list[tuple[str, ...]]:
    return [tuple(of[at : at + _GROUP]) for at in range(len(of) - _GROUP + 1)]


def _telling(of: Sequence[str]) -> Counter[str]:
    return Counter(word for word in of if word in _DAYS or _DIGIT.search(word))


def _corrected(of: tuple[str, ...], by: tuple[str, ...]) -> tuple[str, ...]:
    """With the words of the other text where one seems to be the same, typed otherwise."""
    spare, meant = sorted((Counter(by) - Counter(of)).elements()), {}
    odd = sorted(Counter(of) - Counter(by))
    for word in odd if len(odd) <= _SLIPS * len(of) else ():
        found = next((each for each in spare if _slip(word, each)), None)
        if found is not None:
            spare.remove(found)
            meant[word] = found
    return tuple(meant.get(word, word) for word in of)


def _slip(word: str, other: str) -> bool:
    """One letter more, less, another, or two in each other's place."""
    if min(len(word), len(other)) < _LEAST_TYPED or abs(len(word) - len(other)) > 1:
        return False
    start = next((at for at, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other)))
    left, right = word[start:], other[start:]
    while left and right and left[-1] == right[-1]:
        left, right = left[:-1], right[:-1]
    return max(len(left), len(right)) <= 1 or (left == right[::-1] and len(left) == 2)  # noqa: PLR2004 - letters


def _number(*words: str) -> int:
    """As databases keep it: 63 bits."""
    return int.from_bytes(blake2b("\0".join(words).encode("utf-8", "replace"), digest_size=8).digest()) >> 1


_MASK = 2**64 - 1
_ORDERS = [_number("order", str(place)) << 1 | 1 for place in range(_BANDS * _ROWS)]
