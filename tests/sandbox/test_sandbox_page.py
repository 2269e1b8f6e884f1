"""The page's server: what it tells, what it takes, and whom it refuses."""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest
import telegram as ptb
from page_desk import Browser, PuppetLife

import bot.sandbox
from bot.i18n import Words, catalogue
from bot.sandbox import page_server
from bot.sandbox.files import MEGABYTE, MOST_PHOTO
from bot.sandbox.life import Doing
from bot.sandbox.networks import Fault, Kind, Network, Networks, Picture, Wanted
from bot.sandbox.page_server import PAGE, TYPES, PageServer
from bot.sandbox.phone import Phone
from bot.sandbox.telegram import SandboxTelegram

ES = Words("es", ZoneInfo("Europe/Madrid"))
INDEX = b"<!doctype html><title>Hola</title>"
CHANCE = Random(1)  # noqa: S311 - trouble on purpose


@dataclass
class Desk:
    """Everything behind the page."""

    telegram: SandboxTelegram
    phone: Phone
    networks: Networks
    life: PuppetLife
    gaps: list[int]
    gate: asyncio.Event
    renewed: list[str]

    async def renew(self, key: str) -> None:
        self.renewed.append(key)


@pytest.fixture
def desk(sandbox: SandboxTelegram, phone: Phone) -> Desk:
    changes = sandbox.state.changes
    plaza, foro = Network("plaza", "Plaza", "🏛"), Network("foro", "Foro", "🗣")
    networks = Networks([plaza, foro], changes, lambda: datetime(2026, 3, 1, 9, tzinfo=UTC), CHANCE, latency=(0, 0))
    gate = asyncio.Event()
    gate.set()
    return Desk(sandbox, phone, networks, PuppetLife(changes), [], gate, [])


@pytest.fixture
async def browser(desk: Desk, tmp_path: Path) -> AsyncIterator[Browser]:
    folder = tmp_path / "page"
    folder.mkdir()
    (folder / "index.html").write_bytes(INDEX)
    (folder / "page.js").write_text("export {};")
    (folder / "page.sh").write_text("rm")
    (folder / "inner").mkdir()
    (tmp_path / "secret.js").write_text("no")

    async def gap() -> None:
        desk.gaps.append(len(desk.telegram.updates))
        await desk.gate.wait()

    server = PageServer(desk.telegram, desk.phone, desk.networks, desk.life, ES, desk.renew, folder, gap)
    async with server.open() as address, aiohttp.ClientSession() as session:
        yield Browser(session, address)


# -- what it tells -------------------------------------------------------------------------------------------------


async def test_a_new_page_hears_everything_once_and_in_order(desk: Desk, browser: Browser) -> None:
    async with browser.listening() as events:
        await events.until("bot")
        assert [kind for kind, _ in events.heard] == ["chat", "wall", "bot"]
        chat, wall, life = (data for _, data in events.heard)
    assert chat == {
        "me": {"name": "Ana"},
        "bot": {"name": "Pregonero", "username": "pregonero_bot"},
        "commands": [],
        "action": None,
        "messages": [],
    }
    assert [network["key"] for network in wall["networks"]] == ["plaza", "foro"]
    assert wall["networks"][0] == {
        "key": "plaza",
        "title": "Plaza",
        "icon": "🏛",
        "layout": "plain",
        "faults": [],
        "consent": None,
        "posts": [],
    }
    assert life == {"state": "up", "lives": 1}


async def test_only_what_changed_is_told_again(desk: Desk, browser: Browser) -> None:
    async with browser.listening() as events:
        await events.until("bot")
        desk.life.become(Doing.STARTING)
        assert await events.until("bot", lambda life: life["lives"] == 2) == {"state": "starting", "lives": 2}
        desk.networks.plan("foro", Fault(Kind.SLOW, 2, 5))
        await events.until("wall", lambda wall: wall["networks"][1]["faults"])
        await desk.phone.send("hola")
        await events.until("chat", lambda chat: chat["messages"])
        assert [kind for kind, _ in events.heard] == ["chat", "wall", "bot", "bot", "wall", "chat"]
    assert events.newest("wall")["networks"][1]["faults"] == [{"kind": "slow", "times": 2, "seconds": 5}]


