"""Alarms are set from what the tables say, after the commits: no crash in between can keep one from being set."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.clock import SystemClock
from fakes.alarms import FakeAlarms
from fakes.network import Network, adapted, lost, scripted
from fakes.world import OWNER, World
from publishers.engine import scheduler
from publishers.engine.decisions import Later, publish_now, schedule
from publishers.engine.errors import RateLimited, Unavailable
from publishers.engine.model import Delivery, DeliveryStatus, Job, JobStatus, Move, Wait
from publishers.engine.orchestrator import Pace
from publishers.engine.ports import Store, StoreUnavailable
from storage.alarms import Alarms

S = DeliveryStatus
HOUR = timedelta(hours=1)


async def waiting(world: World, at: datetime, wait: Wait = Wait.HOUR, text: str = "Hoy hay pan") -> Delivery:
    job = await world.approve([await world.account()], adapted(text), later=Later(at, wait))
    return job.deliveries[0]


async def caught_up(world: World) -> dict[str, datetime]:
    while await world.engine.scheduler.catch_up():
        pass
    alarms: dict[str, datetime] = world.alarms.set_for
    return alarms


@pytest.mark.parametrize("wait", [Wait.HOUR, Wait.HOLD, Wait.RETRY, Wait.LIMIT, Wait.TURN])
async def test_an_alarm_for_each_wait_that_has_a_time(world: World, wait: Wait) -> None:
    for seconds in (5, 86400 * 365):
        at = world.clock.now() + timedelta(seconds=seconds)
        delivery = await waiting(world, at, wait, f"Día {seconds}")
        assert (await caught_up(world))[delivery.id] == at


async def test_what_needs_no_alarm_gets_none(world: World) -> None:
    await world.approve([await world.account()])
    assert await world.engine.scheduler.catch_up() is False
    assert world.alarms.set_for == {}


async def test_retries_and_looks_wake_through_alarms_alone(world: World, plaza: Network) -> None:
    """The clock of this world stands still except for alarms."""
    plaza.script = [Unavailable("down", retry_at=world.clock.now() + HOUR), RateLimited("full"), lost]
    plaza.hidden = 2
    job = await world.approve([await world.account()])
    await world.run_until_rest()
    assert (await world.job(job)).status is JobStatus.PUBLISHED
    assert len(plaza.posts) == 1


async def test_an_hour_rings_before_for_the_looking_over_and_then_itself(world: World) -> None:
    world.lead = timedelta(minutes=30)
    world.reborn()
    hour = world.clock.now() + 2 * HOUR
    delivery = await waiting(world, hour)
    assert (await caught_up(world)) == {delivery.id: hour - world.lead}
    async with world.store.unit() as unit:
        await unit.timetable.checked(delivery)
    assert (await caught_up(world)) == {delivery.id: hour}


async def test_an_hour_that_is_near_is_looked_over_at_once_and_rings_itself(world: World) -> None:
    world.lead = timedelta(minutes=30)
    world.reborn()
    hour = world.clock.now() + timedelta(minutes=20)
    delivery = await waiting(world, hour)
    assert await world.engine.scheduler.catch_up() is True
    assert world.alarms.set_for == {delivery.id: hour}
    assert await world.engine.scheduler.catch_up() is False


async def test_what_is_not_an_hour_knows_no_lead(world: World) -> None:
    world.lead = timedelta(minutes=30)
    world.reborn()
    at = world.clock.now() + HOUR
    delivery = await waiting(world, at, Wait.LIMIT)
    assert (await caught_up(world)) == {delivery.id: at}


async def test_another_hour_replaces_the_alarm_and_none_is_set_twice(world: World) -> None:
    delivery = await waiting(world, world.clock.now() + HOUR)
    await caught_up(world)
    world.alarms.set_for.clear()
    assert await caught_up(world) == {}
    async with world.store.unit() as unit:
        moved = await schedule(unit, delivery, world.clock.now() + 2 * HOUR, actor=OWNER, at=world.clock.now())
    assert moved is not None
    assert await caught_up(world) == {delivery.id: moved.due_at}


async def test_in_slices_soonest_first(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "SLICE", 2)
    times = [world.clock.now() + timedelta(minutes=minutes) for minutes in (5, 1, 4, 2, 3)]
    for at in times:
        await waiting(world, at, text=str(at))
    for expected in (2, 4, 5):
        more = await world.engine.scheduler.catch_up()
        assert sorted(world.alarms.set_for.values()) == sorted(times)[:expected]
        assert more is (expected < 5)


# -- crashes and faults ------------------------------------------------------------------------------------------------


async def test_a_death_between_commit_and_alarm_is_made_good(world: World) -> None:
    delivery = await waiting(world, world.clock.now() + HOUR)
    await world.restart()
    assert list(await caught_up(world)) == [delivery.id]


class Dying(FakeAlarms):
    """The process ends right after the alarm was set."""

    def set(self, times: Any) -> bool:
        super().set(times)
        raise KeyboardInterrupt


async def test_a_death_between_alarm_and_mark_is_made_good(world: World) -> None:
    delivery = await waiting(world, world.clock.now() + HOUR)
    world.alarms = Dying(world.clock)
    world.reborn()
    with pytest.raises(KeyboardInterrupt):
        await world.engine.scheduler.catch_up()
    assert list(world.alarms.set_for) == [delivery.id]
    world.alarms = FakeAlarms(world.clock)
    await world.restart()
    assert list(await caught_up(world)) == [delivery.id]


async def test_what_moved_while_its_alarm_was_set_gets_another(world: World) -> None:
    delivery = await waiting(world, world.clock.now() + HOUR)
    async with world.store.view() as unit:
        rings = await unit.timetable.unalarmed(10)
    hour = world.clock.now() + 3 * HOUR
    async with world.store.unit() as unit:
        await schedule(unit, delivery, hour, actor=OWNER, at=world.clock.now())
    async with world.store.unit() as unit:
        await unit.timetable.alarmed(rings)
    assert await caught_up(world) == {delivery.id: hour}


async def test_an_alarm_of_what_moved_on_does_nothing(world: World, plaza: Network) -> None:
    delivery = await waiting(world, world.clock.now() + HOUR)
    await caught_up(world)
    async with world.store.unit() as unit:
        await publish_now(unit, delivery, actor=OWNER, at=world.clock.now())
    await world.run_until_rest()
    assert plaza.performed == 1
    assert world.alarms.next is None


async def test_when_the_alarms_are_lost_all_are_set_again(world: World) -> None:
    delivery = await waiting(world, world.clock.now() + HOUR)
    await caught_up(world)
    world.alarms.set_for.clear()
    world.alarms.loss = True
    assert list(await caught_up(world)) == [delivery.id]
    assert world.alarms.lost is False


class Counting(FakeAlarms):
    """Remembers every alarm ever set."""

    def set(self, times: Any) -> bool:
        self.ever = [*getattr(self, "ever", []), *times.values()]
        return super().set(times)


async def test_many_lost_alarms_are_set_again_in_slices_each_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "SLICE", 2)
    now = world.clock.now()
    times = [now + timedelta(minutes=minutes) for minutes in (5, 1, 4, 2, 3, 3, 3, 6)]
    for number, at in enumerate(times):
        await waiting(world, at, Wait.HOLD if number % 2 else Wait.HOUR, text=str(number))
        if number == 5:
            await caught_up(world)  # of the last two no alarm knew
    world.alarms = Counting(world.clock, loss=True)
    world.reborn()
    assert await world.engine.scheduler.catch_up() is True
    assert await world.engine.scheduler.catch_up() is True
    assert world.alarms.ever == sorted(times)[:4]
    assert sorted((await caught_up(world)).values()) == sorted(times)
    assert world.alarms.ever == sorted(times)
    assert world.alarms.lost is False


async def test_what_moves_before_the_place_reached_after_a_loss_is_set_too(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "SLICE", 1)
    now = world.clock.now()
    deliveries = [await waiting(world, now + timedelta(minutes=minutes), text=str(minutes)) for minutes in (5, 6, 7)]
    await caught_up(world)
    world.alarms.set_for.clear()
    world.alarms.loss = True
    await world.engine.scheduler.catch_up()
    async with world.store.unit() as unit:
        await schedule(unit, deliveries[2], now + timedelta(minutes=4), actor=OWNER, at=now)
    await world.engine.scheduler.catch_up()
    assert set(world.alarms.set_for) == {deliveries[0].id, deliveries[2].id}
    expected = zip((each.id for each in deliveries), (5, 6, 4), strict=True)
    assert await caught_up(world) == {id_: now + timedelta(minutes=minutes) for id_, minutes in expected}


async def test_while_alarms_that_were_lost_cannot_be_set_the_place_is_kept(world: World) -> None:
    delivery = await waiting(world, world.clock.now() + HOUR)
    await caught_up(world)
    world.alarms.set_for.clear()
    world.alarms.loss = world.alarms.broken = True
    assert await world.engine.scheduler.catch_up() is False
    assert world.alarms.lost is True
    world.alarms.broken = False
    assert list(await caught_up(world)) == [delivery.id]


async def test_a_look_that_is_due_gets_its_lost_alarm_back(world: World, plaza: Network) -> None:
    plaza.script, plaza.hidden = [lost], 3
    job = await world.approve([await world.account()])
    await world.run_due()
    assert (await world.delivery(job)).status is S.UNCONFIRMED
    before = dict(await caught_up(world))
    assert before
    world.alarms.set_for.clear()
    world.alarms.loss = True
    assert await caught_up(world) == before


async def test_a_loss_the_file_cannot_forget_keeps_nobody_busy(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeAlarms, "retrieved", lambda _: None)
    world.alarms.loss = True
    assert await world.engine.scheduler.catch_up() is False


async def test_what_waits_for_a_person_or_a_pause_gets_none_after_a_loss_either(world: World) -> None:
    delivery = await waiting(world, world.clock.now() + HOUR)
    async with world.store.unit() as unit:
        pause = Move(S.WAITING, wait=Wait.PAUSE)
        await unit.deliveries.move(delivery, pause, actor=OWNER, at=world.clock.now())
    world.alarms.loss = True
    assert await caught_up(world) == {}


@pytest.mark.parametrize("closed", ["view", "unit"])
async def test_a_loss_is_not_forgotten_while_the_tables_cannot_be_asked(world: World, closed: str) -> None:
    class Full(type(world.store)):  # type: ignore[misc] # whatever the store is
        """What is `closed` cannot be used."""

    def fail(_: Any) -> Any:
        raise StoreUnavailable("disk full")

    setattr(Full, closed, fail)
    await waiting(world, world.clock.now() + HOUR)
    world.alarms.loss = True
    full = Full(world.store._database, world.store._vault)  # type: ignore[attr-defined] # of the real store
    with pytest.raises(StoreUnavailable):
        await replace(world.engine.scheduler, store=full).catch_up()
    assert world.alarms.lost is True


async def test_alarms_that_cannot_be_set_are_set_later(world: World) -> None:
    delivery = await waiting(world, world.clock.now() + HOUR)
    world.alarms.broken = True
    assert await world.engine.scheduler.catch_up() is False
    world.alarms.broken = False
    assert list(await caught_up(world)) == [delivery.id]


async def running(world: World, *jobs: Job) -> None:
    """The engine at work until these are published."""
    engine = asyncio.create_task(world.engine.run())
    try:
        async with asyncio.timeout(5):
            await world.until(lambda found: all(job.status is JobStatus.PUBLISHED for job in found), *jobs)
    finally:
        engine.cancel()
        with suppress(asyncio.CancelledError):
            await engine
        await world.engine.stop()


async def test_without_any_alarm_the_sweep_finds_what_is_due(world: World, plaza: Network) -> None:
    world.pace = Pace(sweep=timedelta(milliseconds=10))
    world.alarms.broken = True
    world.reborn()
    delivery = await waiting(world, world.clock.now() + timedelta(minutes=1))
    async with world.store.view() as unit:
        job = await unit.jobs.job(delivery.job_id)
    assert job is not None
    world.clock.advance(60)
    await running(world, job)


async def test_a_real_alarm_wakes_the_engine(store: Store, tmp_path: Any) -> None:
    clock: Any = SystemClock()
    async with Alarms(tmp_path) as alarms:
        world = World(store, clock, {"plaza": scripted(Network(clock))}, pace=Pace(sweep=HOUR), alarms=alarms)
        delivery = await waiting(world, clock.now() + timedelta(milliseconds=40))
        async with world.store.view() as unit:
            job = await unit.jobs.job(delivery.job_id)
        assert job is not None
        await running(world, job)
        after = await world.delivery(job)
    assert after.started_at is not None
    assert delivery.due_at is not None
    assert timedelta() <= after.started_at - delivery.due_at < timedelta(seconds=2)
