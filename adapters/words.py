"""The words of a text, where a sentence or paragraph ends among them, and where a word that is too long may be cut."""

from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

import regex

from adapters import hashtags, links, small_words
from adapters.text import EMOJI, clusters

# a few no-break spaces, and blanks that carry a combining mark, are inside a word
_INNER = r"(?:\S|[^\S\n](?=[\p{Grapheme_Extend}\u200d]))+"
_WORD = regex.compile(rf"{_INNER}(?:[\u00a0\u2007\u202f]{{1,3}}{_INNER})*")
_MENTION = regex.compile(r"(?<![\w@＠])[@＠]\w++(?:[.@-]\w++)*+")
_CLOSES = regex.compile(r"[.!?…。！？][)\]»”’\"'*_]*$")
_PAUSES = frozenset(".:;")
_OPENERS = "(«“\"'¿¡—–-"
_INITIAL = regex.compile(r"(?:\p{Lu}\.){1,4}$")
_DOUBLED = regex.compile(r"(\p{Lu})\1\.$")
_ALPHANUMERIC = regex.compile(r"[\p{L}\p{N}]")
_POINTER = regex.compile(r"[#＃@＠]\w|https?://", regex.IGNORECASE)
_SHORTENED = """
sr sra srta sres sras d dª dña dr dra dres dras prof profª profa pág págs pag núm núms num nº nro p pp ej art arts av
avda avd c ctra cra cía tel tels tfno tlfno teléf telf tlf ud uds vd vds st sta sto fdo gral ing lic licda ldo lda
excmo excma ilmo ilma mons pbro fr hnos hno hna vol vols cap caps ed eds ref prov dpto depto dto apdo pza plza pl edif
urb izq izda dcha esq bco admón sdad univ arq abog cte cmdte tte sgto cf vid trad coord fig figs mr mrs ms vs jr
ene feb abr jun jul ago sept oct nov dic lun mié jue vie sáb
"""
_ABBREVIATIONS = frozenset(_SHORTENED.split())
_MAY_END = frozenset({"etc", "aprox", "máx", "mín", "km", "ss", "kg", "min", "hab", "incl"})
"""Short forms that a sentence may well end with, but not where a number follows."""
_ENDS = frozenset({"S.A.", "S.L.", "S.L.U.", "S.A.U.", "EE.UU.", "CC.AA.", "P.M.", "A.M."})
"""What looks like initials of a name, and is none."""
_PAIRS = frozenset({("a.", "C."), ("d.", "C."), ("S.", "A."), ("S.", "L."), ("A.", "M."), ("P.", "M.")})
"""The same in two words."""


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
    closed, before, lead = False, "", 0
    for (start, end), (following, stop) in pairwise([*spans, (len(text), len(text))]):
        word, gap, after = text[start:end], text[end:following], text[following:stop]
        first = start == 0 or text[start - 1] == "\n"
        lead = small_words.lead(text, start) if first else lead
        numbers = end <= lead or (before[-1:] in _PAUSES and small_words.counted(word))
        closed = not numbers and (_closes(before, word, after) or (closed and _is_emoji(word)))
        ends = Break.PARAGRAPH if not after or "\n\n" in gap else Break(closed and _opens(after))
        found.append(Word(start, end, max(ends, Break("\n" in gap))))
        closed, before = closed and "\n" not in gap, word
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


def _closes(before: str, word: str, after: str) -> bool:
    """Whether the point of this word is the end of a sentence, if a sentence may begin behind it."""
    if not _CLOSES.search(word):
        return False
    bare = word.lstrip(_OPENERS)
    if _DOUBLED.match(bare):
        return not _DOUBLED.match(after)
    if any(bare == one and after.startswith(other) for one, other in _PAIRS):
        return False
    if _INITIAL.match(bare):
        return bare in _ENDS or (before.lstrip(_OPENERS), bare) in _PAIRS
    short = bare.rstrip(".").lower()
    return short not in _ABBREVIATIONS and not (short in _MAY_END and after[:1].isdigit())


def _opens(word: str) -> bool:
    """Whether a sentence may begin with this word: not with a small letter, and an emoji belongs to the one before.

    A hashtag, a name with an @ and an address stand apart from the sentence before them, however they are written.
    """
    if _POINTER.match(word):
        return True
    letter = _ALPHANUMERIC.search(word)
    return not letter[0].islower() if letter else not _is_emoji(word)


def _is_emoji(word: str) -> bool:
    return EMOJI.match(word) is not None and _ALPHANUMERIC.search(word) is None
