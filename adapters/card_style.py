"""How a card looks: a template and its three colours. Every style that exists can be read."""

from dataclasses import dataclass

from adapters import colour
from adapters.card_palette import Palette, accent_for, check, ink_for, palette
from adapters.card_templates import BY_NAME, Template
from adapters.colour import Colour

DEFAULT_TEMPLATE = next(iter(BY_NAME))


@dataclass(frozen=True, slots=True)
class Style:
    """A template by name and its colours; None is the template's own, or what goes with the given ones.

    Raises ValueError for a template that does not exist, and for colours in which text could not be read (4.5:1).
    """

    template: str = DEFAULT_TEMPLATE
    background: Colour | None = None
    ink: Colour | None = None
    accent: Colour | None = None

    def __post_init__(self) -> None:
        if self.template not in BY_NAME:
            raise ValueError(f"unknown template {self.template!r}: one of {', '.join(BY_NAME)}")
        tones = self.palette
        check("ink", tones.ink, "background", tones.background)
        if self.look.on_accent:
            name = "background" if tones.reverse == tones.background else "ink"
            check(name, tones.reverse, "accent", tones.accent)

    @classmethod
    def branded(
        cls,
        template: str = DEFAULT_TEMPLATE,
        *,
        background: str | None = None,
        ink: str | None = None,
        accent: str | None = None,
    ) -> "Style":
        """A style from colours written "#RRGGBB". Raises ValueError with one sentence that says what is wrong."""
        given = (None if each is None else colour.parse(each) for each in (background, ink, accent))
        return cls(template, *given)

    @property
    def look(self) -> Template:
        return BY_NAME[self.template]

    @property
    def palette(self) -> Palette:
        """All tones of the card."""
        own = self.look
        if self.background is self.ink is self.accent is None:
            return palette(own.background, own.ink, own.accent, own.tones)
        background = self.background or own.background
        ink = self.ink or (ink_for(background) if self.background else own.ink)
        kept = own.accent if self.background is None and self.ink is None else accent_for(background, ink)
        return palette(background, ink, self.accent or kept)
