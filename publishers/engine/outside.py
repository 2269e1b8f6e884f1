"""The outside world as a publisher sees it: time, the wire, and the bytes of pictures."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from adapters.adapted import Media
from publishers.wire.http import Wire


class Clock(Protocol):
    def now(self) -> datetime:
        """Aware UTC."""

    def monotonic(self) -> float:
        """Seconds that never jump."""

    async def sleep(self, seconds: float) -> None: ...


class MediaStore(Protocol):
    async def read(self, sha256: str) -> bytes:
        """The bytes kept under this hash. Raises MediaMissing when they are gone or altered."""

    def address(self, media: Media) -> str | None:
        """A public, signed, expiring URL of this picture; None when we have no public address."""


class MediaMissing(Exception):
    """A picture that was approved is gone from the disk, or no longer what was approved."""


@dataclass(frozen=True, slots=True)
class Outside:
    clock: Clock
    wire: Wire
    media: MediaStore
