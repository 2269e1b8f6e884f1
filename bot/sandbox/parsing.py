"""Texts as Telegram keeps them: trimmed, with entities whose offsets count UTF-16 code units."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.sandbox.links import link_fault
from bot.sandbox.markup import Entity, read_html
from bot.sandbox.refusal import bad_request
from bot.sandbox.utf16 import utf16_boundaries, utf16_length
from bot.sandbox.vocabulary import ENTITY_TYPES

NEEDS = {"text_link": "url", "text_mention": "user", "custom_emoji": "custom_emoji_id", "date_time": "unix_time"}
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>\"]*[^\s<>\".,;:!?)\]'])"
    r"|(?P<email>(?<![\w.@])[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<bot_command>(?<![\w/@<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/]))"
    r"|(?P<mention>(?<![\w@/])@[A-Za-z0-9_]{4,32}(?!\w))"
    r"|(?P<hashtag>(?<![\w#])#\w*[^\W\d]\w*)"
)


@dataclass(frozen=True, slots=True)
class Formatted:
    """A text and what is marked in it. An entity is `{type, offset, length, …}` as in the Bot API."""

    text: str = ""
    entities: tuple[Entity, ...] = ()

    @property
    def length(self) -> int:
        return utf16_length(self.text)

    def marked(self, entity: Mapping[str, Any]) -> str:
        """The words an entity covers."""
        units = self.text.encode("utf-16-le")
        start = 2 * int(entity["offset"])
        return units[start : start + 2 * int(entity["length"])].decode("utf-16-le")


def formatted(text: str, parse_mode: str | None = None, entities: Sequence[Any] | None = None) -> Formatted:
    """What a bot sent: markup read or entities checked, then trimmed. Raises Refused."""
    if parse_mode and entities:
        raise bad_request("the sandbox takes parse_mode or entities, not both")
    if parse_mode:
        text, found = _marked_up(text, parse_mode)
    else:
        found = [_checked(entity, text) for entity in entities or ()]
    return detected(_trimmed(text, found))


def detected(said: Formatted) -> Formatted:
    """With the entities that Telegram finds by itself: links, addresses, commands, mentions, hashtags."""
    kept = list(said.entities)
    closed = [e for e in kept if e["type"] in {"code", "pre", "text_link", "url", "mention", "bot_command", "hashtag"}]
    for match in _FOUND.finditer(said.text):
        start = utf16_length(said.text[: match.start()])
        length = utf16_length(match[0])
        if not any(e["offset"] < start + length and start < e["offset"] + e["length"] for e in closed):
            kept.append({"type": str(match.lastgroup), "offset": start, "length": length})
    return Formatted(said.text, _in_order(kept))


def _marked_up(text: str, parse_mode: str) -> tuple[str, list[Entity]]:
    mode = parse_mode.lower()
    if mode in {"markdown", "markdownv2"}:
        raise bad_request("the sandbox reads parse_mode HTML only")
    if mode != "html":
        raise bad_request("unsupported parse_mode")
    return read_html(text)


def _checked(entity: Any, text: str) -> Entity:
    if not isinstance(entity, dict) or str(entity.get("type")) not in ENTITY_TYPES:
        raise bad_request("can't parse MessageEntity: Unsupported type specified")
    needed = NEEDS.get(entity["type"])
    for name in ("offset", "length", *((needed,) if needed else ())):
        if name not in entity:
            raise bad_request(f"can't parse MessageEntity: Can't find field \"{name}\"")
    for name in ("offset", "length"):
        if not isinstance(entity[name], int):
            raise bad_request(f'can\'t parse MessageEntity: Field "{name}" must be of type Number')
    if entity["type"] == "text_link" and (fault := link_fault(str(entity["url"]))):
        raise bad_request(f"entity URL '{entity['url']}' is invalid: {fault}")
    _check_place(entity["offset"], entity["length"], text)
    return dict(entity)


def _check_place(offset: int, length: int, text: str) -> None:
    most = utf16_length(text)
    if offset < 0:
        raise bad_request(f"receive an entity with incorrect offset {offset}")
    if length < 0:
        raise bad_request(f"receive an entity with incorrect length {length}")
    if offset > most:
        raise bad_request(f"entity begins after the end of the text at UTF-16 offset {offset}")
    if offset + length > most:
        beyond = f"ends after the end of the text at UTF-16 offset {offset + length}"
        raise bad_request(f"entity beginning at UTF-16 offset {offset} {beyond}")
    boundaries = utf16_boundaries(text)
    if offset not in boundaries:
        raise bad_request(f"entity begins in a middle of a UTF-16 symbol at UTF-16 offset {offset}")
    if offset + length not in boundaries:
        raise bad_request(f"entity ends in a middle of a UTF-16 symbol at UTF-16 offset {offset + length}")


def _trimmed(text: str, entities: Sequence[Entity]) -> Formatted:
    kept = text.strip()
    lead = utf16_length(text[: len(text) - len(text.lstrip())])
    most = utf16_length(kept)
    moved = []
    for entity in entities:
        start = max(0, entity["offset"] - lead)
        end = min(most, entity["offset"] + entity["length"] - lead)
        if start < end:
            moved.append({**entity, "offset": start, "length": end - start})
    return Formatted(kept, _in_order(moved))


def _in_order(entities: Sequence[Entity]) -> tuple[Entity, ...]:
    return tuple(sorted(entities, key=lambda e: (e["offset"], -e["length"])))
