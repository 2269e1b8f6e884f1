"""Our records as the objects of the Bot API (https://core.telegram.org/bots/api#available-types)."""

from datetime import datetime
from typing import Any

from bot.sandbox.chats import Chat, Chats, Message, User
from bot.sandbox.files import File
from bot.sandbox.keyboards import keyboard_json
from bot.sandbox.taps import Tap

Json = dict[str, Any]


def seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def user_json(user: User) -> Json:
    return _present(
        id=user.id,
        is_bot=user.is_bot,
        first_name=user.first_name,
        username=user.username,
        language_code=user.language_code,
    )


def bot_json(bot: User) -> Json:
    """The answer of getMe: the bot reads everything said in its groups."""
    return {
        **user_json(bot),
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def chat_json(chat: Chat) -> Json:
    person = chat.person
    return _present(
        id=chat.id,
        type=chat.kind,
        title=chat.title,
        first_name=person.first_name if person else None,
        username=person.username if person else None,
    )


def full_chat_json(chat: Chat) -> Json:
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return {
        **chat_json(chat),
        "accent_color_id": 0,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }


def file_json(file: File) -> Json:
    return {
        "file_id": file.id,
        "file_unique_id": file.unique_id,
        "file_size": len(file.data),
        "file_path": file.path,
    }


def message_json(message: Message, chats: Chats) -> Json:
    """A Message, with the one it replies to inside (one level deep)."""
    replied = chats.find(message.chat, message.reply_to) if message.reply_to is not None else None
    return {**_bare(message), **_present(reply_to_message=_bare(replied) if replied else None)}


def tap_json(tap: Tap, chats: Chats) -> Json:
    """A CallbackQuery."""
    return {
        "id": tap.id,
        "from": user_json(tap.user),
        "message": message_json(tap.message, chats),
        "chat_instance": f"instance-{tap.message.chat.id}",
        "data": tap.button.data,
    }


def _bare(message: Message) -> Json:
    return {
        "message_id": message.id,
        "from": user_json(message.sender),
        "chat": chat_json(message.chat),
        "date": seconds(message.date),
        **_words(message),
        **_present(
            edit_date=seconds(message.edited_at) if message.edited_at else None,
            photo=[_size_json(size) for size in message.photo] or None,
            document=_document_json(message.document) if message.document else None,
            media_group_id=message.media_group_id,
            forward_origin=message.origin,
            link_preview_options=message.preview,
            has_protected_content=message.protected or None,
            reply_markup=keyboard_json(message.buttons) if message.buttons else None,
        ),
    }


def _words(message: Message) -> Json:
    if not message.text:
        return {}
    text, entities = ("caption", "caption_entities") if message.has_media else ("text", "entities")
    return _present(**{text: message.text, entities: list(message.entities) or None})


def _size_json(size: File) -> Json:
    return {
        "file_id": size.id,
        "file_unique_id": size.unique_id,
        "width": size.width,
        "height": size.height,
        "file_size": len(size.data),
    }


def _document_json(file: File) -> Json:
    facts = {"file_id": file.id, "file_unique_id": file.unique_id, "file_size": len(file.data)}
    return {**facts, **_present(file_name=file.name or None, mime_type=file.mime or None)}


def _present(**fields: Any) -> Json:
    return {name: value for name, value in fields.items() if value is not None}
