"""Messages that change or go away."""

from datetime import timedelta
from typing import Any

from bot.sandbox.addressing import the_message
from bot.sandbox.chats import Message
from bot.sandbox.keyboards import read_rows
from bot.sandbox.parameters import Given
from bot.sandbox.refusal import bad_request
from bot.sandbox.sending import read_caption, read_preview, read_text
from bot.sandbox.shapes import Json, message_json
from bot.sandbox.state import State
from bot.sandbox.vocabulary import REACTIONS

DELETABLE = timedelta(hours=48)
_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


async def edit_message_text(state: State, given: Given) -> Json:
    """New words; without reply_markup the buttons go."""
    message = _own(state, given)
    if message.has_media:
        raise bad_request("there is no text in the message to edit")
    facts = {"said": read_text(given), "preview": read_preview(given), "buttons": read_rows(given.get("reply_markup"))}
    return _edit(state, message, facts)


async def edit_message_caption(state: State, given: Given) -> Json:
    message = _own(state, given)
    if not message.has_media:
        raise bad_request("there is no caption in the message to edit")
    return _edit(state, message, {"said": read_caption(given.values), "buttons": read_rows(given.get("reply_markup"))})


async def edit_message_reply_markup(state: State, given: Given) -> Json:
    message = _own(state, given)
    return _edit(state, message, {"buttons": read_rows(given.get("reply_markup"))})


async def delete_message(state: State, given: Given) -> bool:
    """The bot's own messages and, in a private chat, the person's; for 48 hours."""
    message = the_message(state, given, "delete")
    if not message.from_bot and message.chat.kind != "private":
        raise bad_request("message can't be deleted")
    if state.now() - message.date > DELETABLE:
        raise bad_request("message can't be deleted for everyone")
    state.chats.delete(message)
    return True


async def set_message_reaction(state: State, given: Given) -> bool:
    message = the_message(state, given, "react")
    reactions = given.get("reaction", [])
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    message.reaction = _emoji(reactions[0]) if reactions else None
    state.chats.touched()
    return True


def _own(state: State, given: Given) -> Message:
    message = the_message(state, given, "edit")
    if not message.from_bot:
        raise bad_request("message can't be edited")
    return message


def _edit(state: State, message: Message, facts: dict[str, Any]) -> Json:
    if all(getattr(message, name) == value for name, value in facts.items()):
        raise bad_request(_SAME)
    state.flood.spend(message.chat.id)
    state.chats.edit(message, **facts)
    return message_json(message, state.chats)


def _emoji(reaction: Any) -> str:
    emoji = reaction.get("emoji") if isinstance(reaction, dict) and reaction.get("type") == "emoji" else None
    if emoji not in REACTIONS:
        raise bad_request("REACTION_INVALID")
    return str(emoji)
