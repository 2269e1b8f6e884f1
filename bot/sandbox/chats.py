"""What a phone shows: people, chats, messages in order. All that a page needs is kept here."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.sandbox.changes import Changes
from bot.sandbox.files import File
from bot.sandbox.keyboards import Button, Rows
from bot.sandbox.parsing import Formatted

FIRST_MESSAGE = 100


@dataclass(slots=True)
class User:
    id: int
    first_name: str
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False


@dataclass(slots=True)
class Chat:
    """`person` in a private chat, `title` in a group."""

    id: int
    kind: str
    title: str | None = None
    person: User | None = None
    action: str | None = None
    """What the bot said it is doing ("typing"), until its next message."""


@dataclass(slots=True, eq=False)
class Message:
    """One message as its readers see it now. `said` is the text, or the caption below a photo or document."""

    id: int
    chat: Chat
    sender: User
    date: datetime
    said: Formatted = field(default_factory=Formatted)
    buttons: Rows = ()
    asks: dict[str, Any] = field(default_factory=dict)
    """Other markup: force_reply, keyboard, remove_keyboard."""
    reply_to: int | None = None
    photo: tuple[File, ...] = ()
    document: File | None = None
    media_group_id: str | None = None
    origin: dict[str, Any] | None = None
    """Of a forwarded message: MessageOrigin as in the Bot API."""
    preview: dict[str, Any] | None = None
    """LinkPreviewOptions as they came."""
    protected: bool = False
    silent: bool = False
    edits: int = 0
    edited_at: datetime | None = None
    deleted: bool = False
    reaction: str | None = None

    @property
    def text(self) -> str:
        return self.said.text

    @property
    def entities(self) -> tuple[dict[str, Any], ...]:
        return self.said.entities

    @property
    def from_bot(self) -> bool:
        return self.sender.is_bot

    @property
    def has_media(self) -> bool:
        return bool(self.photo) or self.document is not None

    @property
    def labels(self) -> list[str]:
        """The texts of the buttons, row after row."""
        return [button.text for row in self.buttons for button in row]

    def button(self, label_or_data: str) -> Button | None:
        buttons = [button for row in self.buttons for button in row]
        by_label = (button for button in buttons if button.text == label_or_data)
        by_data = (button for button in buttons if button.data == label_or_data)
        return next(by_label, None) or next(by_data, None)


class Chats:
    """Every chat the bot is in. Message ids grow over all chats together, as they do for one bot account."""

    def __init__(self, now: Callable[[], datetime], changes: Changes) -> None:
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.messages: dict[int, Message] = {}
        self._now = now
        self._changes = changes

    def add(self, chat: Chat, sender: User, **facts: Any) -> Message:
        """A new message; `facts` are the other fields of Message."""
        message = Message(FIRST_MESSAGE + len(self.messages) + 1, chat, sender, self._now(), **facts)
        self.messages[message.id] = message
        if sender.is_bot:
            chat.action = None
        self._changes.happened()
        return message

    def edit(self, message: Message, **facts: Any) -> None:
        """Change fields of a message that its readers see."""
        for name, value in facts.items():
            setattr(message, name, value)
        message.edits += 1
        message.edited_at = self._now()
        self._changes.happened()

    def delete(self, message: Message) -> None:
        message.deleted = True
        self._changes.happened()

    def find(self, chat: Chat, message_id: int) -> Message | None:
        """A message of this chat that is still there."""
        message = self.messages.get(message_id)
        return message if message and message.chat is chat and not message.deleted else None

    def shown(self, chat: Chat) -> list[Message]:
        """In order, without the deleted ones."""
        return [message for message in self.messages.values() if message.chat is chat and not message.deleted]

    def touched(self) -> None:
        """Something small changed: an action, a reaction."""
        self._changes.happened()
