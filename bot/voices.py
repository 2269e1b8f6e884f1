"""In which words each person is spoken to: their language, and the hours of where they live."""

from collections.abc import Callable
from datetime import tzinfo
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.i18n import Words, nearest
from publishers.engine.people import Person

WordsOf = Callable[[Person | None], Words]
"""None: the product's own words."""


def voices(locale: str, zone: tzinfo) -> WordsOf:
    """`locale` and `zone` are those of the configuration: for whoever chose none, or one that no longer exists."""

    @cache
    def words(spoken: str | None, lives_in: str | None) -> Words:
        return Words(nearest(spoken, locale), found(lives_in) or zone)

    def of(person: Person | None) -> Words:
        return words(None, None) if person is None else words(person.locale, person.zone)

    return of


def found(name: str | None) -> ZoneInfo | None:
    """A zone by its name, while there is such a zone."""
    try:
        return None if name is None else ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
