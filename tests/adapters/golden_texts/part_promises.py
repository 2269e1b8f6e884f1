"""What holds for the parts of every text: how full they are, where they end, what they say of themselves."""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from golden_texts import reading
from golden_texts.cells import Cell

from adapters.profile import Markup
from adapters.text import visible

Promise = Callable[[Cell], Iterator[str]]
_NUMBERS = 10
"""What the number of a part takes at most."""
_FEW = 2
"""Words that say too little of a line to stand alone."""
_HEADING = 60
"""Characters of a heading at most."""
_LEADS_ON = re.compile(r"[(«“¿¡\[]$|(?:^|[\s(])(?:Srt?a?|D|D\.ª|Dr|p|ej|EE|UU|n\.º|núm|art|tel|C/|avda|ctra|M\.ª)\.?$")
_JOINS = re.compile(r"\s(?:el|la|los|las|un|una|al|del|de|a|en|con|por|y|o|que|si|the|of|and|or)$", re.IGNORECASE)
_WORDS_LEFT = re.compile(r"\s*…[^…]*$")
"""All that is kept behind the words of a shortened text."""
_CLOSES = re.compile(r"[,.;:!?)»”…](?!\.)")


def fits(cell: Cell) -> Iterator[str]:
    """No part measures more than the network takes, by its own counting."""
    for number, part in enumerate(cell.adapted.parts, 1):
        measured = cell.profile.count(part.text)
        if measured > cell.profile.limit:
            yield f"part {number} measures {measured} of {cell.profile.limit}"


def says_something(cell: Cell) -> Iterator[str]:
    """No part is empty, and nothing here blocks."""
    for number, body in enumerate(cell.bodies, 1):
        if not visible(body):
            yield f"part {number} is empty"
    if cell.adapted.blocked:
        yield f"blocked: {cell.adapted.blocked.code}"


def numbers_parts(cell: Cell) -> Iterator[str]:
    """A thread says how many there are and which this is; a single post says nothing."""
    parts = cell.adapted.parts
    if len(parts) == 1:
        if parts[0].text.endswith("(1/1)"):
            yield "a number on a single post"
        return
    if not cell.profile.thread:
        yield f"{len(parts)} parts"
    for at, part in enumerate(parts, 1):
        if not part.text.endswith(f" ({at}/{len(parts)})"):
            yield f"part {at} ends in {part.text[-10:]!r}"
    if {note.params.get("parts") for note in cell.adapted.notes if note.code == "thread"} != {len(parts)}:
        yield "the note counts otherwise"


def fills_parts(cell: Cell) -> Iterator[str]:
    """None under a third full: but the last, the last before a break set by hand, and one before what cannot be cut."""
    ends = _section_ends(cell)
    said: list[str] = []
    for at, (part, body) in enumerate(zip(cell.adapted.parts, cell.bodies, strict=True)):
        said += reading.words(body)
        if at == len(cell.bodies) - 1 or len(said) in ends:
            continue
        following = cell.bodies[at + 1].split()[0]
        measured, room = cell.profile.count(part.text), cell.profile.limit
        if 3 * measured < room and cell.profile.count(f"{part.text} {following}") <= room:
            yield f"part {at + 1} measures {measured} of {room}"


def obeys_breaks(cell: Cell) -> Iterator[str]:
    """Each break set by hand begins a part where there are threads; elsewhere it is at most a rule."""
    sections = reading.sections(cell.post.content.text)
    if cell.profile.markup is not Markup.MARKDOWN and reading.rules(cell.said):
        yield "a line of hyphens"
    if not cell.profile.thread or len(sections) == 1:
        return
    begun = [reading.words(body)[:3] for body in cell.bodies]
    for section in sections:
        if reading.words(section)[:3] not in begun:
            yield f"no part begins with {section[:30]!r}"


def breaks_well(cell: Cell) -> Iterator[str]:
    """No part ends where more must follow, and none begins with what closes the one before."""
    bodies = cell.bodies
    for at, (before, after) in enumerate(pairwise(bodies), 1):
        if _LEADS_ON.search(before) or _JOINS.search(before):
            yield f"part {at} ends in {before[-15:]!r}"
        if _CLOSES.match(after):
            yield f"part {at + 1} begins with {after[:15]!r}"
    kept = _WORDS_LEFT.sub("", bodies[-1])
    if "shortened" in cell.noted and (_LEADS_ON.search(kept) or _JOINS.search(kept)):
        yield f"it ends in {bodies[-1][-25:]!r}"


def leaves_no_heading(cell: Cell) -> Iterator[str]:
    """No part ends with a heading, or with hardly more than the hour or the number a line begins with."""
    lines = [line for line in cell.post.content.text.split("\n") if line.strip()]
    ends, said = _section_ends(cell), 0
    for at, body in enumerate(cell.bodies, 1):
        said += len(reading.words(body))
        cut = at < len(cell.bodies) or "shortened" in cell.noted
        if not cut or said in ends or uncuttable(cell):
            continue
        last = body.rpartition("\n")[2].rstrip("…")
        begun = any(line.startswith(last) and line.rstrip(".") != last.rstrip(".") for line in lines)
        if begun and len(_spoken(last)) <= _FEW:
            yield f"part {at} ends in {last!r}"
        if last in lines[:-1] and len(last) <= _HEADING and (last.endswith(":") or last.isupper()):
            yield f"part {at} ends in the heading {last!r}"


def uncuttable(cell: Cell) -> list[str]:
    """Words too long for any part."""
    text = cell.post.content.text
    return [word for word in reading.words(text) if cell.profile.count(word) > cell.profile.limit - _NUMBERS]


def _spoken(line: str) -> list[str]:
    """Words between blanks; emoji and bullets are none."""
    return [word for word in line.split() if reading.words(word)]


def _section_ends(cell: Cell) -> set[int]:
    """How many words have been said where a break was set by hand."""
    ends, count = set(), 0
    for section in reading.sections(cell.post.content.text):
        count += len(reading.words(section))
        ends.add(count)
    return ends
