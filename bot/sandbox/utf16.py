"""Lengths as Telegram counts them."""

LAST_OF_ONE_UNIT = 0xFFFF


def utf16_length(text: str) -> int:
    """Code units of UTF-16: an emoji outside the first plane counts two."""
    return sum(2 if ord(character) > LAST_OF_ONE_UNIT else 1 for character in text)


def utf16_boundaries(text: str) -> set[int]:
    """Offsets at which a character begins, and the end."""
    offset = 0
    found = {0}
    for character in text:
        offset += utf16_length(character)
        found.add(offset)
    return found
