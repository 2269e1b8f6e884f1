"""The templates of cards by name: colours of their own, manner of setting, ground."""

from collections.abc import Callable
from dataclasses import dataclass

from adapters import card_grounds
from adapters.card_canvas import Canvas
from adapters.card_grounds import Placed
from adapters.card_palette import Palette
from adapters.card_setting import Manner
from adapters.colour import Colour
from adapters.fonts import Face


@dataclass(frozen=True, slots=True)
class Template:
    """`inset` is how far inside the margins the text stays (units), `place` where between top and foot (0 … 1).

    With `on_accent` the heading stands on the accent. `tones` are the deep and the glowing one that go with the colours
    above; with others they are derived.
    """

    background: Colour
    ink: Colour
    accent: Colour
    manner: Manner
    paint: Callable[[Canvas, Palette, Placed], None]
    inset: float = 0
    place: float = 0.45
    tones: tuple[Colour, Colour] | None = None
    centred: bool = False
    on_accent: bool = False


BY_NAME: dict[str, Template] = {
    "sun": Template(
        (255, 248, 236),
        (62, 33, 20),
        (226, 106, 44),
        Manner(),
        card_grounds.sun,
        tones=((250, 224, 188), (255, 229, 180)),
    ),
    "poster": Template(
        (255, 210, 63),
        (22, 22, 26),
        (222, 52, 40),
        Manner(Face.POSTER, largest=300, leading=1.22, gap=0.8, ornament=0, rest=0.42),
        card_grounds.poster,
    ),
    "frame": Template(
        (248, 244, 236),
        (31, 58, 46),
        (168, 124, 58),
        Manner(Face.SERIF, largest=144, leading=1.2, ornament=74),
        card_grounds.frame,
        inset=40,
        place=0.48,
        centred=True,
    ),
    "quote": Template(
        (246, 230, 224),
        (72, 24, 42),
        (196, 74, 98),
        Manner(Face.SERIF, largest=144, leading=1.2, ornament=190, quoted=True),
        card_grounds.quote,
    ),
    "night": Template(
        (15, 18, 28),
        (246, 241, 232),
        (255, 138, 92),
        Manner(),
        card_grounds.night,
        tones=((38, 28, 56), (86, 58, 72)),
    ),
    "band": Template(
        (247, 248, 250),
        (18, 32, 58),
        (26, 84, 168),
        Manner(leading=1.14, gap=2.6, ornament=0),
        card_grounds.band,
        on_accent=True,
    ),
}
