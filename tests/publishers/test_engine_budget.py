"""Limits are waited for: never more in a window than fit into it, in order, and it resumes by itself."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters.adapted import Adapted, Part
from fakes.clock import FakeClock
from fakes.network import Network, adapted, lost, scripted
from fakes.world import OWNER, World
from publishers.engine.contract import Receipt
from publishers.engine.decisions import retry
from publishers.engine.errors import AuthExpired, QuotaExhausted, RateLimited, Unavailable
from publishers.engine.model import Delivery, DeliveryStatus, Job, Wait
from publishers.engine.orchestrator import Pace
from publishers.engine.outside import Allowance
from publishers.engine.ports import Store

HOUR = timedelta(hours=1)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def plaza(clock: FakeClock) -> Network:
    return Network(clock)


@pytest.fixture
async def world(store: Store, clock: FakeClock, plaza: Network) -> AsyncIterator[World]:
    world = World(store, clock, {"plaza": scripted(plaza)}, limits={"plaza": {"posts_per_hour": 3}})
    yield world
    await world.kill()


def most_within(moments: list[datetime], span: timedelta) -> int:
    """The most that ever lay in one stretch of this length."""
    return max(sum(1 for other in moments if at - span < other <= at) for at in moments)


def gone(network: Network) -> list[list[str]]:
    """What became public, second by second; what goes together is in no order."""
    seconds = sorted({post.at.replace(microsecond=0) for post in network.posts})
    return [sorted(post.text for post in network.posts if post.at.replace(microsecond=0) == at) for at in seconds]


def waits(delivery: Delivery) -> bool:
    return delivery.status is DeliveryStatus.WAITING and delivery.wait is Wait.LIMIT


async def said(world: World, account_id: str, *allowances: Allowance) -> None:
    async with world.store.unit() as unit:
        await unit.budgets.saw(account_id, allowances, world.clock.now())


async def many(world: World, count: int, *posts: Adapted) -> list[Job]:
    account = await world.account()
    posts = posts or tuple(adapted(f"texto {number}") for number in range(count))
    return [await world.approve([account], post) for post in posts]


async def test_ten_posts_three_an_hour(world: World, plaza: Network) -> None:
    jobs = await many(world, 10)
    await world.run_due()
    assert gone(plaza) == [["texto 0", "texto 1", "texto 2"]]
    waiting = [await world.delivery(job) for job in jobs[3:]]
    assert all(waits(each) and each.code == "budget" and each.attempts == 0 for each in waiting)
    assert [each.due_at for each in waiting] == sorted(each.due_at for each in waiting if each.due_at)
    await world.run_until_rest()
    assert gone(plaza) == [[f"texto {n}" for n in range(at, min(at + 3, 10))] for at in range(0, 10, 3)]
    assert most_within([post.at for post in plaza.posts], HOUR) == 3


async def test_what_comes_later_does_not_overtake(world: World, plaza: Network, clock: FakeClock) -> None:
    await many(world, 6)
    await world.run_due()
    clock.advance(3599)
    await world.approve([await world.account()], adapted("el nuevo"))
    await world.run_until_rest()
    assert gone(plaza) == [["texto 0", "texto 1", "texto 2"], ["texto 3", "texto 4", "texto 5"], ["el nuevo"]]


async def test_a_thread_waits_until_all_of_it_fits(world: World, plaza: Network, clock: FakeClock) -> None:
    await many(world, 0, adapted("uno"), adapted("dos"))
    await world.run_due()
    start = clock.now()
    (thread,) = await many(world, 0, adapted("a", "b"))
    await world.run_due()
    assert waits(await world.delivery(thread))
    await world.run_until_rest()
    assert gone(plaza) == [["dos", "uno"], ["a", "b"]]
    assert plaza.posts[2].at == start + HOUR


async def test_a_thread_longer_than_the_window_goes_when_the_window_is_empty(
    world: World, plaza: Network, clock: FakeClock
) -> None:
    await many(world, 0, adapted("uno"), adapted("a", "b", "c", "d", "e"), adapted("dos"))
    await world.run_until_rest()
    assert [post.text for post in plaza.posts] == ["uno", "a", "b", "c", "d", "e", "dos"]
    assert plaza.posts[1].at - plaza.posts[0].at == HOUR
    assert plaza.posts[6].at - plaza.posts[5].at == HOUR


async def test_several_of_one_slice_stay_within_together(world: World, plaza: Network) -> None:
    world.pace = Pace(slots=50)
    world.reborn()
    await many(world, 0, *(adapted(f"{n}a", f"{n}b") for n in range(4)))
    await world.engine.sweep()
    await world.engine.quiet()
    assert len(plaza.posts) == 2, "a second thread of two would be the fourth part of this hour"
    await world.run_until_rest()
    assert len(plaza.posts) == 8
    assert most_within([post.at for post in plaza.posts], HOUR) == 2


async def test_what_is_publishing_is_counted(world: World, plaza: Network) -> None:
    jobs = await many(world, 3)
    plaza.gate = asyncio.Event()
    await world.engine.sweep()
    await world.until_published(plaza, 3)
    (later,) = await many(world, 0, adapted("el cuarto"))
    await world.engine.sweep()
    assert waits(await world.delivery(later))
    plaza.gate.set()
    await world.run_until_rest()
    assert (await world.delivery(later)).status is DeliveryStatus.PUBLISHED
    assert len(jobs) + 1 == len(plaza.posts)


# -- the platform's word ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [RateLimited, QuotaExhausted])
async def test_a_limit_that_was_met_holds_the_account_without_asking_again(
    world: World, plaza: Network, clock: FakeClock, kind: type[RateLimited | QuotaExhausted]
) -> None:
    until = clock.now() + timedelta(minutes=20)
    plaza.script = [kind(retry_at=until)]
    (first,) = await many(world, 1)
    await world.run_due()
    (second,) = await many(world, 0, adapted("otro"))
    await world.run_due()
    assert plaza.performed == 1
    held = await world.delivery(second)
    assert waits(held)
    assert held.due_at is not None
    assert until <= held.due_at < until + timedelta(seconds=1)
    assert held.code == "rate_limited"
    await world.run_until_rest()
    assert {(await world.delivery(job)).status for job in (first, second)} == {DeliveryStatus.PUBLISHED}
    assert clock.now() < until + timedelta(seconds=1), "it resumes by itself, as soon as it may"


async def test_another_account_does_not_wait_for_it(world: World, plaza: Network, clock: FakeClock) -> None:
    plaza.script = [RateLimited(retry_at=clock.now() + HOUR)]
    await many(world, 1)
    await world.run_due()
    job = await world.approve([await world.account(external_id="2002")], adapted("otro"))
    await world.run_due()
    assert (await world.delivery(job)).status is DeliveryStatus.PUBLISHED


async def test_a_person_may_have_the_platform_asked_again_but_not_break_the_window(
    world: World, plaza: Network, clock: FakeClock
) -> None:
    jobs = await many(world, 4)
    await world.run_due()
    async with world.store.unit() as unit:
        assert await retry(unit, await world.delivery(jobs[3]), actor=OWNER, at=clock.now())
    await world.run_due()
    assert waits(await world.delivery(jobs[3]))
    assert len(plaza.posts) == 3


async def test_its_word_tightens_the_window(world: World, plaza: Network, clock: FakeClock) -> None:
    account = await world.account()
    resets = clock.now() + timedelta(minutes=10)
    await said(world, account.id, Allowance("daily", 1, resets, 17))
    await many(world, 3)
    await world.run_due()
    assert len(plaza.posts) == 1
    await world.run_until_rest()
    assert len(plaza.posts) == 3
    assert min(post.at for post in plaza.posts[1:]) >= resets


async def test_its_word_never_loosens_the_window(world: World, plaza: Network, clock: FakeClock) -> None:
    account = await world.account()
    await said(world, account.id, Allowance("daily", 1000, clock.now() + HOUR, 1000))
    await many(world, 4)
    await world.run_due()
    assert len(plaza.posts) == 3


async def test_what_is_heard_while_publishing_is_kept_with_the_result(
    world: World, plaza: Network, clock: FakeClock
) -> None:
    until = clock.now() + timedelta(hours=5)

    async def tells(network: Network, part: Part, reply_to: str | None) -> Receipt:
        network.gauge.saw(Allowance("daily", 0, until, 17))
        return network.store(part, reply_to)

    plaza.script = [tells]
    await many(world, 1)
    await world.run_due()
    (second,) = await many(world, 0, adapted("otro"))
    await world.run_due()
    assert (await world.delivery(second)).due_at == until


async def test_an_answer_that_tells_nothing_costs_no_transaction_more(world: World, plaza: Network) -> None:
    class Counting:
        def __init__(self, store: Store) -> None:
            self.store, self.units = store, 0

        def unit(self) -> Any:
            self.units += 1
            return self.store.unit()

        def view(self) -> Any:
            return self.store.view()

    await many(world, 1)
    counted = Counting(world.store)
    world.store = counted  # type: ignore[assignment] # counts, and hands on
    world.reborn()
    await world.run_due()
    assert len(plaza.posts) == 1
    told = counted.units
    counted.units = 0
    plaza.script = [hears]
    await many(world, 0, adapted("otro"))
    counted.units = 0
    await world.run_due()
    assert counted.units == told


async def hears(network: Network, part: Part, reply_to: str | None) -> Receipt:
    network.gauge.saw(Allowance("daily", 5, network.clock.now() + HOUR, 17))
    return network.store(part, reply_to)


# -- what is exempt --------------------------------------------------------------------------------------------------


async def test_a_look_is_never_held_back(world: World, plaza: Network, clock: FakeClock) -> None:
    plaza.script = [lost]
    (job,) = await many(world, 1)
    await world.engine.sweep()
    await world.engine.quiet()
    await said(world, (await world.delivery(job)).account_id, Allowance("daily", 0, clock.now() + HOUR, 17))
    clock.advance(10)
    await world.run_due()
    assert (await world.delivery(job)).status is DeliveryStatus.PUBLISHED


async def test_what_may_be_public_is_counted(world: World, plaza: Network) -> None:
    plaza.script, plaza.hidden = [lost, lost, lost], 1
    await many(world, 3)
    await world.engine.sweep()
    await world.engine.quiet()
    (fourth,) = await many(world, 0, adapted("el cuarto"))
    await world.engine.sweep()
    assert waits(await world.delivery(fourth))


async def test_a_dry_run_uses_nothing_and_waits_for_nothing(world: World, plaza: Network) -> None:
    account = await world.account()
    rehearsed = [await world.approve([account], adapted(f"ensayo {n}"), dry_run=True) for n in range(5)]
    await world.run_due()
    assert {(await world.delivery(job)).status for job in rehearsed} == {DeliveryStatus.PUBLISHED}
    await many(world, 3)
    await world.run_due()
    assert len(plaza.posts) == 3
    last = await world.approve([account], adapted("otro ensayo"), dry_run=True)
    await world.run_due()
    assert (await world.delivery(last)).status is DeliveryStatus.PUBLISHED


async def test_without_a_limit_nothing_waits(world: World, plaza: Network) -> None:
    world.limits = {"plaza": {"posts_per_hour": None}}
    world.reborn()
    await many(world, 12)
    await world.run_due()
    assert len(plaza.posts) == 12


async def test_a_refusal_gives_its_place_back(world: World, plaza: Network) -> None:
    plaza.script = [Unavailable("x", retry_at=world.clock.now() + HOUR)] * 2
    await many(world, 3)
    await world.run_due()
    assert len(plaza.posts) == 1
    await many(world, 0, adapted("otro"), adapted("y otro"))
    await world.run_due()
    assert len(plaza.posts) == 3


async def test_a_restart_forgets_nothing(world: World, plaza: Network) -> None:
    await many(world, 4)
    await world.run_due()
    await world.restart()
    await many(world, 0, adapted("otro"))
    await world.run_until_rest()
    assert len(plaza.posts) == 5
    assert most_within([post.at for post in plaza.posts], HOUR) == 3


# -- quota calls -----------------------------------------------------------------------------------------------------


async def test_a_platform_that_can_be_asked_is_asked_after_a_publication(
    world: World, plaza: Network, clock: FakeClock
) -> None:
    until = clock.now() + timedelta(hours=7)
    plaza.left = [Allowance("content_publishing_limit", 0, until, 50)]
    await many(world, 1)
    await world.run_due()
    assert plaza.asked == 1
    (second,) = await many(world, 0, adapted("otro"))
    await world.run_due()
    assert (await world.delivery(second)).due_at == until
    assert plaza.asked == 1


async def test_a_rehearsal_asks_nothing(world: World, plaza: Network) -> None:
    plaza.left = []
    await world.approve([await world.account()], dry_run=True)
    await world.run_due()
    assert plaza.asked == 0


async def test_a_quota_call_that_fails_changes_nothing(world: World, plaza: Network) -> None:
    plaza.left = []
    account = await world.account()
    plaza.refusal = AuthExpired("gone")
    job = await world.approve([account])
    await world.run_due()
    assert plaza.asked == 1
    assert (await world.delivery(job)).status is DeliveryStatus.PUBLISHED
