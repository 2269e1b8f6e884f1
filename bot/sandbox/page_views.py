"""What the page shows, as JSON: the chat of one person, the wall of the networks."""

import json
from datetime import UTC, datetime
from typing import Any

from bot.sandbox.chats import Message
from bot.sandbox.networks import Network, Networks, Picture, Post
from bot.sandbox.page_html import as_html
from bot.sandbox.phone import Phone
from bot.sandbox.pictures import in_chat, on_wall
from bot.sandbox.state import State

Json = dict[str, Any]
EXCERPT = 80
_MENU = (json.dumps({"type": "default"}), "")


def chat_view(state: State, phone: Phone) -> Json:
    commands = state.commands.get(_MENU, [])
    return {
        "me": {"name": phone.user.first_name},
        "bot": {"name": state.bot.first_name, "username": state.bot.username},
        "commands": [{"command": each["command"], "description": each["description"]} for each in commands],
        "action": phone.home.action,
        "messages": [_message(message, state, phone) for message in phone.chat],
    }


def wall_view(networks: Networks) -> Json:
    return {"networks": [_network(network) for network in networks.by_key.values()]}


def _message(message: Message, state: State, phone: Phone) -> Json:
    largest = message.photo[-1] if message.photo else None
    document = message.document
    return {
        "id": message.id,
        "mine": message.sender.id == phone.user.id,
        "html": as_html(message.said),
        "photo": in_chat(message),
        "width": largest.width if largest else None,
        "height": largest.height if largest else None,
        "document": {"name": document.name, "size": len(document.data)} if document else None,
        "album": message.media_group_id,
        "reply_to": _replied(message, state),
        "buttons": _buttons(message),
        "edited": message.edits > 0,
        "silent": message.silent,
        "at": _moment(message.date),
    }


def _buttons(message: Message) -> list[list[Json]]:
    return [
        [{"text": each.text, "data": each.data, "url": each.url, "copy": each.copies} for each in row]
        for row in message.buttons
    ]


def _replied(message: Message, state: State) -> Json | None:
    replied = state.chats.find(message.chat, message.reply_to) if message.reply_to is not None else None
    if replied is None:
        return None
    media = "🖼 " if replied.photo else f"📎 {replied.document.name} " if replied.document else ""
    text = " ".join(replied.text.split())
    excerpt = text if len(text) <= EXCERPT else f"{text[:EXCERPT].rstrip()}…"
    return {"id": replied.id, "excerpt": f"{media}{excerpt}".strip()}


def _network(network: Network) -> Json:
    return {
        "key": network.key,
        "title": network.title,
        "icon": network.icon,
        "layout": network.layout,
        "faults": [{"kind": str(each.kind), "times": each.times, "seconds": each.seconds} for each in network.faults],
        "consent": f"/consent/{network.key}" if network.expired else None,
        "posts": [_post(post) for post in reversed(network.posts)],
    }


def _post(post: Post) -> Json:
    what = post.what
    return {
        "id": post.id,
        "format": what.format,
        "text": what.text,
        "pictures": [_picture(picture) for picture in what.pictures],
        "link": what.link,
        "reply_to": what.reply_to,
        "author": what.author,
        "permalink": post.permalink,
        "at": _moment(post.at),
    }


def _picture(picture: Picture) -> Json:
    return {"url": on_wall(picture.id), "width": picture.width, "height": picture.height, "alt": picture.alt}


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
