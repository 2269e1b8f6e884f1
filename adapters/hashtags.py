"""Hashtags: where they are, and how a text keeps to the number a network takes."""

from dataclasses import dataclass

import regex

from adapters import links
from adapters.adapted import Note
from adapters.profile import Hashtags as Rule
from adapters.profile import Place
from adapters.told import Told

_BODY = r"[\p{L}\p{N}_][\p{L}\p{M}\p{N}_]*+"
_TAG = regex.compile(rf"[#＃](?P<name>{_BODY})")
_CHAIN = regex.compile(rf"(?<![\p{{L}}\p{{M}}\p{{N}}_&/])(?:[#＃]{_BODY})++")
_LETTER = regex.compile(r"\p{L}")


@dataclass(frozen=True, slots=True)
class Hashtag:
    """One hashtag in a text, at `start:end`. `name` is without its sign."""

    start: int
    end: int
    name: str

    @property
    def key(self) -> str:
        """Equal for those a network takes for the same."""
        return self.name.casefold()


@dataclass(frozen=True, slots=True)
class Capped:
    """A text that keeps to the cap. `found` and `kept` count different hashtags."""

    text: str
    found: int
    kept: int


def find(text: str) -> list[Hashtag]:
    """All hashtags in order, repeated ones too. A name has a letter; what is part of a link is none."""
    if "#" not in text and "＃" not in text:
        return []
    inside = {at for link in links.find(text) for at in range(link.start, link.end)}
    return [
        Hashtag(tag.start(), tag.end(), tag["name"])
        for chain in _CHAIN.finditer(text)
        for tag in _TAG.finditer(text, chain.start(), chain.end())
        if _LETTER.search(tag["name"]) and tag.start() not in inside
    ]


def arrange(text: str, rule: Rule, place: Place | None) -> Told:
    """The hashtags of a text as a network takes them: no more than it does, where they are wanted."""
    capped = cap(text, rule.most)
    notes = []
    if capped.kept < capped.found:
        notes.append(Note("hashtags_capped", {"kept": capped.kept, "found": capped.found}))
    if rule.advised is not None and capped.kept > rule.advised:
        notes.append(Note("hashtags_many", {"found": capped.kept, "advised": rule.advised}))
    return Told(capped.text, tuple(notes))


def cap(text: str, most: int) -> Capped:
    """Keep the first `most` hashtags.

    In the closing block, the last lines made of hashtags alone, excess and repeated ones go. Elsewhere the words stay:
    only when there are too many, the excess and repeated ones lose their sign.
    """
    tags = find(text)
    block = _block(text, tags)
    kept = _kept(tags, block, most)
    if len(kept) < len(tags):
        left = [tag for tag in tags if tag in kept and tag.start >= block]
        text = _unsign(text[:block], tags, kept) + _joined(text, left)
    return Capped(text.rstrip(), len({tag.key for tag in tags}), len({tag.key for tag in kept}))


def closing(text: str) -> int:
    """Where the closing block begins: the last lines made of hashtags alone. The end of the text when it has none."""
    return _block(text, find(text))


def _block(text: str, tags: list[Hashtag]) -> int:
    begin = edge = len(text)
    ends = [None, *(tag.end for tag in tags)]
    for tag, before in zip(reversed(tags), reversed(ends[:-1]), strict=True):
        if text[tag.end : edge].strip():
            break
        edge = tag.start
        gap = f"\n{text[:edge]}" if before is None else text[before:edge]
        _, line_end, indent = gap.rpartition("\n")
        if line_end and not indent.strip():
            begin = edge
    return begin


def _kept(tags: list[Hashtag], block: int, most: int) -> set[Hashtag]:
    running = sum(tag.start < block for tag in tags)
    keys = [tag.key for tag in tags]
    crowded = running + len(set(keys[running:]) - set(keys[:running])) > most
    kept: set[Hashtag] = set()
    seen: set[str] = set()
    for tag in tags:
        repeated = tag.key in seen and (crowded or tag.start >= block)
        if not repeated and len(kept) < most:
            kept.add(tag)
            seen.add(tag.key)
    return kept


def _unsign(running: str, tags: list[Hashtag], kept: set[Hashtag]) -> str:
    signs = {tag.start for tag in tags if tag not in kept}
    return "".join(sign for at, sign in enumerate(running) if at not in signs)


def _joined(text: str, tags: list[Hashtag]) -> str:
    """What is kept of the closing block, on the lines where it stood."""
    joined, at = "", None
    for tag in tags:
        blank = "" if at is None else "\n" if "\n" in text[at : tag.start] else " "
        joined += blank + text[tag.start : tag.end]
        at = tag.end
    return joined