async def test_a_message_with_all_it_may_carry(desk: Desk, browser: Browser, bot: ptb.Bot) -> None:
    sent = await desk.phone.send("Un texto\ncon dos líneas y <b>nada</b> de formato, " + "largo " * 20)
    await bot.set_my_commands([("aprobar", "aprueba")])
    keyboard = ptb.InlineKeyboardMarkup(
        [
            [ptb.InlineKeyboardButton("Sí", callback_data="yes:1")],
            [
                ptb.InlineKeyboardButton("Ver", url="https://plaza.example/1"),
                ptb.InlineKeyboardButton("Copiar", copy_text=ptb.CopyTextButton("abc")),
            ],
        ]
    )
    card = await bot.send_message(
        desk.phone.user.id,
        "Mira &lt;esto&gt;: <b>pan</b>",
        parse_mode="HTML",
        reply_markup=keyboard,
        disable_notification=True,
        reply_parameters=ptb.ReplyParameters(sent.id),
    )
    async with browser.listening() as events:
        chat = await events.until("chat")
        assert chat["commands"] == [{"command": "aprobar", "description": "aprueba"}]
        mine, its = chat["messages"]
        assert mine["mine"] is True
        assert mine["html"].startswith("Un texto\ncon dos líneas y &lt;b&gt;nada")
        assert its["html"] == "Mira &lt;esto&gt;: <b>pan</b>"
        assert (its["mine"], its["silent"], its["edited"], its["album"], its["photo"]) == (
            False,
            True,
            False,
            None,
            None,
        )
        assert its["reply_to"]["id"] == sent.id
        assert re.fullmatch(r"Un texto con dos líneas y <b>nada</b> de formato, [largo ]+…", its["reply_to"]["excerpt"])
        assert len(its["reply_to"]["excerpt"]) <= 81
        assert [[(each["text"], each["data"], each["url"]) for each in row] for row in its["buttons"]] == [
            [("Sí", "yes:1", None)],
            [("Ver", None, "https://plaza.example/1"), ("Copiar", None, None)],
        ]
        assert datetime.fromisoformat(its["at"]).tzinfo is not None
        await bot.edit_message_text("Otra cosa", desk.phone.user.id, card.message_id)
        changed = await events.until("chat", lambda chat: chat["messages"][1]["edited"])
        assert (changed["messages"][1]["html"], changed["messages"][1]["buttons"]) == ("Otra cosa", [])
        await bot.delete_message(desk.phone.user.id, card.message_id)
        await events.until("chat", lambda chat: [each["id"] for each in chat["messages"]] == [sent.id])


async def test_pictures_and_documents_in_the_chat(
    desk: Desk, browser: Browser, bot: ptb.Bot, picture: Callable[..., bytes]
) -> None:
    photo = await desk.phone.send_photo(picture(800, 600), "mira")
    await desk.phone.send_document(b"%PDF-", "carta.pdf")
    await bot.send_message(desk.phone.user.id, "qué bien", reply_parameters=ptb.ReplyParameters(photo.id))
    async with browser.listening() as events:
        chat = await events.until("chat")
    shown, document, answer = chat["messages"]
    assert (shown["html"], shown["width"], shown["height"], shown["document"]) == ("mira", 800, 600, None)
    assert document["document"] == {"name": "carta.pdf", "size": 5}
    assert document["photo"] is None
    assert answer["reply_to"]["excerpt"] == "🖼 mira"
    async with browser.session.get(browser.url(shown["photo"])) as file:
        assert file.content_type == "image/jpeg"
        assert file.headers["X-Content-Type-Options"] == "nosniff"
        assert "immutable" in file.headers["Cache-Control"]
        assert await file.read() == photo.photo[-1].data


