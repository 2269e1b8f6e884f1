"""Telegram's entities as marks of an event."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Bot, User

from adapters.content import Mark, Span
from adapters.spans import nest
from bot.event import Event, Kind, parse

MARKED = [
    "bold",
    "italic",
    "underline",
    "strikethrough",
    "spoiler",
    "code",
    "pre",
    "blockquote",
    "expandable_blockquote",
]
UNMARKED = ["mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "new_one"]


class Ours(Bot):
    """Knows its own name without asking."""

    @property
    def bot(self) -> User:
        return User(1, "Pregonero", is_bot=True, username="pregonero_bot")


BOT = Ours("1:a")


def entity(kind: str, offset: int, length: int, **rest: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **rest}


def event(text: str, *entities: dict[str, Any], chat: str = "private", **rest: Any) -> Event:
    message = {
        "message_id": 5,
        "date": 1,
        "chat": {"id": 7, "type": chat},
        "from": {"id": 7, "is_bot": False, "first_name": "Ana"},
        "text": text,
        "entities": list(entities),
        **rest,
    }
    parsed = parse({"update_id": 1, "message": message}, BOT)
    assert parsed is not None
    return parsed


def test_offsets_count_utf16_and_spans_count_characters() -> None:
    assert event("🥐🥐 pan", entity("bold", 5, 3)).spans == (Span(3, 6, Mark.BOLD),)


@pytest.mark.parametrize("kind", MARKED)
def test_every_mark_there_is(kind: str) -> None:
    names = {"strikethrough": "strike", "pre": "block", "blockquote": "quote", "expandable_blockquote": "quote"}
    assert event("Hola", entity(kind, 0, 4)).spans == (Span(0, 4, Mark(names.get(kind, kind))),)


@pytest.mark.parametrize("kind", UNMARKED)
def test_what_is_text_gets_no_mark(kind: str) -> None:
    assert event("Hola", entity(kind, 0, 4)).spans == ()


def test_what_a_mark_leads_to_or_speaks_is_its_value() -> None:
    told = event("a b", entity("text_link", 0, 1, url="https://a.es/"), entity("pre", 2, 1, language="python"))
    assert told.spans == (Span(0, 1, Mark.LINK, "https://a.es/"), Span(2, 3, Mark.BLOCK, "python"))


def test_people_without_a_name_and_custom_emoji_stay_as_words() -> None:
    user = {"id": 9, "is_bot": False, "first_name": "Eva"}
    told = event("Eva 🥐", entity("text_mention", 0, 3, user=user), entity("custom_emoji", 4, 2, custom_emoji_id="5"))
    assert (told.text, told.spans) == ("Eva 🥐", ())


@pytest.mark.parametrize(
    ("offset", "length", "spans"),
    [(-3, 5, (0, 2)), (2, 99, (2, 4)), (9, 3, None), (2, 0, None), (3, -2, None), ("1", 2, None), (1, None, None)],
)
def test_what_lies_outside_is_cut_off_or_left_out(offset: Any, length: Any, spans: tuple[int, int] | None) -> None:
    found = event("Hola", entity("bold", offset, length)).spans
    assert found == (() if spans is None else (Span(*spans, Mark.BOLD),))


def test_half_of_a_character_is_not_marked() -> None:
    assert event("🥐a", entity("bold", 1, 1)).spans == ()
    assert event("🥐a", entity("bold", 1, 2)).spans == (Span(1, 2, Mark.BOLD),)


@given(
    st.text(st.sampled_from("a🥐 \n@"), min_size=1, max_size=12),
    st.lists(
        st.builds(entity, st.sampled_from([*MARKED, *UNMARKED]), st.integers(-3, 20), st.integers(-3, 20)), max_size=6
    ),
)
def test_any_entities_are_well_nested(text: str, entities: list[dict[str, Any]]) -> None:
    told = event(text, *entities)
    assert told.text == text
    assert told.spans == nest(told.spans, len(text))


def test_a_command_shifts_them() -> None:
    told = event("/borrador@pregonero_bot  🥐 pan", entity("bold", 25, 6), entity("bot_command", 0, 23))
    assert (told.kind, told.command, told.text) == (Kind.COMMAND, "borrador", "🥐 pan")
    assert told.spans == (Span(0, 5, Mark.BOLD),)


def test_the_name_of_the_bot_in_a_group_shifts_them() -> None:
    told = event("🥐 @pregonero_bot pan @Pregonero_Bot", entity("bold", 18, 3), entity("italic", 0, 36), chat="group")
    assert (told.text, told.mentioned) == ("🥐  pan", True)
    assert told.spans == (Span(0, 6, Mark.ITALIC), Span(3, 6, Mark.BOLD))


def test_a_caption_and_the_message_that_is_answered_have_theirs() -> None:
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]
    answered = {"message_id": 4, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "Hola"}
    answered["entities"] = [entity("italic", 0, 2)]
    told = event("", photo=photo, caption="Pan", caption_entities=[entity("bold", 0, 3)], reply_to_message=answered)
    assert (told.text, told.spans) == ("Pan", (Span(0, 3, Mark.BOLD),))
    assert told.replied_wording.spans == (Span(0, 2, Mark.ITALIC),)
    assert told.wording.text == "Pan"
