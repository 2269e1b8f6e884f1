"""How much may be published when: the configured windows, what the platform itself says, and what we used of both.

Pure, but for the port at its end. What a platform says may tighten a configured window, never widen it.
"""

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from pydantic import BaseModel

from publishers.engine.model import Delivery, Wait
from publishers.engine.outside import Allowance

SPANS = {"min": timedelta(minutes=1), "hour": timedelta(hours=1), "day": timedelta(days=1)}
NAME = re.compile(r"[a-z]+(?:_[a-z]+)*_per_(?P<many>[1-9][0-9]{0,3})?(?P<unit>min|hour|day)")
TICK = timedelta(microseconds=1)
"""Between two that wait for the same moment: it keeps them in order."""
WINDOW_FULL, TOLD_FULL = "budget", "rate_limited"
"""Codes: a window of the configuration is used up; the platform says that not enough is left."""
ASKED_AGAIN = "retried"
"""The reason of a delivery that a person sent back: the platform is asked again, whatever it said before."""
RENEWED = "renewed"
"""… and of one that was let through, and comes back because there are newer credentials."""


@dataclass(frozen=True, slots=True)
class Window:
    """At most `most` publications of one account in any stretch of `span`."""

    most: int
    span: timedelta


def windows(settings: BaseModel) -> tuple[Window, ...]:
    """Those of a platform's settings: every number under `rate_limits`. Raises ValueError for a name it cannot read."""
    limits: BaseModel | None = getattr(settings, "rate_limits", None)
    named = {} if limits is None else limits.model_dump()
    return tuple(Window(most, _span(name)) for name, most in named.items() if most is not None)


def _span(name: str) -> timedelta:
    found = NAME.fullmatch(name)
    if found is None:
        raise ValueError(f"{name}: is not the name of a limit; allowed: names like posts_per_hour, tweets_per_15min")
    return int(found["many"] or 1) * SPANS[found["unit"]]


class Said(NamedTuple):
    """What a platform said of an account, and when."""

    allowance: Allowance
    at: datetime


@dataclass(frozen=True, slots=True)
class Usage:
    """What one account has used. `spent`: when each part became public, or may have; in order.

    `reserved`: parts still to come of what is publishing now. `queued`: when the parts are due that wait for a limit,
    in order.
    """

    spent: Sequence[datetime] = ()
    reserved: int = 0
    queued: Sequence[datetime] = ()
    said: Sequence[Said] = ()


