"""What a failed try means for the delivery. Pure: an error, a delivery, a time and a policy give one Move."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from publishers.engine.budget import RENEWED
from publishers.engine.errors import (
    Broken,
    NotYourTurn,
    PublishingError,
    QuotaExhausted,
    RateLimited,
    Unconfirmed,
)
from publishers.engine.model import Delivery, DeliveryStatus, Move, Wait

TURN = timedelta(seconds=10)
"""How soon to ask again whether the same text has left the way free."""
WINDOW = timedelta(minutes=15)
"""How long to wait for a limit whose end the platform did not tell."""


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Delayed tries after the first: at most `max_retries`, `initial_delay` growing by `backoff_factor`."""

    max_retries: int = 3
    initial_delay: timedelta = timedelta(seconds=300)
    backoff_factor: float = 2.0
    max_delay: timedelta = timedelta(seconds=3600)

    @property
    def attempts(self) -> int:
        """Tries in all, the first included."""
        return self.max_retries + 1

    def next_try(self, error: PublishingError, attempts: int, now: datetime, jitter: float) -> datetime | None:
        """When to try again after `attempts` spent tries; None: no more. `jitter` in 0…1 adds up to a tenth."""
        if attempts > self.max_retries:
            return None
        if error.retry_at is not None:
            return max(error.retry_at, now)
        delay = min(self.initial_delay * self.backoff_factor ** (attempts - 1), self.max_delay)
        return now + delay * (1 + jitter / 10)


@dataclass(frozen=True, slots=True)
class Looks:
    """When to look for something that may be public, counted from the moment of doubt."""

    after: Sequence[timedelta] = tuple(timedelta(seconds=s) for s in (5, 30, 60, 120))

    def next_look(self, made: int, now: datetime, retry_at: datetime | None) -> datetime | None:
        """When to look after `made` looks. `retry_at`: when a *no* can first be believed. None: ask a person."""
        if made == 0:
            return now
        if made <= len(self.after):
            before = self.after[made - 2] if made > 1 else timedelta(0)
            return now + (self.after[made - 1] - before)
        return retry_at if retry_at is not None and retry_at > now else None


def judge(
    error: PublishingError,
    delivery: Delivery,
    now: datetime,
    policy: RetryPolicy,
    looks: Looks,
    *,
    made: int,
    jitter: float,
) -> Move:
    """The one table from errors to moves. `made`: looks of the present doubt."""
    if isinstance(error, Unconfirmed):
        due = looks.next_look(made, now, error.retry_at)
        return _move(error, DeliveryStatus.UNCONFIRMED, due_at=due, looks=made)
    if isinstance(error, NotYourTurn | RateLimited | QuotaExhausted):
        return _hold(error, now)
    if error.needs is not None:
        return _move(error, DeliveryStatus.BLOCKED)
    due = None if isinstance(error, Broken) else policy.next_try(error, delivery.attempts + 1, now, jitter)
    if due is None:
        return _move(error, DeliveryStatus.FAILED, spent=True)
    return _move(error, DeliveryStatus.WAITING, due_at=due, wait=Wait.RETRY, spent=True)


def renewed(delivery: Delivery, now: datetime, *, armed: bool, made: int) -> Move:
    """Newer credentials are there: all of it again, at once, and nothing was spent. A look they kept us from is due."""
    if armed:
        return Move(DeliveryStatus.UNCONFIRMED, due_at=now, looks=min(made, delivery.looks), reason=RENEWED)
    return Move(DeliveryStatus.PENDING, reason=RENEWED)


def _hold(error: PublishingError, now: datetime) -> Move:
    """Waiting that spends no attempt."""
    if isinstance(error, NotYourTurn):
        return _move(error, DeliveryStatus.WAITING, due_at=now + TURN, wait=Wait.TURN)
    return _move(error, DeliveryStatus.WAITING, due_at=error.retry_at or now + WINDOW, wait=Wait.LIMIT)


def _move(
    error: PublishingError,
    to: DeliveryStatus,
    *,
    due_at: datetime | None = None,
    wait: Wait | None = None,
    spent: bool = False,
    looks: int = 0,
) -> Move:
    return Move(
        to=to,
        due_at=due_at,
        wait=wait,
        spent=spent,
        looks=looks,
        needs=error.needs if to is DeliveryStatus.BLOCKED else None,
        code=error.code,
        params=error.params,
        detail=error.detail,
    )
