"""Accounts from the chat: a link, what is pasted, several of them, disconnecting. X is the network at the other end."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot.sandbox.chats import Message
from bot.screen import Verb
from fakes.consent import consent
from fakes.consent_rigs import APP, APP_SECRET
from fakes.planning import old_tap
from fakes.stage import Act, Stage, X, connect, free_port, newer, settled, spoken, staged
from publishers import twitter
from publishers.engine.contract import Identity
from storage import tables

TEXT = "Hoy hay empanadas de atún."
LINK = re.compile(r"https?://\S+")
AUTHORIZED = ("Autoriza X", "Conecta X")


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """X as an app that is registered, whose last page is one of ours that no phone can open."""
    async with staged(tmp_path / "data") as stage:
        port = free_port()
        stage.x.client = (APP, APP_SECRET)
        stage.x.redirect_uris = {f"http://localhost:{port}/oauth/twitter/return"}
        stage.overrides["server"] = {"port": port}
        stage.overrides["publishing"] = {"platforms": {"facebook": {"graph_url": stage.graph.url}, "twitter": x(stage)}}
        yield stage


def x(stage: Stage) -> dict[str, Any]:
    given = {"client_id": APP, "client_secret": APP_SECRET}
    return {"api_url": stage.x.url, "authorize_url": stage.x.authorize_url, **given}


async def said(act: Act, text: str, *parts: str) -> Message:
    return await newer(act, await act.phone.send(text), *parts)


async def in_place(act: Act, message: Message, label: str) -> Message:
    """The message once it has this button."""
    found = await act.phone.until(lambda chat: [m for m in chat if m.id == message.id and label in m.labels])
    return found[0]


async def opened(act: Act, name: str = "⚙️ Ajustes: X @panaderia") -> Message:
    """/redes, and in it one account."""
    listed = await said(act, "/redes", "Tus redes")
    await act.phone.tap(listed, name)
    return await in_place(act, listed, "✏️ Cambiar el nombre")


def address(message: Message) -> str:
    buttons = [button.url for row in message.buttons for button in row if button.url is not None]
    found = LINK.search(message.text)
    return buttons[0] if buttons else found[0] if found is not None else ""


async def kept(act: Act, column: Any) -> list[Any]:
    async with act.app.store.view() as unit:
        return [row[0] for row in await unit.inbox._connection.execute(select(column))]


# -- without a public address ------------------------------------------------------------------------------------


async def test_the_address_of_the_last_page_is_pasted_and_what_waited_goes_out(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        stage.x.bearers.clear()
        card = await act.draft(TEXT)
        await act.phone.tap(card, "✅ Aprobar")
        await act.until(lambda: act.public()["facebook"] == [TEXT])
        await act.says("Te necesito un momento", "El permiso ha caducado")
        link = await said(act, "/reautorizar x", "Autoriza X")
        assert "copia su dirección entera" in link.text
        answered = await consent(address(link))
        pasted = await act.phone.send(answered.location)
        asked = await newer(act, pasted, "¿La conecto?")
        assert pasted.id not in [message.id for message in act.phone.chat], "the code does not stay in the chat"
        assert answered.code not in "".join(map(str, await kept(act, tables.inbox.c.raw)))
        assert answered.code not in "".join(map(str, await kept(act, tables.inbox.c.replies)))
        await act.phone.tap(asked, "✅ Sí, conectar @panaderia")
        await act.until(lambda: act.public()["twitter"] == [TEXT])
        await settled(act)
        assert act.public()["facebook"] == [TEXT]
        assert any("está conectada" in message.text for message in spoken(act))


async def test_a_code_alone_will_do(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        answered = await consent(address(await said(act, "/reautorizar x", "Autoriza X")))
        await said(act, answered.code, "¿La conecto?")


async def test_another_text_is_a_draft_and_stays(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        await said(act, "/reautorizar x", "Autoriza X")
        card = await act.draft(TEXT)
        assert TEXT in card.text
        assert TEXT in [message.text for message in act.phone.chat]


async def test_an_answer_to_another_question_is_refused(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        first = await consent(address(await said(act, "/reautorizar x", "Autoriza X")))
        second = await said(act, "/reautorizar x", "Autoriza X")
        await said(act, first.location, "no es la respuesta")
        assert address(second)
        assert stage.x.codes, "a code that is not ours to use is not used"


async def test_another_account_is_refused_by_name(stage: Stage) -> None:
    stage.x.user("4242", "pasteleria")
    async with stage.play("twitter") as act:
        stage.x.logged_in = "4242"
        answered = await consent(address(await said(act, "/reautorizar x", "Autoriza X")))
        refused = await said(act, answered.location, "@pasteleria", "@panaderia")
        assert address(refused), "with a new link"
        async with act.app.store.view() as unit:
            assert [account.name for account in await unit.accounts.accounts()] == ["@panaderia"]


async def test_no_consent_is_one_sentence(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        answered = await consent(address(await said(act, "/reautorizar x", "Autoriza X")), allow=False)
        await said(act, answered.location, "No diste el permiso en X")


async def test_a_first_account_is_connected_from_redes(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        listed = await said(act, "/redes", "Tus redes")
        await act.phone.tap(listed, "➕ Conectar otra cuenta")
        await act.phone.tap(await in_place(act, listed, "𝕏 X"), "𝕏 X")
        answered = await consent(address(await newer(act, listed, "Conecta X")))
        asked = await said(act, answered.location, "¿La conecto?")
        await act.phone.tap(asked, "No es esa")
        await act.says("no he conectado nada")
        async with act.app.store.view() as unit:
            assert [account.platform for account in await unit.accounts.accounts()] == ["facebook"]


async def test_in_a_group_the_link_goes_to_the_one_who_asked(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        group = stage.telegram.group(-900, "Obrador")
        await act.phone.send("/reautorizar@pregonero_bot x", chat=group)
        link = await act.says("Autoriza X")
        assert address(link).startswith(stage.x.authorize_url)
        assert not [message for message in act.phone.read(group) if stage.x.authorize_url in message.text]


# -- several of one network --------------------------------------------------------------------------------------


async def two(act: Act) -> None:
    async with act.app.store.unit() as unit:
        secret = '{"user_id": "4242", "username": "pasteleria", "access_token": "x-other-token"}'
        other = Identity("4242", "@pasteleria")
        await unit.accounts.add("twitter", other, secret, expires_at=None, at=act.app.clock.now())


async def test_a_satellite_is_an_extra_target_until_new_drafts_go_there(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        await two(act)
        card = await act.draft(TEXT)
        assert "@pasteleria" in card.text
        async with act.app.store.view() as unit:
            [draft] = await unit.drafts.pending(act.phone.user.id)
            known = {account.id: account.name for account in await unit.accounts.accounts()}
        assert {known[target.account_id]: target.on for target in draft.targets} == {
            "@panaderia": True,
            "@pasteleria": False,
        }
        first = await opened(act, "⚙️ Ajustes: X @pasteleria")
        assert "satélite" in first.text
        await act.phone.tap(first, "🎯 Incluir en los borradores nuevos")
        await in_place(act, first, "⚪️ No incluir en los borradores nuevos")
        await act.phone.tap(first.id, "⭐ Hacer principal")
        await act.until(lambda: "Es la principal" in next(m for m in act.phone.chat if m.id == first.id).text)
        async with act.app.store.view() as unit:
            accounts = {account.name: account for account in await unit.accounts.accounts()}
        assert accounts["@pasteleria"].main
        assert accounts["@pasteleria"].target
        assert not accounts["@panaderia"].main


async def test_an_account_gets_another_name(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        shown = await opened(act)
        await act.phone.tap(shown, "✏️ Cambiar el nombre")
        await newer(act, shown, "¿Cómo la llamamos?")
        renamed = await said(act, "La tienda", "La tienda")
        assert "X · La tienda" in renamed.text
        card = await act.draft(TEXT)
        assert "La tienda" in card.text


# -- disconnecting -----------------------------------------------------------------------------------------------


async def test_disconnecting_gives_the_permission_back(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        listed = await said(act, "/redes", "Tus redes")
        await act.phone.tap(listed, "➕ Conectar otra cuenta")
        await act.phone.tap(await in_place(act, listed, "𝕏 X"), "𝕏 X")
        answered = await consent(address(await newer(act, listed, "Conecta X")))
        await act.phone.tap(await said(act, answered.location, "¿La conecto?"), "✅ Sí, conectar @panaderia")
        await act.says("está conectada")
        shown = await opened(act)
        await act.phone.tap(shown, "🔌 Desconectar")
        await act.phone.tap(await in_place(act, shown, "🔌 Sí, desconectar"), "🔌 Sí, desconectar")
        await act.says("ya no nos da permiso")
        assert stage.x.revoked
        listed = await said(act, "/redes", "Tus redes")
        assert "@panaderia" not in listed.text.replace("Panadería", "")
        tap = old_tap(act.phone, shown, Verb.PARTED(X))
        await act.until(lambda: tap.answered)


async def test_where_only_a_person_can_the_bot_says_so(stage: Stage) -> None:
    async with stage.play("twitter") as act:
        await connect(act.app, "facebook")
        shown = await opened(act, "⚙️ Ajustes: Facebook Panadería")
        await act.phone.tap(shown, "🔌 Desconectar")
        await act.phone.tap(await in_place(act, shown, "🔌 Sí, desconectar"), "🔌 Sí, desconectar")
        await act.says("está desconectada aquí", "Facebook")


# -- a key of one's own ------------------------------------------------------------------------------------------


async def test_a_key_is_taken_from_the_chat_and_kept_only_sealed(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def keyed(key: SecretStr) -> twitter.UserCredentials:
        return twitter.UserCredentials(user_id=X, username="panaderia", access_token=key)

    monkeypatch.setattr(twitter, "PLATFORM", replace(twitter.PLATFORM, authorize=None, keyed=keyed))
    async with stage.play("facebook") as act:
        asked = await said(act, "/reautorizar x", "Pega aquí la clave")
        wrong = await act.phone.send("una-clave-que-no-vale")
        await newer(act, wrong, "no reconoce esa clave")
        await said(act, "/reautorizar x", "Pega aquí la clave")
        typed = await act.phone.send("x-user-token")
        await newer(act, typed, "@panaderia está conectada")
        texts = [message.text for message in act.phone.chat]
        assert asked.text in texts
        assert not {"x-user-token", "una-clave-que-no-vale"} & set(texts)
        await settled(act)
        for column in (tables.inbox.c.raw, tables.inbox.c.replies, tables.linking.c.sealed_typed):
            assert "x-user-token" not in "".join(map(str, await kept(act, column)))


async def test_a_draft_is_not_mistaken_for_a_key(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    def keyed(key: SecretStr) -> twitter.UserCredentials:
        return twitter.UserCredentials(user_id=X, username="panaderia", access_token=key)

    monkeypatch.setattr(twitter, "PLATFORM", replace(twitter.PLATFORM, authorize=None, keyed=keyed))
    async with stage.play("facebook") as act:
        await said(act, "/reautorizar x", "Pega aquí la clave")
        card = await act.draft(TEXT)
        assert TEXT in card.text
