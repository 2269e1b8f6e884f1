"""Which character of the emoji font draws what a person sent as an emoji, be it one character or seven."""

import regex

from adapters import fonts
from adapters.fonts import Face

_VARIATIONS = regex.compile(r"[\ufe0e\ufe0f\p{Emoji_Modifier}]")
"""The font has one drawing for all skin tones."""
_JOINER = "\u200d"
_TURNED = "\u200d➡"
"""Who walks to the right is drawn like who walks."""
_PRIVATE = 0xF0000
"""From here on stand the drawings of emoji that are made of several characters; no text may name them itself."""


def sign(cluster: str) -> str | None:
    """The character to draw for a grapheme cluster; None for what is not an emoji or not in the font."""
    plain = _VARIATIONS.sub("", cluster).removesuffix(_TURNED).strip(_JOINER)
    if plain in fonts.sequences():
        return fonts.sequences()[plain]
    return plain if len(plain) == 1 and ord(plain) < _PRIVATE and is_sign(plain) else None


def is_sign(character: str) -> bool:
    """Whether it is drawn with the emoji font."""
    return ord(character) in fonts.repertoire(Face.EMOJI) and ord(character) not in fonts.letters()


def only_signs(text: str) -> bool:
    return bool(text) and all(character.isspace() or is_sign(character) for character in text)