async def test_the_wall_shows_exactly_what_a_network_received(
    desk: Desk, browser: Browser, picture: Callable[..., bytes]
) -> None:
    data = picture(90, 60, "PNG")
    name = desk.networks.receive(data)
    plaza = desk.networks.by_key["plaza"]
    shown = (Picture(name, 90, 60, "Un <pan>"),)
    first = desk.networks.keep(plaza, Wanted("1", "@ana", "post", "Hola & adiós", shown, "https://a.example/"))
    desk.networks.keep(plaza, Wanted("1", "@ana", "post", "segunda", reply_to=first.id))
    async with browser.listening() as events:
        wall = await events.until("wall")
    newest, oldest = wall["networks"][0]["posts"]
    assert (newest["text"], newest["reply_to"]) == ("segunda", oldest["id"])
    assert oldest == {
        "id": first.id,
        "format": "post",
        "text": "Hola & adiós",
        "pictures": [{"url": f"/files/wall-{name}", "width": 90, "height": 60, "alt": "Un <pan>"}],
        "link": "https://a.example/",
        "reply_to": None,
        "author": "@ana",
        "permalink": first.permalink,
        "at": "2026-03-01T09:00:00.000Z",
    }
    status, body = await browser.ask("GET", oldest["pictures"][0]["url"])
    assert (status, hashlib.sha256(body).hexdigest()) == (200, name)


async def test_a_page_that_left_is_forgotten_and_another_begins_anew(desk: Desk, browser: Browser) -> None:
    async with browser.listening() as events:
        await events.until("bot")
    desk.life.become(Doing.DOWN)
    async with browser.listening() as events:
        assert await events.until("bot") == {"state": "down", "lives": 1}


# -- what a person does ----------------------------------------------------------------------------------------------


async def test_writing_replying_and_editing(desk: Desk, browser: Browser) -> None:
    await browser.done("/chat/messages", text="  Hola, plaza  ")
    [first] = desk.phone.chat
    await browser.done("/chat/messages", text="Y otra cosa", reply_to=first.id)
    await browser.done("/chat/edits", message=first.id, text="Hola, foro")
    one, two = desk.phone.chat
    assert (one.text, one.edits, two.reply_to) == ("Hola, foro", 1, first.id)
    assert [update.kind for update in desk.telegram.updates] == ["message", "message", "edited_message"]


async def test_what_is_written_may_be_marked(desk: Desk, browser: Browser) -> None:
    await browser.done("/chat/messages", text=" Hola ", entities=[{"type": "bold", "offset": 1, "length": 4}])
    [sent] = desk.phone.chat
    assert sent.entities == ({"type": "bold", "offset": 0, "length": 4},)
    link = {"type": "text_link", "offset": 0, "length": 5, "url": "https://pan.es/"}
    await browser.done("/chat/edits", message=sent.id, text="Adiós", entities=[link])
    assert (sent.text, sent.entities) == ("Adiós", (link,))


async def test_a_tap_and_its_answer(desk: Desk, browser: Browser, bot: ptb.Bot) -> None:
    keyboard = ptb.InlineKeyboardMarkup([[ptb.InlineKeyboardButton("Sí", callback_data="yes:1")]])
    await bot.send_message(desk.phone.user.id, "¿Seguro?", reply_markup=keyboard)
    [asked] = desk.phone.chat
    async with browser.listening() as events, browser.listening() as others:
        await asyncio.gather(events.until("bot"), others.until("bot"))
        await browser.done("/chat/taps", message=asked.id, data="yes:1")
        [update] = await bot.get_updates()
        assert update.callback_query is not None
        assert update.callback_query.data == "yes:1"
        await update.callback_query.answer("Hecho ✅")
        for heard in (events, others):
            assert await heard.until("toast") == {"text": "Hecho ✅", "message": asked.id}
        await browser.done("/chat/taps", message=asked.id, data="yes:1")
        await (await bot.get_updates(update.update_id + 1))[0].callback_query.answer()  # type: ignore[union-attr] # it is one
        await browser.done("/chat/messages", text="fin")
        await events.until("chat", lambda chat: len(chat["messages"]) == 2)
        told = [data["text"] for kind, data in events.heard if kind == "toast"]
        assert told == ["Hecho ✅", ""], "an answer without words stops the spinner as well"
    async with browser.listening() as later:
        await later.until("bot")
        assert later.newest("toast") is None


