"""How often a group is spoken to: answers at once, live messages in what they leave of twenty a minute."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast

from telegram import Bot

from bot.courier import GROUP_MOST, GROUP_SPAN, Courier
from bot.progress import LiveMessages
from bot.screen import Html, Screen
from fakes.clock import FakeClock

GROUP, PRIVATE = -100_5, 5


@dataclass
class Ears:
    """Hears what is edited, and when."""

    clock: FakeClock
    heard: list[float] = field(default_factory=list)

    async def edit_message_text(self, *_: Any, **__: Any) -> None:
        self.heard.append(self.clock.monotonic())

    def busiest(self) -> int:
        return max(sum(first <= at < first + GROUP_SPAN for at in self.heard) for first in self.heard)


def speaking() -> tuple[Ears, Courier, LiveMessages]:
    clock = FakeClock()
    ears = Ears(clock)
    courier = Courier(cast(Bot, ears), clock)
    return ears, courier, LiveMessages(cast(Any, None), clock, courier, cast(Any, None))


async def live(messages: LiveMessages, courier: Courier, chat_id: int) -> None:
    await messages._turn(chat_id)
    await courier.edit(chat_id, 1, Screen(Html("en vivo")))


async def test_live_messages_of_a_group_leave_room_for_answers() -> None:
    ears, courier, messages = speaking()
    for _ in range(18):
        await courier.edit(GROUP, 1, Screen(Html("respuesta")))
    assert ears.heard[-1] == ears.heard[0], "answers do not wait"
    await asyncio.gather(*(live(messages, courier, GROUP) for _ in range(30)))
    assert len(ears.heard) == 48
    assert ears.busiest() == GROUP_MOST


async def test_a_private_chat_waits_a_second_and_no_more() -> None:
    ears, courier, messages = speaking()
    for _ in range(40):
        await courier.edit(PRIVATE, 1, Screen(Html("respuesta")))
    for _ in range(5):
        await live(messages, courier, PRIVATE)
    assert ears.heard[-1] - ears.heard[0] == 4
