"""Measured in the pictures: contrast, margins, zones of a story, boxes for missing glyphs."""

from functools import partialmethod
from unittest.mock import patch

import pytest
from card_samples import (
    BAKERY,
    EMOJI,
    FOREIGN,
    GYM,
    LETTERS,
    SHORT,
    SIZES,
    SONG,
    STORY,
    TEXTS,
    TOWN,
    opened,
    picture,
    unwritten,
)
from PIL import Image, ImageChops, ImageDraw, ImageFont

from adapters import fonts
from adapters.card import TEMPLATES, Style, draw
from adapters.colour import Colour, contrast, written
from adapters.emoji import sign
from adapters.text import clusters

BRANDS = [
    {},
    {"background": "#0B5D3B", "accent": "#F2C14E"},
    {"accent": "#1F4E8C"},
    {"background": "#7A1F3D"},
    {"background": "#FFFFFF", "ink": "#C1121F"},
    {"background": "#777777"},
    {"background": "#FFFFFF", "ink": "#767676"},  # 4.54:1, hardly enough
]
MARKED = "¡Hola! 🎉 Sale el pan\n\nPan de #espelta y roscón ☕ a las 9.\n\n#panadería"


def half(size: tuple[int, int]) -> tuple[int, int]:
    """The same card in a quarter of the time."""
    return size[0] // 2, size[1] // 2


def pixels(image: Image.Image) -> list[Colour]:
    data = image.tobytes()
    return list(zip(data[::3], data[1::3], data[2::3], strict=True))


def text_mask(text: str, size: tuple[int, int], style: Style) -> Image.Image:
    """Where the card differs from itself without text."""
    full = picture(text, size, style)
    with unwritten():
        ground = picture(text, size, style)
    one, two, three = ImageChops.difference(full, ground).split()
    return ImageChops.lighter(ImageChops.lighter(one, two), three).point(lambda value: 255 * (value > 12))


@pytest.mark.parametrize("brand", BRANDS, ids=lambda brand: " ".join(brand.values()) or "own")
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("text", [MARKED, SHORT])
def test_text_stands_out_from_what_is_really_behind_it(template: str, brand: dict[str, str], text: str) -> None:
    style, size = Style.branded(template, **brand), (540, 540)
    full = picture(text, size, style)
    with unwritten():
        ground = picture(text, size, style)
    tones = {style.palette.ink, style.palette.quiet, style.palette.reverse}
    changed = [(one, behind) for one, behind in zip(pixels(full), pixels(ground), strict=True) if one != behind]
    solid = [pair for pair in changed if pair[0] in tones]
    assert len(solid) > 0.3 * len(changed), "the rest are the smooth edges"
    worst = min(set(solid), key=lambda pair: contrast(*pair))
    assert contrast(*worst) >= 4.5, [written(colour) for colour in worst]


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_jpeg_keeps_the_colours(template: str) -> None:
    style = Style(template)
    one, other = picture(BAKERY, (1080, 1080), style), opened(draw(BAKERY, (1080, 1080), style))
    histogram = ImageChops.difference(one, other).convert("L").histogram()
    assert sum(histogram[12:]) < 0.01 * 1080 * 1080


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("template", TEMPLATES)
def test_text_keeps_to_the_margins(template: str, size: tuple[int, int]) -> None:
    width, height = half(size)
    story = height > 1.7 * width
    above, below = (0.14, 0.18) if story else (0.05, 0.05)
    for text in (
        BAKERY,
        TOWN,
        STORY,
        GYM,
        SONG,
        TEXTS["word"],
        TEXTS["many_emoji"],
        TEXTS["lines"],
        TEXTS["many_tags"],
    ):
        box = text_mask(text, (width, height), Style(template)).getbbox()
        assert box is not None
        left, top, right, bottom = box
        assert left >= 0.05 * width, text[:20]
        assert width - right >= 0.05 * width, text[:20]
        assert top >= above * height, text[:20]
        assert height - bottom >= below * height, text[:20]


@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("text", [SHORT, SONG])
def test_a_card_is_balanced(template: str, text: str) -> None:
    box = text_mask(text, (540, 540), Style(template)).getbbox()
    assert box is not None
    assert abs(box[1] - (540 - box[3])) < 150


class Boxes:
    """Watches all that is written, for the box that stands for a glyph the font does not have."""

    def __init__(self) -> None:
        self.written = ""
        self.boxes: list[str] = []
        self._text = ImageDraw.ImageDraw.text
        self._missing: dict[int, bytes] = {}

    def text(
        self, pen: ImageDraw.ImageDraw, xy: tuple[float, float], text: str, *rest: object, **named: object
    ) -> None:
        font = next(each for each in (*rest, *named.values()) if isinstance(each, ImageFont.FreeTypeFont))
        missing = self._missing.setdefault(id(font), bytes(font.getmask("\U0010fffd")))
        assert missing
        self.written += text
        self.boxes += [one for one in text if bytes(font.getmask(one)) == missing]
        self._text(pen, xy, text, *rest, **named)  # type: ignore[arg-type]  # handed on as it came


def _watch(pen: ImageDraw.ImageDraw, boxes: Boxes, *given: object, **named: object) -> None:
    boxes.text(pen, *given, **named)  # type: ignore[arg-type]  # handed on as it came


def watched(text: str, style: Style) -> Boxes:
    boxes = Boxes()
    with patch.object(ImageDraw.ImageDraw, "text", partialmethod(_watch, boxes)):
        picture(text, (540, 960), style)
    return boxes


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_letter_is_a_box(template: str) -> None:
    seen = ""
    for word in LETTERS.split():
        boxes = watched(f"{word} {word}", Style(template))
        assert boxes.boxes == []
        seen += boxes.written
    assert {one for one in LETTERS if not one.isspace()} - set(seen) <= set("“”"), "all of them are drawn"


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_emoji_is_a_box(template: str) -> None:
    emoji = clusters(EMOJI)
    assert len(emoji) >= 200
    for at in range(0, len(emoji), 10):
        row = emoji[at : at + 10]
        boxes = watched("".join(row), Style(template))
        assert boxes.boxes == []
        assert [one for one in boxes.written if one != "“"] == [sign(each) for each in row]


@pytest.mark.parametrize("template", TEMPLATES)
def test_what_the_fonts_lack_is_left_out(template: str) -> None:
    text = f"Pan {FOREIGN} y {FOREIGN}, vino"
    boxes = watched(text, Style(template))
    assert boxes.boxes == []
    assert "".join(boxes.written.strip("“").split()) == "Pany,vino"


def test_the_watch_sees_a_box() -> None:
    boxes = Boxes()
    image = Image.new("RGB", (99, 99))
    boxes.text(ImageDraw.Draw(image), (0, 0), "a🥐", (1, 1, 1), fonts.sized(fonts.Face.EVEN, 40))
    assert boxes.boxes == ["🥐"]
