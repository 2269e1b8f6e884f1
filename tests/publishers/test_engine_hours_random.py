"""Whatever people, networks, clocks and deaths do to scheduled posts: none twice, none early, none lost."""

import asyncio
import shutil
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from cryptography.fernet import Fernet
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from fakes.clock import FakeClock
from fakes.network import Network, adapted, lost, scripted, vanished
from fakes.world import OWNER, World
from publishers.engine.contract import Absent
from publishers.engine.decisions import Later, publish_now, retry, schedule, skip
from publishers.engine.errors import AuthExpired, RateLimited, Unavailable
from publishers.engine.model import FINAL, Delivery, DeliveryStatus, Job, Wait
from storage.database import Database, sqlite_url
from storage.ledger import Ledger
from storage.store import Store
from storage.vault import Vault

T = TypeVar("T")
MORE = ", y más"
PLATFORMS = ("plaza", "mercado")
TROUBLE: dict[str, Callable[[datetime], Any]] = {
    "lost": lambda _: lost,
    "vanished": lambda _: vanished,
    "outage": lambda _: Unavailable(),
    "limit": lambda now: RateLimited(retry_at=now + timedelta(minutes=20)),
    "expired": lambda _: AuthExpired("gone"),
}


@dataclass
class Promise:
    """What a person was promised of one post. `hour` None: it may go out as soon as it can."""

    job: Job
    hour: datetime | None
    peak: datetime
    """The latest the clock has shown since that hour was given."""

    def kept_at(self, at: datetime) -> bool:
        return self.hour is None or self.hour <= max(at, self.peak)


