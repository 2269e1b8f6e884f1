"""Bold, links behind words, quotes and code, from the phone to every network, whichever way a draft is made."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.chats import Message
from bot.sandbox.markup import read_html
from bot.sandbox.page_html import as_html
from fakes.pictures import picture
from fakes.stage import Act, Stage, heard, newer, staged

APPROVE = "✅ Aprobar"
HTML = (
    'Mañana 🥐 <b>pan de <i>espelta</i></b> en <a href="https://panaderia.es/tienda">la tienda</a>.\n'
    "<blockquote>El mejor pan del barrio</blockquote>\n"
    "<tg-spoiler>Habrá sorpresa</tg-spoiler>"
)
PLAIN = (
    "Mañana 🥐 pan de espelta en la tienda (https://panaderia.es/tienda).\n«El mejor pan del barrio»\nHabrá sorpresa"
)
LINK = 'Mira <a href="https://panaderia.es/">aquí</a>'
LINK_PLAIN = "Mira aquí (https://panaderia.es/)"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


def written(html: str) -> dict[str, object]:
    """As a phone sends it."""
    text, entities = read_html(html)
    return {"text": text, "entities": entities}


def below(html: str) -> dict[str, object]:
    """The same below a picture."""
    text, entities = read_html(html)
    return {"caption": text, "entities": entities}


async def approved(act: Act, card: Message, text: str) -> None:
    await act.phone.tap(card, APPROVE)
    await act.until(lambda: act.public()["facebook"] == [text])


async def test_every_network_gets_the_words_and_the_card_shows_the_marks(stage: Stage) -> None:
    async with stage.play() as act:
        card = await act.card_of(await act.phone.send(**written(HTML)))
        shown = as_html(card.said)
        for part in (
            "<b>pan de <i>espelta</i></b>",
            'href="https://panaderia.es/tienda"',
            '<span class="spoiler">Habrá',
        ):
            assert part in shown
        assert "▎ El mejor pan del barrio" in card.text
        assert card.text.count("lo tapado se verá") == 3
        await act.phone.tap(card, "👀 Ver por red")
        assert PLAIN in (await newer(act, card, "/280")).text
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        dead = PLAIN.replace("https://panaderia.es/tienda", "enlace en la bio")
        assert act.public() == {"facebook": [PLAIN], "instagram": [dead], "twitter": [PLAIN]}


async def test_an_edited_message_brings_its_new_marks(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        sent = await act.phone.send(**written(HTML))
        card = await act.card_of(sent)
        text, entities = read_html(LINK)
        await act.phone.edit(sent, text, entities=entities)
        await act.phone.until(lambda _: "Mira aquí" in card.text)
        assert 'href="https://panaderia.es/"' in as_html(card.said)
        await approved(act, card, LINK_PLAIN)


async def test_marks_alone_are_a_change(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        sent = await act.phone.send("Mira aquí")
        card = await act.card_of(sent)
        text, entities = read_html(LINK)
        await act.phone.edit(sent, text, entities=entities)
        await act.phone.until(lambda _: "panaderia.es" in as_html(card.said))
        await approved(act, card, LINK_PLAIN)


async def test_the_command_before_a_draft_shifts_no_mark(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.card_of(await act.phone.send(**written(f"/borrador {LINK}")))
        await approved(act, card, LINK_PLAIN)


async def test_nor_does_the_name_of_the_bot_in_a_group(stage: Stage) -> None:
    group = stage.telegram.group(-100200, "Obrador")
    async with stage.play("facebook") as act:
        await act.phone.send(**written(f"🥖 @pregonero_bot {LINK}"), chat=group)
        await act.phone.tap(await heard(act.phone, group, "LIVE"), APPROVE)
        await act.until(lambda: act.public()["facebook"] == [f"🥖  {LINK_PLAIN}"])


async def test_words_that_looked_like_talk_keep_their_marks(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        sent = await act.phone.send(**written('<a href="https://panaderia.es/">Gracias</a>'))
        await act.phone.tap(await act.says("¿Es un borrador?"), "📝 Sí, es un borrador")
        await approved(act, await act.card_of(sent), "Gracias (https://panaderia.es/)")


async def test_the_answer_to_editar_keeps_its_marks(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft("Otra cosa")
        await act.phone.tap(card, "✏️ Editar")
        await act.says("✏️", "/cancelar")
        await act.phone.send(**written(LINK))
        await approved(act, await newer(act, card, "LIVE", "Mira aquí"), LINK_PLAIN)


async def test_a_forwarded_text_keeps_its_marks(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        sent = await act.phone.send(**written(LINK), forward_from="Otra panadería")
        await approved(act, await act.card_of(sent), LINK_PLAIN)


@pytest.mark.parametrize("command", ["", "/borrador "])
async def test_a_caption_keeps_its_marks(stage: Stage, command: str) -> None:
    async with stage.play("facebook") as act:
        sent = await act.phone.send_photo(picture(), **below(command + LINK))
        await approved(act, await act.card_of(sent), LINK_PLAIN)


async def test_an_edited_caption_brings_its_marks(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        sent = await act.phone.send_photo(picture(), "Pan")
        card = await act.card_of(sent)
        text, entities = read_html(LINK)
        await act.phone.edit(sent, text, entities=entities)
        await act.phone.until(lambda _: "Mira aquí" in card.text)
        await approved(act, card, LINK_PLAIN)


async def test_every_caption_of_an_album_keeps_its_marks(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        first = await act.phone.send_photo(picture(), **below("🥖 <b>Pan</b>"), media_group_id="77")
        await act.phone.send_photo(picture(colour="teal"), **below(LINK), media_group_id="77")
        card = await act.phone.until(
            lambda chat: [m for m in chat if m.reply_to == first.id and "2 imágenes" in m.text and APPROVE in m.labels]
        )
        assert "<b>Pan</b>" in as_html(card[-1].said)
        await approved(act, card[-1], f"🥖 Pan\n\n{LINK_PLAIN}")


async def test_a_picture_instead_of_another_brings_its_own_marks_or_leaves_those_there_are(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.card_of(await act.phone.send(**written(LINK)))
        await act.phone.send_photo(picture(), reply_to=card)
        pictured = await newer(act, card, "LIVE", "una imagen")
        assert 'href="https://panaderia.es/"' in as_html(pictured.said)
        await act.phone.send_photo(picture(colour="teal"), **below("<b>Pan</b> de hoy"), reply_to=pictured)
        changed = await newer(act, pictured, "LIVE", "una imagen")
        assert "<b>Pan</b>" in as_html(changed.said)


async def test_a_card_with_more_marks_than_fit_is_still_sent(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        words = " ".join(f'<a href="https://panaderia.es/{"x" * 60}/{n}">pan</a>&amp;' for n in range(90))
        card = await act.card_of(await act.phone.send(**written(words)))
        assert "…" in card.text
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        assert act.public()["facebook"][0].count("(https://") == 90
