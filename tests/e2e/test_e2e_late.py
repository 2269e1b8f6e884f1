"""After the process was down: what is a little late goes out, the rest is one card with three ways on."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.late import LateCards
from bot.sandbox.chats import Message
from fakes.planning import data_of, old_tap, reach, shows
from fakes.queued import present, queued
from fakes.stage import Act, Stage, newer, settled, spoken, staged
from publishers.engine.model import DeliveryStatus, Job
from publishers.engine.ports import StoreUnavailable

BREAD, BUNS, PIE = "Pan de espelta recién hecho.", "Bollos de anís.", "Empanada de atún."
NOW, SPREAD, DROP = "📤 Publicar ahora", "🕘 Repartir", "🗑 Descartar"
ALARM = "Te necesito un momento"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


def at(hour: int, minute: int = 0, day: int = 21) -> datetime:
    """UTC: an hour less than in Madrid."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


async def down(stage: Stage, until: datetime, *posts: tuple[str, datetime]) -> list[Job]:
    """These are scheduled, and then nobody is there until that moment."""
    async with stage.play("facebook", "twitter") as act:
        jobs = [await queued(act, text, hour) for text, hour in posts]
        await settled(act)
    stage.clock.advance((until - stage.clock.now()).total_seconds())
    return jobs


async def two_late(stage: Stage) -> list[Job]:
    """Two posts three hours late; it is twenty past two in Madrid."""
    return await down(stage, at(13, 20), (BREAD, at(10, 15)), (BUNS, at(10, 20)))


async def card_of(act: Act) -> Message:
    card = await act.says("se les pasó la hora")
    await settled(act)
    return card


def cards(act: Act) -> list[Message]:
    return [message for message in spoken(act) if SPREAD in message.labels]


async def states(act: Act, jobs: list[Job]) -> set[DeliveryStatus]:
    return {delivery.status for job in jobs for delivery in (await present(act, job)).deliveries}


# -- one card ----------------------------------------------------------------------------------------------------


async def test_what_is_a_little_late_goes_out_and_the_others_are_one_card(stage: Stage) -> None:
    posts = [(BREAD, at(10, 15)), (BUNS, at(10, 20)), (PIE, at(13, 10))]
    await down(stage, at(13, 20), *posts)
    async with stage.play("facebook", "twitter") as act:
        card = await card_of(act)
        await act.until(lambda: act.public()["facebook"] == act.public()["twitter"] == [PIE])
        await settled(act)
        assert "A 2 publicaciones se les pasó la hora" in card.text
        assert f"a las 11:15 · {BREAD}" in card.text
        assert f"a las 11:20 · {BUNS}" in card.text
        assert PIE not in card.text
        assert card.labels == [NOW, SPREAD, DROP]
        assert len(cards(act)) == 1
        assert not card.silent
        assert not [message for message in spoken(act) if ALARM in message.text]


async def test_twenty_late_posts_are_one_notification(stage: Stage) -> None:
    await down(stage, at(14), *((f"Aviso número {n} de hoy.", at(10, 10 + n)) for n in range(20)))
    before = len(stage.telegram.calls)
    async with stage.play("facebook", "twitter") as act:
        card = await card_of(act)
        assert "A 20 publicaciones" in card.text
        assert "… y 8 más" in card.text
        sent = [call for call in stage.telegram.calls[before:] if call.method == "sendMessage"]
        assert len(sent) == 1
        assert act.public()["facebook"] == []


async def test_the_card_makes_a_sound_in_quiet_hours_too(stage: Stage) -> None:
    stage.overrides["approval"] = {"quiet_hours": "00:00-23:59"}
    await two_late(stage)
    async with stage.play("facebook", "twitter") as act:
        assert not (await card_of(act)).silent


# -- its three ways on -------------------------------------------------------------------------------------------


async def test_all_of_them_now(stage: Stage) -> None:
    await two_late(stage)
    async with stage.play("facebook", "twitter") as act:
        card = await card_of(act)
        data = data_of(card, NOW)
        await act.phone.tap(card, NOW)
        await shows(act, card, "Salen ahora las 2 atrasadas")
        assert not card.buttons
        await act.until(lambda: sorted(act.public()["facebook"]) == sorted([BREAD, BUNS]))
        again = old_tap(act.phone, card, data)
        assert "resuelto" in await again.until_answered()
        await settled(act)
        assert sorted(act.public()["twitter"]) == sorted([BREAD, BUNS])
        assert not cards(act)


