"""One seed, one world: networks, people, and the lives of one process on one file, until all approved posts are out."""

import asyncio
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from itertools import count
from random import Random
from typing import Any

from simulation_alarms import Alarms, Bell
from simulation_birth import ACCOUNTS, GlassVault, share, template
from simulation_checks import Eye
from simulation_foresight import Foresight
from simulation_ground import Ground, ground
from simulation_hearing import PREFIX, listening
from simulation_intake import telegram_of
from simulation_limits import Ledge, closing_of, limits_of
from simulation_loop import Died, Timeline, VirtualClock, VirtualLoop
from simulation_market import market
from simulation_neighbour import renewal_of
from simulation_network import Networks
from simulation_people import CARMEN, LUIS, People
from simulation_pictures import Shelf
from simulation_punctual import Punctuality
from simulation_road import Disk, InlineRoad
from simulation_weather import Weather

from fakes.world import World as Stage
from publishers.engine.orchestrator import Engine, Pace
from storage.database import Database, DatabaseFault, sqlite_url
from storage.store import Store

LONGEST, LONGEST_IN_TURN = 3 * 3600.0, 12 * 3600.0
"""Seconds after which what is still not settled counts as lost: without and with limits of an hour to wait for."""


@dataclass
class Life:
    """What one process holds while it lives."""

    world: "World"
    loop: VirtualLoop
    clock: VirtualClock
    store: Store
    engine: Engine


@dataclass
class Outcome:
    seed: int
    broken: list[str]
    trace: list[str]
    counts: Counter[str]


