"""Hours that people give: what goes out when, what is held, and what is asked, with a clock that tests move."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest

from adapters.adapted import Part
from fakes.clock import FakeClock
from fakes.network import Network, adapted, moment, scripted, vanished
from fakes.world import OWNER, World
from publishers.engine.contract import Receipt
from publishers.engine.decisions import Later, publish_now, retry, schedule, skip
from publishers.engine.errors import AuthExpired, Needs, Unavailable
from publishers.engine.model import Delivery, DeliveryStatus, Job, JobStatus, Wait
from publishers.engine.orchestrator import Pace
from publishers.engine.ports import Store

S = DeliveryStatus
Decision = Callable[..., Awaitable[Delivery | None]]
MINUTE = 60


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def plaza(clock: FakeClock) -> Network:
    return Network(clock)


@pytest.fixture
async def world(store: Store, clock: FakeClock, plaza: Network) -> AsyncIterator[World]:
    world = World(store, clock, {"plaza": scripted(plaza), "mercado": scripted(Network(clock), "mercado")})
    yield world
    await world.kill()


async def later(world: World, minutes: float) -> None:
    world.clock.advance(minutes * MINUTE)
    await world.run_due()


async def decide(world: World, job: Job, decision: Decision, *args: object, **named: object) -> Delivery | None:
    async with world.store.unit() as unit:
        return await decision(unit, await world.delivery(job), *args, actor=OWNER, at=world.clock.now(), **named)


async def pause(world: World, *platforms: str) -> None:
    async with world.store.unit() as unit:
        await unit.pauses.pause(platforms, actor=OWNER, at=world.clock.now())


async def resume(world: World, *platforms: str) -> None:
    async with world.store.unit() as unit:
        await unit.pauses.resume(platforms, actor=OWNER, at=world.clock.now())


async def told(world: World, job: Job) -> list[tuple[str, str | None]]:
    """Its moves, as the ledger has them: where to, and for what or why."""
    async with world.store.view() as unit:
        events = await unit.ledger.events((await world.delivery(job)).id)
    moves = [event["metadata"] for event in events if event["event_type"] == "delivery_moved"]
    return [(each["to"], each.get("wait") or each.get("code") or each.get("reason")) for each in moves]


# -- at its hour ---------------------------------------------------------------------------------------------------


async def test_it_goes_out_at_its_hour_and_not_before(world: World, plaza: Network, clock: FakeClock) -> None:
    job = await world.schedule(await world.account(), 120)
    assert (await world.job(job)).status is JobStatus.SCHEDULED
    await later(world, 119)
    clock.advance(59.999)
    await world.run_due()
    assert plaza.performed == 0
    clock.advance(0.001)
    await world.run_due()
    delivery = await world.delivery(job)
    assert (delivery.status, delivery.scheduled_at, delivery.started_at) == (S.PUBLISHED, moment(7200), moment(7200))
    assert await told(world, job) == [("publishing", None), ("published", None)]


async def test_an_hour_in_the_past_goes_out_at_once(world: World, plaza: Network) -> None:
    job = await world.schedule(await world.account(), -5)
    await world.run_due()
    assert (await world.delivery(job)).status is S.PUBLISHED


async def test_moved_it_goes_out_at_the_new_hour_only(world: World, plaza: Network, clock: FakeClock) -> None:
    job = await world.schedule(await world.account(), 60)
    await decide(world, job, schedule, moment(180 * MINUTE))
    await later(world, 60)
    assert plaza.performed == 0
    await decide(world, job, schedule, moment(90 * MINUTE))
    await later(world, 30)
    assert (await world.delivery(job)).status is S.PUBLISHED
    await later(world, 300)
    assert plaza.performed == 1


async def test_cancelled_it_never_goes_out(world: World, plaza: Network) -> None:
    job = await world.schedule(await world.account(), 60)
    await decide(world, job, skip, reason="cancelled")
    await later(world, 600)
    assert ((await world.job(job)).status, plaza.performed) == (JobStatus.SKIPPED, 0)
    assert await told(world, job) == [("skipped", "cancelled")]


async def test_published_now_it_does_not_go_out_again_at_its_hour(world: World, plaza: Network) -> None:
    job = await world.schedule(await world.account(), 60)
    await decide(world, job, publish_now)
    await world.run_due()
    delivery = await world.delivery(job)
    assert (delivery.status, delivery.scheduled_at) == (S.PUBLISHED, None)
    await later(world, 600)
    assert plaza.performed == 1


async def test_the_seconds_in_which_an_approval_can_be_undone(world: World, plaza: Network, clock: FakeClock) -> None:
    hold = Later(clock.now() + timedelta(seconds=30), Wait.HOLD)
    undone, kept = [await world.approve([await world.account()], adapted(text), later=hold) for text in ("uno", "dos")]
    assert (await world.delivery(kept)).scheduled_at is None
    await decide(world, undone, skip, reason="cancelled")
    clock.advance(29)
    await world.run_due()
    assert plaza.performed == 0
    clock.advance(1)
    await world.run_due()
    assert [post.text for post in plaza.posts] == ["dos"]


async def test_what_is_already_under_way_takes_no_other_hour(world: World) -> None:
    job = await world.approve([await world.account()])
    assert await decide(world, job, schedule, moment(60)) is None
    assert await decide(world, job, publish_now) is None
    await world.run_due()
    assert await decide(world, job, schedule, moment(60)) is None
    assert await decide(world, job, publish_now) is None


async def test_two_decisions_at_once_are_one(world: World) -> None:
    job = await world.schedule(await world.account(), 60)
    seen = await world.delivery(job)
    async with world.store.unit() as unit:
        assert await skip(unit, seen, actor=OWNER, at=world.clock.now())
        assert await publish_now(unit, seen, actor=OWNER, at=world.clock.now()) is None
        assert await schedule(unit, seen, moment(9), actor=OWNER, at=world.clock.now()) is None
    assert (await world.delivery(job)).status is S.SKIPPED


async def test_lives_in_a_row_keep_the_hour(world: World, plaza: Network) -> None:
    job = await world.schedule(await world.account(), 60)
    for _ in range(3):
        await world.restart()
        await later(world, 19)
    assert plaza.performed == 0
    await world.restart()
    await later(world, 3)
    assert (await world.delivery(job)).status is S.PUBLISHED
    await world.restart()
    await later(world, 60)
    assert plaza.performed == 1


async def test_killed_at_its_hour_with_the_request_on_the_wire_it_is_found_not_repeated(
    world: World, plaza: Network
) -> None:
    plaza.gate = asyncio.Event()
    job = await world.schedule(await world.account(), 60)
    world.clock.advance(60 * MINUTE)
    await world.engine.sweep()
    await world.until_published(plaza)
    await world.kill()
    plaza.store(Part("Hoy hay pan de espelta"), None)
    plaza.gate = None
    world.reborn()
    async with world.store.unit() as unit:
        await unit.deliveries.recover(world.clock.now())
    await later(world, 300)
    delivery = await world.delivery(job)
    assert (delivery.status, delivery.scheduled_at) == (S.PUBLISHED, moment(60 * MINUTE))
    assert len(plaza.posts) == 1


# -- after a downtime ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("grace", "late", "goes"),
    [(60, 0, True), (60, 59, True), (60, 61, False), (0, 0, True), (0, 0.9, True), (0, 59, False), (0, 61, False)],
)
async def test_after_a_downtime_the_grace_decides(
    world: World, plaza: Network, grace: float, late: float, goes: bool
) -> None:
    world.pace = Pace(grace=timedelta(minutes=grace))
    job = await world.schedule(await world.account(), 30)
    await world.restart()
    await later(world, 30 + late)
    delivery = await world.delivery(job)
    if goes:
        assert (delivery.status, plaza.performed) == (S.PUBLISHED, 1)
        return
    assert (delivery.status, delivery.needs, delivery.code) == (S.BLOCKED, Needs.HOUR, "late")
    assert (plaza.performed, delivery.scheduled_at) == (0, moment(30 * MINUTE))
    assert await told(world, job) == [("blocked", "late")]
    await later(world, 600)
    assert plaza.performed == 0


async def missed(world: World) -> Job:
    job = await world.schedule(await world.account(), 30)
    await later(world, 300)
    assert (await world.delivery(job)).needs is Needs.HOUR
    return job


@pytest.mark.parametrize("decision", [publish_now, retry])
async def test_a_late_one_that_is_sent_goes_out_and_is_not_late_again(world: World, decision: Decision) -> None:
    job = await missed(world)
    await decide(world, job, decision)
    await world.restart()
    await world.run_due()
    assert (await world.delivery(job)).status is S.PUBLISHED


async def test_a_late_one_that_is_given_another_hour(world: World, plaza: Network) -> None:
    job = await missed(world)
    await decide(world, job, schedule, world.clock.now() + timedelta(minutes=10))
    await later(world, 9)
    assert plaza.performed == 0
    await later(world, 1)
    assert (await world.delivery(job)).status is S.PUBLISHED


async def test_a_late_one_that_is_left_out(world: World, plaza: Network) -> None:
    job = await missed(world)
    await decide(world, job, skip)
    await later(world, 10)
    assert ((await world.delivery(job)).status, plaza.performed) == (S.SKIPPED, 0)


async def test_a_try_after_the_hour_is_no_missed_hour(world: World, plaza: Network) -> None:
    """It went out in time and failed: the waits of the retries do not make it late."""
    plaza.script = [Unavailable(retry_at=moment(60 * MINUTE * number)) for number in (2, 4, 6)]
    job = await world.schedule(await world.account(), 30)
    await later(world, 30)
    await world.run_until_rest()
    assert (await world.delivery(job)).status is S.PUBLISHED


# -- a paused network ----------------------------------------------------------------------------------------------


async def test_a_pause_keeps_what_is_pending_waiting_and_scheduled(world: World, plaza: Network) -> None:
    account = await world.account()
    plaza.script = [Unavailable(retry_at=moment(10 * MINUTE))]
    waiting = await world.approve([account], adapted("espera"))
    await world.run_due()
    scheduled = await world.schedule(account, 20, adapted("a su hora"))
    future = await world.schedule(account, 200, adapted("más tarde"))
    await pause(world, "plaza")
    pending = await world.approve([account], adapted("ya"))
    other = await world.approve([await world.account("mercado")], adapted("en otra red"))
    await later(world, 30)
    for job in (waiting, scheduled, pending):
        delivery = await world.delivery(job)
        assert (delivery.status, delivery.wait, delivery.due_at) == (S.WAITING, Wait.PAUSE, None)
    assert (await world.delivery(other)).status is S.PUBLISHED
    assert (await world.delivery(future)).wait is Wait.HOUR
    assert (await world.job(pending)).status is JobStatus.WAITING
    assert plaza.performed == 1
    await resume(world, "plaza")
    await world.run_due()
    assert sorted(post.text for post in plaza.posts) == ["a su hora", "espera", "ya"]
    await later(world, 170)
    assert (await world.delivery(future)).status is S.PUBLISHED
    assert (plaza.performed, len(plaza.posts)) == (5, 4)


async def test_a_pause_outlives_restarts(world: World, plaza: Network) -> None:
    await pause(world, "plaza")
    job = await world.schedule(await world.account(), 10)
    for _ in range(3):
        await world.restart()
        await later(world, 20)
    assert (await world.delivery(job)).wait is Wait.PAUSE
    assert await told(world, job) == [("waiting", "pause")]


async def test_after_a_pause_late_ones_are_judged_and_the_others_go_out(world: World, plaza: Network) -> None:
    account = await world.account()
    late, on_time = [await world.schedule(account, minutes, adapted(str(minutes))) for minutes in (10, 100)]
    await pause(world, "plaza")
    await later(world, 120)
    await resume(world, "plaza")
    await world.run_due()
    assert (await world.delivery(late)).needs is Needs.HOUR
    assert (await world.delivery(on_time)).status is S.PUBLISHED


async def test_a_pause_lifted_before_the_hour_changes_nothing(world: World, plaza: Network) -> None:
    job = await world.schedule(await world.account(), 30)
    await pause(world, "plaza")
    await later(world, 10)
    await resume(world, "plaza")
    await world.run_due()
    assert plaza.performed == 0
    await later(world, 20)
    assert (await world.delivery(job)).status is S.PUBLISHED
    assert await told(world, job) == [("publishing", None), ("published", None)]


async def test_looks_rest_while_their_network_is_paused(world: World, plaza: Network) -> None:
    plaza.script = [vanished]
    job = await world.approve([await world.account()])
    await world.run_due()
    looked = plaza.looked
    await pause(world, "plaza")
    await later(world, 60)
    assert plaza.looked == looked
    assert (await world.delivery(job)).status is S.UNCONFIRMED
    await resume(world, "plaza")
    await world.run_until_rest()
    assert (await world.delivery(job)).status is S.PUBLISHED
    assert len(plaza.posts) == 1


async def test_a_thread_stops_before_its_next_part_and_goes_on_there(world: World, plaza: Network) -> None:
    async def then_pause(network: Network, part: Part, reply_to: str | None) -> Receipt:
        await pause(world, "plaza")
        return network.store(part, reply_to)

    plaza.script = [then_pause]
    job = await world.approve([await world.account()], adapted("uno", "dos", "tres"))
    await world.run_due()
    delivery = await world.delivery(job)
    assert (delivery.status, delivery.wait, len(delivery.receipts)) == (S.WAITING, Wait.PAUSE, 1)
    assert delivery.attempts == 0
    await world.restart()
    await later(world, 600)
    await resume(world, "plaza")
    await world.run_due()
    assert (await world.delivery(job)).status is S.PUBLISHED
    assert [(post.text, post.reply_to) for post in plaza.posts] == [("uno", None), ("dos", "id-1"), ("tres", "id-2")]


@pytest.mark.parametrize("lifted", [False, True])
async def test_a_pause_never_undoes_what_is_on_the_wire(world: World, plaza: Network, lifted: bool) -> None:
    plaza.gate = asyncio.Event()
    job = await world.approve([await world.account()])
    await world.engine.sweep()
    await world.until_published(plaza)
    await pause(world, "plaza")
    if lifted:
        await resume(world, "plaza")
    plaza.gate.set()
    await world.run_due()
    assert (await world.delivery(job)).status is S.PUBLISHED
    assert (plaza.performed, len(plaza.posts)) == (1, 1)


async def test_what_waits_for_a_pause_may_be_moved_cancelled_or_left(world: World, plaza: Network) -> None:
    account = await world.account()
    await pause(world, "plaza")
    moved, cancelled, kept = [await world.approve([account], adapted(text)) for text in ("m", "c", "k")]
    await world.run_due()
    await decide(world, moved, schedule, moment(60 * MINUTE))
    await decide(world, cancelled, skip, reason="cancelled")
    assert await decide(world, kept, retry) is None
    await later(world, 10)
    await resume(world, "plaza")
    await world.run_due()
    assert [post.text for post in plaza.posts] == ["k"]
    await later(world, 50)
    assert [post.text for post in plaza.posts] == ["k", "m"]


async def test_now_does_not_break_a_pause(world: World, plaza: Network) -> None:
    job = await world.schedule(await world.account(), 30)
    await pause(world, "plaza")
    await decide(world, job, publish_now)
    await world.run_due()
    assert ((await world.delivery(job)).wait, plaza.performed) == (Wait.PAUSE, 0)
    await resume(world, "plaza")
    await world.run_due()
    assert (await world.delivery(job)).status is S.PUBLISHED


async def test_what_was_freed_before_its_new_hour_waits_for_it(world: World, plaza: Network) -> None:
    plaza.script = [AuthExpired("gone")]
    job = await world.approve([await world.account()])
    await world.run_due()
    await decide(world, job, schedule, moment(60 * MINUTE))
    await world.account(token="new")
    await world.run_due()
    assert plaza.performed == 1
    await later(world, 60)
    assert (await world.delivery(job)).status is S.PUBLISHED


async def test_a_job_is_scheduled_for_its_next_hour(world: World, clock: FakeClock) -> None:
    accounts = [await world.account("plaza"), await world.account("mercado")]
    job = await world.approve(accounts, later=Later(moment(60 * MINUTE)))
    second = (await world.job(job)).deliveries[1]
    async with world.store.unit() as unit:
        await schedule(unit, second, moment(30 * MINUTE), actor=OWNER, at=clock.now())
    assert (await world.job(job)).scheduled_at == moment(30 * MINUTE)
    await later(world, 30)
    assert (await world.job(job)).scheduled_at == moment(60 * MINUTE)
    assert (await world.job(job)).status is JobStatus.WAITING
    await later(world, 30)
    assert (await world.job(job)).scheduled_at is None
