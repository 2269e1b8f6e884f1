"""An approved post gets its hour from the chat: chosen, typed, confirmed, moved, called off, and met."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.sandbox.chats import Message
from fakes.stage import Act, Stage, newer, settled, spoken, staged

TEXT = "Mañana abrimos a las 8 con pan de espelta recién hecho."
PLAN, BOOK, NOW, MOVE, CANCEL = (
    "🗓 Programar", "✅ Sí, programar", "📤 Publicar ahora", "🕘 Cambiar hora", "🗑 Cancelar",
)  # fmt: skip
START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
"""Saturday, eleven o'clock in Madrid: where the clock of the stage begins."""


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


async def shows(act: Act, message: Message, *parts: str) -> None:
    await act.phone.until(lambda _: all(part in message.text for part in parts))


async def chosen(act: Act, card: Message, hour: str = "Mañana 9:00") -> Message:
    """The question whether this is the hour."""
    await act.phone.tap(card, PLAN)
    asked = await newer(act, card, "¿Cuándo lo publico?")
    await act.phone.tap(asked, hour)
    await act.phone.until(lambda _: BOOK in asked.labels)
    return asked


async def scheduled(act: Act, hour: str = "Mañana 9:00", text: str = TEXT) -> Message:
    """The scheduled message of a draft that has got its hour."""
    asked = await chosen(act, await act.draft(text), hour)
    await act.phone.tap(asked, BOOK)
    await shows(act, asked, "Programado para")
    await settled(act)
    return asked


def until(stage: Stage, day: int, hour: int, minute: int = 0) -> float:
    """Seconds to that moment of November (UTC)."""
    return (datetime(2026, 11, day, hour, minute, tzinfo=UTC) - stage.clock.now()).total_seconds()


async def reach(act: Act, day: int, hour: int, minute: int = 0) -> None:
    """That moment of November (UTC) comes, and what was due is done."""
    act.advance(until(act.stage, day, hour, minute))
    await act.live(1, step=1)
    await settled(act)


# -- by button -------------------------------------------------------------------------------------------------


async def test_by_button_from_the_card_to_the_networks(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, PLAN)
        asked = await newer(act, card, "¿Cuándo lo publico?", "Madrid", TEXT)
        assert asked.labels == [
            "En 1 hora · 12:00", "Hoy 13:00", "Hoy 18:00", "Hoy 21:00", "Mañana 9:00", "Mañana 13:00",
            "Mañana 18:00", "Mañana 21:00", "✍️ Otra hora…", "Cancelar",
        ]  # fmt: skip
        await act.phone.tap(asked, "Mañana 9:00")
        await shows(act, asked, "domingo 22 de noviembre de 2026, 9:00 (Madrid)", "Dentro de 22 h.")
        assert "Facebook (Panadería) y X (@panaderia)" in asked.text
        assert asked.labels == [BOOK, "🕘 Otra hora", "Cancelar"]
        assert act.public()["facebook"] == []
        await act.phone.tap(asked, BOOK)
        await shows(act, asked, "🗓 Programado para el domingo 22 de noviembre a las 9:00 (Madrid)", TEXT, "• X: tal cual")
        assert asked.labels == [NOW, MOVE, CANCEL]
        await shows(act, card, "🗓 Programado: «")
        assert not card.buttons
        await reach(act, 22, 7, 59)
        assert act.public()["facebook"] == []
        await reach(act, 22, 8, 0)
        assert act.public() == {"facebook": [TEXT], "instagram": [], "twitter": [TEXT]}
        await newer(act, asked, "🎉", "Facebook ✅", "X ✅")
        _, _, live, ended = spoken(act)
        assert live.silent
        assert "📤 Así ha quedado" in live.text
        assert "más abajo" in asked.text
        assert not asked.buttons
        assert ended.reply_to == live.id
        assert not ended.silent
        assert spoken(act)[:2] == [card, asked]
