"""What becomes of a delivery whose time has come: it goes, or waits for something else. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from publishers.engine.budget import Ration
from publishers.engine.errors import Needs
from publishers.engine.model import LOOK, Delivery, DeliveryStatus, Move, Wait

_S = DeliveryStatus
LEAST_GRACE = timedelta(minutes=1)
"""No hour is met to the second: with less than this, everything scheduled would be late."""


@dataclass(frozen=True, slots=True)
class Gate:
    """As things stand at `now`. `grace`: how late a scheduled post may go out by itself; `paused`: platform keys.

    `rations`: by account, each brought up to date with every delivery that is let through.
    """

    now: datetime
    grace: timedelta
    paused: Collection[str] = ()
    rations: Mapping[str, Ration] = field(default_factory=dict)

    def move(self, delivery: Delivery) -> Move | None:
        """None: it is left as it is. What may be public is looked for whenever its network is not paused."""
        if delivery.status is _S.UNCONFIRMED:
            return None if delivery.platform in self.paused else Move(_S.PUBLISHING, reason=LOOK)
        if delivery.platform in self.paused:
            return Move(_S.WAITING, wait=Wait.PAUSE)
        if self._late(delivery):
            return Move(_S.BLOCKED, needs=Needs.HOUR, code="late")
        return self._ration(delivery)

    def _ration(self, delivery: Delivery) -> Move:
        """A dry run uses nothing; a look is never held back."""
        ration = None if delivery.dry_run else self.rations.get(delivery.account_id)
        held = None if ration is None else ration.take(delivery, anyway=delivery.looks > 0)
        if held is None:
            return Move(_S.PUBLISHING)
        return Move(_S.WAITING, due_at=held.until, wait=Wait.LIMIT, code=held.code)

    def _late(self, delivery: Delivery) -> bool:
        if delivery.wait is not Wait.HOUR or delivery.due_at is None:
            return False
        return self.now - delivery.due_at > max(self.grace, LEAST_GRACE)


def in_turn(due: Sequence[Delivery]) -> list[Delivery]:
    """What has waited for a limit goes before what has just come."""
    return sorted(due, key=lambda delivery: delivery.wait is not Wait.LIMIT)


def again(delivery: Delivery, now: datetime, reason: str) -> Move:
    """What stood still goes on: at its hour while that is to come, else now."""
    hour = delivery.scheduled_at
    if hour is not None and hour > now:
        return Move(_S.WAITING, due_at=hour, wait=Wait.HOUR, reason=reason)
    return Move(_S.PENDING, reason=reason)


def unpaused(delivery: Delivery, now: datetime) -> Move:
    """Its network goes on. A post whose hour went by meanwhile is judged as any that is late."""
    hour = delivery.scheduled_at
    if hour is not None and delivery.started_at is None:
        return Move(_S.WAITING, due_at=hour, wait=Wait.HOUR, reason="resumed")
    return again(delivery, now, "resumed")
