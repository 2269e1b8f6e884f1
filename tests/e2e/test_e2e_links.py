"""Links as a person meets them: words where they would be dead, visits that are counted, pages that are not there."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.courier import Courier
from bot.sandbox.chats import Message
from bot.screen import Screen
from fakes.internet import internet
from fakes.stage import Act, Stage, settled, staged
from publishers.wire.guarded import Fetched, Guarded

APPROVE = "✅ Aprobar"
LOOK = "👀 Ver por red"
UTM = {"utm": {"campaign": "otoño"}}
MARKS = "utm_source=twitter&utm_medium=social&utm_campaign=oto%C3%B1o"


def worded(stage: Stage, **words: dict[str, Any]) -> dict[str, Any]:
    """The configuration with `words` for each network."""
    stanzas: dict[str, dict[str, Any]] = {
        "facebook": {"graph_url": stage.graph.url},
        "instagram": {"graph_url": stage.graph.url},
        "twitter": {"api_url": stage.x.url},
    }
    return {"platforms": {name: {**stanza, "words": words.get(name, {})} for name, stanza in stanzas.items()}}


async def published(act: Act, card: Message) -> None:
    await act.phone.tap(card, APPROVE)
    await act.says("🎉")


async def test_where_nobody_could_tap_it_words_take_the_place_of_a_link(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.overrides = {"publishing": worded(stage)}
        async with stage.play("facebook", "instagram") as act:
            card = await act.draft("Hoy hay roscón. Reserva en https://panaderia.example/roscon")
            assert "el enlace no se podría tocar: dirá «el enlace de la bio»" in card.text
            await act.phone.tap(card, LOOK)
            await act.says("Hoy hay roscón. Reserva en el enlace de la bio")
            await published(act, card)
            assert act.public()["instagram"] == ["Hoy hay roscón. Reserva en el enlace de la bio"]
            assert act.public()["facebook"] == ["Hoy hay roscón. Reserva en https://panaderia.example/roscon"]


async def test_the_words_can_be_others_or_none(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.overrides = {"publishing": worded(stage, instagram={"dead_link": ""})}
        async with stage.play("instagram") as act:
            card = await act.draft("Reserva en https://panaderia.example/roscon")
            assert "el enlace no se podrá tocar" in card.text
            await published(act, card)
            assert act.public()["instagram"] == ["Reserva en https://panaderia.example/roscon"]


async def test_visits_are_counted_where_it_is_configured(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage:
        stage.overrides = {"publishing": worded(stage, twitter=UTM, instagram=UTM)}
        async with stage.play() as act:
            card = await act.draft("Reserva: https://panaderia.example/roscon?mesa=2#hoy")
            assert card.text.count("el enlace cuenta las visitas que llegan de aquí") == 1
            assert "💳 cuesta 0,20 USD por llevar enlace (sin él, 0,015 USD)" in card.text
            await published(act, card)
            assert act.public() == {
                "twitter": [f"Reserva: https://panaderia.example/roscon?mesa=2&{MARKS}#hoy"],
                "facebook": ["Reserva: https://panaderia.example/roscon?mesa=2#hoy"],
                "instagram": ["Reserva: enlace en la bio"],
            }


async def test_who_looks_closely_reads_what_the_preview_will_say(tmp_path: Path) -> None:
    async with staged(tmp_path, previews=True) as stage, internet() as outside:
        stage.guarded = outside.guarded
        outside.pages["/pan"] = (200, "<title>Pan de masa madre</title>")
        async with stage.play("facebook", "twitter") as act:
            card = await act.draft(f"Mira {outside.url('/pan')}")
            await act.until(lambda: outside.asked)
            await act.app.answers.fitting.previews.settle()
            assert "⚠️" not in card.text
            await act.phone.tap(card, LOOK)
            said = "🔗 La vista previa dirá: Pan de masa madre · panaderia.example"
            await act.phone.until(lambda chat: sum(said in message.text for message in chat) == 2)
            assert outside.asked == ["/pan"]


async def test_a_page_that_is_not_there_is_told_on_the_card_before_it_is_approved(tmp_path: Path) -> None:
    async with staged(tmp_path, previews=True) as stage, internet() as outside:
        stage.guarded = outside.guarded
        async with stage.play("facebook") as act:
            card = await act.draft(f"Mira {outside.url('/pna?x=1')}")
            await act.phone.until(
                lambda _: f"⚠️ El enlace no responde: panaderia.example:{outside.port}/pna (404)" in card.text
            )
            await act.phone.tap(card, LOOK)
            await act.says("⚠️ El enlace no responde", "Mira http")
            await published(act, card)  # it is said, and whoever wants to may


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (
            "http://10.0.0.7/carta",
            "⚠️ El enlace lleva a una dirección privada: nadie de fuera puede abrir 10.0.0.7/carta",
        ),
        ("https://otra.example/", "⚠️ El enlace no lleva a ninguna parte: otra.example no existe"),
    ],
)
async def test_where_nobody_gets_to_is_told_in_one_sentence(tmp_path: Path, url: str, said: str) -> None:
    async with staged(tmp_path, previews=True) as stage, internet() as outside:
        stage.guarded = outside.guarded
        async with stage.play("facebook") as act:
            card = await act.draft(f"Mira {url} y ven")
            await act.phone.until(lambda _: said in card.text)
            assert outside.asked == []


async def test_as_long_as_nothing_is_said_nobody_goes_outside(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage, internet() as outside:
        stage.guarded = outside.guarded
        async with stage.play("facebook") as act:
            await act.draft(f"Mira {outside.url('/pan')}")
            await settled(act)
            await act.app.answers.fitting.previews.settle()
            assert outside.asked == []


class Gate:
    """A guard that keeps its answer until it is opened."""

    def __init__(self, guarded: Guarded) -> None:
        self.guarded, self.open, self.asked = guarded, asyncio.Event(), asyncio.Event()

    async def fetch(self, url: str, **rest: Any) -> Fetched:
        self.asked.set()
        await self.open.wait()
        return await self.guarded.fetch(url, **rest)


async def test_what_is_learnt_late_leaves_a_live_message_alone(tmp_path: Path) -> None:
    async with staged(tmp_path, previews=True) as stage, internet() as outside:
        gate = Gate(outside.guarded)
        stage.guarded = gate  # type: ignore[assignment] # all of it that is used
        async with stage.play("facebook") as act:
            card = await act.draft(f"Mira {outside.url('/pna')}")
            await gate.asked.wait()
            await published(act, card)
            said = card.text
            gate.open.set()
            await act.app.answers.fitting.previews.settle()
            assert outside.asked == ["/pna"]
            assert card.text == said


async def test_a_live_message_that_was_written_over_is_shown_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Approved between the look at the draft and the edit of its card."""
    edit, first = Courier.edit, asyncio.Event()

    async with staged(tmp_path, previews=True) as stage, internet() as outside:
        gate = Gate(outside.guarded)
        stage.guarded = gate  # type: ignore[assignment] # all of it that is used
        async with stage.play("facebook") as act:
            card = await act.draft(f"Mira {outside.url('/pna')}")
            await gate.asked.wait()

            async def late(self: Courier, chat_id: int, message_id: int, screen: Screen) -> bool:
                if "⚠️" in screen.text and not first.is_set():
                    first.set()
                    await published(act, card)
                    await settled(act)
                return await edit(self, chat_id, message_id, screen)

            monkeypatch.setattr(Courier, "edit", late)
            gate.open.set()
            await act.app.answers.fitting.previews.settle()
            assert first.is_set()
            await act.phone.until(lambda _: "🎉" in card.text)
            await settled(act)
            assert "⚠️" not in card.text
