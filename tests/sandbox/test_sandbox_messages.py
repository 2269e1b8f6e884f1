"""Sending, editing and deleting, through the real library."""

from collections.abc import Callable
from typing import Any

import pytest
import telegram as ptb
from telegram.error import BadRequest, Forbidden

from bot.sandbox.phone import Phone
from bot.sandbox.telegram import SandboxTelegram

NOT_MODIFIED = (
    "Message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


def _buttons(*labels: str) -> ptb.InlineKeyboardMarkup:
    return ptb.InlineKeyboardMarkup(
        [[ptb.InlineKeyboardButton(label, callback_data=f"v1|{label}")] for label in labels]
    )


async def test_the_bot_knows_itself(bot: ptb.Bot, sandbox: SandboxTelegram) -> None:
    assert (bot.id, bot.username, bot.first_name) == (sandbox.state.bot.id, "pregonero_bot", "Pregonero")


async def test_a_message_arrives_on_the_phone(bot: ptb.Bot, phone: Phone) -> None:
    sent = await bot.send_message(
        42, "<b>Hola</b> 🥖 /ayuda", parse_mode="HTML", reply_markup=_buttons("Sí", "No"), disable_notification=True
    )
    [shown] = phone.chat
    assert (shown.id, shown.text, shown.labels, shown.silent, shown.from_bot) == (
        sent.message_id,
        "Hola 🥖 /ayuda",
        ["Sí", "No"],
        True,
        True,
    )
    assert sent.parse_entities() == {sent.entities[0]: "Hola", sent.entities[1]: "/ayuda"}
    assert sent.reply_markup == _buttons("Sí", "No")
    assert sent.chat.type == "private"
    assert sent.chat.first_name == "Ana"


async def test_ids_and_dates_grow(bot: ptb.Bot, phone: Phone, clock: Any) -> None:
    first = await bot.send_message(42, "uno")
    clock.advance(seconds=3)
    second = await bot.send_message(42, "dos")
    assert second.message_id > first.message_id
    assert (second.date - first.date).total_seconds() == 3


async def test_entities_instead_of_markup(bot: ptb.Bot, phone: Phone) -> None:
    link = ptb.MessageEntity("text_link", 0, 3, url="https://pan.es")
    await bot.send_message(42, "pan", entities=[link])
    assert phone.chat[0].entities == ({"type": "text_link", "offset": 0, "length": 3, "url": "https://pan.es"},)


async def test_an_answer_shows_what_it_answers(bot: ptb.Bot, phone: Phone) -> None:
    question = await phone.send("¿Qué tal?")
    sent = await bot.send_message(42, "Bien", reply_parameters=ptb.ReplyParameters(question.id))
    assert phone.chat[-1].reply_to == question.id
    assert sent.reply_to_message is not None
    assert sent.reply_to_message.text == "¿Qué tal?"


async def test_an_answer_to_nothing_is_refused_unless_allowed(bot: ptb.Bot, phone: Phone) -> None:
    with pytest.raises(BadRequest, match=r"^Message to be replied not found$"):
        await bot.send_message(42, "Bien", reply_parameters=ptb.ReplyParameters(9999))
    await bot.send_message(42, "Bien", reply_parameters=ptb.ReplyParameters(9999, allow_sending_without_reply=True))
    assert [(m.text, m.reply_to) for m in phone.chat] == [("Bien", None)]


async def test_a_question_that_waits_for_its_answer(bot: ptb.Bot, phone: Phone) -> None:
    await bot.send_message(42, "¿Título?", reply_markup=ptb.ForceReply(input_field_placeholder="Título"))
    assert phone.chat[0].asks == {"force_reply": True, "input_field_placeholder": "Título"}


async def test_other_keyboards_are_kept_as_they_came(bot: ptb.Bot, phone: Phone) -> None:
    await bot.send_message(42, "a", reply_markup=ptb.ReplyKeyboardMarkup([["Sí"]], resize_keyboard=True))
    await bot.send_message(42, "b", reply_markup=ptb.ReplyKeyboardRemove())
    assert phone.chat[0].asks["keyboard"] == [[{"text": "Sí"}]]
    assert phone.chat[1].asks == {"remove_keyboard": True}


async def test_link_and_copy_buttons(bot: ptb.Bot, phone: Phone) -> None:
    row = [
        ptb.InlineKeyboardButton("Abrir", url="https://pan.es"),
        ptb.InlineKeyboardButton("Copiar", copy_text=ptb.CopyTextButton("PAN10")),
        ptb.InlineKeyboardButton("Aprobar", callback_data="ok", style="success"),
    ]
    sent = await bot.send_message(42, "x", reply_markup=ptb.InlineKeyboardMarkup([row]))
    opened, copied, approve = phone.chat[0].buttons[0]
    assert (opened.url, copied.copies, approve.style) == ("https://pan.es", "PAN10", "success")
    assert sent.reply_markup == ptb.InlineKeyboardMarkup([row])


async def test_link_preview_options_are_kept(bot: ptb.Bot, phone: Phone) -> None:
    sent = await bot.send_message(42, "https://pan.es", link_preview_options=ptb.LinkPreviewOptions(is_disabled=True))
    assert phone.chat[0].preview == {"is_disabled": True}
    assert sent.link_preview_options is not None


async def test_chats_the_bot_cannot_see(bot: ptb.Bot, sandbox: SandboxTelegram) -> None:
    with pytest.raises(BadRequest, match=r"^Chat not found$"):
        await bot.send_message(77, "x")
    stranger = sandbox.phone(78, "Eva", met=False)
    with pytest.raises(BadRequest, match=r"^Chat not found$"):
        await bot.send_message(78, "x")
    await stranger.send("/start")
    await bot.send_message(78, "Hola")
    assert [m.text for m in stranger.chat] == ["/start", "Hola"]


async def test_a_photo_with_caption_and_buttons(bot: ptb.Bot, phone: Phone, picture: Callable[..., bytes]) -> None:
    data = picture(640, 480)
    sent = await bot.send_photo(42, data, caption="<i>Pan</i>", parse_mode="HTML", reply_markup=_buttons("Sí"))
    [shown] = phone.chat
    assert (shown.text, shown.labels, shown.photo[-1].data) == ("Pan", ["Sí"], data)
    assert [(size.width, size.height) for size in sent.photo] == [(320, 240), (640, 480)]
    assert (sent.caption, sent.caption_entities[0].type) == ("Pan", "italic")


async def test_a_photo_is_made_a_jpeg_of_bounded_size(
    bot: ptb.Bot, phone: Phone, picture: Callable[..., bytes]
) -> None:
    sent = await bot.send_photo(42, picture(3000, 1500, "PNG"))
    assert (sent.photo[-1].width, sent.photo[-1].height) == (2560, 1280)
    assert phone.chat[0].photo[-1].data.startswith(b"\xff\xd8")


async def test_a_photo_again_by_its_id(bot: ptb.Bot, phone: Phone, picture: Callable[..., bytes]) -> None:
    first = await bot.send_photo(42, picture())
    again = await bot.send_photo(42, first.photo[0].file_id)
    assert again.photo == first.photo


async def test_a_document_keeps_its_name_and_bytes(bot: ptb.Bot, phone: Phone) -> None:
    sent = await bot.send_document(42, b"a;b\n", filename="bitacora.csv", caption="Todo")
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.mime_type, sent.caption) == ("bitacora.csv", "text/csv", "Todo")
    again = await bot.send_document(42, sent.document.file_id)
    assert again.document == sent.document
    assert phone.chat[1].document is not None
    assert phone.chat[1].document.data == b"a;b\n"


