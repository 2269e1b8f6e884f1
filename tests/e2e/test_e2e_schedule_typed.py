"""An hour that is typed: understood, doubted or refused; whatever comes, one clear sentence and nothing lost."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.planning import APPROVE, BOOK, OTHER, PLAN, TEXT, shows
from fakes.stage import Act, Stage, newer, settled, spoken, staged


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


async def count(act: Act) -> int:
    async with act.app.store.view() as unit:
        return await unit.timetable.count_scheduled(7)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("/programar mañana 10:00", "domingo 22 de noviembre de 2026, 10:00 (Madrid)"),
        ("/programar en 2 horas", "sábado 21 de noviembre de 2026, 13:01 (Madrid)"),
        ("/programar el viernes a las 18:30", "viernes 27 de noviembre de 2026, 18:30 (Madrid)"),
        ("/programar 25/12 9am", "viernes 25 de diciembre de 2026, 9:00 (Madrid)"),
        ("/programar 2026-12-01T08:30:00Z", "martes 1 de diciembre de 2026, 9:30 (Madrid)"),
        ("/schedule tomorrow at 10", "domingo 22 de noviembre de 2026, 10:00 (Madrid)"),
    ],
)
async def test_by_command(stage: Stage, said: str, told: str) -> None:
    stage.clock.advance(30)
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        await act.phone.send(said)
        asked = await newer(act, card, "¿Lo programo?", told, "Dentro de")
        assert await count(act) == 0
        await act.phone.tap(asked, BOOK)
        await shows(act, asked, "Programado para")
        assert await count(act) == 1


async def test_without_an_hour_it_offers_some(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        await act.phone.send("/programar")
        assert "Mañana 9:00" in (await newer(act, card, "¿Cuándo lo publico?")).labels


async def test_without_a_draft_it_says_so(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await act.phone.send("/programar mañana 10:00")
        await act.says("ningún borrador que programar")


async def test_with_several_drafts_it_asks_which_and_keeps_the_hour(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        first, second = await act.draft(TEXT), await act.draft(OTHER)
        await act.phone.send("/programar mañana 10:00")
        which = await newer(act, second, "¿Cuál programo?")
        await act.phone.tap(which, which.labels[0])
        await shows(act, which, "¿Lo programo?", TEXT, "10:00 (Madrid)")
        await act.phone.send("/programar")
        which = await newer(act, which, "¿Cuál programo?")
        await act.phone.tap(which, which.labels[1])
        await newer(act, which, "¿Cuándo lo publico?", OTHER)
        await act.phone.send("/programar en 3 horas", reply_to=first)
        await newer(act, which, "¿Lo programo?", TEXT)


async def test_the_next_message_is_the_hour(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await act.phone.tap(await act.draft(TEXT), PLAN)
        asked = await act.says("¿Cuándo lo publico?")
        await act.phone.tap(asked, "✍️ Otra hora…")
        await shows(act, asked, "Escríbeme el día y la hora", "«mañana 10:00»", "hora de Madrid")
        await act.phone.send("el lunes a las 7 de la tarde")
        sure = await newer(act, asked, "lunes 23 de noviembre de 2026, 19:00 (Madrid)")
        await act.phone.tap(sure, BOOK)
        await shows(act, sure, "Programado para")
        await act.phone.send(OTHER)
        await act.says("LIVE", OTHER)


@pytest.mark.parametrize("button", [True, False])
async def test_the_question_can_be_left_and_the_next_text_is_a_draft(stage: Stage, button: bool) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, PLAN)
        asked = await act.says("¿Cuándo lo publico?")
        await act.phone.tap(asked, "✍️ Otra hora…")
        await shows(act, asked, "Escríbeme")
        if button:
            await act.phone.tap(asked, "Cancelar")
        else:
            await act.phone.send("/cancelar")
        await act.says("como estaba")
        await act.phone.send("mañana a las 10")
        await act.says("LIVE", "mañana a las 10")
        assert APPROVE in card.labels


async def test_what_is_no_hour_is_said_so_and_can_still_be_a_draft(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await act.phone.tap(await act.draft(TEXT), PLAN)
        asked = await act.says("¿Cuándo lo publico?")
        await act.phone.tap(asked, "✍️ Otra hora…")
        await shows(act, asked, "Escríbeme")
        sent = await act.phone.send(OTHER)
        told = await newer(act, sent, "No entiendo qué hora es esa", "«mañana 10:00»")
        assert told.reply_to == sent.id
        await act.phone.tap(told, "📝 Sí, es un borrador")
        await newer(act, told, "LIVE", OTHER)
        await act.phone.send("mañana 10:00")
        await newer(act, told, "¿Lo programo?", TEXT)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("ayer a las 10", "Eso ya pasó: era el viernes 20 de noviembre a las 10:00"),
        ("30 de febrero", "El 30 de febrero no existe"),
        ("31/13 10:00", ""),
        ("mañana a las 25:00", "25:00 no es una hora del día"),
        ("28/3/2027 2:30", "el reloj se adelanta y esa hora (02:30) no existe"),
        ("dentro de 300 años", "muy lejos: programo hasta dentro de 2 años"),
        ("lunes 25/12/2026 10:00", "El 25 de diciembre cae en viernes, no en lunes"),
        ("mañana a las 10 y a las 11", ""),
        ("el lunes o el martes", ""),
        ("🥖", "No entiendo qué hora es esa"),
        ("<b>10:00</b>", "No entiendo qué hora es esa"),
        ("9" * 3000, "No entiendo qué hora es esa"),
        ("-1", "No entiendo qué hora es esa"),
    ],
)
async def test_an_hour_that_cannot_be_is_told_why_and_asked_again(stage: Stage, said: str, told: str) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        sent = await act.phone.send(f"/programar {said}")
        answer = await newer(act, sent, told)
        assert await count(act) == 0
        assert "😓" not in answer.text
        assert "🕘 Otra hora" in answer.labels
        await act.phone.send("mañana 10:00")
        sure = await newer(act, answer, "¿Lo programo?", "domingo 22 de noviembre de 2026, 10:00")
        await act.phone.tap(sure, BOOK)
        await shows(act, sure, "Programado para")
        assert not card.buttons


async def test_an_hour_that_is_over_offers_the_one_that_was_meant(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        await act.phone.send("/programar hoy a las 9:00")
        asked = await newer(act, card, "Eso ya pasó: era el sábado 21 de noviembre a las 9:00.")
        await act.phone.tap(asked, "Hoy 21:00")
        await shows(act, asked, "¿Lo programo?", "21 de noviembre de 2026, 21:00")


async def test_an_hour_the_clocks_show_twice_is_asked_about_and_the_answer_is_the_hour(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        await act.phone.send("/programar 31/10/2027 2:30")
        asked = await newer(act, card, "puede ser más de una hora")
        before, after, *_ = asked.labels
        assert before == "Dom, 31 oct 2027, 2:30, antes del cambio de hora"
        assert after == "Dom, 31 oct 2027, 2:30, después del cambio de hora"
        await act.phone.tap(asked, after)
        await shows(act, asked, "domingo 31 de octubre de 2027, 2:30 (Madrid), después del cambio de hora")
        await act.phone.tap(asked, BOOK)
        await shows(act, asked, "a las 2:30, después del cambio de hora")
        async with act.app.store.view() as unit:
            [job] = await unit.timetable.scheduled(7, 9)
        assert job.scheduled_at is not None
        assert job.scheduled_at.isoformat() == "2027-10-31T01:30:00+00:00"


async def test_in_english(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        await act.phone.send("/language en")
        await act.says("English")
        await act.phone.send("/schedule friday 6:30pm")
        asked = await newer(
            act, card, "Do I schedule it?", "Friday, 27 November 2026, 18:30 (Madrid)", "In 6 days and 8 h."
        )
        await act.phone.tap(asked, "✅ Yes, schedule it")
        await shows(act, asked, "🗓 Scheduled on Friday, 27 November at 18:30 (Madrid)")
        assert asked.labels == ["📤 Publish now", "🕘 Change time", "🗑 Cancel"]


async def test_a_question_about_a_draft_that_was_approved_does_not_swallow_the_next_text(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, PLAN)
        asked = await act.says("¿Cuándo lo publico?")
        await act.phone.tap(asked, "✍️ Otra hora…")
        await shows(act, asked, "Escríbeme")
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        await act.phone.send("mañana 10:00")
        await act.says("Carmen ya lo aprobó")
        await act.phone.send(OTHER)
        await act.says("LIVE", OTHER)
        await settled(act)
        assert not any("😓" in message.text for message in spoken(act))


async def test_while_the_hour_waits_for_its_yes_another_takes_its_place_and_a_text_is_a_draft(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        await act.phone.send("/programar mañana 10:00")
        first = await newer(act, card, "¿Lo programo?", "10:00 (Madrid)")
        await act.phone.send("mañana a las 11")
        second = await newer(act, first, "¿Lo programo?", "11:00 (Madrid)", TEXT)
        await act.phone.send(OTHER)
        await newer(act, second, "LIVE", OTHER)
        await act.phone.tap(second, BOOK)
        await newer(act, second, "Programado para el domingo 22 de noviembre a las 11:00")
