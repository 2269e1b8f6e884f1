"""JPEG files as what they are: a row of segments (ITU T.81, annex B)."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from adapters.picture_fault import PictureFault
from adapters.picture_shape import MOST_PARTS, Shape

_MARK, _END, _SCAN, _APP1, _APP14 = 0xFF, 0xD9, 0xDA, 0xE1, 0xEE
_FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # those three hold tables, or nothing
_PIXELS = _FRAMES | {0xC4, 0xCC, 0xDB, 0xDD, _SCAN, _END}  # frames, tables, scans
_COMMON_FRAMES = {0xC0, 0xC2}  # baseline and progressive
_COLOURS = {0xE0, 0xEE}  # JFIF and Adobe say which colours the numbers are
_PROFILE = b"ICC_PROFILE\0"
_ALONE = {0x01, *range(0xD0, 0xD8)}  # markers without a segment
_FILLING = re.compile(rb"\xff*")
_NEXT = re.compile(rb"\xff[\x02-\xcf\xd8-\xfe]")  # a marker that ends the packed pixels
_JFIF = bytes.fromhex("ffe0 0010 4a46494600 0101 00 0001 0001 0000")
_YCBCR = b"\x01\x02\x03"


class Segment(NamedTuple):
    marker: int
    start: int
    """Where its marker stands."""
    end: int
    """Behind it; for a scan, behind its packed pixels."""


def segments(data: bytes) -> Iterator[Segment]:
    """All segments up to the end of the picture; what may follow behind is not looked at. Raises PictureFault."""
    at = 2
    for _ in range(MOST_PARTS):
        filled = _FILLING.match(data, at)
        at = max(at, filled.end() - 1) if filled else at
        if len(data) < at + 2:
            raise PictureFault("picture_truncated")
        if data[at] != _MARK:
            raise PictureFault("picture_damaged")
        segment = Segment(data[at + 1], at, _end(data, at))
        yield segment
        if segment.marker == _END:
            return
        at = segment.end
    raise PictureFault("picture_damaged")


def _end(data: bytes, at: int) -> int:
    marker = data[at + 1]
    if marker == _END or marker in _ALONE:
        return at + 2
    end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    if marker == _SCAN:
        found = _NEXT.search(data, end)
        end = found.start() if found else len(data) + 1
    if end > len(data):
        raise PictureFault("picture_truncated")
    return end


def shape(data: bytes) -> Shape:
    frame, exif = b"", b""
    for segment in segments(data):
        inside = data[segment.start + 4 : segment.end]
        if segment.marker in _FRAMES:
            frame = frame or inside
        elif segment.marker == _APP1 and not exif and inside.startswith(b"Exif\0\0"):
            exif = inside
    return Shape(int.from_bytes(frame[3:5], "big"), int.from_bytes(frame[1:3], "big"), exif)


def readable(data: bytes) -> bytes:
    """What a decoder needs and no more: frame, tables, pixels, how the colours are meant."""
    kept = (data[part.start : part.end] for part in segments(data) if part.marker in _PIXELS or _meant(data, part))
    return b"\xff\xd8" + b"".join(kept)


def bare(data: bytes) -> bytes | None:
    """The same picture, not one pixel changed, without anything that is not pixels.

    EXIF, place, previews, profile, comments, what is hung on behind: all gone. None where the pixels would look
    different without.
    """
    kept = [b"\xff\xd8", _JFIF]
    for segment in segments(data):
        inside = data[segment.start + 4 : segment.end]
        if segment.marker in _FRAMES and not _ordinary(segment.marker, inside):
            return None
        if segment.marker == _APP14 and inside.startswith(b"Adobe") and inside[11:12] != b"\x01":
            return None
        if segment.marker in _PIXELS:
            kept.append(data[segment.start : segment.end])
    return b"".join(kept)


def _meant(data: bytes, segment: Segment) -> bool:
    return segment.marker in _COLOURS or data.startswith(_PROFILE, segment.start + 4)


def _ordinary(marker: int, frame: bytes) -> bool:
    """Three colours of eight bits each, luminance first."""
    return marker in _COMMON_FRAMES and frame[:1] == b"\x08" and frame[6:15:3] == _YCBCR
