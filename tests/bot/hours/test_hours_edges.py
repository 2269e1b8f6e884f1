"""Input nobody means, and the rules that a table of phrases does not show."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from bot.hours import Doubt, Hour, Impossible, Past, read
from bot.hours.english import VOCABULARY as ENGLISH
from bot.hours.grammar import Grammar, expand
from bot.hours.spanish import VOCABULARY as SPANISH
from bot.hours.wall import Here
from bot.hours.words import LONGEST, Token, fold, tokens

MADRID, NEW_YORK, SANTIAGO = (ZoneInfo(name) for name in ("Europe/Madrid", "America/New_York", "America/Santiago"))
NOW = datetime(2026, 11, 25, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\t",
        ".",
        ",",
        "\x00",
        "mañana\x0010:00",
        "🥐" * 50,
        "مرحبا",
        "שלום 10:00",
        "\u202emañana 10:00",
        "mañana\u200b10:00",
        "٢٠:٣٠",
        "１０:００",
        "²⁰:³⁰",
        "-5",
        "en -2 horas",
        "99",
        "9" * 90,
        "10" + ":00" * 20,
        "a " * 40,
        "mañana " * 14,
        "lunes, martes, miércoles, jueves, viernes, sábado, domingo, lunes",
        "10 " * 30,
        "de la " * 15,
        "las " * 20 + "10",
        "x" * 10_000,
        "mañana a las 10 " * 700,
        " " * 10_000 + "10:00",
    ],
)
def test_what_nobody_means_is_no_time(text: str) -> None:
    assert read(text, NOW, MADRID) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("99/99", "no_such_day"),
        ("0/0", "no_such_day"),
        ("00/12/2026", "no_such_day"),
        ("99:99", "no_such_hour"),
        ("en 999999999 horas", "too_far"),
        ("en " + "9" * 80 + " horas", "too_far"),
        ("en " + "9" * 80 + " semanas", "too_far"),
        ("en " + "9" * 80 + " meses", "too_far"),
        ("en 99999 meses", "too_far"),
        ("en 2999999 días", "too_far"),
        ("en 99999,5 horas", "too_far"),
        ("31/12/9999 23:59", "too_far"),
        ("hace 99999 meses", "too_far"),
    ],
)
def test_what_cannot_be_says_why(text: str, code: str) -> None:
    reading = read(text, NOW, MADRID)
    assert isinstance(reading, Impossible)
    assert reading.code == code


def test_no_minutes_from_now_are_over() -> None:
    assert read("en 0 minutos", NOW, MADRID) == Past(NOW, None)


def test_two_years_are_not_too_far_and_a_day_more_is() -> None:
    assert isinstance(read("25/11/2028 15:00", NOW, MADRID), Hour)
    assert read("26/11/2028 15:01", NOW, MADRID) == Impossible("too_far", {"years": "2"}, ())


def test_half_of_an_hour_that_is_there_twice_may_be_over() -> None:
    between = datetime(2026, 10, 25, 0, 45, tzinfo=UTC)
    assert read("hoy 2:30", between, MADRID) == Hour(datetime(2026, 10, 25, 1, 30, tzinfo=UTC))
    assert read("hoy 2:30", between + timedelta(hours=2), MADRID) == Past(
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC), datetime(2026, 10, 25, 13, 30, tzinfo=UTC)
    )


def test_a_zone_may_be_a_fixed_distance() -> None:
    west = timezone(-timedelta(hours=3, minutes=30))
    assert read("mañana 10:00", NOW, west) == Hour(datetime(2026, 11, 26, 13, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("zone", "wall", "instants"),
    [
        (MADRID, "2026-10-25 02:30", ["2026-10-25T00:30Z", "2026-10-25T01:30Z"]),
        (MADRID, "2026-10-25 02:00", ["2026-10-25T00:00Z", "2026-10-25T01:00Z"]),
        (MADRID, "2026-10-25 03:00", ["2026-10-25T02:00Z"]),
        (MADRID, "2026-10-25 01:59", ["2026-10-24T23:59Z"]),
        (MADRID, "2027-03-28 02:00", []),
        (MADRID, "2027-03-28 02:59", []),
        (MADRID, "2027-03-28 03:00", ["2027-03-28T01:00Z"]),
        (NEW_YORK, "2026-11-01 01:30", ["2026-11-01T05:30Z", "2026-11-01T06:30Z"]),
        (NEW_YORK, "2027-03-14 02:30", []),
        (SANTIAGO, "2027-04-03 23:30", ["2027-04-04T02:30Z", "2027-04-04T03:30Z"]),
        (SANTIAGO, "2027-09-05 00:30", []),
    ],
)
def test_the_instants_at_which_a_wall_shows_an_hour(zone: ZoneInfo, wall: str, instants: list[str]) -> None:
    found = Here(NOW, zone).instants(datetime.fromisoformat(wall))
    assert [f"{at:%Y-%m-%dT%H:%MZ}" for at in found] == instants


def test_an_hour_that_is_skipped_has_the_end_of_the_leap_beside_it() -> None:
    beside = Here(NOW, MADRID).around(datetime(2027, 3, 28, 2, 20))  # noqa: DTZ001 -- what a wall would show
    assert beside == (datetime(2027, 3, 28, 1, tzinfo=UTC), datetime(2027, 3, 28, 1, 20, tzinfo=UTC))


def test_a_doubt_over_a_change_of_clocks_keeps_its_order() -> None:
    reading = read("domingo a las 2", datetime(2026, 10, 24, 18, tzinfo=UTC), MADRID)
    assert isinstance(reading, Doubt)
    assert [at.hour for at in reading.options] == [0, 1, 13]


def test_words_are_read_without_case_and_accents() -> None:
    assert fold("MAÑANA Miércoles ÚLTIMA") == "manana miercoles ultima"
    assert fold("man\u0303ana") == "manana"


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("treinta y cinco", SPANISH, [35]),
        ("nueve y treinta", SPANISH, [9, None, 30]),
        ("cuarenta y", SPANISH, [40, None]),
        ("treinta y 5", SPANISH, [30, None, 5]),
        ("twenty five", ENGLISH, [25]),
        ("twenty-five", ENGLISH, [25]),
        ("seven twenty five", ENGLISH, [7, 25]),
        ("twenty thirty", ENGLISH, [20, 30]),
        ("9 p. m.", ENGLISH, [9, None, None]),
    ],
)
def test_numbers_in_words(text: str, language: object, expected: list[int | None]) -> None:
    found = tokens(text, language)  # type: ignore[arg-type]  # both vocabularies, told apart by the table
    assert [token.number for token in found or ()] == expected


def test_a_text_longer_than_a_time_is_not_looked_at() -> None:
    assert tokens("1" * LONGEST, SPANISH) == (Token("1" * LONGEST, int("1" * LONGEST), figures=True),)
    assert tokens("1" * (LONGEST + 1), SPANISH) is None


def test_a_template_stands_for_every_choice_in_it() -> None:
    assert set(expand("[a] (las|la [de]) <hour>")) == {
        ("a", "las", "<hour>"),
        ("las", "<hour>"),
        ("a", "la", "<hour>"),
        ("la", "<hour>"),
        ("a", "la", "de", "<hour>"),
        ("la", "de", "<hour>"),
    }


@pytest.mark.parametrize("vocabulary", [SPANISH, ENGLISH])
def test_every_word_of_a_phrase_is_one_that_a_text_can_have(vocabulary: object) -> None:
    grammar = Grammar(vocabulary)  # type: ignore[arg-type]  # see above
    templates = [phrase.template for phrase in grammar.vocabulary.phrases]
    words = {element for template in templates for way in expand(template) for element in way}
    literals = {word for word in words if not word.startswith("<")}
    assert len(literals) > 50
    for word in literals - set(":./,+-"):
        assert [token.text for token in tokens(word, grammar.vocabulary) or ()] == [word]
