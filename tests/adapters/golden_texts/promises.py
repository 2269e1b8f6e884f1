"""What holds for every text on every network. Each promise names the faults it finds in one cell."""

import re
from collections import Counter
from collections.abc import Callable, Iterator

from golden_texts import reading
from golden_texts.cells import DEAD_LINK, DEAD_LINK_IN, STAND_INS, Cell
from golden_texts.part_promises import (
    Promise,
    breaks_well,
    fills_parts,
    fits,
    leaves_no_heading,
    numbers_parts,
    obeys_breaks,
    says_something,
    uncuttable,
)

from adapters.content import Mark
from adapters.profile import Links, Markup, Place

_SIGNS = ("**", "__", "~~", "`", "](", "||", "\\", "<b>", "<i>", "&amp;", "&lt;", "&gt;")
_ROUGH = {
    "two blanks": re.compile("  "),
    "a blank before a sign": re.compile(r"[ ][,.;:!?)»](?![\w/-])"),
    "a blank behind a bracket": re.compile(r"[(«¿¡][ ]"),
    "empty brackets": re.compile(r"\(\s*\)|«\s*»"),
    "two signs": re.compile(r"[,;:][.,;:]|\)\)"),
    "an empty end of a line": re.compile(r"[ ]$", re.MULTILINE),
    "two empty lines": re.compile(r"\n{3}"),
}
_ONLY_HASHTAGS = re.compile(r"[ ]*#\w+(?:[ ]*#\w+)*[ ]*")
_LINK_WORDS = re.compile("|".join(STAND_INS))
_LOOSE = {"a", "al", "de", "desde", "en", "por", "con", "y", "e", "o", "u"}
"""Words that lead to an address and may go with it."""


def keeps_words(cell: Cell) -> Iterator[str]:
    """Every word, in its order; where a note says the text was shortened, all up to there."""
    wanted, found = reading.words(cell.post.content.text), reading.words(cell.said)
    for word in uncuttable(cell):
        wanted.remove(word)
        if word not in "".join(cell.bodies):
            yield f"lost: {word[:12]}…"
    if "shortened" in cell.noted:
        found = reading.words(_LINK_WORDS.sub(" ", cell.said)) if not cell.live else found
        if found != wanted[: len(found)]:
            at = next(at for at, word in enumerate(found) if word not in wanted[at : at + 1])
            yield f"another beginning: {' '.join(found[at : at + 5])}"
        return
    if gone := reading.missing(wanted, found, frozenset() if cell.live else _led(cell)):
        yield f"lost: {' '.join(gone[:12])}"


def adds_nothing(cell: Cell) -> Iterator[str]:
    """No word comes from nowhere, and none twice."""
    known = Counter(reading.all_words(cell.post.content.text))
    extra = set(reading.all_words(f"{DEAD_LINK} {DEAD_LINK_IN} al del")) if not cell.live else set()
    if cell.manners.utm:
        extra |= {"utm", "source", "medium", "campaign", cell.network, "social", "noviembre"}
    for person in cell.post.people.values():
        extra |= {*reading.all_words(person.name), *reading.all_words(person.handles.get(cell.network, ""))}
    for span in cell.post.content.spans:
        extra |= set(reading.all_words(span.value))
    more = Counter(reading.all_words(cell.said)) - known
    pieces = " ".join(uncuttable(cell))
    if new := [word for word in more if word not in extra and word not in pieces]:
        yield f"new: {' '.join(new[:12])}"


def keeps_amounts(cell: Cell) -> Iterator[str]:
    """No number is cut, nor parted from what it counts."""
    wanted = reading.amounts(cell.post.content.text)
    found = [amount for body in [*cell.bodies, cell.adapted.comment] for amount in reading.amounts(body)]
    if "shortened" in cell.noted:
        if found != wanted[: len(found)]:
            yield f"other amounts: {found[-3:]}"
    elif gone := reading.missing(wanted, found):
        yield f"lost: {gone[:5]}"


def keeps_emoji(cell: Cell) -> Iterator[str]:
    """Families and flags stay together."""
    wanted = reading.emoji(cell.post.content.text)
    found = [emoji for body in [*cell.bodies, cell.adapted.comment] for emoji in reading.emoji(body)]
    if found != (wanted[: len(found)] if "shortened" in cell.noted else wanted):
        yield f"{wanted} became {found}"


def leaks_no_markup(cell: Cell) -> Iterator[str]:
    """Where marks cannot be shown, their signs are not either, unless they were typed."""
    if cell.profile.markup is Markup.MARKDOWN:
        return
    text = cell.post.content.text
    for sign in _SIGNS:
        if cell.said.count(sign) > text.count(sign):
            yield f"{sign} was not in the text"
    if len(re.findall(r"^> ", cell.said, re.MULTILINE)) > len(re.findall(r"^> ", text, re.MULTILINE)):
        yield "> was not in the text"


def shows_marks(cell: Cell) -> Iterator[str]:
    """Where marks can be shown, they are."""
    if cell.profile.markup is not Markup.MARKDOWN or "shortened" in cell.noted:
        return
    for span in cell.post.content.spans:
        words = cell.post.content.text[span.start : span.end]
        shown = _SHOWN[span.mark](words.strip(), span.value) if span.mark in _SHOWN else words
        if shown not in cell.said:
            yield f"{span.mark}: no {shown!r}"


