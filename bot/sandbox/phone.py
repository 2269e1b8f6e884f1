"""The person's side: writing, tapping, and seeing what a phone would show."""

import asyncio
import mimetypes
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from bot.sandbox.chats import Chat, Message, User
from bot.sandbox.files import photo_sizes
from bot.sandbox.markup import Entity
from bot.sandbox.parsing import Formatted, formatted
from bot.sandbox.sending import MOST_CAPTION, MOST_TEXT
from bot.sandbox.shapes import message_json, seconds, tap_json, user_json
from bot.sandbox.state import State
from bot.sandbox.taps import Tap

Found = TypeVar("Found")
Source = User | Chat | str
"""Of a forwarded message: a person, a channel or group, or the name of someone who hides."""


class Phone:
    """One person's phone. Chats are seen as they are now: edits in place, deleted messages gone."""

    def __init__(self, state: State, user: User) -> None:
        self.user = user
        self.home = Chat(user.id, "private", person=user)
        self._state = state

    @property
    def chat(self) -> list[Message]:
        """The private chat with the bot, in order."""
        return self.read()

    def read(self, chat: Chat | None = None) -> list[Message]:
        return self._state.chats.shown(chat or self.home)

    async def send(
        self,
        text: str,
        *,
        entities: Sequence[Entity] = (),
        reply_to: Message | int | None = None,
        forward_from: Source | None = None,
        chat: Chat | None = None,
    ) -> Message:
        """Write, or forward, a text; `entities`: what is marked in it, as in the Bot API.

        Raises ValueError for what a phone would not send in one message, Refused for entities that make no sense.
        """
        said = _said(text, MOST_TEXT, entities)
        if not said.text:
            raise ValueError("an empty message cannot be sent")
        return self._post(chat, said=said, reply_to=_id(reply_to), origin=self._origin(forward_from))

    async def send_photo(
        self,
        data: bytes,
        caption: str = "",
        *,
        entities: Sequence[Entity] = (),
        media_group_id: str | None = None,
        reply_to: Message | int | None = None,
        forward_from: Source | None = None,
        chat: Chat | None = None,
    ) -> Message:
        """Telegram makes JPEGs of it. Same `media_group_id`: one album. Raises Refused for what is no picture."""
        pictures = await asyncio.to_thread(photo_sizes, data)
        facts = {"reply_to": _id(reply_to), "origin": self._origin(forward_from), "media_group_id": media_group_id}
        photo = self._state.files.keep_photo(pictures)
        return self._post(chat, said=_said(caption, MOST_CAPTION, entities), photo=photo, **facts)

    async def send_document(
        self,
        data: bytes,
        name: str,
        caption: str = "",
        *,
        entities: Sequence[Entity] = (),
        mime: str | None = None,
        media_group_id: str | None = None,
        reply_to: Message | int | None = None,
        chat: Chat | None = None,
    ) -> Message:
        """Any bytes, as they are."""
        kind = mime or mimetypes.guess_type(name)[0] or "application/octet-stream"
        facts = {"reply_to": _id(reply_to), "media_group_id": media_group_id}
        said = _said(caption, MOST_CAPTION, entities)
        document = self._state.files.keep_document(data, name, kind)
        return self._post(chat, said=said, document=document, **facts)

    async def send_album(
        self,
        pictures: Sequence[bytes],
        caption: str = "",
        *,
        entities: Sequence[Entity] = (),
        reply_to: Message | int | None = None,
        pause: Callable[[], Awaitable[None]] | None = None,
        chat: Chat | None = None,
    ) -> list[Message]:
        """Photos together: a message and an update for each, `pause` apart, the caption on the first.

        Nothing is sent when one of them is no picture: raises Refused.
        """
        sized = [await asyncio.to_thread(photo_sizes, data) for data in pictures]
        said = _said(caption, MOST_CAPTION, entities)
        facts = {"reply_to": _id(reply_to), "media_group_id": self._album(sized)}
        sent: list[Message] = []
        for sizes in sized:
            if sent and pause is not None:
                await pause()
            photo = self._state.files.keep_photo(sizes)
            sent.append(self._post(chat, said=Formatted() if sent else said, photo=photo, **facts))
        return sent

    async def edit(self, message: Message | int, text: str, *, entities: Sequence[Entity] = ()) -> Message:
        """Change the words of one's own message; the bot hears of it. Raises LookupError."""
        edited = self._mine(message)
        self._state.chats.edit(edited, said=_said(text, MOST_CAPTION if edited.has_media else MOST_TEXT, entities))
        self._state.updates.put("edited_message", message_json(edited, self._state.chats))
        return edited

    async def tap(self, message: Message | int, label_or_data: str) -> Tap:
        """Tap a button. Raises LookupError when it is not there to be tapped."""
        found = self._visible(message)
        button = found.button(label_or_data)
        if button is None:
            raise LookupError(f"no button «{label_or_data}» on message {found.id}: {found.labels}")
        tap = self._state.taps.tap(self.user, found, button)
        if button.data is not None:
            self._state.updates.put("callback_query", tap_json(tap, self._state.chats))
        return tap

    async def delete(self, message: Message | int) -> None:
        """Delete a message for everybody; the bot is not told. Raises LookupError."""
        self._state.chats.delete(self._visible(message))

    async def until(
        self,
        predicate: Callable[[list[Message]], Found],
        timeout: float = 5.0,  # noqa: ASYNC109 - a test says how long it is willing to wait
        chat: Chat | None = None,
    ) -> Found:
        """What `predicate` says of the chat, once that is true. Raises AssertionError with the chat as it is."""
        try:
            return await self._state.changes.until(lambda: predicate(self.read(chat)), timeout)
        except TimeoutError:
            raise AssertionError(f"not within {timeout} s:\n{self.transcript(chat)}") from None

    def transcript(self, chat: Chat | None = None) -> str:
        """The chat as text, for a person to read."""
        return "\n".join(_line(message) for message in self.read(chat)) or "(nothing here)"

    def _post(self, chat: Chat | None, **facts: Any) -> Message:
        where = chat or self.home
        self._state.chats.chats.setdefault(where.id, where)
        message = self._state.chats.add(where, self.user, **facts)
        self._state.updates.put("message", message_json(message, self._state.chats))
        return message

    def _album(self, items: Sequence[object]) -> str | None:
        """The name of a new album; one picture alone is none."""
        return f"{13_500_000_000 + len(self._state.chats.messages)}" if len(items) > 1 else None

    def _visible(self, message: Message | int) -> Message:
        found = self._state.chats.messages.get(_id(message) or 0)
        if found is None or found.deleted or (found.chat.kind == "private" and found.chat.id != self.user.id):
            raise LookupError(f"{self.user.first_name} sees no message {_id(message)}")
        return found

    def _mine(self, message: Message | int) -> Message:
        found = self._visible(message)
        if found.sender.id != self.user.id:
            raise LookupError(f"message {found.id} is not {self.user.first_name}'s")
        return found

    def _origin(self, source: Source | None) -> dict[str, Any] | None:
        date = seconds(self._state.now())
        if source is None:
            return None
        if isinstance(source, str):
            return {"type": "hidden_user", "date": date, "sender_user_name": source}
        if isinstance(source, User):
            return {"type": "user", "date": date, "sender_user": user_json(source)}
        channel = {"id": source.id, "type": source.kind, "title": source.title}
        if source.kind == "channel":
            return {"type": "channel", "date": date, "chat": channel, "message_id": 1}
        return {"type": "chat", "date": date, "sender_chat": channel}


def _id(message: Message | int | None) -> int | None:
    return message.id if isinstance(message, Message) else message


def _said(text: str, most: int, entities: Sequence[Entity]) -> Formatted:
    said = formatted(text, entities=entities)
    if said.length > most:
        raise ValueError(f"a phone sends at most {most} characters at once")
    return said


def _line(message: Message) -> str:
    media = "[photo] " if message.photo else f"[{message.document.name}] " if message.document else ""
    notes = [f"reply to #{message.reply_to}"] if message.reply_to else []
    notes += [f"edited {message.edits}"] if message.edits else []
    notes += ["silent"] if message.silent else []
    aside = f" ({', '.join(notes)})" if notes else ""
    return "\n".join([f"#{message.id} {message.sender.first_name}{aside}: {media}{message.text}", *_rows(message)])


def _rows(message: Message) -> Sequence[str]:
    return ["    " + " ".join(f"[{button.text}]" for button in row) for row in message.buttons]
