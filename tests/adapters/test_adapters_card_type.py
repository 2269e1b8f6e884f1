"""Type on cards: what is legible, how words become lines, what the fonts hold."""

from itertools import pairwise

import pytest
from card_samples import EMOJI, FOREIGN, LETTERS
from hypothesis import given
from hypothesis import strategies as st

from adapters import fonts
from adapters.card_text import legible, read
from adapters.emoji import is_sign, sign
from adapters.fonts import Face
from adapters.text import clusters
from adapters.typeset import Line, Ruler, balanced, settled, wrap

FAMILY = fonts.sequences()["👨\u200d👩\u200d👧"]
SPAIN = fonts.sequences()["🇪🇸"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("¡Hola 日本!", "¡Hola!"),
        ("Uno 日 本 語 dos", "Uno dos"),
        ("👨\u200d日 dos", "👨 dos"),
        ("日 Hola 本 mundo 語", "Hola mundo"),
        ("hola日mundo", "hola mundo"),
        ("Uno\n日本\nDos", "Uno\nDos"),
        ("Uno\n\n日\n\nDos", "Uno\n\nDos"),
        ("— 日 —", ""),
        ("(日)", ""),
        ("مرحبا، pan", "pan"),
        ("a\u200bb\u00adc\u00a0d", "abc d"),
        ("cafe\u0301 z\u0336", "café z"),
        ("pan \u200d\ufe0f\u20e3 vino", "pan vino"),
        ("Mira https://www.pan.es/carta/ ya", "Mira www.pan.es/carta ya"),
        ("https://pan.es/carta?utm_source=telegram&utm_medium=x", "pan.es"),
    ],
)
def test_what_cannot_be_shown_leaves_no_gap(text: str, shown: str) -> None:
    assert legible(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("¡Hola 🎉!", "¡Hola 🎉!"),
        ("🎉\n❤️", "🎉\n❤"),
        ("👨‍👩‍👧 y 🇪🇸", f"{FAMILY} y {SPAIN}"),
        ("👋🏽👋", "👋👋"),
        ("1️⃣ Pan", f"{fonts.sequences()['1⃣']} Pan"),
        ("☀ ☀️ ☀︎", "☀ ☀ ☀"),
        ("© ©️ 1 #", "© © 1 #"),
        ("🏃‍♂️‍➡️", fonts.sequences()["🏃\u200d♂"]),
        ("🧑🏿‍❤️‍🧑🏻", fonts.sequences()["🧑\u200d❤\u200d🧑"]),
    ],
)
def test_emoji_are_shown_as_the_character_that_draws_them(text: str, shown: str) -> None:
    assert legible(text) == shown


@pytest.mark.parametrize("text", ["\U000f0001", "\ue000", "🏽", "🇪", "\u200d", "\U000e0067", "日\u200d本"])
def test_parts_of_emoji_and_private_characters_are_none(text: str) -> None:
    assert sign(text) is None
    assert legible(f"a {text} b") == "a b"


def test_everything_legible_has_a_glyph() -> None:
    known = fonts.letters() | fonts.repertoire(Face.EMOJI)
    for text in (LETTERS, EMOJI, FOREIGN):
        assert {ord(one) for one in legible(text)} <= known
    assert legible(LETTERS).replace(" ", "") == LETTERS.replace(" ", "")
    assert legible(FOREIGN) == ""
    assert all(sign(each) for each in clusters(EMOJI))


@given(st.text(alphabet=st.sampled_from("aé. ,!日🎉\u200d\ufe0f🏽👨👧🇪🇸⃣1\n"), max_size=30))
def test_whatever_is_legible_is_clean(text: str) -> None:
    shown = legible(text)
    assert not set(shown) & set("\u200d\ufe0f🏽⃣日\ufffc")
    assert shown == shown.strip()
    assert all(is_sign(one) or ord(one) in fonts.letters() or one == "\n" for one in shown)


@pytest.mark.parametrize("face", [face for face in Face if face is not Face.EMOJI])
def test_every_face_has_the_letters_of_spain(face: Face) -> None:
    missing = bytes(fonts.sized(face, 40).getmask("\U0010fffd"))
    for one in "aáéíóúüñÑçÀèÒŀ¿¡€ªº…–—“”«»":
        assert ord(one) in fonts.repertoire(face)
        assert bytes(fonts.sized(face, 40).getmask(one)) != missing
    assert ord("日") not in fonts.repertoire(face)


