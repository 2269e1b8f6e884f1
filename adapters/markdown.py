"""Marked words as Markdown (CommonMark with strikethrough), block by block and line by line.

What the author wrote by hand as complete Markdown stays what it is; every other sign that would be taken for markup
gets a backslash. A text never begins with the line of a front matter. https://spec.commonmark.org/0.31.2/
"""

import re
from collections.abc import Iterator

from adapters.content import Mark, Span, Wording
from adapters.markdown_line import inline
from adapters.markdown_typed import Head, Kind, head, verbatim
from adapters.spans import BLOCKS, TAB, nest, piece

SHOWN = frozenset({*BLOCKS, Mark.LINK, Mark.BOLD, Mark.ITALIC, Mark.STRIKE, Mark.CODE})
"""Marks Markdown has; of the others the words stay."""
_LANGUAGE = re.compile(r"[^\w+#.-]")
_TICKS = re.compile("`+")
_BEGINS = re.compile(r"(?:#{1,6}|[-+])(?=\s|$)|>|=+\s*$|(?=[^\n]*-)[-:|][-:|\s]*$")
"""What would begin a heading, a list, a quote, or be a line below one."""
_NUMBERED = re.compile(r"\d{1,9}(?=[.)](?:\s|$))")


def written(wording: Wording, *, typed: bool = True) -> str:
    """`typed`: complete Markdown in the words is meant so; otherwise every sign stands for itself."""
    shown = nest((span for span in wording.spans if span.mark in SHOWN), len(wording.text))
    blocks = (_block(span, part, typed=typed) for span, part in _parts(Wording(wording.text, shown)))
    return "\n\n".join(block for block in blocks if block)


def _parts(wording: Wording) -> Iterator[tuple[Span | None, Wording]]:
    """The blocks, and what lies between them."""
    at = 0
    for span in wording.spans:
        if span.mark in BLOCKS and span.start >= at:
            yield None, piece(wording, at, span.start)
            yield span, piece(wording, span.start, span.end)
            at = span.end
    yield None, piece(wording, at, len(wording.text))


def _block(span: Span | None, part: Wording, *, typed: bool) -> str:
    if not part.text.strip():
        return ""
    if span is None:
        return "\n".join(_lines(part, typed=typed)).strip("\n")
    if span.mark is Mark.BLOCK:
        return _fenced(part.text.strip("\n"), span.value)
    inner = Wording(part.text, tuple(each for each in part.spans if each.mark is not Mark.QUOTE))
    return "\n".join(f"> {line}".rstrip() for line in written(inner, typed=typed).split("\n"))


def _fenced(code: str, language: str) -> str:
    fence = "`" * max(3, 1 + max(map(len, _TICKS.findall(code)), default=0))
    return "\n".join((fence + _LANGUAGE.sub("", language), code.replace("\t", TAB), fence))


def _lines(wording: Wording, *, typed: bool) -> Iterator[str]:
    """With an empty line where a list or a quote written by hand begins and ends."""
    lines = wording.text.split("\n")
    kept = verbatim(lines) if typed else frozenset()
    above, at, begun = Head(0), 0, False
    for number, line in enumerate(lines):
        if number in kept:
            here, shown = Head(len(line)), line
        elif not line.strip():
            here, shown = Head(0, kind=Kind.BLANK, within=above.kind is Kind.ITEM or above.within), ""
        else:
            here = head(line, above, first=not begun) if typed else Head(len(line) - len(line.lstrip()))
            words = inline(piece(wording, at + here.length, at + len(line)), typed=typed)
            shown = here.shown + _guarded(words)
        if number and _apart(above.kind, here.kind):
            yield ""
        yield shown
        above, at, begun = here, at + len(line) + 1, begun or here.kind is not Kind.BLANK


def _apart(above: Kind, here: Kind) -> bool:
    """One of them would be taken for a part of the other."""
    return above is not here and Kind.BLANK not in {above, here}


def _guarded(line: str) -> str:
    """So that it begins nothing."""
    numbered = _NUMBERED.match(line)
    if numbered:
        return f"{numbered[0]}\\{line[numbered.end() :]}"
    return f"\\{line}" if _BEGINS.match(line) else line
