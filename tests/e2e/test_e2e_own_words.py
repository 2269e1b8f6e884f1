"""Words for one account only: by button, by reply, taken back, and what is published then."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.chats import Message
from fakes.pictures import picture
from fakes.planning import APPROVE, OTHER, TEXT, data_of, old_tap, shows
from fakes.stage import Act, Stage, newer, settled, spoken, staged

EDIT, LOOK, ALL, X, BACK = "✏️ Editar", "👀 Ver por red", "✏️ Para todas", "✏️ X", "↩️ X como el resto"
OWN = "Mañana a las 8, pan de espelta. ¿Quién viene?"
JUAN = 8


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


async def by_button(act: Act, card: Message, text: str = OWN) -> Message:
    """The card after X got words of its own."""
    await act.phone.tap(card, EDIT)
    which = await newer(act, card, "¿Cambio el texto para todas o solo para una?")
    await act.phone.tap(which, X)
    asked = await newer(act, which, "solo para X", TEXT)
    await act.phone.send(text)
    return await newer(act, asked, "LIVE")


async def previews(act: Act, card: Message) -> list[Message]:
    before = len(spoken(act))
    await act.phone.tap(card, LOOK)
    await settled(act)
    return [message for message in spoken(act)[before:] if not message.photo]


async def test_one_network_gets_its_own_words_and_the_others_those_of_all(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await by_button(act, await act.draft(TEXT))
        assert f"✏️ texto propio: «{OWN}»" in card.text
        assert "Si cambias el texto de todas, el propio de X se queda como está." in card.text
        assert TEXT in card.text
        await act.phone.tap(card, APPROVE)
        await shows(act, card, "🎉")
        assert act.public() == {"facebook": [TEXT], "instagram": [], "twitter": [OWN]}


async def test_the_common_text_changes_without_them_and_they_can_be_taken_back(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await by_button(act, await act.draft(TEXT))
        await act.phone.tap(card, EDIT)
        which = await newer(act, card, "¿Cambio el texto")
        await act.phone.tap(which, ALL)
        asked = await newer(act, which, "Escríbeme el texto nuevo")
        await act.phone.send(OTHER)
        changed = await newer(act, asked, "LIVE", OTHER, OWN, "se queda como está")
        tap = await act.phone.tap(changed, BACK)
        assert "X vuelve a llevar el texto de todas" in await tap.until_answered()
        await act.phone.until(lambda _: OWN not in changed.text)
        assert BACK not in changed.labels
        await act.phone.tap(changed, APPROVE)
        await shows(act, changed, "🎉")
        assert act.public() == {"facebook": [OTHER], "instagram": [], "twitter": [OTHER]}


async def test_a_reply_to_what_one_network_gets_changes_that_one(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(TEXT)
        [facebook, x] = await previews(act, card)
        assert "Facebook" in facebook.text
        assert x.labels == [X]
        await act.phone.send(OWN, reply_to=x)
        changed = await newer(act, x, "LIVE", OWN)
        [facebook, x] = await previews(act, changed)
        assert OWN in x.text
        assert TEXT in facebook.text
        await act.phone.tap(x, BACK)
        plain = await newer(act, x, "LIVE")
        assert OWN not in plain.text


async def test_a_reply_to_the_card_that_names_a_network_is_for_it(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(TEXT)
        await act.phone.send(f"x: {OWN}", reply_to=card)
        card = await newer(act, card, "LIVE", OWN, TEXT)
        await act.phone.send("Hoy: pan de anís para todos", reply_to=card)
        card = await newer(act, card, "LIVE", "Hoy: pan de anís", OWN)
        await act.phone.send("ig: con foto", reply_to=card)
        await act.says("En este borrador no hay ninguna cuenta de Instagram")
        await act.phone.send("fb:", reply_to=card)
        asked = await act.says("solo para Facebook")
        await act.phone.send(OTHER)
        card = await newer(act, asked, "LIVE", OTHER, OWN)
        await act.phone.tap(card, APPROVE)
        await shows(act, card, "🎉")
        assert act.public() == {"facebook": [OTHER], "instagram": [], "twitter": [OWN]}


async def test_own_words_survive_being_switched_off_and_are_not_those_of_the_next_draft(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await by_button(act, await act.draft(TEXT))
        await act.phone.tap(card, "✅ X")
        await act.phone.until(lambda _: "⬜ X" in card.labels)
        assert OWN not in card.text
        await act.phone.tap(card, "⬜ X")
        await shows(act, card, OWN)
        await act.phone.tap(card, APPROVE)
        await shows(act, card, "🎉")
        following = await act.draft(OTHER)
        assert OWN not in following.text
        assert "texto propio" not in following.text


async def test_a_lone_network_is_not_asked_about(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, EDIT)
        await newer(act, card, "Escríbeme el texto nuevo")


async def test_pictures_stay_those_of_all(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        sent = await act.phone.send_photo(picture(800, 800), TEXT)
        card = await act.card_of(sent)
        await act.phone.tap(card, EDIT)
        which = await newer(act, card, "¿Cambio el texto")
        await act.phone.tap(which, X)
        asked = await newer(act, which, "Las imágenes son las mismas")
        await act.phone.send_photo(picture(600, 600, colour="teal"), "otra")
        told = await newer(act, asked, "aquí mándame solo texto")
        await act.phone.send(OWN)
        card = await newer(act, told, "LIVE", OWN)
        await act.phone.tap(card, APPROVE)
        await shows(act, card, "🎉")
        assert act.public() == {"facebook": [TEXT], "instagram": [], "twitter": [OWN]}
        [x], [page] = stage.x.posts("2001"), stage.graph.posts("1001")
        assert x.media == page.media


async def test_the_question_outlives_a_restart_and_can_be_left(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, EDIT)
        which = await newer(act, card, "¿Cambio el texto")
        await act.phone.tap(which, X)
        await newer(act, which, "solo para X")
        await settled(act)
    async with stage.play("facebook", "twitter") as act:
        await act.phone.send(OWN)
        card = await act.says("LIVE", OWN)
        await act.phone.tap(card, EDIT)
        which = await newer(act, card, "¿Cambio el texto")
        await act.phone.tap(which, X)
        asked = await newer(act, which, "solo para X", OWN)
        await act.phone.tap(asked, "Dejarlo como estaba")
        await shows(act, asked, "lo dejamos como estaba")
        await act.phone.send(OTHER)
        await act.says("LIVE", OTHER)
        async with act.app.store.view() as unit:
            [first, second] = await unit.drafts.pending(7)
        assert [target.own is not None for target in first.targets] == [False, True]
        assert [target.own for target in second.targets] == [None, None]


async def test_what_was_shown_before_is_not_approved_and_a_second_delivery_changes_nothing(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(TEXT)
        approve = data_of(card, APPROVE)
        await act.phone.send(f"x: {OWN}", reply_to=card)
        changed = await newer(act, card, "LIVE", OWN)
        stage.telegram.redeliver(stage.telegram.updates[-1].id)
        await settled(act)
        tap = old_tap(act.phone, card, approve)
        assert "ha cambiado" in await tap.until_answered()
        await settled(act)
        assert act.public() == {"facebook": [], "instagram": [], "twitter": []}
        async with act.app.store.view() as unit:
            [draft] = await unit.drafts.pending(7)
        assert draft.version == 2
        assert changed.id < spoken(act)[-1].id


@pytest.mark.parametrize("prefix", ["x: ", ""])
async def test_editing_the_message_with_the_own_words_edits_those(stage: Stage, prefix: str) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(TEXT)
        [_, x] = await previews(act, card)
        written = await act.phone.send(f"{prefix}{OTHER}", reply_to=card if prefix else x)
        card = await newer(act, x, "LIVE", OTHER, TEXT)
        await act.phone.edit(written, f"{prefix}{OWN}")
        await shows(act, card, f"texto propio: «{OWN}»", TEXT)
        await act.phone.tap(card, APPROVE)
        await shows(act, card, "🎉")
        assert act.public() == {"facebook": [TEXT], "instagram": [], "twitter": [OWN]}


async def test_too_late_is_said_in_one_sentence(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(TEXT)
        [_, x] = await previews(act, card)
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        await act.phone.send(OWN, reply_to=x)
        await newer(act, x, "Carmen")
        assert "Carmen" in await (await act.phone.tap(x, X)).until_answered()
        assert act.public()["twitter"] == [TEXT]


async def test_in_english(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        await act.phone.send("/language en")
        await act.says("English")
        sent = await act.phone.send(TEXT)
        card = (await act.phone.until(lambda chat: [m for m in chat if m.from_bot and m.reply_to == sent.id], 10.0))[-1]
        await act.phone.send(f"x: {OWN}", reply_to=card)
        changed = await newer(act, card, "its own text", OWN)
        assert "↩️ X like the rest" in changed.labels
