"""Tells the chat what became of a linking: who asked for it is not always who holds the browser."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from telegram.error import TelegramError

from bot.courier import ChatClosed, Courier
from bot.outcomes import Outcome
from bot.render import linked
from bot.voices import WordsOf
from publishers.engine.contract import Platform
from publishers.engine.errors import Needs
from publishers.engine.linkings import Linking
from publishers.engine.model import Account
from publishers.engine.patience import patiently
from publishers.engine.ports import Store

log = structlog.get_logger(__name__)

FAREWELL = 3.0
"""Seconds a stop waits for what is to be said."""


@dataclass(slots=True)
class Herald:
    store: Store
    courier: Courier
    words: WordsOf
    platforms: Mapping[str, Platform]
    _telling: set["asyncio.Task[None]"] = field(default_factory=set)

    def tell(self, outcome: Outcome) -> None:
        """In a task of its own: nobody waits for Telegram."""
        linking = outcome.linking
        if linking is None:
            return
        task = asyncio.create_task(self._tell(linking, outcome), name="tell of a linking")
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell(self, linking: Linking, outcome: Outcome) -> None:
        platform = self.platforms.get(linking.platform)
        title = platform.title if platform is not None else linking.platform
        waiting = await patiently(lambda: self._waiting(linking, outcome.account), self.courier.clock)
        async with self.store.view() as unit:
            person = await unit.people.person(linking.by.id)
        screen = linked(outcome, title, self.words(person), self.courier.clock.now(), waiting=waiting)
        try:
            await self.courier.send(linking.chat_id, screen)
        except (ChatClosed, TelegramError) as refusal:
            log.warning("what became of a linking could not be told", reason=type(refusal).__name__)

    async def _waiting(self, linking: Linking, account: Account | None) -> int:
        """How many deliveries of this chat wait for the permission of this account."""
        if account is None:
            return 0
        async with self.store.view() as unit:
            jobs = await unit.jobs.latest(linking.chat_id)
        return sum(
            delivery.account_id == account.id and delivery.needs is Needs.AUTHORIZATION
            for job in jobs
            for delivery in job.deliveries
        )

    async def stop(self) -> None:
        if self._telling:
            _, late = await asyncio.wait(self._telling, timeout=FAREWELL)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
