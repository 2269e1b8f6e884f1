import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.little import RESERVED, little, little_length, plain

PERSON = "@[Ana Pérez](urn:li:person:a1_B-2)"
TAG = "{hashtag|\\#|pan_dulce}"
PIECES = st.sampled_from(
    [*RESERVED, "a", " ", "\n", "#pan", "#", "https://pan.es/a_b~(c)[d]", "x.es/_a", TAG, PERSON, "🥐"]
)


@pytest.mark.parametrize(
    ("given", "escaped"),
    [
        (
            "Hola (pan) [2] <3> {x} | a*b_c~d @ana \\",
            "Hola \\(pan\\) \\[2\\] \\<3\\> \\{x\\} \\| a\\*b\\_c\\~d \\@ana \\\\",
        ),
        ("#pan y #pan_dulce, n.º #1", "#pan y #pan_dulce, n.º \\#1"),
        ("https://pan.es/a_b~c#d @x", "https://pan.es/a_b~c#d \\@x"),
        ("https://pan.es/a_(b)", "https://pan.es/a_\\(b\\)"),
        (f"Con {PERSON} y {TAG}", f"Con {PERSON} y {TAG}"),
        ("@[Ana](urn:li:otra:1)", "\\@\\[Ana\\]\\(urn:li:otra:1\\)"),
        ("", ""),
    ],
)
def test_only_what_is_meant_as_it_stands_is_escaped(given: str, escaped: str) -> None:
    assert little(given) == escaped


@given(st.one_of(st.text(), st.lists(PIECES, max_size=12).map("".join)))
@example("\\" + TAG)
@example("\\#pan")
@example("{hashtag\\|\\#\\|pan}")
def test_what_a_reader_sees_is_what_was_written(text: str) -> None:
    assert plain(little(text)) == text


@given(st.lists(PIECES, max_size=12).map("".join))
def test_nothing_that_would_end_a_text_is_left_unescaped(text: str) -> None:
    escaped = little(text).replace(PERSON, "").replace(TAG, "")
    assert not re.search(r"(?<!\\)(?:\\\\)*[|{}\[\]()<>]", escaped)


def test_the_backslashes_count() -> None:
    assert little_length("🥐 (pan)") == len("🥐") + 1 + len(" \\(pan\\)")
