"""/menciones: one name in a draft, a handle on each network; asked for step by step, or told in one line."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.content import fingerprint
from bot.sandbox.chats import Message
from fakes.planning import shows
from fakes.stage import Act, Stage, newer, spoken, staged

APPROVE, MENTIONS = "✅ Aprobar", "👤 Menciones"
INTRODUCE, NONE = "➕ Añadir a alguien", "No tiene"
ANA = "/menciones Ana: x=@anapan, instagram=@ana.pan"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


async def told(act: Act, text: str, *parts: str) -> Message:
    """What the bot answers to this."""
    return await newer(act, await act.phone.send(text), *parts)


async def published(act: Act, text: str) -> dict[str, list[str]]:
    card = await act.draft(text)
    await act.phone.tap(card, APPROVE)
    await act.says("🎉")
    return act.public()


# -- what networks get -------------------------------------------------------------------------------------------


async def test_each_network_calls_somebody_as_it_knows_them(stage: Stage) -> None:
    async with stage.play() as act:
        await told(act, ANA, "Ana", "@anapan", "@ana.pan")
        assert await published(act, "Con @ana, @Ana. y (@ANA) hoy; ana@pan.es no") == {
            "facebook": ["Con Ana, Ana. y (Ana) hoy; ana@pan.es no"],
            "instagram": ["Con @ana.pan, @ana.pan. y (@ana.pan) hoy; ana@pan.es no"],
            "twitter": ["Con @anapan, @anapan. y (@anapan) hoy; ana@pan.es no"],
        }


async def test_who_has_no_name_there_goes_without_sign_and_the_card_says_so(stage: Stage) -> None:
    async with stage.play() as act:
        await told(act, "/menciones Ana: x=@anapan", "@anapan")
        card = await act.draft("Con @ana hoy")
        lines = card.text.split("\n")
        assert [line for line in lines if "Ana va sin @" in line] == [line for line in lines if "Instagram ·" in line]
        assert MENTIONS in card.labels
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        assert act.public() == {
            "facebook": ["Con Ana hoy"],
            "instagram": ["Con Ana hoy"],
            "twitter": ["Con @anapan hoy"],
        }


async def test_whom_nobody_knows_is_left_as_written_and_the_card_warns_once(stage: Stage) -> None:
    async with stage.play() as act:
        card = await act.draft("Con @pepe y @luis, y otra vez @pepe")
        assert card.text.count("No sé quién es @pepe, @luis") == 1
        assert card.text.count("@pepe") == 3
        assert MENTIONS in card.labels
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        assert act.public()["facebook"] == ["Con pepe y luis, y otra vez pepe"]
        assert act.public()["twitter"] == ["Con @pepe y @luis, y otra vez @pepe"]


async def test_a_draft_that_mentions_nobody_warns_of_nothing(stage: Stage) -> None:
    async with stage.play() as act:
        card = await act.draft("Escribe a ana@pan.es o mira https://pan.es/@ana")
        assert "sé quién es" not in card.text
        assert MENTIONS not in card.labels


# -- step by step ------------------------------------------------------------------------------------------------


async def test_somebody_is_introduced_step_by_step_and_the_draft_follows(stage: Stage) -> None:
    async with stage.play() as act:
        card = await act.draft("Con @ana hoy")
        await act.phone.tap(card, MENTIONS)
        listed = await newer(act, card, "Todavía no conozco a nadie")
        await act.phone.tap(listed, INTRODUCE)
        await newer(act, listed, "¿A quién?")
        asked = await told(act, "Ana", "¿Cómo se llama Ana en Instagram?")
        asked = await told(act, "https://www.instagram.com/ana.pan/?hl=es", "¿Cómo se llama Ana en X?")
        await told(act, "@anapan", "Instagram: @ana.pan", "X: @anapan")
        after = await newer(act, asked, "LIVE", "Con @ana hoy")
        assert "sé quién es" not in after.text
        assert not card.buttons
        await act.phone.tap(after, APPROVE)
        await act.says("🎉")
        assert act.public()["twitter"] == ["Con @anapan hoy"]


async def test_the_same_in_english(stage: Stage) -> None:
    async with stage.play() as act:
        await act.phone.send("/idioma en")
        await act.says("English")
        listed = await told(act, "/mentions", "I know nobody yet")
        await act.phone.tap(listed, "➕ Add somebody")
        await newer(act, listed, "Who is it?")
        asked = await told(act, "Ana", "What is Ana called on Instagram?")
        await act.phone.tap(asked, "None there")
        await shows(act, asked, "What is Ana called on X?")
        shown = await told(act, "none", "In your drafts", "@ana", "no @, just the name")
        await act.phone.tap(shown, "🗑 Remove")
        await shows(act, shown, "Remove Ana?")
        await act.phone.tap(shown, "🗑 Yes, remove")
        await shows(act, shown, "I know nobody yet")


@pytest.mark.parametrize("typed", ["no tiene", "No", "-", ""])
async def test_who_is_not_there_is_said_by_word_or_button(stage: Stage, typed: str) -> None:
    async with stage.play() as act:
        asked = await told(act, "/menciones Ana", "¿Cómo se llama Ana en Instagram?")
        if typed:
            asked = await told(act, typed, "¿Cómo se llama Ana en X?")
        else:
            await act.phone.tap(asked, NONE)
            await shows(act, asked, "¿Cómo se llama Ana en X?")
        shown = await told(act, "@anapan", "X: @anapan")
        assert "Instagram: sin @" in shown.text


async def test_only_networks_with_an_account_are_asked_about(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        await told(act, "/menciones Ana", "¿Cómo se llama Ana en X?")
        await told(act, "anapan", "X: @anapan", "Instagram: sin @")


async def test_a_restart_amid_the_questions_loses_none(stage: Stage) -> None:
    async with stage.play() as act:
        await told(act, "/menciones Ana", "¿Cómo se llama Ana en Instagram?")
    async with stage.play() as act:
        await told(act, "@ana.pan", "¿Cómo se llama Ana en X?")
    async with stage.play() as act:
        await told(act, "@anapan", "Instagram: @ana.pan", "X: @anapan")


async def test_the_questions_can_be_left_and_what_was_said_stays(stage: Stage) -> None:
    async with stage.play() as act:
        await told(act, "/menciones Ana", "¿Cómo se llama Ana en Instagram?")
        await told(act, "@ana.pan", "¿Cómo se llama Ana en X?")
        await told(act, "/cancelar", "como estaba")
        assert "Instagram @ana.pan" in (await told(act, "/menciones", "Ana")).text
        await act.draft("anapan")


async def test_what_is_clearly_no_answer_is_a_draft(stage: Stage) -> None:
    async with stage.play() as act:
        await told(act, "/menciones Ana", "¿Cómo se llama Ana en Instagram?")
        await act.draft("Mañana abrimos a las ocho.\nCon pan de espelta.")
        await act.draft("Otro")


# -- the list ----------------------------------------------------------------------------------------------------


async def test_one_handle_is_changed_by_its_button(stage: Stage) -> None:
    async with stage.play() as act:
        await told(act, ANA, "@anapan")
        listed = await told(act, "/menciones", "Ana", "X @anapan")
        await act.phone.tap(listed, "Ana")
        await shows(act, listed, "X: @anapan")
        await act.phone.tap(listed, next(label for label in listed.labels if label.endswith("X: cambiar")))
        await shows(act, listed, "¿Cómo se llama Ana en X?")
        await told(act, "@ana_new", "X: @ana_new", "Instagram: @ana.pan")


async def test_a_removed_name_is_left_as_written_again(stage: Stage) -> None:
    async with stage.play() as act:
        await told(act, ANA, "@anapan")
        card = await act.draft("Con @ana hoy")
        asked = await told(act, "/menciones quitar ana", "¿Quito a Ana?")
        await act.phone.tap(asked, "🗑 Sí, quitar")
        await shows(act, asked, "Todavía no conozco")
        after = await newer(act, card, "LIVE", "No sé quién es @ana")
        assert not card.buttons
        assert after.id != card.id


async def test_a_button_for_somebody_who_is_gone_says_so(stage: Stage) -> None:
    async with stage.play() as act:
        shown = await told(act, ANA, "@anapan")
        asked = await told(act, "/menciones borrar ana", "¿Quito a Ana?")
        await act.phone.tap(asked, "🗑 Sí, quitar")
        await shows(act, asked, "Todavía no conozco")
        for label in [label for label in shown.labels if label != "⬅️ Volver a la lista"]:
            answer = await (await act.phone.tap(shown, label)).until_answered()
            assert answer


async def test_who_is_removed_while_being_asked_about_is_asked_about_no_more(stage: Stage) -> None:
    async with stage.play() as act:
        asked = await told(act, "/menciones Ana", "¿Cómo se llama Ana en Instagram?")
        first, second = [await told(act, "/menciones quitar ana", "¿Quito a Ana?") for _ in range(2)]
        await act.phone.tap(first, "🗑 Sí, quitar")
        await shows(act, first, "Todavía no conozco")
        for message, label in ((asked, NONE), (second, "🗑 Sí, quitar")):
            assert await (await act.phone.tap(message, label)).until_answered()
        await act.draft("@ana.pan")


async def test_telling_more_adds_and_no_takes_away(stage: Stage) -> None:
    async with stage.play() as act:
        await told(act, "/menciones Ana Pérez: x=https://x.com/anapan", "@anapérez", "X: @anapan")
        shown = await told(act, "/menciones ana pérez: ig @ana.pan; twitter=no", "ana pérez", "Instagram: @ana.pan")
        assert "X: sin @" in shown.text


# -- what makes no sense: one sentence, and nothing is changed ---------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("/menciones Ana: x=@ana pan", "«@ana pan» no parece un nombre de X"),
        ("/menciones Ana: x=@anapan, plaza=@ana", "plaza"),
        ("/menciones Ana: x=@anapan, instagram=@ana/pan/tres", "no parece un nombre de Instagram"),
        ("/menciones Ana: facebook=@ana", "En Facebook nadie se menciona"),
        ("/menciones Ana:", "Dímelo así"),
        ("/menciones Ana x=@anapan", "Dímelo así"),
        ("/menciones Ana: x", "Dímelo así"),
        ("/menciones : x=@ana", "no me sirve de nombre"),
        ("/menciones ¡¡¡", "no me sirve de nombre"),
        (f"/menciones {'a' * 61}", "no me sirve de nombre"),
        ("/menciones quitar Pepe", "No conozco a «Pepe»"),
    ],
)
async def test_what_makes_no_sense_is_answered_in_one_sentence(stage: Stage, typed: str, answer: str) -> None:
    async with stage.play() as act:
        await told(act, typed, answer)
        await told(act, "/menciones", "Todavía no conozco a nadie")


async def test_a_wrong_answer_is_asked_again(stage: Stage) -> None:
    async with stage.play() as act:
        await told(act, "/menciones Ana", "¿Cómo se llama Ana en Instagram?")
        for wrong in ("@@", "ana pan", "x" * 101, "https://instagram.com/", "https://instagram.com/p/Cx1/"):
            again = await told(act, wrong, "no parece un nombre de Instagram")
            assert again.labels == [NONE, "Dejarlo por ahora"]
        await told(act, "@ana.pan", "¿Cómo se llama Ana en X?")


async def test_a_wrong_name_is_asked_again_and_can_be_left(stage: Stage) -> None:
    async with stage.play() as act:
        listed = await told(act, "/menciones", "Todavía no conozco")
        await act.phone.tap(listed, INTRODUCE)
        await newer(act, listed, "¿A quién?")
        again = await told(act, "¡¡¡", "no me sirve de nombre")
        await act.phone.tap(again, "Dejarlo por ahora")
        await shows(act, again, "como estaba")
        await act.draft("Ana")


async def test_authors_have_no_say_in_it(stage: Stage) -> None:
    stage.overrides["telegram"] = {**stage.settings().telegram.model_dump(), "authors": [8]}
    async with stage.play() as act:
        luis = stage.telegram.phone(8, "Luis")
        await luis.send("/menciones Ana: x=@anapan")
        await luis.until(lambda chat: [m for m in chat if m.from_bot])
        await told(act, "/menciones", "Todavía no conozco a nadie")
        assert fingerprint("ana")[:16] not in str(spoken(act)[-1].buttons)
