"""What lies behind the text of a card, one function for each template."""

from dataclasses import dataclass

from adapters.card_box import Area
from adapters.card_canvas import Canvas
from adapters.card_palette import Palette
from adapters.colour import mix


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the text will stand: heights in pixels. `top` is that of the ornament above it."""

    area: Area
    top: float
    heading_end: float
    foot_top: float
    only_heading: bool


def sun(canvas: Canvas, tones: Palette, placed: Placed) -> None:
    """A soft change of tone, a large low sun, a short rule above the text."""
    box, unit = canvas.box, canvas.box.unit
    canvas.fade(tones.background, tones.deep)
    radius = 0.46 * min(box.width, box.height)
    canvas.disc((box.width - 0.25 * radius, 0.25 * radius), radius, tones.glow)
    left = placed.area.left
    canvas.pill(Area(left, placed.top, left + 96 * unit, placed.top + 12 * box.rise), tones.accent)


def poster(canvas: Canvas, tones: Palette, placed: Placed) -> None:  # noqa: ARG001  # all painters are called alike
    """A plain ground with a bold bar along its side."""
    box = canvas.box
    canvas.block(Area(0, 0, 0.42 * box.margin, box.height), tones.accent)


def frame(canvas: Canvas, tones: Palette, placed: Placed) -> None:
    """Two fine lines around everything, and a small diamond over the text."""
    box, unit = canvas.box, canvas.box.unit
    edge = 0.055 * max(box.width, box.height)
    outer = box.area().grown(box.margin - edge)
    canvas.outline(outer, 4 * unit, tones.accent)
    canvas.outline(outer.grown(-14 * unit), 1.5 * unit, tones.accent)
    x, y = (placed.area.left + placed.area.right) / 2, placed.top + 10 * box.rise
    canvas.diamond((x, y), 11 * unit, tones.accent)
    for side in (-1, 1):
        near, far = sorted((x + side * 28 * unit, x + side * 118 * unit))
        canvas.block(Area(near, y - unit, far, y + max(1, unit)), tones.accent)


def quote(canvas: Canvas, tones: Palette, placed: Placed) -> None:
    """A large quotation mark over the text."""
    canvas.mark((placed.area.left, placed.top), "“", max(1, round(380 * canvas.box.rise)), tones.accent)
    radius = 0.42 * min(canvas.box.width, canvas.box.height)
    canvas.disc((canvas.box.width - 0.2 * radius, canvas.box.height - 0.1 * radius), radius, tones.glow)


def night(canvas: Canvas, tones: Palette, placed: Placed) -> None:
    """Darkness with rings that spread from a corner, like sound on water."""
    box, unit = canvas.box, canvas.box.unit
    canvas.fade(tones.background, tones.deep)
    short = min(box.width, box.height)
    for step in range(11):
        radius = short * (0.14 + 0.085 * step)
        canvas.ring((box.width, 0), radius, 3 * unit, mix(tones.glow, tones.background, 0.06 * step))
    canvas.disc((box.width, 0), 0.08 * short, tones.accent)
    left = placed.area.left
    canvas.pill(Area(left, placed.top, left + 96 * unit, placed.top + 12 * box.rise), tones.accent)


def band(canvas: Canvas, tones: Palette, placed: Placed) -> None:
    """The heading on a block of colour, the rest on paper."""
    unit = canvas.box.rise
    if placed.only_heading:
        footed = placed.foot_top < placed.area.bottom
        below = placed.foot_top - 36 * unit if footed else canvas.box.height - 0.75 * canvas.box.margin
    elif placed.heading_end > placed.top:
        below = placed.heading_end + 56 * unit
    else:
        below = 0.5 * placed.area.top
    canvas.block(Area(0, 0, canvas.box.width, below), tones.accent)
