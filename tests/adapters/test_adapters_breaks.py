import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.breaks import joined, sections
from adapters.text import normalise


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("pan", ["pan"]),
        ("pan\n---\nvino", ["pan", "vino"]),
        ("pan\n\n--------\n\nvino\n—\nqueso\n–––\nuva\n—-\nhigo", ["pan", "vino", "queso", "uva", "higo"]),
        ("---\npan\n---\n \n---", ["pan"]),
        ("---\n---", ["---\n---"]),
        ("pan --- vino\n--\nqueso\n–\n-", ["pan --- vino\n--\nqueso\n–\n-"]),
        ("pan\n---vino\n--- x", ["pan\n---vino\n--- x"]),
        ("```\n---\n```\n---\n~~~ yaml\n---\n~~~", ["```\n---\n```", "~~~ yaml\n---\n~~~"]),
        ("pan\n\\---\nvino", ["pan", "vino"]),
    ],
)
def test_sections(text: str, found: list[str]) -> None:
    assert sections(text) == found


def test_in_one_piece_a_break_is_a_paragraphs_or_a_rule() -> None:
    text = "---\nUno\n———\nDos"
    assert joined(text, rule=False) == "Uno\n\nDos"
    assert joined(text, rule=True) == "Uno\n\n---\n\nDos"


@given(st.text(st.sampled_from("pan—–- \n`~"), max_size=60).map(normalise), st.booleans())
def test_joining_loses_nothing_else(text: str, rule: bool) -> None:
    once = joined(text, rule=rule)
    assert joined(once, rule=rule) == once
    assert re.sub(r"[\s—–-]", "", once) == re.sub(r"[\s—–-]", "", text)
    assert sections(once) == (sections(text) if rule else [once] * bool(once))
