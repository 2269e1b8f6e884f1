"""The real process against the sandbox and the wire-level platforms: what a person waits for, and what it costs."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from bench_figures import Figure, median, percentile

from bot.sandbox.chats import Message
from fakes.call import Call, Reply
from fakes.process import Process
from fakes.server import FakeServer
from fakes.stage import CARMEN, Act, Stage, staged

APPROVALS = 40
STARTS = 5
CREATES = ("/2/tweets", "/feed", "/media_publish")
ANSWER = 0.3
"""Seconds a slow platform takes for each request."""


@dataclass
class Street:
    """A bot in a process of its own, and what its networks and its chat saw, with the time of this process."""

    stage: Stage
    process: Process
    act: Act
    asked: list[float] = field(default_factory=list)
    """When a request of any network came in."""
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
        """VmRSS of the bot in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def watch(self, server: FakeServer, names: Callable[[Call], str]) -> None:
        answered = server.answer

        async def answer(call: Call) -> Reply:
            reply = await answered(call)
            if call.method == "POST" and call.path.endswith(CREATES):
                self.public.append((time.perf_counter(), names(call)))
            return reply

        server.answer = answer  # type: ignore[method-assign] # a stop-watch around it
        server.on_request = lambda _: self.asked.append(time.perf_counter())


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


async def approval() -> list[Figure]:
    """Tap → first request on the wire, and result → edit on the wire, in an idle process; and what it has grown to."""
    async with street("facebook", "twitter") as here:
        await here.process.start()
        taps, edits = [], []
        for number in range(APPROVALS + 1):
            tap, edit = await _one(here, f"Hoy hay pan de espelta, número {number}")
            if number:
                taps.append(tap * 1000)
                edits += edit
        grown = here.memory()
        await here.process.stop()
    return [
        Figure("approval tap → first request on a wire, p50", median(taps), "ms", None, len(taps)),
        Figure("approval tap → first request on a wire, p95", percentile(taps, 0.95), "ms", 50, len(taps)),
        Figure("platform result → edit on the wire, median", median(edits), "s", 1.2, len(edits)),
        Figure("platform result → edit on the wire, p95", percentile(edits, 0.95), "s", None, len(edits)),
        Figure(f"resident memory after {APPROVALS} publications of text only", grown, "MB", 130),
    ]


async def _one(here: Street, text: str) -> tuple[float, list[float]]:
    """Seconds from the tap to the first request, and from each result to the edit that shows it."""
    card = await here.act.draft(text)
    here.asked.clear()
    here.public.clear()
    seen = [asyncio.create_task(here.shows(card, f"{name} ✅")) for name in ("Facebook", "X")]
    tapped = await here.approve(card)
    shown = dict(zip(("Facebook", "X"), await asyncio.gather(*seen), strict=True))
    return min(here.asked) - tapped, [shown[name] - at for at, name in here.public]


async def starts() -> list[Figure]:
    """Process start → first update handled, and the memory it has then."""
    times, idle, drafts = [], [], []
    async with street() as here:
        for number in range(STARTS):
            sent = await here.act.phone.send("/ayuda")
            began = time.perf_counter()
            starting = asyncio.create_task(here.process.start())
            await here.act.phone.until(
                lambda chat, after=sent.id: [m for m in chat if m.sender.is_bot and m.id > after], 30
            )
            times.append(time.perf_counter() - began)
            await starting
            idle.append(here.memory())
            await here.act.draft(f"Hoy hay pan de espelta, número {number}")
            drafts.append(here.memory())
            await here.process.stop()
    return [
        Figure("process start → first update handled", median(times), "s", 2.5, STARTS),
        Figure("resident memory after the first update (/ayuda)", median(idle), "MB", 130, STARTS),
        Figure("resident memory after the first draft's card", median(drafts), "MB", 130, STARTS),
    ]


async def jobs() -> list[Figure]:
    """Three platforms that take 300 ms for each request, a container that is ready in 1 s."""
    async with street() as here:
        for server in (here.stage.graph, here.stage.x):
            server.fault(lambda _: True, "slow", times=1_000_000, until=ANSWER)
        here.stage.graph.quota_total = 1000
        here.stage.graph.ready_after = timedelta(seconds=1)
        await here.process.start()
        alone = [await _walls(here, [f"Hoy hay pan de espelta, día {day}"]) for day in range(5)]
        ten = [await _walls(here, [f"Día {day}: pan de maíz, horno {n}" for n in range(10)]) for day in range(5)]
        await asyncio.sleep(2)
        grown = here.memory()
        await here.process.stop()
    public_one, shown_one = (median(values) for values in zip(*alone, strict=True))
    public, shown = (median(values) for values in zip(*ten, strict=True))
    setting = "300 ms per request, Instagram ready in 1 s"
    return [
        Figure("1 job × 3: tap → last post public", public_one, "s", 10, len(alone), setting),
        Figure("1 job × 3: tap → message says so", shown_one, "s", 10, len(alone), setting),
        Figure("10 jobs in one second: first tap → last post public", public, "s", 10, len(ten), setting),
        Figure(
            "10 jobs in one second: first tap → all messages say so",
            shown,
            "s",
            None,
            len(ten),
            "one chat, one edit a second",
        ),
        Figure(
            "resident memory after 55 publications with pictures",
            grown,
            "MB",
            130,
            1,
            "three networks, picture drawn for each draft",
        ),
    ]


async def _walls(here: Street, texts: list[str]) -> tuple[float, float]:
    """Seconds from the first tap until the last post of all was public, and until the chat showed every job done.

    A card that is no longer last in the chat gets a live message of its own, so all messages are counted.
    """
    cards = [await here.act.draft(text) for text in texts]
    before = _celebrated(here)
    tapped = [await here.approve(card) for card in cards]
    assert tapped[-1] - tapped[0] < 1, "the jobs are approved within one second"
    shown = asyncio.create_task(_shown(here, before + len(texts)))
    await here.act.until(lambda: all(set(texts) <= set(posts) for posts in here.act.public().values()), 60)
    public = time.perf_counter()
    return public - tapped[0], await shown - tapped[0]


async def _shown(here: Street, messages: int) -> float:
    await here.stage.telegram.until(lambda: _celebrated(here) >= messages, 60)
    return time.perf_counter()


def _celebrated(here: Street) -> int:
    return sum("🎉" in message.text for message in here.act.phone.chat if message.sender.is_bot)
