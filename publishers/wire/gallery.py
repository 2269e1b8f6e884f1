"""Pictures that Meta is to fetch: from our own public address, else from unpublished photos of a page (undocumented).

API: https://developers.facebook.com/docs/graph-api/reference/photo
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from adapters.adapted import Media
from publishers.engine.contract import Steps
from publishers.engine.errors import NotConfigured, PublishingError, Stale
from publishers.wire.beside import beside
from publishers.wire.graph import ALT_LIMIT, Graph
from publishers.wire.graph_faults import LOST
from publishers.wire.http import identified
from publishers.wire.uploads import uploaded


@dataclass(frozen=True, slots=True)
class Picture:
    """One of a post. `number`, from 1, tells it from its like; `photo`: that of the page, when it is fetched there."""

    number: int
    media: Media
    photo: str | None = None

    @property
    def alt(self) -> str | None:
        return self.media.alt[:ALT_LIMIT] or None


@dataclass(frozen=True, slots=True)
class Gallery:
    """`page_id`: a page that may hold pictures for us; None where there is none."""

    graph: Graph
    page_id: str | None = None

    async def hang(self, media: Sequence[Media], steps: Steps) -> list[Picture]:
        """Make them fetchable. Raises NotConfigured where there is no way, MediaMissing."""
        pictures = [Picture(number, each) for number, each in enumerate(media, start=1)]
        if all(self.graph.outside.media.address(each) for each in media):
            return pictures
        if self.page_id is None:
            raise NotConfigured("no public address for pictures and no page for them", code="no_public_address")
        photos = await uploaded(media, partial(self.graph.upload, self.page_id), steps, "photo")
        return [replace(picture, photo=photo.id) for picture, photo in zip(pictures, photos, strict=True)]

    async def url(self, picture: Picture) -> str:
        """Where it can be fetched for a while. Raises MediaMissing; Stale when the photo of the page is gone."""
        if picture.photo is not None:
            return await self._source(picture.photo, f"photo-{picture.number}")
        media = self.graph.outside.media
        await media.read(picture.media.sha256)  # nobody is sent to fetch a picture that we lost
        return identified({"url": media.address(picture.media)}, commit=False, field="url")

    async def _source(self, photo: str, key: str) -> str:
        try:
            found = await self.graph.reads.get_object(photo, fields="images")
        except PublishingError as error:
            raise Stale(key, detail=error.detail) if error.code in LOST else error from error
        images = found.get("images") or [{}]
        return identified(images[0], commit=False, field="source")

    async def clear(self, pictures: Sequence[Picture]) -> None:
        """Take the photos off the page again; whether that works changes nothing."""
        await beside(self._discard, [picture.photo for picture in pictures if picture.photo])

    async def _discard(self, photo: str) -> None:
        try:
            await self.graph.reads.delete_object(photo)
        except PublishingError:
            return
