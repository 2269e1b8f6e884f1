"""The fence: what becomes public is armed durably before the call and received durably right after it.

A publisher may run from the top again after any crash. A step that was received answers from the store; one that is
still armed is looked for, never repeated, until a *no* can be believed. See docs/decisions/0001 for the eight rules.
"""

import asyncio
from collections.abc import Coroutine, Sequence
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
    Unavailable,
    Unconfirmed,
)
from publishers.engine.fences import Fences
from publishers.engine.many import Arming, Proof, Value
from publishers.engine.matching import EARLY, Sighting, mark, telling
from publishers.engine.model import Delivery
from publishers.engine.ports import MarkTaken, Step, Stopped, StoreUnavailable

log = structlog.get_logger(__name__)

DUPLICATE_WINDOW = timedelta(hours=24)
"""How far back the post may lie that a platform calls the original of a duplicate."""


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
        self._steps: dict[str, Step] | None = fences.remembered(delivery.id)
        """As they are kept, until this run arms something: nobody else writes them meanwhile."""

    async def prepare(self, key: str, make: Coroutine[Any, Any, str], *, keeps: timedelta | None = None) -> str:
        try:
            steps = await self._recalled()
        except BaseException:
            make.close()  # nobody will await it any more
            raise
        step, frozen = steps.get(key), any(each.armed for each in steps.values())
        if step is not None and step.value is not None and (frozen or self._fresh(step, keeps)):
            make.close()
            return step.value
        value, made_at = await make, self._clock.now()
        await self._fences.preparing.do(Value(self._delivery.id, key, value, made_at))
        steps[key] = Step(key, value, made_at)
        return value

    async def forget(self, keys: Sequence[str]) -> None:
        """Drop prepared values that no longer exist on the platform."""
        async with self._store.unit() as unit:
            for key in keys:
                await unit.steps.forget(self._delivery.id, key)
        self._steps = None

    async def _recalled(self) -> dict[str, Step]:
        if self._steps is None:
            self._steps = {step.key: step for step in await self._fences.recalling.do(self._delivery.id)}
        return self._steps

    def _fresh(self, step: Step, keeps: timedelta | None) -> bool:
        return keeps is None or (step.made_at is not None and self._clock.now() < step.made_at + keeps)

    async def commit(self, key: str, act: Act) -> Receipt:
        receipt = await self._commit(key, act)
        self.known.add(receipt)
        return receipt

    async def done(self, key: str) -> Receipt | None:
        step = (await self._recalled()).get(key)
        if step is None or step.receipt is None:
            return None
        self.known.add(step.receipt)
        return step.receipt

    async def link(self, receipt: Receipt) -> None:
        if receipt.permalink is None or receipt in self.known:
            return
        async with self._store.unit() as unit:
            await unit.steps.linked(self._delivery.id, receipt)
        self.known.add(receipt)

    async def _joined(self, running: asyncio.Task[Receipt]) -> Receipt:
        """An act that outlasted an earlier run: what its credentials are refused says nothing of ours."""
        try:
            return await asyncio.shield(running)
        except (AuthExpired, NotPermitted) as refusal:
            raise Unavailable(refusal.detail) from refusal

    async def _commit(self, key: str, act: Act) -> Receipt:
        running = self._fences.commits.get((self._delivery.id, key))
        if running is not None:
            return await self._joined(running)
        step = (await self._recalled()).get(key)
        if step is not None and step.armed:
            step = await self._now(key)
        if step is not None and step.receipt is not None:
            return step.receipt
        if step is not None and step.armed_at is not None:
            found = await self._look(step, step.armed_at, act)
            if found is not None:
                return found
        return await self._perform(key, act)

    async def _now(self, key: str) -> Step | None:
        """An act of an earlier run may have ended since this one began."""
        async with self._store.view() as unit:
            return await unit.steps.step(self._delivery.id, key)

    # -- looking -------------------------------------------------------------------------------------------------

    async def _look(self, step: Step, armed_at: datetime, act: Act) -> Receipt | None:
        """The receipt of what is public; None once its absence can be believed (the step is disarmed then)."""
        self.looks += 1
        sighting = await self._sighting(act, self._since(step, armed_at))
        found = await self._find(act, sighting)
        if isinstance(found, Receipt):
            return await self._receive(step.key, found)
        wait = self._disbelief(step, act, found, sighting)
        if wait is None or wait > 0:
            retry_at = None if wait is None else self._clock.now() + timedelta(seconds=wait)
            raise Unconfirmed("nothing seen yet", retry_at=retry_at)
        if found is None and not step.denied and await self._older(step, armed_at, act):
            raise Unconfirmed("the same text is there, seemingly older than the attempt")
        await self._disarm(step.key)
        if step.refused:
            raise Rejected("the platform called it a duplicate", code="duplicate")
        return None

    def _since(self, step: Step, armed_at: datetime) -> datetime:
        """When it was armed, on our clock as it goes now where that is known: it may have been set since."""
        if self._own(step.key):
            armed_at = self._clock.now() - timedelta(seconds=self._clock.monotonic() - self._doubt(step.key))
        return armed_at - DUPLICATE_WINDOW if step.refused else armed_at

    async def _sighting(self, act: Act, since: datetime) -> Sighting:
        async with self._store.view() as unit:
            taken = await unit.steps.taken(self._delivery.account_id)
            unnamed = await unit.steps.unnamed(self._mark(act), since - EARLY)
        return Sighting(since, taken, unnamed)

    def _mark(self, act: Act) -> str:
        return mark(self._delivery.account_id, act.text, act.reply_to)

    def _own(self, key: str) -> bool:
        return (self._delivery.id, key) in self._fences.own

    async def _older(self, step: Step, armed_at: datetime, act: Act) -> bool:
        """Whether something seems to be older than the attempt only by the clock of an earlier life."""
        if self._own(step.key):
            return False
        since = min(armed_at, self._clock.now()) - DUPLICATE_WINDOW
        return isinstance(await self._find(act, await self._sighting(act, since)), Receipt)

    async def _find(self, act: Act, sighting: Sighting) -> Receipt | Absent | None:
        """A look that fails says nothing about what is public; one that is not permitted needs a person."""
        try:
            return await act.find(sighting)
        except (AuthExpired, NotPermitted):
            raise
        except PublishingError as error:
            raise Unconfirmed(error.detail, retry_at=error.retry_at) from error

    def _disbelief(self, step: Step, act: Act, answer: Absent | None, sighting: Sighting) -> float | None:
        """Seconds until this *no* can be believed; 0 or less: now; None: never, however long we wait.

        Where no text tells it from others, or an item of ours has no name yet, having found none that is surely this
        one proves nothing.
        """
        settle = act.settle if self._fences.settle is None else self._fences.settle
        silence = act.silence if self._fences.silence is None else self._fences.silence
        certain = answer is Absent.ABSENT or step.denied or step.refused
        if not certain and (act.silence is None or sighting.unnamed or not telling(act.text)):
            return None
        needed = settle if certain or silence is None else max(settle, silence)
        return needed.total_seconds() - (self._clock.monotonic() - self._doubt(step.key))

    def _doubt(self, key: str) -> float:
        return self._fences.doubts.setdefault((self._delivery.id, key), self._clock.monotonic())

    # -- performing ----------------------------------------------------------------------------------------------

    async def _perform(self, key: str, act: Act) -> Receipt:
        """Arm, then act in a task of its own: whoever stops waiting does not stop the act."""
        async with self._fences.departing():
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
        self._steps = None
        try:
            await self._fences.arming.do(Arming(self._delivery, key, self._mark(act), at))
        except MarkTaken as taken:
            raise NotYourTurn from taken
        except Stopped as stopped:
            raise Omitted from stopped
        self._fences.doubts[self._delivery.id, key] = self._clock.monotonic()
        self._fences.own.add((self._delivery.id, key))

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
        since = armed_at - DUPLICATE_WINDOW
        found = await self._find(act, await self._sighting(act, since))
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
        self._steps = None
        self._fences.settled(self._delivery.id, key)

    async def _receive(self, key: str, receipt: Receipt) -> Receipt:
        """Keep the receipt whatever it takes: without it a restart could only look."""
        pause = 1.0
        while True:
            try:
                await self._fences.receiving.do(Proof(self._delivery.id, key, receipt, self._clock.now()))
            except StoreUnavailable:
                log.exception("receipt not stored", delivery=self._delivery.id, step=key, receipt=receipt.id)
                await self._clock.sleep(pause)
                pause = min(pause * 2, 30.0)
            else:
                self._steps = None
                self._fences.settled(self._delivery.id, key)
                return receipt


class Rehearsal:
    """The Steps of a dry run: everything is prepared, nothing is made public."""

    looks = 0
    performed = False

    async def prepare(self, key: str, make: Coroutine[Any, Any, str], *, keeps: timedelta | None = None) -> str:  # noqa: ARG002 - the port's shape
        return await make

    async def forget(self, keys: Sequence[str]) -> None:
        """Nothing is remembered."""

    async def commit(self, key: str, act: Act) -> Receipt:  # noqa: ARG002 - the port's shape
        return Receipt(id=f"rehearsal-{key}")

    async def done(self, key: str) -> Receipt | None:  # noqa: ARG002 - the port's shape
        return None

    async def link(self, receipt: Receipt) -> None:
        """Nothing is public that could be seen."""
