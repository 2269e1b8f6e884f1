"""What the fences of one process share: its doubts, its acts on the wire, and what they write at the same moment."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from publishers.engine.contract import Receipt
from publishers.engine.many import Arming, Proof, Value
from publishers.engine.outside import Clock
from publishers.engine.ports import Step, Store
from publishers.engine.together import Together


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
    commits: dict[tuple[str, str], asyncio.Task[Receipt]] = field(default_factory=dict)
    """Acts on the wire, by delivery and step: they go on when whoever waited for them has stopped."""

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
        """Let running commits end, for at most `limit` seconds; what is left is recovery's."""
        if self.commits:
            await asyncio.wait(self.commits.values(), timeout=limit)
