"""Adapted: one content in the form one network will get. What the person previews is what is sent."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from adapters.content import fingerprint


@dataclass(frozen=True, slots=True)
class Media:
    """A picture ready to be sent, kept under its SHA-256. `size` in bytes, width and height in pixels."""

    sha256: str
    media_type: str
    width: int
    height: int
    size: int
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that becomes public: a post, or one post of a thread."""

    text: str
    media: tuple[Media, ...] = ()


@dataclass(frozen=True, slots=True)
class Note:
    """What was done to the content, or why it cannot go (`blocks`). `code` is a key of the catalogue."""

    code: str
    params: Mapping[str, str | int] = field(default_factory=dict)
    blocks: bool = False


@dataclass(frozen=True, slots=True)
class Adapted:
    """The parts one network gets, in order. `files` holds bytes made here (by SHA-256) and is stored apart.

    `comment`: what is said below the first part once that is public; "": nothing.
    """

    format: str
    parts: tuple[Part, ...]
    link: str | None = None
    notes: tuple[Note, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict, compare=False, repr=False)
    comment: str = ""

    @property
    def digest(self) -> str:
        """Hash of what becomes public; notes and files are not part of it."""
        public = {"format": self.format, "parts": [asdict(part) for part in self.parts], "link": self.link}
        return fingerprint({**public, **self._commented()})

    @property
    def blocked(self) -> Note | None:
        """The first reason why this cannot be sent, if there is one."""
        return next((note for note in self.notes if note.blocks), None)

    def _commented(self) -> dict[str, str]:
        return {"comment": self.comment} if self.comment else {}

    def dump(self) -> dict[str, Any]:
        return {
            "format": self.format,
            "parts": [asdict(part) for part in self.parts],
            "link": self.link,
            **self._commented(),
            "notes": [{"code": note.code, "params": dict(note.params), "blocks": note.blocks} for note in self.notes],
        }

    @classmethod
    def load(cls, stored: dict[str, Any]) -> "Adapted":
        parts = tuple(
            Part(text=part["text"], media=tuple(Media(**media) for media in part["media"])) for part in stored["parts"]
        )
        notes = tuple(Note(**note) for note in stored["notes"])
        return cls(stored["format"], parts, stored["link"], notes, comment=stored.get("comment", ""))