class Hours:
    def __init__(self, database: bytes) -> None:
        self.folder = Path(tempfile.mkdtemp())
        (self.folder / "pregonero.db").write_bytes(database)
        self.runner = asyncio.Runner()
        self.clock = FakeClock()
        self.networks = {name: Network(self.clock, empty_answer=Absent.ABSENT) for name in PLATFORMS}
        self.kept = Database(sqlite_url(self.folder))
        self.run(self.kept.open())
        store = Store(self.kept, Vault([SecretStr(Fernet.generate_key().decode())]))
        platforms = {name: scripted(network, name) for name, network in self.networks.items()}
        self.world = World(store, self.clock, platforms, lead=timedelta(hours=1))
        self.promises: dict[str, Promise] = {}
        self.paused: set[str] = set()
        self.looked = dict.fromkeys(PLATFORMS, 0)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    def step(self, name: str, *args: object) -> None:
        getattr(self, name)(*args)
        self.nothing_is_public_twice()
        self.nothing_is_public_before_its_hour()
        self.nothing_is_lost()

    def close(self) -> None:
        self.run(self.world.kill())
        self.run(self.kept.close())
        self.runner.close()
        shutil.rmtree(self.folder)

    # -- people --------------------------------------------------------------------------------------------------

    def approve(self, platform: str, wait: int | None) -> None:
        text, now = f"Pan {len(self.promises)}", self.clock.now()
        hour = None if wait is None else now + timedelta(minutes=wait)

        async def approve() -> Job:
            account = await self.world.account(platform)
            later = None if hour is None else Later(hour)
            return await self.world.approve([account], adapted(text, text + MORE), later=later)

        self.promises[text] = Promise(self.run(approve()), hour, now)

    def _one(self, which: int) -> Promise:
        return list(self.promises.values())[which % len(self.promises)]

    def _decide(
        self, promise: Promise, decision: Callable[..., Awaitable[Delivery | None]], *args: object
    ) -> Delivery | None:
        async def decide() -> Delivery | None:
            async with self.world.store.unit() as unit:
                delivery = await unit.deliveries.delivery(promise.job.deliveries[0].id)
                return await decision(unit, delivery, *args, actor=OWNER, at=self.clock.now())

        return self.run(decide())

    def give_another_hour(self, which: int, wait: int) -> None:
        promise = self._one(which)
        hour = self.clock.now() + timedelta(minutes=wait)
        if self._decide(promise, schedule, hour) is not None:
            promise.hour, promise.peak = hour, self.clock.now()

    def decide(self, which: int, decision: Callable[..., Awaitable[Delivery | None]]) -> None:
        promise = self._one(which)
        if self._decide(promise, decision) is not None and decision is publish_now:
            promise.hour = None

    def pause_or_resume(self, platform: str, going: bool) -> None:
        async def turn() -> None:
            async with self.world.store.unit() as unit:
                turned = unit.pauses.resume if going else unit.pauses.pause
                await turned([platform], actor=OWNER, at=self.clock.now())

        self.run(turn())
        self.paused = self.paused - {platform} if going else self.paused | {platform}

    def renew(self, platform: str) -> None:
        self.run(self.world.account(platform, token="newer"))

    # -- the world -----------------------------------------------------------------------------------------------

    def plan_trouble(self, platform: str, kind: str) -> None:
        self.networks[platform].script.append(TROUBLE[kind](self.clock.now()))

    def wait(self, wait: int) -> None:
        self.clock.advance(wait * 60)
        self._seen()
        self.run(self.world.run_due())

    def jump(self, hours: int) -> None:
        """The machine's clock is set; what never jumps stays."""
        self.clock.at += timedelta(hours=hours)
        self._seen()

    def die(self, turns: int) -> None:
        """In the middle of whatever is due."""

        async def begin_and_die() -> None:
            await self.world.engine.sweep()
            for _ in range(turns):
                await asyncio.sleep(0)
            await self.world.restart()

        self.run(begin_and_die())
        self._seen()

    def _seen(self) -> None:
        for promise in self.promises.values():
            promise.peak = max(promise.peak, self.clock.now())

    # -- what holds ----------------------------------------------------------------------------------------------

    def nothing_is_public_twice(self) -> None:
        public = Counter(post.text for network in self.networks.values() for post in network.posts)
        assert [text for text, times in public.items() if times > 1] == []

    def nothing_is_public_before_its_hour(self) -> None:
        """Only what came since the last look: later promises say nothing of it."""
        for name, network in self.networks.items():
            for post in network.posts[self.looked[name] :]:
                assert self.promises[post.text.removesuffix(MORE)].kept_at(post.at), post
            self.looked[name] = len(network.posts)

    def nothing_is_lost(self) -> None:
        for promise in self.promises.values():
            delivery = self._now(promise)
            held = delivery.wait is Wait.PAUSE and delivery.platform in self.paused
            timed = delivery.due_at is not None
            moving = delivery.status in {DeliveryStatus.PENDING, DeliveryStatus.PUBLISHING}
            assert delivery.status in FINAL or held or timed or moving or delivery.asks_person, delivery

    def _now(self, promise: Promise) -> Delivery:
        return self.run(self.world.delivery(promise.job))

    async def end(self) -> None:
        """Everybody goes home: what is left goes out, or says what it needs."""
        async with self.world.store.unit() as unit:
            await unit.pauses.resume(PLATFORMS, actor=OWNER, at=self.clock.now())
        for network in self.networks.values():
            network.script.clear()
        await self.world.restart()
        await self.world.run_until_rest()
        for promise in self.promises.values():
            delivery = await self.world.delivery(promise.job)
            assert delivery.status in FINAL or delivery.asks_person, delivery
            if delivery.status is DeliveryStatus.PUBLISHED:
                texts = [post.text for post in self.networks[delivery.platform].posts]
                assert all(texts.count(part.text) == 1 for part in delivery.adapted.parts)
        async with self.kept.reading() as connection:
            assert await Ledger(connection).verify() is None


which, platform, minutes = st.integers(0, 20), st.sampled_from(PLATFORMS), st.integers(-90, 90)
steps = st.one_of(
    st.tuples(st.just("approve"), platform, st.none() | minutes),
    st.tuples(st.just("give_another_hour"), which, minutes),
    st.tuples(st.just("decide"), which, st.sampled_from([publish_now, retry, skip])),
    st.tuples(st.just("pause_or_resume"), platform, st.booleans()),
    st.tuples(st.just("renew"), platform),
    st.tuples(st.just("plan_trouble"), platform, st.sampled_from(sorted(TROUBLE))),
    st.tuples(st.just("wait"), st.sampled_from([1, 5, 20, 61])),
    st.tuples(st.just("jump"), st.sampled_from([-1, 1])),
    st.tuples(st.just("die"), st.integers(0, 30)),
)


def test_hours_are_kept_whatever_happens(_empty_database: bytes) -> None:  # noqa: PT019 - its value is needed
    @settings(max_examples=15)
    @given(st.lists(steps, min_size=25, max_size=35))
    def all_holds(taken: list[tuple[Any, ...]]) -> None:
        hours = Hours(_empty_database)
        try:
            for platform in PLATFORMS:
                hours.step("approve", platform, 30)
            for step in taken:
                hours.step(*step)
            hours.run(hours.end())
            hours.step("jump", 1)
        finally:
            hours.close()

    all_holds()
