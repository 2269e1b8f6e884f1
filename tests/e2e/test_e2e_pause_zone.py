"""Networks that stand still, waits of more than an hour, and people who live in other hours."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from fakes.planning import APPROVE, data_of, old_tap, reach, shows
from fakes.queued import present, queued
from fakes.stage import CARMEN, Act, Stage, heard, newer, settled, spoken, staged
from publishers.engine.model import Actor, DeliveryStatus, Wait

BREAD, BUNS = "Pan de espelta recién hecho.", "Bollos de anís."
THREAD = " ".join(f"Esta es la frase número {n} de un aviso bastante largo." for n in range(1, 15))
LUIS = 8
PAUSE, RESUME = "⏸ Pausar: X", "▶️ Reanudar: X"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


def at(hour: int, minute: int = 0, day: int = 21) -> datetime:
    """UTC: an hour less than in Madrid."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


async def said(act: Act, command: str, *parts: str) -> str:
    """What the bot says to it."""
    return (await newer(act, await act.phone.send(command), *parts)).text


# -- pauses ------------------------------------------------------------------------------------------------------


async def test_a_paused_network_waits_and_the_others_go_on(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        told = await newer(act, await act.phone.send("/pausa twitter"), "En pausa: X")
        assert told.labels == ["▶️ Reanudar"]
        card = await act.draft(BREAD)
        assert "en pausa: saldrá con /reanudar" in card.text
        await act.phone.tap(card, APPROVE)
        await act.until(lambda: act.public()["facebook"] == [BREAD])
        await settled(act)
        assert act.public()["twitter"] == []
        assert "En pausa, sigue con /reanudar: X" in await said(act, "/estado", "En pausa")
        listed = await newer(act, await act.phone.send("/redes"), "⏸ en pausa")
        assert "X · @panaderia ⭐: ✅ conectada · ⏸ en pausa" in listed.text
        assert await said(act, "/pausa x", "Ya en pausa.") == "Ya en pausa."
        await said(act, "/reanudar x", "Sigue en marcha: X", "Sale ahora una publicación que esperaba.")
        await act.until(lambda: act.public()["twitter"] == [BREAD])
        await settled(act)
        assert act.public()["facebook"] == [BREAD]
        assert await said(act, "/resume", "Nada en pausa.") == "Nada en pausa."


async def test_all_networks_by_one_command(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        told = await newer(act, await act.phone.send("/pause"), "En pausa: Facebook y X")
        await act.phone.tap(await act.draft(BREAD), APPROVE)
        await settled(act)
        assert not any(act.public().values())
        await act.phone.tap(told, "▶️ Reanudar")
        await shows(act, told, "Sigue en marcha: Facebook y X", "Sale ahora una publicación")
        assert not told.buttons
        await act.until(lambda: act.public()["facebook"] == act.public()["twitter"] == [BREAD])


async def test_the_list_of_accounts_has_the_same_buttons(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        listed = await newer(act, await act.phone.send("/redes"), "Tus redes")
        await act.phone.tap(listed, PAUSE)
        await shows(act, listed, "⏸ en pausa")
        assert RESUME in listed.labels
        await act.phone.tap(listed, RESUME)
        await act.phone.until(lambda _: PAUSE in listed.labels)
        assert "en pausa" not in listed.text


async def test_an_unknown_network_is_told(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await said(act, "/pausa tuenti", "ninguna red «tuenti»", "Facebook")
        assert "En pausa" not in await said(act, "/estado", "nada en marcha")


async def test_a_button_for_a_network_that_is_not_there_pauses_nothing(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        listed = await newer(act, await act.phone.send("/redes"), "Tus redes")
        for data in ("pause:tuenti:list", "resume:tuenti", "pause:twitter:list"):
            tap = old_tap(act.phone, listed, data)
            assert "no hace nada" in await tap.until_answered()
        async with act.app.store.view() as unit:
            assert not await unit.pauses.paused()


async def test_without_a_network_there_is_nothing_to_pause(tmp_path: Path) -> None:
    async with staged(tmp_path / "data") as stage, stage.play() as act:
        for account in await known(act):
            async with act.app.store.unit() as unit:
                await unit.accounts.remove(account, act.app.clock.now())
        await said(act, "/pausa", "Todavía no hay ninguna red conectada")
        await said(act, "/reanudar", "Todavía no hay ninguna red conectada")


async def known(act: Act) -> list[str]:
    async with act.app.store.view() as unit:
        return [account.id for account in await unit.accounts.accounts()]


async def test_an_editor_pauses_nothing(stage: Stage) -> None:
    stage.overrides["telegram"] = {**stage.settings().telegram.model_dump(), "editors": [LUIS]}
    async with stage.play("facebook") as act:
        luis = stage.telegram.phone(LUIS, "Luis")
        await luis.send("/pausa")
        await luis.until(lambda chat: [m for m in chat if "no te toca" in m.text])
        async with act.app.store.view() as unit:
            assert not await unit.pauses.paused()


async def test_a_pause_in_the_middle_of_a_thread_stops_before_the_next_part(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        gate = asyncio.Event()
        posts: list[str] = []

        def second(call: object) -> bool:
            if f"{call.method} {call.path}" == "POST /2/tweets":  # type: ignore[attr-defined] # a Call
                posts.append("one more")
            return len(posts) == 2

        stage.x.fault(second, "slow", until=gate)
        await act.phone.tap(await act.draft(THREAD), APPROVE)
        await act.until(lambda: len(posts) == 2)
        await said(act, "/pausa x", "En pausa: X")
        gate.set()
        await act.until(lambda: len(stage.x.posts("2001")) == 2 and not act.app.engine._tasks)
        await settled(act)
        assert len(stage.x.posts("2001")) == 2
        async with act.app.store.view() as unit:
            [job] = await unit.jobs.latest(CARMEN)
        assert job.deliveries[0].wait is Wait.PAUSE
        await said(act, "/reanudar x", "Sigue en marcha")
        await act.says("🎉")
        thread = stage.x.posts("2001")
        assert [post.reply_to for post in thread] == [None, *(post.id for post in thread[:-1])]
        assert all(f"({n}/{len(thread)})" in post.text for n, post in enumerate(thread, start=1))
        assert len(thread) == len(job.deliveries[0].adapted.parts) > 2


async def test_resuming_says_what_goes_on_and_what_became_late(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        await said(act, "/pausa", "En pausa")
        await queued(act, BREAD, at(10, 30))
        await queued(act, BUNS, at(13))
        await act.phone.tap(await act.draft("Empanada de atún."), APPROVE)
        await reach(act, 21, 10, 31)
        await reach(act, 21, 13, 20)
        told = await said(act, "/reanudar", "Sigue en marcha")
        assert "Salen ahora 2 publicaciones que esperaban." in told
        assert f"A una se le pasó la hora y te pregunto aparte:\n• a las 11:30 · {BREAD} 𝕏" in told
        await act.until(lambda: sorted(act.public()["twitter"]) == sorted([BUNS, "Empanada de atún."]))
        assert BREAD in (await act.says("⏰ A una publicación se le pasó la hora")).text


async def test_what_is_scheduled_on_a_paused_network_goes_on_at_its_hour(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        await said(act, "/pausa x", "En pausa")
        await queued(act, BREAD, at(13))
        page = await newer(act, await act.phone.send("/cola"), "En cola")
        await act.phone.tap(page, "1 · 14:00")
        await shows(act, page, "En pausa, saldrá con /reanudar: 𝕏 X")
        await said(act, "/reanudar x", "No había nada esperando.")
        await reach(act, 21, 13)
        assert act.public()["twitter"] == [BREAD]


# -- waits of more than an hour --------------------------------------------------------------------------------


WAIT, SKIP, OTHER = "⏳ Esperar", "⏭ Omitir", "🕘 Otra hora"


async def limited(act: Act, hours: float = 3) -> int:
    """X has reached its limit for so long; the id of the alert."""
    reset = int((act.stage.clock.now() + timedelta(hours=hours)).timestamp())
    headers = {"x-rate-limit-limit": "300", "x-rate-limit-remaining": "0", "x-rate-limit-reset": str(reset)}
    problem = {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank", "status": 429}
    act.stage.x.fault("POST /2/tweets", "error", status=429, body=problem, headers=headers)
    await act.phone.tap(await act.draft(BREAD), APPROVE)
    await act.until(lambda: act.public()["facebook"] == [BREAD])
    await settled(act)
    return act.phone.chat[-1].id


async def test_a_long_wait_asks_and_is_waited_out(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        await limited(act)
        alert = await act.says("Te necesito un momento", "X", "espera hasta las 14:00")
        assert alert.labels == [WAIT, SKIP, OTHER]
        data = data_of(alert, WAIT)
        tap = await act.phone.tap(alert, WAIT)
        assert "X espera hasta las 14:00" in await tap.until_answered()
        await shows(act, alert, "Resuelto")
        assert not alert.buttons
        assert "ya no hace" not in await old_tap(act.phone, alert, data).until_answered(), "a second yes is a yes"
        nowhere = old_tap(act.phone, alert, "wait:00000000-0000-4000-8000-000000000000")
        assert "no hace nada" in await nowhere.until_answered()
    async with stage.play("facebook", "twitter") as act:
        await settled(act)
        assert len([m for m in spoken(act) if "Te necesito" in m.text or "Resuelto" in m.text]) == 1
        await reach(act, 21, 13, 1)
        assert act.public()["twitter"] == [BREAD]
        await shows(act, alert, "¡Publicado!")


async def test_a_wait_that_is_over_is_not_accepted(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        await limited(act)
        alert = await act.says("Te necesito un momento")
        data = data_of(alert, WAIT)
        await reach(act, 21, 13, 1)
        assert "resuelto" in await old_tap(act.phone, alert, data).until_answered()
        await settled(act)
        assert act.public()["twitter"] == [BREAD]


async def test_a_long_wait_that_nobody_answers_goes_on_by_itself(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        await limited(act)
        alert = await act.says("Te necesito un momento")
        await reach(act, 21, 13, 1)
        assert act.public()["twitter"] == [BREAD]
        await shows(act, alert, "¡Publicado!")
        assert not alert.buttons


async def test_a_long_wait_can_be_left_out_or_given_another_hour(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        await limited(act)
        alert = await act.says("Te necesito un momento")
        await act.phone.tap(alert, OTHER)
        asked = await newer(act, alert, "¿Cuándo lo publico?")
        await act.phone.tap(asked, "Mañana 9:00")
        await shows(act, asked, "22 de noviembre")
        await act.phone.tap(asked, "✅ Sí, cambiar la hora")
        await shows(act, alert, "Resuelto")
        await reach(act, 22, 8)
        assert act.public()["twitter"] == [BREAD]


async def test_a_long_wait_can_be_left_out(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        await limited(act)
        await act.phone.tap(await act.says("Te necesito un momento"), SKIP)
        await act.says("parcialmente")
        await reach(act, 21, 13, 1)
        assert act.public()["twitter"] == []


async def test_a_short_wait_asks_nothing(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        await limited(act, hours=0.5)
        assert not [m for m in spoken(act) if "Te necesito" in m.text]


async def test_the_next_long_wait_asks_anew(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        await limited(act)
        first = await act.says("Te necesito un momento")
        await act.phone.tap(first, WAIT)
        await shows(act, first, "Resuelto")
        reset = str(int(at(18).timestamp()))
        problem = {"title": "Too Many Requests", "detail": "", "type": "about:blank", "status": 429}
        headers = {"x-rate-limit-limit": "300", "x-rate-limit-remaining": "0", "x-rate-limit-reset": reset}
        stage.x.fault("POST /2/tweets", "error", status=429, body=problem, headers=headers)
        await reach(act, 21, 13, 1)
        second = await newer(act, first, "Te necesito un momento", "hasta las 19:00")
        assert second.labels == [WAIT, SKIP, OTHER]


# -- zones -------------------------------------------------------------------------------------------------------


async def test_the_zone_is_shown_and_chosen_by_button(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        job = await queued(act, BREAD, at(17))
        await settled(act)
        asked = await newer(act, await act.phone.send("/zona"), "Madrid", "a las 11:00")
        assert "Madrid" not in asked.labels
        await act.phone.tap(asked, "Ciudad de México")
        await shows(act, asked, "Ciudad de México", "a las 4:00")
        live = (await present(act, job)).live_id
        await act.phone.until(lambda chat: [m for m in chat if m.id == live and "11:00 (Ciudad de México)" in m.text])
        page = await newer(act, await act.phone.send("/cola"), "En cola")
        assert f"1. 11:00 · {BREAD}" in page.text
        assert "Hora de Ciudad de México" in page.text


async def test_a_typed_place_several_places_and_no_place(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await said(act, "/zona Buenos Aires", "Hecho", "Buenos Aires", "a las 7:00")
        several = await newer(act, await act.phone.send("/zona España"), "¿Cuál es la tuya?")
        await act.phone.tap(several, several.labels[1])
        await shows(act, several, "Hecho", "a las 10:00")
        await said(act, "/zone Villabollo", "No conozco ningún lugar «Villabollo»", "/zona Madrid")
        asked = await act.phone.send("/zona")
        await newer(act, asked, "¿Vives en otra hora?")
        await said(act, "Bogotá", "Hecho", "a las 5:00")
        await said(act, "/programar", "borrador")


async def test_a_draft_after_the_question_is_a_draft(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await newer(act, await act.phone.send("/zona"), "¿Vives en otra hora?")
        card = await act.draft(f"{THREAD}")
        assert "número 3" in card.text


async def test_a_short_draft_after_the_question_takes_one_tap(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await newer(act, await act.phone.send("/zona"), "¿Vives en otra hora?")
        asked = await newer(act, await act.phone.send(BREAD), "No conozco ningún lugar", BREAD)
        assert asked.labels == ["📝 Sí, es un borrador"]
        await act.phone.tap(asked, asked.labels[0])
        await newer(act, asked, BREAD, "Va a:")


async def test_two_zones_in_one_chat(stage: Stage) -> None:
    stage.overrides["telegram"] = {**stage.settings().telegram.model_dump(), "editors": [LUIS]}
    group = stage.telegram.group(-100200, "Obrador")
    async with stage.play("facebook") as act:
        luis = stage.telegram.phone(LUIS, "Luis")
        await luis.send("/zona México DF", chat=group)
        await heard(luis, group, "Ciudad de México")
        await queued(act, BREAD, at(17), chat_id=group.id, who=Actor(LUIS, "Luis"))
        await queued(act, BUNS, at(18), chat_id=group.id)
        await settled(act)
        await heard(luis, group, "11:00 (Ciudad de México)", BREAD)
        await heard(luis, group, "19:00 (Madrid)", BUNS)
        await luis.send("/cola", chat=group)
        await heard(luis, group, "1. 11:00", "2. 12:00", "Hora de Ciudad de México")
        await act.phone.send("/cola", chat=group)
        await heard(act.phone, group, "1. 18:00", "2. 19:00", "Hora de Madrid")
        page = await luis.send("/cola", chat=group)
        shared = (await luis.until(lambda chat: [m for m in chat if m.from_bot and m.id > page.id], 10, group))[-1]
        await act.phone.tap(shared, "1 · 11:00")
        await shows(act, shared, "a las 18:00 (hora de Madrid)")


async def test_hours_are_typed_in_the_zone_of_who_types_them(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await said(act, "/zona Ciudad de México", "Hecho")
        await act.draft(BREAD)
        asked = await newer(act, await act.phone.send("/programar mañana 10:00"), "Ciudad de México")
        await act.phone.tap(asked, "✅ Sí, programar")
        await settled(act)
        async with act.app.store.view() as unit:
            [job] = await unit.timetable.scheduled(CARMEN, 9)
        assert job.scheduled_at == at(16, day=22)


async def test_a_zone_that_no_longer_exists_is_that_of_the_configuration(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await said(act, "/zona Lima", "Hecho")
        async with act.app.store.unit() as unit:
            await unit.people.live_in(CARMEN, "America/Atlantis")
        await said(act, "/zona", "Madrid", "a las 11:00")
        job = await queued(act, BREAD, at(17))
        await settled(act)
        assert "(Madrid)" in (await act.says(BREAD, "Programado")).text
        assert (await present(act, job)).deliveries[0].status is DeliveryStatus.WAITING
