"""What happened in the chat, parsed once: a command, a text, a tap. Handlers never see Telegram's own objects."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from telegram import Bot, CallbackQuery, Document, Message, Update, User

from adapters.content import Span, Wording
from adapters.spans import Exchange, exchanged, piece, stripped
from bot import entities
from publishers.engine.model import Actor


class Kind(StrEnum):
    COMMAND = "command"
    TEXT = "text"
    EDITED = "edited"
    PICTURE = "picture"
    TAP = "tap"
    UNSUPPORTED = "unsupported"


PICTURE_NAMES = (".jpg", ".jpeg", ".png", ".gif", ".webp", ".heic", ".heif", ".avif", ".svg", ".bmp", ".tif", ".tiff")
"""Files that mean to be pictures, whatever they say they are: what they really are is seen in their bytes."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A picture that lies with Telegram. `id` is for asking for it, `unique_id` the same whoever asks."""

    id: str
    unique_id: str
    size: int | None = None
    """Bytes, where Telegram says so."""


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
    spans: tuple[Span, ...] = ()
    """How `text` is marked."""
    replied_spans: tuple[Span, ...] = ()
    language: str | None = None
    private: bool = True
    mentioned: bool = False
    """In a group: the bot was mentioned, answered, or given a command."""
    attachment: Attachment | None = None
    album: str | None = None
    """What the messages of one album have in common."""
    sort: str = ""
    """Of what is not supported: animation, video or something else."""
    replied_by: int | None = None
    """Who wrote the message this one, or the tapped one, answers; None: not known."""

    @property
    def wording(self) -> Wording:
        return Wording(self.text, self.spans)

    @property
    def replied_wording(self) -> Wording:
        return Wording(self.replied_text, self.replied_spans)


def parse(raw: dict[str, Any], bot: Bot) -> Event | None:
    """An update as stored → an event; None for what does not concern us."""
    update = Update.de_json(raw, bot)
    if update.callback_query is not None:
        return _tap(update.update_id, update.callback_query)
    message = update.edited_message or update.message
    if message is None or message.from_user is None:
        return None
    return _message(update.update_id, message, message.from_user, edited=update.edited_message is not None, bot=bot)


def album_of(raw: dict[str, Any]) -> str | None:
    """What the messages of one album have in common, of an update as stored."""
    message = raw.get("message")
    return message.get("media_group_id") if isinstance(message, dict) else None


def _tap(update_id: int, query: CallbackQuery) -> Event | None:
    message = query.message
    if message is None:
        return None
    replied = message.reply_to_message if isinstance(message, Message) else None
    answered = _said(replied)
    return Event(
        update_id=update_id,
        kind=Kind.TAP,
        chat_id=message.chat.id,
        message_id=message.message_id,
        actor=_actor(query.from_user),
        text=query.data or "",
        callback_id=query.id,
        reply_to=replied.message_id if replied else None,
        replied_text=answered.text,
        replied_spans=answered.spans,
        language=query.from_user.language_code,
        private=message.chat.type == "private",
        mentioned=True,
        replied_by=_sender(replied),
    )


def _message(update_id: int, message: Message, sender: User, *, edited: bool, bot: Bot) -> Event:
    private = message.chat.type == "private"
    said = _said(message)
    meant = said if private else _without_name(said, bot.username)
    command, argument = _command(meant, bot.username)
    attachment = _attachment(message)
    replied = message.reply_to_message
    answered = _said(replied)
    return Event(
        update_id=update_id,
        kind=Kind.EDITED if edited else _kind(message, command, attachment),
        chat_id=message.chat.id,
        message_id=message.message_id,
        actor=_actor(sender),
        text=argument.text,
        spans=argument.spans,
        command=command,
        reply_to=replied.message_id if replied else None,
        replied_text=answered.text,
        replied_spans=answered.spans,
        language=sender.language_code,
        private=private,
        mentioned=bool(command) or meant != said or _answers(replied, bot),
        attachment=attachment,
        album=message.media_group_id,
        sort="animation" if message.animation else "video" if message.video or message.video_note else "",
        replied_by=_sender(replied),
    )


def _sender(message: Message | None) -> int | None:
    return message.from_user.id if message is not None and message.from_user is not None else None


def _kind(message: Message, command: str, attachment: Attachment | None) -> Kind:
    if command:
        return Kind.COMMAND
    if attachment is not None:
        return Kind.PICTURE
    return Kind.TEXT if message.text is not None else Kind.UNSUPPORTED


def _attachment(message: Message) -> Attachment | None:
    """The largest size of a photo, or a file that is a picture by its type or its name."""
    if message.photo:
        largest = message.photo[-1]
        return Attachment(largest.file_id, largest.file_unique_id, largest.file_size)
    file = message.document
    if file is None or message.animation is not None or not _is_picture(file):
        return None
    return Attachment(file.file_id, file.file_unique_id, file.file_size)


def _is_picture(file: Document) -> bool:
    return (file.mime_type or "").startswith("image/") or (file.file_name or "").casefold().endswith(PICTURE_NAMES)


def _said(message: Message | None) -> Wording:
    if message is None:
        return Wording("")
    if message.text:
        return entities.wording(message.text, message.entities)
    return entities.wording(message.caption or "", message.caption_entities)


def _without_name(said: Wording, name: str) -> Wording:
    """In a group the bot is called by its name, which is no part of what is to be published."""
    called = re.compile(rf"(?<!/)(?<!\w)@{re.escape(name)}\b", re.IGNORECASE)
    found = [Exchange(*match.span(), "") for match in called.finditer(said.text)]
    return stripped(exchanged(said, found)) if found else said


def _answers(replied: Message | None, bot: Bot) -> bool:
    return replied is not None and replied.from_user is not None and replied.from_user.id == bot.id


def _actor(user: User) -> Actor:
    return Actor(user.id, user.full_name)


def _command(said: Wording, name: str) -> tuple[str, Wording]:
    """("aprobar", "x") for "/Aprobar@name x"; ("", all of it) for what is no command, or one of another bot."""
    text = said.text
    if not text.startswith("/") or not text[1:2].isalpha():
        return "", said
    head = text[1:].split(maxsplit=1)[0]
    command, _, addressee = head.partition("@")
    if addressee and addressee.casefold() != name.casefold():
        return "", said
    return command.casefold(), stripped(piece(said, 1 + len(head), len(text)))
