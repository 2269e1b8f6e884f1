"""What a picture is, read from its first bytes and its structure: nothing is unpacked, names are not believed.

JPEG: ITU T.81 · PNG: www.w3.org/TR/png-3 · GIF: GIF89a · WEBP: RFC 9649
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass

from adapters import picture_chunks, picture_jpeg
from adapters.picture_fault import PictureFault
from adapters.picture_shape import Shape

MOST_BYTES = 32_000_000
MOST_PIXELS = 40_000_000
MOST_JPEG_PIXELS = 80_000_000
"""More, as a JPEG need not be unpacked in full."""
LONGEST = 20
"""How many times longer than the other a side may be: beyond, every network would show a line."""

_TURNED = range(5, 9)  # orientations that swap width and height
_APPLE = {b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif", b"avis"}
_READERS: tuple[tuple[bytes, str, Callable[[bytes], Shape]], ...] = (
    (b"\xff\xd8\xff", "image/jpeg", picture_jpeg.shape),
    (b"\x89PNG\r\n\x1a\n", "image/png", picture_chunks.png_shape),
    (b"GIF87a", "image/gif", picture_chunks.gif_shape),
    (b"GIF89a", "image/gif", picture_chunks.gif_shape),
    (b"RIFF", "image/webp", picture_chunks.webp_shape),
)


@dataclass(frozen=True, slots=True)
class Header:
    """`width` and `height` in pixels as stored; `orientation` as in EXIF: 1 upright … 8."""

    media_type: str
    width: int
    height: int
    orientation: int
    animated: bool

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height as it is meant to be seen."""
        return (self.height, self.width) if self.orientation in _TURNED else (self.width, self.height)


def read_header(data: bytes) -> Header:
    """The kind and the measures of a picture that is complete and within our bounds. Raises PictureFault."""
    if not data:
        raise PictureFault("picture_empty")
    if len(data) > MOST_BYTES:
        megabytes = -(-len(data) // 1_000_000)
        raise PictureFault("picture_too_heavy", {"megabytes": megabytes, "most": MOST_BYTES // 1_000_000})
    media_type, reader = _recognise(data)
    try:
        shape = reader(data)
    except struct.error:  # a field that lies beyond the end
        raise PictureFault("picture_truncated") from None
    _check(shape.width, shape.height, MOST_JPEG_PIXELS if media_type == "image/jpeg" else MOST_PIXELS)
    return Header(media_type, shape.width, shape.height, orientation(shape.exif), shape.animated)


def _recognise(data: bytes) -> tuple[str, Callable[[bytes], Shape]]:
    for magic, media_type, reader in _READERS:
        if data.startswith(magic) and (magic != b"RIFF" or data[8:12] == b"WEBP"):
            return media_type, reader
    raise PictureFault("picture_heic" if _heic(data) else "picture_unknown")


def _heic(data: bytes) -> bool:
    """Whether the main brand, or one of those it is compatible with, is of the family (ISO 14496-12, 4.3)."""
    if data[4:8] != b"ftyp":
        return False
    end = min(int.from_bytes(data[:4], "big"), 256)
    return any(data[at : at + 4] in _APPLE for at in range(8, end, 4))


def _check(width: int, height: int, most: int) -> None:
    if not width or not height:
        raise PictureFault("picture_damaged")
    if width * height > most:
        megapixels = -(-width * height // 1_000_000)
        raise PictureFault("picture_too_large", {"megapixels": megapixels, "most": most // 1_000_000})
    if max(width, height) > LONGEST * min(width, height):
        raise PictureFault("picture_too_long", {"width": width, "height": height, "most": LONGEST})


def orientation(exif: bytes) -> int:
    """The orientation in a block of EXIF, 1 where it says nothing sensible (TIFF 6.0: IFD 0, tag 274)."""
    tiff = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return 1
    try:
        (at,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, at)
        entries = (struct.unpack_from(f"{order}HHIH", tiff, at + 2 + 12 * number) for number in range(count))
        return next((entry[3] for entry in entries if entry[0] == 274 and 1 <= entry[3] <= 8), 1)  # noqa: PLR2004  # of the standard
    except struct.error:
        return 1
