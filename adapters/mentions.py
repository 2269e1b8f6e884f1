"""Mentions: people who are called by one name in a draft, and by another on each network."""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import regex

from adapters import links
from adapters.adapted import Note
from adapters.content import Mark, Wording
from adapters.manners import Named
from adapters.profile import Mentions
from adapters.spans import CODES, Exchange, exchanged
from adapters.text import ELLIPSIS

MOST_NAMED = 5
"""Names in one note."""
_WORD = r"[\p{L}\p{N}_][\p{L}\p{M}\p{N}_]*+"
_NAME = rf"{_WORD}(?>[.-]{_WORD})*+"
_MENTION = regex.compile(rf"(?<![\p{{L}}\p{{M}}\p{{N}}_@＠/])[@＠](?P<name>{_NAME})(?![@＠/])")
_WHOLE = regex.compile(_NAME)
_LETTER = regex.compile(r"\p{L}")
_CODE = regex.compile(r"(?s)(`{3,}).*?\1|(?<!`)(`{1,2})(?!`)[^\n`]+\2(?!`)")
"""As written by hand."""


class Mention(NamedTuple):
    """`text[start:end]` is an @ and a name. Full stops, commas and blanks behind it are not part of it."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Addressed:
    wording: Wording
    notes: tuple[Note, ...] = ()


def key(name: str) -> str:
    """Equal for names that mean the same person: without blanks, in small letters, accents kept. "": no name."""
    bare = unicodedata.normalize("NFC", "".join(name.split()).lstrip("@＠").casefold())
    return bare if _WHOLE.fullmatch(bare) and _LETTER.search(bare) else ""


def find(wording: Wording) -> list[Mention]:
    """All in order. Addresses, letters to somebody@somewhere, code and the words of a link hold none."""
    text = wording.text
    if "@" not in text and "＠" not in text:
        return []
    closed = [(link.start, link.end) for link in links.find(text)]
    closed += [(span.start, span.end) for span in wording.spans if span.mark in CODES or span.mark is Mark.LINK]
    closed += [match.span() for match in _CODE.finditer(text)]
    found = (Mention(match.start(), match.end(), match["name"]) for match in _MENTION.finditer(text))
    return [each for each in found if _LETTER.search(each.name) and not _within(each.start, closed)]


@lru_cache(maxsize=64)
def called(wording: Wording) -> frozenset[str]:
    """The keys of everybody who is mentioned."""
    return frozenset(key(each.name) for each in find(wording))


def address(wording: Wording, rule: Mentions, names: Mapping[str, Named]) -> Addressed:
    """Every @name as this network knows it.

    Where somebody has no name there, or an @ leads nowhere, the words stay without it; whom nobody knows stays as
    written. Notes: `mention_unmapped` {name} · `mention_unknown` {name} · `mentions_capped` {kept, found}.
    """
    told = [(each, names.get(key(each.name))) for each in find(wording)]
    live = [each for each, named in told if rule.live and (named is None or named.handle is not None)]
    kept = set(live if rule.most is None else live[: rule.most])
    changed = exchanged(wording, [_exchange(each, named, live=each in kept) for each, named in told])
    if not rule.live:
        return Addressed(changed)
    notes = [
        *_unmapped(named.name for _, named in told if named is not None and named.handle is None),
        *_unknown(f"@{each.name}" for each, named in told if named is None),
        *([Note("mentions_capped", {"kept": len(kept), "found": len(live)})] if len(kept) < len(live) else []),
    ]
    return Addressed(changed, tuple(notes))


def _exchange(mention: Mention, named: Named | None, *, live: bool) -> Exchange:
    """`live`: with its @; otherwise as people read it."""
    if live:
        new = f"@{mention.name if named is None else named.handle}"
    else:
        new = mention.name if named is None else named.name
    return Exchange(mention.start, mention.end, new)


def _unmapped(names: Iterable[str]) -> list[Note]:
    listed = _listed(names)
    return [Note("mention_unmapped", {"name": listed})] if listed else []


def _unknown(names: Iterable[str]) -> list[Note]:
    listed = _listed(names)
    return [Note("mention_unknown", {"name": listed})] if listed else []


def _listed(names: Iterable[str]) -> str:
    """Each once, the first ones only."""
    different = list(dict.fromkeys(names))
    more = [ELLIPSIS] if len(different) > MOST_NAMED else []
    return ", ".join([*different[:MOST_NAMED], *more])


def _within(at: int, closed: Sequence[tuple[int, int]]) -> bool:
    return any(start <= at < end for start, end in closed)
