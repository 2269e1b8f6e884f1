"""Steps: what is prepared is remembered, what is armed is fenced, what is received is ours for good."""

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError
from storage_samples import NOON, claim_all, go, later, look_up, open_job

from publishers.engine.contract import Receipt
from publishers.engine.many import Value
from publishers.engine.model import Delivery, DeliveryStatus
from publishers.engine.ports import MarkTaken, Step, Stopped
from storage.store import Store


@pytest.fixture
async def claimed(store: Store) -> list[Delivery]:
    """Two deliveries to one account and one to another, all publishing."""
    await open_job(store, "alpha", 1)
    await open_job(store, "alpha", 2)
    await open_job(store, "beta", 3)
    return await claim_all(store)


async def arm(store: Store, delivery: Delivery, key: str = "post", mark: str = "m") -> None:
    async with store.unit() as unit:
        await unit.steps.arm(delivery, key, mark, NOON)


async def receive(store: Store, delivery: Delivery, receipt: Receipt, key: str = "post") -> None:
    async with store.unit() as unit:
        await unit.steps.receive(delivery.id, key, receipt, NOON)


async def step(store: Store, delivery: Delivery, key: str = "post") -> Step | None:
    async with store.view() as unit:
        return await unit.steps.step(delivery.id, key)


async def test_a_prepared_value_is_remembered_replaced_and_forgotten(store: Store, claimed: list[Delivery]) -> None:
    one = claimed[0]
    for value, at in (("c1", NOON), ("c2", later(5))):
        async with store.unit() as unit:
            await unit.many.prepared([Value(one.id, "container", value, at)])
        assert await step(store, one, "container") == Step("container", value, at)
    async with store.unit() as unit:
        await unit.steps.forget(one.id, "container")
    assert await step(store, one, "container") is None


async def test_an_armed_step_is_seen(store: Store, claimed: list[Delivery]) -> None:
    await arm(store, claimed[0])
    assert await step(store, claimed[0]) == Step("post", armed_at=NOON)
    async with store.view() as unit:
        assert await unit.steps.armed(claimed[0].id) == Step("post", armed_at=NOON)
        assert await unit.steps.armed(claimed[1].id) is None


async def test_a_mark_is_armed_once(store: Store, claimed: list[Delivery]) -> None:
    await arm(store, claimed[0])
    with pytest.raises(MarkTaken):
        await arm(store, claimed[1])
    assert await step(store, claimed[1]) is None


@pytest.mark.parametrize("end", ["received", "disarmed"])
async def test_a_mark_is_free_again_once_its_step_is_over(store: Store, claimed: list[Delivery], end: str) -> None:
    await arm(store, claimed[0])
    if end == "received":
        await receive(store, claimed[0], Receipt("x1"))
    else:
        async with store.unit() as unit:
            await unit.steps.disarm(claimed[0].id, "post")
        assert await step(store, claimed[0]) is None
    await arm(store, claimed[1])


async def test_a_disarmed_step_can_be_armed_again(store: Store, claimed: list[Delivery]) -> None:
    await arm(store, claimed[0])
    async with store.unit() as unit:
        await unit.steps.refuse(claimed[0].id, "post")
        await unit.steps.deny(claimed[0].id)
        await unit.steps.disarm(claimed[0].id, "post")
        await unit.steps.arm(claimed[0], "post", "m", later(7))
    assert await step(store, claimed[0]) == Step("post", armed_at=later(7))


async def test_a_delivery_has_one_armed_step_at_most(store: Store, claimed: list[Delivery]) -> None:
    await arm(store, claimed[0], "post", "m1")
    with pytest.raises(IntegrityError):
        await arm(store, claimed[0], "reply", "m2")


async def test_a_received_step_cannot_be_armed_again(store: Store, claimed: list[Delivery]) -> None:
    await arm(store, claimed[0])
    await receive(store, claimed[0], Receipt("x1"))
    with pytest.raises(Stopped):
        await arm(store, claimed[0])


