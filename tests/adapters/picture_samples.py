"""Pictures made for tests: known colours in known places, and files that lie."""

import struct
import zlib
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw

from adapters.profile import Pictures

RED, GREEN, BLUE, YELLOW = (200, 30, 30), (30, 160, 60), (40, 60, 200), (220, 200, 40)
JPEG, PNG, WEBP = "image/jpeg", "image/png", "image/webp"


def box(**changes: Any) -> Pictures:
    """A box everything fits, but for what is changed."""
    given: dict[str, Any] = {
        "media_types": (JPEG,),
        "most": 10,
        "max_bytes": 8_000_000,
        "min_ratio": 0.01,
        "max_ratio": 100.0,
        "max_width": 4096,
    }
    return Pictures(**given | changes)


STRICT = box(min_ratio=0.8, max_ratio=1.91, max_width=1440, min_width=320)


def quarters(width: int = 400, height: int = 300) -> Image.Image:
    """Red and green above, blue and yellow below."""
    image = Image.new("RGB", (width, height), RED)
    image.paste(GREEN, (width // 2, 0, width, height))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    image.paste(YELLOW, (width // 2, height // 2, width, height))
    return image


def corners(image: Image.Image) -> list[tuple[int, ...]]:
    """The colours in the middle of its quarters, in reading order."""
    places = [
        (x, y) for y in (image.height // 4, image.height * 3 // 4) for x in (image.width // 4, image.width * 3 // 4)
    ]
    found = [image.convert("RGB").getpixel(place) for place in places]
    return [colour for colour in found if isinstance(colour, tuple)]


def colour_at(image: Image.Image, x: int, y: int) -> tuple[int, ...]:
    colour = image.getpixel((x, y))
    assert isinstance(colour, tuple)
    return tuple(int(value) for value in colour)


def near(one: tuple[float, ...], other: tuple[float, ...], by: float = 8) -> bool:
    return len(one) == len(other) and all(abs(a - b) <= by for a, b in zip(one, other, strict=True))


def saved(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def frames(*colours: str, size: tuple[int, int] = (40, 30)) -> list[Image.Image]:
    return [Image.new("RGB", size, colour) for colour in colours]


def moving(kind: str) -> bytes:
    first, *rest = frames("red", "blue", "green")
    return saved(first, kind, save_all=True, append_images=rest, duration=100)


def noisy(width: int, height: int, spread: int = 90) -> Image.Image:
    """More detail than any file can pack well; another in every run, so never for what must repeat."""
    bands = [Image.effect_noise((width, height), spread) for _ in "RGB"]
    return Image.merge("RGB", bands)


def wide_with_detail_right() -> Image.Image:
    """1000 × 300, flat but for a chequered patch at the right."""
    image = Image.new("RGB", (1000, 300), (120, 130, 140))
    pen = ImageDraw.Draw(image)
    for x in range(760, 960, 20):
        for y in range(50, 250, 20):
            pen.rectangle((x, y, x + 9, y + 9), fill=(250, 250, 250))
    return image


def exif_of(orientation: int = 1, *, place: bool = False) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Camera maker"
    if place:
        exif.get_ifd(0x8825).update({1: "N", 2: (40.0, 24.0, 59.0), 3: "W", 4: (3.0, 42.0, 9.0)})
    return exif


def chunk(name: bytes, inside: bytes) -> bytes:
    return struct.pack(">I", len(inside)) + name + inside + struct.pack(">I", zlib.crc32(name + inside))


def png_of(width: int, height: int, *chunks: bytes, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG that claims these measures, with whatever chunks."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks)


def profile_of(space: bytes, tags: dict[bytes, bytes]) -> bytes:
    """An ICC profile, version 2 (ICC.1:2001-04): a head, a table, the tags."""
    table, body, at = struct.pack(">I", len(tags)), b"", 128 + 4 + 12 * len(tags)
    for name, tag in tags.items():
        padded = tag + b"\0" * (-len(tag) % 4)
        table += struct.pack(">4sII", name, at + len(body), len(tag))
        body += padded
    head = struct.pack(">I4sI4s4s4s", at + len(body), b"\0" * 4, 0x02100000, b"mntr", space, b"XYZ ")
    head += b"\0" * 12 + b"acsp" + b"\0" * 28 + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + table + body


def _xyz(*values: float) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))


def _gamma(value: float) -> bytes:
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256))


def _said(text: str) -> bytes:
    written = text.encode() + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(written)) + written + b"\0" * 78


WIDE_GAMMA = 563 / 256
WIDE = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
"""Adobe RGB (1998): where its red, green and blue lie, under D50."""
WHITE = (0.9642, 1.0, 0.8249)


def wide_profile() -> bytes:
    red, green, blue = WIDE
    curve = _gamma(WIDE_GAMMA)
    tags = {b"desc": _said("Wide test space"), b"wtpt": _xyz(*WHITE), b"rXYZ": _xyz(*red), b"gXYZ": _xyz(*green)}
    return profile_of(b"RGB ", tags | {b"bXYZ": _xyz(*blue), b"rTRC": curve, b"gTRC": curve, b"bTRC": curve})


def empty_profile() -> bytes:
    """A name, and nothing about colours."""
    return profile_of(b"RGB ", {b"desc": _said("Empty")})


def grey_profile(gamma: float = 1.0) -> bytes:
    return profile_of(b"GRAY", {b"desc": _said("Linear grey"), b"wtpt": _xyz(*WHITE), b"kTRC": _gamma(gamma)})


def wide_to_srgb(colour: tuple[int, int, int]) -> tuple[float, ...]:
    """What a colour of the wide space is in sRGB, by the formulas of the two standards."""
    light = [(value / 255) ** WIDE_GAMMA for value in colour]
    x, y, z = (sum(light[band] * WIDE[band][axis] for band in range(3)) for axis in range(3))
    linear = (
        3.1338561 * x - 1.6168667 * y - 0.4906146 * z,
        -0.9787684 * x + 1.9161415 * y + 0.0334540 * z,
        0.0719453 * x - 0.2289914 * y + 1.4052427 * z,
    )
    return tuple(255 * _srgb_curve(min(1, max(0, value))) for value in linear)


def _srgb_curve(value: float) -> float:
    return 12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055


def linear_grey_to_srgb(value: int) -> float:
    return 255 * _srgb_curve(value / 255)
