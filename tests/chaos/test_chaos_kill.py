"""kill -9 at the worst moments of a real process: one post on every network, and the same message ends correct."""

import asyncio

import pytest

from bot.sandbox.chats import Message
from bot.sandbox.phone import Phone
from fakes.process import Process, after_the_page_post
from fakes.stage import CARMEN, Act, Stage

TEXT = "El domingo hay roscón de reyes. Encarga el tuyo antes del viernes."
ONCE = {"facebook": [TEXT], "instagram": [TEXT], "twitter": [TEXT]}


@pytest.fixture
def phone(stage: Stage) -> Phone:
    return stage.telegram.phone(CARMEN, "Carmen")


def view(stage: Stage, phone: Phone) -> Act:
    return Act(stage, None, phone)  # type: ignore[arg-type] # the app lives in another process


async def approved(process: Process, view: Act) -> Message:
    await process.start()
    card = await view.draft(TEXT)
    await view.phone.tap(card, "✅ Aprobar")
    return card


@pytest.mark.parametrize(
    ("network", "where", "when"),
    [
        ("x", "POST /2/tweets", "read"),
        ("x", "POST /2/tweets", "stored"),
        ("x", "POST /2/tweets", "answering"),
        ("graph", "POST */feed", "stored"),
        ("graph", "POST */feed", "answering"),
        ("graph", "POST */media", "stored"),
        ("graph", "POST */media_publish", "read"),
        ("graph", "POST */media_publish", "stored"),
        ("graph", "POST */media_publish", "answering"),
        ("graph", "POST */photos", "stored"),
    ],
)
async def test_killed_by_the_platform_in_flight(
    stage: Stage, process: Process, phone: Phone, network: str, where: str, when: str
) -> None:
    act = view(stage, phone)
    server = getattr(stage, network)
    server.fault(where, "kill", target=process.strike, when=when)
    if "feed" not in where:
        server.on_request = after_the_page_post(act, where)
    card = await approved(process, act)
    await process.dead()
    await process.start()
    done = await act.says("🎉", timeout=20)
    assert act.public() == ONCE
    assert done.id == card.id
    assert await process.stop() == 0


async def test_where_a_list_never_means_no_the_person_decides(stage: Stage, process: Process, phone: Phone) -> None:
    act = view(stage, phone)
    stage.graph.fault("POST */feed", "kill", target=process.strike, when="read", lands=False)
    await approved(process, act)
    await process.dead()
    await process.start()
    asked = await act.says("¿Se publicó", timeout=20)
    await act.until(lambda: act.public()["twitter"] and act.public()["instagram"])
    assert act.public()["facebook"] == []
    await phone.tap(asked, next(label for label in asked.labels if "No está" in label))
    await act.says("🎉", timeout=20)
    assert act.public() == ONCE


async def ended(act: Act, card: Message) -> None:
    """Everything published. A death in the middle of the page's post leaves a question, and the person answers it."""

    def asks(chat: list[Message]) -> Message | None:
        return next((m for m in chat if m.id != card.id and "📤 No está, publicar" in m.labels), None)

    await act.phone.until(lambda chat: "🎉" in card.text or asks(chat), 20)
    asked = asks(act.phone.chat)
    if asked is not None:
        await act.phone.tap(asked, "📤 No está, publicar")
    await act.phone.until(lambda _: "🎉" in card.text, 20)


@pytest.mark.parametrize(
    ("method", "when"), [("editMessageText", "read"), ("editMessageText", "stored"), ("answerCallbackQuery", "read")]
)
async def test_killed_while_it_speaks_to_telegram(
    stage: Stage, process: Process, phone: Phone, method: str, when: str
) -> None:
    act = view(stage, phone)
    await process.start()
    card = await act.draft(TEXT)
    stage.telegram.kill(lambda: process.pid, method, when=when)  # type: ignore[arg-type] # a literal in the table
    await phone.tap(card, "✅ Aprobar")
    await process.dead()
    await process.start()
    await ended(act, card)
    assert act.public() == ONCE


async def test_a_draft_received_but_not_answered_gets_its_card_after_the_restart(
    stage: Stage, process: Process, phone: Phone
) -> None:
    act = view(stage, phone)
    await process.start()
    stage.telegram.kill(lambda: process.pid, "sendMessage", when="read")
    sent = await phone.send(TEXT)
    await process.dead()
    await process.start()
    card = await act.card_of(sent)
    assert TEXT in card.text


async def test_an_update_kept_but_not_handled_is_handled_after_the_restart(
    stage: Stage, process: Process, phone: Phone
) -> None:
    """Two drafts are pending; the approval comes again by Telegram's redelivery: one of them goes out, once."""
    act = view(stage, phone)
    await process.start()
    first = await act.draft(TEXT)
    second = await act.draft("Otro borrador que no se ha aprobado todavía.")
    await phone.send("/aprobar", reply_to=first)
    await act.says("🎉", timeout=20)
    await process.kill()
    stage.telegram.redeliver(stage.telegram.updates[-1].id)
    await process.start()
    await act.until(lambda: not stage.telegram.pending)
    await asyncio.sleep(0.1)
    assert act.public() == ONCE
    assert "✅ Aprobar" in next(m for m in phone.chat if m.id == second.id).labels
