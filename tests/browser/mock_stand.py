"""A stand-in for the page's server: serves the page, says what it is told to say, remembers what it was asked."""

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from aiohttp import web

PAGE = Path(__file__).parents[2] / "bot" / "sandbox" / "page"
HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
TYPES = {
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".html": "text/html",
    ".json": "application/json",
}
EMPTY_CHAT: dict[str, Any] = {
    "me": {"name": "Carmen"},
    "bot": {"name": "Pregonero", "username": "pregonero_bot"},
    "commands": [],
    "messages": [],
}


@dataclass(slots=True)
class Asked:
    method: str
    path: str
    body: Any
    marked: bool
    """It carried the header that forms of foreign pages cannot send."""


@dataclass(slots=True)
class MockStand:
    """`async with MockStand() as stand` serves at `stand.url`."""

    state: dict[str, Any] = field(
        default_factory=lambda: {"chat": EMPTY_CHAT, "wall": {"networks": []}, "bot": {"state": "up", "lives": 1}}
    )
    files: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    refusal: str | None = None
    """What to answer to the next thing asked, instead of doing it."""
    gate: asyncio.Event | None = None
    """While there is one, what is asked is answered only when it is set."""
    url: str = ""
    _lines: "set[asyncio.Queue[tuple[str, Any] | None]]" = field(default_factory=set)
    _runner: web.AppRunner | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)

    async def __aenter__(self) -> Self:
        await self.up()
        return self

    async def __aexit__(self, *problem: object) -> None:
        await self.down()

    async def up(self) -> None:
        """Serve; again at the same address after `down`."""
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/", self._page)
        app.router.add_get("/assets/{name}", self._page)
        app.router.add_get("/files/{name}", self._file)
        app.router.add_get("/events", self._events)
        app.router.add_route("*", "/{path:.*}", self._act)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.05)
        await self._runner.setup()
        port = int(self.url.rsplit(":", 1)[1]) if self.url else 0
        await web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def down(self) -> None:
        for line in self._lines:
            line.put_nowait(None)
        if self._runner is not None:
            await self._runner.cleanup()

    def say(self, kind: str, data: Any) -> None:
        """The new state of this kind, to every page."""
        if kind != "toast":
            self.state[kind] = data
        for line in self._lines:
            line.put_nowait((kind, data))

    def messages(self, *messages: dict[str, Any]) -> None:
        self.say("chat", {**self.state["chat"], "messages": list(messages)})

    async def heard(self, path: str, count: int = 1) -> Asked:
        """The last thing asked at this path, once there were `count`. Raises TimeoutError."""
        async with asyncio.timeout(5):
            while len(found := [each for each in self.asked if each.path == path]) < count:
                self._news.clear()
                await self._news.wait()
        return found[-1]

    async def _page(self, request: web.Request) -> web.StreamResponse:
        file = PAGE / request.match_info.get("name", "index.html")
        if file.parent != PAGE or not file.is_file():
            raise web.HTTPNotFound
        return web.Response(body=file.read_bytes(), content_type=TYPES[file.suffix], charset="utf-8", headers=HEADERS)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        data, kind = self.files[request.match_info["name"]]
        return web.Response(body=data, content_type=kind, headers={"X-Content-Type-Options": "nosniff"})

    async def _events(self, request: web.Request) -> web.StreamResponse:
        line: asyncio.Queue[tuple[str, Any] | None] = asyncio.Queue()
        for each in self.state.items():
            line.put_nowait(each)
        self._lines.add(line)
        stream = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await stream.prepare(request)
        try:
            while (said := await line.get()) is not None:
                await stream.write(f"event: {said[0]}\ndata: {json.dumps(said[1])}\n\n".encode())
        except ConnectionResetError:
            pass
        finally:
            self._lines.discard(line)
        return stream

    async def _act(self, request: web.Request) -> web.StreamResponse:
        body: Any = None
        if request.content_type.startswith("multipart/"):
            body = [(part.name, part.filename, await part.read()) async for part in await request.multipart()]  # type: ignore[union-attr] # no nested parts are sent
        elif request.can_read_body:
            body = await request.json()
        self.asked.append(Asked(request.method, request.path, body, request.headers.get("X-Requested-With") == "page"))
        self._news.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.refusal is not None:
            words, self.refusal = self.refusal, None
            return web.json_response({"error": words}, status=400)
        return web.Response(status=204)
