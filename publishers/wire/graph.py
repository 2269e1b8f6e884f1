"""Meta's Graph API (https://developers.facebook.com/docs/graph-api): what its networks share."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import structlog
from pydantic import SecretStr

from adapters.adapted import Media
from publishers.engine.contract import Receipt
from publishers.engine.errors import PublishingError
from publishers.engine.outside import Outside
from publishers.wire.http import File, identified

if TYPE_CHECKING:
    from publishers.wire.graph_client import GraphClient

log = structlog.get_logger(__name__)

FILE_NAMES = {"image/jpeg": "picture.jpg", "image/png": "picture.png"}
ALT_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Graph:
    """One token on one host. `url` without version and without a slash at its end."""

    outside: Outside
    url: str
    version: str
    token: SecretStr

    @property
    def reads(self) -> "GraphClient":
        """For calls that make nothing public."""
        return self._client(commit=False)

    @property
    def commits(self) -> "GraphClient":
        """For the call that makes something public."""
        return self._client(commit=True)

    def _client(self, *, commit: bool) -> "GraphClient":
        from publishers.wire.graph_client import GraphClient

        return GraphClient(self.outside, self.url, self.version, self.token, commit=commit)

    async def list(self, parent: str, edge: str, **args: Any) -> tuple[list[dict[str, Any]], timedelta]:
        """The items of an edge, and the platform's clock minus ours."""
        client = self.reads
        page = await client.get_connections(parent, edge, **args)
        return [item for item in page.get("data", []) if isinstance(item, dict)], client.skew

    async def upload(self, page_id: str, media: Media) -> str:
        """Put a picture on a page without publishing it: the photo's id. Raises MediaMissing."""
        picture = await read_picture(self.outside, media)
        photo = await self.reads.put_photo(picture, f"{page_id}/photos", published=False, **described(media))
        return identified(photo, commit=False)

    async def with_permalink(self, receipt: Receipt, field: str) -> Receipt:
        """The receipt with its permalink if it can be read: it is public already, so failing here is nothing.

        An id that the platform cannot have given (a rehearsal's) is not asked for.
        """
        if receipt.permalink or receipt.id is None or not receipt.id.replace("_", "").isdigit():
            return receipt
        try:
            post = await self.reads.get_object(receipt.id, fields=field)
        except PublishingError as error:
            log.info("permalink not read", id=receipt.id, code=error.code, detail=error.detail)
            return receipt
        return Receipt(receipt.id, post.get(field))


async def read_picture(outside: Outside, media: Media) -> File:
    """A picture as a file part: name, bytes, media type. Raises MediaMissing."""
    return FILE_NAMES.get(media.media_type, "picture"), await outside.media.read(media.sha256), media.media_type


def described(media: Media) -> dict[str, str]:
    """The description for people who do not see the picture, as pages take it."""
    return {"alt_text_custom": media.alt[:ALT_LIMIT]} if media.alt else {}


def moment(written: str) -> datetime:
    """Meta writes 2026-11-21T10:00:00+0000."""
    return datetime.fromisoformat(written)
