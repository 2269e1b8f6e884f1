"""The one door: what is due runs, at most so many per platform, and nobody waits for anybody else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from fakes.clock import FakeClock
from fakes.network import Network, adapted, scripted
from fakes.world import OWNER, World
from publishers.engine.contract import Identity
from publishers.engine.decisions import retry, skip
from publishers.engine.errors import AuthExpired, RateLimited, Rejected, Unavailable
from publishers.engine.model import DeliveryStatus, JobStatus, Wait
from publishers.engine.orchestrator import Pace
from publishers.engine.ports import Store

later = datetime(2027, 1, 1, tzinfo=UTC)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def plaza(clock: FakeClock) -> Network:
    return Network(clock)


@pytest.fixture
def mercado(clock: FakeClock) -> Network:
    return Network(clock)


@pytest.fixture
async def world(store: Store, clock: FakeClock, plaza: Network, mercado: Network) -> AsyncIterator[World]:
    world = World(store, clock, {"plaza": scripted(plaza), "mercado": scripted(mercado, "mercado")})
    yield world
    await world.kill()


async def test_one_network_failing_never_stops_the_others(world: World, plaza: Network, mercado: Network) -> None:
    plaza.script = [AuthExpired("gone")]
    job = await world.approve([await world.account("plaza"), await world.account("mercado")])
    await world.run_due()
    after = await world.job(job)
    assert {d.platform: d.status for d in after.deliveries} == {
        "plaza": DeliveryStatus.BLOCKED,
        "mercado": DeliveryStatus.PUBLISHED,
    }
    assert after.status is JobStatus.NEEDS_PERSON


async def test_newer_credentials_free_what_waited_only_for_them(world: World, plaza: Network, mercado: Network) -> None:
    plaza.script = [AuthExpired("gone")]
    job = await world.approve([await world.account("plaza"), await world.account("mercado")])
    await world.run_due()
    refused = await world.approve([await world.account("mercado")], adapted("otro"))
    await world.run_until_rest()
    assert (plaza.performed, mercado.performed) == (1, 2)
    await world.account("plaza", token="new")
    await world.run_until_rest()
    assert (await world.job(job)).status is JobStatus.PUBLISHED
    assert (await world.job(refused)).status is JobStatus.PUBLISHED
    assert (plaza.performed, mercado.performed) == (2, 2)


async def test_refused_credentials_are_not_tried_again(world: World, plaza: Network) -> None:
    plaza.script = [AuthExpired("gone")]
    account = await world.account()
    await world.approve([account])
    await world.run_due()
    second = await world.approve([account], adapted("otro"))
    await world.run_due()
    assert (await world.delivery(second)).code == "auth_expired"
    assert plaza.performed == 1


async def test_a_limit_waits_without_spending_an_attempt(world: World, plaza: Network, clock: FakeClock) -> None:
    until = clock.now() + timedelta(hours=2)
    plaza.script = [RateLimited(retry_at=until)]
    job = await world.approve([await world.account()])
    await world.run_due()
    delivery = await world.delivery(job)
    assert (delivery.wait, delivery.due_at, delivery.attempts) == (Wait.LIMIT, until, 0)
    await world.run_until_rest()
    assert (await world.job(job)).status is JobStatus.PUBLISHED


async def test_a_person_may_try_a_waiting_one_at_once(world: World, plaza: Network, clock: FakeClock) -> None:
    plaza.script = [RateLimited(retry_at=clock.now() + timedelta(hours=2))]
    job = await world.approve([await world.account()])
    await world.run_due()
    async with world.store.unit() as unit:
        assert await retry(unit, await world.delivery(job), actor=OWNER, at=clock.now())
    await world.run_due()
    assert (await world.job(job)).status is JobStatus.PUBLISHED


async def test_what_is_over_is_neither_retried_nor_skipped(world: World, clock: FakeClock) -> None:
    job = await world.approve([await world.account()])
    await world.run_due()
    async with world.store.unit() as unit:
        assert await retry(unit, await world.delivery(job), actor=OWNER, at=clock.now()) is None
        assert await skip(unit, await world.delivery(job), actor=OWNER, at=clock.now()) is None


async def test_a_removed_account_blocks_instead_of_losing(world: World, clock: FakeClock) -> None:
    account = await world.account()
    job = await world.approve([account])
    async with world.store.unit() as unit:
        await unit.accounts.remove(account.id, clock.now())
    await world.run_due()
    delivery = await world.delivery(job)
    assert (delivery.status, delivery.needs) == (DeliveryStatus.BLOCKED, "authorization")


async def test_a_hanging_network_takes_no_place_of_another(world: World, plaza: Network, mercado: Network) -> None:
    world.pace = Pace(slots=2)
    world.reborn()
    plaza.gate = asyncio.Event()
    accounts = [await world.account("plaza"), await world.account("mercado")]
    jobs = [await world.approve(accounts, adapted(f"texto {n}")) for n in range(5)]
    await world.engine.sweep()
    for _ in range(200):
        await world.engine.sweep()
        if mercado.performed == 5:
            break
    assert mercado.performed == 5
    await world.until_published(plaza, 2)
    assert plaza.performed == 2, "only its own two places are taken"
    plaza.gate.set()
    await world.run_until_rest()
    assert {(await world.job(job)).status for job in jobs} == {JobStatus.PUBLISHED}


async def test_accounts_of_one_network_do_not_wait_for_each_other(world: World, plaza: Network) -> None:
    world.pace = Pace(slots=1)
    world.reborn()
    plaza.gate = asyncio.Event()
    accounts = [await world.account("plaza", external_id) for external_id in ("1", "2", "3")]
    jobs = [await world.approve(accounts, adapted(f"texto {n}")) for n in range(2)]
    await world.engine.sweep()
    await world.until_published(plaza, 3)
    assert plaza.performed == 3, "one of each"
    plaza.gate.set()
    await world.run_until_rest()
    assert {(await world.job(job)).status for job in jobs} == {JobStatus.PUBLISHED}


async def test_what_was_running_when_the_process_died_runs_again(world: World, plaza: Network) -> None:
    plaza.gate = asyncio.Event()
    job = await world.approve([await world.account()])
    await world.engine.sweep()
    await world.until_published(plaza)
    await world.restart()
    assert (await world.delivery(job)).status is DeliveryStatus.UNCONFIRMED
    plaza.gate = None
    await world.run_until_rest()
    assert (await world.job(job)).status is JobStatus.PUBLISHED
    assert len(plaza.posts) == 1


async def test_a_poke_is_answered_at_once_and_sleep_lasts_until_the_next_due(world: World, plaza: Network) -> None:
    world.pace = Pace(sweep=timedelta(hours=1))
    world.reborn()
    running = asyncio.create_task(world.engine.run())
    await asyncio.sleep(0)
    job = await world.approve([await world.account()])
    world.engine.poke()
    async with asyncio.timeout(5):
        await world.until(lambda jobs: jobs[0].status is JobStatus.PUBLISHED, job)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await world.engine.stop()


async def test_a_renewal_during_the_run_is_not_marked_as_refused(world: World, plaza: Network) -> None:
    account = await world.account()

    async def renewed_meanwhile(network, part, reply_to):
        async with world.store.unit() as unit:
            await unit.accounts.add(
                "plaza", Identity("1001", "@1001"), '{"user_id": "1001", "access_token": "n"}', expires_at=None,
                at=world.clock.now(),
            )  # fmt: skip
        raise AuthExpired("the old one")

    plaza.script = [renewed_meanwhile]
    job = await world.approve([account])
    await world.run_until_rest()
    assert (await world.job(job)).status is JobStatus.PUBLISHED


@pytest.mark.parametrize(
    ("slots", "fault", "woken"),
    [(2, None, False), (1, None, True), (2, Unavailable("down", retry_at=later), True), (2, Rejected("no"), True)],
)
async def test_an_end_wakes_the_loop_only_where_it_makes_something_due(
    world: World, plaza: Network, slots: int, fault: Exception | None, woken: bool
) -> None:
    """A slot others waited for, an alarm to be set, a block that may be solved by now."""
    world.pace = Pace(slots=slots)
    world.reborn()
    plaza.script = [fault]
    await world.approve([await world.account()])
    await world.engine.sweep()
    await world.engine.quiet()
    assert world.engine._poked.is_set() is woken


async def test_those_that_wait_for_a_slot_go_one_after_the_other(world: World, plaza: Network) -> None:
    world.pace = Pace(slots=1, sweep=timedelta(hours=1))
    world.reborn()
    account = await world.account()
    made = [await world.approve([account], adapted(f"texto {n}")) for n in range(4)]
    running = asyncio.create_task(world.engine.run())
    async with asyncio.timeout(5):
        await world.until(lambda jobs: all(job.status is JobStatus.PUBLISHED for job in jobs), *made)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    await world.engine.stop()
