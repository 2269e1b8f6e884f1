"""A picture drawn into its frame."""

from typing import TYPE_CHECKING

from adapters.content import Fit
from adapters.picture_detail import Window, middle, richest
from adapters.picture_frame import Frame
from adapters.picture_pixels import Pixels
from adapters.profile import Pictures

if TYPE_CHECKING:
    from PIL.Image import Image

_SPARE = 0.01
"""Less than this share of a side is cut off in the middle, without a search."""
_HALF = 0.5  # of a pixel
_GAP = 2.0  # how much larger than wanted a picture may be made in the quick way before it is made small well
_BLURRED = 64  # pixels of the wider side of the copy that is blurred
_DIMMED = 0.75


def show(pixels: Pixels, box: Pictures, aim: Frame, fit: Fit) -> "Image":
    """The picture as `aim` says, RGB or RGBA: cropped, or whole on a ground where its ratio is not allowed."""
    image = pixels.image
    part = (aim.part[0] * pixels.share[0], aim.part[1] * pixels.share[1])
    if fit.whole:
        return _mount(image, box, aim.size, part, fit)
    part = (_nearly(part[0], image.width), _nearly(part[1], image.height))
    spare = max(1 - part[0] / image.width, 1 - part[1] / image.height)
    search = richest if fit is Fit.CROP and spare > _SPARE else middle
    return _reduce(image, aim.size, search(image, part))


def _nearly(wanted: float, there: int) -> float:
    """Of a side of which half a pixel would be left, all: what is not cut need not be drawn anew."""
    return wanted if there - wanted > _HALF else there


def opaque(image: "Image", background: tuple[int, int, int]) -> "Image":
    """Without transparency."""
    from PIL import Image

    if image.mode == "RGB":
        return image
    ground = Image.new("RGB", image.size, background)
    ground.paste(image, mask=image.getchannel("A"))
    return ground


def _reduce(image: "Image", size: tuple[int, int], window: Window | None = None) -> "Image":
    from PIL.Image import Resampling

    width, height = image.size
    left, top, right, bottom = window or (0.0, 0.0, width, height)
    part = (max(0.0, left), max(0.0, top), min(right, width), min(bottom, height))  # sums may be a hair over
    if size == (width, height) and part[2] - part[0] == width and part[3] - part[1] == height:
        return image
    return image.resize(size, Resampling.BICUBIC, box=part, reducing_gap=_GAP)


def _mount(image: "Image", box: Pictures, size: tuple[int, int], part: tuple[float, float], fit: Fit) -> "Image":
    """All of it, in the middle of a ground of that size."""
    inner = tuple(
        max(1, min(whole, round(side * whole / room))) for side, whole, room in zip(image.size, size, part, strict=True)
    )
    fitted = _reduce(image, (inner[0], inner[1]))
    if fitted.size == size:
        return fitted
    ground = _ground(image, box, size, fit)
    place = ((size[0] - inner[0]) // 2, (size[1] - inner[1]) // 2)
    ground.paste(opaque(fitted, box.background), place)
    return ground


def _ground(image: "Image", box: Pictures, size: tuple[int, int], fit: Fit) -> "Image":
    from PIL import Image, ImageFilter
    from PIL.Image import Resampling

    if fit is Fit.PLAIN or image.mode == "RGBA":  # a blurred drawing is a stain
        return Image.new("RGB", size, box.background)
    scale = _BLURRED / max(size)
    small = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    ratio = size[0] / size[1]
    across = min(image.width, image.height * ratio)
    seen = _reduce(image, small, middle(image, (across, across / ratio)))
    soft = seen.filter(ImageFilter.GaussianBlur(4)).point(lambda value: value * _DIMMED)
    return soft.resize(size, Resampling.BICUBIC)
