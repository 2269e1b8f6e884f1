"""Zones by the names people give them."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.hours import city, find
from bot.hours.places import CHIEF, COUNTRIES, PLACES, SEVERAL
from bot.hours.words import fold


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("Madrid", "Europe/Madrid"),
        ("  madrid ", "Europe/Madrid"),
        ("MADRID", "Europe/Madrid"),
        ("Madrid, España", "Europe/Madrid"),
        ("hora de Madrid", "Europe/Madrid"),
        ("hora peninsular", "Europe/Madrid"),
        ("Barcelona", "Europe/Madrid"),
        ("Europe/Madrid", "Europe/Madrid"),
        ("europe/madrid", "Europe/Madrid"),
        ("Canarias", "Atlantic/Canary"),
        ("Las Palmas de Gran Canaria", "Atlantic/Canary"),
        ("Ciudad de México", "America/Mexico_City"),
        ("ciudad de mexico", "America/Mexico_City"),
        ("Mexico City", "America/Mexico_City"),
        ("CDMX", "America/Mexico_City"),
        ("buenos aires", "America/Argentina/Buenos_Aires"),
        ("America/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("Argentina", "America/Argentina/Buenos_Aires"),
        ("Colombia", "America/Bogota"),
        ("Bogotá", "America/Bogota"),
        ("Medellín", "America/Bogota"),
        ("Perú", "America/Lima"),
        ("República Dominicana", "America/Santo_Domingo"),
        ("Santiago", "America/Santiago"),
        ("Nueva York", "America/New_York"),
        ("New York", "America/New_York"),
        ("new york time", "America/New_York"),
        ("Londres", "Europe/London"),
        ("London", "Europe/London"),
        ("Reino Unido", "Europe/London"),
        ("Alemania", "Europe/Berlin"),
        ("Tokio", "Asia/Tokyo"),
        ("Japan", "Asia/Tokyo"),
        ("Calcuta", "Asia/Kolkata"),
        ("Asia/Calcutta", "Asia/Kolkata"),
        ("UTC", "UTC"),
        ("gmt", "UTC"),
        ("GMT+0", "UTC"),
        ("GMT+2", "Etc/GMT-2"),
        ("UTC-3", "Etc/GMT+3"),
        ("utc -03:00", "Etc/GMT+3"),
        ("UTC+14", "Etc/GMT-14"),
    ],
)
def test_a_name_of_one_zone(text: str, zone: str) -> None:
    assert find(text) == (zone,)
    assert ZoneInfo(zone).key == zone


@pytest.mark.parametrize(
    ("text", "zones"),
    [
        (
            "México",
            (
                "America/Mexico_City",
                "America/Cancun",
                "America/Matamoros",
                "America/Ciudad_Juarez",
                "America/Mazatlan",
                "America/Tijuana",
            ),
        ),
        ("España", ("Europe/Madrid", "Atlantic/Canary")),
        ("Spain", ("Europe/Madrid", "Atlantic/Canary")),
        ("Guadalajara", ("America/Mexico_City", "Europe/Madrid")),
        ("Córdoba", ("America/Argentina/Cordoba", "Europe/Madrid")),
        ("Portugal", ("Europe/Lisbon", "Atlantic/Azores")),
    ],
)
def test_a_name_of_several_zones_offers_them_in_order(text: str, zones: tuple[str, ...]) -> None:
    assert find(text) == zones


@pytest.mark.parametrize(
    ("country", "chief"),
    [
        ("Brasil", "America/Sao_Paulo"),
        ("Rusia", "Europe/Moscow"),
        ("EE. UU.", "America/New_York"),
        ("Chile", "America/Santiago"),
    ],
)
def test_the_zone_with_most_people_comes_first(country: str, chief: str) -> None:
    zones = find(country)
    assert zones[0] == chief
    assert 1 < len(zones) < 12


@pytest.mark.parametrize(
    "text", ["", " ", "Atlantis", "EST", "GMT+15", "UTC+5:30", "🥐", "x" * 10_000, "/", "Etc", "hora de", "mañana"]
)
def test_an_unknown_place_is_no_zone(text: str) -> None:
    assert find(text) == ()


@pytest.mark.parametrize(
    ("zone", "spanish", "english"),
    [
        ("Europe/Madrid", "Madrid", "Madrid"),
        ("America/Mexico_City", "Ciudad de México", "Mexico City"),
        ("Atlantic/Canary", "Canarias", "Canary"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires", "Buenos Aires"),
        ("America/Buenos_Aires", "Buenos Aires", "Buenos Aires"),
        ("America/New_York", "Nueva York", "New York"),
        ("Asia/Kolkata", "Calcuta", "Kolkata"),
        ("Etc/GMT-2", "UTC+2", "UTC+2"),
        ("Etc/GMT+3", "UTC-3", "UTC-3"),
        ("UTC", "UTC", "UTC"),
    ],
)
def test_what_people_call_a_zone(zone: str, spanish: str, english: str) -> None:
    assert (city(zone, "es"), city(zone, "en")) == (spanish, english)


@pytest.mark.parametrize("locale", ["xx", "", "not a language"])
def test_an_unknown_language_gets_the_english_name(locale: str) -> None:
    assert city("America/Mexico_City", locale) == "Mexico City"


def test_every_place_is_written_plainly_and_in_a_zone_that_exists() -> None:
    names = [name for several in (*PLACES.values(), *COUNTRIES.values()) for name in several.split(", ")]
    for name in (*names, *SEVERAL):
        assert name == fold(name).strip()
        assert find(name)
    for zone in (*PLACES, *CHIEF.values(), *(zone for zones in SEVERAL.values() for zone in zones)):
        assert ZoneInfo(zone).key == zone
    assert len(names) == len(set(names))


def test_what_a_zone_is_called_finds_it_again() -> None:
    for text in ("España", "México", "Argentina", "Colombia", "Estados Unidos", "Brasil", "Cuba", "Francia"):
        for zone in find(text):
            assert zone in find(city(zone, "es"))
            assert zone in find(city(zone, "en"))


@given(st.text(max_size=150))
def test_every_text_is_a_place_or_none(text: str) -> None:
    assert all(ZoneInfo(zone).key == zone for zone in find(text))
