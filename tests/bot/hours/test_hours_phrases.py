"""What people type and what it means: phrases.txt is the table, captions.txt what is no time at all."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.hours import Doubt, Hour, Impossible, Past, Reading, read

HERE = Path(__file__).parent
WEDNESDAY = datetime(2026, 11, 25, 14, tzinfo=UTC)
MADRID = ZoneInfo("Europe/Madrid")


def rows() -> Iterator[tuple[str, ...]]:
    for line in (HERE / "phrases.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield tuple(column.strip() for column in line.split("|"))


def captions() -> list[str]:
    lines = (HERE / "captions.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("# ")]


def shown(at: datetime, zone: ZoneInfo) -> str:
    """Weekday and local time; with its distance to UTC where the same hour is twice that day."""
    local = at.astimezone(zone)
    twice = local.replace(fold=0).utcoffset() != local.replace(fold=1).utcoffset()
    seconds = ":%S" if local.second else ""
    return local.strftime(f"%a %Y-%m-%d %H:%M{seconds}{'%z' if twice else ''}")


def described(reading: Reading | None, zone: ZoneInfo) -> str:
    match reading:
        case None:
            return "none"
        case Hour(at):
            return shown(at, zone)
        case Doubt(options):
            return "ask: " + " / ".join(shown(option, zone) for option in options)
        case Past(at, later):
            return f"past: {shown(at, zone)}" + (f", later {shown(later, zone)}" if later else "")
        case Impossible(code, _, options):
            return code + (": " + " / ".join(shown(option, zone) for option in options) if options else "")


@pytest.mark.parametrize(("phrase", "base", "place", "expected"), list(rows()))
def test_phrase(phrase: str, base: str, place: str, expected: str) -> None:
    zone = ZoneInfo(place)
    now = datetime.fromisoformat(base).replace(tzinfo=zone).astimezone(UTC)
    assert described(read(phrase, now, zone), zone) == expected


@pytest.mark.parametrize("text", captions())
def test_what_is_no_time(text: str) -> None:
    assert read(text, WEDNESDAY, MADRID) is None


def test_the_tables_are_long_and_every_line_of_them_counts() -> None:
    table = list(rows())
    assert len(table) >= 330
    assert all(len(row) == 4 for row in table)
    assert len({row[:3] for row in table}) == len(table)
    assert len(captions()) >= 60


def test_a_language_that_is_not_asked_for_is_not_understood() -> None:
    assert read("tomorrow at 9pm", WEDNESDAY, MADRID, ("es",)) is None
    assert read("mañana 10:00", WEDNESDAY, MADRID, ("en",)) is None
    assert read("mañana 10:00", WEDNESDAY, MADRID, ("pt", "es")) == Hour(datetime(2026, 11, 26, 9, tzinfo=UTC))
    assert read("10:00", WEDNESDAY, MADRID, ()) is None


def test_the_first_language_holds_where_both_make_sense() -> None:
    tuesday, march = datetime(2026, 12, 1, 9, tzinfo=UTC), datetime(2027, 3, 10, 9, tzinfo=UTC)
    assert read("mar 10", WEDNESDAY, MADRID, ("es", "en")) == Hour(tuesday)
    assert read("mar 10", WEDNESDAY, MADRID, ("en", "es")) == Hour(march)


@pytest.mark.parametrize(
    ("text", "code", "params"),
    [
        ("31 de abril", "no_such_day", {"day": "31", "month": "4"}),
        ("99/99", "no_such_day", {"day": "99", "month": "99"}),
        ("mañana 25:10", "no_such_hour", {"hour": "25:10"}),
        ("13 pm", "no_such_hour", {"hour": "13:00"}),
        ("28/03/2027 2:30", "skipped_hour", {"hour": "02:30"}),
        ("en 3 años", "too_far", {"years": "2"}),
        ("10:00 11:00", "two_times", {}),
        ("jueves 25/12", "other_weekday", {"weekday": "3", "date": "2026-12-25"}),
    ],
)
def test_what_an_impossible_time_says_of_itself(text: str, code: str, params: dict[str, str]) -> None:
    reading = read(text, WEDNESDAY, MADRID)
    assert isinstance(reading, Impossible)
    assert (reading.code, reading.params) == (code, params)


def test_now_may_be_given_in_any_zone() -> None:
    assert read("en 2 horas", WEDNESDAY.astimezone(MADRID), MADRID) == read("en 2 horas", WEDNESDAY, MADRID)
