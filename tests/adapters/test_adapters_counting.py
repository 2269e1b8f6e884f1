"""What texts measure, each way of counting with its own cases."""

import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.text import clusters, code_points, graphemes, normalise, utf8, utf16, weighted

LIMIT = 280
FAMILY = "👨‍👩‍👧‍👦"
CASES = tomllib.loads((Path(__file__).parent / "counting_cases.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["description"] for case in CASES])
def test_weighted_length(case: dict[str, Any]) -> None:
    text = case["text"] * case.get("times", 1) + case.get("then", "") * case.get("then_times", 1)
    assert weighted(text) == case["weighted"]
    untouched = normalise(text) == unicodedata.normalize("NFC", text).strip()
    assert (untouched and 0 < weighted(text) <= LIMIT) is case["valid"]


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("pan\ud83c", 5),  # half a sign of two
        ("\udf5ea\ud83c", 5),
        ("pan\x00vino", 8),
        ("🤏🏻", 2),  # newer than the published cases
        ("🧑‍🎄", 2),
        ("🧑🏻‍🤝‍🧑🏿", 2),
        ("🐦‍🔥", 2),
        ("🐕‍🦺🐈‍⬛🐻‍❄️", 6),
        ("❤️‍🔥", 2),
        ("😮‍💨", 2),
        ("🙂‍↕️", 2),
        ("🏃🏽‍♀️‍➡️", 2),
        ("🧑‍🧑‍🧒‍🧒", 2),
        ("🫱🏻‍🫲🏿", 2),
        ("https://sin.dominioconocido", 27),  # it may be taken for a link, or not
        ("https://a.dominioconocido", 25),
        ("https://a.corto", 23),
        ("pan.roma", 23),
        ("panaderia-de-la-esquina.roma", 28),
    ],
)
def test_weighted_length_where_nothing_is_published(text: str, weight: int) -> None:
    assert weighted(text) == weight


def test_a_chain_that_is_no_known_sequence_is_never_weighed_too_low() -> None:
    assert weighted("👨‍" * 40) == 3 * 40


@given(st.text())
def test_weighted_length_is_that_of_the_normal_form(text: str) -> None:
    assert (
        weighted(text) == weighted(unicodedata.normalize("NFD", text)) == weighted(unicodedata.normalize("NFC", text))
    )


@given(
    st.lists(st.sampled_from(["pan", "https://pan.es/a?b=c", "🥐", FAMILY, "日本", "ñ", "¿vino.es?", "@ana", "#pan"]))
)
def test_words_weigh_the_same_in_any_company(texts: list[str]) -> None:
    assert weighted(" ".join(texts)) == sum(map(weighted, texts)) + max(0, len(texts) - 1)


@pytest.mark.parametrize(
    ("text", "points", "units", "octets", "characters"),
    [
        ("", 0, 0, 0, 0),
        ("pan", 3, 3, 3, 3),
        ("ñ", 1, 1, 2, 1),
        ("n\u0303", 2, 2, 3, 1),
        ("€", 1, 1, 3, 1),
        ("…", 1, 1, 3, 1),
        ("日本語", 3, 3, 9, 3),
        ("한국", 2, 2, 6, 2),
        ("\u1112\u1161\u11ab", 3, 3, 9, 1),
        ("🥐", 1, 2, 4, 1),
        ("❤️", 2, 2, 6, 1),
        ("👍🏽", 2, 4, 8, 1),
        ("1️⃣", 3, 3, 7, 1),
        ("🇪🇸🇫🇷", 4, 8, 16, 2),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 7, 14, 28, 1),
        (FAMILY, 7, 11, 25, 1),
        (FAMILY * 3, 21, 33, 75, 3),
        ("🧑‍🎄🐦‍🔥", 6, 10, 22, 2),
        ("a\r\nb", 4, 4, 4, 3),
        ("नमस्ते", 6, 6, 18, 3),
        ("مرحبا", 5, 5, 10, 5),
        ("שָׁלוֹם", 7, 7, 14, 4),
        ("a\u200db", 3, 3, 5, 2),
        ("\ud800", 1, 1, 3, 1),
        ("\x00", 1, 1, 1, 1),
        ("\U0010ffff", 1, 2, 4, 1),
        ("e" + "\u0301" * 5, 6, 6, 11, 1),
    ],
)
def test_the_other_ways_of_counting(text: str, points: int, units: int, octets: int, characters: int) -> None:
    assert (code_points(text), utf16(text), utf8(text), graphemes(text)) == (points, units, octets, characters)


@given(st.text() | st.text(st.characters(categories=["Cs", "So", "Mn", "Lo"])))
def test_they_count_what_encoders_write(text: str) -> None:
    assert utf16(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2
    assert utf8(text) == len(text.encode("utf-8", "surrogatepass"))
    assert graphemes(text) == len(clusters(text)) <= code_points(text) <= utf16(text) <= utf8(text) or not text
    assert "".join(clusters(text)) == text


def test_clusters_keep_what_a_reader_sees_as_one() -> None:
    assert clusters(f"e\u0301{FAMILY}🇪🇸1️⃣") == ["e\u0301", FAMILY, "🇪🇸", "1️⃣"]
