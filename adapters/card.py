"""A picture drawn from a text, for networks that take no post without one."""

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from adapters import hashtags
from adapters.cut import opening, shorten
from adapters.fonts import Weight
from adapters.text import code_points, normalise
from adapters.typeset import Line, Ruler, balanced, legible, wrap

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

Colour = tuple[int, int, int]

QUALITY = 90
_LONGEST = 1500  # characters: more than a card shows
_HEADING = 110  # characters a heading may have
_SHORT = 80  # a text up to this length is all heading
_SIZES = (176, 160, 144, 128, 120, 112, 104, 96, 90, 84, 78, 72, 68, 64, 60, 56)  # of headings, on a card 1080 wide
_MODEST = 78  # of a heading with a word so long that it must be cut
_SMALLEST = 40
_RULE = 60  # the short rule above the text, with the space below it
_FOOT_LINES = 2


@dataclass(frozen=True, slots=True)
class Style:
    """Colours of a card. Both tones of ink stand out from all three of the ground, 4.5:1 or more."""

    above: Colour = (255, 248, 236)
    below: Colour = (250, 226, 193)
    sun: Colour = (253, 237, 208)
    ink: Colour = (62, 33, 20)
    quiet: Colour = (148, 62, 18)
    accent: Colour = (226, 106, 44)
    template: str = "sun"


TEMPLATES = ("sun",)
DEFAULT = Style()


@dataclass(frozen=True, slots=True)
class _Copy:
    """What stands on a card: the heading large, the rest smaller, the hashtags at the foot."""

    heading: str
    rest: str
    foot: str


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines of one size. `leading` is from line to line, `space` stands above the block; in pixels."""

    lines: tuple[Line, ...]
    ruler: Ruler
    leading: float
    space: float = 0

    @property
    def height(self) -> float:
        return sum(self.advance(line) for line in self.lines)

    @property
    def whole(self) -> bool:
        return all(line.whole for line in self.lines)

    def advance(self, line: Line) -> float:
        return self.leading if line.words else self.leading / 2


@dataclass(frozen=True, slots=True)
class _Box:
    """The card's measures in pixels. `unit` is one pixel of a card 1080 wide."""

    width: int
    height: int

    @property
    def unit(self) -> float:
        return min(self.width, self.height) / 1080

    @property
    def margin(self) -> float:
        return 100 * self.unit

    @property
    def measure(self) -> float:
        return self.width - 2 * self.margin

    def pixels(self, size: float) -> int:
        return max(1, round(size * self.unit))


def drawable(text: str) -> bool:
    """Whether the font can show anything of it."""
    return bool(legible(text[:_LONGEST]))


def draw(text: str, size: tuple[int, int], style: Style = DEFAULT) -> bytes:
    """A JPEG of the text (sRGB, baseline), the same bytes for the same text. `size` in pixels.

    The first sentence is the heading, closing hashtags are the foot; what does not fit ends in "…".
    """
    box = _Box(*size)
    copy = _copy(text)
    image = _ground(box, style)
    _put(image, box, style, *_set(copy, box))
    out = BytesIO()
    image.save(out, "JPEG", quality=QUALITY, subsampling=0)
    return out.getvalue()


def _copy(text: str) -> _Copy:
    text = normalise(text)
    at = hashtags.closing(text)
    running, foot = legible(text[:at][:_LONGEST]), legible(text[at:][:_LONGEST]).replace("\n", " ")
    if not running:
        running, foot = foot, ""
    end = len(running) if len(running) <= _SHORT and "\n" not in running else opening(running)
    if end > _HEADING:
        return _Copy("", running, foot)
    return _Copy(running[:end], running[end:].strip(), foot)


def _set(copy: _Copy, box: _Box) -> tuple[list[_Block], _Block]:
    """The blocks above, as large as they fit, and the foot."""
    foot = _foot(copy, box)
    room = box.height - 2 * box.margin - _RULE * box.unit - (foot.height + 40 * box.unit if copy.foot else 0)
    for size, cut in [*((size, False) for size in _SIZES), *((size, True) for size in _SIZES if size <= _MODEST)]:
        blocks = _blocks(copy, box, size)
        if (cut or all(block.whole for block in blocks)) and _height(blocks) <= room:
            return blocks, foot
    return _shortened(copy, box, room), foot


