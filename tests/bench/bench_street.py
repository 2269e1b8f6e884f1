"""The real process against the sandbox and the wire-level platforms, and who measures it."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench_celery import resident
from bench_size import Size

from bot.clock import SystemClock
from bot.records import open_records
from bot.sandbox.chats import Message
from bot.settings import load
from fakes.call import Call, Reply
from fakes.process import Process
from fakes.server import FakeServer
from fakes.stage import CARMEN, INSTAGRAM, NAMES, PAGE, SECRETS, Act, Stage, staged
from publishers.engine.contract import Identity

CREATES = ("/2/tweets", "/feed", "/media_publish")
MORE = {
    "facebook": [("1002", "EAAB-second-page"), ("1003", "EAAB-third-page")],
    "instagram": [("17841400000000002", "EAAB-second-page"), ("17841400000000003", "EAAB-third-page")],
    "twitter": [("2002", "x-second-user"), ("2003", "x-third-user")],
}
"""Further accounts, with their tokens: nine in all."""


@dataclass
class Street:
    """A bot in a process of its own, and what its networks and its chat saw, with the time of this process."""

    stage: Stage
    process: Process
    act: Act
    asked: list[tuple[float, str]] = field(default_factory=list)
    """When a request of any network came in, and what text it carried."""
    public: list[tuple[float, str]] = field(default_factory=list)
    """When a post had been stored, and on which network."""

    async def approve(self, card: Message) -> float:
        """Tap; the moment of it."""
        tapped = time.perf_counter()
        await self.act.phone.tap(card, "✅ Aprobar")
        return tapped

    async def shows(self, card: Message, part: str, seconds: float = 60) -> float:
        """The moment from which this message shows this part."""
        await self.stage.telegram.until(lambda: part in card.text, seconds)
        return time.perf_counter()

    def memory(self) -> float:
        """Of the bot, in MB."""
        return resident(self.process.pid)

    def watch(self, server: FakeServer, names: Callable[[Call], str]) -> None:
        answered = server.answer

        async def answer(call: Call) -> Reply:
            reply = await answered(call)
            if call.method == "POST" and call.path.endswith(CREATES):
                self.public.append((time.perf_counter(), names(call)))
            return reply

        server.answer = answer  # type: ignore[method-assign] # a stop-watch around it
        server.on_request = lambda call: self.asked.append((time.perf_counter(), worded(call)))


def worded(call: Call) -> str:
    return str(next((call.params[name] for name in ("message", "text", "caption") if name in call.params), ""))


@asynccontextmanager
async def street(*platforms: str) -> AsyncIterator[Street]:
    """Connected to these networks (none named: to all); the process is not started."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="bench-")))
        stage = await stack.enter_async_context(staged(folder / "data"))
        for server in (stage.graph, stage.x):
            server.now = lambda: datetime.now(UTC)
        stage.x.limits["POST /2/tweets"] = 10_000
        process = Process(stage, folder)
        process.write_config()
        await connect(process, {name: [(NAMES[name], SECRETS[name])] for name in platforms or SECRETS})
        act = Act(stage, None, stage.telegram.phone(CARMEN, "Carmen"))  # type: ignore[arg-type] # in another process
        here = Street(stage, process, act)
        here.watch(stage.graph, lambda call: "Instagram" if "media_publish" in call.path else "Facebook")
        here.watch(stage.x, lambda _: "X")
        stack.push_async_callback(process.kill)
        yield here


async def answered(here: Street) -> float:
    """Seconds from the start of a process until it has answered what was sent before."""
    sent = await here.act.phone.send("/ayuda")
    began = time.perf_counter()
    starting = asyncio.create_task(here.process.start())
    await here.act.phone.until(lambda chat: [m for m in chat if m.sender.is_bot and m.id > sent.id], 60)
    taken = time.perf_counter() - began
    await starting
    return taken


@asynccontextmanager
async def slow_street(size: Size) -> AsyncIterator[Street]:
    async with street() as here:
        for server in (here.stage.graph, here.stage.x):
            server.fault(lambda _: True, "slow", times=1_000_000, until=size.answer)
        here.stage.graph.quota_total = 1000
        here.stage.graph.ready_after = timedelta(seconds=min(1.0, size.answer * 4))
        yield here


async def more(here: Street) -> None:
    """Two more accounts on each network, known to it and to the bot."""
    graph, x = here.stage.graph, here.stage.x
    for page, user, person in zip(*MORE.values(), strict=True):
        graph.page(page[0], page[1])
        graph.instagram(user[0], user[1], page_id=page[0])
        x.user(person[0], f"panaderia{person[0]}", person[1])
    page_of = {user: page for (user, _), (page, _) in zip(MORE["instagram"], MORE["facebook"], strict=True)}

    def secret(platform: str, external: str, token: str) -> str:
        values = {
            "facebook": {"page_id": external},
            "instagram": {"ig_user_id": external, "login": "facebook", "page_id": page_of.get(external)},
            "twitter": {"user_id": external, "username": f"panaderia{external}"},
        }
        return json.dumps({**values[platform], "access_token": token})

    accounts = {
        platform: [((external, external), secret(platform, external, token)) for external, token in given]
        for platform, given in MORE.items()
    }
    await connect(here.process, accounts)


async def connect(process: Process, accounts: Mapping[str, Sequence[tuple[tuple[str, str], str]]]) -> None:
    """Keep them as `account add` would: by platform (id, name) and credentials."""
    settings, clock = load(process.folder / "config.yaml"), SystemClock()
    async with open_records(settings, clock) as records, records.store.unit() as unit:
        for platform, given in accounts.items():
            for who, secret in given:
                await unit.accounts.add(platform, Identity(*who), secret, expires_at=None, at=clock.now())


async def choose_all(here: Street, card: Message) -> None:
    """Switch on what is off; the choice stands for the drafts that follow."""
    while True:
        off = [button.text for row in card.buttons for button in row if button.text.startswith("⬜")]
        if not off:
            break
        await here.act.phone.tap(card, off[0])
        await here.act.phone.until(lambda _, label=off[0]: label not in card.labels, 30)  # type: ignore[misc] # bound now
    await here.approve(card)
    await here.act.until(lambda: all("Hoy estrenamos horno" in posts for posts in public(here)), 60)


def public(here: Street) -> list[list[str]]:
    """The texts of every account there is."""
    graph, x = here.stage.graph, here.stage.x
    pages = [PAGE, INSTAGRAM, *(account for name in ("facebook", "instagram") for account, _ in MORE[name])]
    return [
        *([post.text for post in graph.posts(name)] for name in pages if name in graph.nodes),
        *([post.text for post in x.posts(name)] for name in x.users),
    ]
