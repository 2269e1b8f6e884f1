"""The text of a card as blocks of lines, as large as the room allows; what does not fit ends in "…"."""

import math
from dataclasses import dataclass

from adapters import fonts
from adapters.card_box import Area, Box
from adapters.card_text import Copy
from adapters.emoji import is_sign, only_signs
from adapters.fonts import Face
from adapters.typeset import Line, Ruler, balanced, settled

SMALLEST = 40
"""Pixels of the smallest text on a card 1080 wide."""
_SIZES = (56, 60, 64, 68, 72, 78, 84, 90, 96, 104, 112, 120, 128, 144, 160, 176, 192, 208, 224, 240, 260, 280, 300)
_MODEST = 78  # of a heading with a word so long that it must be cut
_EASY = 46  # of the rest when not all of it fits: then less of it, but easy to read
_TIGHT = (72, 56)  # sizes of the heading that make more room
_WORTH = 120  # characters of the rest worth reading
_LARGEST_REST = 60
_LARGEST_ALONE = 72  # of a text without a heading
_LARGEST_EMOJI = 280  # of emoji alone
_LEAST_EVEN = 0.86  # of the width: how far running text may be drawn in to leave no lone word on its last line
_NEARLY = 0.78  # of the largest size: a heading may be that small when its lines become more even
_SHORT = 0.4  # of the longest line: a last line below this looks lost,
_LOST = 0.88  # and costs so much of what pleases
_AIRY, _FULL = 0.86, 0.93  # of the room: what a large heading may fill alone, and with the rest
_FOOT_LINES = 2


