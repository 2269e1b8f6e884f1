"""The live message: it follows every network, keeps Telegram's pace, and always tells the last state."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.progress import LiveMessages
from bot.sandbox.chats import Message
from fakes.stage import PAGE, Stage, settled, spoken, staged
from publishers.engine.ports import StoreUnavailable

TEXT = "Mañana abrimos a las 8 con pan de espelta recién hecho."
APPROVE = "✅ Aprobar"
REFUSED = {"title": "Forbidden", "detail": "You are not permitted to perform this action.", "type": "about:blank",
           "status": 403}  # fmt: skip
BLOCKED = "Forbidden: bot was blocked by the user"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


async def breathe(times: int = 10) -> None:
    """Let what is on its way over the loopback arrive."""
    for _ in range(times):
        await asyncio.sleep(0.005)


def count(stage: Stage, method: str) -> int:
    return sum(call.method == method for call in stage.telegram.calls)


def about(message: Message) -> str:
    """What it says, and the addresses behind its words."""
    return message.text + str(message.entities)


# -- its pace ----------------------------------------------------------------------------------------------------


async def test_what_happens_within_a_second_is_shown_in_one_edit(stage: Stage) -> None:
    stage.clock.patience = 0.5
    async with stage.play() as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, APPROVE)
        await act.until(lambda: act.public()["facebook"] and act.public()["twitter"])
        await act.until(lambda: "Publicando" in card.text)
        seconds = 0
        while "🎉" not in card.text:
            before = count(stage, "editMessageText")
            act.advance(1)
            seconds += 1
            await breathe()
            assert count(stage, "editMessageText") - before <= 1, "never more than one edit in a second"
            assert seconds < 20
        assert count(stage, "editMessageText") <= 5
        assert spoken(act) == [card]


async def test_each_line_changes_by_itself(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        gate = asyncio.Event()
        stage.x.fault("POST /2/tweets", "slow", until=gate)
        card = await act.draft(TEXT)
        await act.phone.tap(card, APPROVE)
        await act.phone.until(lambda _: "Facebook ✅" in card.text and "X ⏳" in card.text)
        gate.set()
        await act.phone.until(lambda _: "🎉" in card.text)
        for post in (*stage.graph.posts(PAGE), *stage.x.posts("2001")):
            assert post.permalink in about(card)


async def test_a_wait_that_telegram_asks_for_on_an_edit_is_kept(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        stage.telegram.fault("editMessageText", retry_after=30)
        await act.phone.tap(card, APPROVE)
        await act.until(lambda: act.public()["facebook"] and count(stage, "editMessageText") == 1)
        act.advance(29)
        await breathe()
        assert count(stage, "editMessageText") == 1
        act.advance(2)
        await act.phone.until(lambda _: "🎉" in card.text)
        assert spoken(act) == [card]


async def test_a_wait_that_telegram_asks_for_on_a_message_is_kept(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await act.draft(TEXT)
        sent = count(stage, "sendMessage")
        stage.telegram.fault("sendMessage", retry_after=20)
        await act.phone.send("/aprobar")
        await act.until(lambda: act.public()["facebook"] and count(stage, "sendMessage") == sent + 1)
        act.advance(19)
        await breathe()
        assert count(stage, "sendMessage") == sent + 1
        act.advance(2)
        await act.says("🎉")
        await settled(act)
        assert len([message for message in spoken(act) if "🎉" in message.text]) == 1


async def test_a_change_at_the_moment_the_message_came_up_to_date_is_shown_too(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await act.phone.tap(await act.draft(TEXT), APPROVE)
        await act.says("🎉")
        await settled(act)
        async with act.app.store.view() as unit:
            [job] = await unit.jobs.latest(act.phone.user.id)
        live = act.app.live
        live.changed(job.id)
        catching_up = live._tasks[job.id]
        while not catching_up.done():
            await asyncio.sleep(0)
        live.changed(job.id)
        await live.settle()
        assert job.id not in live._stale


async def test_a_store_that_fails_for_a_moment_does_not_cost_the_last_state(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    show = LiveMessages._show
    left = [1, 2, 3]

    async def failing(self: LiveMessages, job_id: str) -> None:
        if stage.graph.posts(PAGE) and left:  # public comes before the store knows
            left.pop()
            raise StoreUnavailable("disk full")
        await show(self, job_id)

    monkeypatch.setattr(LiveMessages, "_show", failing)
    async with stage.play("facebook") as act:
        await act.phone.tap(await act.draft(TEXT), APPROVE)
        await act.says("🎉")
        assert not left


# -- when Telegram loses something -------------------------------------------------------------------------------


@pytest.mark.parametrize("stored", [True, False])
async def test_an_edit_whose_answer_was_lost_is_neither_lost_nor_doubled(stage: Stage, stored: bool) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(TEXT)
        stage.telegram.drop("editMessageText", stored=stored, times=2)
        await act.phone.tap(card, APPROVE)
        await act.phone.until(lambda _: "🎉" in card.text)
        await settled(act)
        assert spoken(act) == [card]
        assert act.public()["facebook"] == act.public()["twitter"] == [TEXT]


async def test_an_edit_that_changes_nothing_is_no_trouble(stage: Stage) -> None:
    same = "Bad Request: message is not modified: specified new message content is exactly the same"
    async with stage.play("twitter") as act:
        gate = asyncio.Event()
        stage.x.fault("POST /2/tweets", "slow", until=gate)
        card = await act.draft(TEXT)
        stage.telegram.fault("editMessageText", status=400, description=same)
        await act.phone.tap(card, APPROVE)
        await act.until(lambda: count(stage, "editMessageText") == 1)
        gate.set()
        await act.phone.until(lambda _: "🎉" in card.text)
        assert spoken(act) == [card]


async def test_a_live_message_that_the_person_deleted_is_sent_anew(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        gate = asyncio.Event()
        stage.x.fault("POST /2/tweets", "slow", until=gate)
        card = await act.draft(TEXT)
        await act.phone.tap(card, APPROVE)
        await act.phone.until(lambda _: "Publicando" in card.text)
        await act.phone.delete(card)
        gate.set()
        done = await act.says("🎉")
        await settled(act)
        assert done.id > card.id
        assert spoken(act) == [done]
        assert stage.x.posts("2001")[0].permalink in about(done)


async def test_a_card_that_the_person_deleted_is_still_approved_by_command(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await act.phone.delete(await act.draft(TEXT))
        await act.phone.send("/aprobar")
        await act.says("🎉")
        assert act.public()["facebook"] == [TEXT]


async def test_publishing_goes_on_when_the_chat_is_closed_and_the_last_state_shows_when_it_opens(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(TEXT)
        for method in ("sendMessage", "editMessageText", "answerCallbackQuery"):
            stage.telegram.fault(method, status=403, description=BLOCKED, times=99)
        await act.phone.tap(card, APPROVE)
        await act.until(lambda: act.public()["facebook"] and act.public()["twitter"])
        await settled(act)
        assert "🎉" not in card.text
    stage.telegram._faults._planned.clear()
    async with stage.play("facebook", "twitter") as act:
        done = await act.says("🎉")
        await settled(act)
        assert spoken(act) == [done] == [card]
        assert act.public()["facebook"] == act.public()["twitter"] == [TEXT]


# -- edits are silent --------------------------------------------------------------------------------------------


async def test_what_needs_the_person_is_told_once_and_edited_when_solved(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        stage.x.fault("POST /2/tweets", "error", status=403, body=REFUSED)
        stage.graph.fault("POST /*/feed", "rate_limited", minutes=10)
        card = await act.draft(TEXT)
        await act.phone.tap(card, APPROVE)
        alert = await act.says("Te necesito", "X")
        assert alert.reply_to == card.id
        assert not alert.silent
        await act.phone.until(lambda _: "⏸" in card.text)
        await act.live(605, step=60)
        await act.phone.until(lambda _: "Facebook ✅" in card.text)
        await settled(act)
        assert spoken(act) == [card, alert], "it is not repeated while other things go on"
        await act.phone.tap(alert, "⏭ Omitir")
        await act.phone.until(lambda _: "parcialmente" in card.text and not alert.buttons)
        await settled(act)
        assert spoken(act) == [card, alert]
        assert "🙋" not in alert.text


async def test_a_need_that_was_told_is_not_told_again_after_a_restart(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        stage.x.fault("POST /2/tweets", "error", status=403, body=REFUSED)
        await act.phone.tap(await act.draft(TEXT), APPROVE)
        await act.says("Te necesito")
        await settled(act)
        before = [(message.id, message.text) for message in spoken(act)]
    async with stage.play("twitter") as act:
        await settled(act)
        assert [(message.id, message.text) for message in spoken(act)] == before


async def test_a_job_that_ends_long_after_the_last_tap_notifies_once(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        stage.x.fault("POST /2/tweets", "rate_limited", seconds=900)
        card = await act.draft(TEXT)
        await act.phone.tap(card, APPROVE)
        await act.phone.until(lambda _: "⏸" in card.text)
        await settled(act)
        assert spoken(act) == [card]
        await act.live(905, step=60)
        await act.phone.until(lambda _: "🎉" in card.text)
        await act.until(lambda: len(spoken(act)) == 2)
        [_, ended] = spoken(act)
        assert ended.reply_to == card.id
        assert not ended.silent
        assert "🎉" in ended.text
        await settled(act)
    async with stage.play("facebook", "twitter") as act:
        await settled(act)
        assert spoken(act) == [card, ended]


async def test_a_wait_of_more_than_an_hour_offers_to_leave_the_network_out(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        stage.x.fault("POST /2/tweets", "rate_limited", seconds=7200)
        card = await act.draft(TEXT)
        await act.phone.tap(card, APPROVE)
        await act.phone.until(lambda _: "⏭ Omitir: X" in card.labels)
        await act.phone.tap(card, "⏭ Omitir: X")
        await act.phone.until(lambda _: "parcialmente" in card.text)
        assert not card.buttons


# -- restarts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", [True, False])
async def test_a_restart_in_the_middle_goes_on_in_the_same_message(stage: Stage, typed: bool) -> None:
    stage.graph.ready_after = timedelta(minutes=1)
    async with stage.play() as act:
        card = await act.draft(TEXT)
        if typed:
            await act.phone.send("/aprobar")
        else:
            await act.phone.tap(card, APPROVE)
        live = await act.says("Facebook ✅", "X ✅", "Instagram ⏳")
        await act.until(lambda: any(call.path.endswith("/media") for call in stage.graph.requests))
        before = len(spoken(act))
    async with stage.play() as act:
        for _ in range(40):
            act.advance(5)
            await breathe(2)
            if "🎉" in live.text:
                break
        await act.phone.until(lambda _: "🎉" in live.text)
        await settled(act)
        told = spoken(act)[before:]
        assert all(message.reply_to == live.id for message in told), "at most a word that it ended"
        assert len(told) <= 1
        assert act.public() == {"facebook": [TEXT], "instagram": [TEXT], "twitter": [TEXT]}


async def test_a_state_that_was_reached_but_not_shown_shows_after_the_restart(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        stage.telegram.drop("editMessageText", stored=False, times=99)
        await act.phone.tap(card, APPROVE)
        await act.until(lambda: act.public()["facebook"] and not act.app.engine._tasks)
        act.app.clock.patience = 0
        await act.app.live.stop()
        assert "🎉" not in card.text
    stage.telegram._faults._planned.clear()
    stage.clock.patience = 5
    async with stage.play("facebook") as act:
        await act.phone.until(lambda _: "🎉" in card.text)
        await settled(act)
        assert spoken(act)[0] == card
        assert len(spoken(act)) <= 2
        assert act.public()["facebook"] == [TEXT]
