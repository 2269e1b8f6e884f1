"""Pixels of a picture as they are meant to be seen: upright, in sRGB, eight bits, with transparency if it has any."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from typing import TYPE_CHECKING

from adapters.picture_fault import PictureFault
from adapters.picture_header import Header, check_measures

if TYPE_CHECKING:
    from PIL.Image import Image

SHARES = (1 / 8, 1 / 4, 1 / 2)
"""The sizes in which a JPEG can be unpacked, at a fraction of the work."""

_HAIR = 0.01  # of a pixel: what rounding may add to a share
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP"}
_SPACES = {"L": "GRAY", "RGB": "RGB", "CMYK": "CMYK"}  # the names profiles have for them


@dataclass(frozen=True, slots=True)
class Pixels:
    """`image`: RGB, or RGBA where something is transparent; it may be smaller than the file (`share`).

    `plain`: the file's own numbers mean sRGB and stand upright; nothing had to be done to them.
    """

    image: "Image"
    share: tuple[float, float]
    plain: bool

    @property
    def transparent(self) -> bool:
        return self.image.mode == "RGBA"


def unpack(data: bytes, header: Header, share: float = 1.0) -> Pixels:
    """The pixels, at `share` of their measures or more. Raises PictureFault for what only shows inside."""
    with _faults():
        image = _load(data, header, share)
    profile = image.info.get("icc_profile", b"")
    image = _eight_bits(image)
    image, converted = _srgb(image, profile)
    image = _upright(_visible(image), header.orientation)
    width, height = header.upright
    plain = header.orientation == 1 and not converted
    return Pixels(image, (image.width / width, image.height / height), plain)


def _load(data: bytes, header: Header, share: float) -> "Image":
    from PIL import Image

    image = Image.open(BytesIO(data), formats=[_FORMATS[header.media_type]])
    check_measures(*image.size)
    if image.size != (header.width, header.height):  # two places in the file that do not agree
        raise PictureFault("picture_damaged")
    image.draft(None, (ceil(header.width * share - _HAIR), ceil(header.height * share - _HAIR)))
    image.load()
    return image


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
    if image.mode in {"P", "PA", "1"} or "transparency" in image.info:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image


def _srgb(image: "Image", profile: bytes) -> tuple["Image", bool]:
    """In RGB or RGBA, and whether a profile was followed on the way; one that makes no sense is not."""
    if profile and not _says_srgb(profile):
        followed = _follow(image, profile)
        if followed:
            return followed, True
    alpha = image.mode in {"LA", "RGBA"}
    return image.convert("RGBA" if alpha else "RGB"), False


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
        if source.profile.xcolor_space.strip() != _SPACES[opaque.mode]:
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
