"""Markdown that an author wrote by hand: where a text holds complete structures of it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from adapters import links
from adapters.flanks import closes, opens

_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}|~{3,})(?P<info>[^`]*)$")
_HEADING = re.compile(r"#{1,6} +(?=\S)")
_ITEM = re.compile(r"(?P<indent> *)(?P<mark>[-*+]|\d{1,2}[.)]) +(?=\S)")
_QUOTED = re.compile(r" {0,3}(?:> ?)+(?=[^\s>])")
_RULE = re.compile(r" {0,3}([-*_])(?: *\1){2,} *$")
_COLUMNS = re.compile(r" {0,3}\|?(?: *:?-+:? *\|)+(?: *:?-+:? *)?$")
_MASK = "\ue000"
_CODE_INDENT = 4
_CODE = re.compile(r"(?<![`\\])(`+)(?!`)([^\n]*?[^`])\1(?!`)")
_ADDRESS = re.compile(r"<https?://[^\s<>]+>")
_LINK = re.compile(
    r"!?\[(?P<inner>[^\[\]\n]*)\]\((?:<[^<>\n]+>|[^\s()<>]+(?:\([^\s()<>]*\)[^\s()<>]*)*)(?: +\"[^\"\n]*\")?\)"
)
_EMPHASES = (
    re.compile(r"(?<!\*)\*\*(?=[^\s*])(?P<inner>(?:[^*\n]|\*(?!\*))*?[^\s*])\*\*(?!\*)"),
    re.compile(r"(?<!~)~~(?=[^\s~])(?P<inner>[^~\n]*[^\s~])~~(?!~)"),
    re.compile(r"(?<![\w*\\])\*(?=[^\s*])(?P<inner>[^*\n]*[^\s*])\*(?![\w*])"),
    re.compile(r"(?<![\w\\])_(?=[^\s_])(?P<inner>[^_\n]*[^\s_])_(?!\w)"),
)


class Kind(Enum):
    """What a line is, as far as its neighbours must know."""

    TEXT = auto()
    BLANK = auto()
    ITEM = auto()
    QUOTE = auto()


@dataclass(frozen=True, slots=True)
class Head:
    """What a line begins with: `length` characters, shown as `shown`. `within`: a list may go on below it."""

    length: int
    shown: str = ""
    kind: Kind = Kind.TEXT
    within: bool = False
    columns: bool = False
    """The line may be the head of a table."""


@dataclass(frozen=True, slots=True)
class Structure:
    """Something complete on one line: `inner` of `outer` is words, what is around them stays as it is.

    `loose`: a mark beside it would be taken for a part of it.
    """

    outer: tuple[int, int]
    inner: tuple[int, int]
    loose: bool = False
    link: bool = False

    @property
    def rims(self) -> tuple[tuple[int, int], ...]:
        """What stays as it is."""
        (start, end), (begin, stop) = self.outer, self.inner
        return ((start, begin), (stop, end)) if begin < stop else (self.outer,)


def verbatim(lines: Sequence[str]) -> frozenset[int]:
    """The numbers of the lines that are fenced code, fences included."""
    kept: set[int] = set()
    number = 0
    while number < len(lines):
        end = _fence_end(lines, number)
        kept.update(range(number, end))
        number = max(end, number + 1)
    return frozenset(kept)


def _fence_end(lines: Sequence[str], number: int) -> int:
    """Behind the closing fence; `number` itself when none is opened here, or it is never closed."""
    opened = _FENCE.match(lines[number])
    if opened is None:
        return number
    fence = opened["fence"]
    closing = re.compile(rf" {{0,3}}{re.escape(fence[0])}{{{len(fence)},}} *$")
    return next((at + 1 for at in range(number + 1, len(lines)) if closing.match(lines[at])), number)


def head(line: str, above: Head, *, first: bool) -> Head:
    """What is kept as it is of the beginning of a line. `first`: of its block."""
    if _keeps_whole(line, above, first=first):
        return Head(len(line), line.strip(), columns=above.columns)
    quoted = _QUOTED.match(line)
    if quoted is not None:
        return Head(quoted.end(), quoted[0].lstrip(), Kind.QUOTE)
    blanks = line[: len(line) - len(line.lstrip())]
    listed = above.kind is Kind.ITEM or above.within
    item = _ITEM.match(line)
    if item is not None and (listed or len(item["indent"]) < _CODE_INDENT):
        indent = item["indent"] if listed else ""
        return _headed(line, item.end(), f"{indent}{item['mark']} ", Kind.ITEM)
    if listed and len(blanks) > 1:
        return Head(len(blanks), blanks, Kind.ITEM)
    return _headed(line, len(blanks), "", Kind.TEXT)


def _headed(line: str, length: int, shown: str, kind: Kind) -> Head:
    """A heading may follow."""
    heading = _HEADING.match(line, length)
    if heading is None:
        return Head(length, shown, kind, columns="|" in line)
    return Head(heading.end(), shown + heading[0], kind)


def _keeps_whole(line: str, above: Head, *, first: bool) -> bool:
    """Rules, and the line below the head of a table; what would underline a heading or begin a front matter is none."""
    rule = _RULE.match(line)
    if rule is not None:
        return rule[1] != "-" or (above.kind is Kind.BLANK and not first)
    return above.columns and _COLUMNS.match(line) is not None


def structures(text: str) -> list[Structure]:
    """Code, addresses, links, pictures and emphasis on one line, those within others too."""
    found = [Structure(match.span(), (match.end(), match.end())) for match in _CODE.finditer(text)]
    text = _masked(text, found)
    addresses = [Structure(match.span(), (match.end(), match.end())) for match in _ADDRESS.finditer(text)]
    text = _masked(text, addresses)
    linked = [Structure(match.span(), match.span("inner"), link=True) for match in _LINK.finditer(text)]
    text = _masked(text, linked)
    found += addresses + linked
    urls = [(link.start, link.end) for link in links.find(text) if link.schemed]
    text = _masked(text, [Structure(url, (url[1], url[1])) for url in urls])
    for pattern in _EMPHASES:
        emphasised = list(_emphases(text, pattern))
        found += emphasised
        text = _masked(text, emphasised)
    return found


def _emphases(text: str, pattern: re.Pattern[str]) -> Iterator[Structure]:
    for match in pattern.finditer(text):
        (start, end), (begin, stop) = match.span(), match.span("inner")
        if opens(text[start - 1 : start] if start else "", text[begin]) and closes(text[stop - 1], text[end : end + 1]):
            yield Structure((start, end), (begin, stop), loose=True)


def _masked(text: str, taken: Sequence[Structure]) -> str:
    """With their signs out of sight."""
    for structure in taken:
        for start, end in structure.rims:
            text = text[:start] + _MASK * (end - start) + text[end:]
    return text