async def test_one_photo(desk: Desk, browser: Browser, picture: Callable[..., bytes]) -> None:
    await desk.phone.send("hola")
    [sent] = desk.phone.chat
    assert await browser.pictures(("pan.jpg", picture()), caption=" Mira ", reply_to=str(sent.id)) == (204, b"")
    photo = desk.phone.chat[-1]
    assert (photo.text, photo.reply_to, photo.media_group_id) == ("Mira", sent.id, None)
    assert photo.photo[-1].data == picture()


async def test_the_parts_of_an_album_arrive_one_after_the_other(
    desk: Desk, browser: Browser, picture: Callable[..., bytes]
) -> None:
    desk.gate.clear()
    files = [(f"{width}.jpg", picture(width, 100)) for width in (300, 200, 100)]
    sending = asyncio.create_task(browser.pictures(*files, caption="Tres panes"))
    await desk.telegram.until(lambda: desk.gaps)
    assert len(desk.telegram.updates) == 1
    desk.gate.set()
    assert await sending == (204, b"")
    assert desk.gaps == [1, 2]
    assert [update.kind for update in desk.telegram.updates] == ["message"] * 3
    assert len({message.media_group_id for message in desk.phone.chat} - {None}) == 1
    assert [message.photo[-1].width for message in desk.phone.chat] == [300, 200, 100]
    assert [message.text for message in desk.phone.chat] == ["Tres panes", "", ""]
    assert (await browser.pictures(*files[:2]))[0] == 204
    assert len({message.media_group_id for message in desk.phone.chat}) == 2


async def test_pictures_as_documents_keep_their_bytes(
    desk: Desk, browser: Browser, picture: Callable[..., bytes]
) -> None:
    sent = await desk.phone.send("hola")
    data = [("a.png", picture(50, 50, "PNG")), ("ñ.png", picture(60, 60, "PNG"))]
    answer = await browser.pictures(*data, caption="Dos", **{"as": "document"}, reply_to=str(sent.id))
    assert answer == (204, b"")
    first, second = desk.phone.chat[1:]
    assert [(m.document.name, m.document.data) for m in (first, second) if m.document] == data
    assert (first.text, second.text, first.reply_to) == ("", "Dos", sent.id)
    assert first.media_group_id == second.media_group_id is not None


async def test_trouble_is_planned_and_forgotten(desk: Desk, browser: Browser) -> None:
    for kind in Kind:
        await browser.done("/networks/plaza/faults", kind=str(kind), times=2, seconds=1.5)
    await browser.done("/networks/foro/faults", kind="rate_limited")
    await browser.done("/networks/foro/faults", kind="slow")
    assert [(each.kind, each.times, each.seconds) for each in desk.networks.by_key["plaza"].faults] == [
        (kind, 2, 1.5) for kind in Kind
    ]
    assert [(each.times, each.seconds) for each in desk.networks.by_key["foro"].faults] == [(1, 30), (1, 5)]
    assert await browser.ask("DELETE", "/networks/plaza/faults") == (204, b"")
    assert desk.networks.by_key["plaza"].faults == []
    assert len(desk.networks.by_key["foro"].faults) == 2


