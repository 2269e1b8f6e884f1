"""Trouble on purpose: refusals, lost connections, a killed bot, floods."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
import telegram as ptb
from telegram.error import BadRequest, NetworkError, RetryAfter

from bot.sandbox.phone import Phone
from bot.sandbox.telegram import SandboxTelegram


async def test_a_scripted_flood_says_when_to_come_back(
    raw: Any, bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram
) -> None:
    sandbox.fault("sendMessage", retry_after=7)
    body = await raw.call("sendMessage", json={"chat_id": 42, "text": "x"})
    assert body == {
        "ok": False,
        "error_code": 429,
        "description": "Too Many Requests: retry after 7",
        "parameters": {"retry_after": 7},
    }
    sandbox.fault("sendmessage", retry_after=3)
    with pytest.raises(RetryAfter) as wait:
        await bot.send_message(42, "x")
    assert wait.value.retry_after == timedelta(seconds=3)
    assert phone.chat == []


async def test_a_fault_strikes_as_often_as_planned(bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram) -> None:
    sandbox.fault("sendMessage", status=502, times=2)
    for _ in range(2):
        with pytest.raises(NetworkError, match="Bad Gateway"):
            await bot.send_message(42, "x")
    await bot.send_chat_action(42, "typing")
    await bot.send_message(42, "x")
    assert len(phone.chat) == 1


async def test_faults_come_in_the_order_they_were_planned(bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram) -> None:
    sandbox.fault("*", status=400, description="Bad Request: first")
    sandbox.fault("getChat", status=400, description="Bad Request: second")
    for word in ("First", "Second"):
        with pytest.raises(BadRequest, match=word):
            await bot.get_chat(42)
    assert (await bot.get_chat(42)).id == 42


async def test_a_fault_of_no_method_is_a_mistake(sandbox: SandboxTelegram) -> None:
    with pytest.raises(ValueError, match="no method sendMesage"):
        sandbox.fault("sendMesage")


async def test_a_refused_parameter_uses_up_no_fault(raw: Any, phone: Phone, sandbox: SandboxTelegram) -> None:
    sandbox.fault("sendMessage", status=500)
    assert "does not know" in await raw.refused("sendMessage", chat_id=42, text="x", nonsense=1)
    assert await raw.refused("sendMessage", chat_id=42, text="x") == "Internal Server Error"


@pytest.mark.parametrize("stored", [True, False])
async def test_a_lost_connection(bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram, stored: bool) -> None:
    sandbox.drop("sendMessage", stored=stored)
    with pytest.raises(NetworkError):
        await bot.send_message(42, "x")
    assert len(phone.chat) == int(stored)
    await bot.send_message(42, "y")
    assert phone.chat[-1].text == "y"


CHILD = """
import asyncio, sys, telegram
async def main():
    bot = telegram.Bot(sys.argv[1], base_url=sys.argv[2])
    async with bot:
        for update in await bot.get_updates(timeout=5):
            await bot.send_message(update.message.chat.id, "eco " + update.message.text)
asyncio.run(main())
"""


@pytest.mark.parametrize(("when", "answers"), [("read", 0), ("stored", 1)])
async def test_a_bot_killed_in_the_middle_gets_its_updates_again(
    bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram, when: Any, answers: int
) -> None:
    await phone.send("hola")
    child = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, sandbox.token, sandbox.base_url)
    sandbox.kill(lambda: child.pid, "sendMessage", when=when)
    async with asyncio.timeout(20):
        assert await child.wait() == -9
    assert [m.text for m in phone.chat[1:]] == ["eco hola"] * answers
    [again] = await bot.get_updates()
    assert again.update_id == sandbox.updates[0].id


@pytest.fixture
async def strict(clock: Any) -> AsyncIterator[SandboxTelegram]:
    async with SandboxTelegram(now=clock.now, most=2, window=timedelta(seconds=10)) as server:
        yield server


@pytest.fixture
async def limited(strict: SandboxTelegram, connect: Callable[[SandboxTelegram], ptb.Bot]) -> AsyncIterator[ptb.Bot]:
    async with connect(strict) as client:
        yield client


async def test_messages_and_edits_of_one_chat_count_together(
    limited: ptb.Bot, strict: SandboxTelegram, clock: Any
) -> None:
    ana, eva = strict.phone(42, "Ana"), strict.phone(43, "Eva")
    sent = await limited.send_message(42, "uno")
    clock.advance(seconds=4)
    await limited.edit_message_text("dos", 42, sent.message_id)
    with pytest.raises(RetryAfter) as wait:
        await limited.edit_message_text("tres", 42, sent.message_id)
    assert wait.value.retry_after == timedelta(seconds=6)
    await limited.send_message(43, "otra")
    clock.advance(seconds=6)
    await limited.edit_message_text("tres", 42, sent.message_id)
    assert ([m.text for m in ana.chat], [m.text for m in eva.chat]) == (["tres"], ["otra"])


async def test_each_item_of_an_album_counts(
    limited: ptb.Bot, strict: SandboxTelegram, picture: Callable[..., bytes]
) -> None:
    ana = strict.phone(42, "Ana")
    await limited.send_media_group(42, [ptb.InputMediaPhoto(picture())] * 2)
    with pytest.raises(RetryAfter):
        await limited.send_message(42, "x")
    assert len(ana.chat) == 2


async def test_what_is_refused_costs_nothing(limited: ptb.Bot, strict: SandboxTelegram) -> None:
    strict.phone(42, "Ana")
    sent = await limited.send_message(42, "uno")
    for _ in range(3):
        with pytest.raises(BadRequest, match="not modified"):
            await limited.edit_message_text("uno", 42, sent.message_id)
    await limited.edit_message_text("dos", 42, sent.message_id)
