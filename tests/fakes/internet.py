"""A public internet on this machine: pages under names of their own, and nobody else."""

import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from aiohttp import web

from publishers.wire.guarded import IP, Guarded, public

HERE = "127.0.0.1"


@dataclass
class Internet:
    """`pages`: status and HTML by path; what is not there is 404. `asked`: host and path, in order."""

    port: int = 0
    names: tuple[str, ...] = ("panaderia.example",)
    pages: dict[str, tuple[int, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://{self.names[0]}:{self.port}{path}"

    @property
    def guarded(self) -> Guarded:
        """The real guard, for which this machine's 127.0.0.1 is out there."""
        return Guarded(ssl.create_default_context(), self._resolve, _outside, frozenset())

    async def _resolve(self, host: str) -> Sequence[str]:
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "there is no such name")
        return [HERE]

    async def answer(self, request: web.Request) -> web.Response:
        self.asked.append(request.raw_path)
        status, body = self.pages.get(request.path, (404, ""))
        return web.Response(status=status, text=body, content_type="text/html")


def _outside(ip: IP) -> bool:
    return ip == IPv4Address(HERE) or public(ip)


@asynccontextmanager
async def internet() -> AsyncIterator[Internet]:
    served = Internet()
    app = web.Application()
    app.router.add_get("/{path:.*}", served.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, HERE, 0).start()
    served.port = runner.addresses[0][1]
    try:
        yield served
    finally:
        await runner.cleanup()
