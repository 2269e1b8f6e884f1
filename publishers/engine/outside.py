"""The outside world as a publisher sees it: time, the wire, the bytes of pictures, and a gauge to fill."""

from dataclasses import dataclass, field
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
class Allowance:
    """What a platform itself says is left of one of its limits, until it begins anew at `resets_at`.

    `name` in the platform's words. `most`: of how many, where it says so.
    """

    name: str
    remaining: int
    resets_at: datetime
    most: int | None = None


@dataclass(slots=True)
class Gauge:
    """What was heard of one account's allowances while its platform was spoken to: the last word of each name."""

    heard: dict[str, Allowance] = field(default_factory=dict)
    asks: bool = False
    """Whether there is a call that would say more."""

    def saw(self, allowance: Allowance) -> None:
        self.heard[allowance.name] = allowance


@dataclass(frozen=True, slots=True)
class Outside:
    clock: Clock
    wire: Wire
    media: MediaStore
    gauge: Gauge = field(default_factory=Gauge)
