"""Nine networks as one process of their own: each post is answered after the same time, and its moments are kept.

Started as `python bench_networks.py 9`: prints its ports, and serves until its standard input ends. `POST /posts` with
`{"text": …}` on any port is a post; `/told`, `/until`, `/set` on the first one are for whoever measures.
Times are of CLOCK_MONOTONIC, which all processes of a machine share.
"""

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

HOST = "127.0.0.1"
POSTS = "/posts"


@dataclass(slots=True)
class Seen:
    """One post: `arrived` and `answered` are monotonic seconds, `at` is the wall clock at its arrival."""

    port: int
    text: str
    arrived: float
    at: float
    answered: float = 0.0


@dataclass
class Serving:
    """`doomed`: the process to be killed when so many posts are in flight; "stored" stores them first."""

    answer: float = 0.3
    seen: list[Seen] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    doomed: int | None = None
    when: str = "stored"
    crowd: int = 1
    news: asyncio.Event = field(default_factory=asyncio.Event)

    async def post(self, request: web.Request) -> web.Response:
        text = (await request.json())["text"]
        seen = Seen(request.transport.get_extra_info("sockname")[1], text, time.monotonic(), time.time())  # type: ignore[union-attr] # it is connected
        self.seen.append(seen)
        self._news()
        if self.doomed is not None:
            await self._strike(text)
        await asyncio.sleep(self.answer)
        self.stored.append(text)
        seen.answered = time.monotonic()
        self._news()
        return web.json_response({"id": str(len(self.stored))})

    async def _strike(self, text: str) -> None:
        """Never answers."""
        if self.when == "stored":
            self.stored.append(text)
        if len(self.seen) >= self.crowd and self.doomed is not None:
            doomed, self.doomed = self.doomed, None
            os.killpg(doomed, signal.SIGKILL)
        await asyncio.Event().wait()

    def _news(self) -> None:
        self.news.set()
        self.news = asyncio.Event()

    async def set(self, request: web.Request) -> web.Response:
        for name, value in (await request.json()).items():
            setattr(self, name, value)
        return web.json_response({})

    async def told(self, _: web.Request) -> web.Response:
        """What was seen and stored since this was asked last."""
        seen, self.seen, stored, self.stored = self.seen, [], self.stored, []
        return web.json_response({"seen": [asdict(each) for each in seen], "stored": stored})

    async def until(self, request: web.Request) -> web.Response:
        """Waits until so many have come in, or have been answered."""
        wanted, of = int(request.query["count"]), request.query["of"]
        while sum(1 for each in self.seen if getattr(each, of)) < wanted:
            await self.news.wait()
        return web.json_response({})


async def serve(ports: int) -> None:
    serving = Serving()
    app = web.Application()
    app.router.add_post(POSTS, serving.post)
    app.router.add_post("/set", serving.set)
    app.router.add_get("/told", serving.told)
    app.router.add_get("/until", serving.until)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    for _ in range(ports):
        await web.TCPSite(runner, HOST, 0, backlog=1024).start()
    sys.stdout.write(json.dumps([address[1] for address in runner.addresses]) + "\n")
    sys.stdout.flush()
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


@dataclass
class Networks:
    """The other end of it, for whoever measures."""

    ports: list[int]
    session: aiohttp.ClientSession

    @property
    def urls(self) -> list[str]:
        return [f"http://{HOST}:{port}{POSTS}" for port in self.ports]

    async def set(self, **values: Any) -> None:
        async with self.session.post(self._control("set"), json=values) as answer:
            answer.raise_for_status()

    async def told(self) -> list[Seen]:
        return (await self.both())[0]

    async def both(self) -> tuple[list[Seen], list[str]]:
        """What came in since this was asked last, and the texts that have become public."""
        async with self.session.get(self._control("told")) as answer:
            told = await answer.json()
        return [Seen(**each) for each in told["seen"]], told["stored"]

    async def until(self, count: int, of: str = "answered", seconds: float = 60) -> None:
        """Raises TimeoutError."""
        timeout = aiohttp.ClientTimeout(total=seconds)
        query = {"count": str(count), "of": of}
        async with self.session.get(self._control("until"), params=query, timeout=timeout) as answer:
            answer.raise_for_status()

    def _control(self, what: str) -> str:
        return f"http://{HOST}:{self.ports[0]}/{what}"


@asynccontextmanager
async def networks(answer: float, ports: int = 9) -> AsyncIterator[Networks]:
    command = (sys.executable, __file__, str(ports))
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stdin is not None
    try:
        told = json.loads(await process.stdout.readline())
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session:
            served = Networks(told, session)
            await served.set(answer=answer)
            yield served
    finally:
        process.stdin.close()
        await process.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
