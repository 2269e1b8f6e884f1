"""The small HTTP server: its end does not hang on whoever reads slowly."""

import asyncio

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.web import front


async def test_a_request_that_never_ends_does_not_hold_a_stop(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front, "PATIENCE", 0)
    reached = asyncio.Event()

    async def endless(_: Request) -> Response:
        reached.set()
        await asyncio.Event().wait()
        raise AssertionError

    listening = front.listen("127.0.0.1", 0)
    async with asyncio.timeout(5):
        async with front.Front(Starlette(routes=[Route("/", endless)]), [listening]):
            reader, writer = await asyncio.open_connection(*listening.getsockname())
            writer.write(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
            await reached.wait()
        answer = await reader.read()
        writer.close()
        await writer.wait_closed()
    assert b"200" not in answer
