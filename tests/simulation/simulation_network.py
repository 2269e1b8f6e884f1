"""Networks as strict as real ones: what was sent may arrive, be kept, be answered and be listed, each on its own.

What the engine is promised holds: a request has landed within `SETTLE` of being sent, and what landed is in the
account's list within `SILENCE` of it, where the network promises that at all.
"""

import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

from simulation_loop import DAWN, Died, Timeline, VirtualClock, VirtualLoop
from simulation_weather import ANSWERS, FAULTS, PUBLIC_ONLY, Weather

from publishers.engine.contract import Seen
from publishers.engine.errors import (
    AuthExpired,
    Duplicate,
    PublishingError,
    QuotaExhausted,
    RateLimited,
    Rejected,
    Unavailable,
    Unconfirmed,
)
from publishers.engine.outside import Allowance, Gauge

if TYPE_CHECKING:
    from simulation_limits import Closing
    from simulation_renewal import Office

SETTLE = 58.0
"""Seconds after sending by which a request has landed, if it ever does: safely under the acts' 60."""
SILENCE = 118.0
"""Seconds after sending by which what landed is listed: safely under the acts' 120."""
TIMEOUT = 20.0
"""Seconds after which our side stops listening."""
DAY = 86400.0
Answer = TypeVar("Answer")


@dataclass(slots=True)
class Item:
    """One public thing. It is there from `lands`, and surely in the list from `listed`."""

    id: str
    account: str
    text: str
    reply_to: str | None
    lands: float
    listed: float

    def seen(self, skew: float) -> Seen:
        at = DAWN + timedelta(seconds=self.lands + skew)
        return Seen(self.id, at.replace(microsecond=0), self.text, f"https://red.example/{self.id}", self.reply_to)


@dataclass(slots=True)
class Container:
    account: str
    expires: float
    item: Item | None = None


@dataclass
class Networks:
    """All accounts of all networks: what is public there, and how today's weather is."""

    timeline: Timeline
    chance: Random
    weather: Weather
    items: list[Item] = field(default_factory=list)
    containers: dict[str, Container] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    """The token each account honours now."""
    ends: dict[str, float] = field(default_factory=dict)
    """When it ends by itself, where it does."""
    short_lived: bool = False
    """Whether what is renewed ends by itself."""
    office: "Office | None" = None
    """Where the tokens of some accounts come from, in some worlds."""
    closing: "Closing | None" = None
    """Their own window, where they have one."""
    skew: float = 0.0
    """Seconds by which the networks' clock is ahead of the right time."""
    calm: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    told: Callable[[str], None] = lambda _: None
    kept: Callable[[Item], None] = lambda _: None
    begins: Callable[[str, str], None] = lambda *_: None
    """Called with account and text when a request that makes it public is about to leave us."""
    looks: Callable[[str, str, str | None], None] = lambda *_: None
    """Called with account, text and what it replies to when it is about to be looked for."""
    owed: list[Item] = field(default_factory=list)
    """What this life did and has, or will have, a clear answer to."""
    unpictured: set[str] = field(default_factory=set)
    """Texts whose picture is gone."""
    refused: set[tuple[str, str]] = field(default_factory=set)
    """What was refused for what it says: account and text."""

    # -- what anyone can see -------------------------------------------------------------------------------------

    def public(self, account: str, text: str, reply_to: str | None = None) -> list[Item]:
        """What a person finds on the page of the account at this moment."""
        at = self.timeline.at
        return [
            item
            for item in self.items
            if (item.account, item.text, item.reply_to) == (account, text, reply_to) and item.lands <= at
        ]

    def find(self, item_id: str) -> Item | None:
        return next((item for item in self.items if item.id == item_id), None)

    def recent(self, account: str) -> list[Item]:
        """The list a program gets: what is new comes and goes until it is settled."""
        at = self.timeline.at
        return [
            item
            for item in self.items
            if item.account == account
            and item.lands <= at
            and (item.listed <= at or (not self.calm and self.chance.random() < 0.2))
        ]

    # -- who may speak -------------------------------------------------------------------------------------------

    def honours(self, account: str, token: str) -> bool:
        if self.office is not None and account in self.office.accounts:
            return self.office.honours(account, token)
        return self.tokens[account] == token and self.timeline.at < self.ends.get(account, math.inf)

    def renewed(self, account: str) -> datetime | None:
        """Until when the token is good from now on, where it ends."""
        self.ends.pop(account, None)
        if self.calm or not self.short_lived:
            return None
        self.ends[account] = self.timeline.at + self.chance.choice([60.0, 600.0, 5000.0])
        return DAWN + timedelta(seconds=self.ends[account])

    # -- what becomes public -------------------------------------------------------------------------------------

    def post(self, account: str, text: str, reply_to: str | None, sent: float, lands: float, *, slow: bool) -> Item:
        if self.weather.refuses_duplicates and self._same(account, text, reply_to):
            self.counts["duplicates refused"] += 1
            raise Duplicate("already said")
        latest = lands + self.chance.uniform(0, 600.0) if slow else sent + SILENCE
        listed = lands if self.chance.random() < 0.4 else self.chance.uniform(lands, max(latest, lands))
        item = Item(f"p{len(self.items) + 1}", account, text, reply_to, lands, listed)
        self.items.append(item)
        late = lands - self.timeline.at
        self.told(f"public {item.id} on {account}: {text!r}" + (f" in {late:.1f} s" if late > 0 else ""))
        self.kept(item)
        return item

    def _same(self, account: str, text: str, reply_to: str | None) -> bool:
        return any(
            (item.account, item.text, item.reply_to) == (account, text, reply_to)
            and item.lands > self.timeline.at - DAY
            for item in self.items
        )


