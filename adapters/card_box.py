"""The measures of a card and where text may stand on it."""

from dataclasses import dataclass

_STORY = 1.7
"""From this height to width on, a card fills a phone, and the app lays its own buttons over both ends."""
_HIDDEN_ABOVE, _HIDDEN_BELOW = 0.14, 0.18


@dataclass(frozen=True, slots=True)
class Area:
    """Where text may stand, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def grown(self, by: float) -> "Area":
        return Area(self.left - by, self.top - by, self.right + by, self.bottom + by)


@dataclass(frozen=True, slots=True)
class Box:
    """A card's size in pixels. `unit` is one pixel of a card 1080 wide."""

    width: int
    height: int

    @property
    def unit(self) -> float:
        return min(self.width / 1080, self.height / 540)

    @property
    def rise(self) -> float:
        """Like `unit`, but less on a card that is low: for what takes height from the text."""
        return min(self.unit, self.height / 800)

    @property
    def margin(self) -> float:
        return max(0.0926 * min(self.width, self.height), 0.06 * max(self.width, self.height))

    @property
    def story(self) -> bool:
        return self.height >= _STORY * self.width

    def pixels(self, size: float) -> int:
        return max(1, round(size * self.unit))

    def area(self, inset: float = 0) -> Area:
        """Inside the margins, those of a story included, and `inset` units further in."""
        side = self.margin + inset * self.unit
        above = _HIDDEN_ABOVE * self.height + 24 * self.unit if self.story else self.margin
        below = _HIDDEN_BELOW * self.height + 24 * self.unit if self.story else self.margin
        down = inset * self.rise
        return Area(side, above + down, self.width - side, self.height - below - down)