_SHOWN: dict[Mark, Callable[[str, str], str]] = {
    Mark.BOLD: lambda words, _: f"**{words}**",
    Mark.ITALIC: lambda words, _: f"*{words}*",
    Mark.STRIKE: lambda words, _: f"~~{words}~~",
    Mark.CODE: lambda words, _: f"`{words}`",
    Mark.BLOCK: lambda words, language: f"```{language}\n{words}\n```",
    Mark.QUOTE: lambda words, _: "> " + words.split("\n", maxsplit=1)[0],
    Mark.LINK: lambda words, value: f"[{words}]({value}",
}


def keeps_addresses(cell: Cell) -> Iterator[str]:
    """Where addresses live, all are there, those behind words too; of a shortened text at least the first."""
    if not cell.live:
        return
    typed = reading.addresses(cell.post.content.text)
    behind = [span.value for span in cell.post.content.spans if span.mark is Mark.LINK]
    wanted = typed[:1] if "shortened" in cell.noted else [*typed, *behind]
    said = cell.said.replace("\\", "")
    for address in wanted:
        if address not in said:
            yield f"no {address}"
    if cell.manners.utm:
        mark = f"utm_source={cell.network}"
        yield from (f"not counted: {each}" for each in _schemed(cell) if mark not in each)


def previews(cell: Cell) -> Iterator[str]:
    """The first address becomes the card where there is one, unless there are pictures."""
    wanted = cell.profile.links is Links.PREVIEW and not cell.adapted.parts[0].media and reading.addresses(cell.said)
    if bool(wanted) != bool(cell.adapted.link):
        yield f"card: {cell.adapted.link}"


def shows_no_dead_address(cell: Cell) -> Iterator[str]:
    """Not in the text, nor in the words beside a picture drawn from it."""
    if cell.live:
        return
    beside = [media.alt for part in cell.adapted.parts for media in part.media]
    for text in [cell.said, *beside]:
        yield from (f"dead: {address}" for address in reading.addresses(text))


def caps_hashtags(cell: Cell) -> Iterator[str]:
    """No more than the network takes, and no fewer than there were unless that is why."""
    wanted = set(reading.hashtags(cell.post.content.text))
    found = set(reading.hashtags(cell.said))
    most = cell.profile.hashtags.most
    if len(found) > most:
        yield f"{len(found)} of {most} hashtags"
    if "shortened" not in cell.noted and len(found) < min(most, len(wanted)):
        yield f"lost: {sorted(wanted - found)}"
    if len(wanted) > most and "hashtags_capped" not in cell.noted:
        yield "no word about those that went"


def places_hashtags(cell: Cell) -> Iterator[str]:
    """Where they were wanted: those that stand apart below the text, or below the post."""
    place = cell.manners.place or cell.profile.hashtags.places[0]
    apart = [line for line in cell.said.splitlines() if _ONLY_HASHTAGS.fullmatch(line)]
    if place is not Place.COMMENT and cell.adapted.comment:
        yield f"nobody wanted a comment: {cell.adapted.comment!r}"
    if place is Place.COMMENT and set(apart) != set(cell.adapted.comment.splitlines()):
        yield f"first comment: {cell.adapted.comment!r}, apart: {apart}"
    if place is Place.END and apart and cell.bodies[-1].splitlines()[-len(apart) :] != apart:
        yield f"not at the end: {apart}"


def names_people(cell: Cell) -> Iterator[str]:
    """By their name on this network, or in plain words; whom nobody knows stays as typed."""
    found = reading.mentions(cell.said)
    for key in reading.mentions(cell.post.content.text):
        person = cell.post.people.get(key.casefold())
        handle = person.handles.get(cell.network) if person and cell.profile.mentions.live else None
        if person and handle and handle not in found:
            yield f"no @{handle}"
        if person and not handle and (person.name not in cell.said or key in found):
            yield f"@{key} should be {person.name}"
        if not person and key not in cell.said:
            yield f"no {key}"


def notes_what_is_there(cell: Cell) -> Iterator[str]:
    """A note on what stands in the text is true of the text that goes out."""
    words = [str(note.params["words"]) for note in cell.adapted.notes if note.code == "link_replaced"]
    yield from (f"nowhere: {each}" for each in words if each not in cell.said)
    if "link_counted" in cell.noted and "utm_source=" not in cell.said:
        yield "no address is counted"


def reads_smoothly(cell: Cell) -> Iterator[str]:
    """No blanks or signs are left over where something went."""
    if cell.profile.markup is Markup.MARKDOWN:
        return
    for fault, pattern in _ROUGH.items():
        if len(pattern.findall(cell.said)) > len(pattern.findall(cell.post.content.text)):
            yield f"{fault}: {pattern.search(cell.said)}"


def _led(cell: Cell) -> frozenset[str]:
    """Words that stand right before an address."""
    before = [head.split()[-1:] for head in cell.post.content.text.split("http")[:-1]]
    return frozenset(word for each in before for word in each if word in _LOOSE)


def _schemed(cell: Cell) -> list[str]:
    return [address for address in reading.addresses(cell.said) if address.startswith("http")]


PROMISES: tuple[Promise, ...] = (
    fits, says_something, keeps_words, adds_nothing, keeps_amounts, keeps_emoji, leaks_no_markup, shows_marks,
    keeps_addresses, previews, shows_no_dead_address, caps_hashtags, places_hashtags, names_people, numbers_parts,
    fills_parts, obeys_breaks, breaks_well, leaves_no_heading, notes_what_is_there, reads_smoothly,
)  # fmt: skip
