"""The real engine on the real store, with scripted networks and a clock that tests move."""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from adapters.adapted import Adapted
from adapters.content import Content
from fakes.alarms import FakeAlarms
from fakes.clock import FakeClock
from fakes.network import Limits, ScriptedSettings, adapted
from publishers.engine.connections import Connections
from publishers.engine.contract import Identity, Platform
from publishers.engine.decisions import Chosen, Later, approve
from publishers.engine.fences import Fences
from publishers.engine.inspection import Inspection
from publishers.engine.loading import Connected
from publishers.engine.meter import Meter
from publishers.engine.model import Account, Actor, Delivery, Draft, DraftStatus, Job, Target
from publishers.engine.orchestrator import Engine, Pace
from publishers.engine.outside import Outside
from publishers.engine.ports import Store
from publishers.engine.preflight import Preflight
from publishers.engine.retry import Looks, RetryPolicy
from publishers.engine.scheduler import Scheduler

OWNER = Actor(7, "Carmen")
CHAT = 7


class Facts:
    """A Progress that only remembers."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def changed(self, job_id: str) -> None:
        self.seen.append(job_id)


@dataclass
class World:
    store: Store
    clock: FakeClock
    platforms: dict[str, Platform]
    policy: RetryPolicy = field(default_factory=RetryPolicy)
    looks: Looks = field(default_factory=Looks)
    pace: Pace = field(default_factory=Pace)
    facts: Facts = field(default_factory=Facts)
    media: Any = None
    lead: timedelta = timedelta(0)
    """Of the pre-flight; 0: none is made."""
    alarms: Any = None
    """A FakeAlarms, unless the test brings the real ones."""
    fences: Fences = field(init=False)
    engine: Engine = field(init=False)
    preflight: Preflight = field(init=False)
    meter: Meter = field(init=False)
    ids: Any = field(default_factory=lambda: count(1))
    limits: dict[str, dict[str, int | None]] = field(default_factory=dict)
    """The `rate_limits` of each platform; none where it is not named."""

    def __post_init__(self) -> None:
        self.alarms = self.alarms or FakeAlarms(self.clock)
        self.reborn()

    def reborn(self, **overrides: Any) -> None:
        """A new process on the same tables."""
        self.fences = Fences(self.store, self.clock, **overrides)
        connected = {
            name: Connected(platform, ScriptedSettings(rate_limits=Limits(**self.limits.get(name, {}))))
            for name, platform in self.platforms.items()
        }
        outside = Outside(self.clock, wire=None, media=self.media)  # type: ignore[arg-type] # scripted networks need none
        connections = Connections(connected, self.store, outside)
        self.meter = Meter(self.store, self.clock, connections)
        self.preflight = Preflight(
            self.store, self.clock, Inspection(connections, self.meter.full), self.facts, self.lead
        )
        self.engine = Engine(
            store=self.store,
            clock=self.clock,
            connections=connections,
            progress=self.facts,
            fences=self.fences,
            scheduler=Scheduler(self.store, self.clock, self.alarms, self.lead),
            jitter=lambda: 0.0,
            policy=self.policy,
            looks=self.looks,
            pace=self.pace,
            preflight=self.preflight,
        )

    def new_id(self) -> str:
        return f"00000000-0000-4000-8000-{next(self.ids):012d}"

    async def account(
        self,
        platform: str = "plaza",
        external_id: str = "1001",
        token: str = "t",
        *,
        expires_at: datetime | None = None,
    ) -> Account:
        secret = f'{{"user_id": "{external_id}", "access_token": "{token}"}}'
        async with self.store.unit() as unit:
            account, _ = await unit.accounts.add(
                platform, Identity(external_id, f"@{external_id}"), secret, expires_at=expires_at, at=self.clock.now()
            )
        return account

    async def approve(
        self,
        accounts: Sequence[Account],
        post: Adapted | None = None,
        *,
        dry_run: bool = False,
        later: Later | None = None,
    ) -> Job:
        post = post or adapted("Hoy hay pan de espelta")
        source = next(self.ids)
        draft = Draft(
            id=self.new_id(),
            chat_id=CHAT,
            source_id=source,
            author=OWNER,
            version=1,
            status=DraftStatus.PENDING,
            content=Content(post.parts[0].text),
            targets=tuple(Target(account.id) for account in accounts),
            created_at=self.clock.now(),
            dry_run=dry_run,
        )
        async with self.store.unit() as unit:
            await unit.drafts.add(draft)
            job = await approve(
                unit,
                draft,
                [Chosen(account, post, simulated=False) for account in accounts],
                actor=OWNER,
                at=self.clock.now(),
                new_id=self.new_id,
                dry_run=dry_run,
                later=later,
            )
        assert job is not None
        return job

    async def schedule(self, account: Account, minutes: float, post: Adapted | None = None, **options: Any) -> Job:
        """For an hour so many minutes from now."""
        hour = self.clock.now() + timedelta(minutes=minutes)
        return await self.approve([account], post, later=Later(hour), **options)

    async def run_due(self) -> None:
        """Everything that is due now, and what becomes due by that."""
        for _ in range(20):
            before = len(self.facts.seen)
            await self.engine.sweep()
            await self.engine.quiet()
            await self.preflight.quiet()
            if len(self.facts.seen) == before:
                return
        raise AssertionError("the engine does not come to rest")

    async def run_until_rest(self, most: timedelta = timedelta(days=2)) -> None:
        """Follow the alarms, moving the clock, until nothing moves by itself any more."""
        end = self.clock.now() + most
        self.alarms.listen(self.engine.poke)
        while True:
            await self.run_due()
            while await self.engine.scheduler.catch_up():
                pass
            due = self.alarms.next
            if due is None or due > end:
                return
            self.clock.advance(max((due - self.clock.now()).total_seconds(), 0.001))
            self.alarms.strike()

    async def restart(self, **overrides: Any) -> None:
        """Death of the process, then a new one."""
        await self.kill()
        self.reborn(**overrides)
        async with self.store.unit() as unit:
            await unit.deliveries.recover(self.clock.now())

    async def kill(self) -> None:
        """No goodbye: every task of the engine ends where it stands."""
        tasks = [*self.engine._tasks, *self.fences.commits.values()]
        await self.preflight.stop()
        for task in tasks:
            task.cancel()
        await self.engine.connections.renewals.abandon()
        self.fences.stop()
        self.engine._finishing.stop()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks, return_exceptions=True)

    async def job(self, job: Job) -> Job:
        async with self.store.view() as unit:
            found = await unit.jobs.job(job.id)
        assert found is not None
        return found

    async def delivery(self, job: Job) -> Delivery:
        return (await self.job(job)).deliveries[0]

    async def until(self, condition: Callable[[list[Job]], bool], *jobs: Job) -> None:
        """Let the loop turn until the tables say so."""
        for _ in range(2000):
            if condition([await self.job(job) for job in jobs]):
                return
        raise AssertionError("it never came to that")

    async def until_published(self, network: Any, performed: int = 1) -> None:
        """Let the loop turn until the network was asked that often."""
        for _ in range(2000):
            if network.performed >= performed:
                return
            await asyncio.sleep(0.001)
        raise AssertionError("nothing was performed")
