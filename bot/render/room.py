"""How much text fits in one message, and how foreign text is made to fit. Lengths are UTF-16 units of the HTML."""

import re
from collections.abc import Iterable, Iterator

from adapters.text import ELLIPSIS, clusters
from adapters.text import utf16 as units
from bot.screen import Html, escape, sendable

__all__ = [
    "MOST",
    "clip",
    "clusters",
    "first_that_fits",
    "inline",
    "label",
    "lines",
    "plain",
    "slices",
    "spaced",
    "stack",
    "units",
]

MOST = 4096
"""What Telegram takes in one text message. It counts without tags; we count with them, to be safe."""
INLINE = 80
"""Foreign text inside a sentence: a name, an excerpt."""
_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_BLANKS = re.compile(r"\s+")


def clip(text: str, room: int = INLINE) -> Html:
    """Foreign text as HTML of at most `room` units, ending in … when something is missing."""
    whole = escape(text)
    if units(whole) <= room:
        return whole
    return Html(_take(text, room - 1) + ELLIPSIS)


def _take(text: str, room: int) -> str:
    """As many whole characters, escaped, as fit."""
    taken, length = [], 0
    for cluster in clusters(text[:room]):
        piece = escape(cluster)
        length += units(piece)
        if length > room:
            break
        taken.append(piece)
    return "".join(taken).rstrip()


def inline(text: str, room: int = INLINE) -> Html:
    """Foreign text inside a line of ours: on one line, without marks that turn the direction of what follows."""
    return clip(plain(text), room)


def plain(text: str) -> str:
    return _HIDDEN.sub("", _BLANKS.sub(" ", text)).strip()


def label(text: str, room: int = 48) -> str:
    """Foreign text on a button, which takes no HTML."""
    short = sendable(plain(text))
    if len(short) <= room:
        return short
    taken = ""
    for cluster in clusters(short):
        if len(taken) + len(cluster) >= room:
            break
        taken += cluster
    return taken.rstrip() + ELLIPSIS


def slices(text: str, room: int) -> Iterator[Html]:
    """The whole text, escaped, in pieces of at most `room` units; no character is split."""
    piece, length = "", 0
    for cluster in clusters(text):
        for bit in [cluster] if units(escape(cluster)) <= room else cluster:
            size = units(escape(bit))
            if length + size > room:
                yield Html(piece)
                piece, length = "", 0
            piece, length = piece + escape(bit), length + size
    yield Html(piece)


def stack(blocks: Iterable[str]) -> Html:
    """Blocks under each other with an empty line between; empty ones leave no gap."""
    return Html("\n\n".join(block for block in blocks if block))


def lines(rows: Iterable[str]) -> Html:
    return Html("\n".join(row for row in rows if row))


def spaced(*pieces: str) -> Html:
    """Sentences behind each other; empty ones leave no gap."""
    return Html(" ".join(piece for piece in pieces if piece))


def first_that_fits(candidates: Iterable[Html], room: int = MOST) -> Html:
    """The richest text that has room, which is one message unless less is given. Candidates go from rich to bare, and
    the last one is taken anyway.
    """
    text = Html()
    for candidate in candidates:
        text = candidate
        if units(text) <= room:
            break
    return text
