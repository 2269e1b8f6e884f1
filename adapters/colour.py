"""Colours: how they are written, mixed, and how far text stands out from what is behind it."""

import re

Colour = tuple[int, int, int]
"""Red, green, blue, 0 … 255 each (sRGB)."""

LEAST_CONTRAST = 4.5
"""What text needs at least (WCAG 2.2, 1.4.3 Contrast, level AA)."""

BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)
_WRITTEN = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")


def parse(written: str) -> Colour:
    """The colour written "#RRGGBB". Raises ValueError for anything else."""
    found = _WRITTEN.fullmatch(written)
    if not found:
        raise ValueError(f'{written!r} is not a colour: write it like "#1A2B3C"')
    red, green, blue = (int(part, 16) for part in found.groups())
    return red, green, blue


def written(colour: Colour) -> str:
    return "#{:02X}{:02X}{:02X}".format(*colour)


def contrast(one: Colour, other: Colour) -> float:
    """From 1 (the same) to 21 (black on white); WCAG 2.2, contrast ratio."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def mix(one: Colour, other: Colour, share: float) -> Colour:
    """`one` with a share (0 … 1) of the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _luminance(colour: Colour) -> float:
    red, green, blue = (_linear(value / 255) for value in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  # sRGB's own
