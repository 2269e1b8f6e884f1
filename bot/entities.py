"""Marks of a message: Telegram's entities, which count UTF-16 code units, as spans, which count characters.

https://core.telegram.org/bots/api#messageentity. Addresses, hashtags and mentions are text and need no mark; whoever is
mentioned without a name of their own and the sign of a custom emoji stay as the words they are.
"""

import bisect
from collections.abc import Iterable, Iterator
from itertools import accumulate

from telegram import MessageEntity

from adapters.content import Mark, Span, Wording
from adapters.spans import nest

LAST_OF_ONE_UNIT = "\uffff"
MARKS = {
    "bold": Mark.BOLD,
    "italic": Mark.ITALIC,
    "underline": Mark.UNDERLINE,
    "strikethrough": Mark.STRIKE,
    "spoiler": Mark.SPOILER,
    "code": Mark.CODE,
    "pre": Mark.BLOCK,
    "blockquote": Mark.QUOTE,
    "expandable_blockquote": Mark.QUOTE,
    "text_link": Mark.LINK,
}


def wording(text: str, entities: Iterable[MessageEntity]) -> Wording:
    """What lies outside the text is cut off; what makes no sense is left out."""
    told = [entity for entity in entities if entity.type in MARKS]
    return Wording(text, nest(_spans(text, told), len(text)) if told else ())


def _spans(text: str, entities: Iterable[MessageEntity]) -> Iterator[Span]:
    units = list(accumulate((1 + (sign > LAST_OF_ONE_UNIT) for sign in text), initial=0))
    for entity in entities:
        mark = MARKS[entity.type]
        value = _value(mark, entity)
        if value is not None and _countable(entity.offset) and _countable(entity.length):
            start = bisect.bisect_left(units, entity.offset)
            yield Span(start, bisect.bisect_right(units, entity.offset + entity.length) - 1, mark, value)


def _countable(value: object) -> bool:
    """The library does not look at what it was given."""
    return isinstance(value, int)


def _value(mark: Mark, entity: MessageEntity) -> str | None:
    """None for a link that leads nowhere."""
    if mark is Mark.LINK:
        return str(entity.url) if entity.url else None
    return str(entity.language or "") if mark is Mark.BLOCK else ""
