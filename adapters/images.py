"""Pictures: what one is, and what each network gets of it. Bytes in, bytes out; the work is done in one thread.

A picture is unpacked once for all networks. That takes about 50 MB for a photo of 12 million pixels and up to 0.65 GB
for the largest file we accept, so callers render one after another. Metadata never leaves: no place, no camera, no
preview. The same bytes and the same boxes give the same result; with other boxes beside it, a network may get other
bytes (from a finer unpacking), so all boxes are always named.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

from adapters import picture_chunks, picture_jpeg
from adapters.adapted import Media
from adapters.content import Fit, Image
from adapters.picture_bytes import WRITABLE, write
from adapters.picture_canvas import opaque, show
from adapters.picture_fault import PictureFault
from adapters.picture_frame import Frame, frame, suited
from adapters.picture_header import Header, read_header
from adapters.picture_pixels import SHARES, Opened, Pixels, open_picture, unpack
from adapters.profile import Pictures

__all__ = ["Fit", "PictureFault", "Rendered", "examine", "inspect", "render", "render_all"]

Rendered = tuple[bytes, Media]
Key = TypeVar("Key")

_NEARLY = 1.12
"""Wanting this little more than a share a JPEG is unpacked in, a network gets the share: it is not seen, but heard."""
_DENSE = 1.0
"""Bytes for each pixel from which a file without losses is a photo: drawings and screenshots are far below."""
_LEAST = SHARES[0]
"""Enough to see whether a file that is not changed is sound."""
_STEP = 0.8
"""From one size to the next, when even the worst quality has too many bytes."""
_BARE = {"image/jpeg": picture_jpeg.bare, "image/png": picture_chunks.png_bare, "image/webp": picture_chunks.webp_bare}


def inspect(data: bytes) -> Image:
    """What was sent: its real type, its measures as it is meant to be seen. Quick, nothing is unpacked.

    Raises PictureFault; damage inside the pixels shows when it is unpacked.
    """
    header = read_header(data)
    width, height = header.upright
    name = hashlib.sha256(data).hexdigest()
    return Image(name, header.media_type, width, height, len(data), animated=header.animated)


def examine(data: bytes) -> Image:
    """As `inspect`, and the pixels are looked at as well: what passes here can be rendered. Raises PictureFault."""
    image = inspect(data)
    unpack(open_picture(data, read_header(data)), _LEAST)
    return image


def render(data: bytes, pictures: Pictures, *, fit: Fit = Fit.CROP) -> Rendered:
    """The picture as one network gets it. Raises PictureFault."""
    return render_all(data, {"": pictures}, fit=fit)[""]


def render_all(
    data: bytes, boxes: Mapping[Key, Pictures], *, fit: Fit = Fit.CROP, wanted: Collection[Key] | None = None
) -> dict[Key, Rendered]:
    """The picture as each network gets it, unpacked once. Raises PictureFault.

    `wanted`: only these are made; what they get does not depend on which of the boxes are wanted.
    """
    opened = open_picture(data, read_header(data))
    bare = _bare(data, opened)
    plans = {name: _plan(opened.header, box, fit, bare) for name, box in boxes.items()}
    share = max((plan.share for plan in plans.values()), default=_LEAST)
    source = _Source(opened.header, unpack(opened, share), len(data))
    done: dict[object, Rendered] = {}
    rendered = {}
    for name in plans if wanted is None else wanted:
        plan = plans[name]
        key = _key(source, plan)
        rendered[name] = done.get(key) or _render(source, plan)
        if plan.aim.size == (rendered[name][1].width, rendered[name][1].height):
            done[key] = rendered[name]
    return rendered


@dataclass(frozen=True, slots=True)
class _Source:
    header: Header
    pixels: Pixels
    size: int

    @property
    def drawn(self) -> bool:
        """A drawing, a screenshot, or partly transparent: better kept without losses."""
        if self.pixels.transparent or self.header.media_type == "image/gif":
            return True
        dense = self.size > _DENSE * self.header.width * self.header.height
        return self.header.media_type == "image/png" and not dense


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a network is to get. `copy`: the file, where it may go as it is."""

    box: Pictures
    fit: Fit
    aim: Frame
    copy: bytes | None

    @property
    def share(self) -> float:
        """How much of the picture's own measures is needed."""
        return min(1.0, self.aim.scale) if self.copy is None else _LEAST


def _plan(header: Header, box: Pictures, wish: Fit, bare: bytes | None) -> _Plan:
    fit = suited(wish, header.upright, box)
    copy = bare if bare is not None and _fits(header, bare, box) else None
    return _Plan(box, fit, _aim(header, box, fit), copy)


def _bare(data: bytes, opened: Opened) -> bytes | None:
    """The file without all that is not pixels, where it can be had."""
    strip = _BARE.get(opened.header.media_type)
    return strip(data) if strip and opened.plain else None


def _fits(header: Header, data: bytes, box: Pictures) -> bool:
    """Whether a file may go as it is."""
    width, height = header.upright
    return (
        header.media_type in box.media_types
        and len(data) <= box.max_bytes
        and box.min_width <= width <= box.max_width
        and box.min_ratio <= width / height <= box.max_ratio
        and (box.max_height is None or height <= box.max_height)
    )


def _aim(header: Header, box: Pictures, fit: Fit) -> Frame:
    """The frame to begin with; a little smaller where that halves the work of unpacking."""
    wanted = frame(header.upright, box, whole=fit.whole)
    if header.media_type == "image/jpeg":
        for share in SHARES:
            if share < wanted.scale <= share * _NEARLY:
                return frame(header.upright, box, whole=fit.whole, most=int(wanted.part[0] * share))
    return wanted


def _key(source: _Source, plan: _Plan) -> object:
    """Networks with equal keys get the same picture, unless it has to become smaller than planned."""
    box = plan.box
    return plan.copy is None, plan.aim, *_types(source, box), box.max_bytes, box.background


def _render(source: _Source, plan: _Plan) -> Rendered:
    if plan.copy is not None:
        return plan.copy, _media(plan.copy, source.header.media_type, source.header.upright)
    box, aim, types = plan.box, plan.aim, _types(source, plan.box)
    while True:
        shown = show(source.pixels, box, aim, plan.fit)
        for media_type in types:
            image = opaque(shown, box.background) if media_type == "image/jpeg" else shown
            written = write(image, media_type, box.max_bytes, sharp=source.drawn)
            if written is not None:
                return written, _media(written, media_type, aim.size)
        aim = _smaller(source, plan, aim)


def _types(source: _Source, box: Pictures) -> list[str]:
    """What to write it as, the best first. Raises ValueError for a box that takes nothing we can write."""
    taken = [media_type for media_type in WRITABLE if media_type in box.media_types]
    if not taken:
        raise ValueError(f"none of {', '.join(box.media_types)} can be written")
    return [taken[-1], *taken[:1]] if source.drawn else taken[:1]


def _smaller(source: _Source, plan: _Plan, aim: Frame) -> Frame:
    """The next smaller frame. Raises PictureFault when the network wants none smaller."""
    most = int(aim.size[0] * _STEP)
    smaller = frame(source.header.upright, plan.box, whole=plan.fit.whole, most=most)
    if smaller.size[0] >= aim.size[0]:
        raise PictureFault("picture_unfit", {"kilobytes": plan.box.max_bytes // 1000})
    return smaller


def _media(data: bytes, media_type: str, size: tuple[int, int]) -> Media:
    return Media(hashlib.sha256(data).hexdigest(), media_type, *size, len(data))
