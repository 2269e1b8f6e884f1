"""Drafts, approval and the answers to failures, as they are said and tapped in the chat."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.chats import Message
from fakes.graph import graph_error
from fakes.planning import data_of, old_tap
from fakes.stage import PAGE, Act, Stage, connect, heard, newer, settled, spoken, staged

TEXT = "Mañana abrimos a las 8 con pan de espelta recién hecho."
OTHER = "El domingo hay bollos de anís desde las 10."
APPROVE = "✅ Aprobar"
LUIS = 8
REFUSED = {"title": "Forbidden", "detail": "You are not permitted to perform this action.", "type": "about:blank",
           "status": 403}  # fmt: skip


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


def reject(stage: Stage, *names: str, times: int = 1) -> None:
    """These networks refuse the next posts for what is in them."""
    if "x" in names:
        stage.x.fault("POST /2/tweets", "error", times, status=403, body=REFUSED)
    if "facebook" in names:
        stage.graph.fault("POST /*/feed", "error", times, status=400, body=graph_error(368, "It looked like spam"))


# -- drafts ------------------------------------------------------------------------------------------------------


async def test_the_card_says_what_will_happen_where(stage: Stage) -> None:
    async with stage.play() as act:
        card = await act.draft(TEXT)
        for part in (TEXT, "LIVE", "Facebook · Panadería", "Instagram · @panaderia", "X · @panaderia", "se dibujará"):
            assert part in card.text
        toggles = {"✅ Facebook", "✅ Instagram", "✅ X"}
        looks = {"📸 Instagram: publicación 🔄", "🎨 Otro diseño"}
        always = {APPROVE, "🗓 Programar", "✏️ Editar", "👀 Ver por red", "🧪 Simular", "🗑 Descartar"}
        assert always | toggles | looks == set(card.labels)


async def test_editing_the_message_edits_its_card_in_place(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        sent = await act.phone.send(TEXT)
        card = await act.card_of(sent)
        await act.phone.edit(sent, OTHER)
        await act.phone.until(lambda _: OTHER in card.text and TEXT not in card.text)
        assert spoken(act) == [card]
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        assert act.public()["facebook"] == [OTHER]


async def test_editing_the_message_after_approval_changes_nothing_and_says_so(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        sent = await act.phone.send(TEXT)
        await act.phone.tap(await act.card_of(sent), APPROVE)
        await act.says("🎉")
        await act.phone.edit(sent, OTHER)
        await act.says("Carmen", "aprobó")
        assert act.public()["facebook"] == [TEXT]


async def test_a_tap_on_an_older_card_publishes_nothing_and_brings_the_present_card(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        sent = await act.phone.send(TEXT)
        card = await act.card_of(sent)
        older = data_of(card, APPROVE)
        await act.phone.edit(sent, OTHER)
        await act.phone.until(lambda _: OTHER in card.text)
        tap = old_tap(act.phone, card, older)
        assert "cambiado" in await tap.until_answered()
        present = await newer(act, card, "LIVE", OTHER)
        assert not card.buttons
        assert act.public()["facebook"] == []
        await act.phone.tap(present, APPROVE)
        await act.says("🎉")
        assert act.public()["facebook"] == [OTHER]


async def test_an_older_card_discards_nothing_either(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        sent = await act.phone.send(TEXT)
        card = await act.card_of(sent)
        older = data_of(card, "🗑 Descartar")
        await act.phone.edit(sent, OTHER)
        await act.phone.until(lambda _: OTHER in card.text)
        assert "cambiado" in await old_tap(act.phone, card, older).until_answered()
        await act.phone.send("/aprobar")
        await act.says("🎉")
        assert act.public()["facebook"] == [OTHER]


async def test_after_editar_the_next_message_is_the_new_text_whatever_it_says(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        tap = await act.phone.tap(card, "✏️ Editar")
        await act.says("✏️", "/cancelar")
        assert tap.answered
        await act.phone.send("¡Gracias!")
        changed = await newer(act, card, "LIVE", "¡Gracias!")
        assert not card.buttons, "no dead button is left"
        await act.phone.tap(changed, APPROVE)
        await act.says("🎉")
        assert act.public()["facebook"] == ["¡Gracias!"]


@pytest.mark.parametrize("button", [True, False])
async def test_the_question_for_a_new_text_can_be_left(stage: Stage, button: bool) -> None:
    async with stage.play("facebook") as act:
        first = await act.draft(TEXT)
        await act.phone.tap(first, "✏️ Editar")
        asked = await act.says("✏️", "/cancelar")
        if button:
            await act.phone.tap(asked, "Dejarlo como estaba")
        else:
            await act.phone.send("/cancelar")
        await act.says("como estaba")
        second = await act.draft(OTHER)
        assert TEXT in first.text
        assert second.id != first.id
        assert APPROVE in first.labels


async def test_cancelling_nothing_says_so(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await act.phone.send("/cancelar")
        await act.says("nada que cancelar")


async def test_a_question_about_a_decided_draft_does_not_swallow_the_next_text(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, "✏️ Editar")
        await act.says("✏️", "/cancelar")
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        await act.phone.send(OTHER)
        assert APPROVE in (await act.says("LIVE", OTHER)).labels


@pytest.mark.parametrize("to_card", [True, False])
async def test_a_text_in_reply_to_the_card_or_its_message_replaces_the_draft(stage: Stage, to_card: bool) -> None:
    async with stage.play("facebook") as act:
        sent = await act.phone.send(TEXT)
        card = await act.card_of(sent)
        await act.phone.send(OTHER, reply_to=card if to_card else sent)
        changed = await newer(act, card, "LIVE", OTHER)
        assert not card.buttons
        await act.phone.tap(changed, APPROVE)
        await act.says("🎉")
        assert act.public()["facebook"] == [OTHER]


async def test_a_text_in_reply_to_a_finished_card_is_a_new_draft(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        await act.phone.send(OTHER, reply_to=card)
        await act.phone.tap(await act.says("LIVE", OTHER), APPROVE)
        await act.until(lambda: act.public()["facebook"] == [TEXT, OTHER])


async def test_a_forwarded_text_is_a_draft(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        sent = await act.phone.send(TEXT, forward_from="Otra panadería")
        assert TEXT in (await act.card_of(sent)).text


async def test_the_command_itself_is_not_part_of_a_draft(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        sent = await act.phone.send("/borrador Gracias a todos")
        card = await act.card_of(sent)
        await act.phone.edit(sent, "/borrador Gracias a todos, de corazón")
        await act.phone.until(lambda _: "corazón" in card.text)
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        assert act.public()["facebook"] == ["Gracias a todos, de corazón"]


async def test_words_of_courtesy_are_asked_about(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        for talk in ("gracias", "Ok", "¡Muchas gracias!", "vale, perfecto", "..."):
            sent = await act.phone.send(talk)
            asked = await newer(act, sent, "¿Es un borrador?")
            assert asked.reply_to == sent.id
            await act.phone.tap(asked, "No")
            await act.phone.until(lambda _, asked=asked: "no lo guardo" in asked.text)
            assert not asked.buttons
        await act.phone.send("/aprobar")
        await act.says("nada pendiente")


async def test_what_looked_like_talk_becomes_a_draft_once(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        sent = await act.phone.send("¡Muchas gracias!")
        asked = await act.says("¿Es un borrador?")
        yes = data_of(asked, "📝 Sí, es un borrador")
        await act.phone.tap(asked, yes)
        card = await act.card_of(sent)
        await old_tap(act.phone, asked, yes).until_answered()
        await settled(act)
        shown = [message for message in spoken(act) if APPROVE in message.labels]
        assert len(shown) == 1
        assert shown[0].id >= card.id
        await act.phone.send("/aprobar")
        await act.says("🎉")
        assert act.public()["facebook"] == ["¡Muchas gracias!"]


async def test_a_draft_without_words_is_asked_for_again(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await act.phone.send("/borrador  ")
        await act.says("vacío")
        await settled(act)
        assert len(spoken(act)) == 1


async def test_what_nobody_could_see_cannot_be_approved(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        await act.phone.send("\u200b\u2060\u2800")
        card = await act.says("⛔")
        assert APPROVE not in card.labels
        await act.phone.send("/aprobar")
        again = await newer(act, card, "⛔")
        assert APPROVE not in again.labels
        assert act.public()["facebook"] == act.public()["twitter"] == []


async def test_with_two_drafts_aprobar_asks_and_the_button_approves_the_right_one(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await act.draft(TEXT)
        second = await act.draft(OTHER)
        await act.phone.send("/aprobar")
        asked = await act.says("¿Cuál")
        assert act.public()["facebook"] == []
        label = next(label for label in asked.labels if "bollos" in label)
        await act.phone.tap(asked, label)
        await act.says("🎉")
        await settled(act)
        assert act.public()["facebook"] == [OTHER]
        assert not second.buttons
        assert not asked.buttons


async def test_aprobar_in_reply_approves_that_draft(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        first = await act.draft(TEXT)
        await act.draft(OTHER)
        await act.phone.send("/aprobar", reply_to=first)
        await act.says("🎉")
        assert act.public()["facebook"] == [TEXT]


async def test_a_discarded_draft_is_gone_and_can_be_sent_again(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        approve = data_of(card, APPROVE)
        tap = await act.phone.tap(card, "🗑 Descartar")
        await act.phone.until(lambda _: "Descartado" in card.text)
        assert tap.answered
        assert not card.buttons
        assert "descartó" in await old_tap(act.phone, card, approve).until_answered()
        await act.phone.send("/aprobar")
        await act.says("nada pendiente")
        assert await act.draft(TEXT)
        assert act.public()["facebook"] == []


async def test_a_network_switched_off_stays_off_for_the_next_draft(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, "✅ X")
        await act.phone.until(lambda _: "⬜ X" in card.labels)
        await act.phone.tap(card, APPROVE)
        done = await act.says("🎉")
        assert done.id == card.id
        second = await act.draft(OTHER)
        assert {"✅ Facebook", "⬜ X"} <= set(second.labels)
        assert act.public()["twitter"] == []


async def test_with_every_network_off_there_is_nothing_to_approve(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(TEXT)
        approve = data_of(card, APPROVE)
        await act.phone.tap(card, "✅ X")
        await act.phone.until(lambda _: "⬜ X" in card.labels)
        await act.phone.tap(card, "✅ Facebook")
        await act.phone.until(lambda _: "⬜ Facebook" in card.labels)
        assert APPROVE not in card.labels
        await act.phone.send("/aprobar")
        present = await newer(act, card, "LIVE", "ninguna red")
        assert "cambiado" in await old_tap(act.phone, card, approve).until_answered()
        present = await newer(act, present, "LIVE", "ninguna red")
        assert act.public() == {"facebook": [], "instagram": [], "twitter": []}
        await act.phone.tap(present, "⬜ Facebook")
        await act.phone.until(lambda _: APPROVE in present.labels)


async def test_without_an_account_the_card_says_how_to_connect_one(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        async with act.app.store.unit() as unit:
            for account in await unit.accounts.accounts():
                await unit.accounts.remove(account.id, act.app.clock.now())
        await act.phone.send(TEXT)
        card = await act.says("account add")
        assert APPROVE not in card.labels
        await act.phone.send("/start")
        await act.says("Carmen")
        await connect(act.app, "facebook")
        assert APPROVE in (await act.draft(OTHER)).labels


async def test_a_closer_look_shows_what_each_network_gets_with_its_count(stage: Stage) -> None:
    long = " ".join(f"Esta es la frase número {n} de un aviso bastante largo." for n in range(1, 12))
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(long)
        await act.phone.tap(card, "👀 Ver por red")
        x = await act.says("1 de 3", "/280")
        page = await act.says("Facebook", f"{len(long)}/63206")
        assert long in page.text
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        assert len(act.public()["twitter"]) == 3
        for post in act.public()["twitter"]:
            assert post in x.text
            assert f"{len(post)}/280" in x.text


# -- the first time ----------------------------------------------------------------------------------------------


async def test_the_first_real_publication_of_an_account_is_confirmed_once(stage: Stage) -> None:
    stage.overrides["approval"] = {"reconfirm_first_live": True}
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, APPROVE)
        asked = await act.says("Esta vez va", "Facebook")
        assert act.public()["facebook"] == []
        await act.phone.tap(asked, "✅ Sí, publicar")
        await act.says("🎉")
        await settled(act)
        assert not card.buttons
        assert not asked.buttons
        await act.phone.tap(await act.draft(OTHER), APPROVE)
        await act.until(lambda: act.public()["facebook"] == [TEXT, OTHER])
    async with stage.play("facebook", "twitter") as act:
        await act.phone.tap(await act.draft("Con rosquillas."), APPROVE)
        assert "X" in (await act.says("Esta vez va", "X")).text, "a new account is asked about"


async def test_the_first_time_a_second_aprobar_is_a_yes_and_not_yet_is_a_no(stage: Stage) -> None:
    stage.overrides["approval"] = {"reconfirm_first_live": True}
    async with stage.play("facebook") as act:
        await act.draft(TEXT)
        await act.phone.send("/aprobar")
        asked = await act.says("Esta vez va", "Facebook")
        await act.phone.tap(asked, "Todavía no")
        await act.says("como estaba")
        await act.phone.send("/aprobar")
        await newer(act, asked, "Esta vez va", "Facebook")
        assert act.public()["facebook"] == []
        await act.phone.send("/aprobar")
        await act.says("🎉")
        assert act.public()["facebook"] == [TEXT]


async def test_a_rehearsal_is_not_asked_about_and_proves_nothing(stage: Stage) -> None:
    stage.overrides["approval"] = {"reconfirm_first_live": True}
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, "🧪 Simular")
        await act.phone.until(lambda _: "ENSAYO" in card.text)
        await act.phone.tap(card, APPROVE)
        await act.says("🧪", "simulado")
        await act.phone.tap(await act.draft(OTHER), APPROVE)
        await act.says("Esta vez va", "Facebook")
        assert act.public()["facebook"] == []


# -- approved once -----------------------------------------------------------------------------------------------


async def test_a_double_tap_approves_once_and_the_second_says_who_did(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        first, second = await act.phone.tap(card, APPROVE), await act.phone.tap(card, APPROVE)
        assert "Publicando" in await first.until_answered()
        assert "Carmen" in await second.until_answered()
        await act.says("🎉")
        await settled(act)
        assert act.public()["facebook"] == [TEXT]
        assert spoken(act) == [card]


async def test_two_editors_approve_once_and_the_second_hears_who_was_first(stage: Stage) -> None:
    stage.overrides["telegram"] = {**stage.settings().telegram.model_dump(), "editors": [LUIS]}
    group = stage.telegram.group(-100200, "Obrador")
    async with stage.play("facebook") as act:
        luis = stage.telegram.phone(LUIS, "Luis")
        await act.phone.send(f"/borrador {TEXT}", chat=group)
        card = await heard(act.phone, group, "LIVE")
        first, second = await luis.tap(card, APPROVE), await act.phone.tap(card, APPROVE)
        assert "Publicando" in await first.until_answered()
        assert "Luis" in await second.until_answered()
        await heard(luis, group, "🎉")
        await luis.send("/aprobar", reply_to=card, chat=group)
        await heard(luis, group, "Luis", "aprobó")
        assert act.public()["facebook"] == [TEXT]


async def test_a_tap_and_a_command_at_once_approve_once(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        tap = await act.phone.tap(card, APPROVE)
        await act.phone.send("/aprobar")
        await act.says("nada pendiente")
        assert tap.answered
        await act.says("🎉")
        assert act.public()["facebook"] == [TEXT]


async def test_a_redelivered_tap_approves_nothing_again(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, APPROVE)
        tapped = stage.telegram.updates[-1]
        await act.says("🎉")
        await settled(act)
        stage.telegram.redeliver(tapped.id)
        await settled(act)
        assert act.public()["facebook"] == [TEXT]
        assert spoken(act) == [card]


async def test_a_redelivered_aprobar_does_not_approve_the_draft_that_came_later(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await act.draft(TEXT)
        await act.phone.send("/aprobar")
        command = stage.telegram.updates[-1]
        await act.says("🎉")
        later = await act.draft(OTHER)
        await settled(act)
        stage.telegram.redeliver(command.id)
        await settled(act)
        assert act.public()["facebook"] == [TEXT]
        assert APPROVE in later.labels


async def test_a_redelivered_aprobar_with_two_drafts_approves_exactly_the_chosen_one(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await act.draft(TEXT)
        await act.draft(OTHER)
        await act.phone.send("/aprobar")
        command = stage.telegram.updates[-1]
        asked = await act.says("¿Cuál")
        await act.phone.tap(asked, next(label for label in asked.labels if "bollos" in label))
        await act.says("🎉")
        await settled(act)
        stage.telegram.redeliver(command.id)
        await settled(act)
        assert act.public()["facebook"] == [OTHER], "one is left, and a bare command that comes again is not for it"


async def test_a_button_nobody_knows_is_answered_and_harms_nothing(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        for data in ("nadie:sabe:esto", "approve:nothing:1", "retry:gone", "toggle:1:2:3", "speak:fr"):
            assert "/pendientes" in await old_tap(act.phone, card, data).until_answered()
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")


async def test_a_button_of_another_shape_is_answered_and_harms_nothing(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        approve = data_of(card, APPROVE)
        for data in ("approve", approve.rpartition(":")[0] + ":uno", f"{approve}:1"):
            await old_tap(act.phone, card, data).until_answered()
        await settled(act)
        assert act.public()["facebook"] == []
        await act.phone.send("/aprobar")
        await act.says("🎉")


async def test_the_buttons_of_a_finished_job_say_that_it_is_over(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        reject(stage, "x")
        card = await act.draft(TEXT)
        approve = data_of(card, APPROVE)
        await act.phone.tap(card, APPROVE)
        alert = await act.says("🙋")
        retry, skip = data_of(alert, "🔁 Reintentar"), data_of(alert, "⏭ Omitir")
        await act.phone.tap(alert, "🔁 Reintentar")
        await act.says("🎉")
        await settled(act)
        for data in (retry, skip):
            assert "resuelto" in await old_tap(act.phone, alert, data).until_answered()
        assert "aprobó" in await old_tap(act.phone, card, approve).until_answered()
        assert act.public()["twitter"] == [TEXT]


# -- the answers to a failure ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["twitter", "TWITTER", "X", "x", "Tw"])
async def test_a_network_is_meant_by_any_of_its_names(stage: Stage, name: str) -> None:
    async with stage.play("twitter") as act:
        reject(stage, "x")
        await act.phone.tap(await act.draft(TEXT), APPROVE)
        await act.says("🙋")
        await act.phone.send(f"/reintentar {name}")
        await act.says("🎉")
        assert act.public()["twitter"] == [TEXT]


@pytest.mark.parametrize("command", ["/reintentar", "/omitir", "/reautorizar"])
async def test_an_unknown_network_is_named_and_the_known_ones_told(stage: Stage, command: str) -> None:
    async with stage.play("twitter") as act:
        reject(stage, "x")
        await act.phone.tap(await act.draft(TEXT), APPROVE)
        await act.says("🙋")
        await act.phone.send(f"{command} <b>tuenti")
        await act.says("«<b>tuenti»", "Facebook", "X")
        await settled(act)
        assert act.public()["twitter"] == []


@pytest.mark.parametrize("command", ["/reintentar", "/omitir", "/reautorizar"])
async def test_with_nothing_failed_there_is_nothing_to_do(stage: Stage, command: str) -> None:
    async with stage.play("facebook") as act:
        await act.phone.tap(await act.draft(TEXT), APPROVE)
        await act.says("🎉")
        before = len(spoken(act))
        await act.phone.send(command)
        await settled(act)
        assert len(spoken(act)) == before + 1
        assert act.public()["facebook"] == [TEXT]


async def test_with_two_failures_the_buttons_name_them(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        reject(stage, "x", "facebook")
        await act.phone.tap(await act.draft(TEXT), APPROVE)
        await act.until(lambda: any("⏭ Omitir todo" in message.labels for message in spoken(act)))
        alert = next(message for message in spoken(act) if "🙋" in message.text and message.reply_to)
        await act.phone.until(
            lambda _: "🔁 Reintentar: X" in alert.labels and "🔁 Reintentar: Facebook" in alert.labels
        )
        await act.phone.tap(alert, "🔁 Reintentar: X")
        await act.until(lambda: act.public()["twitter"] == [TEXT])
        assert act.public()["facebook"] == []
        await act.phone.until(lambda _: "⏭ Omitir" in alert.labels)
        await act.phone.tap(alert, "⏭ Omitir")
        await act.says("parcialmente")
        await settled(act)
        assert not alert.buttons
        assert act.public()["facebook"] == []


async def test_reintentar_alone_acts_on_all_that_failed(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        reject(stage, "x", "facebook")
        await act.phone.tap(await act.draft(TEXT), APPROVE)
        await act.until(lambda: any("⏭ Omitir todo" in message.labels for message in spoken(act)))
        await act.phone.send("/reintentar")
        await act.says("Facebook y X")
        await act.says("🎉")
        assert act.public()["facebook"] == act.public()["twitter"] == [TEXT]


async def test_omitir_alone_acts_on_all_that_failed(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        reject(stage, "x", "facebook")
        card = await act.draft(TEXT)
        await act.phone.tap(card, APPROVE)
        await act.until(lambda: any("⏭ Omitir todo" in message.labels for message in spoken(act)))
        await act.phone.send("/omitir")
        await act.phone.until(lambda _: "Omitido" in card.text)
        assert not card.buttons
        assert act.public()["facebook"] == act.public()["twitter"] == []


async def test_a_command_in_reply_to_a_live_message_is_about_that_job(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        reject(stage, "x", times=2)
        older = await act.draft(TEXT)
        await act.phone.tap(older, APPROVE)
        await act.phone.until(lambda _: "⚠️" in older.text)
        newer = await act.draft(OTHER)
        await act.phone.tap(newer, APPROVE)
        await act.phone.until(lambda _: "⚠️" in newer.text)
        await act.phone.send("/reintentar", reply_to=older)
        await act.phone.until(lambda _: "🎉" in older.text)
        assert act.public()["twitter"] == [TEXT]
        await act.phone.send("/omitir X", reply_to=newer)
        await act.phone.until(lambda _: "Omitido" in newer.text)
        assert act.public()["twitter"] == [TEXT]


async def test_reautorizar_knows_what_needs_it(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        await act.phone.send("/reautorizar")
        await act.says("en orden")
        await act.phone.send("/reautorizar Instagram")
        await act.says("Instagram no está conectada")
        stage.x.expire("x-user-token")
        await act.phone.tap(await act.draft(TEXT), APPROVE)
        alert = await act.says("🙋", "X")
        await act.phone.send("/reautorizar")
        told = await act.says("🔗 Autoriza")
        assert "X" in told.text
        assert "Facebook" not in told.text
        await act.phone.send("/reintentar")
        await act.says("nada que reintentar")
        tap = await act.phone.tap(alert, "🔗 Reautorizar")
        await tap.until_answered()
        await act.phone.send("/redes")
        await act.says("Tus redes", "hay que renovar")


async def test_omitir_while_publishing_stops_before_the_next_part(stage: Stage) -> None:
    long = " ".join(f"Esta es la frase número {n} de un aviso bastante largo." for n in range(1, 15))
    async with stage.play("facebook", "twitter") as act:
        second = stage.x.fault(lambda call: call.method == "POST" and bool(stage.x.live), "slow", until=0.03)
        card = await act.draft(long)
        await act.phone.tap(card, APPROVE)
        await act.until(second.reached.is_set)
        await act.phone.send("/omitir x")
        await act.says("Omito X")
        await act.phone.until(lambda _: "omitida" in card.text)
        await settled(act)
        assert len(act.public()["twitter"]) == 2
        assert act.public()["facebook"] == [long]
        assert not card.buttons


# -- did it go out? ----------------------------------------------------------------------------------------------


async def in_doubt(act: Act, *, stored: bool) -> tuple[Message, Message]:
    """A post whose answer was lost, and which no look could find: the live message and the question."""
    act.stage.graph.hide(9)
    act.stage.graph.fault("POST /*/feed", "lost" if stored else "refused")
    card = await act.draft(TEXT)
    await act.phone.tap(card, APPROVE)
    await act.phone.until(lambda _: "🔎" in card.text)
    await act.live(160)
    return card, await act.says("¿Se publicó en Facebook?")


async def test_a_doubt_is_asked_with_everything_that_can_be_done(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card, asked = await in_doubt(act, stored=True)
        assert set(asked.labels) == {"✅ Ya está", "👤 Abrir mi perfil", "🔎 Mirar otra vez", "📤 No está, publicar"}
        assert asked.reply_to == card.id
        assert not asked.silent
        await act.phone.send("/reintentar")
        await act.says("nada que reintentar")
        assert len(stage.graph.posts(PAGE)) == 1


async def test_ya_esta_ends_the_doubt_without_publishing(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card, asked = await in_doubt(act, stored=True)
        await act.phone.tap(asked, "✅ Ya está")
        await act.phone.until(lambda _: "🎉" in card.text)
        await settled(act)
        assert not asked.buttons
        assert len(stage.graph.posts(PAGE)) == 1


async def test_mirar_otra_vez_looks_and_publishes_nothing(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card, asked = await in_doubt(act, stored=False)
        looks = len(stage.graph.requests)
        await act.phone.tap(asked, "🔎 Mirar otra vez")
        await act.until(lambda: len(stage.graph.requests) > looks)
        await settled(act)
        assert not [call for call in stage.graph.requests[looks:] if call.method == "POST"]
        assert any("📤 No está, publicar" in message.labels for message in spoken(act))
        assert "❓" in card.text


async def test_looking_in_vain_neither_says_solved_nor_asks_a_second_time(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        _, asked = await in_doubt(act, stored=False)
        looks, said = len(stage.graph.requests), len(stage.telegram.calls)
        await act.phone.tap(asked, "🔎 Mirar otra vez")
        await act.until(lambda: len(stage.graph.requests) > looks)
        await settled(act)
        assert not [call for call in stage.telegram.calls[said:] if "Resuelto" in call.params.get("text", "")]
        assert [message for message in spoken(act) if "¿Se publicó en Facebook?" in message.text] == [asked]


async def test_mirar_otra_vez_finds_what_is_there_by_now(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card, asked = await in_doubt(act, stored=True)
        stage.graph.script.scripted.clear()
        await act.phone.tap(asked, "🔎 Mirar otra vez")
        await act.phone.until(lambda _: "🎉" in card.text)
        [post] = stage.graph.posts(PAGE)
        assert post.permalink in str(card.entities)


@pytest.mark.parametrize("stored", [True, False])
async def test_no_esta_looks_once_more_and_never_doubles(stage: Stage, stored: bool) -> None:
    async with stage.play("facebook") as act:
        card, asked = await in_doubt(act, stored=stored)
        stage.graph.script.scripted.clear()
        await act.phone.tap(asked, "📤 No está, publicar")
        await act.phone.until(lambda _: "🎉" in card.text)
        await settled(act)
        assert len(stage.graph.posts(PAGE)) == 1
        assert not asked.buttons


async def test_a_doubt_can_be_left_out(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card, asked = await in_doubt(act, stored=False)
        await act.phone.send("/omitir fb")
        await act.phone.until(lambda _: "parcialmente" in card.text)
        await settled(act)
        assert not asked.buttons
        assert stage.graph.posts(PAGE) == []


# -- seeing ------------------------------------------------------------------------------------------------------


async def test_pendientes_says_first_what_needs_the_person(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        await act.phone.send("/pendientes")
        await act.says("nada pendiente")
        reject(stage, "x")
        await act.phone.tap(await act.draft(TEXT), APPROVE)
        await act.says("🙋")
        card = await act.draft(OTHER)
        await act.phone.send("/pendientes")
        listed = await act.says("Necesitan algo", "espelta", "bollos")
        assert listed.text.index("espelta") < listed.text.index("bollos")
        await act.phone.tap(listed, next(label for label in listed.labels if "bollos" in label))
        await newer(act, listed, "LIVE", "bollos")
        assert not card.buttons
        await act.phone.tap(listed, next(label for label in listed.labels if "Reintentar" in label))
        await act.until(lambda: act.public()["twitter"] == [TEXT])


async def test_estado_says_what_is_on_its_way(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        await act.phone.send("/estado")
        await act.says("No hay nada en marcha")
        stage.x.fault("POST /2/tweets", "rate_limited", seconds=900)
        await act.phone.tap(await act.draft(TEXT), APPROVE)
        await act.says("⏸")
        await act.phone.send("/estado")
        await act.says("en marcha", "espelta", "⏸")
        await act.live(905, step=100)
        await act.says("🎉")


async def test_redes_and_ayuda_say_what_there_is(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        await act.phone.send("/redes")
        await act.says("Facebook · Panadería", "X · @panaderia", "conectada")
        await act.phone.send("/ayuda")
        helped = await act.says("/aprobar", "/omitir")
        menu = stage.telegram.state.commands
        assert all(f"/{each['command']}" in helped.text for commands in menu.values() for each in commands)


async def test_commands_have_english_names_as_well(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await act.draft(TEXT)
        await act.phone.send("/APPROVE")
        await act.says("🎉")
        assert act.public()["facebook"] == [TEXT]
