"""What the server refuses, and in which words. Raw HTTP: no library would send most of it."""

import io
import json
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from bot.sandbox.phone import Phone
from bot.sandbox.telegram import Call, SandboxTelegram

SEND = {"chat_id": 42, "text": "x"}


def _keyboard(*buttons: Any) -> dict[str, Any]:
    return {"inline_keyboard": [list(buttons)]}


async def test_the_same_call_in_every_way(raw: Any, phone: Phone) -> None:
    await raw.call("sendMessage", verb="GET", params={"chat_id": "42", "text": "address"})
    await raw.call("sendMessage", params={"chat_id": "42", "text": "address, posted"})
    await raw.call("sendmessage", data={"chat_id": "42", "text": "form", "disable_notification": "True"})
    await raw.call("SENDMESSAGE", json={"chat_id": 42, "text": "JSON", "disable_notification": False})
    with aiohttp.MultipartWriter("form-data") as parts:
        for name, value in (("chat_id", "42"), ("text", "multipart")):
            parts.append(value).set_content_disposition("form-data", name=name)
        await raw.call("sendMessage", data=parts)
    assert [m.text for m in phone.chat] == ["address", "address, posted", "form", "JSON", "multipart"]
    assert [m.silent for m in phone.chat] == [False, False, True, False, False]


async def test_calls_are_logged_with_decoded_parameters(raw: Any, phone: Phone, sandbox: SandboxTelegram) -> None:
    await raw.call("sendMessage", data={"chat_id": "42", "text": "x", "link_preview_options": '{"is_disabled": true}'})
    params = {"chat_id": 42, "text": "x", "link_preview_options": {"is_disabled": True}}
    assert sandbox.calls == [Call("sendMessage", params)]


async def test_unknown_method(raw: Any) -> None:
    body = await raw.call("sendEverything")
    assert body == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_wrong_token(raw: Any, sandbox: SandboxTelegram) -> None:
    body = await raw.call("getMe", token="1:wrong")
    assert body == {"ok": False, "error_code": 401, "description": "Unauthorized"}
    async with aiohttp.ClientSession() as session:
        for token, status in (("1:wrong", 401), (sandbox.token, 404)):
            async with session.get(f"{sandbox.base_file_url}{token}/photos/none.jpg") as answer:
                assert (answer.status, (await answer.json())["ok"]) == (status, False)