async def test_telegram_in_trouble(desk: Desk, browser: Browser, bot: ptb.Bot) -> None:
    await browser.done("/telegram/faults", kind="flood", method="sendMessage", seconds=7)
    with pytest.raises(ptb.error.RetryAfter, match="0:00:07"):
        await bot.send_message(desk.phone.user.id, "hola")
    await browser.done("/telegram/faults", kind="unavailable")
    with pytest.raises(ptb.error.NetworkError):
        await bot.get_me()
    await browser.done("/telegram/faults", kind="lost", method="sendMessage", times=1)
    with pytest.raises(ptb.error.NetworkError):
        await bot.send_message(desk.phone.user.id, "hola")
    assert [message.text for message in desk.phone.chat] == ["hola"]


async def test_killing_the_bot(desk: Desk, browser: Browser) -> None:
    async with browser.listening() as events:
        await events.until("bot")
        assert await browser.ask("POST", "/bot/kill") == (204, b"")
        assert await events.until("bot", lambda life: life["state"] == "down")
    assert desk.life.killed == 1
    assert await browser.ask("POST", "/bot/kill") == (409, {"error": ES("sandbox.already_down")})


async def test_the_consent_page_sends_back_to_this_machine(browser: Browser) -> None:
    back = "http://127.0.0.1:8080/oauth/callback?x=1"
    async with browser.session.get(
        browser.url("/consent/plaza"), params={"redirect_uri": back, "state": 's"1&2'}
    ) as answer:
        page = await answer.text()
        assert answer.content_type == "text/html"
    assert "Plaza" in page
    assert "simulado" in page
    assert "<script" not in page
    yes, no = re.findall(r'href="(http[^"]*)"', page)
    assert re.fullmatch(r"http://127\.0\.0\.1:8080/oauth/callback\?x=1&amp;code=[\w-]{20,}&amp;state=s%221%262", yes)
    assert no == "http://127.0.0.1:8080/oauth/callback?x=1&amp;error=access_denied&amp;state=s%221%262"


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "javascript:alert(1)", "//evil.example", "", "http:127.0.0.1"]
)
async def test_the_consent_page_leads_nowhere_else(browser: Browser, back: str) -> None:
    status, body = await browser.ask("GET", "/consent/plaza", params={"redirect_uri": back})
    assert (status, body) == (400, {"error": ES("sandbox.bad_field", name="redirect_uri")})