async def test_files_come_back_as_they_were_sent(bot: ptb.Bot, phone: Phone, picture: Callable[..., bytes]) -> None:
    data = picture()
    message = await phone.send_photo(data, "mira")
    [update] = await bot.get_updates()
    assert update.message is not None
    assert update.message.photo[-1].file_id == message.photo[-1].id
    file = await bot.get_file(update.message.photo[-1].file_id)
    assert file.file_size == len(data)
    assert bytes(await file.download_as_bytearray()) == data


async def test_a_large_file_comes_back(bot: ptb.Bot, phone: Phone) -> None:
    data = bytes(range(256)) * 8 * 1024
    message = await phone.send_document(data, "clip.mp4")
    assert message.document is not None
    assert bytes(await (await bot.get_file(message.document.id)).download_as_bytearray()) == data


async def test_a_file_of_more_than_20_megabytes_cannot_be_fetched(bot: ptb.Bot, phone: Phone) -> None:
    message = await phone.send_document(b"\0" * (20 * 1024 * 1024 + 1), "largo.mp4")
    assert message.document is not None
    with pytest.raises(BadRequest, match=r"^File is too big$"):
        await bot.get_file(message.document.id)
    with pytest.raises(BadRequest, match=r"^Invalid file_id$"):
        await bot.get_file("nothing")


