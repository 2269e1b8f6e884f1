"""The story of the demonstration, told on the terminal: every state that matters, in the order of a real day."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from bot.console import Failed
from bot.sandbox.chats import Message
from bot.sandbox.networks import Fault, Kind
from bot.sandbox.phone import Phone
from bot.sandbox.playground import NAME, Playground

DRAFT = (
    "Mañana sábado abrimos a las 8 con pan de espelta recién hecho 🥖\n\n"
    "Los diez primeros se llevan una barra de regalo. ¡Os esperamos en la plaza!\n\n#panadería #espelta"
)
SECOND = "Y el domingo, roscón de naranja y almendra 🍊\n\nEncárgalo antes del viernes.\n\n#panadería #roscón"
PATIENCE = 15.0
"""Seconds one scene of the story may take."""
BIRTH = 30.0
"""Seconds until the bot must be up, on a machine that is busy."""
DAWDLES = 1.0
"""Seconds the slow network takes, so that a death catches it in the middle."""


class TourFailed(Failed):
    """A state that the story must show did not come."""


async def play(ground: Playground) -> None:
    """Draft → card → approval → one network failing → /reintentar → links; then kill -9 in the middle of another.

    Raises TourFailed.
    """
    await _first_life(ground)
    await _approved_once(ground)
    await _killed_in_the_middle(ground)
    _say("That was the whole story: each approved once, published once on every network, nothing lost.")


async def _first_life(ground: Playground) -> None:
    try:
        async with asyncio.timeout(BIRTH):
            await ground.supervisor.up()
    except TimeoutError:
        raise TourFailed("The story stopped: the bot never came up.") from None


async def _approved_once(ground: Playground) -> None:
    phone = ground.phone
    _say(f"{NAME} writes a draft on her phone.")
    card = await _card(phone, DRAFT)
    _show(card)
    unlucky = _unlucky(ground)
    if unlucky in ground.networks.by_key:
        ground.networks.plan(unlucky, Fault(Kind.UNAVAILABLE, times=3))
    _say(f"She approves with one tap. ({unlucky} is going to be out of order for a while.)")
    watching = await _approve(phone, card)
    await _scene(phone, "a network on its way", lambda m: m.id == card.id and "⏳" in m.text)
    await _scene(phone, "a network done", lambda m: m.id == card.id and "✅" in m.text)
    await _scene(phone, "a network failed", lambda m: m.id == card.id and "⚠️" in m.text and _offers(m, "retry:"))
    _say(f"{NAME} types /reintentar.")
    await phone.send("/reintentar")
    await _published(ground, card, 1)
    await _ended(watching)


async def _killed_in_the_middle(ground: Playground) -> None:
    phone, networks, supervisor = ground.phone, ground.networks, ground.supervisor
    _say(f"{NAME} writes another one, and approves it.")
    card = await _card(phone, SECOND)
    slow = max(networks.by_key)
    networks.plan(slow, Fault(Kind.SLOW, seconds=DAWDLES))
    before = networks.by_key[slow].received
    watching = await _approve(phone, card)
    await _wait(ground, "a network in the middle of it", lambda: networks.by_key[slow].received > before)
    lives = supervisor.lives
    supervisor.kill()
    _say(f"kill -9, while {slow} is still answering. Another process starts on the same data.")
    await _wait(ground, "another life of the bot", lambda: supervisor.lives > lives)
    await _published(ground, card, 2)
    await _ended(watching)


# -- scenes --------------------------------------------------------------------------------------------------------


async def _card(phone: Phone, text: str) -> Message:
    sent = await phone.send(text)
    return await _scene(phone, "the card", lambda m: m.reply_to == sent.id and bool(m.buttons))


async def _approve(phone: Phone, card: Message) -> "asyncio.Task[None]":
    """The task prints the live message whenever it changes."""
    await phone.tap(card, _label(card, "approve:"))
    return asyncio.create_task(_watch(phone, card.id))


async def _published(ground: Playground, card: Message, times: int) -> None:
    done = await _scene(ground.phone, "everything published", lambda m: m.id == card.id and _complete(m))
    _check(ground, done, times)


def _complete(message: Message) -> bool:
    """Every network has its post, and nothing is left to decide."""
    return not message.buttons and not any(mark in message.text for mark in ("⏳", "⚠️", "🔎"))


def _check(ground: Playground, done: Message, times: int) -> None:
    """Each network holds each post once, and the chat says that it was simulated."""
    for network in ground.networks.by_key.values():
        first = [post for post in network.posts if post.what.reply_to is None]
        if len(first) != times or len({post.what.text for post in first}) != times:
            raise TourFailed(f"{network.key} shows {len(first)} posts instead of {times}.")
        print(f"  {network.key}: {first[-1].permalink}")  # noqa: T201 - the terminal is the stage
    if "🧪" not in done.text:
        raise TourFailed("The chat does not say that this was simulated.")


async def _scene(phone: Phone, what: str, holds: Callable[[Message], bool]) -> Message:
    """The message for which it holds. Raises TourFailed when it does not come in time."""
    try:
        found = await phone.until(lambda chat: next((m for m in chat if m.from_bot and holds(m)), None), PATIENCE)
    except AssertionError as missing:
        raise TourFailed(f"The story stopped: {what} never came.\n{missing}") from None
    if found is None:
        raise TourFailed(f"The story stopped: {what} never came.")
    return found


async def _wait(ground: Playground, what: str, holds: Callable[[], bool]) -> None:
    try:
        await ground.telegram.until(holds, PATIENCE)
    except TimeoutError:
        raise TourFailed(f"The story stopped: {what} never came.") from None


async def _watch(phone: Phone, message_id: int) -> None:
    shown: list[str] = [""]

    def changed(chat: list[Message]) -> Message | None:
        return next((m for m in chat if m.id == message_id and m.text != shown[-1]), None)

    while True:
        message = await phone.until(changed, 60.0)
        if message is not None:
            shown.append(message.text)
            _show(message)


async def _ended(watching: "asyncio.Task[None]") -> None:
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching


def _unlucky(ground: Playground) -> str:
    return max(ground.networks.by_key)


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
