"""Bytes that Telegram keeps, and the sizes it makes of a photo."""

import hashlib
import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.sandbox.refusal import bad_request

if TYPE_CHECKING:
    from PIL.Image import Image

MEGABYTE = 1024 * 1024
MOST_PHOTO = 10 * MEGABYTE
MOST_UPLOAD = 50 * MEGABYTE
MOST_DOWNLOAD = 20 * MEGABYTE
_MOST_SIDES = 10_000
_MOST_RATIO = 20
_FULL = 2560
_SMALL = 320


@dataclass(frozen=True, slots=True)
class Picture:
    """One size of a photo, not kept yet."""

    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class File:
    """`unique_id` is the same for the same bytes; `id` is what methods take. No width: a document."""

    id: str
    unique_id: str
    path: str
    data: bytes
    name: str = ""
    mime: str = ""
    width: int = 0
    height: int = 0


class Files:
    """Everything that was sent, by file id."""

    def __init__(self) -> None:
        self._files: dict[str, File] = {}
        self._photos: dict[str, tuple[File, ...]] = {}

    def keep_document(self, data: bytes, name: str, mime: str) -> File:
        suffix = f".{name.rpartition('.')[2]}" if "." in name else ""
        return self._keep("document", data, suffix, name=name, mime=mime)

    def keep_photo(self, pictures: Sequence[Picture]) -> tuple[File, ...]:
        """Smallest first, as Telegram lists them. Any of the ids stands for the whole photo afterwards."""
        sizes = tuple(self._keep("photo", p.data, ".jpg", width=p.width, height=p.height) for p in pictures)
        self._photos.update(dict.fromkeys((size.id for size in sizes), sizes))
        return sizes

    def file(self, file_id: str) -> File | None:
        return self._files.get(file_id)

    def photo(self, file_id: str) -> tuple[File, ...] | None:
        return self._photos.get(file_id)

    def at(self, path: str) -> File | None:
        return next((file for file in self._files.values() if file.path == path), None)

    def _keep(self, kind: str, data: bytes, suffix: str, **facts: Any) -> File:
        number = len(self._files)
        unique_id = hashlib.sha256(data).hexdigest()[:16]
        file = File(f"{kind}-{number}-{unique_id}", unique_id, f"{kind}s/file_{number}{suffix}", data, **facts)
        self._files[file.id] = file
        return file


def photo_sizes(data: bytes) -> tuple[Picture, ...]:
    """Telegram's JPEGs of a picture, smallest first. Slow: call it in a thread. Raises Refused."""
    if not data:
        raise bad_request("file must be non-empty")
    if len(data) > MOST_PHOTO:
        raise bad_request(
            f"file of size {len(data)} bytes is too big for a photo; the maximum size is {MOST_PHOTO} bytes"
        )
    image = _opened(data)
    width, height = image.size
    if width + height > _MOST_SIDES or max(width, height) > _MOST_RATIO * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    try:
        return _sizes(data, image)
    except OSError as broken:
        raise bad_request("IMAGE_PROCESS_FAILED") from broken


def _opened(data: bytes) -> "Image":
    from PIL import Image, UnidentifiedImageError

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        try:
            return Image.open(io.BytesIO(data))
        except UnidentifiedImageError as unknown:
            raise bad_request("IMAGE_PROCESS_FAILED") from unknown
        except Image.DecompressionBombError as huge:
            raise bad_request("PHOTO_INVALID_DIMENSIONS") from huge


def _sizes(data: bytes, image: "Image") -> tuple[Picture, ...]:
    full_is_fine = image.format == "JPEG" and max(image.size) <= _FULL
    image.load()
    full = Picture(data, *image.size) if full_is_fine else _jpeg(image, _FULL)
    if max(image.size) <= _SMALL:
        return (full,)
    return (_jpeg(image, _SMALL), full)


def _jpeg(image: "Image", most: int) -> Picture:
    scaled = image.convert("RGB")
    scaled.thumbnail((most, most))
    out = io.BytesIO()
    scaled.save(out, "JPEG", quality=87)
    return Picture(out.getvalue(), *scaled.size)
