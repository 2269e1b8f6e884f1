"""Whatever is sent: nothing crashes, nothing is lost, and what is published is what was previewed."""

from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.sandbox.chats import Message
from bot.sandbox.shapes import message_json
from fakes.stage import INSTAGRAM, Act, Stage, settled, spoken, staged

TEXT = "Mañana abrimos a las 8 con pan de espelta recién hecho."
APPROVE = "✅ Aprobar"
FOLD = " ✂️[aquí corta «ver más»] "
FAMILY, FLAG, SKIN = "👨‍👩‍👧‍👦", "🏴󠁧󠁢󠁷󠁬󠁳󠁿", "👩🏽‍🍳"
LONG = (
    " ".join(f"Frase {number} de un aviso que llena el mensaje entero." for number in range(1, 100))[:4090] + " ¡Fin!"
)


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


def quoted(message: Message) -> str:
    """What stands in its quotations, one behind the other."""
    wide = message.text.encode("utf-16-le")
    quotes = [each for each in message.entities if each["type"] == "blockquote"]
    return "".join(wide[2 * q["offset"] : 2 * (q["offset"] + q["length"])].decode("utf-16-le") for q in quotes)


def unspaced(text: str) -> str:
    return "".join(text.split())


async def preview(act: Act, card: Message) -> str:
    """Everything that a closer look shows, in the order of the card."""
    before = len(spoken(act))
    await act.phone.tap(card, "👀 Ver por red")
    await settled(act)
    return "".join(quoted(message) for message in spoken(act)[before:]).replace(FOLD, "")


# -- texts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Pan de hoy\n\n" + " ".join(f"#pan{number}" for number in range(60)), id="60 hashtags"),
        pytest.param("#pan #espelta #bollos", id="hashtags only"),
        pytest.param("خبز طازج غدًا \u202eabc\u202c e\u0301 z̵̡͍a̶ ש\u05c1לום", id="right to left, combining"),
        pytest.param(LONG, id="4096 characters"),
        pytest.param("<b>&\"'</b> <a href='x'>5 < 6 &amp; {name} {0} %s", id="looks like HTML"),
        pytest.param(f"{FAMILY * 30} {FLAG}{SKIN * 20} 1️⃣ 🇪🇸", id="joined emoji"),
        pytest.param("🥖" * 300, id="emoji only"),
        pytest.param("a" * 1500, id="one long word"),
        pytest.param("Uno\n\n\n\n\nDos   \n\tTres", id="empty lines"),
        pytest.param("https://panaderia.es/?a=1&b=%3Cx%3E", id="a link alone"),
        pytest.param("/ 5 € la docena / 3 € la media", id="begins with a slash"),
        pytest.param("$PAN @panaderia #1 #", id="signs"),
    ],
)
async def test_what_is_published_is_what_the_closer_look_showed(stage: Stage, text: str) -> None:
    async with stage.play() as act:
        card = await act.draft(text)
        shown = await preview(act, card)
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        published = act.public()
        assert unspaced(shown) == unspaced("".join(part for parts in published.values() for part in parts))
        assert published["facebook"]
        assert published["twitter"]
        assert not any("😓" in message.text for message in spoken(act))


async def test_a_text_of_4096_characters_is_a_thread_on_x_whole_or_shortened_elsewhere(stage: Stage) -> None:
    assert len(LONG) == 4096
    async with stage.play() as act:
        card = await act.draft(LONG)
        assert "hilo de" in card.text
        assert "se acorta" in card.text
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        published = act.public()
        assert published["facebook"] == [LONG]
        assert len(published["twitter"]) > 10
        [caption] = published["instagram"]
        assert caption.endswith("…")
        assert LONG.startswith(caption[:-1].rstrip())


async def test_sixty_hashtags_are_cut_to_what_each_network_takes_and_the_card_says_so(stage: Stage) -> None:
    tags = [f"#pan{number}" for number in range(60)]
    async with stage.play() as act:
        card = await act.draft("Pan de hoy\n\n" + " ".join(tags))
        assert "30 de 60" in card.text
        assert "10 de 60" in card.text
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        counts = {name: posts[0].count("#") for name, posts in act.public().items()}
        assert counts == {"facebook": 30, "instagram": 30, "twitter": 10}


async def test_what_looks_like_html_goes_out_letter_by_letter(stage: Stage) -> None:
    text = "<b>&\"'</b> 5 < 6 &amp; <script>"
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(text)
        assert text in card.text
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        assert act.public()["facebook"] == act.public()["twitter"] == [text]


async def test_a_network_that_cannot_take_it_is_named_before_approval_and_the_others_go(stage: Stage) -> None:
    async with stage.play() as act:
        card = await act.draft("🥖" * 20)
        blocked = "⛔" in card.text
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        assert act.public()["facebook"] == act.public()["twitter"] == ["🥖" * 20]
        assert len(stage.graph.posts(INSTAGRAM)) == (0 if blocked else 1)


