"""Profile: the limits of one network as data. The work with them is done in adapt.py, once for all networks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, StrEnum

POST = "post"
"""The format every network has."""


class Links(Enum):
    """What a URL in a text becomes: a preview card, plain clickable text, or dead text."""

    PREVIEW = "preview"
    INLINE = "inline"
    DEAD = "dead"


class Place(StrEnum):
    """Where the hashtags of a text go."""

    INLINE = "inline"
    """They stay where they were written."""
    END = "end"
    """Those that stand apart from the sentences go into one block below the text."""
    COMMENT = "comment"
    """That block becomes the first comment."""


class Markup(Enum):
    """What a network can show of bold, italics, links behind words, code and quotes."""

    PLAIN = "plain"
    """Nothing: the words only."""
    MARKDOWN = "markdown"
    """All of it, written as Markdown."""
    LITTLE = "little"
    """Nothing, and signs that mean something to it are escaped on the wire (adapters.little.little)."""


@dataclass(frozen=True, slots=True)
class Hashtags:
    """`most` is refused above; above `advised` the card warns. `places`: those it has, its usual one first."""

    most: int
    advised: int | None = None
    places: tuple[Place, ...] = (Place.INLINE, Place.END)


@dataclass(frozen=True, slots=True)
class Mentions:
    """`most` names with an @ are taken. `live`: they lead to somebody; otherwise an @ is only a sign there."""

    most: int | None = None
    live: bool = True


@dataclass(frozen=True, slots=True)
class Pictures:
    """Which pictures a network takes: the box they are fitted into, the same for all pictures of one post.

    Ratios are width / height, both bounds included; sides in pixels. With `alike`, all pictures of a post get the ratio
    of the first. `background` (RGB) shows where a picture is transparent. `card` is the size of a drawn image.
    """

    media_types: tuple[str, ...]
    most: int
    max_bytes: int
    min_ratio: float
    max_ratio: float
    max_width: int
    required: bool = False
    card: tuple[int, int] = (1080, 1080)
    min_width: int = 1
    alike: bool = False
    background: tuple[int, int, int] = (255, 255, 255)
    max_height: int | None = None


@dataclass(frozen=True, slots=True)
class Prices:
    """What one public part costs: `post`, or `linked` instead when there is a link in it; `described` for each picture.

    Of pictures, those with a description are meant.
    """

    post: Decimal
    linked: Decimal
    described: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything the adapter needs to know of a network.

    `limit` is the most a text may measure in units of `count` (0: it shows no text); with `thread`, a longer text
    becomes numbered parts, otherwise it is shortened. `fold` is where the network hides the rest behind "more"
    (characters), if it does. `others`: its formats beside the post ("story"), each with a profile of its own.
    `prices`: where it costs.
    """

    limit: int
    count: Callable[[str], int]
    hashtags: Hashtags
    links: Links
    pictures: Pictures
    thread: bool = False
    fold: int | None = None
    others: Mapping[str, "Profile"] = field(default_factory=dict)
    prices: Prices | None = None
    markup: Markup = Markup.PLAIN
    mentions: Mentions = Mentions()

    @property
    def formats(self) -> tuple[str, ...]:
        return (POST, *self.others)

    def form(self, format: str) -> "Profile":  # noqa: A002  # the design's word
        """What holds for this format. Raises ValueError for one it does not have."""
        if format != POST and format not in self.others:
            raise ValueError(f"unknown format {format!r}: one of {', '.join(self.formats)}")
        return self if format == POST else self.others[format]
