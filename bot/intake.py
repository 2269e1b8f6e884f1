"""Durable intake: an update is kept before Telegram may forget it, handled once, and replayed after a crash."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import structlog
from telegram import Bot
from telegram.error import Conflict, NetworkError, RetryAfter
from telegram.request import BaseRequest, RequestData
from telegram.request._requestparameter import RequestParameter

from bot.courier import seconds
from bot.event import Event, album_of, parse
from bot.patience import patiently
from bot.readiness import NotReady
from bot.replies import Reply, dump, load
from publishers.engine.outside import Clock
from publishers.engine.people import Letter
from publishers.engine.ports import Store, StoreUnavailable, Unit

log = structlog.get_logger(__name__)

ALLOWED = ["message", "edited_message", "callback_query"]
LONG_POLL = 50
"""Seconds Telegram may hold a poll open."""
PATIENCE = 20
"""Seconds on top before a poll counts as lost."""
LONGEST_PAUSE = 30.0

Route = Callable[[Event, Unit], Awaitable[list[Reply]]]
Prefetch = Callable[[Event], Awaitable[object]]
Give = Callable[[Sequence[Reply]], Awaitable[None]]


class AlreadyHandled(Exception):
    """Another reader of the inbox was first: the whole transaction is undone."""


@dataclass(slots=True)
class Intake:
    """`route` decides inside one transaction, `apologize` when that failed by our fault, `give` sends afterwards."""

    bot: Bot
    polling: BaseRequest
    """The connection that waits for updates."""
    store: Store
    clock: Clock
    route: Route
    apologize: Callable[[Event], list[Reply]]
    give: Give
    handled: Callable[[], None]
    """Called after each commit: something may be due."""
    prefetch: Prefetch
    """For what waits behind an update that is not ready: of the same album, it will need the same."""
    _arrived: asyncio.Event = field(default_factory=asyncio.Event)
    _giving: set[asyncio.Task[None]] = field(default_factory=set)
    _making: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    """By update: what has to be there before it can be handled."""
    _turns: dict[int, asyncio.Lock] = field(default_factory=dict)

    async def accept(self, updates: Sequence[dict[str, Any]]) -> None:
        """Keep raw updates; returns once they are safe."""
        async with self.store.unit() as unit:
            await unit.inbox.receive(updates, self.clock.now())
        self._arrived.set()

    async def poll(self) -> None:
        """Our own loop: the offset moves on only after the commit."""
        newest = await patiently(self._newest, self.clock)
        pause = 1.0
        while True:
            try:
                updates = await self._fetch(newest)
                if updates:
                    await self.accept(updates)
                    newest = updates[-1]["update_id"]
                pause = 1.0
            except RetryAfter as limit:
                await self.clock.sleep(seconds(limit))
            except (NetworkError, Conflict, StoreUnavailable) as fault:
                log.warning("no updates for now", fault=type(fault).__name__)
                await self.clock.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _newest(self) -> int | None:
        async with self.store.view() as unit:
            return await unit.inbox.offset()

    async def _fetch(self, newest: int | None) -> list[dict[str, Any]]:
        """Updates as they come over the wire: one the library cannot read must not keep back the others."""
        asked: dict[str, Any] = {"timeout": LONG_POLL, "allowed_updates": ALLOWED}
        if newest is not None:
            asked["offset"] = newest + 1
        form = RequestData([RequestParameter.from_input(name, value) for name, value in asked.items()])
        updates: list[dict[str, Any]] = await self.polling.post(  # type: ignore[assignment] # the method decides what comes
            f"{self.bot.base_url}/getUpdates", form, read_timeout=LONG_POLL + PATIENCE
        )
        return updates

    async def work(self) -> None:
        """What an earlier life left unanswered, then everything as it arrives."""
        for letter in await patiently(self._unanswered, self.clock):
            self._answer(letter, load(letter.replies or []))
        try:
            while True:
                await self._work()
        finally:
            await self._stop_making()

    async def _unanswered(self) -> list[Letter]:
        async with self.store.view() as unit:
            return await unit.inbox.unanswered()

    async def _work(self) -> None:
        self._arrived.clear()
        if not await patiently(self._handle_all, self.clock):
            await self._arrived.wait()

    async def _handle_all(self) -> int:
        """In order within a chat; a chat in which something is not ready yet does not keep back the others."""
        async with self.store.view() as unit:
            letters = await unit.inbox.unhandled()
        held: dict[int, str | None] = {}
        handled = 0
        for letter in letters:
            chat = _chat(letter.raw)
            if chat in held:
                self._look_ahead(letter, held[chat])
            elif self._waits(letter.update_id) or not await self._handle(letter):
                held[chat] = album_of(letter.raw)
            else:
                handled += 1
        return handled

    async def _handle(self, letter: Letter) -> bool:
        """False: something has to be made first; the update stays in the inbox."""
        event, made = None, self._making.pop(letter.update_id, None)
        try:
            event = parse(letter.raw, self.bot)
            if made is not None:
                made.result()  # what went wrong there is told like any fault of ours
            replies = await self._decide(letter, event, self.route)
        except AlreadyHandled:
            return True
        except NotReady as wanting:
            self._begin(letter.update_id, wanting.make)
            return False
        except StoreUnavailable:
            raise
        except Exception:
            log.exception("handler failed", update=letter.update_id)
            replies = await self._decide(letter, event, self._sorry)
        self.handled()
        self._answer(letter, replies)
        return True

    async def settle(self) -> None:
        """Wait until every answer under way is given."""
        while self._giving:
            await asyncio.gather(*self._giving, return_exceptions=True)

    async def stop(self) -> None:
        """Give up the answers under way: the next start gives them."""
        for task in self._giving:
            task.cancel()
        await asyncio.gather(*self._giving, return_exceptions=True)

    # -- what has to be there first ----------------------------------------------------------------------------------

    def _waits(self, update_id: int) -> bool:
        return update_id in self._making and not self._making[update_id].done()

    def _begin(self, update_id: int, make: Callable[[], Awaitable[object]]) -> None:
        async def making() -> None:
            await make()

        task = asyncio.create_task(making(), name=f"make ready {update_id}")
        task.add_done_callback(lambda _: self._arrived.set())
        self._making[update_id] = task

    def _look_ahead(self, letter: Letter, album: str | None) -> None:
        """Parts of one album wait behind each other, and need not be fetched behind each other."""
        if album is not None and album_of(letter.raw) == album and letter.update_id not in self._making:
            self._begin(letter.update_id, partial(self._prefetch, letter))

    async def _prefetch(self, letter: Letter) -> None:
        event = parse(letter.raw, self.bot)
        if event is not None:
            await self.prefetch(event)

    async def _stop_making(self) -> None:
        tasks = list(self._making.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # -- deciding ----------------------------------------------------------------------------------------------------

    async def _decide(self, letter: Letter, event: Event | None, route: Route) -> list[Reply]:
        async with self.store.unit() as unit:
            replies = await route(event, unit) if event is not None else []
            if not await unit.inbox.handled(letter.update_id, dump(replies), self.clock.now()):
                raise AlreadyHandled
        return replies

    async def _sorry(self, event: Event, _: Unit) -> list[Reply]:
        return self.apologize(event)

    # -- answering: in order within a chat, chats beside each other -----------------------------------------------

    def _answer(self, letter: Letter, replies: list[Reply]) -> None:
        task = asyncio.create_task(self._give(letter, replies), name=f"answer {letter.update_id}")
        self._giving.add(task)
        task.add_done_callback(self._giving.discard)

    async def _give(self, letter: Letter, replies: list[Reply]) -> None:
        turn = self._turns.setdefault(_chat(letter.raw), asyncio.Lock())
        async with turn:
            await self.give(replies)
        await patiently(partial(self._answered, letter), self.clock)

    async def _answered(self, letter: Letter) -> None:
        async with self.store.unit() as unit:
            await unit.inbox.answered(letter.update_id, self.clock.now())


def _chat(raw: dict[str, Any]) -> int:
    """The chat of an update, for the order of answers; 0 when it has none that can be read."""
    query = raw.get("callback_query")
    message = query.get("message") if isinstance(query, dict) else raw.get("message") or raw.get("edited_message")
    chat = message.get("chat") if isinstance(message, dict) else None
    return int(chat.get("id", 0)) if isinstance(chat, dict) else 0
