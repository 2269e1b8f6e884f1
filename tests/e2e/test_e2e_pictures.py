"""Pictures, as the person on the phone sends them and as the networks get them."""

import hashlib
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import ExifTags, Image, ImageDraw

from adapters import images
from bot.sandbox.chats import Message
from bot.sandbox.parameters import Upload
from fakes.pictures import picture
from fakes.stage import INSTAGRAM, PAGE, Act, Stage, X, newer, settled, spoken, staged

APPROVE = "✅ Aprobar"
TEXT = "Mañana, pan de espelta recién hecho."
COLOURS = ("peru", "olive", "teal", "navy", "crimson", "gold")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


def scene(width: int = 1200, height: int = 900, colour: str = "peru") -> Image.Image:
    """Something to see at the right end, so that a crop has a reason."""
    image = Image.new("RGB", (width, height), colour)
    pen = ImageDraw.Draw(image)
    for at in range(0, height, 20):
        pen.line((width * 0.7, at, width, height - at), "white", 3)
    return image


def saved(image: Image.Image, kind: str = "JPEG", **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


async def pictured(act: Act, *pictures: bytes, caption: str = "") -> Message:
    """Send one photo, or several as an album whose parts come one after the other: the card with all of them."""
    group = "77" if len(pictures) > 1 else None
    first = await act.phone.send_photo(pictures[0], caption, media_group_id=group)
    for data in pictures[1:]:
        await act.phone.send_photo(data, media_group_id=group)
    told = "una imagen" if len(pictures) == 1 else f"{len(pictures)} imágenes"
    await settled(act)

    def card(chat: list[Message]) -> Message | None:
        cards = [m for m in chat if m.from_bot and m.reply_to == first.id and APPROVE in m.labels and told in m.text]
        return cards[-1] if cards else None

    found = await act.phone.until(card, 10.0)
    assert found is not None
    return found


def received(stage: Stage) -> dict[str, list[str]]:
    """SHA-256 of the pictures that were uploaded, by server, in order."""

    def sent(requests: Any) -> list[str]:
        values = [str(value) for asked in requests for value in asked.params.values()]
        return [value.removeprefix("sha256:") for value in values if value.startswith("sha256:")]

    return {"graph": sent(stage.graph.requests), "x": sent(stage.x.requests)}


def shown(stage: Stage, since: int = 0) -> list[tuple[str, str]]:
    """(caption, SHA-256) of every picture the bot sent to the chat, in order."""
    found = []
    for call in stage.telegram.calls[since:]:
        if call.method == "sendPhoto":
            found.append((call.params.get("caption", ""), sha256_of(call.params["photo"])))
        if call.method == "sendMediaGroup":
            caption = call.params["media"][0].get("caption", "")
            parts = [item["media"].removeprefix("attach://") for item in call.params["media"]]
            found += [(caption, sha256_of(call.params[part])) for part in parts]
    return found


def sha256_of(file: Upload) -> str:
    return hashlib.sha256(file.data).hexdigest()


def described(stage: Stage) -> list[str | None]:
    """The descriptions of the pictures of the only post on X, in their order there."""
    [post] = stage.x.posts(X)
    told = {each.sha256: each.alt_text for each in stage.x.uploads.values()}
    return [told[sha256] for sha256 in post.media]


# -- one photo ---------------------------------------------------------------------------------------------------


async def test_a_photo_with_its_caption_stands_on_three_networks(stage: Stage) -> None:
    async with stage.play() as act:
        card = await pictured(act, saved(scene()), caption=TEXT)
        above = [message for message in act.phone.chat if message.from_bot and message.photo]
        assert [message.id < card.id for message in above] == [True], "the picture stands above its card"
        await act.phone.tap(card, APPROVE)
        assert (await act.says("🎉")).id == card.id
        assert act.public() == {"facebook": [TEXT], "instagram": [TEXT], "twitter": [TEXT]}
        for server, account in ((stage.graph, PAGE), (stage.graph, INSTAGRAM), (stage.x, X)):
            assert [len(post.media) for post in server.posts(account)] == [1]


async def test_a_photo_needs_no_words(stage: Stage) -> None:
    async with stage.play() as act:
        card = await pictured(act, saved(scene()))
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        assert act.public() == {"facebook": [""], "instagram": [""], "twitter": [""]}


async def test_what_is_previewed_is_what_is_sent(stage: Stage) -> None:
    """The same bytes in the chat and on the wire, cropped as each network needs it."""
    async with stage.play() as act:
        card = await pictured(act, saved(scene(2000, 700)), caption=TEXT)
        before = len(stage.telegram.calls)
        await act.phone.tap(card, "👀 Ver por red")
        await settled(act)
        previewed = shown(stage, before)
        assert {caption for caption, _ in previewed} == {
            "📘 Facebook · Panadería y 𝕏 X · @panaderia",
            "📸 Instagram · @panaderia",
        }
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        sent = received(stage)
        assert {*sent["graph"], *sent["x"]} == {sha256 for _, sha256 in previewed}
        assert len(sent["graph"]) == 2
        [instagram] = {sha256 for caption, sha256 in previewed if "Instagram" in caption}
        assert instagram != sent["x"][0]


PARAGRAPH = "Hoy os contamos cómo hacemos nuestro pan de masa madre, sin prisa y en horno de leña. " * 3
CONTENTS = {"a text": (TEXT, 0), "an album": (TEXT, 3), "a long text with an album": (PARAGRAPH * 2, 6)}


@pytest.mark.parametrize(("text", "count"), CONTENTS.values(), ids=CONTENTS)
async def test_what_each_network_holds_is_what_was_previewed_for_it(stage: Stage, text: str, count: int) -> None:
    """A drawn picture, an album, the pictures of every part of a thread: the same bytes in the same order."""
    async with stage.play() as act:
        if count:
            card = await pictured(act, *(saved(scene(colour=colour)) for colour in COLOURS[:count]), caption=text)
        else:
            card = await act.draft(text)
        before = len(stage.telegram.calls)
        await act.phone.tap(card, "👀 Ver por red")
        await settled(act)
        previewed = shown(stage, before)
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        for name, posts in (
            ("Facebook", stage.graph.posts(PAGE)),
            ("Instagram", stage.graph.posts(INSTAGRAM)),
            ("X ·", stage.x.posts(X)),
        ):
            held = [sha256 for post in posts for sha256 in post.media]
            assert held == [sha256 for caption, sha256 in previewed if name in caption], name


async def test_what_the_camera_knows_stays_at_home(stage: Stage) -> None:
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = "Cámara secreta"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (40.0, 25.0, 0.0)
    data = saved(scene(), exif=exif)
    assert b"secreta" in data
    async with stage.play() as act:
        await act.phone.send_document(data, "foto.jpg", TEXT)
        card = await act.says("Con una imagen")
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
    for folder in (tmp := stage.data_dir / "media").iterdir():
        for path in folder.iterdir():
            name = f"{folder.name}{path.name}"
            if name in {*received(stage)["graph"], *received(stage)["x"]}:
                assert b"secreta" not in path.read_bytes()
    assert tmp.is_dir()


async def test_a_photo_is_unpacked_once_for_every_network_and_the_chat(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares: list[float] = []
    unpack = images.unpack

    def counted(opened: Any, share: float = 1.0) -> Any:
        shares.append(share)
        return unpack(opened, share)

    monkeypatch.setattr(images, "unpack", counted)
    async with stage.play() as act:
        await pictured(act, saved(scene()), caption=TEXT)
        assert len(shares) == 2, "once to see whether it is sound, once for everybody"


# -- albums ------------------------------------------------------------------------------------------------------


async def test_an_album_is_one_draft_in_the_order_it_was_sent(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await pictured(act, *(saved(scene(colour=colour)) for colour in COLOURS), caption=TEXT)
        assert "X · @panaderia: solo 4 de 6 imágenes" in card.text
        before = len(stage.telegram.calls)
        await act.phone.tap(card, "👀 Ver por red")
        await settled(act)
        previewed = [sha256 for caption, sha256 in shown(stage, before) if "Facebook" in caption]
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        assert len([m for m in act.phone.chat if m.from_bot and APPROVE in m.labels]) == 0
        [page] = stage.graph.posts(PAGE)
        [post] = stage.x.posts(X)
        assert (len(page.media), len(post.media)) == (6, 4)
        assert list(page.media) == previewed
        assert post.media == page.media[:4], "the same pictures for both"


async def test_an_album_whose_parts_come_at_once_has_one_card(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await settled(act)
        parts = [picture(400, 300, colour=colour) for colour in COLOURS]
        stage.telegram.fault("getUpdates", status=502, times=1)  # all of them wait when the bot comes back
        await pictured(act, *parts, caption=TEXT)
        assert len([m for m in spoken(act) if "Con " in m.text]) <= 2
        assert len([m for m in spoken(act) if m.photo]) >= 6


async def test_a_part_that_comes_after_the_approval_is_not_lost_silently(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await pictured(act, *(picture(colour=colour) for colour in COLOURS[:2]), caption=TEXT)
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        late = await act.phone.send_photo(picture(colour="gold"), media_group_id="77")
        told = await act.says("ya estaba decidido")
        assert told.reply_to == late.id
        assert [len(post.media) for post in stage.graph.posts(PAGE)] == [2]


async def test_one_bad_part_does_not_spoil_the_album(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await act.phone.send_document(picture(), "a.jpg", TEXT, media_group_id="9")
        await act.phone.send_document(b"no picture", "b.jpg", media_group_id="9")
        await act.phone.send_document(picture(colour="teal"), "c.jpg", media_group_id="9")
        assert "No reconozco" in (await act.says("No reconozco")).text
        card = await act.says("Con 2 imágenes")
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        assert [len(post.media) for post in stage.graph.posts(PAGE)] == [2]


async def test_in_a_group_the_rest_of_an_album_belongs_to_its_first_part(stage: Stage) -> None:
    group = stage.telegram.group(-100123, "Equipo")
    async with stage.play("facebook") as act:
        await act.phone.send_photo(picture(), "@pregonero_bot Pan de hoy", media_group_id="5", chat=group)
        await act.phone.send_photo(picture(colour="teal"), media_group_id="5", chat=group)
        await act.phone.send_photo(picture(colour="gold"), chat=group)

        def card(chat: list[Message]) -> list[Message]:
            return [m for m in chat if m.from_bot and "Con 2 imágenes" in m.text and "Pan de hoy" in m.text]

        assert await act.phone.until(card, 10.0, group)
        asked = [call.params["file_id"] for call in stage.telegram.calls if call.method == "getFile"]
        assert len(asked) == 2, "what is not meant for the bot is not fetched"


# -- changing ----------------------------------------------------------------------------------------------------


async def test_editing_the_caption_changes_the_words_and_keeps_the_picture(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        sent = await act.phone.send_photo(picture(), TEXT)
        card = await act.card_of(sent)
        await act.phone.edit(sent, "Solo hoy")
        await act.phone.until(lambda _: "Solo hoy" in card.text)
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        [post] = stage.graph.posts(PAGE)
        assert (post.text, len(post.media)) == ("Solo hoy", 1)


async def test_another_photo_takes_the_place_of_the_first(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, "✏️ Editar")
        await act.says("mándame otra foto")
        await act.phone.send_photo(picture(colour="teal"))
        card = await newer(act, card, "Con una imagen", TEXT)
        await act.phone.send_photo(picture(colour="gold"), "Otras palabras", reply_to=card)
        card = await newer(act, card, "Con una imagen", "Otras palabras")
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        [post] = stage.graph.posts(PAGE)
        assert (post.text, len(post.media)) == ("Otras palabras", 1)
        assert list(post.media) == received(stage)["graph"]


async def test_how_it_is_fitted_is_chosen_on_the_card_and_bound_by_the_approval(stage: Stage) -> None:
    async with stage.play("instagram") as act:
        card = await pictured(act, saved(scene(700, 1200)), caption=TEXT)
        assert "se recorta (queda el 73 %)" in card.text
        for label, told in (("automático", ""), ("recortada", "recorta"), ("entera", "entera, con fondo")):
            await act.phone.until(lambda _, told=told: told in card.text)
            tap = await act.phone.tap(card, f"🖼 Encuadre: {label}")
            await settled(act)
            assert tap.answer
        assert "🖼 Encuadre: entera, fondo liso" in card.labels
        before = len(stage.telegram.calls)
        await act.phone.tap(card, "👀 Ver por red")
        await settled(act)
        [(_, previewed)] = shown(stage, before)
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        assert received(stage)["graph"] == [previewed]


# -- descriptions ------------------------------------------------------------------------------------------------


async def test_a_description_goes_wherever_there_is_room_for_it(stage: Stage) -> None:
    async with stage.play() as act:
        card = await pictured(act, picture(), caption=TEXT)
        assert "sin describir" in card.text
        await act.phone.send("/alt Una hogaza sobre un paño")
        card = await newer(act, card, "1 descrita")
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        alts = [
            value for asked in stage.graph.requests for key, value in asked.params.items() if key.startswith("alt_")
        ]
        assert alts
        assert set(alts) == {"Una hogaza sobre un paño"}
        assert described(stage) == ["Una hogaza sobre un paño"]


async def test_every_picture_is_asked_about_in_turn(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        card = await pictured(act, *(picture(colour=colour) for colour in COLOURS[:3]), caption=TEXT)
        await act.phone.tap(card, "♿ Describir")
        for number in (1, 2, 3):
            asked = await act.says(f"Imagen {number} de 3")
            await act.phone.send(f"Pan número {number}")
            await act.phone.until(lambda chat, asked=asked: chat[-1].id > asked.id and chat[-1].from_bot)
        card = await newer(act, card, "3 descritas")
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        assert described(stage) == [f"Pan número {n}" for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("/alt 3 Pan", "di un número del 1 al 2"),
        ("/alt 0 Pan", "di un número del 1 al 2"),
        ("/alt 2 " + "a" * 1001, "1001 caracteres y caben 1000"),
        ("/alt", "Imagen 1 de 2"),
        ("/alt 2", "Imagen 2 de 2"),
        ("/alt 2. Pan", "1 descrita"),
    ],
)
async def test_what_is_said_of_a_picture(stage: Stage, said: str, told: str) -> None:
    async with stage.play("twitter") as act:
        card = await pictured(act, *(picture(colour=colour) for colour in COLOURS[:2]), caption=TEXT)
        await act.phone.send(said)
        assert await newer(act, card, told)


async def test_a_description_said_to_one_part_of_an_album_is_of_that_part(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        card = await pictured(act, *(picture(colour=colour) for colour in COLOURS[:2]), caption=TEXT)
        second = [m for m in act.phone.chat if not m.from_bot and m.photo][1]
        await act.phone.send("/alt La segunda", reply_to=second)
        card = await newer(act, card, "1 descrita")
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        assert described(stage) == [None, "La segunda"]


async def test_nothing_to_describe(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        await act.phone.send("/alt Pan")
        await act.says("No hay nada pendiente")
        await act.draft(TEXT)
        await act.phone.send("/alt Pan")
        await act.says("no lleva ninguna imagen")
        await act.draft("Otro borrador")
        await act.phone.send("/alt Pan")
        await act.says("Hay varios borradores")


# -- formats -----------------------------------------------------------------------------------------------------


async def test_a_story_shows_the_picture_and_says_that_the_words_stay_behind(stage: Stage) -> None:
    async with stage.play("instagram") as act:
        card = await pictured(act, saved(scene(900, 1200)), caption=TEXT)
        await act.phone.send("/formato ig Historia")
        card = await newer(act, card, "Instagram · @panaderia · historia", "sin el texto")
        assert "📸 Instagram: historia 🔄" in card.labels
        before = len(stage.telegram.calls)
        await act.phone.tap(card, "👀 Ver por red")
        await settled(act)
        [(_, previewed)] = shown(stage, before)
        await act.phone.tap(card, APPROVE)
        done = await act.says("🎉")
        assert received(stage)["graph"] == [previewed]
        [story] = stage.graph.posts(INSTAGRAM)
        assert (story.form, story.text) == ("story", "")
        assert story.permalink in "".join(str(each) for each in done.said.entities) + done.text


async def test_a_story_of_a_text_is_drawn_tall(stage: Stage) -> None:
    async with stage.play("instagram") as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, "📸 Instagram: publicación 🔄")
        await act.phone.until(lambda _: "historia" in card.text)
        await act.phone.tap(card, "📸 Instagram: historia 🔄")
        await act.phone.until(lambda _: "· historia" not in card.text)
        await act.phone.tap(card, "📸 Instagram: publicación 🔄")
        await act.phone.until(lambda _: "historia" in card.text)
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        assert [story.form for story in stage.graph.posts(INSTAGRAM)] == ["story"]


async def test_the_next_draft_is_a_post_again(stage: Stage) -> None:
    async with stage.play("instagram") as act:
        await act.draft(TEXT)
        await act.phone.send("/formato instagram story")
        card = await act.says("· historia")
        await act.phone.tap(card, "🗑 Descartar")
        await act.says("Descartado")
        assert "historia" not in (await act.draft("Otro")).text


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("/formato", "Dime la red y el formato"),
        ("/formato myspace historia", "No tengo ninguna red «myspace»"),
        ("/formato ig", "Instagram se puede publicar como: publicación e historia"),
        ("/formato ig carrusel", "Instagram se puede publicar como: publicación e historia"),
        ("/formato x historia", "X se puede publicar como: publicación"),
    ],
)
async def test_a_format_that_is_not_understood(stage: Stage, said: str, told: str) -> None:
    async with stage.play() as act:
        await act.draft(TEXT)
        await act.phone.send(said)
        await act.says(told)
