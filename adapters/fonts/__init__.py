"""The font that comes with us: Inter (SIL Open Font License, OFL.txt), a strong weight and an even one."""

import struct
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont


class Weight(Enum):
    STRONG = "InterDisplay-ExtraBold.otf"
    EVEN = "Inter-Medium.otf"


def face(weight: Weight, size: int) -> "FreeTypeFont":
    """The font at a size in pixels; a new one each time, because one face may not be used in two threads."""
    from PIL import ImageFont

    return ImageFont.truetype(BytesIO(_data(weight)), size)


@lru_cache(maxsize=1)
def repertoire() -> frozenset[int]:
    """The code points that every weight has a glyph for."""
    return frozenset.intersection(*(frozenset(_mapped(_data(weight))) for weight in Weight))


@lru_cache(maxsize=len(Weight))
def _data(weight: Weight) -> bytes:
    return resources.files(__name__).joinpath(weight.value).read_bytes()


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
