"""In which words each person is spoken to."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.voices import found, voices
from publishers.engine.people import Person

MADRID = ZoneInfo("Europe/Madrid")
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
words = voices("es", MADRID)


def person(locale: str | None = None, zone: str | None = None) -> Person:
    return Person(7, "Carmen", "owner", locale, zone)


def test_whoever_chose_nothing_hears_the_words_of_the_configuration() -> None:
    assert words(None) == words(person())
    assert (words(None).locale, words(None).zone) == ("es", MADRID)


def test_language_and_zone_are_chosen_apart() -> None:
    assert words(person("en")).at(NOON) == "at 13:00"
    assert words(person(zone="America/Mexico_City")).at(NOON) == "a las 6:00"
    assert words(person("en", "America/Mexico_City")).at(NOON) == "at 6:00"


def test_they_are_made_once_for_each_language_and_zone() -> None:
    assert words(person("en", "Asia/Tokyo")) is words(Person(8, "Luis", "editor", "en", "Asia/Tokyo"))


@pytest.mark.parametrize("gone", ["America/Atlantis", "", "../etc/passwd", "Europe", "/etc/localtime", "a\0b"])
def test_a_zone_that_does_not_exist_is_that_of_the_configuration(gone: str) -> None:
    assert found(gone) is None
    assert words(person(zone=gone)).zone == MADRID
