"""The fence: what becomes public is armed durably before the call and received durably right after it.

A publisher may run from the top again after any crash. A step that was received answers from the store; one that is
still armed is looked for, never repeated, until a *no* can be believed. See docs/decisions/0001 for the eight rules.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog

from publishers.engine.contract import Absent, Act, Receipt
from publishers.engine.errors import (
    AuthExpired,
    Duplicate,
    NotPermitted,
    NotYourTurn,
    Omitted,
    PublishingError,
    Rejected,
    Unconfirmed,
)
from publishers.engine.matching import Sighting, mark, telling
from publishers.engine.model import Delivery
from publishers.engine.outside import Clock
from publishers.engine.ports import MarkTaken, Step, Stopped, Store, StoreUnavailable

log = structlog.get_logger(__name__)

DUPLICATE_WINDOW = timedelta(hours=24)
"""How far back the post may lie that a platform calls the original of a duplicate."""


@dataclass(slots=True)
class Fences:
    """What the fences of one process share: its doubts, its running commits, and the overrides of the acts' times."""

    store: Store
    clock: Clock
    settle: timedelta | None = None
    silence: timedelta | None = None
    doubts: dict[tuple[str, str], float] = field(default_factory=dict)
    """Monotonic time since which this process has known a step as armed: a restart begins anew."""
    commits: dict[tuple[str, str], asyncio.Task[Receipt]] = field(default_factory=dict)
    """Acts on the wire, by delivery and step: they go on when whoever waited for them has stopped."""
    _arming: set[asyncio.Future[None]] = field(default_factory=set)
    _closed: bool = False

    def around(self, delivery: Delivery) -> "Fence":
        return Fence(self, delivery)

    async def drain(self, limit: float) -> None:
        """From now on nothing is armed. Let running commits end, for at most `limit` seconds."""
        self._closed = True
        with suppress(TimeoutError):
            async with asyncio.timeout(limit):
                while running := self._running():
                    await asyncio.wait(running)

    def _running(self) -> list[asyncio.Future[Any]]:
        return [*self._arming, *self.commits.values()]

    async def abandon(self) -> None:
        """What did not end in time is recovery's: armed steps are looked for at the next start."""
        for (delivery_id, key), task in self.commits.items():
            log.warning("left on the wire; the next start looks for it", delivery=delivery_id, step=key)
            task.cancel()
        await asyncio.gather(*self.commits.values(), return_exceptions=True)

    @asynccontextmanager
    async def arming(self) -> AsyncIterator[None]:
        """Around arming and the start of the act. At the end of a life it only waits to be cancelled."""
        ended = asyncio.get_running_loop().create_future()
        if self._closed:
            await ended
        self._arming.add(ended)
        try:
            yield
        finally:
            self._arming.discard(ended)
            ended.cancel()


