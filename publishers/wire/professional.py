"""One professional account of Instagram: what its containers become, and what it shows.

API: https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-user/media
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from adapters.adapted import Adapted, Part
from publishers.engine.contract import Seen, Steps
from publishers.wire.beside import beside
from publishers.wire.containers import KEEPS, Containers
from publishers.wire.gallery import Gallery, Picture
from publishers.wire.graph import Graph, moment


@dataclass(frozen=True, slots=True)
class Kind:
    """What a container becomes. `shelf`: the edge that lists it; `listed`: the media type it has there."""

    shelf: str
    listed: str
    keeps: timedelta = KEEPS


PICTURE, STORY_PICTURE = Kind("media", "IMAGE"), Kind("stories", "IMAGE")
CAROUSEL = Kind("media", "CAROUSEL_ALBUM", KEEPS / 2)
"""The pictures in it are kept as long: together no longer than one of them lives."""


def kind_of(post: Adapted) -> Kind:
    if post.format == "story":
        return STORY_PICTURE
    return CAROUSEL if post.parts[0].media[1:] else PICTURE


@dataclass(frozen=True, slots=True)
class Professional:
    """One account and the token that may publish on it. `page_id` only where the linked page can be used."""

    id: str
    graph: Graph
    page_id: str | None = None

    @property
    def gallery(self) -> Gallery:
        return Gallery(self.graph, self.page_id)

    @property
    def containers(self) -> Containers:
        return Containers(self.graph, self.id)

    async def create(self, picture: Picture, **fields: Any) -> str:
        """A container around a picture (invisible): its id. Raises MediaMissing."""
        return await self.containers.create(image_url=await self.gallery.url(picture), **fields)

    async def recent(self, kind: Kind) -> tuple[list[Seen], timedelta]:
        fields = "id,caption,permalink,timestamp,media_type"
        media, skew = await self.graph.list(self.id, kind.shelf, fields=fields, limit=25)
        return [seen(item) for item in media if item.get("media_type", kind.listed) == kind.listed], skew


def seen(item: dict[str, Any]) -> Seen:
    return Seen(item["id"], moment(item["timestamp"]), item.get("caption", ""), item.get("permalink"))


@dataclass(frozen=True, slots=True)
class Making:
    """The invisible part of a post: its container, with those of its pictures in it, ready to be published."""

    account: Professional
    steps: Steps

    async def made(self, kind: Kind, part: Part, pictures: Sequence[Picture]) -> str:
        container = await self.steps.prepare("container", self._container(kind, part, pictures), keeps=kind.keeps)
        return await self._ready(container, "container")

    async def _container(self, kind: Kind, part: Part, pictures: Sequence[Picture]) -> str:
        first = pictures[0]
        if kind is STORY_PICTURE:
            return await self.account.create(first, media_type="STORIES")
        if kind is PICTURE:
            return await self.account.create(first, caption=part.text or None, alt_text=first.alt)
        children = await beside(self._child, pictures)
        return await self.account.containers.around(
            {child: f"child-{number}" for number, child in enumerate(children, 1)},
            media_type="CAROUSEL", caption=part.text or None,
        )  # fmt: skip

    async def _child(self, picture: Picture) -> str:
        made = self.account.create(picture, is_carousel_item=True, alt_text=picture.alt)
        child = await self.steps.prepare(f"child-{picture.number}", made, keeps=CAROUSEL.keeps)
        return await self._ready(child, f"child-{picture.number}")

    async def _ready(self, container: str, key: str) -> str:
        await self.steps.prepare(f"ready-{container}", self.account.containers.ready(container, key))
        return container
