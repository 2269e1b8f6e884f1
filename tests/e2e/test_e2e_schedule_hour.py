"""The hour comes: a fresh live message, whatever became of the one that told of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.planning import APPROVE, NOW, TEXT, TOMORROW, chosen, reach, scheduled, shows
from fakes.stage import Stage, connect, newer, settled, spoken, staged

REFUSED = "Bad Request: MESSAGE_EDIT_TIME_EXPIRED"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


async def test_it_starts_a_fresh_silent_live_message_whose_end_notifies(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        plan = await scheduled(act)
        await reach(act, 22, 8)
        live, ended = spoken(act)[-2:]
        assert live.silent
        assert "🎉" in live.text
        assert "📤 Así ha quedado" in live.text
        assert ended.reply_to == live.id
        assert not ended.silent
        assert "ya está saliendo, más abajo" in plan.text
        assert TEXT in plan.text
        assert not plan.buttons


async def test_the_fresh_one_is_followed_line_by_line(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        stage.x.fault("POST /2/tweets", "rate_limited", seconds=900)
        plan = await scheduled(act)
        await reach(act, 22, 8)
        live = await newer(act, plan, "Facebook ✅", "X ⏸ límite hasta las 9:15")
        await settled(act)
        assert spoken(act)[-1] == live
        await reach(act, 22, 8, 16)
        await shows(act, live, "🎉", "X ✅")


async def test_it_comes_though_the_scheduled_message_was_deleted(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        plan = await scheduled(act)
        await act.phone.delete(plan)
        await reach(act, 22, 8)
        live, ended = [each for each in spoken(act) if "🎉" in each.text]
        assert live.silent
        assert ended.reply_to == live.id


async def test_it_comes_though_telegram_refuses_to_edit_the_scheduled_message(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        plan = await scheduled(act)
        stage.telegram.fault("editMessageText", status=400, description=REFUSED)
        await reach(act, 22, 8)
        await newer(act, plan, "🎉")
        assert "Programado para" in plan.text
        assert act.public()["facebook"] == [TEXT]


@pytest.mark.parametrize("minutes", [0, 40])
async def test_it_comes_when_the_process_was_down_at_the_hour(stage: Stage, minutes: int) -> None:
    async with stage.play("facebook") as act:
        plan = await scheduled(act)
        below = len(spoken(act))
    stage.clock.advance(22 * 3600 + minutes * 60)
    async with stage.play("facebook") as act:
        await act.until(lambda: act.public()["facebook"] == [TEXT])
        await newer(act, plan, "🎉")
        await settled(act)
        live, _ = spoken(act)[below:]
        assert live.silent
        assert "más abajo" in plan.text


async def test_a_restart_after_it_has_come_makes_no_second_one(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        stage.x.fault("POST /2/tweets", "rate_limited", seconds=900)
        plan = await scheduled(act)
        await reach(act, 22, 8)
        live = await newer(act, plan, "X ⏸")
        await settled(act)
    async with stage.play("facebook", "twitter") as act:
        await settled(act)
        assert spoken(act)[-1] == live
        await reach(act, 22, 8, 16)
        await shows(act, live, "🎉")


async def test_now_from_a_message_that_is_looked_at_needs_no_fresh_one(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        plan = await scheduled(act)
        act.advance(3600)
        await act.phone.tap(plan, NOW)
        await shows(act, plan, "🎉")
        await settled(act)
        assert spoken(act)[-1] == plan


async def test_an_hour_long_over_is_a_decision_in_the_same_message(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        plan = await scheduled(act)
    stage.clock.advance(30 * 3600)
    async with stage.play("facebook") as act:
        await shows(act, plan, "Facebook ⚠️ Su hora pasó mientras yo no podía publicar.")
        await settled(act)
        assert act.public()["facebook"] == []
        assert plan.labels == [NOW, "🕘 Cambiar hora", "⏭ Omitir"]
        await act.phone.tap(plan, "🕘 Cambiar hora")
        asked = await newer(act, plan, "¿Cuándo lo publico?")
        await act.phone.tap(asked, asked.labels[0])
        await shows(act, asked, "¿Le cambio la hora?")
        await act.phone.tap(asked, "✅ Sí, cambiar la hora")
        await shows(act, plan, "Programado para")
        await reach(act, 22, 17, 10)
        assert act.public()["facebook"] == [TEXT]


async def test_a_paused_network_says_so_at_its_hour_and_goes_when_it_may(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        plan = await scheduled(act)
        async with act.app.store.unit() as unit:
            actor = (await unit.jobs.latest(7))[0].approved_by
            await unit.pauses.pause(["facebook"], actor=actor, at=act.app.clock.now())
        await reach(act, 22, 8)
        await shows(act, plan, "Facebook ⏸ en pausa: /reanudar")
        async with act.app.store.unit() as unit:
            await unit.pauses.resume(["facebook"], actor=actor, at=act.app.clock.now())
        await reach(act, 22, 8, 10)
        await newer(act, plan, "🎉")
        assert "más abajo" in plan.text


async def test_a_retry_tells_its_number_and_its_time_also_after_a_restart(stage: Stage) -> None:
    async with stage.play("facebook", "instagram") as act:
        stage.graph.fault("POST /*/media", "html", times=9)
        card = await act.draft(TEXT)
        await act.phone.tap(card, APPROVE)
        await shows(act, card, "Instagram 🔁 intento 2 de 4, a las 11:05")
        await settled(act)
        before = card.text
    async with stage.play("facebook", "instagram") as act:
        await settled(act)
        assert card.text == before


async def test_a_network_that_lost_its_permission_before_the_hour_is_part_of_the_fresh_message(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        plan = await chosen(act, await act.draft(TEXT), TOMORROW)
        await act.phone.tap(plan, "✅ Sí, programar")
        await shows(act, plan, "Programado para")
        await settled(act)
        stage.x.fault("POST /2/tweets", "error", status=401, body={"title": "Unauthorized", "status": 401})
        await reach(act, 22, 8)
        live = await newer(act, plan, "📤 Así ha quedado", "Facebook ✅", "X ⚠️")
        assert live.silent
        await connect(act.app, "twitter")
        await act.live(10, step=5)
        await shows(act, live, "🎉")
        assert act.public()["twitter"] == [TEXT]