async def test_a_permission_is_renewed_once_by_whoever_read_the_page(desk: Desk, browser: Browser) -> None:
    plaza = desk.networks.by_key["plaza"]
    desk.networks.plan("plaza", Fault(Kind.EXPIRED))
    desk.networks.arrived(plaza)
    async with browser.listening() as events:
        wall = await events.until("wall")
        path = wall["networks"][0]["consent"]
        assert path == "/consent/plaza"
        _, page = await browser.ask("GET", path)
        [token] = re.findall(r'name="token" value="([\w-]{20,})"', page.decode())
        assert (await browser.ask("POST", path, data={"token": "made-up"}, headers={}))[0] == 403
        assert (await browser.ask("POST", path, headers={}))[0] == 403
        assert desk.renewed == []
        async with browser.session.post(browser.url(path), data={"token": token}, allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/")
        assert desk.renewed == ["plaza"]
        await events.until("wall", lambda wall: wall["networks"][0]["consent"] is None)
    assert (await browser.ask("POST", path, data={"token": token}, headers={}))[0] == 403
    assert (await browser.ask("POST", "/consent/nowhere", data={"token": token}, headers={}))[0] == 404
    assert desk.renewed == ["plaza"]


# -- whom it refuses -------------------------------------------------------------------------------------------------

REFUSED: list[tuple[str, dict[str, Any], int, str]] = [
    ("/chat/messages", {"text": "   "}, 400, "empty_text"),
    ("/chat/messages", {"text": "á" * 4097}, 400, "text_too_long"),
    ("/chat/messages", {"text": 7}, 400, "bad_field"),
    ("/chat/messages", {"text": "a\x00b"}, 400, "bad_field"),
    ("/chat/messages", {"text": "a\ud800"}, 400, "bad_field"),
    ("/chat/messages", {}, 400, "bad_field"),
    ("/chat/messages", {"text": "a", "replyto": 1}, 400, "unknown_field"),
    ("/chat/messages", {"text": "a", "reply_to": 99}, 400, "no_message"),
    ("/chat/messages", {"text": "a", "reply_to": True}, 400, "bad_field"),
    ("/chat/messages", {"text": "a", "reply_to": 1.5}, 400, "bad_field"),
    ("/chat/messages", {"text": "a" * 70_000}, 413, "too_much"),
    ("/chat/messages", {"text": "a", "entities": "bold"}, 400, "bad_field"),
    ("/chat/messages", {"text": "a", "entities": [{"type": "bold", "offset": 0, "length": 2}]}, 400, "bad_field"),
    ("/chat/messages", {"text": "a", "entities": [1]}, 400, "bad_field"),
    ("/chat/edits", {"message": 99, "text": "a"}, 400, "no_message"),
    ("/chat/edits", {"message": None, "text": "a"}, 400, "bad_field"),
    ("/chat/taps", {"message": 99, "data": "yes"}, 400, "no_message"),
    ("/networks/plaza/faults", {"kind": "nonsense"}, 400, "bad_field"),
    ("/networks/plaza/faults", {"kind": "slow", "times": 0}, 400, "bad_field"),
    ("/networks/plaza/faults", {"kind": "slow", "times": 21}, 400, "bad_field"),
    ("/networks/plaza/faults", {"kind": "slow", "seconds": -1}, 400, "bad_field"),
    ("/networks/plaza/faults", {"kind": "slow", "seconds": 1e9}, 400, "bad_field"),
    ("/networks/plaza/faults", {"kind": "slow", "seconds": float("nan")}, 400, "bad_field"),
    ("/networks/nowhere/faults", {"kind": "slow"}, 404, "no_network"),
    ("/telegram/faults", {"kind": "nonsense"}, 400, "bad_field"),
    ("/telegram/faults", {"kind": "flood", "method": "sendMoney"}, 400, "no_method"),
    ("/nowhere", {}, 404, "not_found"),
    ("/events", {}, 405, "not_allowed"),
]


@pytest.mark.parametrize(("path", "body", "status", "code"), REFUSED)
async def test_what_makes_no_sense_changes_nothing_and_gets_one_sentence(
    desk: Desk, browser: Browser, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    before = desk.telegram.state.changes.revision
    found, answer = await browser.post(path, **body)
    assert found == status
    assert list(answer) == ["error"]
    assert sentence(code).fullmatch(answer["error"])
    assert desk.telegram.state.changes.revision == before


def sentence(code: str) -> re.Pattern[str]:
    """The sentence of this code, whatever its parameters."""
    return re.compile(".+".join(map(re.escape, re.split(r"\{\w+\}", catalogue("es").gettext(f"sandbox.{code}")))))


@pytest.mark.parametrize(
    ("data", "kind", "code"),
    [
        (b"{", "application/json", "not_json"),
        (b"[]", "application/json", "not_json"),
        (b"[" * 50_000, "application/json", "not_json"),
        (b"\xff", "application/json", "not_json"),
        (b'{"text": "a"}', "text/plain", "not_json"),
        (b"text=a", "application/x-www-form-urlencoded", "not_json"),
    ],
)
async def test_bodies_that_are_no_json(desk: Desk, browser: Browser, data: bytes, kind: str, code: str) -> None:
    headers = {"X-Requested-With": "page", "Content-Type": kind}
    answer = await browser.ask("POST", "/chat/messages", data=data, headers=headers)
    assert answer == (400, {"error": ES(f"sandbox.{code}")})
    assert desk.phone.chat == []


async def test_only_ones_own_messages_and_buttons_that_are_there(desk: Desk, browser: Browser, bot: ptb.Bot) -> None:
    await bot.send_message(desk.phone.user.id, "mío")
    [its] = desk.phone.chat
    assert await browser.post("/chat/edits", message=its.id, text="a") == (400, {"error": ES("sandbox.not_yours")})
    assert await browser.post("/chat/taps", message=its.id, data="no") == (400, {"error": ES("sandbox.no_button")})


async def test_pictures_that_cannot_be_sent(
    desk: Desk, browser: Browser, picture: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.page_bodies.MOST_UPLOAD", MOST_PHOTO + 2)
    good = ("a.jpg", picture(20, 20))
    too_big = ("grande.jpg", b"x" * (MOST_PHOTO + 1))
    refused = [
        (await browser.pictures(caption="a"), "no_picture", {}),
        (await browser.pictures(good, ("b.jpg", b"no")), "not_a_picture", {}),
        (await browser.pictures(*[good] * 11), "too_many_pictures", {"most": 10}),
        (await browser.pictures(good, too_big), "picture_too_big", {"name": "grande.jpg", "most": 10}),
        (await browser.pictures(good, caption="a" * 1025), "text_too_long", {"most": 1024}),
        (await browser.pictures(good, **{"as": "video"}), "bad_field", {"name": "as"}),
        (await browser.pictures(good, reply_to="x"), "bad_field", {"name": "reply_to"}),
        (await browser.pictures(good, reply_to="7"), "no_message", {}),
        (await browser.pictures(good, other="x"), "unknown_field", {"name": "other"}),
        (await browser.pictures(("a.png", b""), **{"as": "document"}), "no_picture", {}),
    ]
    assert [answer for answer, _, _ in refused] == [
        (400, {"error": ES(f"sandbox.{code}", **params)}) for _, code, params in refused
    ]
    assert await browser.pictures(("x.jpg", b"x" * (MOST_PHOTO + 3)), **{"as": "document"}) == (
        413,
        {"error": ES("sandbox.too_much")},
    )
    assert desk.phone.chat == []


async def test_an_upload_that_says_it_is_too_big_is_not_read(desk: Desk, browser: Browser) -> None:
    address = browser.address.removeprefix("http://").rstrip("/")
    host, _, port = address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /chat/pictures HTTP/1.1\r\nHost: {address}\r\nX-Requested-With: page\r\n"
    writer.write(f"{head}Content-Type: multipart/form-data; boundary=x\r\n".encode())
    writer.write(f"Content-Length: {500 * MEGABYTE}\r\n\r\n".encode())
    async with asyncio.timeout(5):
        assert b" 413 " in await reader.readline()
    writer.close()
    await writer.wait_closed()
    assert desk.phone.chat == []


async def test_an_upload_that_breaks_off_sends_nothing(
    desk: Desk, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    address = browser.address.removeprefix("http://").rstrip("/")
    host, _, port = address.partition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /chat/pictures HTTP/1.1\r\nHost: {address}\r\nX-Requested-With: page\r\nContent-Length: 5000\r\n"
    part = '--x\r\nContent-Disposition: form-data; name="picture"; filename="a.jpg"\r\n\r\nabc'
    writer.write(f"{head}Content-Type: multipart/form-data; boundary=x\r\n\r\n{part}".encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await browser.ask("GET", "/"))[0] == 200
    assert desk.phone.chat == []
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []


async def test_broken_multipart_is_refused(desk: Desk, browser: Browser) -> None:
    for kind, data in [("multipart/form-data", b"x"), ("multipart/form-data; boundary=a", b"nothing like it")]:
        headers = {"X-Requested-With": "page", "Content-Type": kind}
        status, body = await browser.ask("POST", "/chat/pictures", data=data, headers=headers)
        assert status == 400
        assert list(body) == ["error"]
    assert desk.phone.chat == []


@pytest.mark.parametrize("verb", ["POST", "DELETE", "PUT"])
@pytest.mark.parametrize("headers", [{}, {"X-Requested-With": "XMLHttpRequest"}])
async def test_without_the_header_of_the_page_nothing_is_done(
    desk: Desk, browser: Browser, verb: str, headers: dict[str, str]
) -> None:
    desk.networks.plan("plaza", Fault(Kind.LOST))
    answer = await browser.ask(verb, "/networks/plaza/faults", headers=headers, json={"kind": "slow"})
    assert answer == (403, {"error": ES("sandbox.not_from_page")})
    assert [each.kind for each in desk.networks.by_key["plaza"].faults] == [Kind.LOST]


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "192.168.1.7:8090", "[::2]"]
)
@pytest.mark.parametrize("path", ["/", "/events", "/assets/page.js", "/nowhere"])
async def test_a_name_that_is_not_this_machine_is_refused(browser: Browser, host: str, path: str) -> None:
    answer = await browser.ask("GET", path, headers={"Host": host})
    assert answer == (403, {"error": ES("sandbox.foreign")})


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "127.0.0.1", "[::1]:8090"])
async def test_the_names_of_this_machine_are_taken(browser: Browser, host: str) -> None:
    assert await browser.ask("GET", "/", headers={"Host": host}) == (200, INDEX)


