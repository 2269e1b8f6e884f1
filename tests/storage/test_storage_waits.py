"""What stands still because its network does, and waits that a person agreed to."""

import pytest
from storage_samples import ANA, LUIS, NOON, claim_all, go, later, look_up, open_job

from publishers.engine.decisions import ACCEPTED, accept_wait
from publishers.engine.model import Delivery, DeliveryStatus, Move, Wait
from publishers.engine.ports import Store

_S = DeliveryStatus
LIMIT = Move(_S.WAITING, due_at=later(9000), wait=Wait.LIMIT, code="rate_limited", params={"platform": "Alpha"})


async def waiting(store: Store, move: Move) -> Delivery:
    await open_job(store)
    [claimed] = await claim_all(store)
    return await go(store, claimed, move)


async def accept(store: Store, delivery: Delivery) -> Delivery | None:
    async with store.unit() as unit:
        return await accept_wait(unit, delivery, actor=LUIS, at=later(5))


async def test_an_accepted_wait_is_the_same_wait(store: Store) -> None:
    before = await waiting(store, LIMIT)
    after = await accept(store, before)
    assert after is not None
    assert (after.status, after.wait, after.due_at) == (_S.WAITING, Wait.LIMIT, later(9000))
    assert (after.code, after.params, after.reason) == ("rate_limited", {"platform": "Alpha"}, ACCEPTED)
    assert after.attempts == before.attempts
    assert await look_up(store, after) == after
    async with store.view() as unit:
        assert [each.delivery_id for each in await unit.timetable.unalarmed(9)] == [after.id]


async def test_of_two_who_accept_the_second_is_late(store: Store) -> None:
    before = await waiting(store, LIMIT)
    assert await accept(store, before) is not None
    assert await accept(store, before) is None


@pytest.mark.parametrize(
    "move",
    [
        Move(_S.WAITING, due_at=later(9000), wait=Wait.RETRY),
        Move(_S.WAITING, wait=Wait.PAUSE),
        Move(_S.FAILED, code="timeout"),
    ],
)
async def test_nothing_else_is_accepted(store: Store, move: Move) -> None:
    delivery = await waiting(store, move)
    assert await accept(store, delivery) is None
    assert await look_up(store, delivery) == delivery


async def test_the_next_wait_is_not_an_accepted_one(store: Store) -> None:
    await accept(store, await waiting(store, LIMIT))
    [claimed] = await claim_all(store, later(9001))
    assert (await go(store, claimed, LIMIT, later(9002))).reason is None


async def test_what_waits_for_its_network_is_found_by_network(store: Store) -> None:
    await open_job(store, "alpha beta gamma")
    for delivery in await claim_all(store):
        still = delivery.platform != "gamma"
        await go(store, delivery, Move(_S.WAITING, wait=Wait.PAUSE) if still else LIMIT)
    async with store.unit() as unit:
        await unit.pauses.pause(["alpha", "beta", "gamma"], actor=ANA, at=NOON)
        assert [each.platform for each in await unit.pauses.held(["alpha", "gamma"])] == ["alpha"]
        assert {each.platform for each in await unit.pauses.held(["alpha", "beta"])} == {"alpha", "beta"}
        await unit.pauses.resume(["alpha"], actor=ANA, at=later(1))
        assert await unit.pauses.held(["alpha"]) == []
