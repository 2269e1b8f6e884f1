"""Finding what a call is about: its chat, its message."""

from bot.sandbox.chats import Chat, Message
from bot.sandbox.parameters import Given
from bot.sandbox.refusal import bad_request
from bot.sandbox.state import State


def the_chat(state: State, given: Given) -> Chat:
    """Raises Refused."""
    wanted = given.get("chat_id", "")
    if wanted == "":
        raise bad_request("chat_id is empty")
    chat = state.chats.chats.get(wanted) if isinstance(wanted, int) else None
    if chat is None:
        raise bad_request("chat not found")
    return chat


def the_message(state: State, given: Given, purpose: str) -> Message:
    """`purpose` as Telegram words it: edit, delete, react. Raises Refused."""
    chat = the_chat(state, given)
    if "message_id" not in given.values:
        raise bad_request("message identifier is not specified")
    message = state.chats.find(chat, given.get("message_id"))
    if message is None:
        raise bad_request(f"message to {purpose} not found")
    return message


def the_replied(state: State, chat: Chat, given: Given) -> int | None:
    """The id of the message to reply to, None when there is none. Raises Refused."""
    wanted = given.get("reply_parameters")
    if wanted is None:
        return None
    for name in wanted:
        if name not in {"message_id", "chat_id", "allow_sending_without_reply"}:
            raise bad_request(f"the sandbox does not know field '{name}' of reply parameters")
    message_id = wanted.get("message_id")
    elsewhere = wanted.get("chat_id", chat.id) != chat.id
    if isinstance(message_id, int) and not elsewhere and state.chats.find(chat, message_id):
        return message_id
    if wanted.get("allow_sending_without_reply") is True:
        return None
    raise bad_request("message to be replied not found")
