"""The card of what is late: one per chat for all posts that missed their hour, however many there are.

It notifies once, also in quiet hours, for it needs a person; it is edited while it is the card, and once everything
on it is decided the next late post gets a new one.
"""

import asyncio
from dataclasses import dataclass, field
from functools import partial

import structlog
from telegram.error import TelegramError

from bot.courier import ChatClosed, Courier
from bot.i18n import Words
from bot.render import say
from bot.render.late import late, overdue
from bot.render.networks import Networks
from bot.screen import Screen
from bot.voices import WordsOf
from publishers.engine.model import Job
from publishers.engine.outside import Clock
from publishers.engine.patience import patiently
from publishers.engine.people import Notice
from publishers.engine.ports import Store, StoreUnavailable

log = structlog.get_logger(__name__)

KIND = "late"
PAUSE = 3.0
"""Seconds before the next try while the store cannot be used."""


@dataclass(slots=True)
class LateCards:
    """`heard` only remembers; one task per chat catches up. `slots`: weekly hours are configured."""

    store: Store
    clock: Clock
    courier: Courier
    words: WordsOf
    networks: Networks
    slots: bool = False
    _stale: set[int] = field(default_factory=set)
    _tasks: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _clear: set[int] = field(default_factory=set)
    """Chats that have no card and need none: what happens to their jobs is not looked into."""

    def heard(self, job: Job) -> None:
        """Something of this job changed."""
        if overdue(job) or job.chat_id not in self._clear:
            self.changed(job.chat_id)

    def changed(self, chat_id: int) -> None:
        self._stale.add(chat_id)
        running = self._tasks.get(chat_id)
        if running is None or running.done():
            task = asyncio.create_task(self._catch_up(chat_id), name=f"late {chat_id}")
            self._tasks[chat_id] = task
            task.add_done_callback(lambda ended: self._ended(chat_id, ended))

    def _ended(self, chat_id: int, task: asyncio.Task[None]) -> None:
        if self._tasks.get(chat_id) is task:
            del self._tasks[chat_id]

    async def resume(self) -> None:
        """At start: what an earlier life may not have shown."""
        async with self.store.view() as unit:
            jobs = await unit.timetable.late()
        for chat_id in dict.fromkeys(job.chat_id for job in jobs):
            self.changed(chat_id)

    async def stop(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _catch_up(self, chat_id: int) -> None:
        while chat_id in self._stale:
            self._stale.discard(chat_id)
            try:
                await self._show(chat_id)
            except StoreUnavailable:
                log.exception("the card of late posts waits for the store")
                self._stale.add(chat_id)
                await self.clock.sleep(PAUSE)
            except ChatClosed:
                log.warning("chat closed; late posts cannot be shown")
            except TelegramError as refusal:
                log.warning("card of late posts refused", reason=str(refusal))

    async def _show(self, chat_id: int) -> None:
        async with self.store.view() as unit:
            jobs = await unit.timetable.late(chat_id)
            card = await unit.notices.notice(chat_id, KIND)
            person = await unit.people.person(jobs[0].approved_by.id if jobs else chat_id)
        if jobs:
            self._clear.discard(chat_id)
            screen = late(jobs, self.networks, self.words(person), self.clock.now(), slots=self.slots)
            await self._tell(chat_id, card, screen)
        elif card is None:
            self._clear.add(chat_id)
        else:
            await self._close(chat_id, card, self.words(person))

    async def _tell(self, chat_id: int, card: Notice | None, screen: Screen) -> None:
        if card is not None and card.digest == screen.digest:
            return
        message_id = card.message_id if card is not None else None
        if message_id is None or not await self.courier.edit(chat_id, message_id, screen):
            message_id = await self.courier.send(chat_id, screen)
        await patiently(partial(self._noticed, chat_id, Notice(message_id, screen.digest)), self.clock)

    async def _noticed(self, chat_id: int, card: Notice) -> None:
        async with self.store.unit() as unit:
            await unit.notices.noticed(chat_id, KIND, card)

    async def _close(self, chat_id: int, card: Notice, words: Words) -> None:
        """Everything on it was decided elsewhere."""
        await self.courier.edit(chat_id, card.message_id, say(words, "late.none"))
        async with self.store.unit() as unit:
            await unit.notices.drop(chat_id, KIND)
