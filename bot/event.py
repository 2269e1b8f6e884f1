"""What happened in the chat, parsed once: a command, a text, a tap. Handlers never see Telegram's own objects."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from telegram import Bot, CallbackQuery, Message, Update, User

from publishers.engine.model import Actor


class Kind(StrEnum):
    COMMAND = "command"
    TEXT = "text"
    EDITED = "edited"
    TAP = "tap"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing a person did. `text` is the text, the command's argument, or the data of the tapped button."""

    update_id: int
    kind: Kind
    chat_id: int
    message_id: int
    """The person's message; for a tap, the bot's message that carries the button."""
    actor: Actor
    text: str = ""
    command: str = ""
    """Without slash and bot name, lower case."""
    callback_id: str | None = None
    reply_to: int | None = None
    replied_text: str = ""
    """The text of the message this one, or the tapped one, answers."""
    language: str | None = None
    private: bool = True
    mentioned: bool = False
    """In a group: the bot was mentioned, answered, or given a command."""


def parse(raw: dict[str, Any], bot: Bot) -> Event | None:
    """An update as stored → an event; None for what does not concern us."""
    update = Update.de_json(raw, bot)
    if update.callback_query is not None:
        return _tap(update.update_id, update.callback_query)
    message = update.edited_message or update.message
    if message is None or message.from_user is None:
        return None
    return _message(update.update_id, message, message.from_user, edited=update.edited_message is not None, bot=bot)


def _tap(update_id: int, query: CallbackQuery) -> Event | None:
    message = query.message
    if message is None:
        return None
    replied = message.reply_to_message if isinstance(message, Message) else None
    return Event(
        update_id=update_id,
        kind=Kind.TAP,
        chat_id=message.chat.id,
        message_id=message.message_id,
        actor=_actor(query.from_user),
        text=query.data or "",
        callback_id=query.id,
        reply_to=replied.message_id if replied else None,
        replied_text=(replied.text or replied.caption or "") if replied else "",
        language=query.from_user.language_code,
        private=message.chat.type == "private",
        mentioned=True,
    )


def _message(update_id: int, message: Message, sender: User, *, edited: bool, bot: Bot) -> Event:
    private = message.chat.type == "private"
    said = message.text or message.caption or ""
    text = said if private else _without_name(said, bot.username)
    command, argument = _command(text, bot.username)
    supported = message.text is not None
    written = Kind.COMMAND if command else Kind.TEXT
    kind = Kind.EDITED if edited else written if supported else Kind.UNSUPPORTED
    replied = message.reply_to_message
    return Event(
        update_id=update_id,
        kind=kind,
        chat_id=message.chat.id,
        message_id=message.message_id,
        actor=_actor(sender),
        text=argument if command else text,
        command=command,
        reply_to=replied.message_id if replied else None,
        replied_text=(replied.text or replied.caption or "") if replied else "",
        language=sender.language_code,
        private=private,
        mentioned=bool(command) or text != said or _answers(replied, bot),
    )


def _without_name(text: str, name: str) -> str:
    """In a group the bot is called by its name, which is no part of what is to be published."""
    called = re.compile(rf"(?<!/)(?<!\w)@{re.escape(name)}\b", re.IGNORECASE)
    return called.sub("", text).strip() if called.search(text) else text


def _answers(replied: Message | None, bot: Bot) -> bool:
    return replied is not None and replied.from_user is not None and replied.from_user.id == bot.id


def _actor(user: User) -> Actor:
    return Actor(user.id, user.full_name)


def _command(text: str, name: str) -> tuple[str, str]:
    """("aprobar", "x") for "/Aprobar@name x"; ("", "") for what is no command, or one of another bot."""
    if not text.startswith("/") or not text[1:2].isalpha():
        return "", ""
    head, *argument = text[1:].split(maxsplit=1)
    command, _, addressee = head.partition("@")
    if addressee and addressee.casefold() != name.casefold():
        return "", ""
    return command.casefold(), argument[0].strip() if argument else ""
