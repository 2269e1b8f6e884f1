from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops

from adapters import fonts
from adapters.card import DEFAULT, Colour, Style, draw, drawable
from adapters.fonts import Weight
from adapters.typeset import Ruler, balanced, legible, wrap

SIZE = (1080, 1080)
BAKERY = "¡Buenos días, vecinos! Hoy sacamos pan de espelta y roscón. 🥐☕\n\n#panadería #Madrid"
TOWN = "Corte de agua el miércoles 25.\n\nEl Ayuntamiento informa.\n• Más: https://www.villanueva.es/agua"
STORY = "La panadería. " + "Mi abuela encendió el horno por primera vez en 1952, en la calle de tierra. " * 60
CORPUS = [
    BAKERY, TOWN, STORY, "Hoy toca roscón", "#panadería #Madrid #horno", "2027 ❤️ 🎉", "x" * 500, "ñ",
    "«¿Qué?» —dijo—: 3.500 € (50 %) “ya” ‘sí’… 1.º 2.ª ½ ·", "مرحبا pan 日本 שלום вино Ω",
    "e\u0301\u0302\u0323 z\u0335\u0336",
    "¡Áéíóú Üñ Ñ ÇÀÈÌÒÙ âêîôû!", "1️⃣ Uno 👨‍👩‍👧‍👦\n2️⃣ Dos 🇪🇸", "https://pan.es/" + "a" * 300,
]  # fmt: skip


def luminance(colour: Colour) -> float:
    parts = [value / 255 for value in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def inked(text: str, size: tuple[int, int] = SIZE) -> tuple[int, int, int, int]:
    """The box of all that is drawn over the ground, rule included."""
    plain = Style(above=(255,) * 3, below=(255,) * 3, sun=(255,) * 3, ink=(0,) * 3, quiet=(0,) * 3, accent=(0,) * 3)
    box = (
        ImageChops.invert(opened(draw(text, size, plain)).convert("L"))
        .point(lambda value: 255 * (value > 60))
        .getbbox()
    )
    assert box is not None
    return box


@pytest.mark.parametrize("ink", [DEFAULT.ink, DEFAULT.quiet])
@pytest.mark.parametrize("ground", [DEFAULT.above, DEFAULT.below, DEFAULT.sun])
def test_contrast(ink: Colour, ground: Colour) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize("size", [SIZE, (1080, 1350), (1080, 1920), (1080, 566), (320, 320)])
def test_a_card_is_a_baseline_jpeg_of_its_size(size: tuple[int, int]) -> None:
    image = opened(draw(BAKERY, size))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", size)
    assert "progressive" not in image.info


@pytest.mark.parametrize("text", CORPUS)
@pytest.mark.parametrize("size", [SIZE, (1080, 566), (1080, 1920)])
def test_everything_stays_inside_the_margins(text: str, size: tuple[int, int]) -> None:
    left, top, right, bottom = inked(text, size)
    least = 0.08 * min(size)
    assert left >= least
    assert top >= least
    assert size[0] - right >= least
    assert size[1] - bottom >= least


def test_equal_texts_make_equal_bytes() -> None:
    assert draw(BAKERY, SIZE) == draw(BAKERY, SIZE)
    assert draw(BAKERY, SIZE) != draw(TOWN, SIZE)


@pytest.mark.parametrize("text", ["Hoy toca roscón", BAKERY, TOWN])
def test_a_card_is_balanced(text: str) -> None:
    _, top, _, bottom = inked(text)
    assert abs(top - (1080 - bottom)) < 240


def test_a_short_text_is_drawn_larger_than_a_long_one() -> None:
    assert inked("Hoy toca roscón")[2] > 600
    assert inked(STORY)[3] > 800


def test_colours_are_those_of_the_style() -> None:
    colours = {colour for _, colour in opened(draw("#roscón", SIZE)).getcolors(1 << 24)}
    assert any(sum(abs(a - b) for a, b in zip(colour, DEFAULT.quiet, strict=True)) < 9 for colour in colours)
    assert all(luminance(colour) > 0.03 for colour in colours)


@pytest.mark.parametrize("text", CORPUS)
def test_only_what_the_font_has_is_drawn(text: str) -> None:
    shown = legible(text)
    assert {ord(sign) for sign in shown if sign != "\n"} <= fonts.repertoire()


def test_the_repertoire_is_that_of_the_font() -> None:
    face = fonts.face(Weight.EVEN, 40)
    missing = bytes(face.getmask("\U000f0000"))
    for sign in "aáéíóúüñÑ¿¡€ªº…–—“”«»•½":
        assert ord(sign) in fonts.repertoire()
        assert bytes(face.getmask(sign)) != missing
    for sign in "🥐日ع":
        assert ord(sign) not in fonts.repertoire()
        assert bytes(face.getmask(sign)) == missing


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("¡Hola 🎉!", "¡Hola!"),
        ("🎉 Hola 🥐 mundo 🎉", "Hola mundo"),
        ("hola🎉mundo", "hola mundo"),
        ("Uno\n🎉🎉\nDos", "Uno\nDos"),
        ("Uno\n\n🎉\n\nDos", "Uno\n\nDos"),
        ("— 🎉 —", ""),
        ("مرحبا، pan", "pan"),
        ("1️⃣ Pan", "1 Pan"),
        ("a\u200bb\u00adc\u00a0d", "abc d"),
        ("cafe\u0301 z\u0336", "café z"),
        ("Mira https://www.pan.es/carta/ ya", "Mira www.pan.es/carta ya"),
        ("https://pan.es/carta?utm_source=telegram&utm_medium=x", "pan.es"),
    ],
)
def test_what_cannot_be_shown_leaves_no_gap(text: str, shown: str) -> None:
    assert legible(text) == shown


