"""Shape: what the structure of a file says about the picture in it."""

from dataclasses import dataclass

MOST_PARTS = 100_000
"""Of how many parts a file may consist: more are no picture, but a way to keep us busy."""


@dataclass(frozen=True, slots=True)
class Shape:
    """`width` and `height` in pixels as stored; `exif`: the block with the camera's data, where there is one."""

    width: int
    height: int
    exif: bytes = b""
    animated: bool = False