@pytest.mark.parametrize("name", ["<b>Ana</b> & Cía", "\u202eanA", "{name}", "👩🏽‍🍳"])
async def test_a_name_like_that_harms_nothing(stage: Stage, name: str) -> None:
    stage.overrides["telegram"] = {**stage.settings().telegram.model_dump(), "owners": [9]}
    async with stage.play("facebook") as act:
        owner = Act(stage, act.app, stage.telegram.phone(9, name))
        card = await owner.draft(TEXT)
        await owner.draft("Otro aviso.")
        await owner.phone.send("/pendientes")
        await owner.says("Borradores por decidir")
        first, second = await owner.phone.tap(card, APPROVE), await owner.phone.tap(card, APPROVE)
        assert await first.until_answered()
        assert "aprobó" in await second.until_answered()
        await owner.says("🎉")


async def test_an_answer_about_a_text_with_signs_is_shown_whole(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft("<i>5 < 6 & «comillas»")
        await act.phone.tap(card, "🗑 Descartar")
        await act.phone.until(lambda _: "Descartado" in card.text)
        assert "<i>5 < 6 & «comillas»" in card.text


# -- what is no text ---------------------------------------------------------------------------------------------


def jpeg() -> bytes:
    written = BytesIO()
    Image.new("RGB", (64, 48), (200, 120, 40)).save(written, "JPEG")
    return written.getvalue()


async def test_a_document_is_answered_with_what_can_be_done(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await act.phone.send_document(b"%PDF-1.7", "menu.pdf")
        await act.says("todavía no")
        await act.phone.send_document(b"", "vacio.mp4", mime="video/mp4")
        await settled(act)
        assert len(spoken(act)) == 2


@pytest.mark.parametrize(
    "content",
    [
        {"sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 512, "height": 512,
                     "is_animated": False, "is_video": False}},
        {"voice": {"file_id": "v", "file_unique_id": "v", "duration": 3}},
        {"location": {"latitude": 40.4, "longitude": -3.7}},
        {"dice": {"emoji": "🎲", "value": 6}},
        {"contact": {"phone_number": "600", "first_name": "Ana"}},
    ],
    ids=lambda content: next(iter(content)),
)  # fmt: skip
async def test_what_cannot_be_published_yet_is_said_to_be_so(stage: Stage, content: dict[str, Any]) -> None:
    async with stage.play("facebook") as act:
        sent = await act.phone.send("(no text)")
        await settled(act)
        raw = message_json(sent, stage.telegram.state.chats)
        del raw["text"]
        stage.telegram.state.updates.put("message", {**raw, "message_id": 9000, **content})
        await act.says("todavía no")
        await settled(act)
        assert not any("😓" in message.text for message in spoken(act))


async def test_a_picture_is_never_left_out_in_silence(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        sent = await act.phone.send_photo(jpeg(), "/borrador Pan de espelta")
        card = await act.card_of(sent)
        assert "Pan de espelta" in card.text
        assert "Con una imagen" in card.text


# -- commands ----------------------------------------------------------------------------------------------------


async def test_an_unknown_command_is_answered_with_the_way_to_help(stage: Stage) -> None:
    commands = ["/noexiste", "/publicar ya", "/Ñandú", "/ayuda_", "/a" + "b" * 300]
    async with stage.play("facebook") as act:
        for command in commands:
            await act.phone.send(command)
        await settled(act)
        assert ["/ayuda" in answer.text for answer in spoken(act)] == [True] * len(commands)
        async with act.app.store.view() as unit:
            assert await unit.drafts.pending(7) == []


@pytest.mark.parametrize("command", ["/omitir", "/reintentar", "/idioma"])
async def test_whatever_stands_behind_a_command_is_answered(stage: Stage, command: str) -> None:
    arguments = ["<b>", "x" * 3000, "\u202e", "💥" * 500, "{networks}"]
    async with stage.play("facebook") as act:
        for argument in arguments:
            await act.phone.send(f"{command} {argument}")
        await settled(act)
        assert len(spoken(act)) == len(arguments)
        assert not any("😓" in answer.text for answer in spoken(act))


async def test_a_draft_in_one_chat_cannot_be_approved_from_another(stage: Stage) -> None:
    stage.overrides["telegram"] = {**stage.settings().telegram.model_dump(), "editors": [9]}
    async with stage.play("facebook") as act:
        await act.draft(TEXT)
        ana = Act(stage, act.app, stage.telegram.phone(9, "Ana"))
        await ana.phone.send("/aprobar")
        await ana.says("nada pendiente")
        assert act.public()["facebook"] == []
