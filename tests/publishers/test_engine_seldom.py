"""What seldom happens, each found by the simulation: clocks set between lives, acts that outlast everybody."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta

import pytest

from fakes.clock import FakeClock
from fakes.network import Network, lost, scripted, vanished
from fakes.world import OWNER, World
from publishers.engine.decisions import confirm
from publishers.engine.errors import Duplicate
from publishers.engine.model import Delivery, DeliveryStatus, Job
from publishers.engine.orchestrator import Pace
from publishers.engine.ports import Store, StoreUnavailable


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def network(clock: FakeClock) -> Network:
    return Network(clock)


@pytest.fixture
async def world(store: Store, clock: FakeClock, network: Network) -> AsyncIterator[World]:
    world = World(store, clock, {"plaza": scripted(network)})
    yield world
    await world.kill()


async def answered(world: World, job: Job) -> Delivery:
    async with world.store.unit() as unit:
        moved = await confirm(unit, await world.delivery(job), None, actor=OWNER, at=world.clock.now())
    assert moved is not None
    return moved


async def test_a_clock_set_back_between_two_lives_doubles_nothing(
    world: World, network: Network, clock: FakeClock
) -> None:
    network.script, network.hidden = [lost], 1
    job = await world.approve([await world.account()])
    await world.run_due()
    clock.at -= timedelta(hours=1)  # it had been ahead, and what the network keeps is right
    network.posts = [
        type(seen)(seen.id, seen.at - timedelta(hours=1), seen.text, seen.permalink) for seen in network.posts
    ]
    await world.restart()
    await world.run_until_rest()
    assert (await world.delivery(job)).asks_person
    await answered(world, job)
    await world.run_until_rest()
    assert (await world.delivery(job)).status is DeliveryStatus.PUBLISHED
    assert len(network.posts) == 1


async def test_a_clock_set_back_within_one_life_hides_nothing(world: World, network: Network, clock: FakeClock) -> None:
    network.script, network.hidden = [lost], 1
    job = await world.approve([await world.account()])
    await world.run_due()
    clock.at -= timedelta(hours=1)
    network.posts = [
        type(seen)(seen.id, seen.at - timedelta(hours=1), seen.text, seen.permalink) for seen in network.posts
    ]
    clock.advance(3600 + 10)
    await world.run_until_rest()
    assert (await world.delivery(job)).permalink == "https://net.example/1"


@pytest.mark.parametrize("second_fate", [lost, vanished, Duplicate("said already")])
async def test_what_a_person_confirmed_is_no_other_ones_proof(
    world: World, network: Network, second_fate: Callable[..., None]
) -> None:
    account = await world.account()
    network.script, network.hidden = [lost], 99
    first = await world.approve([account])
    await world.run_until_rest(timedelta(seconds=40))
    await answered(world, first)
    await world.run_due()
    network.script, network.hidden = [second_fate], 0
    second = await world.approve([account])
    await world.run_until_rest()
    assert (await world.delivery(first)).status is DeliveryStatus.PUBLISHED
    delivery, public = await world.delivery(second), len(network.posts)
    if second_fate is lost:
        assert (delivery.status, delivery.permalink, public) == (
            DeliveryStatus.PUBLISHED,
            "https://net.example/2",
            2,
        )
    else:
        assert delivery.asks_person
        assert public == 1


async def test_nobody_is_asked_while_the_receipt_is_on_its_way(
    store: Store, world: World, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.pace = Pace(job_timeout=timedelta(milliseconds=50))
    world.reborn()
    full, receive = asyncio.Event(), world.fences.receiving.work

    async def refused(proofs):
        if full.is_set():
            return await receive(proofs)
        raise StoreUnavailable("disk full")

    world.fences.receiving.work = refused
    world.clock.patience = 0.0
    job = await world.approve([await world.account()])
    for _ in range(8):
        await world.run_due()
        assert not (await world.delivery(job)).asks_person
        world.clock.advance(60)
    full.set()
    world.clock.advance(60)
    await world.until(lambda jobs: not world.fences.commits, job)
    world.clock.advance(60)
    await world.run_due()
    assert (await world.delivery(job)).status is DeliveryStatus.PUBLISHED
