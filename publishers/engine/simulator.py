"""A network that is not there, made from any Platform record. Never taken for the real one: always marked."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from random import Random
from typing import ClassVar

from adapters.adapted import Adapted, Part
from publishers.engine.contract import Absent, Act, Attempt, Identity, Platform, Publisher, Receipt, Seen, Steps
from publishers.engine.errors import AuthExpired, RateLimited, Rejected, Unavailable, Unconfirmed
from publishers.engine.model import Account
from publishers.engine.outside import Clock


class Fault(StrEnum):
    """How a simulated network can misbehave, once each time it is scripted."""

    RATE_LIMITED = "rate_limited"  # 429 with a wait of a minute
    EXPIRED = "expired"  # 401
    UNAVAILABLE = "unavailable"  # 5xx before anything is stored
    LOST = "lost"  # stored, and the answer never comes
    REJECTED = "rejected"  # refused on policy


@dataclass(frozen=True, slots=True)
class Posted:
    """What a simulated network holds."""

    id: str
    platform: str
    account_id: str
    part: Part
    at: datetime
    permalink: str
    reply_to: str | None


@dataclass(slots=True)
class Scene:
    """All simulated networks of one process. Times in seconds, `failure_rate` in 0…1."""

    random: Random
    latency: tuple[float, float] = (0.1, 0.3)
    failure_rate: float = 0.1
    posts: list[Posted] = field(default_factory=list)
    scripts: dict[str, list[Fault]] = field(default_factory=lambda: defaultdict(list))
    """Faults to come, by platform: the next act takes the first."""

    def next_fault(self, platform: str) -> Fault | None:
        if self.scripts[platform]:
            return self.scripts[platform].pop(0)
        return Fault.UNAVAILABLE if self.random.random() < self.failure_rate else None

    def pause(self) -> float:
        return self.random.uniform(*self.latency)


class SimulatedPost(Act):
    """One part on a simulated network. Its list is never wrong, so a *no* counts at once."""

    settle: ClassVar[timedelta] = timedelta(0)
    silence: ClassVar[timedelta | None] = timedelta(0)

    def __init__(self, simulator: "Simulator", part: Part, reply_to: str | None) -> None:
        self._simulator = simulator
        self._part = part
        self.text = part.text
        self.reply_to = reply_to

    async def perform(self) -> Receipt:
        simulator = self._simulator
        await simulator.clock.sleep(simulator.scene.pause())
        fault = simulator.scene.next_fault(simulator.platform.name)
        if fault not in {None, Fault.LOST}:
            raise FAULTS[Fault(fault)](simulator.clock.now())
        posted = simulator.keep(self._part, self.reply_to)
        if fault is Fault.LOST:
            raise Unconfirmed("simulated: the answer was lost")
        return Receipt(posted.id, posted.permalink)

    async def find(self, attempt: Attempt) -> Receipt | Absent | None:
        simulator = self._simulator
        await simulator.clock.sleep(simulator.scene.pause())
        seen = [
            Seen(posted.id, posted.at, posted.part.text, posted.permalink, posted.reply_to)
            for posted in simulator.scene.posts
            if posted.account_id == simulator.account.id
        ]
        return attempt.match(seen, self.text, reply_to=self.reply_to) or Absent.ABSENT


FAULTS: dict[Fault, Callable[[datetime], Exception]] = {
    Fault.RATE_LIMITED: lambda now: RateLimited("simulated", retry_at=now + timedelta(minutes=1)),
    Fault.EXPIRED: lambda _: AuthExpired("simulated"),
    Fault.UNAVAILABLE: lambda _: Unavailable("simulated"),
    Fault.REJECTED: lambda _: Rejected("simulated", params={"reason": "simulated"}),
}


@dataclass(frozen=True, slots=True)
class Simulator(Publisher):
    """The publisher of one simulated account."""

    platform: Platform
    account: Account
    scene: Scene
    clock: Clock

    async def publish(self, post: Adapted, steps: Steps) -> Receipt:
        first: Receipt | None = None
        reply_to: str | None = None
        for number, part in enumerate(post.parts, start=1):
            receipt = await steps.commit(f"post-{number}", SimulatedPost(self, part, reply_to))
            first = first or receipt
            reply_to = receipt.id
        if first is None:
            raise Rejected("nothing to publish", code="empty")
        return first

    async def check(self) -> Identity:
        return Identity(self.account.external_id, self.account.name)

    def keep(self, part: Part, reply_to: str | None) -> Posted:
        """Store one part as public. Ids count up over all networks; links lead nowhere, on purpose."""
        number = str(len(self.scene.posts) + 1)
        posted = Posted(
            id=f"sim-{number}",
            platform=self.platform.name,
            account_id=self.account.id,
            part=part,
            at=self.clock.now(),
            permalink=f"https://{self.platform.name}.example/{self.account.external_id}/{number}",
            reply_to=reply_to,
        )
        self.scene.posts.append(posted)
        return posted