def test_reading_a_text() -> None:
    copy = read("¡Hola!\nHoy hay pan de espelta y roscón.\n\n#pan #Madrid")
    assert (copy.heading, copy.rest, copy.foot) == ("¡Hola!", "Hoy hay pan de espelta y roscón.", "#pan #Madrid")
    assert copy.without_foot().foot == ""
    assert read("palabra " * 60).heading == "", "a sentence without end is no heading"
    shorter = copy.shortened(8)
    assert shorter is None, "a crumb is not worth its place"


@given(
    st.lists(
        st.sampled_from(["pan", "Roscón", "vino.", "x" * 60, "#horno", "y", "🎉", "AVA", "🥖🥖🥖🥖"]),
        min_size=1,
        max_size=40,
    ),
    st.integers(150, 900),
)
def test_lines_hold_all_words_in_their_width(words: list[str], width: int) -> None:
    ruler = Ruler(Face.EVEN, 40)
    for lines in (
        wrap(" ".join(words), ruler, width),
        balanced(" ".join(words), ruler, width),
        settled(" ".join(words), ruler, width, 0.8),
    ):
        held = "".join(word for line in lines for word, _ in line.words)
        assert held.replace("\u00a0", "") == "".join(words)
        for line in lines:
            word, at = line.words[-1]
            assert at + ruler.width(word) == line.width <= width
            assert all(here < there for (_, here), (_, there) in pairwise(line.words))


def words(lines: list[Line]) -> list[str]:
    return [" ".join(word for word, _ in line.words) for line in lines]


def test_what_belongs_together_stays_together() -> None:
    ruler = Ruler(Face.EVEN, 40)
    for text, glued in [
        ("pan y vino", "y\u00a0vino"),
        ("cuesta 25 €", "25\u00a0€"),
        ("hasta las 14 h.", "14\u00a0h."),
        ("pan recién hecho 🥐☕", "hecho\u00a0🥐☕"),
        ("📍 Plaza Mayor", "📍\u00a0Plaza"),
    ]:
        assert glued in [line for width in (1, 90) for line in words(wrap(text, ruler, max(width, ruler.width(glued))))]


def test_a_row_of_emoji_breaks_between_any_two() -> None:
    ruler = Ruler(Face.STRONG, 100)
    lines = wrap("🥖" * 20, ruler, 900)
    assert len(lines) > 1
    assert all(line.whole for line in lines)


def test_letters_that_fit_into_each_other_stand_closer() -> None:
    ruler = Ruler(Face.STRONG, 100)
    apart = sum(ruler.font.getlength(letter) for letter in "AVATAR")
    assert ruler.width("AVATAR") < apart - 20
    assert ruler.width("nnn") == sum(ruler.font.getlength(letter) for letter in "nnn")


def test_balanced_lines_are_as_many_and_more_even() -> None:
    ruler = Ruler(Face.STRONG, 90)
    text = "Mañana abrimos a las ocho de la mañana en punto"
    greedy, even = ([line.width for line in lines] for lines in (wrap(text, ruler, 980), balanced(text, ruler, 980)))
    assert len(greedy) == len(even)
    assert max(even) - min(even) < max(greedy) - min(greedy)


def test_a_paragraph_does_not_end_in_a_lone_word() -> None:
    ruler = Ruler(Face.EVEN, 40)
    text = "Hoy sacamos pan de espelta y roscón con nata"
    width = ruler.width("Hoy") * 12
    lone, settled_in = (
        next(
            (
                way(text, ruler, wide)[-1].width / wide
                for wide in [width - step for step in range(0, 300, 5)]
                if len(wrap(text, ruler, wide)) == 2 and wrap(text, ruler, wide)[-1].width < 0.2 * wide
            ),
            None,
        )
        for way in (wrap, lambda text, ruler, wide: settled(text, ruler, wide, 0.6))
    )
    assert lone is not None
    assert settled_in is not None
    assert settled_in > lone
