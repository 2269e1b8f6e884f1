"""The page: one phone, the wall of the networks, and the switches of trouble. For this machine only."""

import asyncio
import secrets
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from bot.i18n import Words
from bot.sandbox.consent import consent_page
from bot.sandbox.hosting import Handler, cut_off, meant_for_us, served
from bot.sandbox.life import Life
from bot.sandbox.networks import Network, Networks
from bot.sandbox.page_actions import Actions
from bot.sandbox.page_bodies import MOST_JSON, Unclear
from bot.sandbox.page_events import HEADERS as EVENTS
from bot.sandbox.page_events import Listener
from bot.sandbox.phone import Phone
from bot.sandbox.pictures import FOLDER, found, media_type
from bot.sandbox.telegram import SandboxTelegram

PAGE = Path(__file__).parent / "page"
MOST_TOKENS = 100
GAP = 0.08
"""Seconds between the parts of an album."""
TYPES = {
    ".css": "text/css",
    ".html": "text/html",
    ".ico": "image/x-icon",
    ".js": "text/javascript",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
POLICY = (
    "default-src 'self'; img-src 'self' blob: data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
FOR_EVER = "private, max-age=31536000, immutable"


async def _gap() -> None:
    await asyncio.sleep(GAP)


@dataclass(frozen=True, slots=True)
class PageServer:
    """`renew` gives a network's account a new permission. `folder` holds index.html and the other files of the page."""

    telegram: SandboxTelegram
    phone: Phone
    networks: Networks
    life: Life
    words: Words
    renew: Callable[[str], Awaitable[None]]
    folder: Path = PAGE
    gap: Callable[[], Awaitable[None]] = _gap
    _tokens: deque[str] = field(default_factory=lambda: deque(maxlen=MOST_TOKENS))
    """Of the consent pages that were shown and not answered."""

    @asynccontextmanager
    async def open(self, port: int = 0) -> AsyncIterator[str]:
        """The address of the page. Raises OSError when the port is in use."""
        app = web.Application(middlewares=[self._guard], client_max_size=MOST_JSON)
        app.router.add_get("/", self._index)
        app.router.add_get("/assets/{name}", self._asset)
        app.router.add_get("/events", self._events)
        app.router.add_get(f"{FOLDER}/{{name}}", self._picture)
        app.router.add_get("/consent/{key}", self._consent)
        app.router.add_post("/consent/{key}", self._allow)
        app.router.add_routes(Actions(self.telegram, self.phone, self.networks, self.life, self.gap).routes())
        app.on_response_prepare.append(_harden)
        async with served(app, port) as address:
            self.networks.page = f"{address}/"
            yield self.networks.page

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Our own page only; every refusal is one sentence."""
        try:
            _check(request)
            return await handler(request)
        except ConnectionError:
            return cut_off(request)
        except Unclear as unclear:
            return self._refusal(unclear)
        except web.HTTPRequestEntityTooLarge:
            return self._refusal(Unclear("too_much", status=413))
        except web.HTTPNotFound:
            return self._refusal(Unclear("not_found", status=404))
        except web.HTTPMethodNotAllowed as wrong:
            refusal = self._refusal(Unclear("not_allowed", status=405))
            refusal.headers["Allow"] = wrong.headers["Allow"]
            return refusal

    def _refusal(self, unclear: Unclear) -> web.Response:
        sentence = self.words(f"sandbox.{unclear.code}", **unclear.params)
        return web.json_response({"error": sentence}, status=unclear.status)

    async def _index(self, _: web.Request) -> web.Response:
        return await self._file("index.html")

    async def _asset(self, request: web.Request) -> web.Response:
        return await self._file(request.match_info["name"])

    async def _file(self, name: str) -> web.Response:
        """A name is looked up among those there are: it never becomes a path."""
        path = await asyncio.to_thread(self._files, name)
        if path is None or path.suffix not in TYPES:
            raise web.HTTPNotFound
        return web.Response(body=await asyncio.to_thread(path.read_bytes), content_type=TYPES[path.suffix])

    def _files(self, name: str) -> Path | None:
        files = self.folder.iterdir() if self.folder.is_dir() else ()
        return next((file for file in files if file.name == name and file.is_file()), None)

    async def _picture(self, request: web.Request) -> web.Response:
        data = found(request.match_info["name"], self.telegram.state.files, self.networks)
        kind = media_type(data) if data is not None else None
        if data is None or kind is None:
            raise web.HTTPNotFound
        return web.Response(body=data, content_type=kind, headers={"Cache-Control": FOR_EVER})

    async def _consent(self, request: web.Request) -> web.Response:
        network, token = self._network(request), secrets.token_urlsafe(24)
        page = consent_page(network, request.query, token, self.words)
        if "redirect_uri" in request.query:
            self.networks.consented(network.key, token, request.query["redirect_uri"])
        else:
            self._tokens.append(token)
        return web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})

    async def _allow(self, request: web.Request) -> web.Response:
        network, token = self._network(request), (await request.post()).get("token")
        if token not in self._tokens:
            raise Unclear("not_from_page", status=403)
        self._tokens.remove(str(token))
        await self.renew(network.key)
        self.networks.renewed(network.key)
        raise web.HTTPSeeOther("/")

    def _network(self, request: web.Request) -> Network:
        network = self.networks.by_key.get(request.match_info["key"])
        if network is None:
            raise Unclear("no_network", status=404)
        return network

    async def _events(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers=EVENTS)
        await response.prepare(request)
        with suppress(ConnectionError):
            await Listener(self.telegram.state, self.phone, self.networks, self.life).listen(response)
        return response


def _check(request: web.Request) -> None:
    """Raises Unclear. No form and no script of a foreign page can send that header; our one form has its token."""
    if not meant_for_us(request):
        raise Unclear("foreign", status=403)
    asks = request.method in {"GET", "HEAD"} or request.path.startswith("/consent/")
    if not asks and request.headers.get("X-Requested-With") != "page":
        raise Unclear("not_from_page", status=403)


async def _harden(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if response.content_type in {"text/html", "text/css", "text/javascript"}:
        response.charset = "utf-8"
