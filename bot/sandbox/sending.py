"""New messages of the bot."""

import asyncio
from http import HTTPStatus
from typing import Any

from bot.sandbox.addressing import the_chat, the_replied
from bot.sandbox.chats import Chat, Message
from bot.sandbox.files import MOST_UPLOAD, File, photo_sizes
from bot.sandbox.keyboards import read_markup
from bot.sandbox.parameters import Given, Upload
from bot.sandbox.parsing import Formatted, formatted
from bot.sandbox.refusal import Refused, bad_request
from bot.sandbox.shapes import Json, message_json
from bot.sandbox.state import State

MOST_TEXT = 4096
MOST_CAPTION = 1024
ALBUM = range(2, 11)
_PREVIEW_FIELDS = {"is_disabled", "url", "prefer_small_media", "prefer_large_media", "show_above_text"}


async def send_message(state: State, given: Given) -> Json:
    chat = the_chat(state, given)
    facts = {"said": read_text(given), "preview": read_preview(given), **_facts(state, chat, given)}
    return message_json(_post(state, chat, facts), state.chats)


async def send_photo(state: State, given: Given) -> Json:
    chat = the_chat(state, given)
    facts = {"said": read_caption(given.values), **_facts(state, chat, given)}
    facts["photo"] = await _photo(state, given.get("photo"), given)
    return message_json(_post(state, chat, facts), state.chats)


async def send_document(state: State, given: Given) -> Json:
    chat = the_chat(state, given)
    facts = {"said": read_caption(given.values), **_facts(state, chat, given)}
    facts["document"] = _document(state, given.get("document"), given)
    return message_json(_post(state, chat, facts), state.chats)


async def send_media_group(state: State, given: Given) -> list[Json]:
    """Two to ten photos, or as many documents; no buttons."""
    chat = the_chat(state, given)
    items = given.get("media", [])
    if len(items) not in ALBUM:
        raise bad_request(f"the sandbox takes {ALBUM.start} to {ALBUM.stop - 1} items in an album")
    shared = _facts(state, chat, given)
    facts = [{**shared, **await _album_item(state, item, given)} for item in items]
    if len({"photo" in each for each in facts}) > 1:
        raise bad_request("document can't be mixed with other media types")
    state.flood.spend(chat.id, len(facts))
    group = f"{13_000_000_000 + len(state.chats.messages)}"
    sent = [state.chats.add(chat, state.bot, media_group_id=group, **each) for each in facts]
    return [message_json(message, state.chats) for message in sent]


def read_text(given: Given) -> Formatted:
    """The text of a call, within Telegram's limits. Raises Refused."""
    raw = given.get("text", "")
    if not raw:
        raise bad_request("message text is empty")
    said = formatted(raw, given.get("parse_mode"), given.get("entities"))
    if not said.text:
        raise bad_request("text must be non-empty")
    if said.length > MOST_TEXT:
        raise bad_request("message is too long")
    return said


def read_caption(given: Any) -> Formatted:
    """The caption of a call or of one item of an album; may be empty. Raises Refused."""
    said = formatted(given.get("caption", ""), given.get("parse_mode"), given.get("caption_entities"))
    if said.length > MOST_CAPTION:
        raise bad_request("message caption is too long")
    return said


def read_preview(given: Given) -> dict[str, Any] | None:
    preview: dict[str, Any] | None = given.get("link_preview_options")
    for name in preview or ():
        if name not in _PREVIEW_FIELDS:
            raise bad_request(f"the sandbox does not know field '{name}' of link preview options")
    return preview


def _facts(state: State, chat: Chat, given: Given) -> dict[str, Any]:
    """What every kind of message may carry."""
    markup = read_markup(given.get("reply_markup"))
    return {
        "reply_to": the_replied(state, chat, given),
        "silent": given.get("disable_notification", False),
        "protected": given.get("protect_content", False),
        "buttons": markup.rows,
        "asks": markup.asks,
    }


def _post(state: State, chat: Chat, facts: dict[str, Any]) -> Message:
    state.flood.spend(chat.id)
    return state.chats.add(chat, state.bot, **facts)


async def _album_item(state: State, item: Any, given: Given) -> dict[str, Any]:
    known = {"type", "media", "caption", "parse_mode", "caption_entities"}
    if not isinstance(item, dict) or item.get("type") not in {"photo", "document"}:
        raise bad_request("can't parse InputMedia: the sandbox takes photos and documents")
    for name in item:
        if name not in known:
            raise bad_request(f"the sandbox does not know field '{name}' of InputMedia")
    facts: dict[str, Any] = {"said": read_caption(item)}
    if item["type"] == "photo":
        facts["photo"] = await _photo(state, item.get("media"), given)
    else:
        facts["document"] = _document(state, item.get("media"), given)
    return facts


async def _photo(state: State, source: Any, given: Given) -> tuple[File, ...]:
    found = _source(source, given, "photo")
    if isinstance(found, Upload):
        return state.files.keep_photo(await asyncio.to_thread(photo_sizes, found.data))
    if sizes := state.files.photo(found):
        return sizes
    raise _unknown(found)


def _document(state: State, source: Any, given: Given) -> File:
    found = _source(source, given, "document")
    if isinstance(found, Upload):
        if not found.data:
            raise bad_request("file must be non-empty")
        if len(found.data) > MOST_UPLOAD:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.REQUEST_ENTITY_TOO_LARGE.phrase)
        return state.files.keep_document(found.data, found.name, found.mime)
    if (file := state.files.file(found)) and not file.width:
        return file
    raise _unknown(found)


def _source(source: Any, given: Given, what: str) -> Upload | str:
    """The bytes themselves, those of the part that is meant, or an id."""
    if not source:
        raise bad_request(f"there is no {what} in the request")
    if isinstance(source, str) and source.startswith("attach://"):
        part = given.uploads.get(source.removeprefix("attach://"))
        if part is None:
            raise _unknown(source)
        return part
    if isinstance(source, Upload | str):
        return source
    raise _unknown("")


def _unknown(source: str) -> Refused:
    """The sandbox fetches nothing from outside, so a URL fails as one does that Telegram cannot fetch."""
    if source.startswith(("http://", "https://")):
        return bad_request("failed to get HTTP URL content")
    return bad_request("wrong file identifier/HTTP URL specified")
