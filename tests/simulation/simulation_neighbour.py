"""Who else needs tokens in a world where they end: a keeper, and a second process that may die alone.

What happens just while new tokens are asked for happens here too: others ask, a clock is set, the disk is full.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Any, NoReturn

from simulation_consent import renewal
from simulation_custody import Custody
from simulation_market import market
from simulation_people import CARMEN, Tap
from simulation_renewal import Office

from publishers.engine.connections import Connections
from publishers.engine.errors import PublishingError
from publishers.engine.inspection import Inspection
from publishers.engine.keeper import Keeper
from publishers.engine.loading import Connected
from publishers.engine.model import Account
from publishers.engine.ports import StoreUnavailable
from storage.columns import EPOCH, MICROSECOND

if TYPE_CHECKING:
    from simulation_world import Life, World

NEIGHBOUR = "the neighbour"
JUMPS = (-3600.0, -600.0, -130.0, 130.0, 600.0, 3600.0)
"""Seconds by which a clock is set: longer than a lease, all of them."""


class Gone:
    """A store as a process that died has it: its last words reach nothing."""

    def unit(self) -> NoReturn:
        raise StoreUnavailable("dead")

    view = unit


@dataclass
class Renewal:
    """All there is of it in one world, over all lives."""

    world: "World"
    chance: Random
    office: Office
    custody: Custody

    def __post_init__(self) -> None:
        self.crowded = self.chance.random() < 0.7
        """Whether there is a neighbour."""

    def serve(self, life: "Life", *, calm: bool) -> list[asyncio.Task[None]]:
        """What is at work in this life beside the engine."""
        self.custody.born()
        keeper = Keeper(life.store, life.clock, life.engine.connections, self.chance.random)
        working = [keeper.run()]
        self.office.begun = lambda _: None
        if not calm:
            neighbour = Neighbour(self, life) if self.crowded else None
            self.office.begun = Mischief(self, life, neighbour).begun
            working += [] if neighbour is None else [neighbour.live()]
        return [life.loop.create_task(work) for work in working]

    def stopped(self) -> None:
        self.custody.stopped()


@dataclass
class Neighbour:
    """Asks for accounts now and then, as a check of accounts does."""

    renewal: Renewal
    life: "Life"

    def __post_init__(self) -> None:
        self.inquiries: set[asyncio.Task[None]] = set()
        self.connections = self._born()

    def _born(self) -> Connections:
        ours, life = self.life.engine.connections, self.life
        platforms = market(self.renewal.world.networks, life.clock, life.loop, NEIGHBOUR)
        connected = {name: Connected(platforms[name], each.settings) for name, each in ours.platforms.items()}
        return Connections(connected, life.store, ours.outside)

    async def live(self) -> None:
        try:
            while True:
                await self.life.clock.sleep(self.renewal.chance.expovariate(1 / 15))
                self.inquire(self.renewal.chance.choice(self.renewal.custody.accounts))
        finally:
            self.die()

    def inquire(self, account: str) -> None:
        task = self.life.loop.create_task(self._inquire(account))
        self.inquiries.add(task)
        task.add_done_callback(self.inquiries.discard)

    async def _inquire(self, external_id: str) -> None:
        with suppress(PublishingError, StoreUnavailable):
            await Inspection(self.connections).access(named(self.renewal.world, external_id).id)

    def die(self) -> None:
        """And be there again, with nothing of what it knew."""
        renewals = self.connections.renewals
        self.connections.store = renewals.store = Gone()  # type: ignore[assignment]  # it answers nobody
        for task in (*renewals._running.values(), *self.inquiries):
            task.cancel()
        self.renewal.custody.gone(NEIGHBOUR)
        self.connections = self._born()


@dataclass
class Mischief:
    """What happens while a request for new tokens is on its way."""

    renewal: Renewal
    life: "Life"
    neighbour: Neighbour | None

    def begun(self, account: str) -> None:
        chance, neighbour = self.renewal.chance, self.neighbour
        self._perhaps(0.25, self._fill_disk)
        self._perhaps(0.1, self._consent, account)
        if neighbour is None:
            return
        self._perhaps(0.6, neighbour.inquire, account)
        self._perhaps(0.08, self._set_clock, chance.choice(JUMPS))
        if chance.random() < 0.1:
            self._soon(self._neighbour_dies)

    def _perhaps(self, likely: float, act: Callable[..., None], *arguments: Any) -> None:
        if self.renewal.chance.random() < likely:
            self._soon(act, *arguments)

    def _soon(self, act: Callable[..., None], *arguments: Any) -> None:
        self.life.loop.call_later(self.renewal.chance.uniform(0.0, 1.2), act, *arguments)

    def _fill_disk(self) -> None:
        world = self.renewal.world
        until = world.timeline.at + self.renewal.chance.choice([2.0, 8.0, 40.0])
        world.tell(f"disk full until {until:.0f}, while tokens are renewed")
        world.counts["disk full while renewing"] += 1
        world.disk.full_until = until

    def _consent(self, external_id: str) -> None:
        world = self.renewal.world
        tap = Tap("consents meanwhile", renewal(world, named(world, external_id)), CARMEN)
        self.life.loop.create_task(world.people.deliver(self.life, tap))

    def _set_clock(self, seconds: float) -> None:
        world = self.renewal.world
        world.eye.shown()
        world.error = world.eye.error = self.life.clock.error = self.life.clock.error + seconds
        world.punctuality.clock_set()
        world.punctuality.alarmless = True  # those that are set ring at what was their time before
        self.renewal.custody.clock_set()
        world.counts["clock set while renewing"] += 1
        world.tell(f"the clock is set by {seconds:+.0f} s")

    def _neighbour_dies(self) -> None:
        if self.neighbour is not None:
            self.renewal.world.tell("the neighbour dies")
            self.renewal.world.counts["neighbour killed"] += 1
            self.neighbour.die()


def named(world: "World", external_id: str) -> Account:
    return next(each for each in world.accounts if each.external_id == external_id)


def renewal_of(world: "World", chance: Random) -> Renewal | None:
    """In part of the worlds one or two of the networks give tokens that end. Their accounts begin with new ones."""
    if chance.random() < 0.5:
        return None
    platforms = tuple(chance.sample(world.platforms, chance.choice([1, 1, 2])))
    accounts = tuple(each.external_id for each in world.accounts if each.platform in platforms)
    office = world.networks.office = Office(world.networks, chance, platforms, accounts)
    office.custody = Custody(world.eye, accounts, world.break_)
    for account in accounts:
        _begin(world, office, account)
    office.custody.committed()
    return Renewal(world, chance, office, office.custody)


def _begin(world: "World", office: Office, account: str) -> None:
    secret, until = office.consent(account, world.timeline.now())
    end = None if until is None else (until - EPOCH) // MICROSECOND
    world.ground.tables.execute("UPDATE account SET expires_at = ? WHERE external_id = ?", (end, account))
    of_account = "account_id = (SELECT id FROM account WHERE external_id = ?)"
    world.ground.tables.execute(f"UPDATE credential SET sealed = ? WHERE {of_account}", (secret, account))  # noqa: S608 - our own words
