"""The addresses of a text as one network gets them: counted visits where wanted, other words where links are dead."""

import re
from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

from adapters import dead_links, links
from adapters.adapted import Note
from adapters.links import Link
from adapters.manners import Manners, Utm
from adapters.profile import Links
from adapters.told import Told

_ENDED = re.compile(r"(?:#[\w/!=&.-]*)?[^\w\s@]*(?=\s|$)|[)\]>»\"'”’*_`~]")
"""What may stand behind an address that was found to its very end."""
_MARKED = re.compile(r"(?:^|[&;])utm_(?:source|medium|campaign)=", re.IGNORECASE)
_LABEL_END = "]("


def settle(text: str, links: Links, manners: Manners) -> Told:
    """The text with its addresses as this network gets them.

    Dead ones give way to `manners.dead_link`, live ones get `manners.utm` where they have a scheme or a path: a bare
    domain stays readable. Notes: `link_counted` · `link_dead` · `link_replaced` {words} · `link_left_out` ·
    `only_link_dead`.
    """
    if links is not Links.DEAD:
        return _count(text, manners.utm)
    if not dead_links.there(text):
        return Told(text)
    alone = (Note("only_link_dead"),) if dead_links.alone(text) else ()
    if not manners.dead_link:
        return Told(text, (Note("link_dead"), *alone))
    settled = dead_links.reword(text, manners.dead_link, manners.dead_link_in)
    if dead_links.said(text, manners.dead_link):
        return Told(settled, (Note("link_left_out"), *alone))
    spoken = next((words for words in stand_ins(manners) if words in settled), manners.dead_link)
    return Told(settled, (Note("link_replaced", {"words": spoken}), *alone))


def stand_ins(manners: Manners) -> tuple[str, ...]:
    """What may stand for an address where links are dead."""
    led = manners.dead_link_in.partition(" ")[2]
    return tuple(words for words in (manners.dead_link, manners.dead_link_in, led) if words)


def counted(url: str, utm: Utm | None) -> str:
    """The address with these marks before its fragment, all else as it was; unchanged where it has some already."""
    if utm is None:
        return url
    whole, sign, fragment = url.partition("#")
    place, mark, query = whole.partition("?")
    if _MARKED.search(query):
        return url
    if not mark and "/" not in place.partition("://")[2] and "://" in place:
        place += "/"
    joined = f"{query}&{_marks(utm)}" if query else _marks(utm)
    return f"{place}?{joined}{sign}{fragment}"


def _count(text: str, utm: Utm | None) -> Told:
    if utm is None:
        return Told(text)
    changed, at = "", 0
    for link in _whole(text):
        changed += text[at : link.start] + counted(link.text, utm)
        at = link.end
    changed += text[at:]
    return Told(changed, () if changed == text else (Note("link_counted"),))


def _whole(text: str) -> Iterator[Link]:
    """Links with a scheme or a path that were found to their very end."""
    for link in links.find(text):
        for each in _targets(link):
            if each.meant and len(each.text) > len(each.host) and _ENDED.match(text, each.end):
                yield each


def _targets(link: Link) -> Iterator[Link]:
    """Of an address that leads to itself in Markdown, what lies behind the label."""
    label, both, _ = link.text.partition(_LABEL_END)
    if not both:
        yield link
        return
    begin = len(label) + len(_LABEL_END)
    for inner in links.find(link.text[begin:]):
        start = link.start + begin + inner.start
        yield replace(inner, start=start, end=start + len(inner.text))


def _marks(utm: Utm) -> str:
    given = (("source", utm.source), ("medium", utm.medium), ("campaign", utm.campaign))
    return "&".join(f"utm_{name}={_encoded(value)}" for name, value in given if value)


def _encoded(value: str) -> str:
    """Without a last sign that would be taken for the end of a sentence."""
    written = quote(value, safe="")
    return f"{written[:-1]}%{ord(written[-1]):02X}" if written[-1] in ".~" else written