async def test_spread_over_the_next_full_hours(stage: Stage) -> None:
    jobs = await two_late(stage)
    async with stage.play("facebook", "twitter") as act:
        card = await card_of(act)
        await act.phone.tap(card, SPREAD)
        await shows(act, card, f"a las 15:00 · {BREAD}", f"a las 16:00 · {BUNS}", "Madrid")
        assert not card.buttons
        assert [(await present(act, job)).scheduled_at for job in jobs] == [at(14), at(15)]
        assert act.public()["facebook"] == []
        await reach(act, 21, 14)
        assert act.public()["facebook"] == [BREAD]
        await reach(act, 21, 15)
        assert act.public()["twitter"] == [BREAD, BUNS]


async def test_spread_over_the_free_slots_of_the_week(stage: Stage) -> None:
    stage.overrides["schedule"] = {"slots": ["mon 10:00", "wed 18:30", "sun 9:00"]}
    jobs = await down(stage, at(13, 20), (BREAD, at(10, 15)), (BUNS, at(10, 20)), (PIE, at(9, day=23)))
    async with stage.play("facebook", "twitter") as act:
        card = await card_of(act)
        assert "hueco libre" in card.text
        await act.phone.tap(card, SPREAD)
        await shows(act, card, f"mañana a las 9:00 · {BREAD}", f"el miércoles 25 a las 18:30 · {BUNS}")
        hours = [(await present(act, job)).scheduled_at for job in jobs]
        assert hours == [at(8, day=22), at(17, 30, day=25), at(9, day=23)], "Monday's is taken"


async def test_dropping_is_asked_once(stage: Stage) -> None:
    jobs = await two_late(stage)
    async with stage.play("facebook", "twitter") as act:
        card = await card_of(act)
        await act.phone.tap(card, DROP)
        await shows(act, card, "¿Descarto las 2?")
        assert await states(act, jobs) == {DeliveryStatus.BLOCKED}
        await act.phone.tap(card, "⬅️ Volver")
        await shows(act, card, BREAD, BUNS)
        await act.phone.tap(card, DROP)
        await shows(act, card, "¿Descarto las 2?")
        await act.phone.tap(card, "🗑 Sí, descartar")
        await shows(act, card, "Descartadas las 2")
        assert not card.buttons
        await settled(act)
        assert await states(act, jobs) == {DeliveryStatus.SKIPPED}
        assert not any(act.public().values())


async def test_by_command(stage: Stage) -> None:
    await two_late(stage)
    async with stage.play("facebook", "twitter") as act:
        card = await card_of(act)
        asked = await act.phone.send("/cola atrasados")
        await newer(act, asked, "Salen ahora las 2 atrasadas")
        await shows(act, card, "Salen ahora las 2 atrasadas")
        await act.until(lambda: len(act.public()["facebook"]) == len(act.public()["twitter"]) == 2)
        again = await act.phone.send("/queue overdue")
        await newer(act, again, "No queda nada atrasado")


# -- what was shown, is decided ----------------------------------------------------------------------------------


async def test_a_tap_on_what_has_changed_since_decides_nothing(stage: Stage) -> None:
    jobs = await two_late(stage)
    async with stage.play("facebook", "twitter") as act:
        card = await card_of(act)
        data = data_of(card, NOW)
        skip = await act.phone.send("/omitir x", reply_to=(await present(act, jobs[0])).live_id)
        await newer(act, skip, "Omito")
        await settled(act)
        tap = old_tap(act.phone, card, data)
        assert "ha cambiado" in await tap.until_answered()
        await settled(act)
        assert not any(act.public().values())
        assert DeliveryStatus.BLOCKED in await states(act, jobs)
        assert cards(act) == [card]


async def test_decided_elsewhere_the_card_says_so(stage: Stage) -> None:
    jobs = await two_late(stage)
    async with stage.play("facebook", "twitter") as act:
        card = await card_of(act)
        for job in jobs:
            old_tap(act.phone, card, f"now:{job.id}")
        await shows(act, card, "No queda nada atrasado")
        await settled(act)
        assert not card.buttons
        assert len(act.public()["facebook"]) == 2


async def test_the_next_batch_has_a_card_of_its_own(stage: Stage) -> None:
    await two_late(stage)
    async with stage.play("facebook", "twitter") as act:
        first = await card_of(act)
        await act.phone.tap(first, DROP)
        await shows(act, first, "¿Descarto")
        await act.phone.tap(first, "🗑 Sí, descartar")
        await shows(act, first, "Descartadas")
        await queued(act, PIE, at(13, 30))
        await settled(act)
    stage.clock.advance(7 * 3600)
    async with stage.play("facebook", "twitter") as act:
        second = await act.says("se le pasó la hora")
        assert second.id > first.id
        assert PIE in second.text
        await act.phone.tap(second, NOW)
        await shows(act, second, "La atrasada sale ahora")
        await act.until(lambda: act.public()["facebook"] == [PIE])


