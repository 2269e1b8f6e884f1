"""Pixels of a picture as they are meant to be seen: upright, in sRGB, eight bits, with transparency if it has any."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING

from adapters import picture_chunks, picture_jpeg
from adapters.picture_fault import PictureFault
from adapters.picture_header import Header

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFile import ImageFile

SHARES = (1 / 8, 1 / 4, 1 / 2)
"""The sizes in which a JPEG can be unpacked, at a fraction of the work."""

_HAIR = 0.01  # of a pixel: what rounding may add to a share
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
_READABLE = {"image/jpeg": picture_jpeg.readable, "image/png": picture_chunks.png_readable}
"""A decoder that is not shown the rest cannot stumble over it."""
_SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}  # the names profiles have for them


@dataclass(frozen=True, slots=True)
class Opened:
    """A picture of which only the head was read. `plain`: upright, and its numbers mean sRGB as they stand."""

    file: "ImageFile"
    header: Header
    profile: bytes
    plain: bool


@dataclass(frozen=True, slots=True)
class Pixels:
    """`image`: RGB, or RGBA where something is transparent; smaller than the picture in the file by `share`."""

    image: "Image"
    share: tuple[float, float]

    @property
    def transparent(self) -> bool:
        return self.image.mode == "RGBA"


def open_picture(data: bytes, header: Header) -> Opened:
    """Raises PictureFault where the head is damaged."""
    from PIL import Image

    readable = _READABLE.get(header.media_type)
    with _faults():
        file = Image.open(BytesIO(readable(data) if readable else data), formats=[_FORMATS[header.media_type]])
    if file.size != (header.width, header.height):  # two places in the file that do not agree
        raise PictureFault("picture_damaged")
    profile = file.info.get("icc_profile", b"")
    return Opened(file, header, profile, header.orientation == 1 and (not profile or _says_srgb(profile)))


def unpack(opened: Opened, share: float = 1.0) -> Pixels:
    """The pixels, at `share` of their measures or more; only once. Raises PictureFault for what shows inside."""
    header, file = opened.header, opened.file
    with _faults():
        file.draft(None, (ceil(header.width * share - _HAIR), ceil(header.height * share - _HAIR)))
        file.load()
        image = _srgb(_eight_bits(file), opened.profile)
    image = _upright(_visible(image), header.orientation)
    width, height = header.upright
    return Pixels(image, (image.width / width, image.height / height))


@contextmanager
def _faults() -> Iterator[None]:
    """What the decoders raise, as one clear fault."""
    from PIL import Image

    try:
        yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureFault("picture_damaged") from None
    except (OSError, SyntaxError, ValueError, IndexError, TypeError, EOFError, struct.error, zlib.error) as fault:
        raise PictureFault("picture_truncated" if "truncated" in str(fault) else "picture_damaged") from None


def _eight_bits(image: "Image") -> "Image":
    """One of L, LA, RGB, RGBA, CMYK: palettes are looked up, deep greys are brought down (not cut off)."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 257) + 0.5).convert("L")
    if image.mode in {"P", "PA"} or "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("L") if image.mode == "1" else image


def _srgb(image: "Image", profile: bytes) -> "Image":
    """In RGB or RGBA, as the profile says; one that makes no sense is not followed."""
    followed = _follow(image, profile) if profile and not _says_srgb(profile) else None
    if followed or image.mode in {"RGB", "RGBA"}:
        return followed or image
    return image.convert("RGBA" if image.mode == "LA" else "RGB")


def _says_srgb(profile: bytes) -> bool:
    from PIL import ImageCms

    try:
        return ImageCms.getProfileDescription(BytesIO(profile)).startswith("sRGB")
    except ImageCms.PyCMSError:
        return True


def _follow(image: "Image", profile: bytes) -> "Image | None":
    """The colours as the profile means them, their transparency as it was."""
    from PIL import ImageCms

    alpha = image.getchannel("A") if image.mode in {"LA", "RGBA"} else None
    opaque = image.convert(image.mode.removesuffix("A")) if alpha else image
    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if source.profile.xcolor_space.strip() != _SPACES.get(opaque.mode):
            return None
        followed = ImageCms.profileToProfile(opaque, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return None
    if followed and alpha:
        followed.putalpha(alpha)
    return followed


def _visible(image: "Image") -> "Image":
    """Without an alpha channel that hides nothing."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema()[0] == 255:  # noqa: PLR2004  # all there
        return image.convert("RGB")
    return image


def _upright(image: "Image", orientation: int) -> "Image":
    from PIL.Image import Transpose

    turns = {
        2: Transpose.FLIP_LEFT_RIGHT,
        3: Transpose.ROTATE_180,
        4: Transpose.FLIP_TOP_BOTTOM,
        5: Transpose.TRANSPOSE,
        6: Transpose.ROTATE_270,
        7: Transpose.TRANSVERSE,
        8: Transpose.ROTATE_90,
    }
    return image.transpose(turns[orientation]) if orientation in turns else image
