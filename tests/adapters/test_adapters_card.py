"""Cards as a whole: what comes out for which text, in every template and size."""

import pytest
from card_samples import BAKERY, SIZES, STORY, TEXTS, TOWN, opened, picture
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.card import DEFAULT, TEMPLATES, Style, draw, drawable
from adapters.card_box import Box
from adapters.card_setting import Setting, fit
from adapters.card_text import Copy, read

SQUARE = (1080, 1080)


def setting(text: str, size: tuple[int, int] = SQUARE, template: str = "sun") -> Setting:
    look, box = Style(template).look, Box(*size)
    return fit(read(text), box, box.area(look.inset), look.manner)


def said(setting: Setting) -> str:
    blocks = [block for block in (*setting.above, setting.foot) if block]
    return "\n".join(" ".join(word for word, _ in line.words) for block in blocks for line in block.lines)


def test_the_default_is_the_low_sun() -> None:
    assert TEMPLATES[0] == DEFAULT.template == "sun"
    assert len(set(TEMPLATES)) == len(TEMPLATES) >= 4


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_card_is_a_baseline_jpeg_of_its_size(template: str, size: tuple[int, int]) -> None:
    image = opened(draw(BAKERY, size, Style(template)))
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", size)
    assert "progressive" not in image.info


@pytest.mark.parametrize("template", TEMPLATES)
def test_equal_texts_make_equal_bytes(template: str) -> None:
    style = Style(template)
    assert draw(BAKERY, SQUARE, style) == draw(BAKERY, SQUARE, style)
    assert draw(BAKERY, SQUARE, style) != draw(TOWN, SQUARE, style)


def test_no_two_templates_look_alike() -> None:
    assert len({draw(BAKERY, (540, 540), Style(template)) for template in TEMPLATES}) == len(TEMPLATES)


@pytest.mark.parametrize("size", [(320, 320), (400, 210), (270, 480), (8, 8), (40, 400), (400, 40)])
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_text_is_drawn_in_every_template(template: str, size: tuple[int, int]) -> None:
    for text in TEXTS.values():
        assert opened(draw(text, size, Style(template))).size == size


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_the_smallest_text_can_be_read_on_a_phone(template: str, size: tuple[int, int]) -> None:
    chosen = [setting(text, size, template) for text in TEXTS.values()]
    blocks = [block for each in chosen for block in (*each.above, each.foot) if block]
    assert len(blocks) > len(TEXTS)
    assert min(block.ruler.size for block in blocks) >= int(40 * size[0] / 1080)


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("size", SIZES)
def test_a_long_text_is_shortened_between_words(template: str, size: tuple[int, int]) -> None:
    words = said(setting(STORY, size, template)).split()
    assert words[-1].endswith("…")
    assert words[:-1] == STORY.split()[: len(words) - 1]
    assert words[-1].rstrip("…") == STORY.split()[len(words) - 1].rstrip(".,")


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_fits_is_shown_whole(template: str) -> None:
    shown = said(setting(BAKERY, SQUARE, template))
    assert "14\u00a0h.\u00a0🥐☕" in shown
    assert shown.endswith("#panadería #Madrid")


def test_hashtags_go_before_any_of_the_text_does() -> None:
    text = "Nuevo horario de invierno.\n\n" + "Lunes y miércoles a las siete de la tarde. " * 4
    assert setting(f"{text}\n\n#pan").foot is not None
    low = setting(f"{text}\n\n#pan", (1200, 630))
    assert low.foot is None
    assert said(low).replace("\u00a0", " ").split() == text.split()


def test_a_word_wider_than_the_card_is_broken_not_lost() -> None:
    chosen = setting("Electroencefalografista" * 6)
    assert said(chosen).replace("\n", "") == "Electroencefalografista" * 6
    assert len(chosen.above[0].lines) > 1


def test_hashtags_alone_become_the_text() -> None:
    chosen = setting("#panadería #Madrid")
    assert chosen.foot is None
    assert chosen.heading is not None
    assert said(chosen) == "#panadería\n#Madrid"


def test_emoji_alone_are_large() -> None:
    heading = setting("🥖🥐").heading
    assert heading is not None
    assert heading.ruler.size >= 200


def test_a_short_text_is_larger_than_a_long_one() -> None:
    sizes = [setting(text).above[0].ruler.size for text in ("Hoy toca roscón", BAKERY, STORY)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] > sizes[2]


def test_a_heading_has_no_lone_word_where_even_lines_are_near() -> None:
    heading = setting("«La música es lo que queda cuando se apaga la luz»", (1080, 1350)).heading
    assert heading is not None
    widths = [line.width for line in heading.lines]
    assert min(widths) > 0.5 * max(widths)


def test_the_template_with_a_mark_needs_none_in_the_text() -> None:
    assert said(setting("«Pan con rosas»", template="quote")) == "Pan con rosas"
    assert said(setting("«Pan con rosas»", template="sun")) == "«Pan con\nrosas»"
    assert "«" in said(setting("«Pan» y «rosas»", template="quote"))


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("text", ["", " \n\t ", "مرحبا", "\u200d\ufe0f"])
def test_nothing_to_show_is_a_card_all_the_same(template: str, text: str) -> None:
    assert not drawable(text)
    assert read(text) == Copy("", "", "")
    assert picture(text, (270, 270), Style(template)).size == (270, 270)


@pytest.mark.parametrize("text", ["pan", "#pan", "🎉", "1️⃣", "🇪🇸"])
def test_drawable(text: str) -> None:
    assert drawable(text)


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "🎉" * 100_000, "\u202eabc\u202c", "e" + "\u0302" * 5000, "\U000f0001"]
)
def test_odd_texts_are_drawn_without_a_fault(text: str) -> None:
    assert opened(draw(text, (320, 320))).size == (320, 320)


@settings(max_examples=40)
@given(st.text(max_size=200), st.sampled_from(TEMPLATES))
def test_any_text_is_drawn(text: str, template: str) -> None:
    assert opened(draw(text, (200, 200), Style(template))).size == (200, 200)