async def test_an_album(bot: ptb.Bot, phone: Phone, picture: Callable[..., bytes]) -> None:
    media = [
        ptb.InputMediaPhoto(picture(400, 300), caption="<b>Dos</b>", parse_mode="HTML"),
        ptb.InputMediaPhoto(picture()),
    ]
    sent = await bot.send_media_group(42, media)
    assert len({message.media_group_id for message in sent}) == 1
    assert [message.text for message in phone.chat] == ["Dos", ""]
    assert [message.photo[-1].width for message in phone.chat] == [400, 640]
    again = await bot.send_media_group(42, [ptb.InputMediaPhoto(message.photo[-1].file_id) for message in sent])
    assert again[0].media_group_id != sent[0].media_group_id
    files = await bot.send_media_group(42, [ptb.InputMediaDocument(b"1"), ptb.InputMediaDocument(b"2")])
    assert [m.document is not None for m in files] == [True, True]


async def test_a_message_edited_in_place(bot: ptb.Bot, phone: Phone) -> None:
    sent = await bot.send_message(42, "⏳", reply_markup=_buttons("Parar"))
    edited = await bot.edit_message_text("✅ <b>Listo</b>", 42, sent.message_id, parse_mode="HTML")
    [shown] = phone.chat
    assert (shown.text, shown.labels, shown.edits) == ("✅ Listo", [], 1)
    assert isinstance(edited, ptb.Message)
    assert edited.edit_date is not None


async def test_only_the_buttons_change(bot: ptb.Bot, phone: Phone) -> None:
    sent = await bot.send_message(42, "¿Publico?", reply_markup=_buttons("Sí"))
    await bot.edit_message_reply_markup(42, sent.message_id, reply_markup=_buttons("Sí", "No"))
    assert phone.chat[0].labels == ["Sí", "No"]
    await bot.edit_message_reply_markup(42, sent.message_id)
    assert (phone.chat[0].text, phone.chat[0].labels) == ("¿Publico?", [])


async def test_a_caption_changes(bot: ptb.Bot, phone: Phone, picture: Callable[..., bytes]) -> None:
    sent = await bot.send_photo(42, picture(), caption="antes")
    await bot.edit_message_caption(42, sent.message_id, caption="después", reply_markup=_buttons("Sí"))
    assert (phone.chat[0].text, phone.chat[0].labels) == ("después", ["Sí"])
    with pytest.raises(BadRequest, match=r"^There is no text in the message to edit$"):
        await bot.edit_message_text("x", 42, sent.message_id)
    words = await bot.send_message(42, "x")
    with pytest.raises(BadRequest, match=r"^There is no caption in the message to edit$"):
        await bot.edit_message_caption(42, words.message_id, caption="y")


async def test_an_edit_that_changes_nothing_is_refused(
    bot: ptb.Bot, phone: Phone, picture: Callable[..., bytes]
) -> None:
    sent = await bot.send_message(42, "<b>igual</b>", parse_mode="HTML", reply_markup=_buttons("Sí"))
    bold = ptb.MessageEntity("bold", 0, 5)
    with pytest.raises(BadRequest, match=NOT_MODIFIED):
        await bot.edit_message_text(
            " igual ", 42, sent.message_id, entities=[ptb.MessageEntity("bold", 1, 5)], reply_markup=_buttons("Sí")
        )
    with pytest.raises(BadRequest, match=NOT_MODIFIED):
        await bot.edit_message_reply_markup(42, sent.message_id, reply_markup=_buttons("Sí"))
    photo = await bot.send_photo(42, picture(), caption="c")
    with pytest.raises(BadRequest, match=NOT_MODIFIED):
        await bot.edit_message_caption(42, photo.message_id, caption="c")
    assert [message.edits for message in phone.chat] == [0, 0]
    await bot.edit_message_text("igual", 42, sent.message_id, entities=[bold])
    assert phone.chat[0].edits == 1


