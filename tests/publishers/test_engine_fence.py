"""The eight rules of the fence, each on the real tables."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.adapted import Adapted
from fakes.clock import FakeClock
from fakes.network import Network, NeverSilent, ScriptedPublisher, adapted, lost, moment, scripted, vanished
from fakes.world import OWNER, World
from publishers.engine.contract import Absent, Receipt, Steps
from publishers.engine.decisions import confirm, deny, skip
from publishers.engine.errors import Duplicate, Rejected, Stale, Unavailable
from publishers.engine.model import DeliveryStatus, JobStatus, Wait
from publishers.engine.orchestrator import Pace
from publishers.engine.ports import Store, StoreUnavailable
from publishers.engine.steps import Fences


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


# -- rule 1: settle ----------------------------------------------------------------------------------------------


async def test_a_post_whose_answer_was_lost_is_adopted_at_the_first_look(world: World, network: Network) -> None:
    network.script = [lost]
    job = await world.approve([await world.account()])
    await world.run_due()
    delivery = await world.delivery(job)
    assert delivery.status is DeliveryStatus.PUBLISHED
    assert delivery.permalink == "https://net.example/1"
    assert (network.performed, network.looked, len(network.posts)) == (1, 1, 1)


async def test_looks_follow_their_plan_and_a_no_counts_only_after_the_silence(
    world: World, network: Network, clock: FakeClock
) -> None:
    network.script = [vanished]
    job = await world.approve([await world.account()])
    looked_at = []
    while not network.posts:
        before = network.looked
        await world.run_due()
        if network.looked > before:
            looked_at.append(round((clock.now() - moment()).total_seconds()))
        clock.advance(1)
        assert clock.now() < moment(600)
    assert looked_at == [0, 5, 30, 60, 120]
    assert (await world.delivery(job)).status is DeliveryStatus.PUBLISHED
    assert (network.performed, len(network.posts)) == (2, 1)


async def test_even_a_definite_no_is_not_believed_before_settle(
    world: World, network: Network, clock: FakeClock
) -> None:
    network.script, network.empty_answer = [vanished], Absent.ABSENT
    await world.approve([await world.account()])
    await world.run_due()
    clock.advance(59)
    await world.run_due()
    assert network.performed == 1
    clock.advance(2)
    await world.run_until_rest()
    assert (network.performed, len(network.posts)) == (2, 1)


async def test_after_a_restart_the_settle_clock_starts_anew(world: World, network: Network, clock: FakeClock) -> None:
    network.script, network.empty_answer = [vanished], Absent.ABSENT
    await world.approve([await world.account()])
    await world.run_due()
    clock.advance(3600)
    await world.restart()
    await world.run_due()
    assert network.performed == 1, "an hour before the restart proves nothing"
    clock.advance(61)
    await world.run_until_rest()
    assert (network.performed, len(network.posts)) == (2, 1)


async def test_without_a_text_having_found_nothing_of_ours_is_no_proof(
    world: World, network: Network, clock: FakeClock
) -> None:
    network.script = [vanished]
    job = await world.approve([await world.account()], adapted(""))
    await world.run_until_rest()
    assert (await world.delivery(job)).asks_person
    assert network.performed == 1
    async with world.store.unit() as unit:
        assert await deny(unit, await world.delivery(job), actor=OWNER, at=clock.now())
    await world.run_until_rest()
    assert (await world.delivery(job)).status is DeliveryStatus.PUBLISHED
    assert (network.performed, len(network.posts)) == (2, 1)


async def test_where_a_list_never_means_no_a_person_is_asked(store: Store, clock: FakeClock, network: Network) -> None:
    world = World(store, clock, {"plaza": scripted(network, act=NeverSilent)})
    network.script = [vanished]
    job = await world.approve([await world.account()])
    await world.run_until_rest()
    delivery = await world.delivery(job)
    assert delivery.status is DeliveryStatus.UNCONFIRMED
    assert delivery.due_at is None
    assert delivery.asks_person
    assert (await world.job(job)).status is JobStatus.NEEDS_PERSON
    assert network.performed == 1


async def test_a_person_who_says_it_is_not_there_gets_one_more_look_then_the_post(
    store: Store, clock: FakeClock, network: Network
) -> None:
    world = World(store, clock, {"plaza": scripted(network, act=NeverSilent)})
    network.script = [vanished]
    job = await world.approve([await world.account()])
    await world.run_until_rest()
    looked = network.looked
    async with store.unit() as unit:
        assert await deny(unit, await world.delivery(job), actor=OWNER, at=clock.now())
    await world.run_until_rest()
    assert network.looked == looked + 1
    assert (await world.delivery(job)).status is DeliveryStatus.PUBLISHED
    assert len(network.posts) == 1


async def test_a_person_who_is_wrong_does_not_double_the_post(store: Store, clock: FakeClock, network: Network) -> None:
    world = World(store, clock, {"plaza": scripted(network, act=NeverSilent)})
    network.script, network.hidden = [lost], 5
    job = await world.approve([await world.account()])
    await world.run_until_rest()
    assert (await world.delivery(job)).asks_person
    async with store.unit() as unit:
        await deny(unit, await world.delivery(job), actor=OWNER, at=clock.now())
    await world.run_until_rest()
    assert (await world.delivery(job)).status is DeliveryStatus.PUBLISHED
    assert (network.performed, len(network.posts)) == (1, 1)


async def test_a_person_who_saw_it_ends_the_doubt_with_a_link(store: Store, clock: FakeClock, network: Network) -> None:
    world = World(store, clock, {"plaza": scripted(network, act=NeverSilent)})
    network.script = [vanished]
    job = await world.approve([await world.account()])
    await world.run_until_rest()
    async with store.unit() as unit:
        assert await confirm(unit, await world.delivery(job), "https://net.example/9", actor=OWNER, at=clock.now())
    await world.run_until_rest()
    delivery = await world.delivery(job)
    assert delivery.status is DeliveryStatus.PUBLISHED
    assert delivery.permalink == "https://net.example/9"
    assert network.performed == 1


# -- rule 3: inside a commit everything is unknown unless it is named --------------------------------------------


async def test_a_bug_inside_a_commit_leaves_the_step_armed(world: World, network: Network) -> None:
    network.script, network.hidden = [ValueError("truncated answer")], 9
    job = await world.approve([await world.account()])
    await world.run_due()
    assert (await world.delivery(job)).status is DeliveryStatus.UNCONFIRMED


async def test_a_definite_answer_disarms_and_is_retried_later(world: World, network: Network, clock: FakeClock) -> None:
    network.script = [Unavailable("down")] * 3
    job = await world.approve([await world.account()])
    await world.run_due()
    delivery = await world.delivery(job)
    assert (delivery.status, delivery.wait, delivery.attempts) == (DeliveryStatus.WAITING, Wait.RETRY, 1)
    assert delivery.due_at == clock.now() + timedelta(seconds=300)
    assert network.performed == 3, "one try and two immediate ones, which spend no attempt"
    await world.run_until_rest()
    assert (await world.delivery(job)).status is DeliveryStatus.PUBLISHED


async def test_a_bug_outside_a_commit_fails_plainly(store: Store, clock: FakeClock, network: Network) -> None:
    platform = scripted(network)
    broken = World(store, clock, {"plaza": platform})
    post = adapted()
    job = await broken.approve([await broken.account()], adapted("texto"))
    async with store.view() as unit:
        assert (await unit.jobs.job(job.id)) is not None
    network.script = [KeyError("bug")]
    network.looks = [KeyError("bug in find")] * 9
    await broken.run_due()
    assert (await broken.delivery(job)).status is DeliveryStatus.UNCONFIRMED
    assert post.parts == ()


# -- rule 4: frozen while armed ----------------------------------------------------------------------------------


async def test_prepared_values_are_replayed_while_armed_even_when_expired(
    store: Store, clock: FakeClock, network: Network
) -> None:
    world = World(store, clock, {"plaza": scripted(network, keeps=timedelta(minutes=1))})
    network.script, network.hidden = [lost], 1
    await world.approve([await world.account()])
    await world.run_due()
    clock.advance(86400)
    await world.run_until_rest()
    assert (network.prepared, len(network.posts)) == (1, 1)


async def test_expired_values_are_made_again_when_nothing_is_armed(
    store: Store, clock: FakeClock, network: Network
) -> None:
    world = World(store, clock, {"plaza": scripted(network, keeps=timedelta(minutes=1))})
    network.script = [Unavailable("down")] * 3
    await world.approve([await world.account()])
    await world.run_until_rest()
    assert (network.prepared, len(network.posts)) == (2, 1)


async def test_a_stale_value_is_forgotten_and_made_again(world: World, network: Network) -> None:
    network.script = [Stale("container")]
    job = await world.approve([await world.account()])
    await world.run_due()
    assert (await world.delivery(job)).status is DeliveryStatus.PUBLISHED
    assert network.prepared == 2


async def test_all_values_that_are_gone_are_forgotten_together(store: Store, clock: FakeClock) -> None:
    network = Network(clock)
    made: list[str] = []

    class Twice(ScriptedPublisher):
        async def publish(self, post: Adapted, steps: Steps) -> Receipt:
            async def upload(key: str) -> str:
                made.append(key)
                return key

            for key in ("one", "two", "three"):
                await steps.prepare(key, upload(key))
            return await super().publish(post, steps)

    platform = replace(scripted(network), connect=lambda *_: Twice(network))
    world = World(store, clock, {"plaza": platform})
    network.script = [Stale("one", "three")]
    job = await world.approve([await world.account()])
    await world.run_due()
    assert (await world.delivery(job)).status is DeliveryStatus.PUBLISHED
    assert made == ["one", "two", "three", "one", "three"]


# -- rule 5: one open act per text -------------------------------------------------------------------------------


async def test_the_same_text_approved_twice_goes_out_twice_one_after_the_other(
    world: World, network: Network, clock: FakeClock
) -> None:
    account = await world.account()
    network.gate = asyncio.Event()
    first, second = await world.approve([account]), await world.approve([account])
    await world.engine.sweep()
    await world.until_published(network)
    await world.until(lambda jobs: DeliveryStatus.WAITING in {job.deliveries[0].status for job in jobs}, first, second)
    waiting = next(d for d in [await world.delivery(first), await world.delivery(second)] if d.wait)
    assert (waiting.wait, waiting.attempts) == (Wait.TURN, 0)
    network.gate.set()
    await world.run_until_rest()
    assert [(await world.delivery(job)).status for job in (first, second)] == [DeliveryStatus.PUBLISHED] * 2
    assert len(network.posts) == 2


async def test_an_answer_lost_is_not_taken_for_the_earlier_identical_post(world: World, network: Network) -> None:
    account = await world.account()
    await world.approve([account])
    await world.run_due()
    network.script = [lost]
    second = await world.approve([account])
    await world.run_due()
    assert (await world.delivery(second)).permalink == "https://net.example/2"


async def test_a_duplicate_of_a_claimed_post_is_refused_with_its_link(world: World, network: Network) -> None:
    account = await world.account()
    await world.approve([account])
    await world.run_due()
    network.script = [Duplicate("said already")]
    second = await world.approve([account])
    await world.run_due()
    delivery = await world.delivery(second)
    assert (delivery.status, delivery.code) == (DeliveryStatus.BLOCKED, "duplicate")
    assert delivery.params["link"] == "https://net.example/1"


async def test_a_duplicate_of_an_unclaimed_post_is_adopted(world: World, network: Network) -> None:
    network.store(adapted("Hoy hay pan de espelta").parts[0], None)
    network.script = [Duplicate("said already")]
    job = await world.approve([await world.account()])
    await world.run_due()
    assert (await world.delivery(job)).permalink == "https://net.example/1"


async def test_a_duplicate_of_nothing_to_be_found_ends_with_the_person(world: World, network: Network) -> None:
    network.script = [Duplicate("said already")]
    job = await world.approve([await world.account()])
    await world.run_until_rest()
    delivery = await world.delivery(job)
    assert (delivery.status, delivery.code) == (DeliveryStatus.BLOCKED, "duplicate")
    assert network.performed == 1


# -- rule 6: a commit has its own task ---------------------------------------------------------------------------


async def test_a_timeout_stops_waiting_but_not_the_act(store: Store, clock: FakeClock, network: Network) -> None:
    pace = Pace(job_timeout=timedelta(milliseconds=150))
    world = World(store, clock, {"plaza": scripted(network)}, pace=pace)
    network.gate = asyncio.Event()
    job = await world.approve([await world.account()])
    await world.engine.sweep()
    await world.engine.quiet()
    assert (await world.delivery(job)).status is DeliveryStatus.UNCONFIRMED
    network.gate.set()
    await world.fences.drain(1)
    await world.run_due()
    assert (await world.delivery(job)).status is DeliveryStatus.PUBLISHED
    assert (network.performed, len(network.posts)) == (1, 1)


async def test_a_run_that_meets_its_own_act_on_the_wire_waits_for_it(
    store: Store, clock: FakeClock, network: Network
) -> None:
    world = World(store, clock, {"plaza": scripted(network)}, pace=Pace(job_timeout=timedelta(milliseconds=150)))
    network.gate, network.empty_answer = asyncio.Event(), Absent.ABSENT
    await world.approve([await world.account()])
    await world.engine.sweep()
    await world.engine.quiet()
    clock.advance(3600)
    await world.engine.sweep()
    await world.engine.quiet()
    assert (network.performed, network.looked) == (1, 0)
    network.gate.set()
    await world.fences.drain(1)
    await world.run_until_rest()
    assert len(network.posts) == 1


async def test_stopping_waits_for_what_is_on_the_wire(world: World, network: Network) -> None:
    network.gate = asyncio.Event()
    job = await world.approve([await world.account()])
    await world.engine.sweep()
    await world.until_published(network)
    stopping = asyncio.create_task(world.engine.stop())
    await asyncio.sleep(0)
    network.gate.set()
    await stopping
    await world.restart()
    await world.run_due()
    assert (await world.delivery(job)).status is DeliveryStatus.PUBLISHED
    assert network.performed == 1


async def test_a_stop_arms_nothing_more_and_the_next_life_goes_on_there(world: World, network: Network) -> None:
    network.gate = asyncio.Event()
    job = await world.approve([await world.account()], adapted("one", "two"))
    await world.engine.sweep()
    await world.until_published(network)
    stopping = asyncio.create_task(world.engine.stop())
    await asyncio.sleep(0)
    network.gate.set()
    await stopping
    assert [post.text for post in network.posts] == ["one"]
    async with world.store.view() as unit:
        assert await unit.steps.armed((await world.delivery(job)).id) is None
    await world.restart()
    await world.run_due()
    assert (await world.delivery(job)).status is DeliveryStatus.PUBLISHED
    assert ([post.text for post in network.posts], network.performed) == (["one", "two"], 2)


async def test_a_stop_waits_also_for_what_is_just_being_armed(world: World, network: Network) -> None:
    job = await world.approve([await world.account()])
    async with world.store.unit():  # nothing can be armed while somebody else writes
        await _until(world.fences, arming=False)
        sweeping = asyncio.create_task(world.engine.sweep())
    await sweeping
    await _until(world.fences, arming=True)
    await world.fences.drain(5)
    assert (network.performed, len(network.posts), world.fences.commits) == (1, 1, {})
    await world.engine.stop()
    await world.restart()
    await world.run_due()
    assert (await world.delivery(job)).status is DeliveryStatus.PUBLISHED
    assert network.performed == 1


async def _until(fences: Fences, *, arming: bool) -> None:
    async with asyncio.timeout(5):
        while bool(fences._departing) is not arming:
            await asyncio.sleep(0)


async def test_what_a_stop_cannot_wait_for_is_looked_for_by_the_next_life(
    store: Store, clock: FakeClock, network: Network
) -> None:
    world = World(store, clock, {"plaza": scripted(network)}, pace=Pace(drain=timedelta(milliseconds=50)))
    network.gate = asyncio.Event()
    job = await world.approve([await world.account()])
    await world.engine.sweep()
    await world.until_published(network)
    await world.engine.stop()
    await world.fences.abandon()
    assert (network.posts, world.fences.commits) == ([], {})
    network.gate, network.empty_answer = None, Absent.ABSENT
    await world.restart()
    await world.run_until_rest()
    assert (await world.delivery(job)).status is DeliveryStatus.PUBLISHED
    assert (network.performed, len(network.posts)) == (2, 1)
    assert network.looked


# -- rule 8: other steps, and the receipt that cannot be written -------------------------------------------------


async def test_a_dry_run_prepares_and_commits_nothing(world: World, network: Network) -> None:
    job = await world.approve([await world.account()], dry_run=True)
    await world.run_due()
    delivery = await world.delivery(job)
    assert (delivery.status, delivery.simulated) == (DeliveryStatus.PUBLISHED, True)
    assert (network.prepared, network.performed, network.posts) == (1, 0, [])


async def test_a_receipt_is_kept_however_often_the_disk_is_full(
    world: World, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    fence = world.fences
    failures = [StoreUnavailable("disk full")] * 3
    unit = world.store.unit

    def full_after_the_act():
        if network.posts and failures:
            raise failures.pop()
        return unit()

    monkeypatch.setattr(type(world.store), "unit", lambda self: full_after_the_act())
    job = await world.approve([await world.account()])
    await world.engine.sweep()
    await world.engine.quiet()
    assert fence.doubts == {}
    assert (await world.delivery(job)).status is DeliveryStatus.PUBLISHED


# -- threads, omission, rejection --------------------------------------------------------------------------------


async def test_a_thread_goes_on_at_the_first_missing_part(world: World, network: Network) -> None:
    network.script = [_stored, _stored, Unavailable("down"), Unavailable("down"), Unavailable("down")]
    job = await world.approve([await world.account()], adapted("uno (1/3)", "dos (2/3)", "tres (3/3)"))
    await world.run_due()
    halfway = await world.delivery(job)
    assert [receipt.id for receipt in halfway.receipts] == ["id-1", "id-2"]
    await world.run_until_rest()
    assert [post.text for post in network.posts] == ["uno (1/3)", "dos (2/3)", "tres (3/3)"]
    assert [post.reply_to for post in network.posts] == [None, "id-1", "id-2"]
    assert (await world.delivery(job)).status is DeliveryStatus.PUBLISHED


async def _stored(network: Network, part, reply_to) -> Receipt:
    return network.store(part, reply_to)


async def test_leaving_out_takes_effect_before_the_next_part(world: World, network: Network) -> None:
    network.gate = asyncio.Event()
    job = await world.approve([await world.account()], adapted("uno (1/2)", "dos (2/2)"))
    await world.engine.sweep()
    await world.until_published(network)
    async with world.store.unit() as unit:
        assert await skip(unit, await world.delivery(job), actor=OWNER, at=world.clock.now())
    network.gate.set()
    await world.engine.quiet()
    delivery = await world.delivery(job)
    assert (delivery.status, delivery.reason) == (DeliveryStatus.SKIPPED, "omitted")
    assert [post.text for post in network.posts] == ["uno (1/2)"]


async def test_what_is_left_out_in_doubt_frees_its_text(world: World, network: Network) -> None:
    network.script, network.hidden = [vanished], 99
    account = await world.account()
    job = await world.approve([account])
    await world.run_due()
    async with world.store.unit() as unit:
        assert await skip(unit, await world.delivery(job), actor=OWNER, at=world.clock.now())
    again = await world.approve([account])
    await world.run_due()
    assert (await world.delivery(again)).status is DeliveryStatus.PUBLISHED


async def test_rejected_content_waits_for_an_edit(world: World, network: Network) -> None:
    network.script = [Rejected("no", params={"reason": "spam"})]
    job = await world.approve([await world.account()])
    await world.run_until_rest()
    delivery = await world.delivery(job)
    assert (delivery.status, delivery.needs, delivery.params) == (DeliveryStatus.BLOCKED, "edit", {"reason": "spam"})