class Held(NamedTuple):
    """Not now: from when on, and the code that says why."""

    until: datetime
    code: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What is left where least is, as things stand at `at`, and from when on one more could go.

    `most` None: the platform does not say of how many; `span` None: it is the platform that says so.
    """

    left: int
    most: int | None
    span: timedelta | None
    at: datetime
    free_at: datetime | None = None
    """None: at once."""

    @property
    def scarce(self) -> bool:
        """A fifth or less is left."""
        return self.most is None or self.left * 5 <= self.most


@dataclass(slots=True)
class Ration:
    """One account at `now`, kept up to date while its deliveries are let through one after the other."""

    windows: Sequence[Window]
    usage: Usage
    now: datetime
    _taken: list[datetime] = field(init=False)
    """Parts that go now, and those that were given a moment."""
    _said: Sequence[Said] = field(init=False)

    def __post_init__(self) -> None:
        self._taken = [self.now] * self.usage.reserved
        self._said = [said for said in self.usage.said if said.allowance.resets_at > self.now]

    def take(self, delivery: Delivery, *, anyway: bool = False) -> Held | None:
        """None: it goes now. It is counted either way. `anyway`: it cannot be held back."""
        parts = needed(delivery)
        until = None if anyway or not parts else self._until(delivery, parts)
        held = None if until is None else Held(until, self._why(parts))
        self._taken += [until or self.now] * parts
        return held

    def _why(self, parts: int) -> str:
        going = [at for at in self._taken if at <= self.now]
        pairs = zip(self._left(going), self._said, strict=True)
        told = any(left < _fitting(parts, said.allowance.most) for left, said in pairs)
        return TOLD_FULL if told else WINDOW_FULL

    def standing(self, parts: int) -> Standing | None:
        """For somebody who wants to publish so many parts; None: no limit is known."""
        usage = self.usage
        coming = sorted((*self._taken, *usage.queued))
        used = sorted((*usage.spent, *self._taken))
        of_windows = [(each.most - _within(each, self.now, used), each.most, each.span) for each in self.windows]
        pairs = zip(self._left(self._taken), self._said, strict=True)
        of_said = [(left, said.allowance.most, None) for left, said in pairs]
        if not of_windows and not of_said:
            return None
        left, most, span = min((*of_windows, *of_said), key=lambda each: each[0])
        free_at = self._free(parts, self._after(usage.queued), coming, self._said)
        return Standing(0 if usage.queued else max(0, left), most, span, self.now, free_at)

    def _until(self, delivery: Delivery, parts: int) -> datetime | None:
        """Who came first goes first; what has begun, and what a person sent back, waits for nobody."""
        if delivery.reason == ASKED_AGAIN:
            return self._free(parts, self.now, sorted(self._taken), ())
        begun = delivery.wait is Wait.LIMIT or delivery.receipts or delivery.reason == RENEWED
        ahead = self._taken if begun else [*self._taken, *self.usage.queued]
        return self._free(parts, self._after(ahead), sorted(ahead), self._said)

    def _after(self, ahead: Iterable[datetime]) -> datetime:
        last = max(ahead, default=self.now)
        return last + TICK if last > self.now else self.now

    def _free(
        self, parts: int, earliest: datetime, coming: Sequence[datetime], said: Sequence[Said]
    ) -> datetime | None:
        """The first moment from `earliest` on at which so many more fit everywhere; None: that is now."""
        at, used = earliest, sorted((*self.usage.spent, *coming))
        while True:
            freed = [_freed(window, parts, at, used) for window in self.windows]
            reset = [
                each.allowance.resets_at
                for each, left in zip(said, self._left(coming), strict=False)
                if each.allowance.resets_at > at and left < _fitting(parts, each.allowance.most)
            ]
            later = max((at, *freed, *reset))
            if later == at:
                return None if at == self.now else at
            at = later

    def _left(self, coming: Sequence[datetime]) -> list[int]:
        """Of each of the platform's words: what came after it counts against it."""
        spent = self.usage.spent
        since = (len(spent) - bisect_right(spent, said.at) for said in self._said)
        return [said.allowance.remaining - used - len(coming) for said, used in zip(self._said, since, strict=True)]


def needed(delivery: Delivery) -> int:
    """Parts that are not public yet."""
    return max(0, len(delivery.adapted.parts) - len(delivery.receipts))


def _fitting(parts: int, most: int | None) -> int:
    """A thread that is longer than a whole window needs all of it."""
    return parts if most is None else min(parts, most)


def _within(window: Window, at: datetime, used: Sequence[datetime]) -> int:
    """How many of these moments, in order, lie in the window that ends at `at`."""
    return bisect_right(used, at) - bisect_right(used, at - window.span)


def _freed(window: Window, parts: int, at: datetime, used: Sequence[datetime]) -> datetime:
    """When so many more fit into this window, seen from `at`: `at` itself, or when enough has left it."""
    over = _within(window, at, used) + _fitting(parts, window.most) - window.most
    return at if over <= 0 else used[bisect_right(used, at - window.span) + over - 1] + window.span


class Budgets(Protocol):
    """What is kept of it."""

    async def usage(self, account_ids: Collection[str], since: datetime, now: datetime) -> Mapping[str, Usage]:
        """Of each of these accounts, from `since` on."""

    async def saw(self, account_id: str, allowances: Iterable[Allowance], at: datetime) -> None:
        """The newest word of each name counts; within one window the smallest."""


async def rations(
    budgets: Budgets, accounts: Mapping[str, str], limits: Mapping[str, Sequence[Window]], now: datetime
) -> dict[str, Ration]:
    """By account. `accounts`: the platform of each, by id; `limits`: the windows of each platform."""
    if not accounts:
        return {}
    used = [window.span for platform in set(accounts.values()) for window in limits.get(platform, ())]
    usage = await budgets.usage(accounts, now - max(used, default=timedelta(0)), now)
    return {
        account_id: Ration(limits.get(platform, ()), usage.get(account_id, Usage()), now)
        for account_id, platform in accounts.items()
    }
