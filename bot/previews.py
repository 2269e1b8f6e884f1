"""Previews: the pages a draft leads to are looked at beside everything else, so that a card can warn in time.

A card never waits for one. What is known is remembered for a while; what was found missing, only for a moment.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol
from urllib.parse import urlsplit

import structlog
from yarl import URL

from adapters import links
from bot.clock import SystemClock
from bot.render import CardLine
from bot.render.page import Page
from bot.settings import Settings
from bot.titles import title_of
from publishers.engine.outside import Clock
from publishers.wire.address import is_loopback
from publishers.wire.guarded import Fetched, Guarded, NotFetched

log = structlog.get_logger(__name__)

MOST_BYTES = 512 * 1024
MOST_SECONDS = 8.0
HTML = ("text/html", "application/xhtml+xml")
KEPT, MISSED = 3600.0, 120.0
"""Seconds for which a page, or that there is none, is remembered."""
MOST_KEPT = 256
AT_ONCE = 4
MOST_WAITING = 64
"""Drafts whose pages are being looked at; those beyond do without."""
GONE = frozenset({404, 410})
SERVER_FAULTS = range(500, 600)
_FAULTS = {
    "unknown_host": "unknown_host",
    "private": "private",
    "silent": "silent",
    "insecure": "silent",
    "redirects": "silent",
}


class Fetch(Protocol):
    async def __call__(
        self, url: str, *, most: int, types: Sequence[str] = (), seconds: float = 10.0, follow: bool = False
    ) -> Fetched:
        """Raises NotFetched."""


@dataclass(slots=True)
class Previews:
    """`fetch` None: nothing is ever looked at."""

    fetch: Fetch | None = None
    clock: Clock = field(default_factory=SystemClock)
    _kept: OrderedDict[str, tuple[float, Page]] = field(default_factory=OrderedDict)
    """By address, with the monotonic time until which it holds."""
    _reading: dict[str, asyncio.Task[Page]] = field(default_factory=dict)
    _looking: set[asyncio.Task[None]] = field(default_factory=set)
    _gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    def told(self, lines: Iterable[CardLine]) -> list[CardLine]:
        """The lines of a card with what is known of the pages they lead to."""
        return [replace(line, page=self._known(link)) if (link := _link(line)) else line for line in lines]

    def look(self, lines: Iterable[CardLine], missing: Callable[[], Awaitable[None]] | None = None) -> None:
        """Look at the pages that are not known, beside; `missing` is awaited when one of them is not there."""
        urls = list(dict.fromkeys(link for line in lines if (link := _link(line)) and self._known(link) is None))
        if self.fetch is None or not urls or len(self._looking) >= MOST_WAITING:
            return
        task = asyncio.create_task(self._look(self.fetch, urls, missing), name="previews")
        self._looking.add(task)
        task.add_done_callback(self._looking.discard)

    async def settle(self) -> None:
        """Wait until nothing is being looked at."""
        while self._looking:
            await asyncio.gather(*self._looking, return_exceptions=True)

    async def stop(self) -> None:
        tasks = [*self._looking, *self._reading.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _known(self, url: str) -> Page | None:
        until, page = self._kept.get(url, (0.0, None))
        return page if self.clock.monotonic() < until else None

    async def _look(self, fetch: Fetch, urls: Sequence[str], missing: Callable[[], Awaitable[None]] | None) -> None:
        pages = await asyncio.gather(*(self._page(fetch, url) for url in urls))
        if missing is not None and any(page.fault for page in pages):
            await missing()

    async def _page(self, fetch: Fetch, url: str) -> Page:
        """Two drafts that lead to the same page look at it once."""
        reading = self._reading.get(url)
        if reading is None:
            reading = self._reading[url] = asyncio.create_task(self._read(fetch, url), name="page")
            reading.add_done_callback(lambda _: self._reading.pop(url, None))
        return await asyncio.shield(reading)

    async def _read(self, fetch: Fetch, url: str) -> Page:
        async with self._gate:
            page = await _looked_at(fetch, url)
        log.debug("page looked at", host=page.host, fault=page.fault, status=page.status)
        self._kept.pop(url, None)
        self._kept[url] = (self.clock.monotonic() + (MISSED if page.fault else KEPT), page)
        while len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return page


@asynccontextmanager
async def previewing(settings: Settings, clock: Clock, guarded: Guarded) -> AsyncIterator[Previews]:
    """As the configuration says; by itself not when networks are simulated or Telegram is this machine."""
    stood_in = settings.mode == "sandbox" or is_loopback(urlsplit(settings.telegram.base_url).hostname or "")
    wanted = not stood_in if settings.previews is None else settings.previews
    previews = Previews(guarded.fetch if wanted else None, clock)
    yield previews
    await previews.stop()


def _link(line: CardLine) -> str | None:
    """What the network previews; where pictures take the place of that, the first link people can follow."""
    if not line.goes or line.adapted is None:
        return None
    written = (links.first(part.text) for part in line.adapted.parts)
    return line.adapted.link or next((url for url in written if url is not None), None)


async def _looked_at(fetch: Fetch, url: str) -> Page:
    """Who refuses to show a robot a page, or says that we may not ask, has one all the same."""
    page = Page(_readable(url), _host(url))
    try:
        found = await fetch(url, most=MOST_BYTES, types=HTML, seconds=MOST_SECONDS, follow=True)
    except NotFetched as reason:
        return replace(page, fault=_fault(reason))
    if found.ok:
        title = await asyncio.to_thread(title_of, found.body, found.charset)
        return replace(page, title=title, host=_host(found.url))
    missing = found.status in GONE or found.status in SERVER_FAULTS
    return replace(page, fault="refused", status=found.status) if missing else page


def _fault(reason: NotFetched) -> str:
    """What a person should know; "" for what says nothing of the page."""
    return _FAULTS.get(reason.code, "")


def _host(url: str) -> str:
    try:
        return (URL(url).host or "").removeprefix("www.")
    except ValueError:
        return urlsplit(url).netloc


def _readable(url: str) -> str:
    """Host and path as people write them; no query, which may hold what is nobody's business."""
    parts = urlsplit(url)
    return f"{parts.netloc.rpartition('@')[2].removeprefix('www.')}{parts.path}".rstrip("/")
