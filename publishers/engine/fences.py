"""What the fences of one process share: its doubts, its acts on the wire, and what they write at the same moment."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog

from publishers.engine.contract import Receipt
from publishers.engine.many import Arming, Proof, Value
from publishers.engine.outside import Clock
from publishers.engine.ports import Step, Store
from publishers.engine.together import Together

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Fences:
    """What the fences of one process share: its doubts, its running commits, and the overrides of the acts' times."""

    store: Store
    clock: Clock
    settle: timedelta | None = None
    silence: timedelta | None = None
    doubts: dict[tuple[str, str], float] = field(default_factory=dict)
    """Monotonic time since which this process has known a step as armed: a restart begins anew."""
    own: set[tuple[str, str]] = field(default_factory=set)
    """Steps this process armed itself: it knows by its own monotonic clock how long ago that was."""
    unbegun: set[str] = field(default_factory=set)
    """Deliveries claimed for the first time: nothing has been kept of their steps."""
    commits: dict[tuple[str, str], asyncio.Task[Receipt]] = field(default_factory=dict)
    """Acts on the wire, by delivery and step: they go on when whoever waited for them has stopped."""
    _departing: set[asyncio.Future[None]] = field(default_factory=set)
    _closed: bool = False

    preparing: Together[Value, None] = field(init=False)
    arming: Together[Arming, None] = field(init=False)
    receiving: Together[Proof, None] = field(init=False)
    recalling: Together[str, Sequence[Step]] = field(init=False)

    def __post_init__(self) -> None:
        self.preparing = Together(self._prepare)
        self.arming = Together(self._arm)
        self.receiving = Together(self._receive)
        self.recalling = Together(self._recall)

    async def _recall(self, delivery_ids: Sequence[str]) -> Sequence[Sequence[Step]]:
        async with self.store.view() as unit:
            found = await unit.many.steps(delivery_ids)
        return [found.get(delivery_id, ()) for delivery_id in delivery_ids]

    async def _prepare(self, values: Sequence[Value]) -> Sequence[None]:
        async with self.store.unit() as unit:
            await unit.many.prepared(values)
        return [None] * len(values)

    async def _arm(self, armings: Sequence[Arming]) -> Sequence[None]:
        """One alone is told why it cannot be; of several each is then tried alone."""
        async with self.store.unit() as unit:
            if len(armings) > 1:
                await unit.many.arm(armings)
            else:
                [one] = armings
                await unit.steps.arm(one.delivery, one.key, one.mark, one.at)
        return [None] * len(armings)

    async def _receive(self, proofs: Sequence[Proof]) -> Sequence[None]:
        async with self.store.unit() as unit:
            if len(proofs) > 1:
                await unit.many.receive(proofs)
            else:
                [one] = proofs
                await unit.steps.receive(one.delivery_id, one.key, one.receipt, one.at)
        return [None] * len(proofs)

    def remembered(self, delivery_id: str) -> dict[str, Step] | None:
        """The steps a run begins with, without asking for them: none at the first claim, at no other time known."""
        if delivery_id not in self.unbegun:
            return None
        self.unbegun.discard(delivery_id)
        return {}

    def settled(self, delivery_id: str, key: str) -> None:
        """This step is in doubt no longer."""
        self.doubts.pop((delivery_id, key), None)
        self.own.discard((delivery_id, key))

    def acting(self, delivery_id: str) -> bool:
        """Whether an act of this delivery is on the wire, or its receipt on the way to the store."""
        return any(acting == delivery_id for acting, _ in self.commits)

    def stop(self) -> None:
        """As a death would: nothing more is written."""
        for each in (self.preparing, self.arming, self.receiving, self.recalling):
            each.stop()

    async def drain(self, limit: float) -> None:
        """From now on nothing is armed. Let running commits end, for at most `limit` seconds."""
        self._closed = True
        with suppress(TimeoutError):
            async with asyncio.timeout(limit):
                while running := self._running():
                    await asyncio.wait(running)

    def _running(self) -> list[asyncio.Future[Any]]:
        return [*self._departing, *self.commits.values()]

    async def abandon(self) -> None:
        """What did not end in time is recovery's: armed steps are looked for at the next start."""
        for (delivery_id, key), task in self.commits.items():
            log.warning("left on the wire; the next start looks for it", delivery=delivery_id, step=key)
            task.cancel()
        await asyncio.gather(*self.commits.values(), return_exceptions=True)

    @asynccontextmanager
    async def departing(self) -> AsyncIterator[None]:
        """Around arming and the start of the act. At the end of a life it only waits to be cancelled."""
        ended = asyncio.get_running_loop().create_future()
        if self._closed:
            await ended
        self._departing.add(ended)
        try:
            yield
        finally:
            self._departing.discard(ended)
            ended.cancel()
