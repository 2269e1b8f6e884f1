"""Hashtags: where they are, and how a text keeps to the number a network takes. Where they go: placing.py."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import regex

from adapters import links

SIGN = "#"
_SIGNS = "#＃"
_BODY = r"[\p{L}\p{N}_][\p{L}\p{M}\p{N}_]*+"
_TAG = regex.compile(rf"[{_SIGNS}](?P<name>{_BODY})")
_CHAIN = regex.compile(rf"(?<![\p{{L}}\p{{M}}\p{{N}}_&/])(?:[{_SIGNS}]{_BODY})++")
_LETTER = regex.compile(r"\p{L}")
_LOOSE = regex.compile(rf"[^\S\n]*+(?:[{_SIGNS}][^\S\n]*+{_BODY}[^\S\n]*+)++")
_LOOSE_SIGN = regex.compile(rf"[{_SIGNS}][^\S\n]++(?={_BODY})")
_OPENS = regex.compile(r"[\s\p{Ps}\p{Pi}¡¿\"']\Z")
"""A word may follow without a blank."""


@dataclass(frozen=True, slots=True)
class Hashtag:
    """One hashtag in a text, at `start:end`. `name` is without its sign."""

    start: int
    end: int
    name: str

    @property
    def key(self) -> str:
        """Equal for those a network takes for the same."""
        return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", self.name).casefold())

    @property
    def text(self) -> str:
        return SIGN + self.name


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


def spelled(text: str) -> str:
    """With one sign for all hashtags, and no blank behind it in the last lines, where those are made of hashtags.

    Elsewhere a sign and a blank may be a heading or a number, and stay.
    """
    lines = text.split("\n")
    at = len(lines)
    while at and _LETTER.search(lines[at - 1]) and _LOOSE.fullmatch(lines[at - 1]):
        at -= 1
        lines[at] = _LOOSE_SIGN.sub(SIGN, lines[at])
    text = "\n".join(lines)
    for tag in find(text):
        text = f"{text[: tag.start]}{SIGN}{text[tag.start + 1 :]}"
    return text


def cap(text: str, most: int) -> Capped:
    """Keep the first `most` hashtags.

    In the closing block, the last lines made of hashtags alone, excess and repeated ones go. Elsewhere the words stay:
    only when there are too many, the excess and repeated ones lose their sign.
    """
    tags = find(text)
    block = _block(text, tags)
    kept = choose(tags, [tag for tag in tags if tag.start >= block], most)
    if len(kept) < len(tags):
        left = [tag for tag in tags if tag in kept and tag.start >= block]
        dropped = [tag for tag in tags if tag not in kept and tag.start < block]
        text = unsigned(text, dropped, 0, block) + _joined(text, left)
    return Capped(text.rstrip(), *counted(tags, kept))


def counted(tags: Collection[Hashtag], kept: Collection[Hashtag]) -> tuple[int, int]:
    """How many different ones were found, and how many of them are kept."""
    return len({tag.key for tag in tags}), len({tag.key for tag in kept})


def closing(text: str) -> int:
    """Where the closing block begins: the last lines made of hashtags alone. The end of the text when it has none."""
    return _block(text, find(text))


def choose(tags: Sequence[Hashtag], apart: Collection[Hashtag], most: int) -> set[Hashtag]:
    """Those that stay hashtags, in the person's own order.

    What stands `apart` is kept once, and not where a sentence says the same. The words of sentences may repeat
    themselves as long as there is room for all.
    """
    running = [tag for tag in tags if tag not in apart]
    said = {tag.key for tag in running}
    once: dict[str, Hashtag] = {}
    for tag in (*running, *apart):
        once.setdefault(tag.key, tag)
    alone = {tag for key, tag in once.items() if key not in said}
    if len(running) + len(alone) <= most:
        return {*running, *alone}
    return {once[key] for key in list(dict.fromkeys(tag.key for tag in tags))[:most]}


def unsigned(text: str, dropped: Sequence[Hashtag], begin: int = 0, end: int | None = None) -> str:
    """`text[begin:end]` with these as plain words: never longer, and no hashtags, addresses or parts of other words."""
    end = len(text) if end is None else end
    for tag in reversed(dropped):
        if begin <= tag.start < end:
            start = len(text[begin : tag.start].rstrip(_SIGNS)) + begin
            blank = "" if start == begin or _OPENS.search(text[begin:start]) else " "
            word = _plain(text[tag.start + 1 : end], dot=" " if blank else ". ")
            text, end = text[:start] + blank + word, start + len(blank) + len(word)
    return text[begin:end]


def _plain(text: str, dot: str) -> str:
    """Without the address that its first word would be read as."""
    token = text.split(maxsplit=1)[0]
    found = links.find(token)
    if not found or found[0].start:
        return text
    if found[0].schemed:
        return text.replace(":", " ", 1)
    first, *others = found[0].host.split(".")
    return first + dot + " ".join(others) + text[len(found[0].host) :]


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


def _joined(text: str, tags: list[Hashtag]) -> str:
    """What is kept of the closing block, on the lines where it stood."""
    joined, at = "", None
    for tag in tags:
        blank = "" if at is None else "\n" if "\n" in text[at : tag.start] else " "
        joined += blank + text[tag.start : tag.end]
        at = tag.end
    return joined
