"""One small HTTP server in the same loop. Everything it gives away is signed, and nothing it is told is logged."""

import asyncio
import secrets
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Self

import uvicorn
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web.strict import Strict
from publishers.engine.outside import MediaMissing
from storage.media import ROUTE, LinkRefused, MediaFiles

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header
MAGIC = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"GIF8": "image/gif", b"RIFF": "image/webp"}
PATIENCE = 3
"""Seconds a stop waits for requests under way: one that reads slowly must not hold the process."""
HEADERS = {"Cache-Control": "private, max-age=600", "X-Content-Type-Options": "nosniff"}


@dataclass(frozen=True, slots=True)
class Webhook:
    """`accept` returns once the update is safe; only then Telegram is told so."""

    path: str
    secret: SecretStr
    accept: Callable[[Sequence[dict[str, Any]]], Awaitable[None]]


def application(media: MediaFiles, webhook: Webhook | None = None, pages: Sequence[Route] = ()) -> Starlette:
    async def picture(request: Request) -> Response:
        try:
            data = await media.read(media.resolve(request.path_params["token"]))
        except LinkRefused:
            return PlainTextResponse("Not found", status_code=404)
        except MediaMissing:
            return PlainTextResponse("Gone", status_code=410)
        return Response(data, media_type=media_type(data), headers=HEADERS)

    async def live(_: Request) -> Response:
        return PlainTextResponse("ok")

    routes = [Route(f"/{ROUTE}/{{token}}", picture), Route("/health/live", live), *pages]
    routes += [_telegram(webhook)] if webhook is not None else []
    return Starlette(routes=routes, middleware=[Middleware(Strict)])


def _telegram(webhook: Webhook) -> Route:
    async def updates(request: Request) -> Response:
        if not _authentic(request, webhook.secret):
            return PlainTextResponse("Not found", status_code=404)
        try:
            update = await request.json()
        except ValueError:
            return PlainTextResponse("Not an update", status_code=400)
        if not isinstance(update, dict) or not isinstance(update.get("update_id"), int):
            return PlainTextResponse("Not an update", status_code=400)
        await webhook.accept([update])
        return Response()

    return Route(webhook.path, updates, methods=["POST"])


def media_type(data: bytes) -> str:
    """By the first bytes: files carry no names."""
    return next((known for magic, known in MAGIC.items() if data.startswith(magic)), "application/octet-stream")


def _authentic(request: Request, secret: SecretStr) -> bool:
    given = request.headers.get(SECRET_HEADER, "")
    return secrets.compare_digest(given.encode(), secret.get_secret_value().encode())


class Front(uvicorn.Server):
    """Serves on sockets that are bound already. Signals are the process's business, not the server's."""

    def __init__(self, app: Starlette, listening: Sequence[socket.socket]) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=PATIENCE,
        )
        super().__init__(config)
        self._listening = list(listening)
        self._ready = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._ready.set()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self.serve(self._listening), name="front")
        await self._ready.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.should_exit = True
        if self._task is not None:
            with suppress(asyncio.CancelledError):
                await self._task


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises OSError when the port is in use."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError:
        listening.close()
        raise
    listening.set_inheritable(False)
    return listening