async def test_more_that_is_late_joins_the_card_silently(stage: Stage) -> None:
    await two_late(stage)
    async with stage.play("facebook", "twitter") as act:
        card = await card_of(act)
        await queued(act, PIE, at(13, 30))
        await settled(act)
    stage.clock.advance(7 * 3600)
    async with stage.play("facebook", "twitter") as act:
        await shows(act, card, "A 3 publicaciones", PIE)
        await settled(act)
        assert cards(act) == [card]


# -- restarts and lost messages ----------------------------------------------------------------------------------


async def test_a_restart_sends_it_no_second_time(stage: Stage) -> None:
    await two_late(stage)
    async with stage.play("facebook", "twitter") as act:
        card = await card_of(act)
    async with stage.play("facebook", "twitter") as act:
        await settled(act)
        assert cards(act) == [card]
        await act.phone.tap(card, NOW)
        await act.until(lambda: len(act.public()["facebook"]) == 2)
        await settled(act)
        assert not cards(act)


async def test_a_card_that_was_deleted_comes_back_with_the_next_news(stage: Stage) -> None:
    await two_late(stage)
    async with stage.play("facebook", "twitter") as act:
        await act.phone.delete(await card_of(act))
        await act.phone.send("/pendientes")
        listed = await act.says("se les pasó la hora", BREAD, BUNS)
        assert listed.labels[0] == "⏰ Decidir los atrasados"
        await act.phone.tap(listed, "⏰ Decidir los atrasados")
        again = await newer(act, listed, "se les pasó la hora")
        assert again.labels == [NOW, SPREAD, DROP]
        await act.phone.tap(again, NOW)
        await shows(act, again, "Salen ahora las 2 atrasadas")
        await act.until(lambda: len(act.public()["facebook"]) == 2)


async def test_a_card_whose_answer_was_lost_is_still_decided_once(stage: Stage) -> None:
    await two_late(stage)
    stage.telegram.drop("sendMessage", stored=True, times=1)
    async with stage.play("facebook", "twitter") as act:
        card = await card_of(act)
        await act.phone.tap(card, NOW)
        await act.until(lambda: len(act.public()["facebook"]) == len(act.public()["twitter"]) == 2)
        await settled(act)
        assert sorted(act.public()["facebook"]) == sorted([BREAD, BUNS])


async def test_a_closed_chat_gets_its_card_when_it_is_open_again(stage: Stage) -> None:
    await two_late(stage)
    for method in ("sendMessage", "editMessageText"):
        stage.telegram.fault(method, status=403, description="Forbidden: bot was blocked by the user", times=99)
    async with stage.play("facebook", "twitter") as act:
        await act.until(lambda: any(call.method == "sendMessage" for call in stage.telegram.calls[-9:]))
        await settled(act)
        assert not cards(act)
    stage.telegram._faults._planned.clear()
    async with stage.play("facebook", "twitter") as act:
        card = await card_of(act)
        await act.phone.tap(card, NOW)
        await act.until(lambda: len(act.public()["facebook"]) == 2)


async def test_a_card_that_telegram_refuses_keeps_nobody_from_deciding(stage: Stage) -> None:
    await two_late(stage)
    stage.telegram.fault("sendMessage", status=400, description="Bad Request: something new")
    async with stage.play("facebook", "twitter") as act:
        await settled(act)
        await newer(act, await act.phone.send("/cola atrasados"), "Salen ahora las 2 atrasadas")
        await act.until(lambda: len(act.public()["twitter"]) == 2)


async def test_a_store_that_fails_for_a_moment_costs_no_card(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    show, left = LateCards._show, [1, 2]

    async def failing(self: LateCards, chat_id: int) -> None:
        if left:
            left.pop()
            raise StoreUnavailable("disk full")
        await show(self, chat_id)

    monkeypatch.setattr(LateCards, "_show", failing)
    await two_late(stage)
    left[:] = [1, 2]
    async with stage.play("facebook", "twitter") as act:
        await card_of(act)
        assert not left


async def test_the_status_begins_with_what_is_late(stage: Stage) -> None:
    await two_late(stage)
    async with stage.play("facebook", "twitter") as act:
        await card_of(act)
        await queued(act, PIE, at(9, day=22))
        sent: Any = await act.phone.send("/estado")
        told = await newer(act, sent, "se les pasó la hora: /pendientes")
        assert told.text.startswith("⏰")
        assert "Una publicación en /cola: sale mañana a las 10:00." in told.text
