"""The pre-flight: a while before its hour, what would keep a scheduled post from going out is found, and told.

It asks the platforms and changes nothing there. It works beside the loop, never in it, and takes no part in claims:
whatever it finds counts only while the delivery still stands as it was read.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from publishers.engine.connections import Connection
from publishers.engine.errors import AuthExpired, PublishingError
from publishers.engine.inspection import Access, Inspection
from publishers.engine.model import SYSTEM, Delivery, DeliveryStatus, Move
from publishers.engine.outside import Clock
from publishers.engine.ports import Progress, Store, Unit

log = structlog.get_logger(__name__)

SLOTS = 4
"""Accounts asked about at once."""
SLICE = 50
"""Deliveries looked through at once."""
PAUSE = timedelta(minutes=5)
"""Before a platform that gave no clear answer is asked again."""
LEAST_PAUSE = timedelta(seconds=30)
"""However soon the platform would be asked again."""
LAST_CALL = timedelta(minutes=2)
"""It is asked once more this long before the hour, if that comes sooner."""
TOO_LATE = timedelta(seconds=15)
"""Before its hour: from then on the hour itself decides."""

Finding = tuple[Delivery, Move | None]


@dataclass(slots=True)
class Preflight:
    """`lead`: how long before its hour a post is checked; 0: never."""

    store: Store
    clock: Clock
    inspection: Inspection
    progress: Progress
    lead: timedelta
    _wanted: bool = False
    _picking: asyncio.Task[None] | None = None
    _asking: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _rests: dict[str, float] = field(default_factory=dict)
    """Accounts that are left alone until a monotonic time."""

    def start(self) -> None:
        """What is to be checked now is checked, in tasks of their own."""
        self._wanted = self.lead > timedelta(0)
        if self._wanted and self._picking is None:
            self._picking = asyncio.create_task(self._pick(), name="pre-flight")
            self._picking.add_done_callback(self._picked)

    async def quiet(self) -> None:
        """Wait until nothing that was started is running."""
        while tasks := self._tasks():
            await asyncio.wait(tasks)

    async def stop(self) -> None:
        while tasks := self._tasks():
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _tasks(self) -> list[asyncio.Task[None]]:
        return [*([] if self._picking is None else [self._picking]), *self._asking.values()]

    # -- which accounts ------------------------------------------------------------------------------------------

    async def _pick(self) -> None:
        while self._wanted:
            self._wanted = False
            async with self.store.view() as unit:
                accounts = await unit.timetable.to_check(*self._window())
            free = [account_id for account_id in accounts if self._free(account_id)]
            for account_id in free[: SLOTS - len(self._asking)]:
                self._ask(account_id)

    def _window(self) -> tuple[datetime, datetime]:
        now = self.clock.now()
        return now + TOO_LATE, now + self.lead

    def _free(self, account_id: str) -> bool:
        return account_id not in self._asking and self._rests.get(account_id, 0.0) <= self.clock.monotonic()

    def _ask(self, account_id: str) -> None:
        self._rests.pop(account_id, None)
        task = asyncio.create_task(self._try(account_id), name=f"pre-flight {account_id}")
        self._asking[account_id] = task
        task.add_done_callback(lambda ended: self._asked(account_id, ended))

    def _picked(self, task: asyncio.Task[None]) -> None:
        """After a fault the next sweep asks again."""
        self._picking = None
        if task.cancelled():
            return
        if (fault := task.exception()) is not None:
            log.error("the pre-flight could not begin", exc_info=fault)
        elif self._wanted:
            self.start()

    def _asked(self, account_id: str, task: asyncio.Task[None]) -> None:
        """Its place is free for the next. Whatever went wrong with it, it is asked about again after a pause."""
        del self._asking[account_id]
        if task.cancelled():
            return
        if (fault := task.exception()) is not None:
            log.error("a pre-flight went wrong", account=account_id, exc_info=fault)
            self._rest(account_id, PAUSE)
        self.start()

    def _rest(self, account_id: str, pause: timedelta) -> None:
        self._rests[account_id] = self.clock.monotonic() + pause.total_seconds()

    # -- one account ---------------------------------------------------------------------------------------------

    async def _try(self, account_id: str) -> None:
        try:
            await self._check(account_id)
        except PublishingError as error:
            log.info("no clear answer before the hour", account=account_id, code=error.code, detail=error.detail)
            self._rest(account_id, await self._pause(account_id, error.retry_at))

    async def _pause(self, account_id: str, retry_at: datetime | None) -> timedelta:
        """The platform's own wait, else ours: shorter when the first hour is near."""
        now = self.clock.now()
        if retry_at is not None:
            return max(retry_at - now, LEAST_PAUSE)
        waiting = await self._waiting(account_id, 1)
        hours = [delivery.due_at - LAST_CALL - now for delivery in waiting if delivery.due_at is not None]
        return min([PAUSE, *(pause for pause in hours if pause > timedelta(0))])

    async def _check(self, account_id: str) -> None:
        """All that waits on one account, with one question to the platform. Raises what is not definite."""
        async with self.store.view() as unit:
            account = await unit.accounts.account(account_id)
        version = None if account is None else account.credentials_version
        access: Access | None = None
        while waiting := await self._waiting(account_id, SLICE):
            if access is None and not all(delivery.dry_run for delivery in waiting):
                access = await self.inspection.access(account_id)
                version = access.account.credentials_version if isinstance(access, Connection) else version
            found = await self.inspection.findings(waiting, access)
            if not await self._keep(account_id, version, access, found):
                return

    async def _waiting(self, account_id: str, most: int) -> list[Delivery]:
        async with self.store.view() as unit:
            return await unit.timetable.unchecked(account_id, *self._window(), most)

    async def _keep(
        self, account_id: str, version: int | None, access: Access | None, found: Sequence[Finding]
    ) -> bool:
        """False: the credentials were renewed meanwhile, and nothing of this holds any more."""
        async with self.store.unit() as unit:
            account = await unit.accounts.account(account_id)
            if version != (None if account is None else account.credentials_version):
                return False
            if isinstance(access, AuthExpired) and version is not None:
                await unit.accounts.refused(account_id, version)
            stopped = [each.job_id for each, move in found if await self._note(unit, each, move)]
        for job_id in dict.fromkeys(stopped):
            self.progress.changed(job_id)
        return True

    async def _note(self, unit: Unit, delivery: Delivery, move: Move | None) -> bool:
        """Whether the chat has something to tell. What moved meanwhile stays as it is now."""
        moved = delivery
        if move is not None:
            after = await unit.deliveries.move(delivery, move, actor=SYSTEM, at=self.clock.now())
            if after is None:
                return False
            moved = after
        if moved.status is DeliveryStatus.WAITING:
            await unit.timetable.checked(moved)
        return move is not None
