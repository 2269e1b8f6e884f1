"""What Meta does with pictures: decodes uploads, really fetches URLs, and measures what it got."""

import hashlib
import io
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp
from PIL import Image, UnidentifiedImageError

MEBIBYTE = 1024 * 1024
PAGE_PHOTO_FORMATS = frozenset(("JPEG", "PNG", "GIF", "BMP", "TIFF"))
PAGE_PHOTO_BYTES = 4 * MEBIBYTE
FEED_IMAGE_BYTES = 8 * MEBIBYTE
NARROWEST, WIDEST = 4 / 5, 1.91
FETCH_SECONDS = 5

NOT_FETCHABLE, TOO_LARGE, WRONG_FORMAT, WRONG_RATIO = 2207052, 2207004, 2207005, 2207009
WRONG_VIDEO = 2207026
CODES = {NOT_FETCHABLE: 9004, TOO_LARGE: 36000, WRONG_FORMAT: 36001, WRONG_RATIO: 36003, WRONG_VIDEO: 352}
"""subcode → the code it comes with"""


class UnfitError(Exception):
    def __init__(self, subcode: int, why: str) -> None:
        super().__init__(why)
        self.subcode = subcode


@dataclass(frozen=True, slots=True)
class Picture:
    data: bytes
    format: str
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    def as_jpeg(self) -> bytes:
        """As the CDN serves it: always compressed anew."""
        written = io.BytesIO()
        with Image.open(io.BytesIO(self.data)) as image:
            image.convert("RGB").save(written, "JPEG", quality=85)
        return written.getvalue()


def decode(data: bytes) -> Picture | None:
    """The picture if every pixel of it can be read."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            return Picture(data, image.format or "", *image.size)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError):
        return None


async def fetch(url: str) -> tuple[bytes, str]:
    """Bytes and Content-Type: a direct 200 over http(s), no redirect followed."""
    if not url.isascii() or urlsplit(url).scheme not in {"http", "https"}:
        raise UnfitError(NOT_FETCHABLE, "The media could not be fetched from this URI")
    agent = {"User-Agent": "facebookexternalhit/1.1"}
    try:
        timeout = aiohttp.ClientTimeout(total=FETCH_SECONDS)
        async with (
            aiohttp.ClientSession(headers=agent, timeout=timeout) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            data = await answer.read()
    except (aiohttp.ClientError, TimeoutError):
        raise UnfitError(NOT_FETCHABLE, "The media could not be fetched from this URI") from None
    if answer.status != 200 or not data:
        raise UnfitError(NOT_FETCHABLE, f"The media could not be fetched: HTTP {answer.status}")
    return data, answer.content_type


async def fetch_feed_image(url: str, *, any_ratio: bool = False) -> Picture:
    """A picture as the feed (or, with any ratio, a story) takes it."""
    data, content_type = await fetch(url)
    if not content_type.startswith("image/"):
        raise UnfitError(NOT_FETCHABLE, f"Only photo or video can be accepted as media type, not {content_type}")
    if len(data) > FEED_IMAGE_BYTES:
        raise UnfitError(TOO_LARGE, "The image is too large")
    picture = decode(data)
    if picture is None or picture.format != "JPEG" or content_type not in {"image/jpeg", "image/jpg"}:
        raise UnfitError(WRONG_FORMAT, "The image format is not supported")
    ratio = picture.width / picture.height
    if not any_ratio and not NARROWEST <= ratio <= WIDEST:
        raise UnfitError(WRONG_RATIO, f"The aspect ratio {ratio:.3f} is not supported")
    return picture


async def fetch_video(url: str) -> str:
    """The sha256 of a video; only its type and presence are checked."""
    data, content_type = await fetch(url)
    if content_type not in {"video/mp4", "video/quicktime"}:
        raise UnfitError(WRONG_VIDEO, "The video format is not supported")
    return hashlib.sha256(data).hexdigest()
