"""Updates are kept before they are confirmed, handled once, and answered after whatever crash."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot.app import build
from bot.handlers import routing
from bot.handlers.desk import Desk
from bot.handlers.drafts import borrador
from bot.handlers.routing import Route
from bot.replies import Reply
from bot.roles import Role
from bot.screen import Verb
from fakes.stage import Act, Stage, connect, settled, spoken, staged

TEXT = "Mañana abrimos a las 8 con pan de espelta recién hecho."
OTHER = "El domingo hay bollos de anís desde las 10."
APPROVE = "✅ Aprobar"
ANA = 9


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


# -- kept before confirmed ---------------------------------------------------------------------------------------


async def test_what_was_kept_and_not_handled_is_handled_once_by_the_next_life(stage: Stage) -> None:
    phone = stage.telegram.phone(7, "Carmen")
    async with build(stage.settings(), stage.clock) as app:
        await connect(app, "facebook")
        await phone.send(TEXT)
        await app.intake.accept([stage.telegram.updates[-1].body])
        await app.intake.accept([stage.telegram.updates[-1].body])
    async with stage.play("facebook") as act:
        card = await act.says("LIVE", "espelta")
        await settled(act)
        assert spoken(act) == [card]
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        assert act.public()["facebook"] == [TEXT]


async def test_an_aprobar_that_was_kept_is_not_counted_twice_when_telegram_repeats_it(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await act.draft(TEXT)
        await settled(act)
    phone = stage.telegram.phone(7, "Carmen")
    await phone.send("/aprobar")
    async with build(stage.settings(), stage.clock) as app:
        await app.intake.accept([stage.telegram.updates[-1].body])
    await phone.send(OTHER)
    async with stage.play("facebook") as act:
        await act.says("🎉")
        later = await act.says("LIVE", "bollos")
        await settled(act)
        assert act.public()["facebook"] == [TEXT]
        assert APPROVE in later.labels


async def test_telegram_is_not_told_before_the_update_is_safe(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        async with act.app.store.unit():
            await act.phone.send(TEXT)
            await act.until(lambda: not stage.telegram.polling)
            for _ in range(6):
                await asyncio.sleep(0.005)
            assert len(stage.telegram.pending) == 1, "nobody can write now, so nothing is confirmed"
        await act.says("LIVE", "espelta")
        await act.until(lambda: not stage.telegram.pending)


async def test_what_was_sent_while_the_bot_was_away_is_handled_in_order(stage: Stage) -> None:
    async with stage.play("facebook"):
        pass
    phone = stage.telegram.phone(7, "Carmen")
    texts = [f"Hoy hay oferta número {number}" for number in range(1, 6)]
    for text in texts:
        await phone.send(text)
    async with stage.play("facebook") as act:
        await act.says("LIVE", texts[-1])
        await settled(act)
        assert [next(text for text in texts if text in card.text) for card in spoken(act)] == texts


# -- answers after a crash ---------------------------------------------------------------------------------------


async def crash_before_answering(stage: Stage, *texts: str) -> None:
    """A life that decides what to answer to these, keeps it, and dies before it says a word."""
    phone = stage.telegram.phone(7, "Carmen")
    decided: list[Sequence[Reply]] = []

    async def hang(replies: Sequence[Reply]) -> None:
        decided.append(replies)
        await asyncio.Event().wait()

    async with build(stage.settings(), stage.clock) as app:
        await connect(app, "facebook")
        await app.bot.initialize()
        app.intake.give = hang
        for text in texts:
            await phone.send(text)
        await app.intake.accept([update.body for update in stage.telegram.updates])
        working = asyncio.create_task(app.intake.work())
        async with asyncio.timeout(5):
            while len(app.intake._giving) < len(texts):
                await asyncio.sleep(0.005)
        for task in (working, *app.intake._giving):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
    assert decided
    assert not [message for message in phone.chat if message.from_bot]


async def test_answers_that_a_crash_kept_back_are_sent_by_the_next_life(stage: Stage) -> None:
    await crash_before_answering(stage, "/estado", "/ayuda")
    async with stage.play("facebook") as act:
        await act.says("/omitir")
        await settled(act)
        assert ["en marcha" in message.text for message in spoken(act)] == [True, False], "each once, in order"
        async with act.app.store.view() as unit:
            assert await unit.inbox.unanswered() == []


async def test_a_card_that_a_crash_kept_back_comes_once(stage: Stage) -> None:
    await crash_before_answering(stage, TEXT)
    async with stage.play("facebook") as act:
        await act.says("LIVE", "espelta")
        await settled(act)
        for _ in range(4):
            await asyncio.sleep(0.005)
        assert len(spoken(act)) == 1
        await act.phone.tap(spoken(act)[0], APPROVE)
        await act.says("🎉")
        assert act.public()["facebook"] == [TEXT]


async def test_the_answer_to_a_lost_send_comes_all_the_same(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        stage.telegram.drop("sendMessage", stored=False)
        await act.phone.send("/ayuda")
        await act.says("/omitir")
        await settled(act)
        assert len(spoken(act)) == 1


async def test_a_tap_that_is_too_old_to_be_answered_still_counts(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        old = "Bad Request: query is too old and response timeout expired or query ID is invalid"
        stage.telegram.fault("answerCallbackQuery", status=400, description=old)
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        assert act.public()["facebook"] == [TEXT]


async def test_one_chat_that_must_wait_does_not_keep_back_another(stage: Stage) -> None:
    stage.overrides["telegram"] = {**stage.settings().telegram.model_dump(), "editors": [ANA]}
    async with stage.play("facebook") as act:
        ana = Act(stage, act.app, stage.telegram.phone(ANA, "Ana"))
        stage.telegram.fault("sendMessage", retry_after=60)
        await act.phone.send("/ayuda")
        await act.until(lambda: any(call.method == "sendMessage" for call in stage.telegram.calls))
        await ana.draft(TEXT)
        assert spoken(act) == []
        act.advance(61)
        await act.says("/omitir")


# -- our own mistakes --------------------------------------------------------------------------------------------


async def broken(desk: Desk, *_: str) -> list[Reply]:
    """Has an effect, and then fails."""
    await borrador(desk)
    raise ZeroDivisionError


async def test_a_handler_that_fails_apologises_and_leaves_no_trace(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(routing.COMMANDS, "estado", Route(Role.AUTHOR, broken))
    async with stage.play("facebook") as act:
        await act.phone.send("/estado de las cosas")
        await act.says("😓")
        await act.phone.send("/ayuda")
        await act.says("/omitir")
        await settled(act)
        assert len(spoken(act)) == 2, "said once, and the next one works"
        async with act.app.store.view() as unit:
            assert await unit.drafts.pending(7) == []
        stage.telegram.redeliver(stage.telegram.updates[0].id)
        await settled(act)
        assert len(spoken(act)) == 2


async def test_the_button_of_a_handler_that_fails_stops_spinning(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(routing.TAPS, Verb.PREVIEW, Route(Role.AUTHOR, broken))
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        tap = await act.phone.tap(card, "👀 Ver por red")
        await tap.until_answered()
        await act.says("😓")
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")


@pytest.mark.parametrize("message", [{"message_id": 1, "date": "ayer"}, "nada"])
async def test_an_update_that_nobody_can_read_does_not_stop_those_behind_it(stage: Stage, message: Any) -> None:
    async with stage.play("facebook") as act:
        await act.app.intake.accept([{"update_id": 1, "message": message}])
        card = await act.draft(TEXT)
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
    async with stage.play("facebook") as act:
        assert await act.draft(OTHER)


# -- the way to Telegram -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("stored", [True, False])
async def test_a_poll_that_breaks_off_loses_and_repeats_nothing(stage: Stage, stored: bool) -> None:
    async with stage.play("facebook") as act:
        await settled(act)
        stage.telegram.drop("getUpdates", stored=stored, times=2)
        first = await act.draft(TEXT)
        second = await act.draft(OTHER)
        await settled(act)
        assert spoken(act) == [first, second]


@pytest.mark.parametrize("status", [500, 502, 409])
async def test_a_poll_that_is_refused_goes_on(stage: Stage, status: int) -> None:
    async with stage.play("facebook") as act:
        await settled(act)
        stage.telegram.fault("getUpdates", status=status, times=2)
        await act.draft(TEXT)
        assert await act.draft(OTHER)


async def test_a_poll_that_must_wait_waits(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await settled(act)
        stage.telegram.fault("getUpdates", retry_after=60)
        await act.draft(TEXT)
        await act.until(lambda: not stage.telegram.polling)
        await act.phone.send(OTHER)
        act.advance(59)
        for _ in range(4):
            await asyncio.sleep(0.005)
        assert len(spoken(act)) == 1
        act.advance(2)
        await act.says("LIVE", "bollos")


async def test_a_start_without_telegram_waits_for_it(stage: Stage) -> None:
    stage.telegram.fault("getMe", status=502, times=2)
    stage.telegram.drop("setMyCommands", stored=False)
    async with stage.play("facebook") as act:
        assert await act.draft(TEXT)
