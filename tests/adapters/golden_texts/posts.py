"""The forty posts: what people wrote, whom they meant, and what they chose."""

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from adapters.content import Content, Image, Mark, Span
from adapters.profile import Place

FOLDER = Path(__file__).parent
FILES = tuple(sorted((FOLDER / "posts").glob("*.toml")))


@dataclass(frozen=True, slots=True)
class Person:
    """`handles` by network."""

    name: str
    handles: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Post:
    """`people` by what stands behind the @; `place`: where the author wants hashtags; `utm`: visits are counted."""

    id: str
    author: str
    about: str
    content: Content
    people: Mapping[str, Person]
    place: Place | None
    utm: bool

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.id}.md"


@cache
def posts() -> dict[str, Post]:
    """By id."""
    return {post.id: post for path in FILES for post in _read(tomllib.loads(path.read_text(encoding="utf-8")))}


def _read(file: dict[str, Any]) -> Iterator[Post]:
    people = {key: Person(each["name"], each) for key, each in file.get("people", {}).items()}
    for post in file["post"]:
        text = post["text"].removesuffix("\n")
        spans = sorted((_span(text, mark) for mark in post.get("spans", ())), key=lambda span: (span.start, -span.end))
        images = tuple(_image(f"{post['id']} {number}") for number in range(post.get("pictures", 0)))
        yield Post(
            id=post["id"],
            author=file["author"],
            about=post["about"],
            content=Content(text, images, spans=tuple(spans)),
            people={key: people[key] for key in post.get("names", ())},
            place=Place(post["place"]) if "place" in post else None,
            utm=post.get("utm", False),
        )


def _span(text: str, mark: dict[str, str]) -> Span:
    """On the first place where its words stand."""
    start = text.index(mark["words"])
    return Span(start, start + len(mark["words"]), Mark(mark["mark"]), mark.get("value", ""))


def _image(name: str) -> Image:
    """It stands for a picture: none is opened."""
    return Image(hashlib.sha256(name.encode()).hexdigest(), "image/jpeg", 1080, 1080, 200_000, alt=f"Foto {name[-1]}")
