"""The page as a browser would use it: requests with the header, and the events as they come."""

import asyncio
import io
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bot.sandbox.changes import Changes
from bot.sandbox.life import Doing

FROM_PAGE = {"X-Requested-With": "page"}


@dataclass
class PuppetLife:
    """A bot whose life is in our hands."""

    changes: Changes
    state: Doing = Doing.UP
    lives: int = 1
    killed: int = 0

    def kill(self) -> bool:
        if self.state is Doing.DOWN:
            return False
        self.killed += 1
        self.become(Doing.DOWN)
        return True

    def become(self, state: Doing) -> None:
        self.lives += state is Doing.STARTING
        self.state = state
        self.changes.happened()


@dataclass
class Events:
    """What one open page has heard, in order: (kind, data)."""

    heard: list[tuple[str, Any]] = field(default_factory=list)
    fresh: asyncio.Event = field(default_factory=asyncio.Event)

    def newest(self, kind: str) -> Any:
        return next((data for each, data in reversed(self.heard) if each == kind), None)

    async def until(self, kind: str, holds: Callable[[Any], Any] = lambda _: True, seconds: float = 5.0) -> Any:
        """The newest of this kind, once it holds."""
        async with asyncio.timeout(seconds):
            while True:
                self.fresh.clear()
                newest = self.newest(kind)
                if newest is not None and holds(newest):
                    return newest
                await self.fresh.wait()

    async def read(self, content: aiohttp.StreamReader) -> None:
        kind = ""
        async for raw in content:
            line = raw.decode().rstrip("\n")
            if line.startswith("event: "):
                kind = line.removeprefix("event: ")
            elif line.startswith("data: "):
                self.heard.append((kind, json.loads(line.removeprefix("data: "))))
                self.fresh.set()


@dataclass
class Browser:
    session: aiohttp.ClientSession
    address: str

    def url(self, path: str) -> str:
        return self.address.rstrip("/") + path

    async def ask(self, verb: str, path: str, **how: Any) -> tuple[int, Any]:
        """Status, and the body: JSON read, anything else as bytes."""
        how.setdefault("headers", FROM_PAGE)
        async with self.session.request(verb, self.url(path), **how) as answer:
            body = await answer.read()
            return answer.status, json.loads(body) if answer.content_type == "application/json" else body

    async def post(self, path: str, **body: Any) -> tuple[int, Any]:
        return await self.ask("POST", path, json=body)

    async def done(self, path: str, **body: Any) -> None:
        assert await self.post(path, **body) == (204, b"")

    async def pictures(self, *files: tuple[str, bytes], **fields: str) -> tuple[int, Any]:
        form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
        for name, data in files:
            form.add_field("picture", io.BytesIO(data), filename=name, content_type="image/jpeg")
        for name, value in fields.items():
            form.add_field(name, value)
        return await self.ask("POST", "/chat/pictures", data=form)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[Events]:
        events = Events()
        async with self.session.get(self.url("/events")) as answer:
            assert answer.content_type == "text/event-stream"
            reading = asyncio.create_task(events.read(answer.content))
            try:
                yield events
            finally:
                reading.cancel()
                await asyncio.wait([reading])
