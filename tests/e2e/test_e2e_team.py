"""/equipo: people come in by an invitation, get another role, and are removed at once."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.chats import Message
from bot.sandbox.phone import Phone
from bot.screen import Verb
from fakes.planning import old_tap
from fakes.stage import CARMEN, Act, Stage, newer, staged

ANA, LUIS = 9, 8
INVITATION = re.compile(r"https://t\.me/\w+\?start=(inv_[\w-]{22})")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


async def owned(act: Act) -> None:
    """Carmen is an owner by the tables: she came in with the one-time code."""
    async with act.app.store.unit() as unit:
        await unit.people.offer("K7QF-9XMD-2HJW-TR4C")
    welcome = await act.phone.send("/start K7QF-9XMD-2HJW-TR4C")
    await newer(act, welcome, "este bot es tuyo")


@pytest.fixture
async def act(stage: Stage) -> AsyncIterator[Act]:
    stage.overrides["telegram"] = {**stage.settings().telegram.model_dump(), "owners": []}
    async with stage.play("facebook") as act:
        await owned(act)
        yield act


async def says(act: Act, phone: Phone, text: str, *parts: str) -> Message:
    """What the bot answers to this on that phone."""
    return await newer(Act(act.stage, act.app, phone), await phone.send(text), *parts)


async def invited(act: Act, label: str) -> str:
    listed = await says(act, act.phone, "/equipo", "Tu equipo")
    await act.phone.tap(listed, label)
    told = await newer(act, listed, "Envía este enlace")
    found = INVITATION.search(told.text)
    assert found is not None
    return found[1]


async def joined(act: Act, person: int, name: str, label: str = "➕ Invitar a un editor") -> Phone:
    code = await invited(act, label)
    phone = act.stage.telegram.phone(person, name)
    await says(act, phone, f"/start {code}", "Carmen te ha invitado")
    return phone


async def chosen(act: Act, name: str, label: str) -> Message:
    """In /equipo: tap the name, then the button."""
    listed = await says(act, act.phone, "/equipo", "Tu equipo")
    await act.phone.tap(listed, name)
    asked = await act.phone.until(lambda chat: next((m for m in chat if m.id == listed.id and label in m.labels), None))
    await act.phone.tap(asked, label)
    return asked


async def test_an_invitation_makes_one_person_what_it_says(act: Act) -> None:
    code = await invited(act, "➕ Invitar a un editor")
    ana, luis = act.stage.telegram.phone(ANA, "Ana"), act.stage.telegram.phone(LUIS, "Luis")
    welcome = await says(act, ana, f"/start {code}", "Carmen te ha invitado")
    assert "editor" in welcome.text
    await act.says("Ana ya está en el equipo")
    await says(act, luis, f"/start {code}", "ya no vale")
    listed = await says(act, act.phone, "/equipo", "Tu equipo")
    assert "Carmen (tú): dueño" in listed.text
    assert "Ana: editor" in listed.text
    assert "Luis" not in listed.text
    await says(act, ana, "/equipo", "no te toca")


async def test_an_invitation_grows_old(act: Act) -> None:
    code = await invited(act, "➕ Invitar a un autor")
    act.stage.clock.advance(timedelta(days=7).total_seconds())
    await says(act, act.stage.telegram.phone(ANA, "Ana"), f"/start {code}", "ya no vale")


async def test_nobody_becomes_less_by_an_invitation(act: Act) -> None:
    code = await invited(act, "➕ Invitar a un autor")
    welcome = await says(act, act.phone, f"/start {code}", "te ha invitado")
    assert "dueño" in welcome.text


async def test_a_made_up_code_lets_nobody_in(act: Act) -> None:
    told = await says(act, act.stage.telegram.phone(LUIS, "Luis"), "/start inv_AAAAAAAAAAAAAAAAAAAAAA", "ya no vale")
    assert "Carmen" not in told.text


async def test_a_role_is_changed_and_counts_at_once(act: Act) -> None:
    ana = await joined(act, ANA, "Ana", "➕ Invitar a un autor")
    await says(act, ana, "/cola", "no te toca")
    await chosen(act, "Ana", "Hacer editor (prepara y aprueba)")
    await act.says("Ana: editor")
    await says(act, ana, "/cola", "No hay nada en cola")


async def test_a_second_owner_removes_the_first_at_once_with_all_she_began(act: Act) -> None:
    ana = await joined(act, ANA, "Ana", "➕ Invitar a otro dueño")
    open_code = await invited(act, "➕ Invitar a otro dueño")
    second = Act(act.stage, act.app, ana)
    await chosen(second, "Carmen", "🚪 Quitar del equipo")
    sure = await ana.until(lambda chat: next((m for m in chat if "🚪 Sí, quitar" in m.labels), None))
    await ana.tap(sure, "🚪 Sí, quitar")
    await second.until(lambda: "Carmen" not in ana.read()[-1].text)
    await says(act, act.phone, "/equipo", str(CARMEN))
    await says(act, act.stage.telegram.phone(LUIS, "Luis"), f"/start {open_code}", "ya no vale")


async def test_the_last_owner_stays(act: Act) -> None:
    await joined(act, ANA, "Ana")
    asked = await chosen(act, "Carmen", "🚪 Quitar del equipo")
    tap = old_tap(act.phone, asked, Verb.ROLE(CARMEN, "editor"))
    await act.until(lambda: tap.answered)
    assert "se quedaría sin dueño" in (tap.answer or "")
    assert "Carmen (tú): dueño" in (await says(act, act.phone, "/equipo", "Tu equipo")).text


async def test_who_the_configuration_names_is_only_changed_there(stage: Stage) -> None:
    stage.overrides["telegram"] = {**stage.settings().telegram.model_dump(), "editors": [LUIS]}
    async with stage.play("facebook") as act:
        listed = await says(act, act.phone, "/equipo", "Tu equipo")
        assert "8: editor (prepara y aprueba), puesto en la configuración" in listed.text
        assert "8" not in listed.labels
        tap = old_tap(act.phone, listed, Verb.REMOVED(LUIS))
        await act.until(lambda: tap.answered)
        assert "puesto en la configuración" in (await says(act, act.phone, "/equipo", "Tu equipo")).text
