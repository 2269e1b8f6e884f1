"""Processes killed while their request is in flight."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from fakes.graph import FakeGraph

FEED = "POST /…/feed"
CLIENT = """
import sys, urllib.request
request = urllib.request.Request(sys.argv[1], b'{"message": "Hay pan"}', {
    "Authorization": "Bearer TOKEN", "Content-Type": "application/json"})
sys.stdin.readline()
print("answered", len(urllib.request.urlopen(request).read()), flush=True)
sys.stdin.readline()
"""


@pytest.fixture
async def graph() -> AsyncIterator[FakeGraph]:
    async with FakeGraph() as server:
        server.page("1001", "TOKEN")
        yield server


def texts(graph: FakeGraph) -> list[str]:
    return [each.text for each in graph.posts("1001")]


@asynccontextmanager
async def client_process(graph: FakeGraph) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process that posts when a line comes in and then waits for another."""
    pipe = asyncio.subprocess.PIPE
    url = f"{graph.url}/v26.0/1001/feed"
    process = await asyncio.create_subprocess_exec(sys.executable, "-S", "-c", CLIENT, url, stdin=pipe, stdout=pipe)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.mark.parametrize("when", ["read", "stored", "answering"])
async def test_a_process_is_killed_while_its_request_is_in_flight(graph: FakeGraph, when: str) -> None:
    async with client_process(graph) as process:
        assert process.stdin
        assert process.stdout
        graph.fault(FEED, "kill", target=process.pid, when=when)
        process.stdin.write(b"\n")
        assert await process.wait() == -signal.SIGKILL
        assert await process.stdout.read() == b""
    assert (texts(graph), len(graph.requests)) == (["Hay pan"], 1)


async def test_the_request_of_a_killed_process_may_never_land(graph: FakeGraph) -> None:
    async with client_process(graph) as process:
        assert process.stdin
        graph.fault(FEED, "kill", target=process.pid, when="read", lands=False)
        process.stdin.write(b"\n")
        assert await process.wait() == -signal.SIGKILL
    assert (texts(graph), len(graph.requests)) == ([], 1)


async def test_the_request_of_a_killed_process_may_land_late(graph: FakeGraph) -> None:
    lands = asyncio.Event()
    async with client_process(graph) as process:
        assert process.stdin
        graph.fault(FEED, "kill", target=process.pid, when="read", lands=lands)
        process.stdin.write(b"\n")
        assert await process.wait() == -signal.SIGKILL
    assert texts(graph) == []
    lands.set()
    for _ in range(50):
        if not texts(graph):
            await asyncio.sleep(0.001)
    assert texts(graph) == ["Hay pan"]


async def post(graph: FakeGraph, text: str) -> None:
    url, headers = f"{graph.url}/v26.0/1001/feed", {"Authorization": "Bearer TOKEN"}
    async with aiohttp.ClientSession() as http, http.post(url, json={"message": text}, headers=headers) as answer:
        await answer.read()


async def test_instead_of_a_pid_something_may_be_called(graph: FakeGraph) -> None:
    seen: list[list[str]] = []

    async def strike() -> None:
        seen.append(texts(graph))

    graph.fault(FEED, "kill", target=strike, when="read")
    await post(graph, "Uno")
    graph.fault(FEED, "kill", target=strike, when="stored")
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await post(graph, "Dos")
    graph.fault(FEED, "kill", target=strike, when="answering")
    with pytest.raises(aiohttp.ClientPayloadError):
        await post(graph, "Tres")
    assert seen == [[], ["Uno", "Dos"], ["Uno", "Dos", "Tres"]]
