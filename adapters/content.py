"""Content: what a person writes and approves, before any network has shaped it."""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
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


class Mark(StrEnum):
    """What a stretch of text was given by hand."""

    BOLD = "bold"
    ITALIC = "italic"
    UNDERLINE = "underline"
    STRIKE = "strike"
    SPOILER = "spoiler"
    CODE = "code"
    BLOCK = "block"
    """Code on lines of its own; the value is its language."""
    QUOTE = "quote"
    LINK = "link"
    """Words that lead to an address, which is the value."""


@dataclass(frozen=True, slots=True)
class Span:
    """One mark on `text[start:end]`, in characters. Spans may lie within each other, and never cross."""

    start: int
    end: int
    mark: Mark
    value: str = ""


@dataclass(frozen=True, slots=True)
class Wording:
    """Words and how they are marked."""

    text: str
    spans: tuple[Span, ...] = ()

    def dump(self) -> dict[str, Any]:
        return {"text": self.text, **({"spans": [asdict(span) for span in self.spans]} if self.spans else {})}

    @classmethod
    def load(cls, stored: dict[str, Any]) -> "Wording":
        return cls(stored["text"], _spans(stored))


@dataclass(frozen=True, slots=True)
class Content:
    """Text and pictures of one draft. Equal content has an equal `digest`.

    `fit` holds for all pictures. `design`: the template of a picture drawn from the text; "" is the configured one.
    """

    text: str
    images: tuple[Image, ...] = ()
    fit: Fit = Fit.AUTO
    design: str = ""
    spans: tuple[Span, ...] = ()

    @property
    def digest(self) -> str:
        return fingerprint(self.dump())

    @property
    def wording(self) -> Wording:
        return Wording(self.text, self.spans)

    def worded(self, wording: Wording) -> "Content":
        """The same with other words."""
        return replace(self, text=wording.text, spans=wording.spans)

    def dump(self) -> dict[str, Any]:
        """Unmarked text is stored as it was before there were marks: its digest stays."""
        stored = asdict(self)
        if not self.spans:
            del stored["spans"]
        return stored

    @classmethod
    def load(cls, stored: dict[str, Any]) -> "Content":
        images = tuple(Image(**image) for image in stored["images"])
        fit = Fit(stored.get("fit", Fit.AUTO))
        return cls(stored["text"], images, fit, stored.get("design", ""), _spans(stored))


def _spans(stored: dict[str, Any]) -> tuple[Span, ...]:
    return tuple(Span(**{**span, "mark": Mark(span["mark"])}) for span in stored.get("spans", ()))


def fingerprint(value: object) -> str:
    """SHA-256 (hex) of a JSON value written in one canonical way: what is bound by hash is bound by this."""
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
