"""The whole product against the sandbox Telegram and the wire-level platforms: what a person would go through."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot.app import build
from bot.life import App
from bot.sandbox.chats import Chat, Message
from bot.sandbox.phone import Phone
from bot.sandbox.telegram import SandboxTelegram
from bot.settings import Settings
from fakes.clock import FakeClock
from fakes.graph import FakeGraph
from fakes.x import FakeX
from publishers.engine.contract import Identity
from publishers.wire.guarded import Guarded

CARMEN = 7
PAGE, INSTAGRAM, X = "1001", "17841400000000001", "2001"
SECRETS = {
    "facebook": '{"page_id": "1001", "access_token": "EAAB-page-token"}',
    "instagram": (
        '{"ig_user_id": "17841400000000001", "access_token": "EAAB-page-token", "login": "facebook", "page_id": "1001"}'
    ),
    "twitter": '{"user_id": "2001", "username": "panaderia", "access_token": "x-user-token"}',
}
NAMES = {"facebook": (PAGE, "Panadería"), "instagram": (INSTAGRAM, "@panaderia"), "twitter": (X, "@panaderia")}
HEADS = ("Publicando", "Publicado", "parcialmente", "necesita", "Necesit", "Ensayo", "🎉", "⚠️", "📤")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Stage:
    telegram: SandboxTelegram
    graph: FakeGraph
    x: FakeX
    data_dir: Path
    clock: FakeClock = field(default_factory=lambda: FakeClock(patience=5))
    overrides: dict[str, Any] = field(default_factory=dict)
    guarded: Guarded | None = None
    """How pages that drafts lead to are read; they are looked at when the settings say so."""

    def settings(self) -> Settings:
        graph = {"graph_url": self.graph.url}
        values: dict[str, Any] = {
            "data_dir": self.data_dir,
            "telegram": {
                "bot_token": SecretStr(self.telegram.token),
                "base_url": self.telegram.base_url,
                "base_file_url": self.telegram.base_file_url,
                "owners": [CARMEN],
            },
            "server": {"port": free_port()},
            "approval": {"reconfirm_first_live": False},
            "publishing": {
                "platforms": {"facebook": graph, "instagram": graph, "twitter": {"api_url": self.x.url}},
            },
        }
        return Settings(**{**values, **self.overrides})

    @asynccontextmanager
    async def play(self, *platforms: str) -> AsyncIterator["Act"]:
        """The bot at work, with these accounts connected (all three when none is named)."""
        async with build(self.settings(), self.clock, self.guarded) as app:
            for platform in platforms or SECRETS:
                await connect(app, platform)
            serving = asyncio.create_task(app.serve())
            try:
                yield Act(self, app, self.telegram.phone(CARMEN, "Carmen"))
            finally:
                serving.cancel()
                with suppress(asyncio.CancelledError):
                    await serving
                await app.farewell()


async def connect(app: App, platform: str, **changes: str) -> None:
    secret = SECRETS[platform]
    for old, new in changes.items():
        secret = secret.replace(old.replace("_", "-"), new)
    async with app.store.unit() as unit:
        await unit.accounts.add(platform, Identity(*NAMES[platform]), secret, expires_at=None, at=app.clock.now())


@dataclass
class Act:
    """One life of the process, and the phone that looks at it."""

    stage: Stage
    app: App
    phone: Phone

    async def says(self, *parts: str, timeout: float = 10.0) -> Message:  # noqa: ASYNC109 - how long the test waits
        """The newest message of the bot that contains all of these."""

        def found(chat: list[Message]) -> Message | None:
            said = [m for m in chat if m.sender.is_bot and all(part in m.text for part in parts)]
            return said[-1] if said else None

        message = await self.phone.until(found, timeout)
        assert message is not None
        return message

    async def until(self, condition: Callable[[], Any], timeout: float = 10.0) -> Any:  # noqa: ASYNC109 - as above
        """Let the loop turn until it holds."""
        async with asyncio.timeout(timeout):
            while not (found := condition()):
                await asyncio.sleep(0.005)
        return found

    async def draft(self, text: str) -> Message:
        """Send a text and wait for its card."""
        sent = await self.phone.send(text)
        return await self.card_of(sent)

    async def card_of(self, sent: Message) -> Message:
        def card(chat: list[Message]) -> Message | None:
            cards = [m for m in chat if m.sender.is_bot and m.reply_to == sent.id and "✅ Aprobar" in m.labels]
            return cards[-1] if cards else None

        found = await self.phone.until(card, 10.0)
        assert found is not None
        return found

    def advance(self, seconds: float) -> None:
        """Time passes, and the engine notices."""
        self.stage.clock.advance(seconds)
        self.app.engine.poke()

    async def live(self, seconds: float, step: float = 5) -> None:
        """Let time pass in small steps; each is over when the engine has done all that was due by then."""
        for _ in range(int(seconds / step)):
            self.advance(step)
            async with asyncio.timeout(10):
                while not await self._at_rest():
                    await asyncio.sleep(0.002)

    async def _at_rest(self) -> bool:
        engine = self.app.engine
        async with self.app.store.view() as unit:
            due = await unit.deliveries.due(self.stage.clock.now(), dict.fromkeys(engine.connections.platforms, 1), 1)
        return not (due or self.writing or engine._tasks or self.app.live._tasks)

    @property
    def writing(self) -> bool:
        """A claim may be public in the tables before the engine knows of it."""
        return self.app.store._database._lock.locked()  # type: ignore[attr-defined] # the real store

    def public(self) -> dict[str, list[str]]:
        """The texts on every network."""
        stage = self.stage
        return {
            "facebook": [post.text for post in stage.graph.posts(PAGE)],
            "instagram": [post.text for post in stage.graph.posts(INSTAGRAM)],
            "twitter": [post.text for post in stage.x.posts(X)],
        }


@asynccontextmanager
async def staged(data_dir: Path, **overrides: Any) -> AsyncIterator[Stage]:
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(SandboxTelegram())
        graph = await stack.enter_async_context(FakeGraph())
        x = await stack.enter_async_context(FakeX())
        graph.page(PAGE, "EAAB-page-token")
        graph.instagram(INSTAGRAM, "EAAB-page-token", page_id=PAGE)
        x.user(X, "panaderia", "x-user-token")
        stage = Stage(telegram, graph, x, data_dir, overrides=overrides)
        for server in (graph, x):
            server.now = stage.clock.now
        yield stage


async def heard(phone: Phone, group: Chat, *parts: str) -> Message:
    """The newest message of the bot in this group that contains all of these."""

    def found(chat: list[Message]) -> list[Message]:
        return [each for each in chat if each.from_bot and all(part in each.text for part in parts)]

    return (await phone.until(found, 10.0, group))[-1]


async def newer(act: Act, than: Message, *parts: str) -> Message:
    """A message of the bot below this one that contains all of these."""

    def found(chat: list[Message]) -> list[Message]:
        return [m for m in chat if m.from_bot and m.id > than.id and all(part in m.text for part in parts)]

    return (await act.phone.until(found, 10.0))[-1]


async def settled(act: Act) -> None:
    """Everything sent is handled and answered, and everything that is due has been tried and shown."""
    telegram, intake, live, engine = act.stage.telegram, act.app.intake, act.app.live, act.app.engine

    def idle() -> bool:
        arrived = intake._arrived
        handled = telegram.polling and not telegram.pending and not arrived.is_set() and bool(arrived._waiters)
        return handled and not (act.writing or intake._giving or live._tasks or engine._tasks)

    await act.until(idle)


def spoken(act: Act) -> list[Message]:
    return [message for message in act.phone.chat if message.from_bot]