@pytest.mark.parametrize(("text", "yes"), [("pan", True), ("#pan", True), ("🎉", False), ("مرحبا", False), ("", False)])
def test_drawable(text: str, yes: bool) -> None:
    assert drawable(text) is yes


@pytest.mark.parametrize("text", ["🎉🎉", "", "a" * 100_000, "🎉" * 100_000, "\u202eabc\u202c", "e" + "\u0302" * 5000])
def test_odd_texts_are_drawn_without_a_fault(text: str) -> None:
    assert opened(draw(text, (320, 320))).size == (320, 320)


@pytest.mark.parametrize("size", [(40, 400), (400, 40), (8, 8)])
def test_odd_sizes_are_drawn_without_a_fault(size: tuple[int, int]) -> None:
    assert opened(draw(STORY, size)).size == size
    assert opened(draw("Hoy toca roscón", size)).size == size


@settings(deadline=None, max_examples=25)
@given(st.text(max_size=200))
def test_any_text_is_drawn(text: str) -> None:
    assert opened(draw(text, (200, 200))).size == (200, 200)


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["pan", "Roscón", "vino.", "x" * 60, "#horno"]), min_size=1, max_size=40),
    st.integers(150, 900),
)
def test_lines_hold_all_words_in_their_width(words: list[str], width: int) -> None:
    ruler = Ruler(Weight.EVEN, 40)
    for set_in in (wrap, balanced):
        lines = set_in(" ".join(words), ruler, width)
        assert "".join(word for line in lines for word, _ in line.words) == "".join(words)
        for line in lines:
            word, at = line.words[-1]
            assert at + ruler.width(word) <= width
            assert all(here < there for (_, here), (_, there) in pairwise(line.words))


def test_balanced_lines_are_as_many_and_more_even() -> None:
    ruler = Ruler(Weight.STRONG, 90)
    text = "Mañana abrimos a las ocho de la mañana en punto"

    def widths(lines: list) -> list[float]:  # type: ignore[type-arg]  # lines of both kinds
        return [line.words[-1][1] + ruler.width(line.words[-1][0]) for line in lines]

    greedy, even = widths(wrap(text, ruler, 880)), widths(balanced(text, ruler, 880))
    assert len(greedy) == len(even)
    assert max(even) - min(even) < max(greedy) - min(greedy)
