"""Duplicates are noticed before approval: what this account got in the last weeks, or is going to get."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.chats import Message
from fakes.pictures import picture
from fakes.planning import APPROVE, OTHER, TEXT, scheduled, shows
from fakes.stage import Act, Stage, newer, settled, spoken, staged

WARNING = "⚠️"
DAY = timedelta(days=1).total_seconds()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


async def published(act: Act, text: str = TEXT) -> Message:
    card = await act.draft(text)
    await act.phone.tap(card, APPROVE)
    await act.phone.until(
        lambda _: any(sign in card.text for sign in ("🎉", "🧪 ")) and APPROVE not in card.labels, 10.0
    )
    await settled(act)
    return card


def warnings(card: Message) -> list[str]:
    return [line.strip() for line in card.text.splitlines() if WARNING in line]


async def test_the_same_words_are_noticed_with_day_and_link_and_can_go_all_the_same(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        await published(act)
        act.advance(3 * DAY)
        card = await act.draft(f"¡{TEXT.upper()}! 🥖 #panadería")
        assert warnings(card) == ["⚠️ ya publicaste esto el sábado ver"] * 2
        [x] = stage.x.posts("2001")
        assert x.permalink in str(card.said.entities)
        await act.phone.tap(card, APPROVE)
        await shows(act, card, "🎉")
        assert len(act.public()["facebook"]) == 2


async def test_nearly_the_same_is_said_to_be_so_and_something_else_is_not_mentioned(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        await published(act)
        nearly = await act.draft(TEXT.replace("espelta", "espletla").replace("espletla", "espeltta"))
        assert warnings(nearly) == ["⚠️ ya publicaste algo casi igual hoy ver"] * 2
        assert warnings(await act.draft(TEXT.replace("espelta", "centeno"))) == []
        assert warnings(await act.draft(TEXT.replace("8", "9"))) == []


async def test_only_the_account_that_got_it_is_warned_of(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(TEXT)
        await act.phone.send(f"x: {OTHER}", reply_to=card)
        card = await newer(act, card, "LIVE", OTHER)
        await act.phone.tap(card, APPROVE)
        await shows(act, card, "🎉")
        again = await act.draft(OTHER)
        [warning] = warnings(again)
        lines = [line.strip() for line in again.text.splitlines()]
        assert "X" in lines[lines.index(warning) - 1]


async def test_what_is_planned_is_in_the_queue_already(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        await scheduled(act)
        assert warnings(await act.draft(TEXT)) == ["⚠️ ya está en cola para mañana a las 9:00"] * 2
        act.advance(-60)


async def test_after_a_month_it_is_news_again(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        await published(act)
        act.advance(29 * DAY)
        assert warnings(await act.draft(TEXT)) == ["⚠️ ya publicaste esto el 21 de noviembre ver"] * 2
        act.advance(2 * DAY)
        assert warnings(await act.draft(TEXT)) == []


async def test_a_rehearsal_does_not_count(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, "🧪 Simular")
        await shows(act, card, "ENSAYO")
        await act.phone.tap(card, APPROVE)
        await act.says("🧪", "Facebook")
        await settled(act)
        assert warnings(await act.draft(TEXT)) == []


async def test_in_the_sandbox_what_was_simulated_counts(stage: Stage) -> None:
    stage.overrides |= {"mode": "sandbox", "simulator": {"failure_rate": 0}}
    async with stage.play("facebook", "twitter") as act:
        await published(act)
        assert len(warnings(await act.draft(TEXT))) == 2


async def test_pictures_without_words_are_compared(stage: Stage) -> None:
    async with stage.play("instagram") as act:
        for colour, expected in (("peru", 0), ("teal", 0), ("peru", 1)):
            sent = await act.phone.send_photo(picture(800, 800, colour=colour), "🥖🥖")
            card = await act.card_of(sent)
            assert len(warnings(card)) == expected
            await act.phone.tap(card, APPROVE)
            await shows(act, card, "🎉")
            await settled(act)


async def test_a_long_text_is_compared_as_the_thread_it_became(stage: Stage) -> None:
    text = " ".join(f"Esta es la frase número {n} de un aviso bastante largo." for n in range(1, 15))
    async with stage.play("twitter") as act:
        await published(act, text)
        assert warnings(await act.draft(text)) == ["⚠️ ya publicaste esto hoy ver"]


async def test_what_was_reworded_counts_with_its_new_words(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        detail = "You are not permitted to perform this action."
        refusal = {"title": "Forbidden", "detail": detail, "type": "about:blank", "status": 403}
        stage.x.fault("POST /2/tweets", "error", status=403, body=refusal)
        card = await act.draft(TEXT)
        await act.phone.tap(card, APPROVE)
        await act.phone.until(lambda _: "🔁 Reintentar" in card.labels)
        await act.phone.tap(card, "✏️ Editar")
        asked = await newer(act, card, "Escríbeme el texto nuevo")
        await act.phone.send(OTHER)
        shown = await newer(act, asked, OTHER)
        await act.phone.tap(shown, "📣 Publicar así en X")
        await shows(act, card, "🎉")
        await settled(act)
        assert warnings(await act.draft(OTHER)) == ["⚠️ ya publicaste esto hoy ver"]
        assert warnings(await act.draft(TEXT)) == []


async def test_the_card_that_is_approved_is_the_one_that_was_shown_whatever_was_said_before(stage: Stage) -> None:
    async with stage.play("instagram") as act:
        first, second = await act.draft(TEXT), await act.draft(TEXT)
        for card in (first, second):
            await act.phone.tap(card, APPROVE)
            await act.phone.until(lambda _, card=card: APPROVE not in card.labels)
            await settled(act)
        assert act.public()["instagram"] == [TEXT, TEXT]
        assert not any("ha cambiado" in message.text for message in spoken(act))


async def test_in_english(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await act.phone.send("/language en")
        await act.says("English")
        sent = await act.phone.send(TEXT)
        card = (await act.phone.until(lambda chat: [m for m in chat if m.from_bot and m.reply_to == sent.id], 10.0))[-1]
        await act.phone.tap(card, "✅ Approve")
        await shows(act, card, "🎉")
        await settled(act)
        sent = await act.phone.send(TEXT)
        card = (await act.phone.until(lambda chat: [m for m in chat if m.from_bot and m.reply_to == sent.id], 10.0))[-1]
        assert warnings(card) == ["⚠️ you published this today see"]
