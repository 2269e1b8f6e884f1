"""The person's side: what is written and tapped reaches the bot, what the bot does is seen."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import telegram as ptb
from telegram.error import BadRequest

from bot.sandbox.chats import Chat, User
from bot.sandbox.phone import Phone
from bot.sandbox.refusal import Refused
from bot.sandbox.telegram import SandboxTelegram

TOO_OLD = "Query is too old and response timeout expired or query id is invalid"
ROW = [
    ptb.InlineKeyboardButton("Aprobar", callback_data="v1|ok"),
    ptb.InlineKeyboardButton("Ver", url="https://pan.es/x"),
    ptb.InlineKeyboardButton("Copiar", copy_text=ptb.CopyTextButton("PAN")),
]
BUTTONS = ptb.InlineKeyboardMarkup([ROW])


async def _only(bot: ptb.Bot) -> ptb.Update:
    [update] = await bot.get_updates(offset=-1)
    return update


async def test_a_command_arrives_with_its_mark_and_sender(bot: ptb.Bot, phone: Phone) -> None:
    sent = await phone.send("/start inv_7")
    message = (await _only(bot)).message
    assert message is not None
    assert message.from_user is not None
    assert (message.message_id, message.text) == (sent.id, "/start inv_7")
    assert list(message.parse_entities(["bot_command"]).values()) == ["/start"]
    assert (message.from_user.id, message.from_user.first_name, message.from_user.language_code) == (42, "Ana", "es")


async def test_an_answer_carries_what_it_answers(bot: ptb.Bot, phone: Phone) -> None:
    question = await bot.send_message(42, "¿Título?")
    await phone.send("Pan", reply_to=question.message_id)
    message = (await _only(bot)).message
    assert message is not None
    assert message.reply_to_message is not None
    assert message.reply_to_message.message_id == question.message_id


@pytest.mark.parametrize(
    ("source", "kind"),
    [
        ("Alguien", "hidden_user"),
        (User(9, "Luis"), "user"),
        (Chat(-1009, "channel", "Noticias"), "channel"),
        (Chat(-1008, "supergroup", "Barrio"), "chat"),
    ],
)
async def test_a_forwarded_message_says_from_where(bot: ptb.Bot, phone: Phone, source: Any, kind: str) -> None:
    await phone.send("mira", forward_from=source)
    message = (await _only(bot)).message
    assert message is not None
    assert message.forward_origin is not None
    assert message.forward_origin.type == kind


async def test_an_edited_message_arrives_as_one(bot: ptb.Bot, phone: Phone) -> None:
    sent = await phone.send("pna")
    await phone.edit(sent, "pan")
    edited = (await _only(bot)).edited_message
    assert edited is not None
    assert (edited.message_id, edited.text, edited.edit_date is not None) == (sent.id, "pan", True)
    assert phone.chat[0].edits == 1
    first = (await bot.get_updates()) or ()
    assert len(first) == 1


async def test_only_own_messages_can_be_edited(bot: ptb.Bot, phone: Phone) -> None:
    theirs = await bot.send_message(42, "x")
    with pytest.raises(LookupError, match="is not Ana's"):
        await phone.edit(theirs.message_id, "y")


async def test_an_album_of_the_person(bot: ptb.Bot, phone: Phone, picture: Callable[..., bytes]) -> None:
    await phone.send_photo(picture(), "Dos panes", media_group_id="7")
    await phone.send_photo(picture(300, 200), media_group_id="7")
    await phone.send_document(picture(), "foto.png", "tercera")
    messages = [update.message for update in await bot.get_updates() if update.message]
    assert [(m.media_group_id, m.caption, len(m.photo)) for m in messages] == [
        ("7", "Dos panes", 2),
        ("7", None, 1),
        (None, "tercera", 0),
    ]
    assert messages[2].document is not None
    assert messages[2].document.mime_type == "image/png"


async def test_a_caption_can_be_edited(bot: ptb.Bot, phone: Phone, picture: Callable[..., bytes]) -> None:
    sent = await phone.send_photo(picture(), "pna")
    await phone.edit(sent.id, "pan")
    edited = (await _only(bot)).edited_message
    assert edited is not None
    assert edited.caption == "pan"


async def test_a_tap_turns_until_it_is_answered(bot: ptb.Bot, phone: Phone) -> None:
    sent = await bot.send_message(42, "¿Publico?", reply_markup=BUTTONS)
    tap = await phone.tap(sent.message_id, "Aprobar")
    query = (await _only(bot)).callback_query
    assert query is not None
    assert query.message is not None
    assert (query.data, query.from_user.id, query.message.message_id) == ("v1|ok", 42, sent.message_id)
    assert (tap.answered, tap.answer) == (False, None)
    await query.answer("Ya está", show_alert=True)
    assert (await tap.until_answered(), tap.alert) == ("Ya está", True)


async def test_a_tap_by_data_and_an_answer_without_words(bot: ptb.Bot, phone: Phone) -> None:
    sent = await bot.send_message(42, "x", reply_markup=BUTTONS)
    tap = await phone.tap(sent.message_id, "v1|ok")
    await bot.answer_callback_query(tap.id)
    assert (tap.answered, tap.answer) == (True, "")


async def test_a_tap_is_answered_once_and_in_time(bot: ptb.Bot, phone: Phone, clock: Any) -> None:
    sent = await bot.send_message(42, "x", reply_markup=BUTTONS)
    tap = await phone.tap(sent.message_id, "Aprobar")
    await bot.answer_callback_query(tap.id, "uno")
    with pytest.raises(BadRequest, match=TOO_OLD):
        await bot.answer_callback_query(tap.id, "dos")
    late = await phone.tap(sent.message_id, "Aprobar")
    with pytest.raises(BadRequest, match="Message_too_long"):
        await bot.answer_callback_query(late.id, "x" * 201)
    clock.advance(seconds=61)
    with pytest.raises(BadRequest, match=TOO_OLD):
        await bot.answer_callback_query(late.id)
    with pytest.raises(AssertionError, match="«Aprobar» still turns"):
        await late.until_answered(0)
    assert tap.answer == "uno"


async def test_links_and_copies_do_not_reach_the_bot(bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram) -> None:
    sent = await bot.send_message(42, "x", reply_markup=BUTTONS)
    opened = await phone.tap(sent.message_id, "Ver")
    copied = await phone.tap(sent.message_id, "Copiar")
    assert (opened.opens, opened.answered, copied.answered) == ("https://pan.es/x", True, True)
    assert sandbox.updates == []


async def test_the_bot_may_open_a_link_in_answer(bot: ptb.Bot, phone: Phone) -> None:
    sent = await bot.send_message(42, "x", reply_markup=BUTTONS)
    tap = await phone.tap(sent.message_id, "Aprobar")
    await bot.answer_callback_query(tap.id, url="https://t.me/pregonero_bot?start=x")
    assert tap.opens == "https://t.me/pregonero_bot?start=x"


async def test_what_is_not_there_cannot_be_tapped(bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram) -> None:
    sent = await bot.send_message(42, "x", reply_markup=BUTTONS)
    with pytest.raises(LookupError, match=r"no button «Omitir» on message \d+: \['Aprobar', 'Ver', 'Copiar'\]"):
        await phone.tap(sent.message_id, "Omitir")
    other = sandbox.phone(43, "Eva")
    with pytest.raises(LookupError, match="Eva sees no message"):
        await other.tap(sent.message_id, "Aprobar")
    await phone.delete(sent.message_id)
    with pytest.raises(LookupError, match="Ana sees no message"):
        await phone.tap(sent.message_id, "Aprobar")
    assert sandbox.updates == []


async def test_a_deleted_message_is_gone_for_the_bot(bot: ptb.Bot, phone: Phone) -> None:
    sent = await bot.send_message(42, "x")
    await phone.delete(sent.message_id)
    with pytest.raises(BadRequest, match=r"^Message to edit not found$"):
        await bot.edit_message_text("y", 42, sent.message_id)


async def test_waiting_for_what_comes(bot: ptb.Bot, phone: Phone) -> None:
    waiting = asyncio.create_task(phone.until(lambda chat: next((m for m in chat if m.text == "✅"), None)))
    sent = await bot.send_message(42, "⏳")
    await bot.edit_message_text("✅", 42, sent.message_id)
    assert (await waiting).id == sent.message_id


async def test_waiting_in_vain_shows_the_chat(bot: ptb.Bot, phone: Phone) -> None:
    asked = await phone.send("/aprobar")
    sent = await bot.send_message(
        42,
        "⏳",
        reply_markup=BUTTONS,
        disable_notification=True,
        reply_parameters=ptb.ReplyParameters(asked.id),
    )
    await bot.edit_message_text("✅", 42, sent.message_id, reply_markup=BUTTONS)
    with pytest.raises(AssertionError) as vain:
        await phone.until(lambda chat: len(chat) == 3, timeout=0)
    assert str(vain.value) == (
        "not within 0 s:\n"
        f"#{asked.id} Ana: /aprobar\n"
        f"#{sent.message_id} Pregonero (reply to #{asked.id}, edited 1, silent): ✅\n"
        "    [Aprobar] [Ver] [Copiar]"
    )


async def test_a_transcript_names_media(phone: Phone, picture: Callable[..., bytes]) -> None:
    assert phone.transcript() == "(nothing here)"
    photo = await phone.send_photo(picture(), "pan")
    paper = await phone.send_document(b"x", "a.csv")
    assert phone.transcript() == f"#{photo.id} Ana: [photo] pan\n#{paper.id} Ana: [a.csv] "


async def test_a_group_with_two_people(bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram) -> None:
    team = sandbox.group(-1001, "Equipo")
    eva = sandbox.phone(43, "Eva")
    await phone.send("@pregonero_bot hola", chat=team)
    message = (await _only(bot)).message
    assert message is not None
    assert (message.chat.type, message.chat.title, message.chat.id) == ("supergroup", "Equipo", -1001)
    sent = await bot.send_message(-1001, "¿Publico?", reply_markup=BUTTONS)
    tap = await eva.tap(sent.message_id, "Aprobar")
    assert tap.user.first_name == "Eva"
    assert [m.text for m in eva.read(team)] == ["@pregonero_bot hola", "¿Publico?"]
    assert await eva.until(len, chat=team) == 2
    assert eva.transcript(team).startswith("#101 Ana: @pregonero_bot hola")
    assert (phone.chat, eva.chat) == ([], [])
    with pytest.raises(ValueError, match="negative"):
        sandbox.group(1, "x")
    assert sandbox.group(-5, "Casa").kind == "group"


async def test_two_phones_of_one_person(bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram) -> None:
    second = sandbox.phone(42, "Ana")
    sent = await bot.send_message(42, "x", reply_markup=BUTTONS)
    await phone.tap(sent.message_id, "Aprobar")
    await second.tap(sent.message_id, "Aprobar")
    assert second.chat == phone.chat
    assert [u.callback_query.from_user.id for u in await bot.get_updates() if u.callback_query] == [42, 42]


async def test_what_a_phone_would_not_send(phone: Phone, sandbox: SandboxTelegram) -> None:
    for text in ("", "  ", "x" * 4097):
        with pytest.raises(ValueError, match="sen"):
            await phone.send(text)
    with pytest.raises(Refused, match="IMAGE_PROCESS_FAILED"):
        await phone.send_photo(b"no picture")
    with pytest.raises(ValueError, match="at most 1024"):
        await phone.send_document(b"x", "a", "x" * 1025)
    assert (phone.chat, sandbox.updates) == ([], [])


async def test_marks_arrive_beside_those_that_are_found(bot: ptb.Bot, phone: Phone) -> None:
    sent = await phone.send(" 🥐 pan #hoy", entities=[{"type": "bold", "offset": 4, "length": 3}])
    message = (await _only(bot)).message
    assert message is not None
    assert {each.type: text for each, text in message.parse_entities().items()} == {"bold": "pan", "hashtag": "#hoy"}
    await phone.edit(sent, "pan", entities=[{"type": "code", "offset": 0, "length": 3}])
    assert [each.type for each in (await _only(bot)).edited_message.entities] == ["code"]  # type: ignore[union-attr] # it is one
    with pytest.raises(Refused, match="ends after the end"):
        await phone.send("pan", entities=[{"type": "bold", "offset": 0, "length": 4}])


async def test_every_change_has_a_number(bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram) -> None:
    before = sandbox.state.changes.revision
    await phone.send("hola")
    assert sandbox.state.changes.revision > before
