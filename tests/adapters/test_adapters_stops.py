"""Where a text may stop: each word with its grade, from 0 (a bullet) to 5 (a paragraph)."""

import pytest
from hypothesis import given
from text_samples import TEXTS

from adapters.stops import stops
from adapters.words import words


@pytest.mark.parametrize(
    ("text", "grades"),
    [
        ("", ""),
        ("Hay pan. Y vino.", "2425"),
        ("Hay pan.\nY vino\n\nrico", "24255"),
        ("Hay: pan", "25"),
        ("Hay:\n• pan. Rico\n• vino", "103405"),
        ("Horario\n\nDe nueve a dos", "12225"),
        ("Buenas\nHay pan", "125"),
        ("Buenas.\nHay pan", "425"),
        ("## Horario de hoy.\nDe nueve", "011125"),
        ("1. Pan de hoy\n2. Vino", "022405"),
        ("a) Pan\nb) Vino", "0405"),
        ("🥐 Pan. Rico\n🍷 Vino", "23425"),
        ("🥐 Pan. Rico", "245"),
        ("Pan — y vino", "2025"),
        ("3 panes\ny vino", "1125"),
        ("Y así siguió todo aquel largo verano, un día tras otro, hasta que dijo:\nbasta", "222222222222215"),
    ],
)
def test_grades(text: str, grades: str) -> None:
    assert "".join(str(stop.value) for _, stop in stops(text)) == grades


@given(TEXTS)
def test_every_word_has_its_grade(text: str) -> None:
    assert [word for word, _ in stops(text)] == words(text)