@dataclass(frozen=True, slots=True)
class Manner:
    """How a template sets its text. `largest` in pixels of a card 1080 wide, the others in units of the text's size."""

    face: Face = Face.STRONG
    largest: int = 176
    leading: float = 1.14
    gap: float = 0.9
    ornament: float = 60  # height in units of what stands above the text, with the space below it
    rest: float = 0.5  # size of the rest by that of the heading
    quoted: bool = False  # the template itself has the quotation mark


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one size. `leading` is from line to line, `space` stands above the block; in pixels."""

    lines: tuple[Line, ...]
    ruler: Ruler
    leading: float
    space: float = 0

    @property
    def height(self) -> float:
        return sum(self.advance(line) for line in self.lines)

    @property
    def lone(self) -> bool:
        """Whether the last line is one short word."""
        last = self.lines[-1]
        return len(self.lines) > 1 and last.width < _SHORT * max(line.width for line in self.lines)

    @property
    def whole(self) -> bool:
        return all(line.whole for line in self.lines)

    def advance(self, line: Line) -> float:
        return self.leading if line.words else self.leading / 2


@dataclass(frozen=True, slots=True)
class Setting:
    """What stands on a card, ready to be drawn."""

    heading: Block | None
    rest: Block | None
    foot: Block | None

    @property
    def above(self) -> tuple[Block, ...]:
        return tuple(block for block in (self.heading, self.rest) if block)

    @property
    def told(self) -> int:
        """Characters of the rest."""
        return sum(len(word) for line in self.rest.lines for word, _ in line.words) if self.rest else 0

    @property
    def height(self) -> float:
        """Of what stands above the foot."""
        return sum(block.space + block.height for block in self.above)


def fit(copy: Copy, box: Box, area: Area, manner: Manner) -> Setting:
    """The largest setting that fits; hashtags are left out before any of the text is."""
    fitter = _Fitter(box, area, manner)
    copy = copy.unquoted() if manner.quoted else copy
    bare, running = copy.without_foot(), copy.running()
    return (
        fitter.whole(copy)
        or fitter.whole(bare)
        or fitter.shortened(copy)
        or fitter.shortened(bare)
        or fitter.whole(running)
        or fitter.shortened(running)
        or fitter.set(running, _SIZES[0])
    )


@dataclass(frozen=True, slots=True)
class _Fitter:
    box: Box
    area: Area
    manner: Manner

    def whole(self, copy: Copy) -> Setting | None:
        """All of the text; words are cut only when that is not possible otherwise."""
        most = max(self.manner.largest, _LARGEST_EMOJI if only_signs(copy.heading) else 0)
        sizes = [size for size in _SIZES if size <= most]
        modest = [size for size in sizes if size <= _MODEST]
        return self._best(copy, sizes) or self._largest(copy, modest, cut=True)

    def _best(self, copy: Copy, sizes: list[int]) -> Setting | None:
        """The largest, or one not much smaller with lines that are more alike."""
        largest = self._largest(copy, sizes, cut=False)
        if not largest or not largest.heading:
            return largest
        size = largest.heading.ruler.size / self.box.unit
        smaller = (self.set(copy, each) for each in sizes if _NEARLY * size <= each < size - 1)
        return max((largest, *filter(self._suits, smaller)), key=_pleasing)

    def _suits(self, setting: Setting) -> bool:
        return self._fits(setting) and all(block.whole for block in setting.above)

    def shortened(self, copy: Copy) -> Setting | None:
        """As much of the rest as fits: at an easy size when that is worth reading, else at the size that holds most."""
        best: Setting | None = None
        for size in (round(_EASY / self.manner.rest), *_TIGHT):
            tried = self._shortened(copy, size)
            if tried and (best is None or tried.told > best.told):
                best = tried
            if best and best.told >= _WORTH:
                break
        return best

    def _shortened(self, copy: Copy, size: int) -> Setting | None:
        fits, over, found = 0, len(copy.rest) + 1, None
        while over - fits > 1:
            most = (fits + over) // 2
            shorter = copy.shortened(most)
            tried = self.set(shorter, size) if shorter else None
            if tried is None:
                fits = most
            elif self._fits(tried):
                fits, found = most, tried
            else:
                over = most
        return found

    def set(self, copy: Copy, size: int) -> Setting:
        heading = self._heading(copy.heading, size) if copy.heading else None
        rest = self._rest(copy.rest, size, after=heading is not None) if copy.rest else None
        return Setting(heading, rest, self._foot(copy.foot) if copy.foot else None)

    def _largest(self, copy: Copy, sizes: list[int], *, cut: bool) -> Setting | None:
        found, low, high = None, 0, len(sizes)
        while low < high:
            middle = (low + high) // 2
            tried = self.set(copy, sizes[middle])
            share = 1 if sizes[middle] <= _MODEST else _FULL if copy.rest else _AIRY
            if self._fits(tried, share) and (cut or all(block.whole for block in tried.above)):
                found, low = tried, middle + 1
            else:
                high = middle
        return found

    def _fits(self, setting: Setting, share: float = 1) -> bool:
        foot = setting.foot.space + setting.foot.height if setting.foot else 0
        return setting.height + foot + self.manner.ornament * self.box.rise <= share * self.area.height

    def _heading(self, text: str, size: int) -> Block:
        ruler = Ruler(self._face(text), self.box.pixels(size))
        return Block(tuple(balanced(text, ruler, self.area.width)), ruler, self.manner.leading * ruler.size)

    def _rest(self, text: str, size: int, *, after: bool) -> Block:
        most = _LARGEST_REST if after else _LARGEST_ALONE
        ruler = Ruler(Face.EVEN, self.box.pixels(min(max(size * self.manner.rest, SMALLEST), most)))
        lines = settled(text, ruler, self.area.width, _LEAST_EVEN)
        return Block(tuple(lines), ruler, 1.4 * ruler.size, self.manner.gap * ruler.size if after else 0)

    def _foot(self, text: str) -> Block:
        ruler = Ruler(Face.EVEN, self.box.pixels(SMALLEST))
        lines = balanced(text, ruler, self.area.width)[:_FOOT_LINES]
        return Block(tuple(lines), ruler, 1.4 * ruler.size, self.box.pixels(SMALLEST))

    def _face(self, text: str) -> Face:
        """The template's, or the one that has every letter."""
        letters = {ord(sign) for sign in text if not sign.isspace() and not is_sign(sign)}
        return self.manner.face if letters <= fonts.repertoire(self.manner.face) else Face.STRONG


def _pleasing(setting: Setting) -> float:
    """A large heading is; one whose lines are alike in width is more so, and one after which no word ends up alone."""
    if not setting.heading:
        return 0
    widths = [line.width for line in setting.heading.lines if line.words]
    even = sum(widths) / max(widths) / len(widths)
    lone = setting.rest is not None and setting.rest.lone
    return math.sqrt(setting.heading.ruler.size) * even * (_LOST if lone else 1)
