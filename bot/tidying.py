"""Tidying up: letters answered long ago, prepared values and pictures that nothing keeps any more."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import Protocol

import structlog

from bot.earlier import LATELY
from publishers.engine.outside import Clock
from publishers.engine.ports import Store, StoreUnavailable, Unit
from publishers.engine.retention import Keeps, Page, Prepared

log = structlog.get_logger(__name__)

LETTERS_KEPT = timedelta(days=3)
"""Longer than Telegram repeats an update (24 h), shorter than the week after which its numbers may start anew."""
LINKINGS_KEPT = timedelta(days=1)
"""After they ended: for whoever opens the link once more to be told that it was used."""
SLICE = 200
"""Rows read, values forgotten or files removed at once: others get their turn in between."""

PageOf = Callable[[Unit, str], Awaitable[Page]]


class Files(Protocol):
    async def old(self) -> frozenset[str]:
        """Hashes of the pictures that nobody used lately: only those may be removed."""

    async def discard(self, sha256s: Sequence[str]) -> int:
        """Remove those of them that nobody used meanwhile. How many."""


@dataclass(frozen=True, slots=True)
class Tidying:
    """Safe to be killed anywhere: what is to go is worked out anew each time, and nothing is marked before it goes."""

    store: Store
    files: Files
    clock: Clock
    keeps: Keeps

    async def tidy(self) -> None:
        """One round. What cannot be done now is left for the next."""
        try:
            removed = await self._tidy()
        except (StoreUnavailable, OSError) as fault:
            log.warning("not tidied up; the next round tries again", fault=str(fault))
            return
        if any(removed.values()):
            log.info("tidied up", **removed)

    async def _tidy(self) -> dict[str, int]:
        now = self.clock.now()
        async with self.store.unit() as unit:
            letters = await unit.inbox.purge(now - LETTERS_KEPT)
            linkings = await unit.linkings.purge(now - LINKINGS_KEPT)
            gists = await unit.repeats.purge(now - LATELY)
        async with self.store.view() as unit:
            since = await unit.retention.mark()
        values = await self._values(now, since)
        pictures = await self._pictures(now, since)
        return {"letters": letters, "linkings": linkings, "gists": gists, "values": values, "pictures": pictures}

    async def _values(self, now: datetime, since: int) -> int:
        forgotten, found = 0, SLICE
        while found == SLICE:
            async with self.store.view() as unit:
                over = await unit.retention.over(self.keeps, now, SLICE)
            found = await self._forget(over, since)
            forgotten += found
        return forgotten

    async def _forget(self, over: Sequence[Prepared], since: int) -> int:
        async with self.store.unit() as unit:
            return await unit.retention.forget(over, since)

    async def _pictures(self, now: datetime, since: int) -> int:
        """The last look and the removal are one write transaction: a job that moves again does so before or after.

        A draft that names an old picture anew has renewed the file first, so it is old no more.
        """
        old = await self.files.old()
        doomed = iter(sorted(old - await self._kept(now) if old else old))
        removed = 0
        while names := list(islice(doomed, SLICE)):
            async with self.store.unit() as unit:
                revived = await unit.retention.revived(since)
                removed += await self.files.discard([name for name in names if name not in revived])
        return removed

    async def _kept(self, now: datetime) -> frozenset[str]:
        async with self.store.view() as unit:
            answers = await unit.retention.of_answers()
        jobs = await self._all(lambda unit, after: unit.retention.of_jobs(self.keeps, now, after, SLICE))
        drafts = await self._all(lambda unit, after: unit.retention.of_drafts(self.keeps, now, after, SLICE))
        return answers | jobs | drafts

    async def _all(self, page_of: PageOf) -> frozenset[str]:
        """Page by page, each a view of its own: what changes meanwhile is noticed in the end."""
        found: set[str] = set()
        after: str | None = ""
        while after is not None:
            async with self.store.view() as unit:
                page = await page_of(unit, after)
            found |= page.sha256s
            after = page.next
        return frozenset(found)
