"""Content: what a person writes and approves, before any network has shaped it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Image:
    """A picture a person sent: kept under its SHA-256, never under a name from outside. `size` in bytes."""

    sha256: str
    media_type: str
    width: int
    height: int
    size: int
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """Text and pictures of one draft. Equal content has an equal `digest`."""

    text: str
    images: tuple[Image, ...] = ()

    @property
    def digest(self) -> str:
        return fingerprint(self.dump())

    def dump(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def load(cls, stored: dict[str, Any]) -> "Content":
        return cls(text=stored["text"], images=tuple(Image(**image) for image in stored["images"]))


def fingerprint(value: object) -> str:
    """SHA-256 (hex) of a JSON value written in one canonical way: what is bound by hash is bound by this."""
    canonical = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
