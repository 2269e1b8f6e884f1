"""One door: everything that makes work due commits, then pokes. One loop claims what is due and runs it."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import groupby
from typing import Any

import structlog

from publishers.engine.connections import Connections
from publishers.engine.contract import Quotas, Receipt
from publishers.engine.errors import (
    AuthExpired,
    Broken,
    MediaGone,
    Needs,
    Omitted,
    PublishingError,
    Stale,
    Unavailable,
    Unconfirmed,
)
from publishers.engine.fences import Fences
from publishers.engine.finishing import Finishing
from publishers.engine.gate import Gate, in_turn
from publishers.engine.many import Moving
from publishers.engine.meter import Meter, told
from publishers.engine.model import FINAL, Delivery, DeliveryStatus, Move
from publishers.engine.outside import Clock, Gauge, MediaMissing
from publishers.engine.patience import patiently
from publishers.engine.ports import Progress, Store, StoreUnavailable, Unit
from publishers.engine.preflight import Preflight
from publishers.engine.retry import Looks, RetryPolicy, judge, renewed
from publishers.engine.scheduler import Scheduler
from publishers.engine.steps import Fence, Rehearsal

log = structlog.get_logger(__name__)

SLICE = 50
"""Deliveries claimed at once: the loop breathes in between."""
BREATH = 0.05
"""Seconds between two slices of alarms to be set: after a loss there may be many, and others want to work too."""
LAST_NOTES = 1.0
"""Seconds a stop leaves for writing down how the last commits ended."""
STILL_ACTING = timedelta(seconds=30)
"""How soon to see again what became of an act that outlasted its run: no person is asked while it goes on."""
IMMEDIATE = (1.0, 3.0)
"""Pauses (seconds) before the immediate tries, which spend no attempt."""


class Renewed(Exception):
    """The platform refused credentials that have newer ones now: the run is to be repeated."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How much runs at once, how long, and how often the tables are swept."""

    slots: int = 10
    """Deliveries at once of each account: a network that hangs takes nobody else's places."""
    job_timeout: timedelta = timedelta(seconds=300)
    sweep: timedelta = timedelta(seconds=3)
    grace: timedelta = timedelta(hours=1)
    """How late a scheduled post may go out by itself."""
    drain: timedelta = timedelta(seconds=20)
    """How long a stop waits for commits that are on the wire."""


