import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.text import clusters, code_points, graphemes, normalise, utf8, utf16, visible, weighted

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("", 0),
        ("a" * 280, 280),
        ("a" * 281, 281),
        ("日" * 140, 280),
        ("日" * 141, 282),
        ("čšž", 3),
        ("ñandú", 5),
        ("€", 2),
        ("…", 2),
        ("–—‘’“”", 6),
        ("‹›", 4),
        ("\u200d", 1),
        ("\u200e", 2),
        ("e\u0301", 1),
        ("\u1100", 2),
        ("ၟჿ", 2),
        (FAMILY, 2),
        (FAMILY * 3, 6),
        ("👩‍❤️‍💋‍👨", 2),
        ("🇪🇸", 2),
        ("🇪🇸🇫🇷", 4),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2),
        ("1️⃣", 2),
        ("#⃣", 2),
        ("👍🏽", 2),
        ("👩🏽‍🍳", 2),
        ("❤️", 2),
        ("❤", 2),
        ("©", 1),
        ("©️", 2),
        ("🐦‍🔥", 2),
        ("https://example.com", 23),
        ("http://example.com/" + "a" * 300 + "?q=1&r=2#x", 23),
        ("example.es", 23),
        ("www.panaderia.es/hoy", 23),
        ("panadería.es", 23),
        ("mira example.es, ya", 5 + 23 + 4),
        ("(example.es)", 25),
        ("example.es example.com", 47),
        ("日本example.com日本", 31),
        ("Sr.Pérez", 8),
        ("etc.Pero", 8),
        ("p.ej", 4),
        ("3.500", 5),
        ("EE.UU.", 6),
        ("ana@pan.es", 10),
        ("@pan.es", 7),
        ("https://sin.dominioconocido", 27),
        ("https://a.dominioconocido", 25),
        ("https://a.corto", 23),
    ],
)
def test_weighted_length(text: str, weight: int) -> None:
    assert weighted(text) == weight


def test_a_chain_that_is_no_known_sequence_is_never_weighed_too_low() -> None:
    assert weighted("👨‍" * 40) >= 2 * 10


@given(st.text())
def test_weighted_length_is_that_of_the_normal_form(text: str) -> None:
    assert (
        weighted(text) == weighted(unicodedata.normalize("NFD", text)) == weighted(unicodedata.normalize("NFC", text))
    )


@pytest.mark.parametrize(
    ("text", "points", "units", "octets", "characters"),
    [
        ("pan", 3, 3, 3, 3),
        ("ñ", 1, 1, 2, 1),
        ("n\u0303", 2, 2, 3, 1),
        ("🥐", 1, 2, 4, 1),
        (FAMILY, 7, 11, 25, 1),
        ("a\r\nb", 4, 4, 4, 3),
        ("नमस्ते", 6, 6, 18, 3),
    ],
)
def test_the_other_ways_of_counting(text: str, points: int, units: int, octets: int, characters: int) -> None:
    assert (code_points(text), utf16(text), utf8(text), graphemes(text)) == (points, units, octets, characters)


@given(st.text())
def test_utf16_counts_what_an_encoder_writes(text: str) -> None:
    assert utf16(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


def test_clusters_keep_what_a_reader_sees_as_one() -> None:
    assert clusters(f"e\u0301{FAMILY}🇪🇸1️⃣") == ["e\u0301", FAMILY, "🇪🇸", "1️⃣"]


@pytest.mark.parametrize(
    ("raw", "normal"),
    [
        ("pan  \r\nvino\r", "pan\nvino"),
        ("cafe\u0301", "café"),
        ("cafe\ufeff\u0301", "café"),
        ("a\u0000\u0007b\ufffec\uffffd\U0001fffe", "abcd"),
        ("roto\ud800", "roto"),
        ("uno\n\n\n\n\ndos\n \n \ntres", "uno\n\ndos\n\ntres"),
        ("\n\n  hola \n", "hola"),
        ("uno\u2028dos\u2029tres\x0bcuatro", "uno\ndos\ntres\ncuatro"),
        ("a\tb", "a b"),
        ("dos  blancos", "dos  blancos"),
        ("lista\n  • pan", "lista\n  • pan"),
        (" \n\t\r\n ", ""),
        (f"{FAMILY} ❤️", f"{FAMILY} ❤️"),
    ],
)
def test_normal_form(raw: str, normal: str) -> None:
    assert normalise(raw) == normal


@given(st.text(st.characters() | st.sampled_from(" \n\r\t\ufeff\u0301\u00a0")))
def test_the_normal_form_is_its_own(text: str) -> None:
    normal = normalise(text)
    assert normalise(normal) == normal
    assert unicodedata.is_normalized("NFC", normal)
    assert normal == normal.strip()
    assert "\n\n\n" not in normal


@pytest.mark.parametrize("text", ["a", "🥐", "¿", "日", "#", "❤️"])
def test_visible(text: str) -> None:
    assert visible(text)


@pytest.mark.parametrize("text", ["", " \n", "\u200b\u200d", "\ufe0f", "\u3164", "\u0301", "\u2800"])
def test_invisible(text: str) -> None:
    assert not visible(text)
