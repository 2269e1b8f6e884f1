"""Pixels written as a file, as good as a number of bytes allows, with nothing in it but the pixels."""

from io import BytesIO
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

QUALITIES = range(92, 59, -4)
"""Of JPEG and WEBP, the best first; below the last, a smaller picture looks better."""

_GRADED = {"image/jpeg": "JPEG", "image/webp": "WEBP"}
WRITABLE = (*_GRADED, "image/png")


def write(image: "Image", media_type: str, most: int, *, sharp: bool = False) -> bytes | None:
    """The file at the best quality within `most` bytes, None when there is none. Same pixels, same bytes.

    `sharp` keeps the edges of coloured letters and lines (JPEG). JPEG takes no transparency.
    """
    if media_type == "image/png":
        written = _write(image, "PNG")
        return written if len(written) <= most else None
    if media_type == "image/jpeg":
        return _graded(image, "JPEG", most, subsampling=0 if sharp else 2)
    return _graded(image, "WEBP", most, method=4)


def _graded(image: "Image", kind: str, most: int, **options: int) -> bytes | None:
    """The best that fits: a search by halves, as large pictures take their time to write."""
    found = None
    low, high, step = 0, len(QUALITIES) - 1, 0
    while low <= high:
        written = _write(image, kind, quality=QUALITIES[step], **options)
        if len(written) <= most:
            found, high = written, step - 1
        else:
            low = step + 1
        step = (low + high) // 2
    return found


def _write(image: "Image", kind: str, **options: Any) -> bytes:
    image.info = {}  # comments and profiles would be written from there
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
