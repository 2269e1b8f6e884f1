"""Where a person lives: the zone in which they read and type every hour."""

from collections.abc import Sequence
from datetime import datetime

from bot.hours.zones import city
from bot.i18n import Words
from bot.render.room import inline
from bot.screen import Button, Rows, Screen, Verb

MOST_OFFERED = 8
_PER_ROW = 2


def here(names: Sequence[str], words: Words, now: datetime) -> Screen:
    """The present zone; `names`: zones to choose from."""
    text = words.html("place.here", zone=words.place(), when=words.at(now))
    return Screen(text, _choices(names, words))


def which(names: Sequence[str], text: str, words: Words) -> Screen:
    """What was typed may be several."""
    return Screen(words.html("place.which", text=inline(text)), _choices(names, words))


def unknown(text: str, words: Words, message_id: int | None = None) -> Screen:
    """`message_id`: what was written as an answer may have been meant for something else, and nothing is lost of it."""
    button = Button(words("button.yes_draft"), Verb.DRAFT(message_id, "yes")) if message_id is not None else None
    return Screen(words.html("place.unknown", text=inline(text)), ((button,),) if button is not None else ())


def moved(words: Words, now: datetime) -> Screen:
    """`words` speak the new hours already."""
    return Screen(words.html("place.moved", zone=words.place(), when=words.at(now)))


def _choices(names: Sequence[str], words: Words) -> Rows:
    buttons = [Button(city(name, words.locale), Verb.ZONE(name)) for name in names[:MOST_OFFERED]]
    return tuple(tuple(buttons[at : at + _PER_ROW]) for at in range(0, len(buttons), _PER_ROW))
