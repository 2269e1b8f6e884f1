"""Rule 2 of the fence: whether bytes left us is a fact, not an exception class."""

import asyncio
import logging
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta

import aiohttp
import httpx
import pytest
from aiohttp import web

from fakes.clock import FakeClock
from publishers.engine.errors import Unavailable, Unconfirmed
from publishers.wire.http import TALKATIVE, Answer, Wire, identified, quiet

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with Wire(FakeClock(), timeout=5) as opened:
        yield opened


@asynccontextmanager
async def raw_server(behaviour: Behaviour) -> AsyncIterator[str]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await behaviour(reader, writer)
        writer.transport.abort()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    server.close()
    await server.wait_closed()


@asynccontextmanager
async def web_server(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def read_request(reader: asyncio.StreamReader) -> bytes:
    return await reader.readuntil(b"pan")


async def reset_after_reading(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def close_after_reading(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)


async def close_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.transport.abort()


async def answer_truncated(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(HEAD + b'Content-Length: 100\r\n\r\n{"id": "1')
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def answer_nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(b"this is not HTTP\r\n\r\n")
    await writer.drain()


async def answer_half_json(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await read_request(reader)
    writer.write(HEAD + b'Connection: close\r\n\r\n{"id": "1')
    await writer.drain()
    writer.close()
    await writer.wait_closed()


async def never_answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


@pytest.mark.parametrize(
    "behaviour", [reset_after_reading, close_after_reading, answer_truncated, answer_nonsense], ids=lambda b: b.__name__
)
async def test_no_answer_after_the_request_left_is_unconfirmed_only_for_a_commit(
    wire: Wire, behaviour: Behaviour
) -> None:
    async with raw_server(behaviour) as url:
        with pytest.raises(Unconfirmed):
            await wire.call("POST", url, commit=True, form={"message": "pan"})
        with pytest.raises(Unavailable):
            await wire.call("POST", url, form={"message": "pan"})


async def test_a_connection_closed_before_reading_is_doubted_because_we_cannot_know(wire: Wire) -> None:
    async with raw_server(close_at_once) as url:
        with pytest.raises(Unconfirmed):
            await wire.call("POST", url, commit=True, form={"message": "pan"})


async def test_a_refused_connection_proves_that_nothing_left(wire: Wire) -> None:
    with socket.socket() as placeholder:
        placeholder.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{placeholder.getsockname()[1]}"
        with pytest.raises(Unavailable):
            await wire.call("POST", url, commit=True, form={"message": "pan"})


async def test_a_failed_handshake_proves_that_nothing_left(wire: Wire) -> None:
    async with raw_server(never_answer) as url:
        with pytest.raises(Unavailable):
            await wire.call("POST", url.replace("http:", "https:"), commit=True, timeout=0.05, json={"a": 1})


async def test_silence_ends_with_the_timeout(wire: Wire) -> None:
    async with raw_server(never_answer) as url:
        with pytest.raises(Unconfirmed):
            await wire.call("POST", url, commit=True, form={"message": "pan"}, timeout=0.05)
        with pytest.raises(Unavailable):
            await wire.call("GET", url, timeout=0.05)


async def test_a_body_that_breaks_off_is_no_answer(wire: Wire) -> None:
    async with raw_server(answer_half_json) as url:
        committed = await wire.call("POST", url, commit=True, form={"message": "pan"})
        with pytest.raises(Unconfirmed):
            committed.json()
        read = await wire.call("POST", url, form={"message": "pan"})
        with pytest.raises(Unavailable):
            read.record()
        assert read.fault() == {}


async def test_cancellation_passes_untouched(wire: Wire) -> None:
    arrived = asyncio.Event()

    async def arrive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        arrived.set()
        await reader.read()

    async with raw_server(arrive) as url:
        task = asyncio.create_task(wire.call("POST", url, commit=True, form={"message": "pan"}))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_the_fact_survives_a_task_of_its_own(wire: Wire) -> None:
    async with raw_server(close_after_reading) as url, wire.exchange() as departure:
        with suppress(aiohttp.ClientError):
            await asyncio.create_task(_post(wire.commits, url))
        assert departure.sent


async def _post(session: aiohttp.ClientSession, url: str) -> None:
    async with session.post(url, data=b"pan"):
        pass


async def test_exchanges_do_not_see_each_other(wire: Wire) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({})

    async with web_server(answer) as url, wire.exchange() as outer:
        async with wire.exchange() as inner:
            await _post(wire.reads, url)
        assert inner.sent
        assert not outer.sent


async def test_no_redirect_is_followed(wire: Wire) -> None:
    asked: list[str] = []

    async def redirect(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=307, headers={"Location": "/elsewhere"})

    async with web_server(redirect) as url:
        for commit in (True, False):
            answer = await wire.call("POST", f"{url}/feed", commit=commit, json={})
            assert (answer.status, answer.ok) == (307, False)
    assert asked == ["/feed", "/feed"]


async def test_commits_use_a_fresh_connection_and_reads_a_kept_one(wire: Wire) -> None:
    peers: dict[str, list[object]] = {"/commit": [], "/read": []}

    async def note(request: web.Request) -> web.Response:
        assert request.transport is not None
        peers[request.path].append(request.transport.get_extra_info("peername"))
        return web.json_response({})

    async with web_server(note) as url:
        for _ in range(3):
            await wire.call("POST", f"{url}/commit", commit=True, json={})
            await wire.call("GET", f"{url}/read")
    assert len(set(peers["/commit"])) == 3
    assert len(set(peers["/read"])) == 1


async def test_cookies_of_one_account_never_go_out_for_another(wire: Wire) -> None:
    cookies: list[str | None] = []

    async def bake(request: web.Request) -> web.Response:
        cookies.append(request.headers.get("Cookie"))
        return web.json_response({}, headers={"Set-Cookie": "session=secret; Path=/"})

    async with web_server(bake) as url:
        for commit in (False, False, True, True):
            await wire.call("GET", url, commit=commit)
    assert cookies == [None, None, None, None]


async def test_what_is_sent_arrives(wire: Wire) -> None:
    seen: list[tuple[str, str, bytes]] = []

    async def note(request: web.Request) -> web.Response:
        seen.append((request.content_type, request.query_string, await request.read()))
        assert request.headers.get("Content-Length") == str(len(seen[-1][2]))
        return web.json_response({"id": "1"}, status=201, headers={"x-limit": "3"})

    async with web_server(note) as url:
        answer = await wire.call("POST", url, form={"message": "¡Pan! &="}, params={"a": "b c"})
        await wire.call("POST", url, json={"text": "ñ"})
        await wire.call("PUT", url, content=b"\x00\x01")
        await wire.call("POST", url, form={"x": "1"}, files={"source": ("a.jpg", b"\xff\xd8", "image/jpeg")})
    assert (answer.status, answer.record(), answer.headers["X-Limit"]) == (201, {"id": "1"}, "3")
    assert seen[0] == ("application/x-www-form-urlencoded", "a=b c", b"message=%C2%A1Pan%21+%26%3D")
    assert seen[1][2] == '{"text":"ñ"}'.encode()
    assert seen[2][2] == b"\x00\x01"
    assert b'filename="a.jpg"' in seen[3][2]
    assert b"\xff\xd8" in seen[3][2]


@pytest.mark.parametrize(
    ("date", "skew"),
    [
        ("Sat, 21 Nov 2026 10:01:30 GMT", timedelta(seconds=90)),
        ("Sat, 21 Nov 2026 09:59:00 -0000", timedelta(seconds=-60)),
        ("yesterday", timedelta(0)),
    ],
)
async def test_skew_is_their_clock_minus_ours(wire: Wire, date: str, skew: timedelta) -> None:
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({}, headers={"Date": date})

    async with web_server(answer) as url:
        assert (await wire.call("GET", url)).skew == skew


async def test_nothing_is_open_before_and_after() -> None:
    wire = Wire(FakeClock())
    with pytest.raises(RuntimeError, match="not open"):
        await wire.call("GET", "http://127.0.0.1:1/")
    async with wire:
        reads, commits = wire.reads, wire.commits
        assert not reads.closed
    assert reads.closed
    assert commits.closed
    with pytest.raises(RuntimeError, match="not open"):
        _ = wire.reads


def test_a_list_is_no_record() -> None:
    answer = Answer(200, httpx.Headers(), b"[1]", commit=True)
    assert answer.json() == [1]
    with pytest.raises(Unconfirmed):
        answer.record()


def test_an_answer_without_an_id_is_no_answer() -> None:
    assert identified({"id": 17}, commit=True) == "17"
    with pytest.raises(Unconfirmed):
        identified({}, commit=True)
    with pytest.raises(Unavailable):
        identified(None, commit=False)


def test_talkative_libraries_are_silenced() -> None:
    loggers = [logging.getLogger(name) for name in TALKATIVE]
    before = [logger.level for logger in loggers]
    try:
        quiet()
        assert not any(logger.isEnabledFor(logging.INFO) for logger in loggers)
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
