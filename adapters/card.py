"""A picture drawn from a text, for networks that take no post without one."""

from io import BytesIO
from typing import TYPE_CHECKING

from adapters import card_text
from adapters.card_box import Area, Box
from adapters.card_canvas import Canvas
from adapters.card_grounds import Placed
from adapters.card_palette import Palette
from adapters.card_setting import Block, Setting, fit
from adapters.card_style import Style
from adapters.card_templates import BY_NAME, Template
from adapters.card_text import drawable
from adapters.colour import Colour

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

__all__ = ["DEFAULT", "TEMPLATES", "Style", "draw", "drawable"]

QUALITY = 90
TEMPLATES: tuple[str, ...] = tuple(BY_NAME)
"""The names of the templates; the first is the default."""
DEFAULT = Style()


def draw(text: str, size: tuple[int, int], style: Style = DEFAULT) -> bytes:
    """A JPEG of the text (sRGB, baseline), the same bytes for the same text. `size` in pixels.

    The first sentence is the heading, closing hashtags are the foot; what does not fit ends in "…".
    """
    out = BytesIO()
    _picture(text, Box(*size), style.look, style.palette).save(out, "JPEG", quality=QUALITY, subsampling=0)
    return out.getvalue()


def _picture(text: str, box: Box, look: Template, tones: Palette) -> "Image":
    area = box.area(look.inset)
    setting = fit(card_text.read(text), box, area, look.manner)
    placed = _place(setting, box, area, look)
    canvas = Canvas(box, tones.background)
    look.paint(canvas, tones, placed)
    _put(canvas, setting, placed, look, tones)
    return canvas.image


def _place(setting: Setting, box: Box, area: Area, look: Template) -> Placed:
    """The text a little above the middle of its room, the foot at the lower margin."""
    ornament = look.manner.ornament * box.rise
    foot = setting.foot.height if setting.foot else 0
    room = area.height - foot - (setting.foot.space if setting.foot else 0)
    top = area.top + max(0, look.place * (room - ornament - setting.height))
    heading = setting.heading.height if setting.heading else 0
    return Placed(area, top, top + ornament + heading, area.bottom - foot, setting.rest is None)


def _put(canvas: Canvas, setting: Setting, placed: Placed, look: Template, tones: Palette) -> None:
    from PIL import ImageDraw

    pen = ImageDraw.Draw(canvas.image)
    top = placed.top + look.manner.ornament * canvas.box.rise
    for block in setting.above:
        reverse = look.on_accent and block is setting.heading
        ink, quiet = (tones.reverse, tones.reverse) if reverse else (tones.ink, tones.quiet)
        top = _write(pen, block, placed.area, top + block.space, centred=look.centred, ink=ink, quiet=quiet)
    if setting.foot:
        _write(pen, setting.foot, placed.area, placed.foot_top, centred=look.centred, ink=tones.ink, quiet=tones.quiet)


def _write(
    pen: "ImageDraw", block: Block, area: Area, top: float, *, centred: bool, ink: Colour, quiet: Colour
) -> float:
    """Draw a block and say where it ends. Hashtags and emoji are quieter than the rest."""
    for line in block.lines:
        left = area.left + (area.width - line.width) / 2 if centred else area.left
        base = top + (block.leading + block.ruler.cap) / 2
        for word, shift in line.words:
            block.ruler.write(pen, (left + shift, base), word, quiet if word.startswith("#") else ink, quiet)
        top += block.advance(line)
    return top
