"""A formatted text as HTML for the page: only our own tags, everything else escaped."""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import pairwise, takewhile
from typing import Any

from bot.sandbox.parsing import Formatted

Entity = dict[str, Any]
TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "expandable_blockquote": "blockquote",
    "spoiler": "span",
    "text_link": "a",
    "url": "a",
}


def as_html(said: Formatted) -> str:
    """Line breaks stay line breaks: the page keeps white space."""
    units = said.text.encode("utf-16-le", "surrogatepass")
    marked = [entity for entity in said.entities if entity["type"] in TAGS and _target(entity, said) is not None]
    html: list[str] = []
    inside: list[Entity] = []
    for start, end in _stretches(marked, len(units) // 2):
        active = [e for e in marked if e["offset"] <= start and end <= e["offset"] + e["length"]]
        html += _between(inside, active, said)
        html.append(escape(units[2 * start : 2 * end].decode("utf-16-le", "replace")))
        inside = active
    return "".join([*html, *_between(inside, [], said)])


def _stretches(marked: Sequence[Entity], length: int) -> Iterator[tuple[int, int]]:
    """Pieces in which the same marks hold, in UTF-16 units."""
    edges = {0, length, *(e["offset"] for e in marked), *(e["offset"] + e["length"] for e in marked)}
    return pairwise(sorted(edges))


def _between(before: Sequence[Entity], after: Sequence[Entity], said: Formatted) -> list[str]:
    """The tags between two stretches: marks may overlap, elements may not."""
    common = len(list(takewhile(lambda pair: pair[0] is pair[1], zip(before, after, strict=False))))
    ended = [f"</{TAGS[entity['type']]}>" for entity in reversed(before[common:])]
    return ended + [_opening(entity, said) for entity in after[common:]]


def _opening(entity: Entity, said: Formatted) -> str:
    tag = TAGS[entity["type"]]
    if tag == "span":
        return '<span class="spoiler">'
    if tag == "a":
        return f'<a href="{escape(_target(entity, said) or "")}" target="_blank" rel="noopener noreferrer nofollow">'
    return f"<{tag}>"


def _target(entity: Entity, said: Formatted) -> str | None:
    """Where a link leads, empty for what is no link; None for an address that no page may open."""
    if TAGS[entity["type"]] != "a":
        return ""
    url = str(entity["url"]) if entity["type"] == "text_link" else said.marked(entity)
    scheme, separator, _ = url.partition("://")
    if not separator:
        return None if ":" in url.partition("/")[0] else f"https://{url}"
    return url if scheme.lower() in {"http", "https"} else None
