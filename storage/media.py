"""Media files: pictures kept under the hash of their bytes, and the signed links under which networks fetch them."""

import asyncio
import hashlib
import hmac
import os
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock

from adapters.adapted import Media
from publishers.engine.outside import Clock, MediaMissing, MediaStore
from publishers.engine.ports import StoreUnavailable
from storage import durable

FOLDER = "media"
ROUTE = "media"
GRACE = timedelta(hours=1)
"""How long a file stays that nothing names: what names it may not be written down yet."""
KEEPS = timedelta(hours=24)
"""How long a link works: a network may fetch late, and fetch again."""
_HASH = re.compile(r"[0-9a-f]{64}")
_TOKEN = re.compile(r"([0-9a-f]{64})-([0-9]{1,12})-([0-9a-f]{64})")


class LinkRefused(Exception):
    """This link was not made here, or its time is over."""


class MediaFiles(MediaStore):
    """Files under `data_dir`/media. `key` signs links; without a `public_url` there are none."""

    def __init__(
        self, data_dir: Path, *, key: bytes, clock: Clock, public_url: str | None = None, keeps: timedelta = KEEPS
    ) -> None:
        self._folder = data_dir / FOLDER
        self._key = key
        self._clock = clock
        self._public_url = public_url
        self._keeps = keeps
        self._guard = Lock()
        """Nothing is renewed between the last look at a file and its end."""
        self._used: dict[str, float] = {}
        """Monotonic time at which this life kept or renewed a picture: the clock of the machine may jump."""

    async def write(self, data: bytes) -> str:
        """Keep the bytes, durably, and return their SHA-256 (hex). What is there already is left as it is."""
        return await asyncio.to_thread(self.keep, data)

    async def read(self, sha256: str) -> bytes:
        return await asyncio.to_thread(self.load, sha256)

    def keep(self, data: bytes) -> str:
        """As `write`, blocking: for a thread of one's own. Raises StoreUnavailable: disk full, not to be written."""
        sha256 = hashlib.sha256(data).hexdigest()
        try:
            if not (self.renew(sha256) and self._holds(sha256)):
                durable.write(self._path(sha256), data)
                self.renew(sha256)
        except OSError as error:
            raise StoreUnavailable(f"a picture cannot be kept: {error.strerror}") from error
        return sha256

    def renew(self, sha256: str) -> bool:
        """Whether it is there; if so it stays for the next hour, so that what names it can be written down."""
        with self._guard:
            self._used[sha256] = self._clock.monotonic()
            return _date(self._path(sha256), self._clock.now())

    def load(self, sha256: str) -> bytes:
        """As `read`, blocking. Raises MediaMissing."""
        try:
            data = self._path(sha256).read_bytes()
        except OSError as error:
            raise MediaMissing(f"picture {sha256[:12]} cannot be read: {error.strerror}") from None
        if hashlib.sha256(data).hexdigest() != sha256:
            raise MediaMissing(f"picture {sha256[:12]} is no longer what was approved")
        return data

    async def remove(self, sha256: str) -> None:
        """Forget the bytes; nothing happens when they are gone already."""
        await asyncio.to_thread(self._path(sha256).unlink, missing_ok=True)

    async def old(self) -> frozenset[str]:
        """What was neither kept nor renewed in the last hour. Halves of files that a crash left are removed."""
        return await asyncio.to_thread(self._old)

    async def discard(self, sha256s: Sequence[str]) -> int:
        """Remove those of them that are still old. How many."""
        return await asyncio.to_thread(lambda: sum(self._discard(sha256) for sha256 in sha256s))

    def _old(self) -> frozenset[str]:
        now, monotonic = self._clock.now(), self._clock.monotonic()
        with self._guard:
            self._used = {name: at for name, at in self._used.items() if monotonic - at < GRACE.total_seconds()}
        found = [(path, path.parent.name + path.name) for path in self._folder.glob("??/*")]
        for path, _ in found:
            if path.suffix == durable.HALF and not _young(path, now):
                path.unlink(missing_ok=True)
        return frozenset(name for path, name in found if _HASH.fullmatch(name) and not _young(path, now))

    def _discard(self, sha256: str) -> bool:
        """Looked at once more: it may just have been sent again."""
        path = self._path(sha256)
        with self._guard:
            used = self._used.get(sha256)
            if used is not None and self._clock.monotonic() - used < GRACE.total_seconds():
                return False
            if _young(path, self._clock.now()):
                return False
            path.unlink(missing_ok=True)
        return True

    def address(self, media: Media) -> str | None:
        if self._public_url is None:
            return None
        expiry = int((self._clock.now() + self._keeps).timestamp())
        token = f"{media.sha256}-{expiry}-{self._sign(media.sha256, expiry)}"
        return f"{self._public_url.rstrip('/')}/{ROUTE}/{token}"

    def resolve(self, token: str) -> str:
        """The SHA-256 for which this token of a link stands. Raises LinkRefused."""
        parts = _TOKEN.fullmatch(token)
        if parts is None:
            raise LinkRefused("this is not a link of ours")
        sha256, expiry, signature = parts[1], int(parts[2]), parts[3]
        if not hmac.compare_digest(signature, self._sign(sha256, expiry)):
            raise LinkRefused("this is not a link of ours")
        if self._clock.now() >= datetime.fromtimestamp(expiry, UTC):
            raise LinkRefused("the time of this link is over")
        return sha256

    def _sign(self, sha256: str, expiry: int) -> str:
        return hmac.new(self._key, f"{sha256}-{expiry}".encode(), hashlib.sha256).hexdigest()

    def _path(self, sha256: str) -> Path:
        if not _HASH.fullmatch(sha256):
            raise MediaMissing("no picture has such a name")
        return self._folder / sha256[:2] / sha256[2:]

    def _holds(self, sha256: str) -> bool:
        try:
            self.load(sha256)
        except MediaMissing:
            return False
        return True


def _date(path: Path, at: datetime) -> bool:
    """Give the file this time. False when it is not there."""
    try:
        os.utime(path, (at.timestamp(), at.timestamp()))
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def _young(path: Path, now: datetime) -> bool:
    """Used in the last hour, or not there at all. One of the future begins to age: the clock was wrong once."""
    try:
        age = now.timestamp() - path.stat().st_mtime
    except FileNotFoundError:
        return True
    if age < 0:
        _date(path, now)
    return age < GRACE.total_seconds()
