"""When a failed try is made again: the policies people ask for, to the second."""

from datetime import timedelta

import pytest

from fakes.clock import FakeClock
from fakes.network import Network, moment
from fakes.world import World
from publishers.engine.errors import QuotaExhausted, RateLimited, Unavailable
from publishers.engine.model import DeliveryStatus, Wait
from publishers.engine.retry import RetryPolicy

S = DeliveryStatus
PATIENT = RetryPolicy(3, timedelta(seconds=300), 2.0, timedelta(seconds=3600))
MINUTES = RetryPolicy(12, timedelta(minutes=1), 2.0, timedelta(hours=1))
QUICK = RetryPolicy(2, timedelta(seconds=5), 2.0, timedelta(seconds=3600))
WAITS = [
    (PATIENT, [300, 600, 1200, None]),
    (RetryPolicy(6, timedelta(seconds=300), 2.0, timedelta(seconds=3600)), [300, 600, 1200, 2400, 3600, 3600, None]),
    (MINUTES, [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600, 3600, 3600, 3600, None]),
    (QUICK, [5, 10, None]),
    (RetryPolicy(2, timedelta(seconds=7), 1.0, timedelta(seconds=3600)), [7, 7, None]),
    (RetryPolicy(1, timedelta(seconds=90), 2.0, timedelta(seconds=60)), [60, None]),
    (RetryPolicy(0), [None]),
]


@pytest.mark.parametrize(("policy", "waits"), WAITS, ids=lambda each: str(len(each)) if isinstance(each, list) else "")
def test_the_waits_of_a_policy(policy: RetryPolicy, waits: list[float | None]) -> None:
    now = moment()
    tries = [policy.next_try(Unavailable(), spent, now, 0.0) for spent in range(1, len(waits) + 1)]
    assert [None if at is None else (at - now).total_seconds() for at in tries] == waits
    assert policy.attempts == len(waits)


@pytest.mark.parametrize(("policy", "waits"), WAITS, ids=lambda each: str(len(each)) if isinstance(each, list) else "")
def test_chance_adds_up_to_a_tenth(policy: RetryPolicy, waits: list[float | None]) -> None:
    now = moment()
    for spent, wait in enumerate(waits, 1):
        for jitter in (0.5, 1.0):
            at = policy.next_try(Unavailable(), spent, now, jitter)
            exact = None if wait is None else now + timedelta(seconds=wait * (1 + jitter / 10))
            assert at == exact


@pytest.mark.parametrize("seconds", [1, 299, 300, 301, 86_400])
def test_the_platforms_own_delay_wins_shorter_or_longer(seconds: int) -> None:
    told = moment(seconds)
    assert PATIENT.next_try(Unavailable(retry_at=told), 1, moment(), 1.0) == told
    assert PATIENT.next_try(Unavailable(retry_at=told), 4, moment(), 1.0) is None


# -- in the engine -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "times"),
    [(PATIENT, [0, 300, 900, 2100]), (QUICK, [0, 5, 15]), (RetryPolicy(0), [0])],
    ids=["300 s doubling", "5 s doubling", "never"],
)
async def test_tries_come_at_their_times_then_a_person_is_asked(
    world: World, plaza: Network, clock: FakeClock, policy: RetryPolicy, times: list[int]
) -> None:
    world.policy = policy
    world.reborn()
    plaza.script = [Unavailable() for _ in range(3 * len(times))]
    job = await world.approve([await world.account()])
    tried: list[int] = []
    while (await world.delivery(job)).status is not S.FAILED:
        before, at = plaza.performed, clock.now()
        await world.run_due()
        if plaza.performed > before:
            tried.append(round((at - moment()).total_seconds()) - 4 * len(tried))  # the immediate tries take 1 + 3 s
        delivery = await world.delivery(job)
        if delivery.due_at is not None:
            clock.advance((delivery.due_at - clock.now()).total_seconds())
    assert tried == times
    assert plaza.performed == 3 * len(times)
    assert (await world.delivery(job)).attempts == len(times)


@pytest.mark.parametrize("fault", [RateLimited, QuotaExhausted])
async def test_a_wait_for_a_limit_spends_no_attempt_however_often(
    world: World, plaza: Network, clock: FakeClock, fault: type[RateLimited]
) -> None:
    plaza.script = [fault(retry_at=moment(600 * number)) for number in range(1, 8)]
    job = await world.approve([await world.account()])
    for number in range(1, 8):
        await world.run_due()
        delivery = await world.delivery(job)
        assert (delivery.wait, delivery.attempts, delivery.due_at) == (Wait.LIMIT, 0, moment(600 * number))
        clock.advance(600)
    await world.run_due()
    assert (await world.delivery(job)).status is S.PUBLISHED


async def test_attempts_and_the_next_time_survive_a_restart(world: World, plaza: Network, clock: FakeClock) -> None:
    dues = [300, 900, 2100]
    plaza.script = [Unavailable(retry_at=moment(due)) for due in dues]
    job = await world.approve([await world.account()])
    for attempts, due in enumerate(dues, 1):
        await world.run_due()
        delivery = await world.delivery(job)
        assert (delivery.status, delivery.attempts, delivery.due_at) == (S.WAITING, attempts, moment(due))
        await world.restart()
        await world.run_due()
        assert await world.delivery(job) == delivery
        clock.at, clock.ticks = moment(due), clock.ticks + due
    await world.run_due()
    assert (await world.delivery(job)).status is S.PUBLISHED
    assert plaza.performed == 4