@pytest.mark.parametrize(
    ("method", "params", "reason"),
    [
        ("sendMessage", {**SEND, "txt": "y"}, "the sandbox does not know parameter 'txt' of sendMessage"),
        ("getMe", {"chat_id": 1}, "the sandbox does not know parameter 'chat_id' of getMe"),
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": "", "text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": 0, "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": "ana", "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": 42}, "message text is empty"),
        ("sendMessage", {"chat_id": 42, "text": ""}, "message text is empty"),
        ("sendMessage", {"chat_id": 42, "text": "  \n"}, "text must be non-empty"),
        ("sendMessage", {"chat_id": 42, "text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ("sendMessage", {"chat_id": 42, "text": 5}, "parameter 'text' must be a string"),
        ("sendMessage", {"chat_id": True, "text": "x"}, "parameter 'chat_id' must be an integer"),
        ("sendMessage", {**SEND, "disable_notification": 1}, "parameter 'disable_notification' must be true or false"),
        ("sendMessage", {**SEND, "entities": "{"}, "can't parse entities JSON object"),
        ("sendMessage", {**SEND, "entities": {}}, "array expected as entities"),
        ("sendMessage", {**SEND, "reply_markup": "[]"}, "object expected as reply markup"),
        (
            "sendMessage",
            {**SEND, "link_preview_options": {"x": 1}},
            "the sandbox does not know field 'x' of link preview options",
        ),
        (
            "sendMessage",
            {**SEND, "reply_parameters": {"quote": "x"}},
            "the sandbox does not know field 'quote' of reply parameters",
        ),
        ("sendMessage", {**SEND, "reply_parameters": {}}, "message to be replied not found"),
        ("sendPhoto", {"chat_id": 42}, "there is no photo in the request"),
        ("sendPhoto", {"chat_id": 42, "photo": 5}, "parameter 'photo' must be a file"),
        ("sendPhoto", {"chat_id": 42, "photo": "none"}, "wrong file identifier/HTTP URL specified"),
        ("sendPhoto", {"chat_id": 42, "photo": "https://pan.es/a.jpg"}, "failed to get HTTP URL content"),
        ("sendPhoto", {"chat_id": 42, "photo": "attach://none"}, "wrong file identifier/HTTP URL specified"),
        ("sendDocument", {"chat_id": 42}, "there is no document in the request"),
        ("sendDocument", {"chat_id": 42, "document": "none"}, "wrong file identifier/HTTP URL specified"),
        ("sendMediaGroup", {"chat_id": 42, "media": []}, "the sandbox takes 2 to 10 items in an album"),
        ("sendMediaGroup", {"chat_id": 42, "media": [{}] * 11}, "the sandbox takes 2 to 10 items in an album"),
        (
            "sendMediaGroup",
            {"chat_id": 42, "media": [{"type": "audio"}] * 2},
            "can't parse InputMedia: the sandbox takes photos and documents",
        ),
        (
            "sendMediaGroup",
            {"chat_id": 42, "media": [{"type": "photo", "x": 1}] * 2},
            "the sandbox does not know field 'x' of InputMedia",
        ),
        (
            "sendMediaGroup",
            {"chat_id": 42, "media": [{"type": "photo", "media": 7}] * 2},
            "wrong file identifier/HTTP URL specified",
        ),
        ("editMessageText", {"chat_id": 42, "text": "x"}, "message identifier is not specified"),
        ("editMessageText", {"chat_id": 42, "text": "x", "message_id": 9}, "message to edit not found"),
        (
            "editMessageText",
            {"chat_id": 42, "text": "x", "message_id": "9x"},
            "parameter 'message_id' must be an integer",
        ),
        ("answerCallbackQuery", {}, "query is too old and response timeout expired or query ID is invalid"),
        ("answerCallbackQuery", {"callback_query_id": "1", "url": "http://localhost/"}, "URL_INVALID"),
        ("getUpdates", {"allowed_updates": ["messages"]}, "the sandbox does not know update type 'messages'"),
        (
            "setMyCommands",
            {"commands": [{"command": "a"}]},
            "can't parse BotCommand: Expected an Object with command and description",
        ),
        (
            "setMyCommands",
            {"commands": [], "scope": {"type": "all"}},
            "can't parse BotCommandScope: Unsupported type specified",
        ),
        ("setMyCommands", {"commands": [], "language_code": "español"}, "invalid language code specified"),
        ("setWebhook", {"url": "ftp://pan.es"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ("setWebhook", {"url": "http://pan.es/hook"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        (
            "setWebhook",
            {"url": "https://pan.es:9000/hook"},
            "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443",
        ),
        ("setWebhook", {"url": "https://pan.es/hook"}, "bad webhook: the sandbox delivers to this machine only"),
        (
            "setWebhook",
            {"url": "http://127.0.0.1:1/", "secret_token": "ñ"},
            "secret token contains unallowed characters",
        ),
        ("setWebhook", {"url": "http://127.0.0.1:1/", "secret_token": "x" * 257}, "secret token is too long"),
    ],
)
async def test_refusals(raw: Any, phone: Phone, method: str, params: dict[str, Any], reason: str) -> None:
    assert await raw.refused(method, **params) == f"Bad Request: {reason}"
    assert phone.chat == []


@pytest.mark.parametrize(
    ("button", "reason"),
    [
        ({"text": "x", "callback_data": "ñ" * 33}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "callback_data": 5}, "BUTTON_DATA_INVALID"),
        (
            {"text": "x", "callback_data": ""},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"text": "x"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ({"callback_data": "x"}, "can't parse inline keyboard button: Can't find field \"text\""),
        ({"text": " ", "callback_data": "x"}, "can't parse inline keyboard button: Can't find field \"text\""),
        ("x", "can't parse inline keyboard button: Expected an Object"),
        (
            {"text": "x", "url": "http://localhost:8000/o"},
            "inline keyboard button URL 'http://localhost:8000/o' is invalid: Wrong HTTP URL",
        ),
        (
            {"text": "x", "url": "http://127.0.0.1/o"},
            "inline keyboard button URL 'http://127.0.0.1/o' is invalid: Wrong HTTP URL",
        ),
        (
            {"text": "x", "url": "ftp://pan.es"},
            "inline keyboard button URL 'ftp://pan.es' is invalid: Unsupported URL protocol",
        ),
        (
            {"text": "x", "url": "https://pan.es", "callback_data": "x"},
            "the sandbox takes exactly one action per inline keyboard button",
        ),
        ({"text": "x", "copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "copy_text": "PAN"}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "x", "callback_data": "x", "style": "loud"}, "BUTTON_STYLE_INVALID"),
        (
            {"text": "x", "web_app": {"url": "https://pan.es"}},
            "the sandbox does not know field 'web_app' of inline keyboard button",
        ),
    ],
)
async def test_bad_buttons(raw: Any, phone: Phone, button: Any, reason: str) -> None:
    assert await raw.refused("sendMessage", **SEND, reply_markup=_keyboard(button)) == f"Bad Request: {reason}"
    assert phone.chat == []


@pytest.mark.parametrize(
    ("markup", "reason"),
    [
        ({}, "can't parse reply keyboard markup JSON object"),
        (
            {"inline_keyboard": "x"},
            'can\'t parse inline keyboard markup: Field "inline_keyboard" must be of type Array',
        ),
        (
            {"inline_keyboard": ["x"]},
            'can\'t parse inline keyboard markup: Field "inline_keyboard" must be of type Array',
        ),
        ({"inline_keyboard": [], "x": 1}, "the sandbox does not know field 'x' of reply markup"),
        (_keyboard(*[{"text": "x", "callback_data": "x"}] * 101), "REPLY_MARKUP_TOO_LONG"),
        ({"keyboard": "x"}, 'can\'t parse reply keyboard markup: Field "keyboard" must be of type Array'),
        ({"force_reply": True, "x": 1}, "the sandbox does not know field 'x' of reply markup"),
        ({"force_reply": True, "input_field_placeholder": "x" * 65}, "INPUT_FIELD_PLACEHOLDER_INVALID"),
    ],
)
async def test_bad_markup(raw: Any, phone: Phone, markup: Any, reason: str) -> None:
    assert await raw.refused("sendMessage", **SEND, reply_markup=markup) == f"Bad Request: {reason}"


async def test_an_edit_takes_buttons_only(raw: Any, phone: Phone) -> None:
    sent = await raw.call("sendMessage", json=SEND)
    edit = {"chat_id": 42, "message_id": sent["result"]["message_id"], "text": "y"}
    reason = await raw.refused("editMessageText", **edit, reply_markup={"force_reply": True})
    assert reason == "Bad Request: inline keyboard expected"


async def test_the_longest_data_that_is_taken(raw: Any, phone: Phone) -> None:
    await raw.call("sendMessage", json={**SEND, "reply_markup": _keyboard({"text": "x", "callback_data": "ñ" * 32})})
    assert phone.chat[0].buttons[0][0].data == "ñ" * 32


@pytest.mark.parametrize(
    ("text", "mode", "taken"),
    [
        ("x" * 4096, {}, True),
        ("x" * 4097, {}, False),
        ("🥖" * 2048, {}, True),
        ("🥖" * 2048 + "x", {}, False),
        ("<b>" + "x" * 4096 + "</b>", {"parse_mode": "HTML"}, True),
        ("&lt;" * 4097, {"parse_mode": "HTML"}, False),
    ],
)
async def test_text_is_measured_after_parsing(
    raw: Any, phone: Phone, text: str, mode: dict[str, str], taken: bool
) -> None:
    body = await raw.call("sendMessage", json={"chat_id": 42, "text": text, **mode})
    assert body.get("description") == (None if taken else "Bad Request: message is too long")
    assert len(phone.chat) == int(taken)


async def test_captions_end_at_1024(raw: Any, phone: Phone, picture: Callable[..., bytes]) -> None:
    for caption, reason in (("🥖" * 512, None), ("🥖" * 512 + "x", "Bad Request: message caption is too long")):
        form = aiohttp.FormData({"chat_id": "42", "caption": caption})
        form.add_field("photo", picture(), filename="a.jpg")
        assert (await raw.call("sendPhoto", data=form)).get("description") == reason
    edit = {"chat_id": 42, "message_id": phone.chat[0].id, "caption": "x" * 1025}
    assert await raw.refused("editMessageCaption", **edit) == "Bad Request: message caption is too long"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "file must be non-empty"),
        (b"no picture", "IMAGE_PROCESS_FAILED"),
        (
            b"x" * (10 * 1024 * 1024 + 1),
            "file of size 10485761 bytes is too big for a photo; the maximum size is 10485760 bytes",
        ),
    ],
)
async def test_bad_photos(raw: Any, phone: Phone, data: bytes, reason: str) -> None:
    form = aiohttp.FormData({"chat_id": "42"})
    form.add_field("photo", io.BytesIO(data), filename="a.jpg")
    assert (await raw.call("sendPhoto", data=form))["description"] == f"Bad Request: {reason}"


async def test_photos_of_impossible_shape_or_cut_short(raw: Any, phone: Phone, picture: Callable[..., bytes]) -> None:
    for data, reason in (
        (picture(21, 1), "PHOTO_INVALID_DIMENSIONS"),
        (picture(9000, 1001), "PHOTO_INVALID_DIMENSIONS"),
        (picture()[:-800], "IMAGE_PROCESS_FAILED"),
    ):
        form = aiohttp.FormData({"chat_id": "42"})
        form.add_field("photo", data, filename="a.jpg")
        assert (await raw.call("sendPhoto", data=form))["description"] == f"Bad Request: {reason}"


async def test_files_that_are_too_large_or_empty(raw: Any, phone: Phone) -> None:
    for size, status in ((0, 400), (50 * 1024 * 1024 + 1, 413), (52 * 1024 * 1024, 413)):
        form = aiohttp.FormData({"chat_id": "42"})
        form.add_field("document", io.BytesIO(b"\0" * size), filename="a.bin")
        assert (await raw.call("sendDocument", data=form))["error_code"] == status
    assert phone.chat == []


async def test_a_file_nobody_mentions_is_refused(raw: Any, phone: Phone) -> None:
    form = aiohttp.FormData({"chat_id": "42", "text": "x"})
    form.add_field("stray", b"x", filename="a.bin")
    body = await raw.call("sendMessage", data=form)
    assert body["description"] == "Bad Request: the sandbox does not know parameter 'stray' of sendMessage"


async def test_albums_do_not_mix(raw: Any, phone: Phone, picture: Callable[..., bytes]) -> None:
    media = [{"type": "photo", "media": "attach://a"}, {"type": "document", "media": "attach://b"}]
    form = aiohttp.FormData({"chat_id": "42", "media": json.dumps(media)})
    for part in "ab":
        form.add_field(part, picture(), filename=f"{part}.jpg")
    body = await raw.call("sendMediaGroup", data=form)
    assert body["description"] == "Bad Request: document can't be mixed with other media types"


async def test_json_that_is_none(raw: Any) -> None:
    for data, reason in (("{", "can't parse JSON object"), ("[]", "object expected as request")):
        body = await raw.call("getMe", data=data, headers={"Content-Type": "application/json"})
        assert body["description"] == f"Bad Request: {reason}"
