"""Zones by the names people give them, and people's names for zones."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.core import get_global

from bot.hours.places import CHIEF, COUNTRIES, PLACES, SEVERAL
from bot.hours.words import LONGEST, fold

LOCALES = ("es", "en")
RULE_YEAR = 2100
"""Far enough for every zone to go by the rule that holds from now on."""
_BLANK = re.compile(r"[^\w/+-]+|_")
_AROUND = re.compile(r"^(?:(?:la )?hora (?:de |del )?|en |time in )|(?: time)$")
_OFFSET = re.compile(r"(?:utc|gmt)(?: ?([+-]) ?0?(\d{1,2})(?: ?00)?)?")
_FIXED = re.compile(r"Etc/GMT([+-])(\d+)")


def find(text: str) -> tuple[str, ...]:
    """IANA names for a city, a country, a zone or an offset, likeliest first; several: ask; none: unknown.

    Zones that go by the same rule are one, the first. "UTC+2" is a fixed offset, whatever the season.
    """
    if len(text) > LONGEST:
        return ()
    named = _plain(text.partition(",")[0])
    return _offset(named) or _differing(_index().get(named) or _index().get(_AROUND.sub("", named), ()))


def city(name: str, locale: str) -> str:
    """What people call a zone: "Ciudad de México". Unknown languages get the English name."""
    fixed = _FIXED.fullmatch(name)
    if fixed:
        return f"UTC{'-' if fixed[1] == '+' else '+'}{fixed[2]}"
    return _cities(locale).get(_modern(name), name.rpartition("/")[2].replace("_", " "))


def _plain(text: str) -> str:
    return _BLANK.sub(" ", fold(text)).strip()


def _offset(named: str) -> tuple[str, ...]:
    said = _OFFSET.fullmatch(named)
    if said is None:
        return ()
    hours = int(said[2] or 0)
    east = -hours if said[1] == "-" else hours
    if not -12 <= east <= 14:  # noqa: PLR2004 -- as far as the world goes
        return ()
    # the names of fixed zones count westwards
    return (f"Etc/GMT{-east:+d}",) if east else ("UTC",)


def _modern(name: str) -> str:
    aliases: Mapping[str, str] = get_global("zone_aliases")
    return aliases.get(name, name)


@cache
def _index() -> Mapping[str, tuple[str, ...]]:
    """Zones by plain names: those of places first, then of cities, countries and the zones themselves."""
    found: dict[str, tuple[str, ...]] = dict(SEVERAL)
    for named, zones in (*_by_place(), *_by_city(), *_by_country(), *_by_zone()):
        found[named] = tuple(dict.fromkeys((*found.get(named, ()), *zones)))
    return found


def _by_place() -> Iterator[tuple[str, tuple[str, ...]]]:
    for zone, names in PLACES.items():
        yield from ((named, (zone,)) for named in names.split(", "))


def _by_city() -> Iterator[tuple[str, tuple[str, ...]]]:
    for locale in LOCALES:
        yield from ((_plain(name), (zone,)) for zone, name in _cities(locale).items())
    places = {zone for zones in _countries().values() for zone in zones}
    yield from ((_plain(zone.rpartition("/")[2]), (zone,)) for zone in places)


def _by_country() -> Iterator[tuple[str, tuple[str, ...]]]:
    for locale in LOCALES:
        names = Locale.parse(locale).territories
        yield from ((_plain(names[code]), zones) for code, zones in _countries().items() if code in names)
    for code, several in COUNTRIES.items():
        yield from ((named, _countries()[code]) for named in several.split(", "))


def _by_zone() -> Iterator[tuple[str, tuple[str, ...]]]:
    every = (files("tzdata") / "zones").read_text(encoding="utf-8").split()
    yield from ((_plain(zone), (_modern(zone),)) for zone in every if "/" in zone and not zone.startswith("Etc/"))


@cache
def _countries() -> Mapping[str, tuple[str, ...]]:
    """Zones by country, two letters; the one with most people first."""
    table = (files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in table.splitlines() if not line.startswith("#")]
    by_country: dict[str, list[str]] = {}
    for code, _, zone, *_ in rows:
        by_country.setdefault(code, [CHIEF[code]] if code in CHIEF else []).append(zone)
    return {code: tuple(dict.fromkeys(zones)) for code, zones in by_country.items()}


def _differing(zones: tuple[str, ...]) -> tuple[str, ...]:
    if len(zones) == 1:
        return zones
    first: dict[tuple[timedelta | None, ...], str] = {}
    for zone in zones:
        first.setdefault(_rule(zone), zone)
    return tuple(first.values())


def _rule(zone: str) -> tuple[timedelta | None, ...]:
    place = ZoneInfo(zone)
    return tuple(place.utcoffset(datetime(RULE_YEAR, month, 15)) for month in range(1, 13))  # noqa: DTZ001 -- of a wall


@cache
def _cities(locale: str) -> Mapping[str, str]:
    """What a language calls the city of a zone, where it differs from the zone's own name."""
    try:
        zones = Locale.parse(locale).time_zones
    except (UnknownLocaleError, ValueError):
        return _cities("en")
    return {_modern(zone): str(names["city"]) for zone, names in zones.items() if "city" in names}
