"""Telegram's HTML, read by Telegram's rules and refused in Telegram's words.

Tags and rules: https://core.telegram.org/bots/api#html-style
"""

import re
from dataclasses import dataclass
from typing import Any, NoReturn

from bot.sandbox.links import link_fault
from bot.sandbox.refusal import bad_request
from bot.sandbox.utf16 import utf16_length

Entity = dict[str, Any]

_SIMPLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "code": "code",
    "pre": "pre",
}
_TAGS = frozenset({*_SIMPLE, "a", "span", "blockquote", "tg-emoji", "tg-time"})
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]+)|#([0-9]+)|([A-Za-z]+));?")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_LAST_CHARACTER = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)


def read_html(source: str) -> tuple[str, list[Entity]]:
    """The plain text and its entities. Raises Refused: can't parse entities."""
    return _Reader(source).read()


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    offset: int
    """In the plain text, UTF-16."""
    begins: int
    """In the plain text, characters."""


class _Reader:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._text = ""
        self._open: list[_Open] = []
        self._entities: list[Entity] = []

    def read(self) -> tuple[str, list[Entity]]:
        while self._at < len(self._source):
            if self._source.startswith("</", self._at):
                self._end_tag()
            elif self._source[self._at] == "<":
                self._start_tag()
            else:
                self._text += self._character()
        if self._open:
            _refuse(f'Can\'t find end tag corresponding to start tag "{self._open[-1].tag}"')
        return self._text, [_without_language(entity) for entity in self._entities]

    def _character(self) -> str:
        """The character here, a reference resolved; moves on."""
        match = _REFERENCE.match(self._source, self._at)
        resolved = _resolved(match) if match else None
        if match and resolved is not None:
            self._at = match.end()
            return resolved
        self._at += 1
        return self._source[self._at - 1]

    def _bytes(self, at: int) -> int:
        return len(self._source[:at].encode())

    def _take(self, pattern: str) -> str:
        match = re.compile(pattern).match(self._source, self._at)
        taken = match[0] if match else ""
        self._at += len(taken)
        return taken

    def _peek(self) -> str:
        return self._source[self._at : self._at + 1]

    def _start_tag(self) -> None:
        begins = self._at
        self._at += 1
        tag = self._take(r"[^\s>]*").lower()
        if not self._peek():
            _refuse(f"Unclosed start tag at byte offset {self._bytes(begins)}")
        if tag not in _TAGS:
            _refuse(f'Unsupported start tag "{tag}" at byte offset {self._bytes(begins)}')
        attributes = self._attributes(tag, begins)
        if tag == "span" and attributes.get("class") != "tg-spoiler":
            _refuse(f'Tag "span" must have class "tg-spoiler" at byte offset {self._bytes(begins)}')
        self._open.append(_Open(tag, attributes, utf16_length(self._text), len(self._text)))

    def _attributes(self, tag: str, begins: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while True:
            self._take(r"\s*")
            if self._peek() == ">":
                self._at += 1
                return found
            name = self._take(r"[^\s=>]*").lower()
            if not self._peek():
                _refuse(f'Unclosed start tag "{tag}" at byte offset {self._bytes(begins)}')
            if not name:
                _refuse(f'Empty attribute name in the tag "{tag}" at byte offset {self._bytes(begins)}')
            self._take(r"\s*")
            found[name] = self._value(tag, begins) if self._take("=") else ""

    def _value(self, tag: str, begins: int) -> str:
        self._take(r"\s*")
        quote = self._take("[\"']")
        if not self._peek():
            _refuse(f'Unclosed start tag "{tag}" at byte offset {self._bytes(begins)}')
        if not quote:
            word = self._take(r"[A-Za-z0-9.-]*")
            if not re.match(r"[\s>]", self._peek()):
                _refuse(f"Unexpected end of name token at byte offset {self._bytes(self._at)}")
            return word.lower()
        value = ""
        while self._peek() and self._peek() != quote:
            value += self._character()
        if not self._take(quote):
            _refuse(f"Unclosed start tag at byte offset {self._bytes(begins)}")
        return value

    def _end_tag(self) -> None:
        begins = self._at
        if not self._open:
            _refuse(f"Unexpected end tag at byte offset {self._bytes(begins)}")
        self._at += 2
        tag = self._take(r"[^\s>]*").lower()
        self._take(r"\s*")
        if not self._take(">"):
            _refuse(f"Unclosed end tag at byte offset {self._bytes(begins)}")
        opened = self._open.pop()
        if tag and tag != opened.tag:
            expected = f'expected "</{opened.tag}>", found "</{tag}>"'
            _refuse(f"Unmatched end tag at byte offset {self._bytes(begins)}, {expected}")
        self._close(opened)

    def _close(self, opened: _Open) -> None:
        words = self._text[opened.begins :]
        kind = _kind(opened, words)
        if not words or kind is None:
            return
        entity: Entity = {**kind, "offset": opened.offset, "length": utf16_length(words)}
        if entity["type"] == "pre":
            self._adopt_language(entity)
        self._entities.append(entity)

    def _adopt_language(self, pre: Entity) -> None:
        """`<pre><code class="language-x">` is one entity."""
        for inner in self._entities:
            same = inner["offset"] == pre["offset"] and inner["length"] == pre["length"]
            if same and inner["type"] == "code" and "language" in inner:
                pre["language"] = inner["language"]
                self._entities.remove(inner)
                return


def _resolved(match: re.Match[str]) -> str | None:
    hexadecimal, decimal, name = match.groups()
    if name:
        return _NAMED.get(name)
    code = int(hexadecimal, 16) if hexadecimal else int(decimal)
    return chr(code) if 0 < code <= _LAST_CHARACTER and code not in _SURROGATES else None


def _kind(opened: _Open, words: str) -> Entity | None:
    """What an element marks; None for a link that leads nowhere, which Telegram shows as bare words."""
    given = opened.attributes
    if opened.tag == "a":
        url = given.get("href") or words
        return None if link_fault(url) else {"type": "text_link", "url": url}
    if opened.tag == "span":
        return {"type": "spoiler"}
    if opened.tag == "blockquote":
        return {"type": "expandable_blockquote" if "expandable" in given else "blockquote"}
    if opened.tag == "tg-emoji":
        return {
            "type": "custom_emoji",
            "custom_emoji_id": _number(given.get("emoji-id", ""), "custom emoji identifier"),
        }
    if opened.tag == "tg-time":
        moment = int(_number(given.get("unix", ""), "Unix time"))
        return {"type": "date_time", "unix_time": moment, "date_time_format": given.get("format", "")}
    entity: Entity = {"type": _SIMPLE[opened.tag]}
    if opened.tag == "code" and given.get("class", "").startswith("language-"):
        entity["language"] = given["class"].removeprefix("language-")
    return entity


def _without_language(entity: Entity) -> Entity:
    """Only a block of code keeps its language, not a word of it."""
    if entity["type"] != "code":
        return entity
    return {name: value for name, value in entity.items() if name != "language"}


def _number(value: str, what: str) -> str:
    if not re.fullmatch(r"\d{1,19}", value, re.ASCII):
        _refuse(f"Invalid {what} specified")
    return value


def _refuse(reason: str) -> NoReturn:
    raise bad_request(f"can't parse entities: {reason}")
