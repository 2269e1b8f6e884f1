"""Small stand-ins for what the engine gives a publisher: steps and media in memory."""

import hashlib
import io
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from PIL import Image

from adapters.adapted import Adapted, Media, Part
from fakes.clock import FakeClock
from publishers.engine.contract import Absent, Act, Receipt
from publishers.engine.errors import PublishingError, Unconfirmed
from publishers.engine.matching import Sighting
from publishers.engine.outside import MediaMissing


@dataclass
class MemorySteps:
    """Remembers prepared values and receipts; what is armed stays armed until the test looks for it."""

    clock: FakeClock
    values: dict[str, str] = field(default_factory=dict)
    made: dict[str, datetime] = field(default_factory=dict)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    armed: dict[str, datetime] = field(default_factory=dict)
    acts: dict[str, Act] = field(default_factory=dict)

    async def prepare(self, key: str, make: Coroutine[Any, Any, str], *, keeps: timedelta | None = None) -> str:
        fresh = keeps is None or key not in self.made or self.clock.now() < self.made[key] + keeps
        if key in self.values and (fresh or self.armed):
            make.close()
        else:
            self.values[key], self.made[key] = await make, self.clock.now()
        return self.values[key]

    async def commit(self, key: str, act: Act) -> Receipt:
        self.acts[key] = act
        if key in self.receipts:
            return self.receipts[key]
        if key in self.armed:
            return await self._resolve(key)
        self.armed[key] = self.clock.now()
        try:
            self.receipts[key] = await act.perform()
        except PublishingError as error:
            if error.definite:
                del self.armed[key]
            raise
        del self.armed[key]
        return self.receipts[key]

    async def done(self, key: str) -> Receipt | None:
        return self.receipts.get(key)

    async def link(self, receipt: Receipt) -> None:
        for key, kept in self.receipts.items():
            if kept.id == receipt.id:
                self.receipts[key] = receipt

    async def _resolve(self, key: str) -> Receipt:
        found = await self.look(key)
        if not isinstance(found, Receipt):
            raise Unconfirmed("nothing seen yet")
        del self.armed[key]
        self.receipts[key] = found
        return found

    async def look(self, key: str, *taken: str) -> Receipt | Absent | None:
        """One look for an armed step, as the engine makes it."""
        return await self.acts[key].find(Sighting(self.armed[key], frozenset(taken)))


@dataclass
class MemoryMedia:
    """`base` is the public address of the media; None when there is none."""

    base: str | None = None
    files: dict[str, bytes] = field(default_factory=dict)

    async def read(self, sha256: str) -> bytes:
        if hashlib.sha256(self.files.get(sha256, b"")).hexdigest() != sha256:
            raise MediaMissing(sha256)
        return self.files[sha256]

    def address(self, media: Media) -> str | None:
        return None if self.base is None else f"{self.base}/media/{media.sha256}"

    def add(self, width: int = 400, height: int = 400, alt: str = "", kind: str = "JPEG") -> Media:
        """A real picture."""
        written = io.BytesIO()
        Image.new("RGB", (width, height), (180, len(self.files) * 40 % 256, 60)).save(written, kind)
        data = written.getvalue()
        sha256 = hashlib.sha256(data).hexdigest()
        self.files[sha256] = data
        return Media(sha256, f"image/{kind.lower()}", width, height, len(data), alt)


def post(*texts: str, media: tuple[Media, ...] = (), link: str | None = None) -> Adapted:
    """Adapted texts; the pictures go with the first."""
    parts = tuple(Part(text, media if number == 0 else ()) for number, text in enumerate(texts))
    return Adapted("post", parts, link)
