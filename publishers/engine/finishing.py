"""How a try ends: the move, what the platform said of its limits, and whoever is to be left out, in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from publishers.engine.decisions import skip
from publishers.engine.many import Moving
from publishers.engine.model import FINAL, SYSTEM, Delivery
from publishers.engine.outside import Clock
from publishers.engine.ports import Store
from publishers.engine.together import Together


@dataclass(slots=True)
class Finishing:
    """`finish` may be called by many at the same moment."""

    store: Store
    clock: Clock
    _together: Together[Moving, None] = field(init=False)

    def __post_init__(self) -> None:
        self._together = Together(self._finish)

    async def finish(self, moving: Moving) -> None:
        """Returns once it is kept, also when somebody else has moved the delivery. Raises StoreUnavailable."""
        await self._together.do(moving)

    def stop(self) -> None:
        """As a death would: nothing more is written."""
        self._together.stop()

    async def _finish(self, moving: Sequence[Moving]) -> Sequence[None]:
        """One alone may have been moved by somebody else; of several each is then tried alone."""
        at = self.clock.now()
        async with self.store.unit() as unit:
            for one in moving:
                if one.heard:
                    await unit.budgets.saw(one.delivery.account_id, one.heard, at)
            if len(moving) > 1:
                moved: Sequence[Delivery | None] = await unit.many.move(moving, at)
            else:
                moved = [await unit.deliveries.move(one.delivery, one.move, actor=SYSTEM, at=at) for one in moving]
            for each in moved:
                if each is not None and each.omit and each.status not in FINAL:
                    await skip(unit, each, actor=SYSTEM, at=at)
        return [None] * len(moving)
