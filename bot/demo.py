"""The demonstration: the whole product on a sandbox, with no account anywhere."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.app import build
from bot.console import Failed
from bot.life import App
from bot.sandbox.chats import Message
from bot.sandbox.phone import Phone
from bot.sandbox.telegram import SandboxTelegram
from bot.sections import Publishing, Queue, RetryPolicy, Server, Simulator, Telegram
from bot.settings import Settings
from bot.web.front import listen
from publishers.engine.contract import Identity
from publishers.engine.loading import known_platforms
from publishers.engine.simulator import Fault

SEED = 20
OWNER, NAME = 7001, "Carmen"
DRAFT = (
    "Mañana sábado abrimos a las 8 con pan de espelta recién hecho 🥖\n\n"
    "Los diez primeros se llevan una barra de regalo. ¡Os esperamos en la plaza!\n\n#panadería #espelta"
)
PATIENCE = 15.0
"""Seconds one scene of the story may take."""


class TourFailed(Failed):
    """A state that the story must show did not come."""


async def run(*, tour: bool) -> None:  # noqa: ARG001 - the story is all there is to see so far
    """Draft → card → approval → live states with one network failing → /reintentar → links. Raises TourFailed."""
    with TemporaryDirectory(prefix="pregonero-") as folder:
        async with SandboxTelegram() as telegram, _product(telegram, Path(folder)) as app:
            await _play(app, telegram.phone(OWNER, NAME))
    _say("That was the whole story: approved once, published once on every network, nothing lost.")


@asynccontextmanager
async def _product(telegram: SandboxTelegram, folder: Path) -> AsyncIterator[App]:
    """The product as `run` builds it, with an account of every network and no credentials for any."""
    async with build(_settings(telegram, folder)) as app:
        await _open_accounts(app)
        serving = asyncio.create_task(app.serve())
        try:
            yield app
        finally:
            serving.cancel()
            with suppress(asyncio.CancelledError):
                await serving
            await app.farewell()


def _settings(telegram: SandboxTelegram, folder: Path) -> Settings:
    stanzas: dict[str, dict[str, Any] | None] = dict.fromkeys(known_platforms())
    return Settings(
        mode="sandbox",
        data_dir=folder / "data",
        telegram=Telegram(
            bot_token=telegram.token,  # type: ignore[arg-type] # pydantic makes a SecretStr of it
            base_url=telegram.base_url,
            base_file_url=telegram.base_file_url,
            owners=(OWNER,),
        ),
        server=Server(port=_free_port()),
        simulator=Simulator(seed=SEED, failure_rate=0),
        publishing=Publishing(platforms=stanzas, retry_policy=RetryPolicy(max_retries=0), queue=Queue()),
    )


def _free_port() -> int:
    with listen("127.0.0.1", 0) as probe:
        return int(probe.getsockname()[1])


async def _open_accounts(app: App) -> None:
    async with app.store.unit() as unit:
        for name in app.engine.connections.platforms:
            who = Identity(f"{name}-1", "@panaderia")
            await unit.accounts.add(name, who, "{}", expires_at=None, at=app.clock.now())


# -- the story ---------------------------------------------------------------------------------------------------


async def _play(app: App, phone: Phone) -> None:
    _say(f"{NAME} writes a draft on her phone.")
    sent = await phone.send(DRAFT)
    card = await _scene(phone, "the card", lambda m: m.reply_to == sent.id and bool(m.buttons))
    unlucky = _last_network(app)
    if app.scene is not None:
        app.scene.scripts[unlucky] += [Fault.UNAVAILABLE] * 3
    _say(f"She approves with one tap. ({unlucky} is going to be out of order for a while.)")
    await phone.tap(card, _label(card, "approve:"))
    watching = asyncio.create_task(_watch(phone, card.id))
    await _scene(phone, "a network on its way", lambda m: m.id == card.id and "⏳" in m.text)
    await _scene(phone, "a network done", lambda m: m.id == card.id and "✅" in m.text)
    await _scene(phone, "a network failed", lambda m: m.id == card.id and "⚠️" in m.text and _offers(m, "retry:"))
    _say(f"{NAME} types /reintentar.")
    await phone.send("/reintentar")
    done = await _scene(
        phone, "everything published", lambda m: (m.id == card.id and "🎉" in m.text) or _rehearsed(m, card)
    )
    watching.cancel()
    _check(app, done, unlucky)


def _rehearsed(message: Message, card: Message) -> bool:
    """Every network has its post, and nothing is left to decide."""
    return message.id == card.id and not message.buttons and "⏳" not in message.text and "⚠️" not in message.text


def _check(app: App, done: Message, unlucky: str) -> None:
    """Each network holds the post once, and the chat says that it was simulated."""
    posts = app.scene.posts if app.scene is not None else []
    for name in app.engine.connections.platforms:
        first = [post for post in posts if post.platform == name and post.reply_to is None]
        if len(first) != 1:
            raise TourFailed(f"{name} shows the post {len(first)} times instead of once.")
        print(f"  {name}: {first[0].permalink}")  # noqa: T201 - the terminal is the stage
    if "🧪" not in done.text:
        raise TourFailed("The chat does not say that this was simulated.")
    if unlucky not in {post.platform for post in posts}:
        raise TourFailed(f"{unlucky} was not published by /reintentar.")


async def _scene(phone: Phone, what: str, holds: Callable[[Message], bool]) -> Message:
    """The message for which it holds. Raises TourFailed when it does not come in time."""
    try:
        found = await phone.until(lambda chat: next((m for m in chat if m.sender.is_bot and holds(m)), None), PATIENCE)
    except AssertionError as missing:
        raise TourFailed(f"The story stopped: {what} never came.\n{missing}") from None
    if found is None:
        raise TourFailed(f"The story stopped: {what} never came.")
    if what == "the card":
        _show(found)
    return found


async def _watch(phone: Phone, message_id: int) -> None:
    """Print the live message whenever it changes."""
    shown: list[str] = [""]

    def changed(chat: list[Message]) -> Message | None:
        return next((m for m in chat if m.id == message_id and m.text != shown[-1]), None)

    while True:
        message = await phone.until(changed, 60.0)
        if message is not None:
            shown.append(message.text)
            _show(message)


def _last_network(app: App) -> str:
    return max(app.engine.connections.platforms)


def _label(message: Message, data: str) -> str:
    """The data of the button whose data begins so."""
    return next(b.data for row in message.buttons for b in row if b.data is not None and b.data.startswith(data))


def _offers(message: Message, data: str) -> bool:
    return any(b.data is not None and b.data.startswith(data) for row in message.buttons for b in row)


def _say(line: str) -> None:
    print(f"\n▶ {line}", flush=True)  # noqa: T201 - the terminal is the stage


def _show(message: Message) -> None:
    rows = ["   ".join(f"[{button.text}]" for button in row) for row in message.buttons]
    body = "\n".join(f"  │ {line}" for line in [*message.text.split("\n"), *rows])
    print(f"\n{body}", flush=True)  # noqa: T201 - the terminal is the stage
