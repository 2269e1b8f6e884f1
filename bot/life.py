"""One life of the process: what moves once everything is built, in which order it starts, and how it ends."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import structlog
from telegram import Bot
from telegram.error import NetworkError, TelegramError

from bot.answers import Answers
from bot.endings import Endings
from bot.handlers.routing import COMMANDS
from bot.intake import ALLOWED, Intake
from bot.late import LateCards
from bot.owner import invitation, new_code
from bot.progress import LiveMessages
from bot.settings import Settings
from bot.tidying import Tidying
from publishers.engine.keeper import Keeper
from publishers.engine.orchestrator import LAST_NOTES, Engine
from publishers.engine.outside import Clock
from publishers.engine.patience import patiently
from publishers.engine.ports import Store

log = structlog.get_logger(__name__)

FAREWELL = 5.0
"""Seconds a stop waits for answers to be given and live messages to say their last word."""
LONGEST_PAUSE = 30.0
NOT_IN_EFFECT = {
    "generation": ("timetable", "source"),
}
"""Keys of the configuration whose feature is still to come."""


@dataclass(frozen=True, slots=True)
class App:
    """Everything that runs, wired together and opened; nothing of it moves before `serve`."""

    settings: Settings
    clock: Clock
    bot: Bot
    store: Store
    engine: Engine
    live: LiveMessages
    intake: Intake
    answers: Answers
    tidying: Tidying
    late: LateCards
    keeper: Keeper
    endings: Endings

    async def serve(self) -> None:
        """Work until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.engine.run(), name="engine")
            await self._meet_telegram()
            tasks.create_task(self._show_menu(), name="menu")
            await patiently(self._invite_owner, self.clock)
            tasks.create_task(patiently(self.live.resume, self.clock), name="resume")
            tasks.create_task(patiently(self.late.resume, self.clock), name="resume late")
            tasks.create_task(self.intake.work(), name="inbox")
            tasks.create_task(patiently(self._show_cards, self.clock), name="cards")
            tasks.create_task(self._listen(), name="updates")
            tasks.create_task(self._tidy(), name="tidy")
            tasks.create_task(self.keeper.run(), name="keeper")
            tasks.create_task(self.endings.run(), name="endings")
            self._warn()
            log.info("ready", mode=self.settings.mode, platforms=sorted(self.engine.connections.platforms))

    async def farewell(self) -> None:
        """Finish what is on the wire, then say where things stand. What is left is the next start's."""
        await self.engine.stop()
        await self.engine.fences.abandon()
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL):
                await asyncio.gather(self.intake.settle(), self.live.settle())
                await self.live.settle()  # an answer may have asked for one more
        await self.intake.stop()
        await self.live.stop()
        await self.late.stop()

    def awaited(self) -> dict[str, float]:
        """What a farewell waits for now, and at most how many seconds."""
        longest = self.engine.pace.drain.total_seconds() + LAST_NOTES + FAREWELL
        return {"commits": len(self.engine.fences.commits), "seconds": longest}

    def _warn(self) -> None:
        """Say which keys were changed and change nothing so far."""
        unset = Settings()
        for section, names in NOT_IN_EFFECT.items():
            given, default = getattr(self.settings, section), getattr(unset, section)
            changed = [name for name in names if getattr(given, name) != getattr(default, name)]
            for name in changed:
                log.warning("this key is read but not in effect yet", key=f"{section}.{name}")

    async def _meet_telegram(self) -> None:
        """Patient with the network, not with a wrong token. Raises telegram.error.InvalidToken."""
        pause = 1.0
        while True:
            try:
                await self.bot.initialize()
            except NetworkError as fault:
                log.warning("Telegram cannot be reached; trying again", fault=type(fault).__name__, seconds=pause)
                await self.clock.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                return

    async def _show_menu(self) -> None:
        """The commands in Telegram's own menu: a convenience, nothing depends on it."""
        words = self.answers.words(None)
        try:
            await self.bot.set_my_commands([(name, words(f"command.{name}")) for name in COMMANDS])
        except TelegramError as fault:
            log.warning("the menu of commands could not be set", fault=type(fault).__name__)

    async def _invite_owner(self) -> None:
        """Print the one-time code while nobody owns the bot."""
        if self.settings.telegram.owners:
            return
        async with self.store.unit() as unit:
            if await unit.people.owners():
                return
            code = await unit.people.code() or new_code()
            await unit.people.offer(code)
        print(invitation(code, self.bot.username), flush=True)  # noqa: T201 - for the console, never for the log

    async def _listen(self) -> None:
        webhook = self.settings.telegram.webhook
        if webhook is None:
            with suppress(TelegramError):  # where one is set in earnest, polling says so
                await self.bot.delete_webhook()
            await self.intake.poll()
        else:
            secret = webhook.secret_token.get_secret_value()
            await self.bot.set_webhook(webhook.url, secret_token=secret, allowed_updates=ALLOWED)

    async def _show_cards(self) -> None:
        """Drafts whose card a crash kept from the chat."""
        async with self.store.view() as unit:
            drafts = await unit.drafts.uncarded()
        for draft in drafts:
            await self.answers.show_card(draft.id)

    async def _tidy(self) -> None:
        while True:
            await self.tidying.tidy()
            await self.clock.sleep(self.settings.publishing.queue.cleanup_interval.total_seconds())