async def test_nothing_is_armed_after_omit(store: Store, claimed: list[Delivery]) -> None:
    async with store.unit() as unit:
        await unit.deliveries.omit(claimed[0].id)
    with pytest.raises(Stopped):
        await arm(store, claimed[0])


async def test_nothing_is_armed_by_a_stale_claim(store: Store, claimed: list[Delivery]) -> None:
    with pytest.raises(Stopped):
        await arm(store, replace(claimed[0], version=claimed[0].version - 1))


async def test_nothing_is_armed_unless_publishing(store: Store, claimed: list[Delivery]) -> None:
    waiting = await go(store, claimed[0], DeliveryStatus.WAITING)
    with pytest.raises(Stopped):
        await arm(store, waiting)


async def test_a_receipt_is_kept_and_ends_the_step(store: Store, claimed: list[Delivery]) -> None:
    await arm(store, claimed[0])
    await receive(store, claimed[0], Receipt("x1", "https://example.org/x1"))
    kept = await step(store, claimed[0])
    assert kept is not None
    assert kept.receipt == Receipt("x1", "https://example.org/x1")
    async with store.view() as unit:
        assert await unit.steps.armed(claimed[0].id) is None
        assert await unit.steps.taken(claimed[0].account_id) == frozenset({"x1"})
        assert await unit.steps.taken(claimed[2].account_id) == frozenset()


async def test_receiving_twice_changes_nothing(store: Store, claimed: list[Delivery]) -> None:
    await arm(store, claimed[0])
    await receive(store, claimed[0], Receipt("x1"))
    await receive(store, claimed[0], Receipt("x1"))
    assert (await look_up(store, claimed[0])).receipts == (Receipt("x1"),)


async def test_what_was_never_armed_receives_nothing(store: Store, claimed: list[Delivery]) -> None:
    await receive(store, claimed[0], Receipt("x1"))
    assert (await look_up(store, claimed[0])).receipts == ()


async def test_one_id_of_an_account_is_received_once(store: Store, claimed: list[Delivery]) -> None:
    first, second, other = claimed
    await arm(store, first, mark="m1")
    await receive(store, first, Receipt("x1"))
    await arm(store, second, mark="m2")
    with pytest.raises(IntegrityError):
        await receive(store, second, Receipt("x1"))
    kept = await step(store, second)
    assert kept is not None
    assert kept.receipt is None
    await arm(store, other, mark="m3")
    await receive(store, other, Receipt("x1"))


async def test_receipts_without_an_id_do_not_collide(store: Store, claimed: list[Delivery]) -> None:
    for number, delivery in enumerate(claimed[:2]):
        await arm(store, delivery, mark=f"m{number}")
        await receive(store, delivery, Receipt(None))
        assert (await look_up(store, delivery)).receipts == (Receipt(None),)
    async with store.view() as unit:
        assert await unit.steps.taken(claimed[0].account_id) == frozenset()


async def test_receipts_stand_in_the_order_of_arming(store: Store, claimed: list[Delivery]) -> None:
    for key in ("z", "a", "m"):
        await arm(store, claimed[0], key, key)
        await receive(store, claimed[0], Receipt(f"id-{key}"), key)
    receipts = (await look_up(store, claimed[0])).receipts
    assert [receipt.id for receipt in receipts] == ["id-z", "id-a", "id-m"]


async def test_doubts_are_remembered_on_the_armed_step(store: Store, claimed: list[Delivery]) -> None:
    await arm(store, claimed[0])
    async with store.unit() as unit:
        await unit.steps.refuse(claimed[0].id, "post")
        await unit.steps.deny(claimed[0].id)
    assert await step(store, claimed[0]) == Step("post", armed_at=NOON, denied=True, refused=True)


async def test_forgetting_leaves_the_fence(store: Store, claimed: list[Delivery]) -> None:
    await arm(store, claimed[0])
    async with store.unit() as unit:
        await unit.steps.forget(claimed[0].id, "post")
    assert await step(store, claimed[0]) == Step("post", armed_at=NOON)
