"""The tones of a card: three are chosen, the rest follows, and text stands out from whatever lies behind it."""

from collections.abc import Callable
from dataclasses import dataclass

from adapters.colour import BLACK, LEAST_CONTRAST, WHITE, Colour, contrast, mix, written

_STEPS = 20
_SAFE = LEAST_CONTRAST + 0.15
"""What derived tones keep: a JPEG moves colours a little."""
_COMFORTABLE = 7


@dataclass(frozen=True, slots=True)
class Palette:
    """`ink` and `quiet` are for text on `background`, `deep` and `glow`; `reverse` is for text on `accent`."""

    background: Colour
    deep: Colour
    glow: Colour
    ink: Colour
    quiet: Colour
    accent: Colour
    reverse: Colour


def palette(background: Colour, ink: Colour, accent: Colour, tones: tuple[Colour, Colour] | None = None) -> Palette:
    """All tones from three; `tones`, the deep and the glowing one, where they are known."""
    deep, glow = tones or (_ground(background, ink, accent, share) for share in (0.18, 0.2))
    return Palette(
        background=background,
        deep=deep,
        glow=glow,
        ink=ink,
        quiet=_eased(accent, ink, lambda tone: min(contrast(tone, each) for each in (background, deep, glow)) >= _SAFE),
        accent=accent,
        reverse=max(background, ink, key=lambda tone: contrast(tone, accent)),
    )


def ink_for(background: Colour) -> Colour:
    """A dark or light tone of the background's own hue that is easy to read on it."""
    end = max(BLACK, WHITE, key=lambda tone: contrast(tone, background))
    return _eased(mix(background, end, 0.86), end, lambda tone: contrast(tone, background) >= _COMFORTABLE)


def accent_for(background: Colour, ink: Colour) -> Colour:
    """A tone between the two that the background can be read on."""
    return _eased(mix(ink, background, 0.45), ink, lambda tone: contrast(tone, background) >= _SAFE)


def check(name: str, colour: Colour, behind: str, ground: Colour) -> None:
    """Raises ValueError when text in this colour cannot be read on the ground; the names are for the sentence."""
    ratio = contrast(colour, ground)
    if ratio < LEAST_CONTRAST:
        raise ValueError(
            f"the contrast of {name} {written(colour)} on {behind} {written(ground)} is "
            f"{int(100 * ratio) / 100:.2f}:1, and text needs {LEAST_CONTRAST}:1 or more"
        )


def _ground(background: Colour, ink: Colour, accent: Colour, share: float) -> Colour:
    return _eased(mix(background, accent, share), background, lambda tone: contrast(tone, ink) >= _SAFE)


def _eased(wanted: Colour, safe: Colour, good: Callable[[Colour], bool]) -> Colour:
    """The first good tone on the way from the wanted one to the safe one."""
    tones = (mix(wanted, safe, step / _STEPS) for step in range(_STEPS + 1))
    return next((tone for tone in tones if good(tone)), safe)
