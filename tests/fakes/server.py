"""What all fake platforms share: a real HTTP server on loopback, its record of requests, its faults, its clock."""

import inspect
import socket
import struct
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, ClassVar, Protocol, Self, TypeVar

from aiohttp import web

from fakes.call import Call, Public, Recorded, Refusal, Reply, heading, read_body
from fakes.faults import DroppedError, Script, Scripted, Where

MAX_BODY = 64 * 1024 * 1024


class HasSerial(Protocol):
    @property
    def serial(self) -> int: ...


Listed = TypeVar("Listed", bound=HasSerial)


def utc_now() -> datetime:
    return datetime.now(UTC)


class FakeServer(ABC):
    """`async with FakeX() as x:` serves at `x.url`. `now` may be replaced at any time; all times follow it."""

    prefixes: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *, now: Callable[[], datetime] = utc_now) -> None:
        self.now = now
        self.requests: list[Recorded] = []
        self.on_request: Callable[[Call], Awaitable[None] | None] | None = None
        self.script = Script()
        self.serial = 0
        self.origin = ""
        self._runner: web.AppRunner | None = None
        self._bugs: list[Exception] = []

    async def __aenter__(self) -> Self:
        # A request that waits for an event of the test must not hold up the end of the test.
        app = web.Application(client_max_size=MAX_BODY)
        app.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
        if self._bugs:
            raise ExceptionGroup("the fake itself has failed", self._bugs)

    @property
    def url(self) -> str:
        return self.origin + (self.prefixes[0] if self.prefixes else "")

    def fault(self, where: Where, kind: str, times: int = 1, **args: Any) -> Scripted:
        """Script a fault: see fakes.faults for the kinds and their args."""
        return self.script.add(where, kind, times=times, serial=self.serial, args=args)

    def hide(self, times: int = 1, where: Where = "GET *") -> Scripted:
        """Listings lag: what becomes public from now on is missing from the next `times` lists."""
        return self.fault(where, "hide", times)

    def next_serial(self) -> int:
        self.serial += 1
        return self.serial

    def visible(self, call: Call, items: Sequence[Listed]) -> list[Listed]:
        """`items` as this list shows them today."""
        since = self.script.hidden_since(call, max((each.serial for each in items), default=0))
        return [each for each in items if since is None or each.serial <= since]

    @abstractmethod
    def posts(self, account: str) -> list[Public]:
        """Everything public of one account, oldest first."""

    def held(self, name: str) -> str | None:
        """The SHA-256 of the picture that was handed over ahead of a post and got this id; None: it is no such id."""
        raise NotImplementedError(f"{type(self).__name__} does not tell what was uploaded under {name}")

    @abstractmethod
    async def answer(self, call: Call) -> Reply:
        """The platform's own answer; raises Refusal."""

    @abstractmethod
    def rate_limited(self, call: Call) -> Reply:
        """What says wait; each platform has its own keyword arguments for how long and in which shape."""

    @abstractmethod
    def expired_token(self, call: Call) -> Reply: ...

    def headers(self, call: Call) -> dict[str, str]:
        """What the platform puts on every answer."""
        return {}

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        call = heading(request, self.prefixes)
        try:
            if (early := self.script.take_early(call)) is not None:
                await early.before(call, self)
            await read_body(request, call)
            reply = await self._reply(call)
        except DroppedError as dropped:
            return _cut_off(request, reset=dropped.reset)
        return await self._send(request, call, reply)

    async def _reply(self, call: Call) -> Reply:
        self.requests.append(call.recorded())
        if self.on_request is not None and inspect.isawaitable(pending := self.on_request(call)):
            await pending
        faults = self.script.take(call)
        for fault in faults:
            if (instead := await fault.before(call, self)) is not None:
                return instead
        try:
            reply = await self._answered(call)
        except Refusal as refusal:
            return refusal.reply
        for fault in faults:
            reply = await fault.after(reply)
        return reply

    async def _answered(self, call: Call) -> Reply:
        try:
            return await self.answer(call)
        except Refusal:
            raise
        except Exception as bug:  # noqa: BLE001 - it would look like the platform's own 500: the test fails at its end
            self._bugs.append(bug)
            return Reply(500, repr(bug), content_type="text/plain")

    async def _send(self, request: web.Request, call: Call, reply: Reply) -> web.StreamResponse:
        content_type = {"Content-Type": reply.content_type}
        headers = {"Date": http_date(self.now())} | self.headers(call) | content_type | reply.headers
        body = reply.payload()
        if reply.midway is None:
            return web.Response(body=body, status=reply.status, headers=headers)
        response = web.StreamResponse(status=reply.status, headers=headers)
        response.content_length = len(body)
        await response.prepare(request)
        await response.write(body[: len(body) // 2])
        await reply.midway()
        if request.transport is not None:
            request.transport.close()
        return response


def http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _cut_off(request: web.Request, *, reset: bool) -> web.StreamResponse:
    if request.transport is not None:
        sock = request.transport.get_extra_info("socket")
        if reset and sock is not None:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.transport.abort()
    return web.Response()
