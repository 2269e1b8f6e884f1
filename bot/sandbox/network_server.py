"""The simulated networks over HTTP, as the bot's simulator speaks to them (publishers/engine/remote_scene.py).

POST /<network>/pictures                       the bytes → 201 {id}; invisible
POST /<network>/accounts/<account>/posts       JSON → 201 {id, permalink} · 202 {id, status} · an error with a code
GET  /<network>/accounts/<account>             {id}, or that its permission has ended
GET  /<network>/accounts/<account>/posts       {posts}, after everything that arrived earlier has been decided
GET  /<network>/accounts/<account>/posts/<id>  what became of a submission
GET  /<network>/consent                        leads a person to the page that asks for permission
POST /<network>/token                          {code, redirect_uri} → 200 {accounts}, once
GET  /                                         leads a person to the page with the chat
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from http import HTTPStatus
from typing import Any

from aiohttp import web

from bot.sandbox.hosting import Handler, cut_off, meant_for_us, served
from bot.sandbox.networks import Fault, Kind, Network, Networks, Post
from bot.sandbox.submissions import Unreadable, wanted

MOST_BODY = 64 * 1024 * 1024
Sleep = Callable[[float], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Undecided:
    """A submission that is being looked at, and will be refused."""

    number: str
    until: datetime


class NetworkServer:
    """`reason` is what a network says when it refuses. `sleep` is how waiting is done."""

    def __init__(self, networks: Networks, reason: str, sleep: Sleep = asyncio.sleep) -> None:
        self._networks = networks
        self._reason = reason
        self._sleep = sleep
        self._busy: defaultdict[tuple[str, str], set[asyncio.Future[None]]] = defaultdict(set)
        self._undecided: dict[str, Undecided] = {}

    @asynccontextmanager
    async def open(self) -> AsyncIterator[str]:
        """The address for `simulator.url`."""
        app = web.Application(middlewares=[self._guard], client_max_size=MOST_BODY)
        app.router.add_post("/{network}/pictures", self._receive)
        app.router.add_post("/{network}/accounts/{account}/posts", self._submit)
        app.router.add_get("/{network}/accounts/{account}", self._permission)
        app.router.add_get("/{network}/accounts/{account}/posts", self._list)
        app.router.add_get("/{network}/accounts/{account}/posts/{number}", self._fate)
        app.router.add_get("/{network}/consent", self._consent)
        app.router.add_post("/{network}/token", self._token)
        app.router.add_get("/", self._home)
        async with served(app) as address:
            yield address

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """A foreign page can neither name this host nor send these types of content without being asked first."""
        typed = request.content_type == "application/json" or request.headers.get("Content-Type", "").startswith(
            "image/"
        )
        if not meant_for_us(request) or (request.method == "POST" and not typed):
            return _refused(HTTPStatus.FORBIDDEN, "foreign")
        try:
            response = await handler(request)
        except ConnectionError:  # the bot died while it was speaking
            return cut_off(request)
        response.headers["Date"] = format_datetime(self._networks.now().astimezone(UTC), usegmt=True)
        return response

    def _network(self, request: web.Request) -> Network:
        network = self._networks.by_key.get(request.match_info["network"])
        if network is None:
            raise web.HTTPNotFound
        return network

    async def _home(self, _: web.Request) -> web.Response:
        return self._lead("")

    async def _consent(self, request: web.Request) -> web.Response:
        return self._lead(f"consent/{self._network(request).key}{_asked(request)}")

    def _lead(self, path: str) -> web.Response:
        """By a page of its own: a browser that sent a form follows no redirect to a place the form did not name."""
        if self._networks.page is None:
            raise web.HTTPNotFound
        where = escape(f"{self._networks.page}{path}")
        page = f'<!doctype html><meta http-equiv="refresh" content="0; url={where}"><a href="{where}">→</a>'
        return web.Response(text=page, content_type="text/html", headers={"Cache-Control": "no-store"})

    async def _token(self, request: web.Request) -> web.Response:
        network = self._network(request)
        try:
            asked = await request.json()
        except ValueError:
            asked = None
        if not isinstance(asked, dict):
            return _refused(HTTPStatus.BAD_REQUEST, "bad_request")
        if not self._networks.redeemed(network.key, str(asked.get("code")), str(asked.get("redirect_uri"))):
            return _refused(HTTPStatus.BAD_REQUEST, "code_refused")
        return web.json_response({"accounts": [{"id": number, "name": name} for number, name in network.accounts]})

    async def _receive(self, request: web.Request) -> web.Response:
        self._network(request)
        data = await request.read()
        if not data:
            return _refused(HTTPStatus.BAD_REQUEST, "bad_request")
        return web.json_response({"id": self._networks.receive(data)}, status=HTTPStatus.CREATED)

    async def _submit(self, request: web.Request) -> web.Response:
        """It goes on when the caller is gone: a request that left may still land."""
        network, account = self._network(request), request.match_info["account"]
        decided = asyncio.get_running_loop().create_future()
        busy = self._busy[network.key, account]
        busy.add(decided)
        try:
            return await self._decide(network, account, request)
        finally:
            busy.discard(decided)
            decided.set_result(None)

    async def _decide(self, network: Network, account: str, request: web.Request) -> web.Response:
        try:
            what = wanted(account, await request.json())
        except (Unreadable, ValueError):
            return _refused(HTTPStatus.BAD_REQUEST, "bad_request")
        gone = next((picture for picture in what.pictures if picture.id not in self._networks.pictures), None)
        if gone is not None:
            return _refused(HTTPStatus.BAD_REQUEST, "picture_gone", picture=gone.id)
        fault = self._networks.arrived(network)
        await self._sleep(self._networks.pause())
        if fault is not None and (refusal := self._before(network, fault)) is not None:
            return refusal
        if fault is not None and fault.kind is Kind.SLOW:
            await self._sleep(fault.seconds)
        return self._after(self._networks.keep(network, what), fault, request)

    def _before(self, network: Network, fault: Fault) -> web.Response | None:
        """The answer of trouble that strikes before anything is stored."""
        if fault.kind is Kind.RATE_LIMITED:
            return _refused(HTTPStatus.TOO_MANY_REQUESTS, "rate_limited", seconds=fault.seconds)
        if fault.kind is Kind.EXPIRED:
            return _refused(HTTPStatus.UNAUTHORIZED, "expired")
        if fault.kind is Kind.UNAVAILABLE:
            return _refused(HTTPStatus.INTERNAL_SERVER_ERROR, "unavailable")
        if fault.kind is Kind.REJECTED and not fault.seconds:
            return _refused(HTTPStatus.BAD_REQUEST, "rejected", reason=self._reason)
        return self._look_at(network, fault) if fault.kind is Kind.REJECTED else None

    def _look_at(self, network: Network, fault: Fault) -> web.Response:
        number = f"{network.key}-{network.received}"
        self._undecided[number] = Undecided(number, self._networks.now() + timedelta(seconds=fault.seconds))
        return web.json_response({"id": number, "status": "processing"}, status=HTTPStatus.ACCEPTED)

    def _after(self, post: Post, fault: Fault | None, request: web.Request) -> web.Response:
        if fault is not None and fault.kind is Kind.STORED:
            return web.Response(status=HTTPStatus.INTERNAL_SERVER_ERROR, text="<h1>500</h1>", content_type="text/html")
        if fault is not None and fault.kind is Kind.LOST:
            return cut_off(request)
        return web.json_response({"id": post.id, "permalink": post.permalink}, status=HTTPStatus.CREATED)

    async def _permission(self, request: web.Request) -> web.Response:
        network = self._network(request)
        await self._sleep(self._networks.pause())
        if not self._networks.permits(network):
            return _refused(HTTPStatus.UNAUTHORIZED, "expired")
        return web.json_response({"id": request.match_info["account"]})

    async def _list(self, request: web.Request) -> web.Response:
        network, account = self._network(request), request.match_info["account"]
        earlier = set(self._busy[network.key, account])
        if earlier:
            await asyncio.wait(earlier)
        return web.json_response({"posts": [_listed(post) for post in network.of(account)]})

    async def _fate(self, request: web.Request) -> web.Response:
        self._network(request)
        undecided = self._undecided.get(request.match_info["number"])
        if undecided is None:
            raise web.HTTPNotFound
        if self._networks.now() < undecided.until:
            return web.json_response({"id": undecided.number, "status": "processing"})
        return web.json_response({"id": undecided.number, "status": "rejected", "reason": self._reason})


def _asked(request: web.Request) -> str:
    query = request.rel_url.raw_query_string
    return f"?{query}" if query else ""


def _refused(status: HTTPStatus, code: str, **facts: Any) -> web.Response:
    return web.json_response({"error": {"code": code, **facts}}, status=status)


def _listed(post: Post) -> dict[str, Any]:
    return {
        "id": post.id,
        "at": post.at.isoformat(),
        "text": post.what.text,
        "pictures": [picture.id for picture in post.what.pictures],
        "permalink": post.permalink,
        "reply_to": post.what.reply_to,
    }