async def test_what_is_gone_cannot_be_edited(bot: ptb.Bot, phone: Phone) -> None:
    sent = await bot.send_message(42, "x")
    await bot.delete_message(42, sent.message_id)
    assert phone.chat == []
    with pytest.raises(BadRequest, match=r"^Message to edit not found$"):
        await bot.edit_message_text("y", 42, sent.message_id)
    with pytest.raises(BadRequest, match=r"^Message to delete not found$"):
        await bot.delete_message(42, sent.message_id)


async def test_only_own_messages_are_edited(bot: ptb.Bot, phone: Phone) -> None:
    message = await phone.send("hola")
    with pytest.raises(BadRequest, match=r"^Message can't be edited$"):
        await bot.edit_message_text("y", 42, message.id)


async def test_deleting_has_its_rules(bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram, clock: Any) -> None:
    secret = await phone.send("mi token")
    await bot.delete_message(42, secret.id)
    assert phone.chat == []
    team = sandbox.group(-1001, "Equipo")
    theirs = await phone.send("hola", chat=team)
    with pytest.raises(BadRequest, match=r"^Message can't be deleted$"):
        await bot.delete_message(team.id, theirs.id)
    old = await bot.send_message(42, "x")
    clock.advance(hours=49)
    with pytest.raises(BadRequest, match=r"^Message can't be deleted for everyone$"):
        await bot.delete_message(42, old.message_id)


async def test_a_reaction_acknowledges(bot: ptb.Bot, phone: Phone) -> None:
    message = await phone.send("hola")
    await bot.set_message_reaction(42, message.id, "👀")
    assert message.reaction == "👀"
    await bot.set_message_reaction(42, message.id)
    assert message.reaction is None
    with pytest.raises(BadRequest, match=r"^Reaction_invalid$"):
        await bot.set_message_reaction(42, message.id, "🥖")
    with pytest.raises(BadRequest, match=r"^Reactions_too_many$"):
        await bot.set_message_reaction(42, message.id, ["👀", "👍"])
    with pytest.raises(BadRequest, match=r"^Message to react not found$"):
        await bot.set_message_reaction(42, 9999, "👀")


async def test_typing_shows_until_the_next_message(bot: ptb.Bot, phone: Phone) -> None:
    await bot.send_chat_action(42, "typing")
    assert phone.home.action == "typing"
    await bot.send_message(42, "ya")
    assert phone.home.action is None
    with pytest.raises(BadRequest, match=r"^Wrong parameter action in request$"):
        await bot.send_chat_action(42, "dancing")


async def test_what_a_chat_is(bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram) -> None:
    private = await bot.get_chat(42)
    assert (private.type, private.first_name, private.username) == ("private", "Ana", "ana_pan")
    sandbox.group(-1005, "Equipo")
    assert (await bot.get_chat(-1005)).title == "Equipo"
    with pytest.raises(BadRequest, match=r"^Chat not found$"):
        await bot.get_chat("@nobody_here")


async def test_the_menu(bot: ptb.Bot, sandbox: SandboxTelegram) -> None:
    await bot.set_my_commands([("aprobar", "Aprobar")])
    await bot.set_my_commands([("ayuda", "Help")], language_code="en", scope=ptb.BotCommandScopeAllPrivateChats())
    assert [c.command for c in await bot.get_my_commands()] == ["aprobar"]
    english = await bot.get_my_commands(scope=ptb.BotCommandScopeAllPrivateChats(), language_code="en")
    assert [c.description for c in english] == ["Help"]
    for commands, reason in (
        ([("Aprobar", "x")], "Bot_command_invalid"),
        ([("aprobar", "")], "Bot_command_description_invalid"),
        ([("aprobar", "x")] * 101, "Bot_commands_too_much"),
    ):
        with pytest.raises(BadRequest, match=reason):
            await bot.set_my_commands(commands)


async def test_a_blocked_bot_is_a_fault(bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram) -> None:
    sandbox.fault("sendMessage", status=403, description="Forbidden: bot was blocked by the user")
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(42, "x")
    assert phone.chat == []
