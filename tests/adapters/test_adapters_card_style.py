"""Colours of cards: what is taken, what is derived, what is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.card import TEMPLATES, Style
from adapters.card_palette import Palette
from adapters.colour import BLACK, WHITE, contrast, mix, parse, written

COLOURS = st.tuples(*[st.integers(0, 255)] * 3)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        (BLACK, WHITE, 21),
        (WHITE, BLACK, 21),
        ((80, 80, 80), (80, 80, 80), 1),
        ((0x76, 0x76, 0x76), WHITE, 4.54),  # the lightest grey that will do on white
        ((0x77, 0x77, 0x77), WHITE, 4.48),
        ((255, 0, 0), WHITE, 4.0),
        ((0, 0, 255), BLACK, 2.44),
    ],
)
def test_contrast_is_that_of_the_guidelines(
    one: tuple[int, int, int], other: tuple[int, int, int], ratio: float
) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)


@given(COLOURS)
def test_a_colour_is_read_as_it_is_written(colour: tuple[int, int, int]) -> None:
    assert parse(written(colour)) == parse(written(colour).lower()) == colour


@pytest.mark.parametrize(
    "text", ["", "red", "#FFF", "1A2B3C", "#1A2B3G", "#1A2B3C4D", " #1A2B3C", "#1A2B3C\n", "#１２３４５６"]
)
def test_what_is_not_a_colour_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="is not a colour") as caught:
        Style.branded(background=text)
    assert repr(text) in str(caught.value)


def test_mixing() -> None:
    assert mix(BLACK, WHITE, 0) == BLACK
    assert mix(BLACK, WHITE, 1) == WHITE
    assert mix((0, 100, 200), (100, 100, 100), 0.5) == (50, 100, 150)


def test_an_unknown_template_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"unknown template 'sunn': one of sun, poster"):
        Style.branded("sunn")


@pytest.mark.parametrize(
    ("brand", "sentence"),
    [
        ({"background": "#FFFFFF", "ink": "#777777"}, "the contrast of ink #777777 on background #FFFFFF is 4.47:1"),
        ({"background": "#102030", "ink": "#102030"}, "ink #102030 on background #102030 is 1.00:1"),
        ({"ink": "#FFFFFF"}, "ink #FFFFFF on background #FFF8EC"),
    ],
)
def test_ink_that_cannot_be_read_is_refused(brand: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError, match=r"and text needs 4\.5:1 or more$") as caught:
        Style.branded("sun", **brand)
    assert sentence in str(caught.value)


def test_an_accent_is_refused_only_where_text_stands_on_it() -> None:
    brand = {"background": "#FFFFFF", "ink": "#111111", "accent": "#E1306C"}
    for template in set(TEMPLATES) - {"band"}:
        assert Style.branded(template, **brand).palette.accent == (0xE1, 0x30, 0x6C)
    with pytest.raises(ValueError, match=r"ink #111111 on accent #E1306C is 4\.35:1"):
        Style.branded("band", **brand)
    assert Style.branded("band", accent="#FFD23F").palette.reverse == (18, 32, 58), "dark on yellow"


def test_each_colour_may_be_left_out() -> None:
    own = Style("frame").palette
    assert Style.branded("frame").palette == own
    accented = Style.branded("frame", accent="#7A1F3D").palette
    assert (accented.background, accented.ink, accented.accent) == (own.background, own.ink, (0x7A, 0x1F, 0x3D))
    dark = Style.branded("frame", background="#0B1F3A").palette
    assert dark.background == (0x0B, 0x1F, 0x3A)
    assert contrast(dark.ink, dark.background) >= 7


def pairs(tones: Palette) -> list[float]:
    grounds = (tones.background, tones.deep, tones.glow)
    return [contrast(text, ground) for text in (tones.ink, tones.quiet) for ground in grounds]


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_templates_own_colours(template: str) -> None:
    tones = Style(template).palette
    assert min(pairs(tones)) >= 4.5
    if Style(template).look.on_accent:
        assert contrast(tones.reverse, tones.accent) >= 4.5


@given(st.sampled_from(TEMPLATES), *[st.none() | COLOURS] * 3)
def test_every_style_there_is_can_be_read(
    template: str,
    background: tuple[int, int, int] | None,
    ink: tuple[int, int, int] | None,
    accent: tuple[int, int, int] | None,
) -> None:
    try:
        style = Style(template, background, ink, accent)
    except ValueError:
        assert ink or (accent and template == "band"), "a background alone always works"
        return
    assert min(pairs(style.palette)) >= 4.5
    if style.look.on_accent:
        assert contrast(style.palette.reverse, style.palette.accent) >= 4.5
