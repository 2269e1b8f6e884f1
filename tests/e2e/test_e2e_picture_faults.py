"""Pictures that cannot be used, and a Telegram that does not give them: one clear sentence, nothing lost."""

import struct
import zlib
from collections.abc import AsyncIterator, Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.sandbox.files import MOST_DOWNLOAD
from fakes.pictures import picture
from fakes.stage import CARMEN, PAGE, Stage, connect, settled, spoken, staged

APPROVE = "✅ Aprobar"
TEXT = "Mañana, pan de espelta recién hecho."


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def bomb() -> bytes:
    """A small PNG that says it is huge."""
    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(b"\0" * 100)), (b"IEND", b"")]
    body = b"".join(
        struct.pack(">I", len(inside)) + name + inside + struct.pack(">I", zlib.crc32(name + inside))
        for name, inside in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def heic() -> bytes:
    return struct.pack(">I4s4sI", 24, b"ftyp", b"heic", 0) + b"mif1heic" + b"\0" * 200


def damaged() -> bytes:
    data = bytearray(saved(Image.effect_noise((400, 300), 80).convert("RGB"), "PNG"))
    data[300:900] = b"\0" * 600
    return bytes(data)


REFUSED: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "decompression bomb": (bomb, "a.png", "900 millones de píxeles"),
    "truncated JPEG": (lambda: picture(800, 600)[:-3000], "a.jpg", "llegó cortada"),
    "damaged PNG": (damaged, "a.png", "está dañada"),
    "HEIC": (heic, "IMG_0001.HEIC", "HEIC"),
    "HEIC that says it is a JPEG": (heic, "a.jpg", "HEIC"),
    "a line": (lambda: saved(Image.new("RGB", (1, 10_000)), "PNG"), "a.png", "demasiado alargada"),
    "SVG": (lambda: b"<svg xmlns='http://www.w3.org/2000/svg'/>", "logo.svg", "No reconozco"),
    "a PDF that says it is a picture": (lambda: b"%PDF-1.7 ...", "a.png", "No reconozco"),
    "no bytes at all": (lambda: b"", "a.png", "está vacío"),
    "TIFF": (lambda: saved(Image.new("RGB", (90, 90)), "TIFF"), "a.tif", "No reconozco"),
}
TAKEN: dict[str, tuple[Callable[[], bytes], str]] = {
    "CMYK": (lambda: saved(Image.new("CMYK", (640, 480), (0, 90, 90, 0)), "JPEG"), "a.jpg"),
    "16 bits": (lambda: saved(Image.new("I;16", (640, 480), 40_000), "PNG"), "a.png"),
    "MPO": (
        lambda: saved(
            Image.new("RGB", (640, 480), "red"), "MPO", save_all=True, append_images=[Image.new("RGB", (640, 480))]
        ),
        "a.jpg",
    ),
    "WEBP": (lambda: saved(Image.new("RGBA", (640, 480), (200, 90, 0, 128)), "WEBP"), "a.webp"),
    "a PNG that says it is a JPEG": (lambda: picture(640, 480, kind="PNG"), "a.jpg"),
    "a palette": (lambda: saved(Image.new("P", (640, 480), 3), "GIF"), "a.gif"),
    "black and white": (lambda: saved(Image.new("1", (640, 480), 1), "PNG"), "a.png"),
}


@pytest.mark.parametrize(("make", "name", "told"), REFUSED.values(), ids=REFUSED)
async def test_what_cannot_be_used_is_said_in_one_sentence(
    stage: Stage, make: Callable[[], bytes], name: str, told: str
) -> None:
    async with stage.play("facebook") as act:
        sent = await act.phone.send_document(make(), name, TEXT)
        said = await act.says(told)
        assert said.reply_to == sent.id
        await settled(act)
        assert spoken(act) == [said]
        async with act.app.store.view() as unit:
            assert await unit.drafts.pending(CARMEN) == []


@pytest.mark.parametrize(("make", "name"), TAKEN.values(), ids=TAKEN)
async def test_what_is_unusual_is_published_all_the_same(stage: Stage, make: Callable[[], bytes], name: str) -> None:
    async with stage.play() as act:
        sent = await act.phone.send_document(make(), name, TEXT)
        await act.phone.tap(await act.card_of(sent), APPROVE)
        await act.says("🎉")
        assert act.public() == {"facebook": [TEXT], "instagram": [TEXT], "twitter": [TEXT]}


async def test_what_moves_is_said_to_stand_still(stage: Stage) -> None:
    frames = [Image.new("RGB", (320, 240), colour) for colour in ("red", "blue")]
    async with stage.play("twitter") as act:
        data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
        sent = await act.phone.send_document(data, "pan.gif", TEXT)
        assert "el GIF saldrá quieto" in (await act.card_of(sent)).text


