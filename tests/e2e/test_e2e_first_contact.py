"""Who is let in: strangers, the one-time code, roles, languages and groups."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.chats import Chat, Message
from bot.sandbox.phone import Phone
from fakes.stage import PAGE, Act, Stage, heard, staged

TEXT = "Mañana abrimos a las 8 con pan de espelta recién hecho."
STRANGER, LUIS, ANA = 4242, 8, 9
CODE = re.compile(r"[A-Z2-9]{4}(?:-[A-Z2-9]{4}){3}")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


def team(stage: Stage, **people: list[int]) -> None:
    """Who the configuration names, from the next `play` on."""
    stage.overrides["telegram"] = {**stage.settings().telegram.model_dump(), **people}


async def answers(act: Act, phone: Phone) -> list[Message]:
    """Everything the bot has said to this phone, once all that was sent is handled and answered."""
    telegram, intake = act.stage.telegram, act.app.intake

    def idle() -> bool:
        arrived = intake._arrived
        handled = telegram.polling and not telegram.pending and not arrived.is_set() and bool(arrived._waiters)
        return handled and not intake._giving

    await act.until(idle)
    return [message for message in phone.chat if message.from_bot]


async def silent(act: Act, phone: Phone, group: Chat) -> bool:
    """Whether the bot leaves the last message of this group without a word."""
    await answers(act, phone)
    return not phone.read(group)[-1].from_bot


# -- strangers ---------------------------------------------------------------------------------------------------


async def test_a_stranger_gets_their_number_and_nothing_else(stage: Stage) -> None:
    texts = ["/start", "/start K7QF-9XMD-2HJW-TR4C", "Hola, ¿qué hay?", "/aprobar", "/redes", "/estado", "/cosas raras"]
    async with stage.play("facebook") as act:
        phone = stage.telegram.phone(STRANGER, "Nadie")
        for text in texts:
            await phone.send(text)
        told = await answers(act, phone)
        assert len(told) == len(texts)
        for no in told:
            assert str(STRANGER) in no.text
            assert not no.buttons
            assert not any(word in no.text for word in ("Facebook", "Panadería", "Carmen", "/"))
        async with act.app.store.view() as unit:
            assert await unit.drafts.pending(STRANGER) == []


async def test_pictures_and_edits_of_a_stranger_get_the_same_no(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        phone = stage.telegram.phone(STRANGER, "Nadie")
        await phone.send_document(b"%PDF-1.7", "menu.pdf")
        sent = await phone.send("Hola")
        await phone.edit(sent, "Adiós")
        told = await answers(act, phone)
        assert len(told) == 3
        assert all(str(STRANGER) in each.text for each in told)


async def test_the_buttons_of_someone_who_was_removed_do_nothing_but_stop_spinning(stage: Stage) -> None:
    team(stage, editors=[LUIS])
    async with stage.play("facebook") as act:
        card = await Act(stage, act.app, stage.telegram.phone(LUIS, "Luis")).draft(TEXT)
    team(stage, editors=[])
    async with stage.play("facebook") as act:
        phone = stage.telegram.phone(LUIS, "Luis")
        tap = await phone.tap(card, "✅ Aprobar")
        await tap.until_answered()
        assert str(LUIS) in (await answers(act, phone))[-1].text
        assert stage.graph.posts(PAGE) == []


# -- the one-time code -------------------------------------------------------------------------------------------


async def printed(act: Act, capsys: pytest.CaptureFixture[str]) -> str:
    heard: list[str] = []

    def code() -> re.Match[str] | None:
        heard.append(capsys.readouterr().out)
        return CODE.search("".join(heard))

    found: re.Match[str] = await act.until(code)
    return found[0]


@pytest.mark.parametrize("typed", [str, str.lower, lambda code: code.replace("-", ""), lambda code: f"  {code} "])
async def test_the_first_owner_claims_the_bot_with_the_printed_code(
    stage: Stage, capsys: pytest.CaptureFixture[str], typed: Any
) -> None:
    team(stage, owners=[])
    async with stage.play("facebook") as act:
        code = await printed(act, capsys)
        await act.phone.send(f"/start {typed(code)}")
        await act.says("tuyo")
        assert await act.draft(TEXT)


async def test_a_code_is_used_once_and_a_wrong_one_uses_nothing_up(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    team(stage, owners=[])
    async with stage.play("facebook") as act:
        code = await printed(act, capsys)
        other = stage.telegram.phone(STRANGER, "Nadie")
        await other.send("/start AAAA-BBBB-CCCC-DDDD")
        assert str(STRANGER) in (await answers(act, other))[-1].text
        await act.phone.send(f"/start {code}")
        await act.says("tuyo")
        await other.send(f"/start {code}")
        assert str(STRANGER) in (await answers(act, other))[-1].text
        async with act.app.store.view() as unit:
            assert [owner.id for owner in await unit.people.owners()] == [act.phone.user.id]
            assert await unit.people.code() is None


async def test_the_code_waits_over_a_restart_and_is_never_shown_again_once_used(
    stage: Stage, capsys: pytest.CaptureFixture[str]
) -> None:
    team(stage, owners=[])
    async with stage.play("facebook") as act:
        code = await printed(act, capsys)
    async with stage.play("facebook") as act:
        assert await printed(act, capsys) == code
        await act.phone.send(f"/start {code}")
        await act.says("tuyo")
    async with stage.play("facebook") as act:
        assert await act.draft(TEXT)
        assert not CODE.search(capsys.readouterr().out)


async def test_a_code_said_aloud_in_a_group_does_not_count(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    team(stage, owners=[])
    group = stage.telegram.group(-100200, "Obrador")
    async with stage.play("facebook") as act:
        code = await printed(act, capsys)
        await act.phone.send(f"/start {code}", chat=group)
        await answers(act, act.phone)
        async with act.app.store.view() as unit:
            assert await unit.people.owners() == []


# -- roles -------------------------------------------------------------------------------------------------------


async def test_an_author_drafts_and_is_told_that_approving_is_not_theirs(stage: Stage) -> None:
    team(stage, authors=[LUIS])
    async with stage.play("facebook") as act:
        author = Act(stage, act.app, stage.telegram.phone(LUIS, "Luis"))
        card = await author.draft(TEXT)
        tap = await author.phone.tap(card, "✅ Aprobar")
        assert "no te toca" in await tap.until_answered()
        await author.phone.send("/aprobar")
        await author.says("no te toca")
        tap = await author.phone.tap(card, "🗑 Descartar")
        assert "no te toca" in await tap.until_answered()
        await author.phone.send("/redes")
        assert stage.graph.posts(PAGE) == []
        async with act.app.store.view() as unit:
            assert len(await unit.drafts.pending(LUIS)) == 1


async def test_an_editor_approves_what_an_author_drafted_in_their_group(stage: Stage) -> None:
    team(stage, editors=[ANA], authors=[LUIS])
    group = stage.telegram.group(-100200, "Obrador")
    async with stage.play("facebook") as act:
        author, editor = stage.telegram.phone(LUIS, "Luis"), stage.telegram.phone(ANA, "Ana")
        await author.send(f"/borrador {TEXT}", chat=group)
        card = await heard(author, group, "espelta")
        no = await author.tap(card, "✅ Aprobar")
        assert "no te toca" in await no.until_answered()
        await editor.tap(card, "✅ Aprobar")
        await heard(editor, group, "🎉")
        assert act.public()["facebook"] == [TEXT]


async def test_a_right_goes_with_the_configuration_even_after_a_language_was_chosen(stage: Stage) -> None:
    team(stage, editors=[LUIS])
    async with stage.play("facebook") as act:
        editor = Act(stage, act.app, stage.telegram.phone(LUIS, "Luis"))
        await editor.phone.send("/idioma en")
        await editor.says("English")
        await editor.phone.send(TEXT)
        await editor.says("LIVE")
    team(stage, editors=[], authors=[LUIS])
    async with stage.play("facebook") as act:
        phone = stage.telegram.phone(LUIS, "Luis")
        before = len(await answers(act, phone))
        await phone.send("/aprobar")
        assert "not yours" in (await answers(act, phone))[before].text
    team(stage, authors=[])
    async with stage.play("facebook") as act:
        phone = stage.telegram.phone(LUIS, "Luis")
        before = len(await answers(act, phone))
        await phone.send("/aprobar")
        assert str(LUIS) in (await answers(act, phone))[before].text
        assert stage.graph.posts(PAGE) == []


# -- language ----------------------------------------------------------------------------------------------------


async def test_a_language_holds_for_every_later_text(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await act.phone.send("/idioma")
        asked = await act.says("idioma")
        await act.phone.tap(asked, "English")
        await act.says("I speak English")
    async with stage.play("facebook") as act:
        await act.phone.send(TEXT)
        card = await act.says("Draft", "espelta")
        tap = await act.phone.tap(card, "✅ Approve")
        done = await act.says("Published!")
        assert done.id == card.id
        assert "Publishing" in await tap.until_answered()
        await act.phone.send("/idioma ES")
        await act.says("español")
        assert await act.draft("Hoy también hay bollos")


async def test_an_unknown_language_asks_which(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await act.phone.send("/idioma klingon")
        assert set((await act.says("idioma")).labels) == {"Español", "English"}


# -- groups ------------------------------------------------------------------------------------------------------


async def test_in_a_group_the_bot_does_not_listen_to_talk(stage: Stage) -> None:
    group = stage.telegram.group(-100200, "Obrador")
    async with stage.play("facebook") as act:
        await act.phone.send("¿Quién abre mañana?", chat=group)
        assert await silent(act, act.phone, group)
        await act.phone.send("/start@otro_bot", chat=group)
        assert await silent(act, act.phone, group)
        talk = await act.phone.send("Pues Luis", chat=group)
        await act.phone.edit(talk, "Pues Ana")
        assert await silent(act, act.phone, group)


async def test_in_a_group_a_mention_a_reply_and_a_command_are_heard(stage: Stage) -> None:
    group = stage.telegram.group(-100200, "Obrador")
    async with stage.play("facebook") as act:
        await act.phone.send("/estado@Pregonero_Bot", chat=group)
        said = await heard(act.phone, group, "marcha")
        await act.phone.send("Bollos de anís, solo hoy", reply_to=said, chat=group)
        await heard(act.phone, group, "LIVE", "anís")
        await act.phone.send(f"@pregonero_bot {TEXT}", chat=group)
        assert (await heard(act.phone, group, "LIVE", "espelta")).chat is group


async def test_the_name_by_which_the_bot_was_called_is_not_published(stage: Stage) -> None:
    group = stage.telegram.group(-100200, "Obrador")
    async with stage.play("facebook") as act:
        await act.phone.send(f"@pregonero_bot {TEXT}", chat=group)
        card = await heard(act.phone, group, "LIVE", "espelta")
        await act.phone.tap(card, "✅ Aprobar")
        await heard(act.phone, group, "🎉")
        assert act.public()["facebook"] == [TEXT]


async def test_a_stranger_in_a_group_is_not_answered(stage: Stage) -> None:
    group = stage.telegram.group(-100200, "Obrador")
    async with stage.play("facebook") as act:
        await act.phone.send(f"/borrador {TEXT}", chat=group)
        card = await heard(act.phone, group, "LIVE")
        stranger = stage.telegram.phone(STRANGER, "Nadie")
        tap = await stranger.tap(card, "✅ Aprobar")
        assert not await tap.until_answered()
        await stranger.send("@pregonero_bot hola", chat=group)
        assert await silent(act, stranger, group)
        assert stranger.chat == []
        assert stage.graph.posts(PAGE) == []