def _shortened(copy: _Copy, box: _Box, room: float) -> list[_Block]:
    """The smallest size, with as much of the rest as fits."""
    fits, over = 0, len(copy.rest) + 1
    blocks = _blocks(_Copy(copy.heading, "", copy.foot), box, _SIZES[-1])
    while over - fits > 1:
        most = (fits + over) // 2
        rest = shorten(copy.rest, most, code_points)
        tried = _blocks(_Copy(copy.heading, rest, copy.foot), box, _SIZES[-1])
        if _height(tried) <= room:
            fits, blocks = most, tried
        else:
            over = most
    return blocks


def _blocks(copy: _Copy, box: _Box, size: int) -> list[_Block]:
    blocks = []
    if copy.heading:
        ruler = Ruler(Weight.STRONG, box.pixels(size))
        lines = balanced(copy.heading, ruler, box.measure)
        blocks.append(_Block(tuple(lines), ruler, leading=1.14 * ruler.size))
    if copy.rest:
        ruler = Ruler(Weight.EVEN, box.pixels(max(size * 0.56, _SMALLEST)))
        space = 0.9 * ruler.size if blocks else 0
        blocks.append(_Block(tuple(wrap(copy.rest, ruler, box.measure)), ruler, 1.4 * ruler.size, space))
    return blocks


def _foot(copy: _Copy, box: _Box) -> _Block:
    ruler = Ruler(Weight.EVEN, box.pixels(_SMALLEST))
    lines = wrap(copy.foot, ruler, box.measure)[:_FOOT_LINES] if copy.foot else []
    return _Block(tuple(lines), ruler, leading=1.4 * ruler.size)


def _height(blocks: list[_Block]) -> float:
    return sum(block.space + block.height for block in blocks)


def _ground(box: _Box, style: Style) -> "Image":
    """A soft change from one tone to the other, with a large low sun."""
    from PIL import Image

    size = (box.width, box.height)
    fade = Image.linear_gradient("L").resize(size)
    image = Image.composite(Image.new("RGB", size, style.below), Image.new("RGB", size, style.above), fade)
    radius = 0.46 * min(size)
    _round(image, (box.width - 1.25 * radius, -0.75 * radius), (2 * radius, 2 * radius), style.sun)
    return image


def _round(image: "Image", at: tuple[float, float], size: tuple[float, float], colour: Colour) -> None:
    """A shape with round ends and smooth edges: drawn four times as large, then reduced."""
    from PIL import Image, ImageDraw

    width, height = (max(1, round(side)) for side in size)
    large = Image.new("L", (4 * width, 4 * height))
    ImageDraw.Draw(large).rounded_rectangle((0, 0, 4 * width - 1, 4 * height - 1), radius=2 * height, fill=255)
    image.paste(colour, (round(at[0]), round(at[1])), large.resize((width, height)))


def _put(image: "Image", box: _Box, style: Style, blocks: list[_Block], foot: _Block) -> None:
    """Blocks a little above the middle, under a short rule; the foot at the lower margin."""
    from PIL import ImageDraw

    pen = ImageDraw.Draw(image)
    foot_top = box.height - box.margin - foot.height
    total = _RULE * box.unit + _height(blocks)
    top = box.margin + max(0, 0.45 * (foot_top - box.margin - total))
    _round(image, (box.margin, top), (96 * box.unit, 12 * box.unit), style.accent)
    top += _RULE * box.unit
    for block in blocks:
        top = _write(pen, block, (box.margin, top + block.space), style)
    _write(pen, foot, (box.margin, foot_top), style)


def _write(pen: "ImageDraw", block: _Block, at: tuple[float, float], style: Style) -> float:
    """Draw a block and say where it ends. Hashtags are quieter than the rest."""
    left, top = at
    for line in block.lines:
        for word, shift in line.words:
            colour = style.quiet if word.startswith("#") else style.ink
            pen.text((left + shift, top + block.leading / 2), word, colour, block.ruler.font, anchor="lm")
        top += block.advance(line)
    return top
