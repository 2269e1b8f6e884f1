"""What a person does to give a post its hour, and how that hour comes."""

from datetime import UTC, datetime

from bot.sandbox.chats import Message
from bot.sandbox.keyboards import Button
from bot.sandbox.phone import Phone
from bot.sandbox.shapes import tap_json
from bot.sandbox.taps import Tap
from fakes.stage import Act, newer, settled

TEXT = "Mañana abrimos a las 8 con pan de espelta recién hecho."
OTHER = "El domingo hay bollos de anís desde las 10."
APPROVE, PLAN, BOOK = "✅ Aprobar", "🗓 Programar", "✅ Sí, programar"
NOW, MOVE, CANCEL = "📤 Publicar ahora", "🕘 Cambiar hora", "🗑 Cancelar"
BACK, UNDO = "📝 Volver a borrador", "↩️ Deshacer"
TOMORROW = "Mañana 9:00"
"""Sunday the 22nd of November, 8:00 UTC: the stage begins on Saturday, eleven o'clock in Madrid."""


async def shows(act: Act, message: Message, *parts: str) -> None:
    await act.phone.until(lambda _: all(part in message.text for part in parts))


async def chosen(act: Act, card: Message, hour: str = TOMORROW) -> Message:
    """The question whether this is the hour."""
    await act.phone.tap(card, PLAN)
    asked = await newer(act, card, "¿Cuándo lo publico?")
    await act.phone.tap(asked, hour)
    await shows(act, asked, "¿Lo programo?")
    return asked


async def scheduled(act: Act, hour: str = TOMORROW, text: str = TEXT) -> Message:
    """The scheduled message of a draft that has got its hour."""
    asked = await chosen(act, await act.draft(text), hour)
    await act.phone.tap(asked, BOOK)
    await shows(act, asked, "Programado para")
    await settled(act)
    return asked


async def reach(act: Act, day: int, hour: int, minute: int = 0) -> None:
    """That moment of November (UTC) comes, and all that was due by then is done."""
    act.advance((datetime(2026, 11, day, hour, minute, tzinfo=UTC) - act.stage.clock.now()).total_seconds())
    await act.live(1, step=1)
    await settled(act)


def old_tap(phone: Phone, message: Message, data: str) -> Tap:
    """A tap on a button that this phone still shows though it is gone."""
    state = phone._state
    tap = state.taps.tap(phone.user, message, Button("(old)", data))
    state.updates.put("callback_query", tap_json(tap, state.chats))
    return tap


def data_of(message: Message, label: str) -> str:
    button = message.button(label)
    assert button is not None
    assert button.data is not None
    return button.data
