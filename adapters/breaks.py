"""Breaks set by hand: lines of nothing but hyphens, or the dashes that phones make of them."""

import re
from collections.abc import Iterator

RULE = "---"

_BREAK = re.compile(r"[^\S\n]*\\?(?:-{3,}|–{2,}|[-–—]*—[-–—]*)[^\S\n]*")
_FENCE = re.compile(r"[^\S\n]{0,3}(`{3,}|~{3,})")


def sections(text: str) -> list[str]:
    """What lies between the breaks, without what is empty. A text of breaks alone is one section."""
    found = [section for section in map(str.strip, _sections(text)) if section]
    return found or [text] * bool(text)


def joined(text: str, *, rule: bool) -> str:
    """In one piece: each break a paragraph's, with a rule between where that is shown; never a rule first."""
    return (f"\n\n{RULE}\n\n" if rule else "\n\n").join(sections(text))


def _sections(text: str) -> Iterator[str]:
    """Within fenced code a line of hyphens is code."""
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        fenced = _FENCE.match(line)
        if fenced and not fence:
            fence = fenced[1]
        elif fenced and line.strip().startswith(fence) and not line.strip().strip(fence[0]):
            fence = ""
        if fence or not _BREAK.fullmatch(line):
            lines.append(line)
        else:
            yield "\n".join(lines)
            lines = []
    yield "\n".join(lines)
