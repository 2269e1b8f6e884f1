"""The real process against the sandbox and the wire-level platforms: what a person waits for, and what it costs."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench_celery import FSYNC, both, resident
from bench_networks import networks
from bench_rows import Found, Measured
from bench_size import Size, median, percentile

from bot.clock import SystemClock
from bot.records import open_records
from bot.sandbox.chats import Message
from bot.settings import load
from fakes.call import Call, Reply
from fakes.process import Process
from fakes.server import FakeServer
from fakes.stage import CARMEN, INSTAGRAM, PAGE, Act, Stage, staged
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
        await process.connect()
        for name in {"facebook", "instagram", "twitter"} - set(platforms) if platforms else ():
            await process.command("account", "remove", name)
        act = Act(stage, None, stage.telegram.phone(CARMEN, "Carmen"))  # type: ignore[arg-type] # in another process
        here = Street(stage, process, act)
        here.watch(stage.graph, lambda call: "Instagram" if "media_publish" in call.path else "Facebook")
        here.watch(stage.x, lambda _: "X")
        stack.push_async_callback(process.kill)
        yield here


async def tap(size: Size) -> Found:
    """Tap → first request on the wire, and result → edit on the wire, in an idle process; and what it has grown to."""
    async with street("facebook", "twitter") as here:
        await here.process.start()
        taps, edits = [], []
        for number in range(size.taps + 1):
            seconds, edit = await _one(here, f"Hoy hay pan de espelta, número {number}")
            if number:
                taps.append(seconds * 1000)
                edits += edit
        grown = here.memory()
        await here.process.stop()
    return {
        "tap.p50": Measured(median(taps), len(taps)),
        "tap.p95": Measured(percentile(taps, 0.95), len(taps)),
        "tap.edit": Measured(median(edits), len(edits)),
        "tap.edit.p95": Measured(percentile(edits, 0.95), len(edits)),
        "tap.memory": Measured(grown),
    }


async def _one(here: Street, text: str) -> tuple[float, list[float]]:
    """Seconds from the tap to the first request, and from each result to the edit that shows it."""
    card = await here.act.draft(text)
    here.asked.clear()
    here.public.clear()
    seen = [asyncio.create_task(here.shows(card, f"{name} ✅")) for name in ("Facebook", "X")]
    tapped = await here.approve(card)
    shown = dict(zip(("Facebook", "X"), await asyncio.gather(*seen), strict=True))
    return min(at for at, _ in here.asked) - tapped, [shown[name] - at for at, name in here.public]


async def busy(size: Size) -> Found:
    """Tap → first request while one network hangs with ten jobs on it and others are on their way."""
    async with street("facebook", "twitter") as here:
        gate = asyncio.Event()
        here.stage.x.fault("POST /2/tweets", "slow", times=1_000_000, until=gate)
        here.stage.graph.fault(lambda _: True, "slow", times=1_000_000, until=size.answer)
        await here.process.start()
        for number in range(size.stuck):
            await here.approve(await here.act.draft(f"Hoy hay roscón, número {number}"))
        await here.act.until(lambda: sum("roscón" in text for _, text in here.asked) >= 2 * size.stuck, 30)
        taps = [await _first(here, f"Hoy hay pan de centeno, número {number}") for number in range(size.busy)]
        await here.process.kill()
        gate.set()
    return {"busy.p99": Measured(percentile(taps, 0.99) * 1000, len(taps), f"p50 {median(taps) * 1000:.0f} ms")}


async def _first(here: Street, text: str) -> float:
    """Seconds from the tap to the first request with this text; nobody waits for its end."""
    card = await here.act.draft(text)
    tapped = await here.approve(card)
    return await here.act.until(lambda: next((at for at, said in here.asked if said == text), 0.0), 60) - tapped


async def start(size: Size) -> Found:
    """Process start → first update handled, and the memory it has then."""
    times, idle, drafts = [], [], []
    async with street() as here:
        for number in range(size.starts):
            times.append(await answered(here))
            idle.append(here.memory())
            await here.act.draft(f"Hoy hay pan de espelta, número {number}")
            drafts.append(here.memory())
            await here.process.stop()
    async with networks(size.answer) as served, both(served, size) as (celery, missing):
        theirs = {name: each.memory() for name, each in celery.items() if name != FSYNC}
    note = missing or "there worker and Redis, without a bot"
    return {
        "start.update": Measured(median(times), size.starts),
        "start.memory": Measured(median(idle), size.starts, note, celery=theirs),
        "start.memory.card": Measured(median(drafts), size.starts),
    }


async def answered(here: Street) -> float:
    """Seconds from the start of a process until it has answered what was sent before."""
    sent = await here.act.phone.send("/ayuda")
    began = time.perf_counter()
    starting = asyncio.create_task(here.process.start())
    await here.act.phone.until(lambda chat: [m for m in chat if m.sender.is_bot and m.id > sent.id], 60)
    taken = time.perf_counter() - began
    await starting
    return taken


async def jobs(size: Size) -> Found:
    """Three networks that take their time for each request, a container that is ready in 1 s."""
    async with slow_street(size) as here:
        await here.process.start()
        days = range(size.days)
        alone = [await _walls(here, [f"Hoy hay pan de espelta, día {day}"]) for day in days]
        ten = [await _walls(here, [f"Día {day}: horno {n}" for n in range(size.batch)]) for day in days]
        await asyncio.sleep(2)
        grown = here.memory()
        await here.process.stop()
    one, one_shown = (median(values) for values in zip(*alone, strict=True))
    slowest, shown = (median(values) for values in zip(*ten, strict=True))
    return {
        "jobs.1x3": Measured(one, len(alone)),
        "jobs.1x3.shown": Measured(one_shown, len(alone)),
        "jobs.10x3": Measured(slowest, len(ten)),
        "jobs.10x3.shown": Measured(shown, len(ten), "one chat, one edit a second"),
        "jobs.memory": Measured(grown, 1, "three networks, a picture drawn for each draft"),
    }


async def nine(size: Size) -> Found:
    """The same with nine accounts: three on each network."""
    async with slow_street(size) as here:
        await more(here)
        await here.process.start()
        await choose_all(here, await here.act.draft("Hoy estrenamos horno"))
        days = range(size.days)
        alone = [await _walls(here, [f"Hoy hay pan de espelta, día {day}"], shown=False) for day in days]
        ten = [await _walls(here, [f"Día {day}: horno {n}" for n in range(size.batch)], shown=False) for day in days]
        await here.process.kill()
    one, many = (median([public for public, _ in each]) for each in (alone, ten))
    note = "three accounts on each of three networks"
    return {"nine.1x9": Measured(one, len(alone), note), "nine.10x9": Measured(many, len(ten), note)}


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
    settings, clock = load(here.process.folder / "config.yaml"), SystemClock()
    async with open_records(settings, clock) as records, records.store.unit() as unit:
        for platform, accounts in MORE.items():
            for external, token in accounts:
                secret = json.dumps({
                    "facebook": {"page_id": external, "access_token": token},
                    "instagram": {"ig_user_id": external, "access_token": token, "login": "facebook", "page_id": page_of.get(external)},
                    "twitter": {"user_id": external, "username": f"panaderia{external}", "access_token": token},
                }[platform])  # fmt: skip
                await unit.accounts.add(platform, Identity(external, external), secret, expires_at=None, at=clock.now())


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


async def _walls(here: Street, texts: list[str], *, shown: bool = True) -> tuple[float, float]:
    """Seconds from the first tap until the last post of all was public, and until the chat showed every job done.

    A card that is no longer last in the chat gets a live message of its own, so all messages are counted.
    """
    cards = [await here.act.draft(text) for text in texts]
    before = _celebrated(here)
    tapped = [await here.approve(card) for card in cards]
    assert tapped[-1] - tapped[0] < 1, "the jobs are approved within one second"
    showing = asyncio.create_task(_shown(here, before + len(texts) if shown else 0))
    await here.act.until(lambda: all(set(texts) <= set(posts) for posts in public(here)), 60)
    ended = time.perf_counter()
    return ended - tapped[0], await showing - tapped[0]


async def _shown(here: Street, messages: int) -> float:
    await here.stage.telegram.until(lambda: _celebrated(here) >= messages, 60)
    return time.perf_counter()


def _celebrated(here: Street) -> int:
    return sum("🎉" in message.text for message in here.act.phone.chat if message.sender.is_bot)