@pytest.mark.parametrize(("kind", "told"), [("animation", "Los GIF me llegan como vídeo"), ("video", "Vídeo todavía")])
async def test_what_moves_for_telegram_is_not_published_yet(stage: Stage, kind: str, told: str) -> None:
    file = {"file_id": "v", "file_unique_id": "v", "width": 320, "height": 240, "duration": 3}
    async with stage.play("facebook") as act:
        sent = await act.phone.send("(no text)")
        await settled(act)
        chat = {"id": CARMEN, "type": "private", "first_name": "Carmen"}
        person = {"id": CARMEN, "is_bot": False, "first_name": "Carmen"}
        message = {"message_id": sent.id + 500, "date": 1_760_000_000, "chat": chat, "from": person, kind: file}
        stage.telegram.state.updates.put("message", message)
        await act.says(told)


# -- Telegram ----------------------------------------------------------------------------------------------------


async def test_what_telegram_does_not_give_is_said(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        data = picture(800, 600) + b"\0" * MOST_DOWNLOAD
        await act.phone.send_document(data, "grande.jpg", TEXT)
        await act.says("más de 20 MB")
        assert not [call for call in stage.telegram.calls if call.method == "getFile"], "its size is known beforehand"


async def test_a_size_that_was_not_told_shows_when_it_is_asked_for(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        stage.telegram.fault("getFile", status=400, description="Bad Request: file is too big")
        await act.phone.send_photo(picture(), TEXT)
        await act.says("más de 20 MB")


async def test_a_picture_that_telegram_lost_is_said(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        stage.telegram.fault("getFile", status=400, description="Bad Request: wrong file_id")
        await act.phone.send_photo(picture(), TEXT)
        await act.says("ya no me da esa imagen")


async def test_a_telegram_out_of_order_is_waited_for(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        stage.telegram.fault("getFile", status=502, times=2)
        stage.telegram.fault("getFile", retry_after=3)
        sent = await act.phone.send_photo(picture(), TEXT)
        assert await act.card_of(sent)


async def test_a_telegram_that_stays_out_of_order_is_said_and_the_next_try_begins_anew(stage: Stage) -> None:
    stage.clock.patience = 60
    async with stage.play("facebook") as act:
        stage.telegram.fault("getFile", status=502, times=6)
        await act.phone.send_photo(picture(), TEXT)
        await act.says("No he podido descargar")
        sent = await act.phone.send_photo(picture(), TEXT)
        assert await act.card_of(sent)


async def test_while_a_picture_comes_everybody_else_is_answered(stage: Stage) -> None:
    stage.overrides["telegram"] = stage.settings().telegram.model_copy(update={"owners": (CARMEN, 8)})
    other = stage.telegram.phone(8, "Ana")
    async with stage.play("facebook") as act:
        act.stage.clock.patience = 0.5
        stage.telegram.fault("getFile", retry_after=30)
        sent = await act.phone.send_photo(picture(), TEXT)
        await act.until(lambda: act.app.intake._making)
        await act.phone.send("/estado")
        await other.send("/estado")
        assert await other.until(lambda chat: [m for m in chat if m.from_bot])
        assert spoken(act) == [], "in its own chat the order is kept"
        act.stage.clock.advance(31)
        assert await act.card_of(sent)
        await act.says("No hay nada en marcha")


# -- our own disk, our own life ----------------------------------------------------------------------------------


async def test_a_draft_with_a_picture_survives_a_restart_and_is_approved_as_it_was_shown(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        sent = await act.phone.send_photo(picture(1200, 800), TEXT)
        card = await act.card_of(sent)
    async with stage.play("facebook") as act:
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        assert not any("ha cambiado" in message.text for message in spoken(act))
        assert [(post.text, len(post.media)) for post in stage.graph.posts(PAGE)] == [(TEXT, 1)]


async def test_a_picture_that_was_fetched_but_not_handled_is_fetched_again(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        stage.clock.patience = 0.5
        stage.telegram.fault("getFile", retry_after=60)
        sent = await act.phone.send_photo(picture(), TEXT)
        await act.until(lambda: act.app.intake._making)
    stage.clock.patience = 5
    async with stage.play("facebook") as act:
        assert await act.card_of(sent)


async def test_a_picture_missing_from_our_disk_blocks_its_card(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        sent = await act.phone.send_photo(picture(), TEXT)
        card = await act.card_of(sent)
    for path in (stage.data_dir / "media").rglob("*"):
        if path.is_file():
            path.unlink()
    async with stage.play("facebook") as act:
        await act.phone.tap(card, APPROVE)
        blocked = await act.says("La foto ya no está en mi disco")
        assert APPROVE not in blocked.labels
        await connect(act.app, "facebook")
        assert stage.graph.posts(PAGE) == []


async def test_what_a_stranger_sends_is_not_fetched(stage: Stage) -> None:
    stranger = stage.telegram.phone(99, "Desconocido")
    async with stage.play("facebook") as act:
        await stranger.send_photo(picture(), TEXT)
        assert await stranger.until(lambda chat: [m for m in chat if m.from_bot and "privado" in m.text])
        await settled(act)
        assert not [call for call in stage.telegram.calls if call.method == "getFile"]