class Fence:
    """The Steps of one delivery."""

    def __init__(self, fences: Fences, delivery: Delivery) -> None:
        self._fences = fences
        self._store = fences.store
        self._clock = fences.clock
        self._delivery = delivery
        self.looks = delivery.looks
        """Made in the present doubt."""
        self.performed = False
        """Whether this run armed something."""
        self.known: set[Receipt] = set()
        """Receipts as they are kept."""

    async def prepare(self, key: str, make: Coroutine[Any, Any, str], *, keeps: timedelta | None = None) -> str:
        try:
            async with self._store.view() as unit:
                step = await unit.steps.step(self._delivery.id, key)
                frozen = await unit.steps.armed(self._delivery.id) is not None
        except BaseException:
            make.close()  # nobody will await it any more
            raise
        if step is not None and step.value is not None and (frozen or self._fresh(step, keeps)):
            make.close()
            return step.value
        value = await make
        async with self._store.unit() as unit:
            await unit.steps.prepared(self._delivery.id, key, value, self._clock.now())
        return value

    def _fresh(self, step: Step, keeps: timedelta | None) -> bool:
        return keeps is None or (step.made_at is not None and self._clock.now() < step.made_at + keeps)

    async def commit(self, key: str, act: Act) -> Receipt:
        receipt = await self._commit(key, act)
        self.known.add(receipt)
        return receipt

    async def _commit(self, key: str, act: Act) -> Receipt:
        running = self._fences.commits.get((self._delivery.id, key))
        if running is not None:
            return await asyncio.shield(running)
        async with self._store.view() as unit:
            step = await unit.steps.step(self._delivery.id, key)
        if step is not None and step.receipt is not None:
            return step.receipt
        if step is not None and step.armed_at is not None:
            found = await self._look(step, step.armed_at, act)
            if found is not None:
                return found
        return await self._perform(key, act)

    # -- looking -------------------------------------------------------------------------------------------------

    async def _look(self, step: Step, armed_at: datetime, act: Act) -> Receipt | None:
        """The receipt of what is public; None once its absence can be believed (the step is disarmed then)."""
        self.looks += 1
        async with self._store.view() as unit:
            taken = await unit.steps.taken(self._delivery.account_id)
        since = armed_at - DUPLICATE_WINDOW if step.refused else armed_at
        found = await self._find(act, Sighting(since, taken))
        if isinstance(found, Receipt):
            return await self._receive(step.key, found)
        wait = self._disbelief(step, act, found)
        if wait is None or wait > 0:
            retry_at = None if wait is None else self._clock.now() + timedelta(seconds=wait)
            raise Unconfirmed("nothing seen yet", retry_at=retry_at)
        await self._disarm(step.key)
        if step.refused:
            raise Rejected("the platform called it a duplicate", code="duplicate")
        return None

    async def _find(self, act: Act, sighting: Sighting) -> Receipt | Absent | None:
        """A look that fails says nothing about what is public; one that is not permitted needs a person."""
        try:
            return await act.find(sighting)
        except (AuthExpired, NotPermitted):
            raise
        except PublishingError as error:
            raise Unconfirmed(error.detail, retry_at=error.retry_at) from error

    def _disbelief(self, step: Step, act: Act, answer: Absent | None) -> float | None:
        """Seconds until this *no* can be believed; 0 or less: now; None: never, however long we wait.

        Where no text tells it from others, having found none that is surely ours proves nothing.
        """
        settle = act.settle if self._fences.settle is None else self._fences.settle
        silence = act.silence if self._fences.silence is None else self._fences.silence
        certain = answer is Absent.ABSENT or step.denied or step.refused
        if not certain and (act.silence is None or not telling(act.text)):
            return None
        needed = settle if certain or silence is None else max(settle, silence)
        return needed.total_seconds() - (self._clock.monotonic() - self._doubt(step.key))

    def _doubt(self, key: str) -> float:
        return self._fences.doubts.setdefault((self._delivery.id, key), self._clock.monotonic())

    # -- performing ----------------------------------------------------------------------------------------------

    async def _perform(self, key: str, act: Act) -> Receipt:
        """Arm, then act in a task of its own: whoever stops waiting does not stop the act."""
        async with self._fences.arming():
            armed_at = self._clock.now()
            await self._arm(key, act, armed_at)
            self.looks, self.performed = 0, True
            task = asyncio.create_task(self._act(key, act, armed_at), name=f"commit {self._delivery.id} {key}")
            self._fences.commits[self._delivery.id, key] = task
        task.add_done_callback(lambda ended: self._ended(key, ended))
        return await asyncio.shield(task)

    def _ended(self, key: str, task: asyncio.Task[Receipt]) -> None:
        self._fences.commits.pop((self._delivery.id, key), None)
        if not task.cancelled():
            task.exception()  # read here: the waiter may be gone

    async def _arm(self, key: str, act: Act, at: datetime) -> None:
        marked = mark(self._delivery.account_id, act.text, act.reply_to)
        try:
            async with self._store.unit() as unit:
                await unit.steps.arm(self._delivery, key, marked, at)
        except MarkTaken as taken:
            raise NotYourTurn from taken
        except Stopped as stopped:
            raise Omitted from stopped
        self._fences.doubts[self._delivery.id, key] = self._clock.monotonic()

    async def _act(self, key: str, act: Act, armed_at: datetime) -> Receipt:
        try:
            receipt = await act.perform()
        except Duplicate as refusal:
            return await self._original(key, act, armed_at, refusal)
        except PublishingError as error:
            if error.definite:
                await self._disarm(key)
            raise
        return await self._receive(key, receipt)

    async def _original(self, key: str, act: Act, armed_at: datetime, refusal: Duplicate) -> Receipt:
        """A duplicate of what? Of a post of ours that nobody claimed: adopt it. Of a claimed one: say which."""
        async with self._store.unit() as unit:
            await unit.steps.refuse(self._delivery.id, key)
            taken = await unit.steps.taken(self._delivery.account_id)
        since = armed_at - DUPLICATE_WINDOW
        found = await self._find(act, Sighting(since, taken))
        if isinstance(found, Receipt):
            return await self._receive(key, found)
        claimed = await self._find(act, Sighting(since, frozenset()))
        if not isinstance(claimed, Receipt):
            raise Unconfirmed(refusal.detail)
        await self._disarm(key)
        raise Rejected(refusal.detail, code="duplicate", params={"link": claimed.permalink or ""})

    # -- keeping -------------------------------------------------------------------------------------------------

    async def _disarm(self, key: str) -> None:
        async with self._store.unit() as unit:
            await unit.steps.disarm(self._delivery.id, key)
        self._fences.doubts.pop((self._delivery.id, key), None)

    async def _receive(self, key: str, receipt: Receipt) -> Receipt:
        """Keep the receipt whatever it takes: without it a restart could only look."""
        pause = 1.0
        while True:
            try:
                async with self._store.unit() as unit:
                    await unit.steps.receive(self._delivery.id, key, receipt, self._clock.now())
            except StoreUnavailable:
                log.exception("receipt not stored", delivery=self._delivery.id, step=key, receipt=receipt.id)
                await self._clock.sleep(pause)
                pause = min(pause * 2, 30.0)
            else:
                self._fences.doubts.pop((self._delivery.id, key), None)
                return receipt


class Rehearsal:
    """The Steps of a dry run: everything is prepared, nothing is made public."""

    looks = 0
    performed = False
    known: frozenset[Receipt] = frozenset()

    async def prepare(self, key: str, make: Coroutine[Any, Any, str], *, keeps: timedelta | None = None) -> str:  # noqa: ARG002 - the port's shape
        return await make

    async def commit(self, key: str, act: Act) -> Receipt:  # noqa: ARG002 - the port's shape
        return Receipt(id=f"rehearsal-{key}")
