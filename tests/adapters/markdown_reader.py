"""A small reader of CommonMark with strikethrough: every character with its marks, as a network would show it.

Written after https://spec.commonmark.org/0.31.2/ (blocks: paragraphs, quotes, fences; inlines: appendix, phase 2). What
nobody asked for, a heading, a list, a rule, HTML, an entity, a picture, is a leak.
"""

import re
import string
import unicodedata
from dataclasses import dataclass, field

_FENCE = re.compile(r"(`{3,})([^`]*)")
_BLOCKS = re.compile(
    r" {0,3}(?:#{1,6}(?:\s|$)|[-+*](?:\s|$)|\d{1,9}[.)](?:\s|$)|~~~|(?:=+|-+) *$|([-*_])(?: *\1){2,} *$)"
    r"| {4}|\|?(?: *:?-+:? *\|)+(?: *:?-+:? *)?$|\[\^"
)
_AUTOLINK = re.compile(r"<([A-Za-z][A-Za-z0-9+.-]+:[^\s<>]*)>")
_HTML = re.compile(r"<[A-Za-z/!?]")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]+);")
_DESTINATION = re.compile(r"\(([^\s()<>]*)\)")

Marked = tuple[str, frozenset[str]]


class Leak(AssertionError):
    """Something is taken for markup that should not be."""


@dataclass
class Sign:
    """A run of delimiters at `at` among the characters read so far."""

    sign: str
    count: int
    at: int
    opens: bool
    closes: bool
    length: int = 0

    def __post_init__(self) -> None:
        self.length = self.count


@dataclass
class Line:
    read: list[tuple[str, set[str]]] = field(default_factory=list)
    signs: list[Sign] = field(default_factory=list)
    brackets: list[tuple[int, int]] = field(default_factory=list)
    """Where a [ stands among the characters, and how many signs there were before it."""


def read(source: str) -> list[Marked]:
    found: list[Marked] = []
    lines = source.split("\n")
    while lines:
        line = lines[0]
        fence = _FENCE.fullmatch(line)
        if not line.strip():
            lines.pop(0)
        elif fence:
            end = next(at for at, each in enumerate(lines[1:], 1) if re.fullmatch(rf"`{{{len(fence[1])},}} *", each))
            found += [(sign, frozenset({f"block:{fence[2]}"})) for sign in "\n".join([*lines[1:end], ""])]
            del lines[: end + 1]
        elif line.startswith(">"):
            quoted = [re.sub("^> ?", "", each) for each in _until_blank(lines)]
            found += [(sign, marks | {"quote"}) for sign, marks in read("\n".join(quoted))]
        else:
            found += _paragraph(_until_blank(lines))
    return found


def _until_blank(lines: list[str]) -> list[str]:
    taken = []
    while lines and lines[0].strip() and not (taken and _FENCE.fullmatch(lines[0])):
        taken.append(lines.pop(0))
    return taken


def _paragraph(lines: list[str]) -> list[Marked]:
    for number, line in enumerate(lines):
        if _BLOCKS.match(line) or (number and line.startswith(">")):
            raise Leak(line)
    return [(sign, frozenset(marks)) for sign, marks in _inline("\n".join(lines))] + [("\n", frozenset())]


def _inline(text: str) -> list[tuple[str, set[str]]]:
    line, at = Line(), 0
    while at < len(text):
        at = _step(text, at, line)
    _emphasise(line, 0)
    return line.read


def _step(text: str, at: int, line: Line) -> int:
    sign = text[at]
    autolink = _AUTOLINK.match(text, at)
    if sign == "\\" and text[at + 1 : at + 2] in set(string.punctuation):
        line.read.append((text[at + 1], set()))
        return at + 2
    if autolink:
        line.read += [(each, set()) for each in autolink[1]]
        return autolink.end()
    if _HTML.match(text, at) or _ENTITY.match(text, at) or text.startswith("![", at):
        raise Leak(text[at:])
    if sign == "`":
        return _code(text, at, line)
    if sign in "*_~":
        return _sign(text, at, line)
    if sign == "[":
        line.brackets.append((len(line.read), len(line.signs)))
        return at + 1
    return _link(text, at, line) if sign == "]" else _letter(text, at, line)


def _letter(text: str, at: int, line: Line) -> int:
    line.read.append((text[at], set()))
    return at + 1


def _code(text: str, at: int, line: Line) -> int:
    fence = re.compile("`+").match(text, at)
    assert fence
    closing = next((each for each in re.finditer("`+", text[fence.end() :]) if each[0] == fence[0]), None)
    if closing is None:
        raise Leak(text[at:])
    code = text[fence.end() : fence.end() + closing.start()]
    if code.strip(" ") and code[0] == code[-1] == " ":
        code = code[1:-1]
    line.read += [(each, {"code"}) for each in code]
    return fence.end() + closing.end()


def _link(text: str, at: int, line: Line) -> int:
    target = _DESTINATION.match(text, at + 1)
    if not line.brackets or not target:
        raise Leak(text[at:])
    begun, signs = line.brackets.pop()
    _emphasise(line, signs)
    for _, marks in line.read[begun:]:
        marks.add(f"link:{target[1]}")
    return target.end()


def _sign(text: str, at: int, line: Line) -> int:
    run = re.compile(re.escape(text[at]) + "+").match(text, at)
    assert run
    before, after = text[at - 1 : at] if at else "", text[run.end() : run.end() + 1]
    left, right = _flanking(before, after), _flanking(after, before)
    if text[at] == "_":
        left, right = left and (not right or _punctuation(before)), right and (not left or _punctuation(after))
        line.read += [("_", set()) for _ in run[0]]  # nobody asked for marks made with it: it stands for itself
    line.signs.append(Sign(text[at], len(run[0]), len(line.read), left, right))
    return run.end()


def _flanking(before: str, after: str) -> bool:
    if not after or after.isspace():
        return False
    return not _punctuation(after) or not before or before.isspace() or _punctuation(before)


def _punctuation(sign: str) -> bool:
    return sign != "" and (sign in string.punctuation or unicodedata.category(sign)[0] in "PS")


def _emphasise(line: Line, first: int) -> None:
    signs = line.signs[first:]
    del line.signs[first:]
    for number, closer in enumerate(signs):
        while closer.closes and closer.count:
            opener = next((each for each in reversed(signs[:number]) if _match(each, closer)), None)
            if opener is None:
                break
            for between in signs[signs.index(opener) + 1 : number]:
                between.opens = between.closes = False
            _mark(line, opener, closer)
    for left in signs:
        if left.count and left.sign != "_":
            raise Leak(left.sign * left.count)


def _mark(line: Line, opener: Sign, closer: Sign) -> None:
    used = 2 if min(opener.count, closer.count) > 1 else 1
    if closer.sign == "_" or (closer.sign == "~" and (used, opener.length, closer.length) != (2, 2, 2)):
        raise Leak(closer.sign)
    mark = {"*1": "italic", "*2": "bold", "~2": "strike"}[closer.sign + str(used)]
    for _, marks in line.read[opener.at : closer.at]:
        marks.add(mark)
    opener.count -= used
    closer.count -= used


def _match(opener: Sign, closer: Sign) -> bool:
    if opener.sign != closer.sign or not opener.opens or not opener.count:
        return False
    both = opener.closes or closer.opens
    total = opener.length + closer.length
    return not both or total % 3 != 0 or (opener.length % 3 == 0 and closer.length % 3 == 0)
