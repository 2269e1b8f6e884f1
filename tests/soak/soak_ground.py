"""Where a soak takes place: the networks and the chat in this process, the product in another, one clock for both."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import yaml
from soak_chance import RATE, Chance, ChatChance
from soak_clock import Hands
from soak_tables import Tables

from bot.sandbox.phone import Phone
from bot.sandbox.telegram import SandboxTelegram
from fakes.call import Public
from fakes.graph import FakeGraph
from fakes.server import FakeServer
from fakes.stage import CARMEN, INSTAGRAM, PAGE, X, free_port
from fakes.x import FakeX

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PATIENCE = 120.0
"""Seconds for one order; real ones, and only a product that hangs needs them."""


class Hung(Exception):
    """The product did not come to rest, or died."""


@dataclass
class Life:
    """The process of the product, which does what it is told, one order after the other."""

    process: asyncio.subprocess.Process
    log: Path

    async def do(self, op: str, **order: Any) -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"op": op, **order}).encode() + b"\n")
        return await self.hear(op)

    async def hear(self, op: str) -> Any:
        assert self.process.stdout is not None
        try:
            async with asyncio.timeout(PATIENCE):
                line = await self.process.stdout.readline()
        except TimeoutError:
            raise Hung(f"no answer to {op!r} within {PATIENCE:.0f} s\n{self.last_words()}") from None
        if not line:
            raise Hung(f"the product died at {op!r}\n{self.last_words()}")
        return json.loads(line)

    def last_words(self) -> str:
        return self.log.read_text()[-4000:]

    async def end(self) -> dict[str, Any]:
        """A polite stop: what is left of it at its very end."""
        left: dict[str, Any] = await self.do("end")
        async with asyncio.timeout(PATIENCE):
            await self.process.wait()
        return left


@dataclass
class Ground:
    life: Life
    hands: Hands
    telegram: SandboxTelegram
    graph: FakeGraph
    x: FakeX
    phone: Phone
    tables: Tables
    chances: tuple[Chance | ChatChance, ...]

    def networks(self) -> dict[str, tuple[FakeServer, str]]:
        """By platform: its server, and the account there."""
        return {"facebook": (self.graph, PAGE), "instagram": (self.graph, INSTAGRAM), "twitter": (self.x, X)}

    def public(self, platform: str) -> list[Public]:
        server, account = self.networks()[platform]
        return server.posts(account)

    async def rest(self) -> None:
        """All that was sent has been handled, and nothing moves any more."""
        try:
            await self.telegram.until(lambda: self.telegram.polling and not self.telegram.pending, PATIENCE)
        except TimeoutError:
            raise Hung(f"updates are not taken\n{self.life.last_words()}") from None
        await self.life.do("rest")

    async def advance(self, seconds: float) -> None:
        await self.life.do("advance", seconds=seconds)
        await self.rest()

    def forget(self) -> None:
        """What only tests look at later is dropped: this process is not what is measured, and is not to be slow."""
        for server in (self.graph, self.x):
            server.requests.clear()
        self.telegram.calls.clear()


def config(folder: Path, telegram: SandboxTelegram, graph: FakeGraph, x: FakeX) -> Path:
    """All as it comes, but for the addresses."""
    values = {
        "data_dir": str(folder / "data"),
        "telegram": {"base_url": telegram.base_url, "base_file_url": telegram.base_file_url, "owners": [CARMEN]},
        "server": {"port": free_port()},
        "approval": {"reconfirm_first_live": False},
        "publishing": {
            "platforms": {
                "facebook": {"graph_url": graph.url},
                "instagram": {"graph_url": graph.url},
                "twitter": {"api_url": x.url},
            }
        },
    }
    path = folder / "config.yaml"
    path.write_text(yaml.safe_dump(values))
    return path


@asynccontextmanager
async def laid(folder: Path, seed: int, *, rate: float = RATE) -> AsyncIterator[Ground]:
    """Everything is there and at rest; `rate` of all calls meet a fault from then on."""
    hands = Hands(folder / "clock")
    async with AsyncExitStack() as stack:
        stack.callback(hands.close)
        telegram = await stack.enter_async_context(SandboxTelegram(now=hands.now))
        graph = await stack.enter_async_context(FakeGraph(now=hands.now))
        x = await stack.enter_async_context(FakeX(now=hands.now))
        graph.page(PAGE, "EAAB-page-token")
        graph.instagram(INSTAGRAM, "EAAB-page-token", page_id=PAGE)
        x.user(X, "panaderia", "x-user-token")
        wires = [_chance(server, name, seed, rate) for server, name in ((graph, "graph"), (x, "x"))]
        chat = ChatChance(Random(f"{seed} chat"), rate)  # noqa: S311 - chance to replay
        telegram._faults = chat  # type: ignore[assignment]  # in place of what tests plan
        config(folder, telegram, graph, x)
        life = await stack.enter_async_context(_lived(folder, telegram.token))
        phone = telegram.phone(CARMEN, "Carmen")
        ground = Ground(life, hands, telegram, graph, x, phone, Tables(folder / "data"), (*wires, chat))
        await ground.rest()
        chat.begin()
        yield ground


def _chance(server: FakeServer, name: str, seed: int, rate: float) -> Chance:
    chance = Chance(name, Random(f"{seed} {name}"), lambda: server.serial, rate)  # noqa: S311 - as above
    server.script = chance
    return chance


@asynccontextmanager
async def _lived(folder: Path, token: str) -> AsyncIterator[Life]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG"}}
    places = os.pathsep.join(map(str, (ROOT, ROOT / "tests", HERE)))
    environment = kept | {"TELEGRAM_BOT_TOKEN": token, "PYTHONPATH": places, "PTB_TIMEDELTA": "1"}
    log = folder / "log"
    with log.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            sys.executable, str(HERE / "soak_life.py"), str(folder),
            cwd=ROOT, env=environment, stdin=-1, stdout=-1, stderr=file, limit=1 << 24,
        )  # fmt: skip
    try:
        yield Life(process, log)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
