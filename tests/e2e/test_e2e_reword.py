"""What a network refused gets other words, looked at before they go out; whatever happens, it goes out once."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.sandbox.chats import Message
from fakes.call import Call
from fakes.pictures import picture
from fakes.planning import APPROVE, OTHER, TEXT, data_of, old_tap, shows
from fakes.stage import Act, Stage, heard, newer, settled, spoken, staged

EDIT, PUBLISH = "✏️ Editar", "📣 Publicar así en X"
JUAN = 8
REFUSAL = {
    "title": "Forbidden",
    "detail": "You are not permitted to perform this action.",
    "type": "about:blank",
    "status": 403,
}
LONG = " ".join(f"Esta es la frase número {n} de un aviso bastante largo." for n in range(1, 10))


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


def refuse(stage: Stage, times: int = 1) -> None:
    stage.x.fault("POST /2/tweets", "error", status=403, body=REFUSAL, times=times)


def _second(call: Call) -> bool:
    """Of a thread: the first that answers another."""
    return call.method == "POST" and "reply" in str(call.params)


async def refused(act: Act, text: str = TEXT, times: int = 1) -> Message:
    """The live message of a job that X refused."""
    refuse(act.stage, times)
    card = await act.draft(text)
    await act.phone.tap(card, APPROVE)
    await shows(act, card, "⚠️")
    await act.phone.until(lambda _: EDIT in card.labels)
    await settled(act)
    return card


async def offered(act: Act, live: Message, text: str = OTHER) -> Message:
    """How the new words will go out, with the button that sends them."""
    await act.phone.tap(live, EDIT)
    asked = await newer(act, live, "Escríbeme el texto nuevo solo para X", TEXT)
    sent = await act.phone.send(text)
    shown = (await act.phone.until(lambda chat: [m for m in chat if m.reply_to == sent.id and PUBLISH in m.labels]))[-1]
    assert shown.id > asked.id
    return shown


async def test_refused_edited_and_published_once_with_the_new_words(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        live = await refused(act)
        shown = await offered(act, live)
        assert OTHER in shown.text
        assert f"{len(OTHER)}/280" in shown.text
        assert act.public()["twitter"] == []
        tap = await act.phone.tap(shown, PUBLISH)
        assert "texto nuevo" in await tap.until_answered()
        await shows(act, shown, "Texto nuevo para X")
        await shows(act, live, "🎉")
        await settled(act)
        assert act.public() == {"facebook": [TEXT], "instagram": [], "twitter": [OTHER]}
        async with act.app.store.view() as unit:
            [job] = await unit.jobs.latest(7)
            told = await unit.ledger.events()
        assert [each["event_type"] for each in told].count("delivery_reworded") == 1
        assert {each.platform: each.adapted.parts[0].text for each in job.deliveries}["twitter"] == OTHER


async def test_another_try_takes_the_place_of_the_first_and_an_old_button_shows_anew(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        live = await refused(act)
        first = await offered(act, live)
        sent = await act.phone.send(f"{OTHER} ¡Venid!")
        second = await newer(act, sent, "¡Venid!")
        await act.phone.tap(second, PUBLISH)
        await shows(act, live, "🎉")
        tap = await act.phone.tap(first, PUBLISH)
        await tap.until_answered()
        await settled(act)
        assert act.public()["twitter"] == [f"{OTHER} ¡Venid!"]


async def test_words_that_were_changed_since_are_shown_once_more(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        live = await refused(act)
        shown = await offered(act, live)
        written = [message for message in act.phone.chat if not message.from_bot][-1]
        await act.phone.edit(written, f"{OTHER} ¡Venid!")
        await settled(act)
        tap = await act.phone.tap(shown, PUBLISH)
        assert "de otra manera" in await tap.until_answered()
        again = await newer(act, shown, "¡Venid!")
        assert act.public()["twitter"] == []
        await act.phone.tap(again, PUBLISH)
        await shows(act, live, "🎉")
        assert act.public()["twitter"] == [f"{OTHER} ¡Venid!"]


async def test_two_phones_and_a_redelivered_tap_publish_once(stage: Stage) -> None:
    stage.overrides["telegram"] = {
        "bot_token": SecretStr(stage.telegram.token),
        "base_url": stage.telegram.base_url,
        "base_file_url": stage.telegram.base_file_url,
        "owners": [7, JUAN],
    }
    async with stage.play("facebook", "twitter") as act:
        live = await refused(act)
        shown = await offered(act, live)
        data = data_of(shown, PUBLISH)
        await act.phone.tap(shown, PUBLISH)
        second = old_tap(act.phone, shown, data)
        await second.until_answered()
        await shows(act, live, "🎉")
        stage.telegram.redeliver(stage.telegram.updates[-1].id)
        await settled(act)
        assert act.public()["twitter"] == [OTHER]


async def test_it_survives_a_restart_between_the_words_and_the_tap(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        shown = await offered(act, await refused(act))
        await settled(act)
    async with stage.play("facebook", "twitter") as act:
        await act.phone.tap(shown, PUBLISH)
        await act.says("🎉")
        assert act.public()["twitter"] == [OTHER]


async def test_a_process_that_ends_while_the_new_words_go_out_publishes_them_once(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        shown = await offered(act, await refused(act))
        lost = stage.x.fault("POST /2/tweets", "lost")
        await act.phone.tap(shown, PUBLISH)
        await lost.reached.wait()
    async with stage.play("facebook", "twitter") as act:
        await act.live(200)
        await act.says("🎉")
        assert act.public()["twitter"] == [OTHER]


async def test_refused_again_it_can_be_edited_again(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        live = await refused(act, times=2)
        shown = await offered(act, live)
        await act.phone.tap(shown, PUBLISH)
        await settled(act)
        await shows(act, live, "⚠️")
        await act.phone.tap(live, EDIT)
        asked = await newer(act, shown, "Escríbeme el texto nuevo", OTHER)
        await act.phone.send(f"{OTHER} ¡Venid!")
        again = await newer(act, asked, "¡Venid!")
        await act.phone.tap(again, PUBLISH)
        await shows(act, live, "🎉")
        assert act.public()["twitter"] == [f"{OTHER} ¡Venid!"]


async def test_a_thread_with_public_parts_says_that_it_cannot_be_changed(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        stage.x.fault(_second, "error", status=403, body=REFUSAL)
        card = await act.draft(LONG)
        await act.phone.tap(card, APPROVE)
        await shows(act, card, "⚠️")
        await settled(act)
        assert EDIT not in card.labels
        async with act.app.store.view() as unit:
            [job] = await unit.jobs.latest(7)
        [stuck] = [each for each in job.deliveries if each.platform == "twitter"]
        assert stuck.receipts
        tap = old_tap(act.phone, card, f"reword:{stuck.id}")
        assert "ya es pública" in await tap.until_answered()


async def test_what_is_left_or_settled_meanwhile_is_one_sentence(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        live = await refused(act)
        data = data_of(live, EDIT)
        shown = await offered(act, live)
        await act.phone.send("/omitir x")
        await act.says("parcialmente")
        tap = await act.phone.tap(shown, PUBLISH)
        assert await tap.until_answered()
        before = len(spoken(act))
        await act.phone.send("Otra vez")
        await settled(act)
        assert len(spoken(act)) > before
        assert await old_tap(act.phone, live, data).until_answered()
        assert act.public()["twitter"] == []


async def test_its_pictures_stay(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        refuse(stage)
        sent = await act.phone.send_photo(picture(800, 800), TEXT)
        card = await act.card_of(sent)
        await act.phone.tap(card, APPROVE)
        await act.phone.until(lambda _: "🔁 Reintentar" in card.labels)
        await settled(act)
        shown = await offered(act, card)
        await act.phone.tap(shown, PUBLISH)
        await shows(act, card, "🎉")
        [x], [page] = stage.x.posts("2001"), stage.graph.posts("1001")
        assert x.text == OTHER
        assert x.media == page.media


async def test_who_wrote_the_words_does_not_send_them_where_another_person_must(stage: Stage) -> None:
    stage.overrides["approval"] = {"second_person": True, "reconfirm_first_live": False}
    stage.overrides["telegram"] = {
        "bot_token": SecretStr(stage.telegram.token),
        "base_url": stage.telegram.base_url,
        "base_file_url": stage.telegram.base_file_url,
        "owners": [7, JUAN],
    }
    async with stage.play("facebook", "twitter") as act:
        group, juan = stage.telegram.group(-500, "Panadería"), stage.telegram.phone(JUAN, "Juan")
        refuse(stage)
        await juan.send(f"/borrador {TEXT}", chat=group)
        await act.phone.tap(await heard(act.phone, group, "LIVE", TEXT), APPROVE)
        live = await heard(act.phone, group, "⚠️", "Facebook")
        await act.phone.until(lambda _: EDIT in live.labels, 10.0, group)
        await settled(act)
        await act.phone.tap(live, EDIT)
        asked = await heard(act.phone, group, "Escríbeme el texto nuevo")
        await act.phone.send(OTHER, chat=group, reply_to=asked)
        shown = await heard(act.phone, group, OTHER)
        assert "Aquí aprueba otra persona" in await (await act.phone.tap(shown, PUBLISH)).until_answered()
        assert act.public()["twitter"] == []
        await juan.tap(shown, PUBLISH)
        await act.until(lambda: act.public()["twitter"] == [OTHER])