@dataclass(slots=True)
class Engine:
    """Runs deliveries. `jitter` gives numbers in 0…1."""

    store: Store
    clock: Clock
    connections: Connections
    progress: Progress
    fences: Fences
    scheduler: Scheduler
    jitter: Callable[[], float]
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    looks: Looks = field(default_factory=Looks)
    pace: Pace = field(default_factory=Pace)
    preflight: Preflight | None = None
    _poked: asyncio.Event = field(default_factory=asyncio.Event)
    _running: Counter[str] = field(default_factory=Counter)
    """By account."""
    _asking: set[str] = field(default_factory=set)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _finishing: Finishing = field(init=False)

    def __post_init__(self) -> None:
        self._finishing = Finishing(self.store, self.clock)

    @property
    def meter(self) -> Meter:
        return Meter(self.store, self.clock, self.connections, self._asking)

    def poke(self) -> None:
        """Something may be due. Called after the commit that made it so."""
        self._poked.set()

    async def run(self) -> None:
        """Void the claims of an earlier life, then work until cancelled."""
        await patiently(self._recover, self.clock)
        self.scheduler.alarms.listen(self.poke)
        while True:
            self._poked.clear()
            await patiently(self.sweep, self.clock)
            more = await patiently(self.scheduler.catch_up, self.clock)
            await self._rest(BREATH if more else self.pace.sweep.total_seconds())

    async def _recover(self) -> None:
        async with self.store.unit() as unit:
            recovered = await unit.deliveries.recover(self.clock.now())
            await unit.renewing.void()
        if recovered:
            log.info("recovered deliveries of an earlier life", count=recovered)

    async def stop(self) -> None:
        """After `run` was cancelled: let commits end, stop waiting for the rest. What is left is recovery's."""
        if self.preflight is not None:
            await self.preflight.stop()
        limit = self.pace.drain.total_seconds()
        await asyncio.gather(self.fences.drain(limit), self.connections.renewals.drain(limit))
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=LAST_NOTES)
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def quiet(self) -> None:
        """Wait until nothing that was started is running."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    # -- the loop ------------------------------------------------------------------------------------------------

    async def sweep(self) -> None:
        """Free what has new credentials, let through what is due, start it."""
        while await self._claim():
            pass
        if self.preflight is not None:
            self.preflight.start()

    async def _claim(self) -> bool:
        """One slice. False: nothing more can move now."""
        async with self.store.unit() as unit:
            released = await unit.deliveries.release(self.clock.now())
            moved = await self._let_through(unit)
        claimed = sorted((each for each in moved if each.status is DeliveryStatus.PUBLISHING), key=_job_of)
        held = [each.job_id for each in moved if each.status is not DeliveryStatus.PUBLISHING]
        for job_id in dict.fromkeys((*released, *held)):
            self.progress.changed(job_id)
        for job_id, deliveries in groupby(claimed, key=_job_of):
            self._start(job_id, list(deliveries))
        return bool(held) or len(claimed) == SLICE

    async def _let_through(self, unit: Unit) -> list[Delivery]:
        now = self.clock.now()
        slots = dict.fromkeys(self.connections.platforms, self.pace.slots)
        due = await unit.deliveries.due(now, slots, SLICE, taken=self._running)
        if not due:
            return []
        gate = Gate(now, self.pace.grace, await unit.pauses.paused(), await self.meter.rations(unit, due, now))
        planned = [(delivery, move) for delivery in in_turn(due) if (move := gate.move(delivery)) is not None]
        self.fences.unbegun.update(each.id for each, move in planned if _begins(each, move))
        return await unit.deliveries.move_all(planned, now)

    def _start(self, job_id: str, deliveries: list[Delivery]) -> None:
        self._running.update(delivery.account_id for delivery in deliveries)
        self._beside(self._run_job(deliveries), name=f"job {job_id}")

    def _beside(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """What the loop does not wait for."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run_job(self, deliveries: Iterable[Delivery]) -> None:
        await asyncio.gather(*(self._deliver(delivery) for delivery in deliveries))

    async def _rest(self, seconds: float) -> None:
        """Until poked, by an alarm or whoever made work due, at most so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._poked.wait()

    # -- one delivery --------------------------------------------------------------------------------------------

    async def _deliver(self, delivery: Delivery) -> None:
        """What ended for good, where others had not to wait for its slot, makes nothing due."""
        self.progress.changed(delivery.job_id)
        over = False
        try:
            over = await patiently(lambda: self._settle(delivery), self.clock)
        finally:
            awaited = self._running[delivery.account_id] >= self.pace.slots
            self._running[delivery.account_id] -= 1
            self.progress.changed(delivery.job_id)
            if awaited or not over:
                self.poke()

    async def _settle(self, delivery: Delivery) -> bool:
        """Safe to repeat: the fence answers for what was done before. True: it is over."""
        gauge = Gauge()
        move = await self._attempt(delivery, gauge)
        await self._finishing.finish(Moving(delivery, move, tuple(told(gauge, move))))
        if move.to is DeliveryStatus.PUBLISHED and gauge.asks and not delivery.dry_run:
            self._beside(self.meter.ask(delivery.account_id), name=f"quotas {delivery.account_id}")
        return move.to in FINAL

    async def _attempt(self, delivery: Delivery, gauge: Gauge) -> Move:
        """The single catch: whatever happened becomes one move."""
        steps = Rehearsal() if delivery.dry_run else Fence(self.fences, delivery)
        try:
            async with asyncio.timeout(self.pace.job_timeout.total_seconds()):
                await steps.link(await self._publish(delivery, steps, gauge))
        except Omitted:
            return Move(DeliveryStatus.PENDING, reason="omitted")
        except (PublishingError, Renewed) as error:
            return await self._judge(delivery, error, made=_looks(delivery, steps))
        except TimeoutError:
            return await self._judge(delivery, Unavailable(code="timeout"), made=_looks(delivery, steps))
        except StoreUnavailable:
            raise
        except MediaMissing as error:
            return await self._judge(delivery, MediaGone(str(error)), made=_looks(delivery, steps))
        except Exception as error:
            log.exception("unexpected fault", delivery=delivery.id)
            return await self._judge(delivery, Broken(type(error).__name__), made=_looks(delivery, steps))
        return Move(DeliveryStatus.PUBLISHED)

    async def _publish(self, delivery: Delivery, steps: Fence | Rehearsal, gauge: Gauge) -> Receipt:
        """With the immediate tries: only when nothing left us, or a prepared value is gone."""
        pauses = iter(IMMEDIATE)
        while True:
            connection = await self.connections.connect(delivery.account_id, gauge)
            gauge.asks = isinstance(connection.publisher, Quotas)
            try:
                return await connection.publisher.publish(delivery.adapted, steps)
            except AuthExpired as error:
                if await self.connections.again(connection):
                    raise Renewed from error
                raise
            except (Unavailable, Stale) as error:
                pause = next(pauses, None)
                if pause is None or error.retry_at is not None:
                    raise
                if isinstance(error, Stale):
                    await steps.forget(error.keys)
                await self.clock.sleep(pause)

    async def _judge(self, delivery: Delivery, error: PublishingError | Renewed, *, made: int) -> Move:
        """The table knows better than the exception: what is armed may be public, what is not cannot be."""
        acting = self.fences.acting(delivery.id)  # asked first: it may end, and disarm, while the table is read
        async with self.store.view() as unit:
            armed = await unit.steps.armed(delivery.id) is not None
        if isinstance(error, Renewed):
            return renewed(delivery, self.clock.now(), armed=armed, made=made)
        if armed and error.needs is not Needs.AUTHORIZATION and not isinstance(error, Unconfirmed):
            error = Unconfirmed(error.detail, code=error.code, params=error.params)
        if armed and acting:
            error = Unconfirmed(error.detail, code=error.code, retry_at=self.clock.now() + STILL_ACTING)
        if isinstance(error, Unconfirmed) and not armed:
            error = Unavailable(error.detail, retry_at=error.retry_at)
        log.info(
            "not published", delivery=delivery.id, platform=delivery.platform, code=error.code, detail=error.detail
        )
        return judge(error, delivery, self.clock.now(), self.policy, self.looks, made=made, jitter=self.jitter())


def _begins(delivery: Delivery, move: Move) -> bool:
    """Claimed for the first time: nothing can have been kept of its steps."""
    return move.to is DeliveryStatus.PUBLISHING and delivery.started_at is None and not delivery.dry_run


def _job_of(delivery: Delivery) -> str:
    return delivery.job_id


def _looks(delivery: Delivery, steps: Fence | Rehearsal) -> int:
    """Of the present doubt. A run that ended before it could look counts as one: otherwise it would be due for ever."""
    if steps.performed or steps.looks > delivery.looks:
        return steps.looks
    return delivery.looks + 1
