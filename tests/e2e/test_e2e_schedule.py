"""An approved post gets its hour from the chat: chosen, confirmed, moved, called off."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.planning import (
    APPROVE,
    BACK,
    BOOK,
    CANCEL,
    MOVE,
    NOW,
    OTHER,
    PLAN,
    TEXT,
    chosen,
    data_of,
    old_tap,
    reach,
    scheduled,
    shows,
)  # fmt: skip
from fakes.stage import Stage, heard, newer, settled, spoken, staged

LUIS = 8


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


# -- the hour is given -----------------------------------------------------------------------------------------


async def test_by_button_from_the_card_to_the_networks(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, PLAN)
        asked = await newer(act, card, "¿Cuándo lo publico?", "Madrid", TEXT)
        assert asked.labels == [
            "En 1 hora · 12:00", "Hoy 13:00", "Hoy 18:00", "Hoy 21:00", "Mañana 9:00", "Mañana 13:00",
            "Mañana 18:00", "Mañana 21:00", "✍️ Otra hora…", "Cancelar",
        ]  # fmt: skip
        await act.phone.tap(asked, "Mañana 9:00")
        await shows(act, asked, "domingo 22 de noviembre de 2026, 9:00 (Madrid)", "Dentro de 22 h.")
        assert "Facebook (Panadería) y X (@panaderia)" in asked.text
        assert asked.labels == [BOOK, "🕘 Otra hora", "Cancelar"]
        assert act.public()["facebook"] == []
        await act.phone.tap(asked, BOOK)
        await shows(act, asked, "🗓 Programado para el domingo 22 de noviembre a las 9:00 (Madrid)", TEXT, "X: tal cual")
        assert asked.labels == [NOW, MOVE, CANCEL]
        await shows(act, card, "🗓 Programado: «")
        assert not card.buttons
        await reach(act, 22, 7, 59)
        assert act.public()["facebook"] == []
        await reach(act, 22, 8, 0)
        assert act.public() == {"facebook": [TEXT], "instagram": [], "twitter": [TEXT]}


async def test_in_an_hour(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await scheduled(act, "En 1 hora · 12:00")
        await reach(act, 21, 11, 1)
        assert act.public()["facebook"] == [TEXT]


async def test_the_next_free_slot_of_the_week_is_offered(stage: Stage) -> None:
    stage.overrides["schedule"] = {"slots": ["mon 10:00", "wed 18:30"]}
    async with stage.play("facebook") as act:
        await scheduled(act, "📌 Próximo hueco · lun, 23 nov, 10:00")
        asked = await chosen(act, await act.draft(OTHER), "📌 Próximo hueco · mié, 25 nov, 18:30")
        assert "miércoles 25 de noviembre de 2026, 18:30 (Madrid)" in asked.text
        assert "Dentro de 4 días y 8 h." in asked.text


async def test_another_hour_than_the_one_that_was_chosen(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        asked = await chosen(act, await act.draft(TEXT))
        await act.phone.tap(asked, "🕘 Otra hora")
        await shows(act, asked, "¿Cuándo lo publico?")
        await act.phone.tap(asked, "Hoy 18:00")
        await shows(act, asked, "sábado 21 de noviembre de 2026, 18:00 (Madrid)")
        await act.phone.tap(asked, BOOK)
        await shows(act, asked, "Programado para el sábado 21 de noviembre a las 18:00")


async def test_the_question_can_be_left(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        asked = await chosen(act, card)
        await act.phone.tap(asked, "Cancelar")
        await shows(act, asked, "lo dejamos como estaba")
        assert not asked.buttons
        assert APPROVE in card.labels
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")


async def test_with_another_message_below_the_scheduled_one_is_new_and_the_question_says_what_became_of_it(
    stage: Stage,
) -> None:
    async with stage.play("facebook") as act:
        asked = await chosen(act, await act.draft(TEXT))
        await act.phone.send("/estado")
        below = await newer(act, asked, "📝")
        await act.phone.tap(asked, BOOK)
        await newer(act, below, "Programado para", TEXT)
        await shows(act, asked, "🗓 Programado: «")
        assert not asked.buttons


# -- the checks of an approval ---------------------------------------------------------------------------------


async def test_it_is_the_confirmation_of_a_first_live_approval(stage: Stage) -> None:
    stage.overrides["approval"] = {"reconfirm_first_live": True}
    async with stage.play("facebook") as act:
        asked = await chosen(act, await act.draft(TEXT))
        assert "🔴 Va de verdad: será la primera publicación en Facebook (Panadería)." in asked.text
        await act.phone.tap(asked, BOOK)
        await shows(act, asked, "Programado para")
        await reach(act, 22, 8)
        assert act.public()["facebook"] == [TEXT]
        again = await chosen(act, await act.draft(OTHER), "Hoy 18:00")
        assert "🔴" not in again.text


async def test_who_wrote_it_cannot_schedule_it_where_another_approves(stage: Stage) -> None:
    stage.overrides["approval"] = {"second_person": True}
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        assert "otra persona" in await (await act.phone.tap(card, PLAN)).until_answered()
        await act.phone.send("/programar mañana 10:00")
        await newer(act, card, "otra persona")


async def test_a_draft_that_goes_nowhere_by_now_brings_its_card(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        asked = await chosen(act, await act.draft(TEXT))
        async with act.app.store.unit() as unit:
            [account] = await unit.accounts.accounts()
            await unit.accounts.remove(account.id, act.app.clock.now())
        assert "cambiado" in await (await act.phone.tap(asked, BOOK)).until_answered()
        await newer(act, asked, "LIVE", TEXT)


@pytest.mark.parametrize("label", [PLAN, BOOK])
async def test_a_draft_that_changed_meanwhile_shows_its_new_card(stage: Stage, label: str) -> None:
    async with stage.play("facebook") as act:
        sent = await act.phone.send(TEXT)
        card = await act.card_of(sent)
        asked = await chosen(act, card) if label == BOOK else card
        older = data_of(asked, label)
        await act.phone.edit(sent, OTHER)
        await shows(act, card, OTHER)
        assert "cambiado" in await old_tap(act.phone, asked, older).until_answered()
        await newer(act, asked, "LIVE", OTHER)
        async with act.app.store.view() as unit:
            assert await unit.timetable.count_scheduled(7) == 0


async def test_an_hour_that_went_by_before_the_yes_is_asked_again(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        asked = await chosen(act, await act.draft(TEXT), "En 1 hora · 12:00")
        act.advance(3601)
        await act.phone.tap(asked, BOOK)
        await shows(act, asked, "Esa hora ha pasado mientras tanto", "¿Cuándo lo publico?")
        assert "Hoy 13:00" in asked.labels
        assert act.public()["facebook"] == []
        act.advance(3600)
        await act.phone.tap(asked, "Hoy 13:00")
        await act.phone.until(lambda _: "Hoy 13:00" not in asked.labels)
        assert "Esa hora ha pasado" in asked.text


async def test_two_phones_schedule_once_and_the_second_hears_who_was_first(stage: Stage) -> None:
    stage.overrides["telegram"] = {**stage.settings().telegram.model_dump(), "editors": [LUIS]}
    group = stage.telegram.group(-100200, "Obrador")
    async with stage.play("facebook") as act:
        luis = stage.telegram.phone(LUIS, "Luis")
        await act.phone.send(f"/borrador {TEXT}", chat=group)
        card = await heard(act.phone, group, "LIVE")
        await luis.send("/programar mañana 10:00", reply_to=card, chat=group)
        asked = await heard(luis, group, "¿Lo programo?")
        first, second = await luis.tap(asked, BOOK), await act.phone.tap(asked, BOOK)
        assert "Listo" in await first.until_answered()
        assert "Luis" in await second.until_answered()
        async with act.app.store.view() as unit:
            assert await unit.timetable.count_scheduled(group.id) == 1


async def test_a_redelivered_yes_schedules_nothing_again(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        asked = await scheduled(act)
        before = [(message.id, message.text) for message in spoken(act)]
        stage.telegram.redeliver(stage.telegram.updates[-1].id)
        await settled(act)
        assert [(message.id, message.text) for message in spoken(act)] == before
        assert asked.labels == [NOW, MOVE, CANCEL]


async def test_a_restart_between_the_yes_and_the_hour_changes_nothing(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        asked = await scheduled(act)
        before = asked.text
    async with stage.play("facebook") as act:
        await settled(act)
        assert spoken(act)[-1] == asked
        assert asked.text == before
        await reach(act, 22, 8)
        assert act.public()["facebook"] == [TEXT]
        assert "más abajo" in asked.text


# -- moved -----------------------------------------------------------------------------------------------------


async def test_by_button_to_another_hour(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        plan = await scheduled(act)
        await act.phone.tap(plan, MOVE)
        asked = await newer(act, plan, "¿Cuándo lo publico?")
        await act.phone.tap(asked, "Mañana 18:00")
        await shows(act, asked, "¿Le cambio la hora?", "domingo 22 de noviembre de 2026, 18:00")
        await act.phone.tap(asked, "✅ Sí, cambiar la hora")
        await shows(act, asked, "✅ Cambiado: Facebook el domingo 22 de noviembre a las 18:00.")
        await shows(act, plan, "Programado para el domingo 22 de noviembre a las 18:00")
        assert plan.labels == [NOW, MOVE, CANCEL]
        await reach(act, 22, 16, 59)
        assert act.public()["facebook"] == []
        await reach(act, 22, 17)
        assert act.public()["facebook"] == [TEXT]


@pytest.mark.parametrize("to_card", [True, False])
async def test_by_command_in_reply_to_what_is_scheduled(stage: Stage, to_card: bool) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        plan = await chosen(act, card)
        await act.phone.tap(plan, BOOK)
        await shows(act, plan, "Programado para")
        await act.draft(OTHER)
        await act.phone.send("/programar el lunes a las 10", reply_to=card if to_card else plan)
        asked = await act.says("¿Le cambio la hora?", TEXT, "lunes 23 de noviembre de 2026, 10:00")
        await act.phone.tap(asked, "✅ Sí, cambiar la hora")
        await shows(act, plan, "Programado para el lunes 23 de noviembre a las 10:00")


async def test_what_was_moved_meanwhile_is_asked_again(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        plan = await scheduled(act)
        for hour in ("13:00", "18:00"):
            await act.phone.send(f"/programar mañana {hour}", reply_to=plan)
        late = await newer(act, plan, "¿Le cambio la hora?", "18:00")
        early = await newer(act, plan, "¿Le cambio la hora?", "13:00")
        await act.phone.tap(early, "✅ Sí, cambiar la hora")
        await shows(act, early, "✅ Cambiado")
        await act.phone.tap(late, "✅ Sí, cambiar la hora")
        await shows(act, late, "Mientras tanto ha cambiado")
        assert "a las 13:00" in plan.text


async def test_only_what_waits_is_moved(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        plan = await scheduled(act)
        async with act.app.store.view() as unit:
            [job] = await unit.jobs.latest(7)
        facebook = next(each for each in job.deliveries if each.platform == "facebook")
        await old_tap(act.phone, plan, f"now:{facebook.id}").until_answered()
        await act.until(lambda: act.public()["facebook"] == [TEXT])
        await shows(act, plan, "Facebook ✅", "X 🗓 el domingo 22 de noviembre a las 9:00")
        await act.phone.send("/programar mañana 18:00", reply_to=plan)
        asked = await act.says("¿Le cambio la hora?", "Saldrá en X.")
        await act.phone.tap(asked, "✅ Sí, cambiar la hora")
        await shows(act, plan, "X 🗓 el domingo 22 de noviembre a las 18:00")
        await reach(act, 22, 17)
        assert act.public() == {"facebook": [TEXT], "instagram": [], "twitter": [TEXT]}


# -- now, or not at all ----------------------------------------------------------------------------------------


async def test_now_asks_nothing_and_goes_on_in_the_same_message(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        plan = await scheduled(act)
        before, data = spoken(act), data_of(plan, NOW)
        assert "ahora en Facebook y X" in await (await act.phone.tap(plan, NOW)).until_answered()
        await shows(act, plan, "🎉")
        await settled(act)
        assert spoken(act) == before
        assert act.public()["facebook"] == [TEXT]
        assert "resuelto" in await old_tap(act.phone, plan, data).until_answered()
        await reach(act, 22, 9)
        assert act.public()["facebook"] == [TEXT]


async def test_calling_off_is_asked_once_and_what_was_called_off_can_be_a_draft_again(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, "✅ X")
        await act.phone.until(lambda _: "⬜ X" in card.labels)
        plan = await chosen(act, card)
        await act.phone.tap(plan, BOOK)
        await shows(act, plan, "Programado para")
        await act.phone.tap(plan, CANCEL)
        asked = await newer(act, plan, "¿Cancelo esta publicación", "el domingo 22 de noviembre a las 9:00", TEXT)
        await act.phone.tap(asked, "🗑 Sí, cancelar")
        await shows(act, asked, "Cancelado, no se publica")
        await shows(act, plan, "🗑 Cancelado: no se publica", "Facebook ⏭ cancelada")
        assert asked.labels == plan.labels == [BACK]
        await act.phone.tap(asked, BACK)
        draft = await newer(act, asked, "LIVE", TEXT)
        assert {"✅ Facebook", "⬜ X"} <= set(draft.labels)
        await act.phone.tap(plan, BACK)
        again = await newer(act, draft, "LIVE", TEXT)
        assert not draft.buttons
        await act.phone.send(OTHER, reply_to=again)
        changed = await newer(act, again, "LIVE", OTHER)
        await act.phone.tap(changed, APPROVE)
        await act.until(lambda: act.public() == {"facebook": [OTHER], "instagram": [], "twitter": []})
        await settled(act)
        await act.phone.tap(plan, BACK)
        await newer(act, changed, "Carmen ya lo aprobó")
        await reach(act, 22, 9)
        assert act.public()["facebook"] == [OTHER]


async def test_calling_off_can_be_thought_better_of(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        plan = await scheduled(act)
        await act.phone.tap(plan, CANCEL)
        asked = await newer(act, plan, "¿Cancelo")
        await act.phone.tap(asked, "No, dejarlo")
        await shows(act, asked, "como estaba")
        await reach(act, 22, 8)
        assert act.public()["facebook"] == [TEXT]


async def test_calling_off_twice_and_too_late(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        plan = await scheduled(act)
        questions = []
        for _ in range(2):
            await act.phone.tap(plan, CANCEL)
            questions.append(await newer(act, questions[-1] if questions else plan, "¿Cancelo"))
        await act.phone.tap(questions[0], "🗑 Sí, cancelar")
        await shows(act, questions[0], "Cancelado")
        await act.phone.tap(questions[1], "🗑 Sí, cancelar")
        await shows(act, questions[1], "Ya estaba cancelado")
        other = await scheduled(act, "Hoy 18:00", OTHER)
        await act.phone.tap(other, CANCEL)
        late = await newer(act, other, "¿Cancelo")
        await reach(act, 21, 17)
        await act.phone.tap(late, "🗑 Sí, cancelar")
        await shows(act, late, "ya está resuelto")
        assert act.public()["facebook"] == [OTHER]


async def test_leaving_out_means_no_post_that_waits_for_its_hour_but_in_reply_to_it(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        plan = await scheduled(act)
        for said in ("/omitir", "/omitir facebook"):
            sent = await act.phone.send(said)
            await newer(act, sent, "ninguna red que omitir")
        await act.phone.send("/omitir", reply_to=plan)
        await shows(act, plan, "Omitido")
