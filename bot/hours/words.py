"""A text as words and numbers, whatever its case and accents."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bot.hours.vocabulary import Vocabulary

LONGEST = 100
"""Characters. Nobody needs more for a time; whoever writes more is telling something."""
LEXEME = re.compile(
    r"""
    (?P<number> [0-9]+ )
  | (?P<word>   [a-z]+ | @ )
  | (?P<mark>   (?<=[0-9]) [:./,+-] (?=[0-9]) | \+ (?=[0-9]) )
  | (?P<blank>  [\s,.'’ºª°]+ | (?<=\s)[-–—](?=\s) | (?<=[a-z0-9])-(?=[a-z])
                | (?<=[0-9])/(?=[a-z]) | (?<=[a-z])[-/](?=[0-9]) )
    """,
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number or a mark between numbers. `number`: its value. `figures`: it is written in digits."""

    text: str
    number: int | None = None
    figures: bool = False


def fold(text: str) -> str:
    """Without case and accents: "Mañana" and "MANANA" are one."""
    apart = unicodedata.normalize("NFD", text.casefold())
    return "".join(letter for letter in apart if unicodedata.category(letter) != "Mn")


def tokens(text: str, vocabulary: Vocabulary) -> tuple[Token, ...] | None:
    """None: there is something in it that is neither a word nor a number, or it is too long for a time."""
    if len(text) > LONGEST:
        return None
    lexemes = _lexemes(fold(text))
    return None if lexemes is None else tuple(_joined([_token(lexeme, vocabulary) for lexeme in lexemes], vocabulary))


def _lexemes(text: str) -> list[str] | None:
    found, position = [], 0
    while position < len(text):
        match = LEXEME.match(text, position)
        if match is None:
            return None
        if match.lastgroup != "blank":
            found.append(match[0])
        position = match.end()
    return found


def _token(lexeme: str, vocabulary: Vocabulary) -> Token:
    if lexeme.isdigit():
        return Token(lexeme, int(lexeme), figures=True)
    return Token(lexeme, vocabulary.numbers.get(lexeme))


def _joined(apart: list[Token], vocabulary: Vocabulary) -> Iterator[Token]:
    """Numbers of two words as one: "treinta y cinco", "twenty five"."""
    at, length = 0, 2 + len(vocabulary.joiner)
    while at < len(apart):
        several = apart[at : at + length]
        joined = len(several) == length and _is_one_number(several, vocabulary)
        yield _sum(several) if joined else apart[at]
        at += length if joined else 1


def _is_one_number(several: list[Token], vocabulary: Vocabulary) -> bool:
    tens, *between, units = several
    joined = tuple(token.text for token in between) == vocabulary.joiner
    return joined and tens.text in vocabulary.tens and not units.figures and units.number in range(1, 10)


def _sum(several: list[Token]) -> Token:
    return Token(" ".join(token.text for token in several), sum(token.number or 0 for token in several))