@dataclass
class World:
    seed: int
    ground: Ground
    traced: bool = False
    counts: Counter[str] = field(default_factory=Counter)
    broken: list[str] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    platforms = ("foro", "plaza", "tablon")

    def __post_init__(self) -> None:
        self.timeline = Timeline()
        self.fate = self._chance("fate")
        self.ids = count(100)
        self.life: VirtualLoop | None = None
        self.number = 0
        self.ground.sweep()
        self.accounts = self.ground.accounts
        self.networks = Networks(self.timeline, self._chance("networks"), self._weather(), counts=self.counts)
        self.networks.tokens = {external: "t" for _, external in ACCOUNTS}
        self.networks.skew = self.fate.choice([0.0, 0.0, 45.0, -45.0, 3000.0])
        self.networks.told = self.tell
        self.eye = Eye(self.ground.tables, self.networks, self.break_)
        self.networks.kept, self.networks.begins, self.networks.looks = self.eye.kept, self.eye.begins, self.eye.looks
        self.disk = Disk(self._chance("disk"), self.ground, committed=self._committed)
        self.people = People(self, self._chance("people"), most=self.fate.choice([1, 1, 2, 3]))
        self.length = self.fate.choice([30.0, 100.0, 400.0])
        self.pace = Pace(
            slots=self.fate.choice([1, 10]),
            job_timeout=timedelta(seconds=self.fate.choice([2, 8, 300])),
            sweep=timedelta(seconds=self.fate.choice([300, 900])),
        )
        self.alarms = Alarms(self._chance("alarms"))
        self.error = 0.0
        self.telegram = telegram_of(self)
        self.punctuality = Punctuality(self)
        self.eye.seen = self.punctuality.seen
        self._narrow(self._chance("limits"))
        self.renewal = renewal_of(self, self._chance("renewal"))

    def _narrow(self, chance: Random) -> None:
        """Windows, pre-flights, pictures, and tokens that end."""
        self.shelf = Shelf(chance)
        self.networks.unpictured = self.shelf.gone
        self.networks.short_lived = chance.random() < 0.3
        self.networks.closing = closing_of(self.networks, chance)
        limits, lead = limits_of(self.platforms, chance), timedelta(seconds=chance.choice([0, 0, 100, 1000, 3600]))
        punctual = self.punctuality.moved
        self.eye.watchers = [
            Ledge(self.eye, limits).moved,
            Foresight(self.eye).moved,
            lambda before, row, _: punctual(before, row),
        ]
        self.settings = {"pace": self.pace, "limits": limits, "lead": lead, "media": self.shelf}

    def _chance(self, purpose: str) -> Random:
        return Random(f"{self.seed} {purpose}")  # noqa: S311 - chance that can be repeated

    def _weather(self) -> Weather:
        return Weather(
            bad=self.fate.choice([0.1, 0.3, 0.6]),
            deadly=self.fate.choice([0.0, 0.01, 0.05]),
            refuses_duplicates=self.fate.random() < 0.3,
        )

    def new_id(self) -> str:
        return f"{PREFIX}{next(self.ids):03d}"

    # -- telling -------------------------------------------------------------------------------------------------

    def tell(self, fact: str) -> None:
        self.trace.append(f"{self.timeline.at:10.3f} life {self.number}  {fact}")

    def break_(self, fact: str) -> None:
        """An invariant does not hold: the world ends here."""
        self.broken.append(fact)
        self.tell(f"BROKEN: {fact}")
        if self.life is not None:
            self.life.die()

    def _committed(self) -> None:
        self.counts["commits"] += 1
        self.eye.committed()
        if self.renewal is not None:
            self.renewal.custody.committed()

    # -- living --------------------------------------------------------------------------------------------------

    def run(self) -> Outcome:
        """All lives, the last one calm."""
        lives = self.fate.choice([1, 2, 2, 3, 4])
        with listening(self):
            for _ in range(lives):
                self._live(self._steps())
                if self.broken:
                    break
                self.timeline.at += self.fate.choice([0.1, 5.0, 45.0, 200.0, 5000.0])
                if self.fate.random() < 0.2:
                    self.error = self.fate.uniform(-3600, 3600)
                    self.counts["clock jumps"] += 1
            if not self.broken:
                self.networks.calm, self.alarms.broken = True, False
                self.disk.full_until = self.disk.locked_until = 0.0
                self._live(None, last=True)
            if not self.broken:
                self.eye.ended()
            if self.telegram is not None and not self.broken:
                self.telegram.ended()
        self.counts["public"] = len(self.networks.items)
        return Outcome(self.seed, self.broken, self.trace, self.counts)

    def _steps(self) -> int | None:
        return None if self.fate.random() < 0.3 else 20 + int(self.fate.expovariate(1 / 1500))

    def _live(self, steps: int | None, *, last: bool = False) -> None:
        self.number += 1
        self.counts["lives"] += 1
        loop = self.life = VirtualLoop(self.timeline, steps)
        clock = VirtualClock(self.timeline, loop, self.error, origin=self.fate.uniform(0, 1e6))
        self.eye.error = self.error
        self.punctuality.born()
        self.tell(f"born, clock {self.error:+.0f} s")
        ended = loop.live(self._work(loop, clock, last=last))
        self.disk.cut()
        self.eye.shown()
        self.life = None
        if not ended:
            self.counts["kills"] += 1
            self.tell("killed")
            if self.telegram is not None:
                self.telegram.killed()
        elif self.timeline.at > max(self.disk.full_until, self.disk.locked_until) + 60:
            self.eye.stopped()
            if self.renewal is not None:
                self.renewal.stopped()
        self.networks.owed.clear()
        for fault in loop.faults:
            if not isinstance(fault.get("exception"), Died):
                self.broken.append(f"the loop was told of {fault}")

    async def _work(self, loop: VirtualLoop, clock: VirtualClock, *, last: bool) -> None:
        database = Database(sqlite_url(self.ground.folder), road=partial(InlineRoad, disk=self.disk, loop=loop))
        try:
            await database.open()
        except DatabaseFault:
            self.tell("cannot start")
            return
        share(database)
        store = Store(database, GlassVault(), new_id=self.new_id)
        engine = self._engine(store, clock, loop)
        life = Life(self, loop, clock, store, engine)
        running = loop.create_task(engine.run())
        running.add_done_callback(self._engine_ended)
        beside = [] if self.telegram is None else self.telegram.serve(life)
        beside += [] if self.renewal is None else self.renewal.serve(life, calm=last)
        if last:
            await self._calm(life)
        else:
            await self._busy(life)
        for task in (*beside, running):
            task.cancel()
        await engine.stop()
        await database.close()
        self.tell("stopped")

    def _engine(self, store: Store, clock: Any, loop: VirtualLoop) -> Engine:
        bell = Bell(self.alarms, clock, loop)
        stage = Stage(store, clock, market(self.networks, clock, loop), **self.settings, alarms=bell)
        stage.engine.jitter = self._chance(f"jitter {self.number}").random
        return stage.engine

    def _engine_ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and not isinstance(task.exception(), Died):
            self.break_(f"the engine ended: {task.exception()!r}")

    async def _busy(self, life: Life) -> None:
        people = [life.loop.create_task(self.people.live(life, who)) for who in (CARMEN, LUIS)]
        trouble = life.loop.create_task(self._trouble(life))
        await life.clock.sleep(self.fate.uniform(0.3, 1.0) * self.length)
        for task in (*people, trouble):
            task.cancel()
        await asyncio.gather(*people, trouble, return_exceptions=True)

    async def _trouble(self, life: Life) -> None:
        """Now and then the disk is full, or somebody else holds the lock."""
        while True:
            await life.clock.sleep(self.fate.expovariate(1 / 200))
            until = self.timeline.at + self.fate.choice([1.0, 8.0, 40.0])
            if (lost := self.shelf.lose()) is not None:
                self.counts["pictures lost"] += 1
                self.tell(f"the picture of {lost!r} is lost")
            if self.fate.random() < 0.3:
                self._alarm_trouble()
            elif self.fate.random() < 0.5:
                self.tell(f"disk full until {until:.0f}")
                self.disk.full_until = until
            else:
                self.tell(f"locked until {until:.0f}")
                self.disk.locked_until = until

    def _alarm_trouble(self) -> None:
        self.punctuality.alarmless = True
        if self.fate.random() < 0.5:
            self.tell("all alarms are lost")
            self.counts["alarms lost"] += 1
            self.alarms.forget()
        else:
            self.alarms.broken = not self.alarms.broken
            self.tell(f"alarms {'cannot' if self.alarms.broken else 'can'} be set")

    async def _calm(self, life: Life) -> None:
        end = self.timeline.at + (LONGEST_IN_TURN if self.settings["limits"] else LONGEST)
        while not await self.people.settle(life) and self.timeline.at < end:
            await life.clock.sleep(60.0)
        await life.engine.quiet()


def simulate(seed: int) -> Outcome:
    [outcome] = worlds([seed])
    return outcome


def worlds(seeds: Iterable[int]) -> Iterator[Outcome]:
    """One after the other, on the same ground."""
    with ground(*template()) as shared:
        for seed in seeds:
            yield World(seed, shared).run()
