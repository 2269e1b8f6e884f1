"""Shapes with smooth edges on the ground of a card."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from adapters import fonts
from adapters.card_box import Area, Box
from adapters.colour import Colour
from adapters.fonts import Face

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

_SMALL = 320  # pixels: edges of what is larger need less care


class Canvas:
    """The picture while it is made. Places and sizes are in pixels."""

    def __init__(self, box: Box, ground: Colour) -> None:
        from PIL import Image

        self.box = box
        self.image: Image.Image = Image.new("RGB", (box.width, box.height), ground)

    def fade(self, above: Colour, below: Colour) -> None:
        """A soft change from one tone to the other."""
        from PIL import Image

        size = self.image.size
        share = Image.linear_gradient("L").resize(size)
        self.image = Image.composite(Image.new("RGB", size, below), Image.new("RGB", size, above), share)

    def disc(self, middle: tuple[float, float], radius: float, colour: Colour) -> None:
        bounds = _around(middle, radius)
        self._shape(bounds, colour, lambda pen, place, _: pen.ellipse(place, fill=255))

    def ring(self, middle: tuple[float, float], radius: float, thickness: float, colour: Colour) -> None:
        self._shape(
            _around(middle, radius),
            colour,
            lambda pen, place, scale: pen.ellipse(place, outline=255, width=max(1, round(scale * thickness))),
        )

    def pill(self, bounds: Area, colour: Colour) -> None:
        """A bar with round ends."""
        self._shape(
            bounds,
            colour,
            lambda pen, place, scale: pen.rounded_rectangle(place, radius=scale * bounds.height / 2, fill=255),
        )

    def diamond(self, middle: tuple[float, float], radius: float, colour: Colour) -> None:
        def draw(pen: "ImageDraw", place: tuple[float, float, float, float], _: int) -> None:
            left, top, right, bottom = place
            x, y = (left + right) / 2, (top + bottom) / 2
            pen.polygon([(x, top), (right, y), (x, bottom), (left, y)], fill=255)

        self._shape(_around(middle, radius), colour, draw)

    def block(self, bounds: Area, colour: Colour) -> None:
        from PIL import ImageDraw

        pen = ImageDraw.Draw(self.image)
        left, top, right, bottom = map(round, (bounds.left, bounds.top, bounds.right, bounds.bottom))
        if right > left and bottom > top:
            pen.rectangle((left, top, right - 1, bottom - 1), fill=colour)

    def outline(self, bounds: Area, thickness: float, colour: Colour) -> None:
        thick = max(1, round(thickness))
        for side in (
            Area(bounds.left, bounds.top, bounds.right, bounds.top + thick),
            Area(bounds.left, bounds.bottom - thick, bounds.right, bounds.bottom),
            Area(bounds.left, bounds.top, bounds.left + thick, bounds.bottom),
            Area(bounds.right - thick, bounds.top, bounds.right, bounds.bottom),
        ):
            self.block(side, colour)

    def mark(self, at: tuple[float, float], text: str, size: int, colour: Colour) -> None:
        """A sign as an ornament; `at` is the left upper corner of its ink."""
        from PIL import ImageDraw

        font = fonts.sized(Face.SERIF, size)
        left, top, _, _ = font.getbbox(text, anchor="ls")
        ImageDraw.Draw(self.image).text((at[0] - left, at[1] - top), text, colour, font, anchor="ls")

    def _shape(
        self, bounds: Area, colour: Colour, draw: Callable[["ImageDraw", tuple[float, float, float, float], int], None]
    ) -> None:
        """Drawn larger and reduced; only what lies on the card."""
        from PIL import Image, ImageDraw

        scale = 4 if bounds.height <= _SMALL else 2
        left, top = max(0, int(bounds.left)), max(0, int(bounds.top))
        right, bottom = min(self.box.width, int(bounds.right) + 1), min(self.box.height, int(bounds.bottom) + 1)
        if right <= left or bottom <= top:
            return
        mask = Image.new("L", (scale * (right - left), scale * (bottom - top)))
        sides = (bounds.left - left, bounds.top - top, bounds.right - left, bounds.bottom - top)
        x0, y0, x1, y1 = (scale * side for side in sides)
        draw(ImageDraw.Draw(mask), (x0, y0, max(x0, x1 - 1), max(y0, y1 - 1)), scale)
        self.image.paste(colour, (left, top), mask.reduce(scale))


def _around(middle: tuple[float, float], radius: float) -> Area:
    x, y = middle
    return Area(x - radius, y - radius, x + radius, y + radius)
