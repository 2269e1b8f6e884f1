"""Content: what a person writes and approves, before any network has shaped it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Fit(StrEnum):
    """What is done with a picture that is too wide or too tall for a network."""

    AUTO = "auto"
    """Cut it, unless too much would be lost: then show all of it on a blurred copy."""
    CROP = "crop"
    """Show the part with most to see."""
    CENTRE = "centre"
    """Show the middle."""
    BLUR = "blur"
    """Show all of it, on a blurred copy of itself."""
    PLAIN = "plain"
    """Show all of it, on the background of the network."""

    @property
    def whole(self) -> bool:
        return self in {Fit.BLUR, Fit.PLAIN}


@dataclass(frozen=True, slots=True)
class Image:
    """A picture a person sent: kept under its SHA-256, never under a name from outside. `size` in bytes.

    Width and height as it is meant to be seen, in pixels. `animated`: it moves, and only its first picture is shown.
    """

    sha256: str
    media_type: str
    width: int
    height: int
    size: int
    alt: str = ""
    animated: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """Text and pictures of one draft. Equal content has an equal `digest`.

    `fit` holds for all pictures. `design`: the template of a picture drawn from the text; "" is the configured one.
    """

    text: str
    images: tuple[Image, ...] = ()
    fit: Fit = Fit.AUTO
    design: str = ""

    @property
    def digest(self) -> str:
        return fingerprint(self.dump())

    def dump(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def load(cls, stored: dict[str, Any]) -> "Content":
        images = tuple(Image(**image) for image in stored["images"])
        return cls(stored["text"], images, Fit(stored.get("fit", Fit.AUTO)), stored.get("design", ""))


def fingerprint(value: object) -> str:
    """SHA-256 (hex) of a JSON value written in one canonical way: what is bound by hash is bound by this."""
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
