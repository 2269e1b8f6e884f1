"""Frame: which part of a picture is shown, and how large. Numbers only."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import chain
from math import ceil, floor

from adapters.content import Fit
from adapters.profile import Pictures

_ALIKE = 0.005
"""How far, as a share, the ratios of pictures may differ that are to look the same: whole pixels need some room."""


_ENOUGH = 0.6
"""The share of a picture that must be left for it to be cropped without being asked for."""


@dataclass(frozen=True, slots=True)
class Frame:
    """`size`: what is sent, in pixels. `part`: what of the picture is in it (width, height), in its own pixels."""

    size: tuple[int, int]
    part: tuple[float, float]

    @property
    def scale(self) -> float:
        """Pixels sent for each pixel of the picture."""
        return self.size[0] / self.part[0]


def frame(source: tuple[int, int], pictures: Pictures, *, whole: bool = False, most: int | None = None) -> Frame:
    """The largest frame for a picture of this size, no wider than `most`.

    Nothing is enlarged, unless the network's least width or a ratio in whole pixels asks for it. With `whole` the
    part is the picture and the frame may be larger than it. Raises ValueError for a box that nothing fits.
    """
    room = _room(source, pictures, whole=whole)
    most = pictures.max_width if most is None else most
    if pictures.max_height is not None:
        most = min(most, floor(pictures.max_height * room[0] / room[1]))
    size = _size(room, pictures, most)
    ratio = size[0] / size[1]
    width, height = source
    across = max(width, height * ratio) if whole else min(width, height * ratio)
    return Frame(size, (across, across / ratio))


def kept(source: tuple[int, int], pictures: Pictures) -> float:
    """The share (0 to 1) of a picture of this size that is left when it is cropped for this network."""
    width, height = _room(source, pictures, whole=False)
    return width * height / (source[0] * source[1])


def suited(fit: Fit, source: tuple[int, int], pictures: Pictures) -> Fit:
    """What is done with a picture of this size where that is left to us; otherwise what was asked for."""
    if fit is not Fit.AUTO:
        return fit
    return Fit.CROP if kept(source, pictures) >= _ENOUGH else Fit.BLUR


def alike(pictures: Pictures, size: tuple[int, int]) -> Pictures:
    """The same box for pictures that are to have the ratio of one of this size."""
    ratio = size[0] / size[1]
    low, high = ratio * (1 - _ALIKE), ratio * (1 + _ALIKE)
    return replace(pictures, min_ratio=max(low, pictures.min_ratio), max_ratio=min(high, pictures.max_ratio))


def _room(source: tuple[int, int], pictures: Pictures, *, whole: bool) -> tuple[float, float]:
    """The largest window of an allowed ratio within the picture; with `whole`, the smallest around it."""
    width, height = source
    ratio = min(max(width / height, pictures.min_ratio), pictures.max_ratio)
    if ratio == width / height:
        return width, height
    if (width / height > ratio) is whole:
        return width, width / ratio
    return height * ratio, height


def _size(room: tuple[float, float], pictures: Pictures, most: int) -> tuple[int, int]:
    """Whole pixels inside the bounds: the widest that is not larger than the room, else the smallest that is."""
    least = pictures.min_width
    widest = max(least, min(most, floor(room[0])))
    for width in chain(range(widest, least - 1, -1), range(widest + 1, pictures.max_width + 1)):
        tallest = ceil(room[1]) if width <= room[0] else None
        height = _height(width, room[0] / room[1], pictures, tallest)
        if height:
            return width, height
    raise ValueError(f"no whole pixels between ratios {pictures.min_ratio} and {pictures.max_ratio}")


def _height(width: int, ratio: float, pictures: Pictures, tallest: int | None) -> int | None:
    """The height nearest to the ratio for which width / height, as networks compute it, is within the bounds."""
    wanted = round(width / ratio)
    fitting = (height for height in _near(wanted) if pictures.min_ratio <= width / height <= pictures.max_ratio)
    height = next(fitting, None)
    return height if height and (tallest is None or height <= tallest) else None


def _near(wanted: int) -> Iterator[int]:
    return (height for height in (wanted, wanted + 1, wanted - 1) if height > 0)
