"""Where in a picture there is most to see."""

from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_LOOKED_AT = 96
"""Pixels of the longer side of the copy that is searched."""
_MIDDLE = 0.15
"""What a place at the very edge costs, as a share of all detail: people put what matters near the middle."""

Window = tuple[float, float, float, float]


def middle(image: "Image", part: tuple[float, float]) -> Window:
    """The window of that size around the middle: left, top, right, bottom."""
    left, top = (image.width - part[0]) / 2, (image.height - part[1]) / 2
    return left, top, left + part[0], top + part[1]


def richest(image: "Image", part: tuple[float, float]) -> Window:
    """The window of that size with the most detail, the middle where nothing stands out."""
    detail = _detail(image)
    left = _best(_along(detail, across=True), part[0] / image.width) * image.width
    top = _best(_along(detail, across=False), part[1] / image.height) * image.height
    return left, top, left + part[0], top + part[1]


def _detail(image: "Image") -> "Image":
    """Light where neighbours differ."""
    from PIL import ImageChops, ImageFilter
    from PIL.Image import Resampling

    scale = min(1.0, _LOOKED_AT / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    small = image.resize(size, Resampling.BOX).convert("L")
    return ImageChops.difference(small, small.filter(ImageFilter.BoxBlur(2)))


def _along(detail: "Image", *, across: bool) -> list[float]:
    """How much there is in each column, or in each row."""
    from PIL.Image import Resampling

    size = (detail.width, 1) if across else (1, detail.height)
    line = detail.convert("F").resize(size, Resampling.BOX)
    return [float(value) for value in line.get_flattened_data()]  # type: ignore[arg-type]  # one band: plain numbers


def _best(amounts: list[float], share: float) -> float:
    """Where a window over that share of the line starts best, as a share of the line."""
    room = 1 - share
    sums = [0.0, *accumulate(amounts)]
    if room <= 0 or not sums[-1]:
        return max(0.0, room / 2)
    count = len(amounts)

    def worth(start: float) -> float:
        held = _sum_to(sums, (start + share) * count) - _sum_to(sums, start * count)
        return held / sums[-1] - _MIDDLE * abs(2 * start / room - 1)

    steps = max(1, round(room * count))
    starts = [room / 2, *(room * step / steps for step in range(steps + 1))]
    return max(starts, key=worth)


def _sum_to(sums: list[float], place: float) -> float:
    whole = min(int(place), len(sums) - 2)
    return sums[whole] + (place - whole) * (sums[whole + 1] - sums[whole])
