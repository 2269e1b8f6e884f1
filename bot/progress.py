"""The live message of each job: edited in place as things happen, never faster than Telegram likes, never behind."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog
from telegram.error import BadRequest, TelegramError

from bot.courier import ChatClosed, Courier
from bot.render.needs import asks
from bot.screen import Screen
from bot.unbegun import asleep
from publishers.engine.model import Job, JobStatus
from publishers.engine.outside import Clock
from publishers.engine.patience import patiently
from publishers.engine.ports import Store, StoreUnavailable

log = structlog.get_logger(__name__)

GAP = 1.0
GROUP_GAP = 3.0
"""Seconds between two edits in one chat: Telegram allows groups 20 a minute."""
ATTENTION = timedelta(seconds=30)
"""Within this time of a tap the person is still looking: the end of a job needs no notification."""
SOLVED = "solved:"
PLANNED = "planned:"
"""The message tells of something that has not begun."""
ENDED = frozenset({JobStatus.PUBLISHED, JobStatus.PARTIAL, JobStatus.FAILED, JobStatus.SKIPPED})


@dataclass(frozen=True, slots=True)
class Views:
    """Job → screens, in the words of the person who approved it."""

    live: Callable[[Job, datetime], Awaitable[Screen]]
    alert: Callable[[Job, datetime], Awaitable[Screen]]
    below: Callable[[Job], Awaitable[Screen]]
    """What becomes of the scheduled message when its hour has come: a new one follows it."""
    quiet: Callable[[datetime], bool]
    """Hours in which what needs nobody makes no sound."""


@dataclass(slots=True)
class LiveMessages:
    """The Progress port. `changed` only remembers; one task per job catches up."""

    store: Store
    clock: Clock
    courier: Courier
    views: Views
    heard: Callable[[Job], None] = lambda _: None
    """Told of each job that changed, before it is shown."""
    _stale: set[str] = field(default_factory=set)
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _free: dict[int, float] = field(default_factory=dict)
    """Monotonic time from which a chat may be edited again."""

    def changed(self, job_id: str) -> None:
        self._stale.add(job_id)
        running = self._tasks.get(job_id)
        if running is None or running.done():
            task = asyncio.create_task(self._catch_up(job_id), name=f"live {job_id}")
            self._tasks[job_id] = task
            task.add_done_callback(lambda ended: self._ended(job_id, ended))

    def _ended(self, job_id: str, task: asyncio.Task[None]) -> None:
        if self._tasks.get(job_id) is task:
            del self._tasks[job_id]

    async def resume(self) -> None:
        """At start: whatever the last life may not have shown."""
        async with self.store.view() as unit:
            for job_id in await unit.jobs.open_jobs():
                self.changed(job_id)

    async def settle(self) -> None:
        """Wait until everything known is shown."""
        while self._tasks:
            await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def stop(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _catch_up(self, job_id: str) -> None:
        while job_id in self._stale:
            try:
                await self._step(job_id)
            except StoreUnavailable:
                log.exception("live message waits for the store", job=job_id)
                self._stale.add(job_id)
                await self.clock.sleep(GROUP_GAP)
            except ChatClosed:
                log.warning("chat closed; nothing can be shown", job=job_id)
            except TelegramError as refusal:
                log.warning("live message refused", job=job_id, reason=str(refusal))

    async def _step(self, job_id: str) -> None:
        """What says all of it already takes no turn: after a start others have something new to say."""
        self._stale.discard(job_id)
        job, shown, said = await self._told(job_id)
        if job is None:
            return
        self.heard(job)
        if not await self._news(job, shown, said):
            return
        await self._turn(job.chat_id)
        self._stale.discard(job_id)
        await self._show(job_id)

    async def _told(self, job_id: str) -> tuple[Job | None, str | None, str | None]:
        """The job, and what was said of it last: by its live message, and below."""
        async with self.store.view() as unit:
            return await unit.jobs.job(job_id), *await unit.jobs.digests(job_id)

    async def _news(self, job: Job, shown: str | None, said: str | None) -> bool:
        if job.live_id is None or self._digest(job, await self.views.live(job, self.clock.now())) != shown:
            return True
        return (said is not None or self._needed(job)) and await self._alert(job, said) is not None

    def _digest(self, job: Job, screen: Screen) -> str:
        return (PLANNED if asleep(job) else "") + screen.digest

    async def _turn(self, chat_id: int) -> None:
        """Wait for this chat's next free moment: what happens meanwhile is shown together, and answers go first."""
        start = self._booked(chat_id)
        while (wait := start - self.clock.monotonic()) > 0:
            await self.clock.sleep(wait)
            if self.courier.crowded(chat_id):
                start = self._booked(chat_id)

    def _booked(self, chat_id: int) -> float:
        """A moment that nobody else has, monotonic."""
        now = self.clock.monotonic()
        start = max(now + self.courier.crowded(chat_id), self._free.get(chat_id, 0.0))
        self._free[chat_id] = start + (GAP if chat_id > 0 else GROUP_GAP)
        return start

    async def _show(self, job_id: str) -> None:
        job, live_digest, alert_digest = await self._told(job_id)
        if job is None:
            return
        self.heard(job)  # it may have moved while it waited for its turn
        live_id = await self._show_live(job, live_digest)
        if live_id is not None or alert_digest is not None or self._needed(job):
            await self._show_alert(job, live_id or job.live_id, alert_digest)

    def _needed(self, job: Job) -> bool:
        now = self.clock.now()
        return any(asks(delivery, now) for delivery in job.deliveries)

    async def _show_live(self, job: Job, shown: str | None) -> int | None:
        """The id of the live message; None when it said all of this already."""
        screen = await self.views.live(job, self.clock.now())
        digest, live_id = self._digest(job, screen), job.live_id
        if digest == shown and live_id is not None:
            return None
        fresh = live_id is not None and self._sets_out(job, shown)
        if fresh and live_id is not None:
            await self._point_below(job, live_id)
        if live_id is None or fresh or not await self.courier.edit(job.chat_id, live_id, screen):
            live_id = await self.courier.send(job.chat_id, screen, silent=fresh)
        await patiently(partial(self._shown, job.id, live_id, digest), self.clock)
        return live_id

    async def _shown(self, job_id: str, live_id: int, digest: str) -> None:
        async with self.store.unit() as unit:
            await unit.jobs.shown(job_id, live_id=live_id, digest=digest)

    def _sets_out(self, job: Job, shown: str | None) -> bool:
        """Its hour has come, and the message that told of it is far up: nobody has tapped it a moment ago."""
        if not (shown or "").startswith(PLANNED) or asleep(job) or job.status is JobStatus.SKIPPED:
            return False
        return self.clock.now() - (job.last_tap_at or job.approved_at) > ATTENTION

    async def _point_below(self, job: Job, message_id: int) -> None:
        """Whether this can be done decides nothing."""
        try:
            await self.courier.edit(job.chat_id, message_id, await self.views.below(job))
        except BadRequest as refusal:
            log.warning("scheduled message refused", job=job.id, reason=str(refusal))

    async def _show_alert(self, job: Job, live_id: int | None, said: str | None) -> None:
        """One notifying reply: edits are silent. Edited when solved; a new need after that is told anew."""
        told = await self._alert(job, said)
        if told is None:
            return
        screen, digest = told
        needed = not digest.startswith(SOLVED)
        alert_id = None if needed and (said or "").startswith(SOLVED) else job.alert_id
        if alert_id is None or not await self.courier.edit(job.chat_id, alert_id, screen):
            silent = not needed and self.views.quiet(self.clock.now())
            alert_id = await self.courier.send(job.chat_id, screen, reply_to=live_id, silent=silent)
        await patiently(partial(self._alerted, job.id, alert_id, digest), self.clock)

    async def _alert(self, job: Job, said: str | None) -> tuple[Screen, str] | None:
        """What is to be said below, and what stands for it; None when there is nothing that was not said."""
        needed = self._needed(job)
        if said is None and not needed and not self._ended_unseen(job):
            return None
        if said is not None and not needed and job.status is JobStatus.PUBLISHING:
            return None  # a look or a retry is under way: too early to call it solved
        screen = await self.views.alert(job, self.clock.now())
        digest = screen.digest if needed else SOLVED + screen.digest
        return None if digest == said else (screen, digest)

    async def _alerted(self, job_id: str, alert_id: int, digest: str) -> None:
        async with self.store.unit() as unit:
            await unit.jobs.alerted(job_id, alert_id=alert_id, digest=digest)

    def _ended_unseen(self, job: Job) -> bool:
        seen = job.last_tap_at or job.approved_at
        return job.status in ENDED and self.clock.now() - seen > ATTENTION