async def test_files_of_the_page_and_no_others(browser: Browser) -> None:
    async with browser.session.get(browser.url("/assets/page.js")) as answer:
        assert (answer.status, answer.content_type, await answer.text()) == (200, "text/javascript", "export {};")
    for name in ("page.sh", "nothing.js", "inner", "..%2Fsecret.js", "%2e%2e%2fsecret.js", "..%5Csecret.js", "a/b.js"):
        assert await status_of(browser, f"/assets/{name}") == 404, name
    assert await status_of(browser, "/assets/../secret.js") == 404
    assert await status_of(browser, "/files/chat-..%2F..%2Fetc") == 404
    assert await status_of(browser, "/files/wall-nothing") == 404
    assert await status_of(browser, "/consent/nowhere") == 404


async def status_of(browser: Browser, path: str) -> int:
    from yarl import URL

    async with browser.session.get(URL(browser.url(path), encoded=True)) as answer:
        return answer.status


async def test_documents_are_no_pictures_to_be_shown(desk: Desk, browser: Browser) -> None:
    document = await desk.phone.send_document(b"<script>alert(1)</script>", "a.html")
    assert document.document is not None
    assert await status_of(browser, f"/files/chat-{document.document.id}") == 404
    name = desk.networks.receive(b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert await status_of(browser, f"/files/wall-{name}") == 404


async def test_every_answer_carries_the_strict_headers(browser: Browser) -> None:
    for path in ("/", "/nowhere", "/events", "/assets/page.js"):
        async with browser.session.get(browser.url(path)) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'self';")
            assert "unsafe" not in policy
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "Access-Control-Allow-Origin" not in answer.headers


async def test_without_its_files_the_page_says_so(desk: Desk, tmp_path: Path) -> None:
    server = PageServer(desk.telegram, desk.phone, desk.networks, desk.life, ES, desk.renew, tmp_path / "nothing")
    async with server.open() as address, aiohttp.ClientSession() as session:
        assert (await Browser(session, address).ask("GET", "/"))[0] == 404


# -- texts and files -------------------------------------------------------------------------------------------------


def test_every_refusal_has_its_sentence_and_every_sentence_its_use() -> None:
    folder = Path(bot.sandbox.__file__).parent
    code = "\n".join(path.read_text() for path in sorted(folder.glob("*.py")))
    used = set(re.findall(r"Unclear\(\"(\w+)\"", code)) | set(re.findall(r"\"sandbox\.([\w.]+)\"", code))
    known = {key.removeprefix("sandbox.") for key in catalogue("es")._catalog if str(key).startswith("sandbox.")}  # type: ignore[attr-defined] # gettext shows its keys nowhere else
    assert used == known


def test_all_files_of_the_page_can_be_served() -> None:
    if not PAGE.is_dir():
        pytest.skip("the page itself is not here")
    assert {path.suffix for path in PAGE.iterdir()} <= set(TYPES)
    assert page_server.GAP > 0
