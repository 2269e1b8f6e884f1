"""The words of a text, where a sentence or paragraph ends among them, and where a word that is too long may be cut."""

from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

import regex

from adapters import hashtags, links
from adapters.text import EMOJI, clusters

# a few no-break spaces, and blanks that carry a combining mark, are inside a word
_INNER = r"(?:\S|[^\S\n](?=[\p{Grapheme_Extend}\u200d]))+"
_WORD = regex.compile(rf"{_INNER}(?:[\u00a0\u2007\u202f]{{1,3}}{_INNER})*")
_MENTION = regex.compile(r"(?<![\w@＠])[@＠]\w++(?:[.@-]\w++)*+")
_CLOSES = regex.compile(r"[.!?…。！？][)\]»”’\"'*_]*$")
_INITIAL = regex.compile(r"[(«“\"'¿¡]*\p{Lu}\.$")
_MARKER = regex.compile(r"\d{1,3}\.$")
_ALPHANUMERIC = regex.compile(r"[\p{L}\p{N}]")
_SHORTENED = """
sr sra srta sres sras d dª dña dr dra dres prof profª pág págs pag núm num nº p ej art arts av avda c ctra cía tel
tfno teléf tlf ud uds vd vds st sta sto fdo gral ing lic excmo excma ilmo ilma aprox máx mín ref vol cap ed dpto depto
prov apdo pza plza mr mrs ms vs jr
"""
_ABBREVIATIONS = frozenset(_SHORTENED.split())


class Break(IntEnum):
    """What ends behind a word. The end of a line is as good as that of a sentence."""

    WORD = 0
    SENTENCE = 1
    PARAGRAPH = 2


@dataclass(frozen=True, slots=True)
class Word:
    """What stands between blanks, at `start:end`."""

    start: int
    end: int
    ends: Break


def words(text: str) -> list[Word]:
    """The words of a normalised text, in order; the last one ends a paragraph."""
    spans = [match.span() for match in _WORD.finditer(text)]
    found: list[Word] = []
    closed = False
    for (start, end), (following, stop) in pairwise([*spans, (len(text), len(text))]):
        word, gap, after = text[start:end], text[end:following], text[following:stop]
        closed = _closes(word, first=start == 0 or text[start - 1] == "\n") or (closed and _is_emoji(word))
        ends = Break.PARAGRAPH if not after or "\n\n" in gap else Break(closed and _opens(after))
        found.append(Word(start, end, max(ends, Break("\n" in gap))))
        closed = closed and "\n" not in gap
    return found


def seams(text: str) -> list[list[int]]:
    """Where a word may be cut, best first: around links, mentions, hashtags; between clusters; anywhere."""
    ends = [0]
    for cluster in clusters(text):
        ends.append(ends[-1] + len(cluster))
    inside = {at for start, end in _whole(text) for at in range(start + 1, end)}
    return [[at for at in ends if at not in inside], ends, list(range(len(text) + 1))]


def _whole(text: str) -> list[tuple[int, int]]:
    return [
        *((link.start, link.end) for link in links.find(text)),
        *((tag.start, tag.end) for tag in hashtags.find(text)),
        *(mention.span() for mention in _MENTION.finditer(text)),
    ]


def _closes(word: str, *, first: bool) -> bool:
    if not _CLOSES.search(word):
        return False
    if first and _MARKER.match(word):
        return False
    return not (_INITIAL.match(word) or word.rstrip(".").lstrip("(«“\"'¿¡").lower() in _ABBREVIATIONS)


def _opens(word: str) -> bool:
    """Whether a sentence may begin with this word: not with a small letter, and an emoji belongs to the one before."""
    letter = _ALPHANUMERIC.search(word)
    return not letter[0].islower() if letter else not _is_emoji(word)


def _is_emoji(word: str) -> bool:
    return EMOJI.match(word) is not None and _ALPHANUMERIC.search(word) is None
