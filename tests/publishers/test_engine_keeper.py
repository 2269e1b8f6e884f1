"""The keeper: what nobody uses for weeks is renewed all the same, and a failing office is not pestered."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from fakes.clock import FakeClock
from fakes.network import Network
from fakes.tokens import DAY, HOUR, MINUTE, Office, keep, kept, renewing
from fakes.world import World
from publishers.engine.errors import AuthExpired, Unavailable
from publishers.engine.keeper import Keeper
from publishers.engine.model import Account
from publishers.engine.ports import Store


@pytest.fixture
def office(clock: FakeClock) -> Office:
    """As where tokens live for sixty days."""
    return Office(clock, life=60 * DAY, lead=15 * DAY)


@pytest.fixture
def world(store: Store, clock: FakeClock, plaza: Network, office: Office) -> World:
    return World(store, clock, {"plaza": renewing(plaza, office)})


@pytest.fixture
async def account(store: Store, clock: FakeClock, office: Office) -> Account:
    return await keep(store, clock, office.issue())


@pytest.fixture
def keeper(world: World) -> Keeper:
    return Keeper(world.store, world.clock, world.engine.connections, jitter=lambda: 0.5)


async def live(keeper: Keeper, span: timedelta) -> None:
    """Let it walk for so long."""
    clock = keeper.clock
    assert isinstance(clock, FakeClock)
    end, sleep = clock.now() + span, clock.sleep

    async def until_then(seconds: float) -> None:
        if clock.now() + timedelta(seconds=seconds) > end:
            clock.advance((end - clock.now()).total_seconds())
            raise asyncio.CancelledError
        await sleep(seconds)

    clock.sleep = until_then  # type: ignore[method-assign] # a life of a given length
    with suppress(asyncio.CancelledError):
        await keeper.run()
    clock.sleep = sleep  # type: ignore[method-assign] # as it was


async def test_permission_that_is_never_used_lives_for_years(keeper: Keeper, account: Account, office: Office) -> None:
    await live(keeper, 730 * DAY)
    present, _ = await kept(keeper.store, account.id)
    assert present.usable
    assert present.expires_at is not None
    assert present.expires_at > keeper.clock.now()
    assert office.calls == 730 // 45


async def test_the_first_walk_is_soon_after_the_start(keeper: Keeper, account: Account, office: Office) -> None:
    keeper.clock.advance((50 * DAY).total_seconds())  # type: ignore[attr-defined] # a FakeClock
    await live(keeper, 5 * MINUTE)
    assert office.calls == 1


async def test_what_lives_for_hours_is_renewed_once_a_day_while_nobody_needs_it(
    keeper: Keeper, account: Account, office: Office
) -> None:
    office.life, office.lead = 2 * HOUR, 10 * MINUTE
    await keep(keeper.store, keeper.clock, office.issue())  # type: ignore[arg-type] # a FakeClock
    await live(keeper, 10 * DAY)
    assert 7 <= office.calls <= 10


async def test_while_it_fails_it_is_tried_daily_and_more_often_before_the_end(
    keeper: Keeper, account: Account, office: Office
) -> None:
    office.before = [Unavailable("down")] * 1000
    await live(keeper, 56 * DAY)
    assert 9 <= office.calls <= 12
    calls = office.calls
    await live(keeper, 4 * DAY - HOUR)
    assert 6 <= office.calls - calls <= 16
    office.before.clear()
    assert (await kept(keeper.store, account.id))[0].usable


async def test_a_definite_refusal_is_asked_for_once(keeper: Keeper, account: Account, office: Office) -> None:
    office.before = [AuthExpired("invalid_grant")]
    await live(keeper, 200 * DAY)
    assert office.calls == 1
    assert not (await kept(keeper.store, account.id))[0].usable


async def test_an_account_of_a_network_that_was_switched_off_disturbs_nobody(
    keeper: Keeper, account: Account, office: Office
) -> None:
    keeper.clock.advance((50 * DAY).total_seconds())  # type: ignore[attr-defined] # a FakeClock
    await keep(keeper.store, keeper.clock, office.issue(), "andén")  # type: ignore[arg-type] # a FakeClock
    await keeper.walk()
    assert office.calls == 1
