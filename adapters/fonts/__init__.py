"""The fonts that come with us, all under the SIL Open Font License (OFL.txt), as docs/cards/make_fonts.py made them.

Inter in a strong weight and an even one, Fraunces (serif), Anton (poster) and Noto Emoji. What they say of pairs of
letters and of emoji made of several characters lies beside them as data: Pillow reads it from fonts only where the
machine has more libraries, and a card is to be the same everywhere.
"""

import json
import struct
from collections.abc import Iterator
from enum import Enum
from functools import cache
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont


_MARKS = frozenset(map(ord, "©®™"))
"""Emoji for some, text for us."""


class Face(Enum):
    STRONG = "strong.otf"
    EVEN = "even.otf"
    SERIF = "serif.ttf"
    POSTER = "poster.ttf"
    EMOJI = "emoji.ttf"


def sized(face: Face, size: int) -> "FreeTypeFont":
    """The face at a size in pixels; a new one each time, because one may not be used in two threads."""
    from PIL import ImageFont

    return ImageFont.truetype(BytesIO(_data(face.value)), size, layout_engine=ImageFont.Layout.BASIC)


@cache
def repertoire(face: Face) -> frozenset[int]:
    """The code points that a face has a glyph for."""
    return frozenset(_mapped(_data(face.value)))


@cache
def letters() -> frozenset[int]:
    """The code points any card can show as text: those of the faces that stand in for the others, less the emoji."""
    return (repertoire(Face.STRONG) & repertoire(Face.EVEN)) - (repertoire(Face.EMOJI) - _MARKS)


@cache
def kerning() -> dict[str, dict[str, int]]:
    """By the name of a face: by how many thousandths of the size the second of two letters moves."""
    pairs: dict[str, dict[str, int]] = json.loads(_data("kerning.json"))
    return {face.name: pairs.get(face.name.lower(), {}) for face in Face}


@cache
def sequences() -> dict[str, str]:
    """Emoji of several characters, without variation selectors and skin tones, and the code point each is drawn by."""
    found: dict[str, str] = json.loads(_data("emoji.json"))
    return found


@cache
def _data(name: str) -> bytes:
    return resources.files(__name__).joinpath(name).read_bytes()


def _mapped(data: bytes) -> Iterator[int]:
    """Code points in the font's character map (OpenType `cmap`, format 12: runs of consecutive ones)."""
    records = range(12, 12 + 16 * _number(">H", data, 4), 16)
    cmap = next(_number(">I", data, at + 8) for at in records if data[at : at + 4] == b"cmap")
    for record in range(cmap + 4, cmap + 4 + 8 * _number(">H", data, cmap + 2), 8):
        table = cmap + _number(">I", data, record + 4)
        if _number(">H", data, table) == 12:  # noqa: PLR2004  # the format's number
            runs = struct.iter_unpack(">III", data[table + 16 : table + 16 + 12 * _number(">I", data, table + 12)])
            for first, last, _ in runs:
                yield from range(first, last + 1)


def _number(form: str, data: bytes, at: int) -> int:
    number: int = struct.unpack_from(form, data, at)[0]
    return number
