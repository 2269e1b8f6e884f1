"""kill -9 while refused words are replaced: the new ones go out, once."""

import pytest

from bot.sandbox.chats import Message
from bot.sandbox.phone import Phone
from fakes.process import Process
from fakes.stage import CARMEN, Act, Stage, newer

TEXT = "El domingo hay roscón de reyes. Encarga el tuyo antes del viernes."
OTHER = "El domingo, roscón. Encarga el tuyo."
PUBLISH = "📣 Publicar así en X"
REFUSAL = {
    "title": "Forbidden",
    "detail": "You are not permitted to perform this action.",
    "type": "about:blank",
    "status": 403,
}


@pytest.fixture
def act(stage: Stage) -> Act:
    return Act(stage, None, stage.telegram.phone(CARMEN, "Carmen"))  # type: ignore[arg-type] # the app lives elsewhere


async def offered(act: Act, phone: Phone) -> Message:
    """The new words as they will go out, in place of those that X refused."""
    act.stage.x.fault("POST /2/tweets", "error", status=403, body=REFUSAL)
    card = await act.draft(TEXT)
    await phone.tap(card, "✅ Aprobar")
    await phone.until(lambda _: "🔁 Reintentar" in card.labels, 20)
    await phone.tap(card, "✏️ Editar")
    await newer(act, card, "Escríbeme el texto nuevo solo para X")
    sent = await phone.send(OTHER)
    return (await phone.until(lambda chat: [m for m in chat if m.reply_to == sent.id and PUBLISH in m.labels], 10))[-1]


@pytest.mark.parametrize("when", ["read", "stored", "answering"])
async def test_killed_by_the_platform_in_flight(stage: Stage, process: Process, act: Act, when: str) -> None:
    await process.start()
    shown = await offered(act, act.phone)
    stage.x.fault("POST /2/tweets", "kill", target=process.strike, when=when)
    await act.phone.tap(shown, PUBLISH)
    await process.dead()
    await process.start()
    await act.says("🎉", timeout=20)
    assert act.public() == {"facebook": [TEXT], "instagram": [TEXT], "twitter": [OTHER]}


async def test_killed_before_anybody_is_told_of_the_tap(stage: Stage, process: Process, act: Act) -> None:
    await process.start()
    shown = await offered(act, act.phone)
    stage.telegram.kill(lambda: process.pid, "answerCallbackQuery", when="read")
    await act.phone.tap(shown, PUBLISH)
    await process.dead()
    await process.start()
    await act.says("🎉", timeout=20)
    assert act.public() == {"facebook": [TEXT], "instagram": [TEXT], "twitter": [OTHER]}
