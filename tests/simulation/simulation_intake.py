"""Taps that travel by Telegram through the real intake: given out until they are confirmed, sometimes once more."""

import asyncio
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from simulation_loop import Died
from telegram.error import NetworkError

from bot.event import Event
from bot.intake import Intake
from bot.replies import Reply, Toast
from publishers.engine.ports import Unit

if TYPE_CHECKING:
    from simulation_people import Tap
    from simulation_world import Life, World

BOT = SimpleNamespace(base_url="https://telegram.example/bot", username="obrador_bot", id=99)
"""As much of one as reading an update takes."""
HANDLED = "tap_handled"


@dataclass
class Telegram:
    """It outlives every life. What was confirmed is gone, but for what it gives out once more for no reason."""

    world: "World"
    chance: Random
    taps: dict[int, "Tap"] = field(default_factory=dict)
    waiting: list[int] = field(default_factory=list)
    confirmed: deque[int] = field(default_factory=lambda: deque(maxlen=20))
    answered: Counter[int] = field(default_factory=Counter)
    _sent: asyncio.Event = field(default_factory=asyncio.Event)
    _given: set[int] = field(default_factory=set)
    """In this life."""

    # -- the people's side ---------------------------------------------------------------------------------------

    def send(self, tap: "Tap") -> None:
        number = 1000 + len(self.taps)
        self.taps[number] = tap
        self.waiting.append(number)
        self._sent.set()

    # -- the bot's side ------------------------------------------------------------------------------------------

    def serve(self, life: "Life") -> list[asyncio.Task[None]]:
        """The intake of this life, at work."""
        self._sent, self._given = asyncio.Event(), set()
        door = Door(self, life)
        intake = Intake(
            BOT,
            door,
            life.store,
            life.clock,
            door.route,
            door.sorry,
            door.give,
            life.engine.poke,
            door.nothing_to_fetch,
        )  # type: ignore[arg-type]  # as much of a bot and of a connection as it uses
        return [life.loop.create_task(intake.poll()), life.loop.create_task(intake.work())]

    async def updates(self, offset: int | None, patience: float) -> list[int]:
        if offset is not None:
            self.confirmed.extend(number for number in self.waiting if number < offset)
            self.waiting = [number for number in self.waiting if number >= offset]
        if not self.waiting and patience:
            self._sent.clear()
            try:
                async with asyncio.timeout(patience):
                    await self._sent.wait()
            except TimeoutError:
                return []
        again = [number for number in self.confirmed if self.chance.random() < 0.02]
        self.world.counts["given out again"] += len(again)
        return [*again, *self.waiting[: self.chance.choice([1, 3, 100])]]

    def give(self, numbers: Sequence[int]) -> None:
        self._given.update(numbers)

    def killed(self) -> None:
        rows = self.world.eye.rows("SELECT update_id FROM inbox WHERE handled_at IS NOT NULL")
        between = self._given - {row["update_id"] for row in rows}
        self.world.counts["killed between poll and handler"] += len(between)

    # -- what must hold ------------------------------------------------------------------------------------------

    def all_done(self) -> bool:
        return not self.waiting and len(self.answered) == len(self.taps)

    def ended(self) -> None:
        """Each was handled once, and answered."""
        rows = self.world.eye.rows("SELECT entity_id FROM ledger WHERE event_type = ?", HANDLED)
        effects = Counter(int(row["entity_id"]) for row in rows)
        for number, tap in self.taps.items():
            if effects[number] != 1 or not self.answered[number]:
                told = f"took effect {effects[number]} times, answered {self.answered[number]} times"
                self.world.break_(f"update {number} ({tap.name}) {told}")


@dataclass
class Door:
    """In one life: the connection that waits for updates, and what is done with them."""

    telegram: Telegram
    life: "Life"

    async def post(self, url: str, form: Any, *, read_timeout: float) -> list[dict[str, Any]]:
        """getUpdates. What it asks for may arrive without its answer; what has arrived may be its last act."""
        assert url.endswith("/getUpdates")
        assert read_timeout > form.parameters["timeout"]
        if self._faulty():
            raise NetworkError("not reached")
        numbers = await self.telegram.updates(form.parameters.get("offset"), form.parameters["timeout"])
        if self._faulty():
            raise NetworkError("no answer")
        await self.life.clock.sleep(self.telegram.chance.uniform(0.01, 0.2))
        self._moment()
        self.telegram.give(numbers)
        return [self._raw(number) for number in numbers]

    def _faulty(self) -> bool:
        calm = self.life.world.networks.calm
        return not calm and self.telegram.chance.random() < 0.05

    def _moment(self) -> None:
        """As of any other request: in deadly weather the process may die here."""
        networks = self.life.world.networks
        if not networks.calm and self.telegram.chance.random() < networks.weather.deadly:
            self.life.loop.die()
            raise Died

    def _raw(self, number: int) -> dict[str, Any]:
        who = self.telegram.taps[number].who
        person = {"id": who.id, "first_name": who.name, "is_bot": False}
        message = {"message_id": 1, "date": 1795000000, "chat": {"id": who.id, "type": "private"}}
        tap = {"id": str(number), "from": person, "message": message, "chat_instance": "1", "data": str(number)}
        return {"update_id": number, "callback_query": tap}

    async def route(self, event: Event, unit: Unit) -> list[Reply]:
        tap, world = self.telegram.taps[event.update_id], self.life.world
        told = await tap.act(self.life, unit, tap.who)
        await unit.ledger.write(
            HANDLED, "update", str(event.update_id), actor=tap.who, at=self.life.clock.now(), metadata={}
        )
        if told is not None:
            world.counts[f"person: {tap.name}"] += 1
            world.tell(f"{tap.who.name}: {tap.name} {told}")
        return [Toast(str(event.update_id))]

    def sorry(self, event: Event) -> list[Reply]:
        self.life.world.break_(f"{event.update_id} could not be handled")
        return []

    async def give(self, replies: Sequence[Reply]) -> None:
        await self.life.clock.sleep(self.telegram.chance.uniform(0.01, 0.5))
        for reply in replies:
            assert isinstance(reply, Toast)
            self.telegram.answered[int(reply.callback_id)] += 1

    async def nothing_to_fetch(self, event: Event) -> None:
        """Taps bring no pictures."""


def telegram_of(world: "World") -> Telegram | None:
    """Every third world has one; in the others a tap goes straight to its transaction, and time to other things."""
    chance = Random(f"{world.seed} telegram")  # noqa: S311 - chance that can be repeated
    return Telegram(world, chance) if world.seed % 3 == 0 else None
