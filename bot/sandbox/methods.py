"""The methods of the Bot API that the stand-in knows, each with all the parameters it takes."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.sandbox import answering, editing, receiving, sending
from bot.sandbox.parameters import Given, Kind, array, boolean, chat, file, integer, obj, string
from bot.sandbox.state import State


@dataclass(frozen=True, slots=True)
class Method:
    """One method. A parameter that is not declared is refused: stricter than Telegram, so that nothing is lost."""

    name: str
    run: Callable[[State, Given], Awaitable[Any]]
    parameters: Mapping[str, Kind]


_SENT: Mapping[str, Kind] = {
    "chat_id": chat,
    "disable_notification": boolean,
    "protect_content": boolean,
    "reply_parameters": obj,
}
_TEXT: Mapping[str, Kind] = {
    "text": string,
    "parse_mode": string,
    "entities": array,
    "link_preview_options": obj,
    "reply_markup": obj,
}
_CAPTION: Mapping[str, Kind] = {
    "caption": string,
    "parse_mode": string,
    "caption_entities": array,
    "reply_markup": obj,
}
_MESSAGE: Mapping[str, Kind] = {"chat_id": chat, "message_id": integer}
_MENU: Mapping[str, Kind] = {"scope": obj, "language_code": string}
_HOOK: Mapping[str, Kind] = {
    "url": string,
    "max_connections": integer,
    "allowed_updates": array,
    "drop_pending_updates": boolean,
    "secret_token": string,
}
_POLL: Mapping[str, Kind] = {"offset": integer, "limit": integer, "timeout": integer, "allowed_updates": array}
_ANSWER: Mapping[str, Kind] = {
    "callback_query_id": string,
    "text": string,
    "show_alert": boolean,
    "url": string,
    "cache_time": integer,
}
_ALL = (
    Method("getMe", answering.get_me, {}),
    Method("getUpdates", receiving.get_updates, _POLL),
    Method("setWebhook", receiving.set_webhook, _HOOK),
    Method("deleteWebhook", receiving.delete_webhook, {"drop_pending_updates": boolean}),
    Method("getWebhookInfo", receiving.get_webhook_info, {}),
    Method("sendMessage", sending.send_message, {**_SENT, **_TEXT}),
    Method("sendPhoto", sending.send_photo, {**_SENT, **_CAPTION, "photo": file}),
    Method("sendDocument", sending.send_document, {**_SENT, **_CAPTION, "document": file}),
    Method("sendMediaGroup", sending.send_media_group, {**_SENT, "media": array}),
    Method("editMessageText", editing.edit_message_text, {**_MESSAGE, **_TEXT}),
    Method("editMessageCaption", editing.edit_message_caption, {**_MESSAGE, **_CAPTION}),
    Method("editMessageReplyMarkup", editing.edit_message_reply_markup, {**_MESSAGE, "reply_markup": obj}),
    Method("deleteMessage", editing.delete_message, _MESSAGE),
    Method("setMessageReaction", editing.set_message_reaction, {**_MESSAGE, "reaction": array, "is_big": boolean}),
    Method("answerCallbackQuery", answering.answer_callback_query, _ANSWER),
    Method("getFile", answering.get_file, {"file_id": string}),
    Method("getChat", answering.get_chat, {"chat_id": chat}),
    Method("sendChatAction", answering.send_chat_action, {"chat_id": chat, "action": string}),
    Method("setMyCommands", answering.set_my_commands, {"commands": array, **_MENU}),
    Method("getMyCommands", answering.get_my_commands, _MENU),
)
METHODS: Mapping[str, Method] = {method.name.lower(): method for method in _ALL}
"""By name in small letters: Telegram does not look at the case."""
