"""Where a text may stop: each word with its grade, from 0 (a bullet) to 8 (a paragraph)."""

import pytest
from hypothesis import given
from text_samples import TEXTS

from adapters.stops import stops
from adapters.words import words


@pytest.mark.parametrize(
    ("text", "grades"),
    [
        ("", ""),
        ("Hay pan. Y vino.", "3718"),
        ("Hay pan.\nY vino\n\nrico", "37188"),
        ("Hay: pan", "48"),
        ("Hay:\n• pan. Rico\n• vino", "206708"),
        ("Horario\n\nDe nueve a dos", "21318"),
        ("Buenas\nHay pan", "238"),
        ("Buenas.\nHay pan", "738"),
        ("## Horario de hoy.\nDe nueve", "022218"),
        ("1. Pan de hoy\n2. Vino", "031708"),
        ("a) Pan\nb) Vino", "0708"),
        ("🥐 Pan. Rico\n🍷 Vino", "36738"),
        ("🥐 Pan. Rico", "378"),
        ("Pan — y vino", "4018"),
        ("Pan, vino; queso —manchego— y higos", "454418"),
        ("Pan (y vino), no queso", "31418"),
        ("3 panes\ny vino", "2218"),
        ("Y así siguió todo aquel largo verano, un día tras otro, hasta que dijo:\nbasta", "133333413141128"),
        ("Con el Sr. Gil y D. Luis", "1113118"),
        ("Son 15 € y 20 km de M.ª José", "113113118"),
        ("Primero. Se abre. Segundo.- Se cierra.", "017118"),
        ("Dispongo: Primero. Se abre", "4118"),
        ("Art. 3. Se abre", "0018"),
        ("1.º Pan. Vino", "068"),
        ("IV. Pan de hoy", "0318"),
        ("🔔 12.00 h. Volteo general", "00038"),
        ("Llegó primero. Ganó", "378"),
        ("Primero.\nSe abre", "018"),
        ("Fish and chips, or pie", "31418"),
    ],
)
def test_grades(text: str, grades: str) -> None:
    assert "".join(str(stop.value) for _, stop in stops(text)) == grades


@given(TEXTS)
def test_every_word_has_its_grade(text: str) -> None:
    assert [word for word, _ in stops(text)] == words(text)