@dataclass(slots=True)
class Line:
    """One account's connection, in one life of our process."""

    networks: Networks
    account: str
    token: str
    clock: VirtualClock
    loop: VirtualLoop
    gauge: Gauge

    async def ask(self, name: str, effect: Callable[[float, float], Answer], *, text: str | None = None) -> Answer:
        """One request; with `text`, one that makes it public. `effect(sent, lands)` is what the network does.

        Errors are those that a platform's module raises.
        """
        networks, chance = self.networks, self.networks.chance
        if text is not None:
            networks.begins(self.account, text)
        fate = self._fate(public=text is not None)
        if fate != "fine":
            networks.counts[fate] += 1
        networks.told(f"{name} on {self.account}: {fate}")
        sent = networks.timeline.at
        if fate == "not reached":
            await self._passes(chance.uniform(0.01, 3))
            raise Unavailable("not reached")
        await self._passes(chance.uniform(0.02, 0.8))
        answer, refusal = self._does(fate, effect, sent, text)
        await self._passes(TIMEOUT if fate in {"slow", "lost before"} else chance.uniform(0.02, 1.5))
        if fate not in {"fine", *ANSWERS}:
            raise self._unclear(fate, text)
        for allowance in self.allowances():
            self.gauge.saw(allowance)
        if refusal is not None:
            raise refusal
        return answer

    def _unclear(self, fate: str, text: str | None) -> Exception:
        if fate == "garbled":
            return ValueError("the answer cannot be read")
        return Unconfirmed(fate) if text is not None else Unavailable(fate)

    def _does(
        self, fate: str, effect: Callable[[float, float], Any], sent: float, text: str | None
    ) -> tuple[Any, PublishingError | None]:
        """What happens on the other side, and whether it is refused there."""
        if fate in ANSWERS:
            return None, self._refusal(fate, text)
        if fate in {"lost before", "failed"}:
            return None, None
        now = self.networks.timeline.at
        lands = sent + self.networks.chance.uniform(1.0, SETTLE) if fate == "late" else now
        try:
            if text is not None:
                self._let_in()
            done = effect(sent, max(lands, now))
        except PublishingError as refusal:
            return None, refusal
        if fate == "fine" and text is not None:
            self.networks.owed.append(done)
        return done, None

    def _let_in(self) -> None:
        closing = self.networks.closing
        if closing is not None and not closing.left(self.account):
            self.networks.counts["window closed"] += 1
            until = self.clock.now() + timedelta(seconds=closing.resets_in())
            raise QuotaExhausted("come back later", retry_at=until)

    def allowances(self) -> list[Allowance]:
        """What the network tells of its window, with every answer."""
        closing = self.networks.closing
        if closing is None:
            return []
        until = self.clock.now() + timedelta(seconds=closing.resets_in())
        return [Allowance("posts", closing.left(self.account), until, closing.most)]

    def _fate(self, *, public: bool) -> str:
        networks = self.networks
        if not networks.honours(self.account, self.token):
            return "expired"
        if networks.calm or networks.chance.random() >= networks.weather.bad:
            return "fine"
        names = [name for name in FAULTS if public or name not in PUBLIC_ONLY]
        [fate] = networks.chance.choices(names, [FAULTS[name] for name in names])
        return fate

    def _refusal(self, fate: str, text: str | None) -> PublishingError:
        networks = self.networks
        if fate == "limited":
            wait = networks.chance.choice([None, 15.0, 90.0, 700.0])
            until = None if wait is None else self.clock.now() + timedelta(seconds=wait)
            return RateLimited("slow down", retry_at=until)
        if fate == "expired":
            if networks.tokens[self.account] == self.token:
                networks.tokens[self.account] = f"{self.token}'"
            return AuthExpired("renew it")
        networks.refused.add((self.account, text or ""))
        return Rejected("not like that")

    async def _passes(self, seconds: float) -> None:
        await self._moment()
        await self.clock.sleep(seconds)
        await self._moment()

    async def _moment(self) -> None:
        if self.loop.dead:
            raise Died
        weather = self.networks.weather
        if not self.networks.calm and weather.deadly and self.networks.chance.random() < weather.deadly:
            self.networks.counts["killed on the wire"] += 1
            self.loop.die()
            raise Died

    def skew(self) -> timedelta:
        """From a Date header: whole seconds."""
        at = DAWN + timedelta(seconds=self.networks.timeline.at + self.networks.skew)
        return at.replace(microsecond=0) - self.clock.now()

    def seen(self) -> list[Seen]:
        return [item.seen(self.networks.skew) for item in self.networks.recent(self.account)]
