import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.text import normalise, visible

FAMILY = "👨‍👩‍👧‍👦"


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
