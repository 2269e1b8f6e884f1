"""The shapes of a post that the contract suite publishes on every rig: what its platform can take, and nothing else."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import text

from fakes.call import Public
from fakes.rigged import Bench, platform_of
from fakes.rigs import RIGS, Rig
from publishers.engine.model import Delivery, Job

TEXT = "Hoy hay pan de espelta & más 🍞 #pan"
LINK = "Hoy hay pan de espelta & más 🍞\n\nReceta en https://pan.example/espelta?de=hoy #pan"
COMMENTED = "Hoy hay pan de espelta & más 🍞\n\n#pan #horno"
HANDED = re.compile(r"sha256:([0-9a-f]{64})|.*/media/([0-9a-f]{64})")
"""How a request shows a picture: its bytes, or our address of it."""


@dataclass(frozen=True, slots=True)
class Shape:
    name: str
    text: str
    pictures: int = 0
    form: str = "post"

    def __str__(self) -> str:
        return self.name

    def seeded(self, seed: str) -> str:
        """A text of its own, where there is one."""
        return f"{seed}: {self.text}" if self.text else ""


def shapes(rig: Rig) -> Iterator[Shape]:
    """All that this rig's platform takes."""
    profile = platform_of(rig.platform).profile
    yield Shape("text", TEXT)
    yield Shape("link", LINK)
    most = profile.pictures.most
    for name, count in {"picture": 1, "album": 2, "largest": most}.items():
        if count == 1 or 1 < count <= most:
            yield Shape(name, LINK, count)
    yield Shape("wordless", "", 1)
    if most > 1:
        yield Shape("wordless_album", "", 2)
    for form in profile.formats[1:]:
        yield Shape(form, "Hoy hay pan", 1, form)


def shaped(*names: str) -> pytest.MarkDecorator:
    """Every rig with every shape; with those of these names (and of all formats beside the post for "other")."""
    pairs = [
        pytest.param(rig, shape, id=f"{rig}-{shape}")
        for rig in RIGS
        for shape in shapes(rig)
        if not names or shape.name in names or ("other" in names and shape.form != "post")
    ]
    return pytest.mark.parametrize(("rig", "shape"), pairs, indirect=["rig"])


async def approved(bench: Bench, shape: Shape, seed: str = "") -> Job:
    words = shape.seeded(seed) if seed else shape.text
    return await bench.approved(words, shape.pictures, shape.form)


def expected(delivery: Delivery) -> list[tuple[str, str, tuple[str, ...]]]:
    """Format, text and pictures of all that is to be public, part by part, and what is said below them."""
    post = delivery.adapted
    parts = [(post.format, part.text, tuple(media.sha256 for media in part.media)) for part in post.parts]
    return [*parts, *([("post", post.comment, ())] if post.comment else [])]


def seen(posts: list[Public]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(post.form, post.text, post.media) for post in posts]


def handed(bench: Bench) -> list[str]:
    """The SHA-256 of every picture the platform was given so far, by bytes or by address, each time it was."""
    values = [str(value) for asked in bench.fake.requests for value in asked.params.values()]
    return [found[1] or found[2] for value in values if (found := HANDED.match(value))]


async def prepared(bench: Bench, delivery: Delivery) -> dict[str, str]:
    """What is remembered of the delivery: values by their keys."""
    query = text("select key, value from step where delivery_id = :delivery and value is not null")
    async with bench.store._database.reading() as connection:  # type: ignore[attr-defined] # the real store
        return {row.key: row.value for row in await connection.execute(query, {"delivery": delivery.id})}


async def still_wanted(bench: Bench, delivery: Delivery) -> Counter[str]:
    """The pictures that a new life may hand over: those of which nothing is remembered."""
    all_of_them = Counter(media.sha256 for part in delivery.adapted.parts for media in part.media)
    values = (await prepared(bench, delivery)).values()
    return all_of_them - Counter(sha256 for value in values if (sha256 := bench.fake.held(value)))
