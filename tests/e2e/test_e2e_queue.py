"""/cola: what waits for its hour, page by page in one message, and what is decided about one entry."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox.chats import Message
from fakes.planning import data_of, old_tap, reach, shows
from fakes.queued import present, queued
from fakes.stage import Act, Stage, newer, settled, staged
from publishers.engine.model import DeliveryStatus

BREAD, BUNS = "Pan de espelta recién hecho.", "Bollos de anís."
NOW, MOVE, CANCEL, BACK = "📤 Publicar ahora", "🕘 Cambiar hora", "🗑 Cancelar", "⬅️ Volver a la cola"
HEAD = "🗓 En cola"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


def at(hour: int, minute: int = 0, day: int = 21) -> datetime:
    """UTC: an hour less than in Madrid."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


async def shown(act: Act, command: str = "/cola") -> Message:
    await settled(act)
    return await newer(act, await act.phone.send(command), HEAD)


async def detail(act: Act, page: Message, number: int, clock: str) -> Message:
    """The same message, now with one entry."""
    await act.phone.tap(page, f"{number} · {clock}")
    await shows(act, page, "Saldrá en")
    return page


# -- looking -----------------------------------------------------------------------------------------------------


async def test_by_day_with_hour_text_and_networks(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        await queued(act, BREAD, at(17, 30))
        await queued(act, BUNS, at(8, day=22), "twitter")
        await queued(act, "Roscón de Reyes.", at(17, 30, day=27))
        page = await shown(act)
        assert page.text == (
            "🗓 En cola: 3 publicaciones\n\n"
            f"Hoy\n1. 18:30 · {BREAD} 📘𝕏\n\n"
            f"Mañana\n2. 9:00 · {BUNS} 𝕏\n\n"
            "Viernes 27 de noviembre\n3. 18:30 · Roscón de Reyes. 📘𝕏\n\n"
            "🕘 Hora de Madrid."
        )
        assert page.labels == ["1 · 18:30", "2 · 9:00", "3 · 18:30"]


async def test_an_empty_queue_is_one_sentence(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        told = await newer(act, await act.phone.send("/queue"), "No hay nada en cola")
        assert "\n" not in told.text
        assert not told.buttons


async def test_an_argument_it_does_not_know_is_told_in_one_sentence(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await newer(act, await act.phone.send("/cola mañana"), "«mañana» no sé qué es")
        await newer(act, await act.phone.send("/cola atrasados"), "No queda nada atrasado")


async def test_fifteen_posts_are_three_pages_of_one_message(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        for number in range(1, 16):
            await queued(act, f"Aviso {number}.", at(11) + timedelta(hours=number))
        page = await shown(act)
        sent = len(act.phone.chat)
        assert "Página 1 de 3" in page.text
        assert page.labels == [
            "1 · 13:00",
            "2 · 14:00",
            "3 · 15:00",
            "4 · 16:00",
            "5 · 17:00",
            "6 · 18:00",
            "Después ▶️",
        ]
        await act.phone.tap(page, "Después ▶️")
        await shows(act, page, "Página 2 de 3", "12. 0:00 · Aviso 12.", "Mañana")
        assert page.labels[-2:] == ["◀️ Antes", "Después ▶️"]
        await act.phone.tap(page, "Después ▶️")
        await shows(act, page, "Página 3 de 3", "15. 3:00 · Aviso 15.")
        assert page.labels == ["13 · 1:00", "14 · 2:00", "15 · 3:00", "◀️ Antes"]
        await detail(act, page, 14, "2:00")
        await act.phone.tap(page, BACK)
        await shows(act, page, "Página 3 de 3")
        await act.phone.tap(page, "◀️ Antes")
        await shows(act, page, "Página 2 de 3")
        assert len(act.phone.chat) == sent, "every tap edits the same message"


async def test_a_page_that_is_no_more_is_the_last_one(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await queued(act, BREAD, at(12))
        page = await shown(act)
        old_tap(act.phone, page, "queue:7")
        await settled(act)
        assert BREAD in page.text


# -- deciding ----------------------------------------------------------------------------------------------------


async def test_one_entry_now(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        await queued(act, BREAD, at(17))
        await queued(act, BUNS, at(18))
        page = await detail(act, await shown(act), 1, "18:00")
        assert page.text.startswith("🗓 Hoy, a las 18:00 (hora de Madrid)")
        assert BREAD in page.text
        assert "📘 Facebook y 𝕏 X" in page.text
        assert page.labels == [NOW, MOVE, CANCEL, BACK]
        tap = await act.phone.tap(page, NOW)
        assert "Sale ahora en Facebook y X" in await tap.until_answered()
        await shows(act, page, "En cola: una publicación", BUNS)
        await act.until(lambda: act.public()["facebook"] == act.public()["twitter"] == [BREAD])


async def test_calling_off_is_asked_once(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        job = await queued(act, BREAD, at(17))
        page = await detail(act, await shown(act), 1, "18:00")
        await act.phone.tap(page, CANCEL)
        await shows(act, page, f"¿Cancelo «{BREAD}», a las 18:00?")
        await act.phone.tap(page, "No, dejarlo")
        await shows(act, page, "Saldrá en")
        await act.phone.tap(page, CANCEL)
        await shows(act, page, "¿Cancelo")
        await act.phone.tap(page, "🗑 Sí, cancelar")
        await shows(act, page, "No hay nada en cola")
        await reach(act, 21, 17, 5)
        assert act.public()["facebook"] == []
        [delivery] = (await present(act, job)).deliveries
        assert (delivery.status, delivery.reason) == (DeliveryStatus.SKIPPED, "cancelled")


async def test_another_hour_from_the_queue(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        job = await queued(act, BREAD, at(17))
        page = await detail(act, await shown(act), 1, "18:00")
        await act.phone.tap(page, MOVE)
        asked = await newer(act, page, "¿Cuándo lo publico?")
        await act.phone.tap(asked, "Mañana 9:00")
        await shows(act, asked, "22 de noviembre")
        await act.phone.tap(asked, "✅ Sí, cambiar la hora")
        await settled(act)
        assert (await present(act, job)).scheduled_at == at(8, day=22)


@pytest.mark.parametrize("label", [NOW, CANCEL])
async def test_what_somebody_moved_meanwhile_is_left_alone(stage: Stage, label: str) -> None:
    async with stage.play("facebook") as act:
        job = await queued(act, BREAD, at(17))
        page = await detail(act, await shown(act), 1, "18:00")
        data = data_of(page, label)
        old_tap(act.phone, page, f"pick:{job.id}:0:0")  # whatever else is tapped there
        asked = await newer(act, await act.phone.send("/programar mañana 10:00", reply_to=await live(act, job.id)), "¿")
        await act.phone.tap(asked, "✅ Sí, cambiar la hora")
        await settled(act)
        tap = old_tap(act.phone, page, data)
        assert "ya no está ahí" in await tap.until_answered()
        await shows(act, page, HEAD, "Mañana", "10:00")
        assert act.public()["facebook"] == []
        assert (await present(act, job)).scheduled_at == at(9, day=22)


async def live(act: Act, job_id: str) -> int:
    async with act.app.store.view() as unit:
        job = await unit.jobs.job(job_id)
    assert job is not None
    assert job.live_id is not None
    return job.live_id


async def test_an_entry_that_went_out_meanwhile_shows_the_queue_anew(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await queued(act, BREAD, at(10, 5))
        await queued(act, BUNS, at(17))
        page = await shown(act)
        first = data_of(page, "1 · 11:05")
        await detail(act, page, 1, "11:05")
        now = data_of(page, NOW)
        await reach(act, 21, 10, 6)
        assert act.public()["facebook"] == [BREAD]
        for data in (first, now, now):
            tap = old_tap(act.phone, page, data)
            assert "ya no está ahí" in await tap.until_answered()
        await settled(act)
        assert "una publicación" in page.text
        assert act.public()["facebook"] == [BREAD]


async def test_a_button_of_another_chat_decides_nothing_here(stage: Stage) -> None:
    group = stage.telegram.group(-100200, "Obrador")
    async with stage.play("facebook") as act:
        job = await queued(act, BREAD, at(17), chat_id=group.id)
        await queued(act, BUNS, at(18))
        page = await shown(act)
        stamp = int(at(17).timestamp()) // 60
        tap = old_tap(act.phone, page, f"at_once:{job.id}:0:{stamp}")
        assert "ya no está ahí" in await tap.until_answered()
        await settled(act)
        assert act.public()["facebook"] == []
