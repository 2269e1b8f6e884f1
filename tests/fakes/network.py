"""A scripted network behind the publisher contract: for tests of the engine, where no wire is wanted."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar

from pydantic import BaseModel, SecretStr

from adapters.adapted import Adapted, Part
from adapters.profile import Hashtags, Links, Pictures, Profile
from fakes.clock import FakeClock
from publishers.engine.contract import Absent, Act, Attempt, Credentials, Identity, Platform, Receipt, Seen, Steps
from publishers.engine.errors import Unconfirmed
from publishers.engine.outside import Allowance, Gauge, Outside

Outcome = Exception | Callable[["Network", Part, str | None], Awaitable[Receipt]]


@dataclass
class Network:
    """Public posts, and the script of what happens to the next acts (empty: they succeed)."""

    clock: FakeClock
    posts: list[Seen] = field(default_factory=list)
    script: list[Outcome] = field(default_factory=list)
    looks: list[Seen | Absent | Exception | None] = field(default_factory=list)
    """Forced answers of the next looks; empty: they read `posts`."""
    hidden: int = 0
    """Looks for which the list still shows nothing."""
    prepared: int = 0
    performed: int = 0
    looked: int = 0
    empty_answer: Absent | None = None
    answers: list[Exception | Identity | Callable[[], Awaitable[None]]] = field(default_factory=list)
    """Of the next checks: what they raise or say, or what they do first; empty: all is well."""
    checked: int = 0
    gate: asyncio.Event | None = None
    """While set and not open, acts hang before they are stored."""

    gauge: Gauge = field(default_factory=Gauge)
    """That of the connection made last."""
    left: list[Allowance] | None = None
    """What a quota call answers; None: there is no such call."""
    refusal: Exception | None = None
    """What a quota call raises instead."""
    asked: int = 0
    """Quota calls."""

    def store(self, part: Part, reply_to: str | None) -> Receipt:
        number = len(self.posts) + 1
        seen = Seen(f"id-{number}", self.clock.now(), part.text, f"https://net.example/{number}", reply_to)
        self.posts.append(seen)
        return Receipt(seen.id, seen.permalink)


async def fine(network: Network, part: Part, reply_to: str | None) -> Receipt:
    return network.store(part, reply_to)


async def lost(network: Network, part: Part, reply_to: str | None) -> Receipt:
    """Stored, and the answer never comes."""
    network.store(part, reply_to)
    raise Unconfirmed("answer lost")


async def vanished(network: Network, part: Part, reply_to: str | None) -> Receipt:
    """The request left, and nothing was ever stored."""
    raise Unconfirmed("answer lost")


class ScriptedPost(Act):
    settle: ClassVar[timedelta] = timedelta(seconds=60)
    silence: ClassVar[timedelta | None] = timedelta(seconds=120)

    def __init__(self, network: Network, part: Part, reply_to: str | None) -> None:
        self.network, self.part, self.text, self.reply_to = network, part, part.text, reply_to

    async def perform(self) -> Receipt:
        network = self.network
        network.performed += 1
        if network.gate is not None:
            await network.gate.wait()
        outcome = network.script.pop(0) if network.script else None
        if isinstance(outcome, Exception):
            raise outcome
        if outcome is not None:
            return await outcome(network, self.part, self.reply_to)
        return network.store(self.part, self.reply_to)

    async def find(self, attempt: Attempt) -> Receipt | Absent | None:
        network = self.network
        network.looked += 1
        if network.looks:
            answer = network.looks.pop(0)
            if isinstance(answer, Exception):
                raise answer
            if not isinstance(answer, Seen):
                return answer
            return Receipt(answer.id, answer.permalink)
        if network.hidden:
            network.hidden -= 1
            return network.empty_answer
        return attempt.match(network.posts, self.text, reply_to=self.reply_to) or network.empty_answer


class NeverSilent(ScriptedPost):
    """As on networks where an empty list never means no."""

    silence: ClassVar[timedelta | None] = None


@dataclass
class ScriptedPublisher:
    network: Network
    act: type[ScriptedPost] = ScriptedPost
    keeps: timedelta | None = None
    owner: str = "1001"

    async def publish(self, post: Adapted, steps: Steps) -> Receipt:
        async def upload() -> str:
            self.network.prepared += 1
            return f"container-{self.network.prepared}"

        await steps.prepare("container", upload(), keeps=self.keeps)
        first, reply_to = None, None
        for number, part in enumerate(post.parts, start=1):
            receipt = await steps.commit(f"post-{number}", self.act(self.network, part, reply_to))
            first, reply_to = first or receipt, receipt.id
        assert first is not None
        return first

    async def check(self) -> Identity:
        self.network.checked += 1
        answer = self.network.answers.pop(0) if self.network.answers else None
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, Identity):
            return answer
        if answer is not None:
            await answer()
        return Identity(self.owner, f"@{self.owner}")


class Limits(BaseModel, extra="allow"):
    """None of its own."""


@dataclass
class AskedPublisher(ScriptedPublisher):
    """As on networks that can be asked what is left."""

    async def quotas(self) -> list[Allowance]:
        self.network.asked += 1
        if self.network.refusal is not None:
            raise self.network.refusal
        return self.network.left or []


class ScriptedSettings(BaseModel, extra="forbid"):
    flavour: str = "plain"
    rate_limits: Limits = Limits()


class ScriptedCredentials(Credentials):
    user_id: str
    access_token: SecretStr

    @property
    def account(self) -> str:
        return self.user_id


PROFILE = Profile(
    limit=280,
    count=len,
    hashtags=Hashtags(most=10),
    links=Links.PREVIEW,
    pictures=Pictures(("image/jpeg",), most=4, max_bytes=4_000_000, min_ratio=0.1, max_ratio=10, max_width=4000),
    thread=True,
)


def scripted(network: Network, name: str = "plaza", act: type[ScriptedPost] = ScriptedPost, **options: Any) -> Platform:
    def connect(settings: Any, credentials: Any, outside: Outside) -> ScriptedPublisher:
        network.gauge = outside.gauge
        kind = ScriptedPublisher if network.left is None else AskedPublisher
        return kind(network, act, owner=credentials.account, **options)

    return Platform(
        name=name,
        title=name.title(),
        icon="🏛",
        aliases=(name[:2],),
        profile=PROFILE,
        settings=ScriptedSettings,
        credentials=ScriptedCredentials,
        connect=connect,
    )


def adapted(*texts: str) -> Adapted:
    return Adapted(format="post", parts=tuple(Part(text) for text in texts))


def moment(offset: float = 0) -> datetime:
    return FakeClock().at + timedelta(seconds=offset)
