"""Pauses: networks that stand still, and what goes on when they do."""

import pytest
from storage_samples import ANA, LUIS, claim_all, go, later, look_up, open_job

from publishers.engine.model import Delivery, DeliveryStatus, Move, Wait
from publishers.engine.ports import Stopped, Store

S = DeliveryStatus
HELD = Move(S.WAITING, wait=Wait.PAUSE)


async def pause(store: Store, *platforms: str) -> list[str]:
    async with store.unit() as unit:
        return await unit.pauses.pause(platforms, actor=ANA, at=later(10))


async def resume(store: Store, *platforms: str) -> list[str]:
    async with store.unit() as unit:
        return await unit.pauses.resume(platforms, actor=LUIS, at=later(20))


async def paused(store: Store) -> frozenset[str]:
    async with store.view() as unit:
        return await unit.pauses.paused()


async def held(store: Store, number: int = 1, platform: str = "alpha", hour: float | None = None) -> Delivery:
    """One that stands still because its network does; with the hour it was given."""
    delivery = (await open_job(store, platform, number)).deliveries[0]
    if hour is not None:
        delivery = await go(store, delivery, Move(S.WAITING, due_at=later(hour), wait=Wait.HOUR))
    return await go(store, delivery, HELD)


async def test_only_what_changes_is_named_and_told(store: Store) -> None:
    assert await pause(store, "beta", "alpha") == ["alpha", "beta"]
    assert await pause(store, "alpha", "gamma") == ["gamma"]
    assert await resume(store, "alpha", "delta") == ["alpha"]
    assert await resume(store, "alpha") == []
    assert await paused(store) == {"beta", "gamma"}
    async with store.view() as unit:
        events = [event for event in await unit.ledger.events() if event["event_type"].startswith("network_")]
    assert [(event["event_type"], event["metadata"]["platform"]) for event in events] == [
        ("network_paused", "alpha"),
        ("network_paused", "beta"),
        ("network_paused", "gamma"),
        ("network_resumed", "alpha"),
    ]


async def test_what_is_held_is_never_due_and_has_no_time(store: Store) -> None:
    await pause(store, "alpha")
    delivery = await held(store)
    assert (delivery.due_at, delivery.wait) == (None, Wait.PAUSE)
    assert await claim_all(store, later(10**9)) == []


async def test_what_goes_on_is_of_that_network_only(store: Store) -> None:
    await pause(store, "alpha", "beta")
    alpha, beta = await held(store, 1, "alpha"), await held(store, 2, "beta")
    await resume(store, "alpha")
    assert (await look_up(store, alpha)).status is S.PENDING
    assert await look_up(store, beta) == beta


@pytest.mark.parametrize("hour", [-7200, 7200])
async def test_what_never_began_waits_for_its_hour_again_even_when_that_is_over(store: Store, hour: float) -> None:
    await pause(store, "alpha")
    delivery = await held(store, hour=hour)
    assert delivery.scheduled_at == later(hour)
    await resume(store, "alpha")
    after = await look_up(store, delivery)
    assert (after.status, after.wait, after.due_at, after.reason) == (S.WAITING, Wait.HOUR, later(hour), "resumed")


async def test_other_waits_are_left_alone(store: Store) -> None:
    await pause(store, "alpha")
    retry = Move(S.WAITING, due_at=later(9), wait=Wait.RETRY)
    delivery = await go(store, (await open_job(store)).deliveries[0], retry)
    await resume(store, "alpha")
    assert await look_up(store, delivery) == delivery


async def test_what_goes_on_keeps_its_order(store: Store) -> None:
    await pause(store, "alpha")
    made = [await held(store, number) for number in (1, 2, 3)]
    await resume(store, "alpha")
    assert [delivery.id for delivery in await claim_all(store, later(30))] == [delivery.id for delivery in made]


async def test_nothing_is_armed_on_a_paused_network(store: Store) -> None:
    first, second = await claim_all(store) if await open_job(store, "alpha beta") else []
    await pause(store, first.platform)
    with pytest.raises(Stopped):
        async with store.unit() as unit:
            await unit.steps.arm(first, "post", "mark", later(11))
    async with store.unit() as unit:
        await unit.steps.arm(second, "post", "other mark", later(11))
    await resume(store, first.platform)
    async with store.unit() as unit:
        await unit.steps.arm(first, "post", "mark", later(21))
