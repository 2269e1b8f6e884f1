"""PNG, GIF and WEBP files as what they are: rows of chunks."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from adapters.picture_fault import PictureFault
from adapters.picture_shape import MOST_PARTS, Shape

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_PIXELS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_PNG_EIGHT_BITS = 8
_GIF_EXTENSION, _GIF_IMAGE, _GIF_END = 0x21, 0x2C, 0x3B
_WEBP_ANIMATED = 0x02
_WEBP_PIXELS = {b"VP8 ", b"VP8L"}


class Chunk(NamedTuple):
    name: bytes
    start: int
    end: int
    """Both are those of what is inside."""


def png_chunks(data: bytes) -> Iterator[Chunk]:
    """All chunks, the last one included. Raises PictureFault where it is missing."""
    at = len(_PNG)
    for _ in range(MOST_PARTS):
        length, name = struct.unpack_from(">I4s", data, at)
        if at + 12 + length > len(data):
            raise PictureFault("picture_truncated")
        yield Chunk(name, at + 8, at + 8 + length)
        if name == b"IEND":
            return
        at += 12 + length
    raise PictureFault("picture_damaged")


def png_shape(data: bytes) -> Shape:
    inside = {chunk.name: data[chunk.start : chunk.end] for chunk in png_chunks(data) if chunk.name != b"IDAT"}
    if len(inside.get(b"IHDR", b"")) != 13:  # noqa: PLR2004  # bytes, by the standard
        raise PictureFault("picture_damaged")
    width, height = struct.unpack_from(">II", inside[b"IHDR"])
    frames = int.from_bytes(inside.get(b"acTL", b"")[:4], "big")
    return Shape(width, height, inside.get(b"eXIf", b""), animated=frames > 1)


def png_bare(data: bytes) -> bytes | None:
    """The same pixels without texts, times, profile or anything behind the end. None for more than eight bits."""
    if data[len(_PNG) + 16] > _PNG_EIGHT_BITS:
        return None
    return _png_with(data, _PNG_PIXELS)


def png_readable(data: bytes) -> bytes:
    """What a decoder needs and no more: pixels, palette, profile."""
    return _png_with(data, _PNG_PIXELS | {b"iCCP"})


def _png_with(data: bytes, names: set[bytes]) -> bytes:
    return _PNG + b"".join(data[chunk.start - 8 : chunk.end + 4] for chunk in png_chunks(data) if chunk.name in names)


def gif_shape(data: bytes) -> Shape:
    """The screen, or the first picture where that is larger; animated as soon as there is a second one."""
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at, pictures = 13 + _palette(flags), 0
    while pictures < 2 and at < len(data) and data[at] != _GIF_END:  # noqa: PLR2004  # a second one is enough
        if data[at] == _GIF_IMAGE:
            pictures += 1
            left, top, wide, high, flags = struct.unpack_from("<4HB", data, at + 1)
            if pictures == 1:
                width, height = max(width, left + wide), max(height, top + high)
                at = _blocks_end(data, at + 11 + _palette(flags))
        elif data[at] == _GIF_EXTENSION:
            at = _blocks_end(data, at + 2)
        else:
            raise PictureFault("picture_damaged")
    if not pictures:
        raise PictureFault("picture_truncated")
    return Shape(width, height, animated=pictures > 1)


def _palette(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _blocks_end(data: bytes, at: int) -> int:
    """Behind a row of blocks, each led by its length; an empty one is the last."""
    while at < len(data) and data[at]:
        at += 1 + data[at]
    if at >= len(data):
        raise PictureFault("picture_truncated")
    return at + 1


def webp_chunks(data: bytes) -> Iterator[Chunk]:
    (length,) = struct.unpack_from("<I", data, 4)
    at, end = 12, 8 + length
    if end > len(data):
        raise PictureFault("picture_truncated")
    for _ in range(MOST_PARTS):
        if at + 8 > end:
            return
        name, length = struct.unpack_from("<4sI", data, at)
        yield Chunk(name, at + 8, at + 8 + length)
        at += 8 + length + length % 2
    raise PictureFault("picture_damaged")


def webp_shape(data: bytes) -> Shape:
    chunks = {chunk.name: chunk for chunk in webp_chunks(data)}
    exif = chunks.get(b"EXIF", Chunk(b"", 0, 0))
    first = next(iter(chunks.values()), Chunk(b"", 0, 0))
    if first.name == b"VP8X":
        flags, width, height = struct.unpack_from("<I3s3s", data, first.start)
        width, height = (int.from_bytes(side, "little") + 1 for side in (width, height))
        return Shape(width, height, data[exif.start : exif.end], animated=bool(flags & _WEBP_ANIMATED))
    if first.name == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, first.start + 6)
        return Shape(width & 0x3FFF, height & 0x3FFF)
    if first.name == b"VP8L":
        (packed,) = struct.unpack_from("<I", data, first.start + 1)
        return Shape((packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1)
    raise PictureFault("picture_damaged")


def webp_bare(data: bytes) -> bytes | None:
    """The file up to its own end, if there is nothing in it but one picture."""
    chunks = list(webp_chunks(data))
    alone = len(chunks) == 1 and chunks[0].name in _WEBP_PIXELS
    return data[: 8 + int.from_bytes(data[4:8], "little")] if alone else None
