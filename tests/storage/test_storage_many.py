"""What several deliveries ask for at the same moment: as each of them alone, or not at all."""

from dataclasses import replace

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from storage_samples import NOON, add_account, claim_all, go, later, look_up, open_job

from publishers.engine.contract import Receipt
from publishers.engine.many import Arming, Divided, Moving, Opened, Proof, Value
from publishers.engine.model import SYSTEM, Delivery, DeliveryStatus, IllegalMove, Move, Wait
from publishers.engine.ports import Step
from storage.database import Database
from storage.store import Store
from storage.vault import Vault

_S = DeliveryStatus
PUBLISHED = Move(_S.PUBLISHED)


@pytest.fixture
async def claimed(store: Store) -> list[Delivery]:
    """Two deliveries to one account and one to another, all publishing."""
    await open_job(store, "alpha", 1)
    await open_job(store, "alpha", 2)
    await open_job(store, "beta", 3)
    return await claim_all(store)


async def arm(store: Store, *armings: Arming) -> None:
    async with store.unit() as unit:
        await unit.many.arm(armings)


async def armed(store: Store, delivery: Delivery) -> Step | None:
    async with store.view() as unit:
        return await unit.steps.armed(delivery.id)


def marked(claimed: list[Delivery], *marks: str) -> list[Arming]:
    return [Arming(delivery, "post", mark, NOON) for delivery, mark in zip(claimed, marks, strict=True)]


async def test_prepared_values_are_remembered_and_replaced(store: Store, claimed: list[Delivery]) -> None:
    for value in ("old", "new"):
        async with store.unit() as unit:
            await unit.many.prepared([Value(delivery.id, "container", value, NOON) for delivery in claimed])
    async with store.view() as unit:
        kept = await unit.many.steps([delivery.id for delivery in claimed])
    assert kept == {delivery.id: [Step("container", "new", NOON)] for delivery in claimed}


async def test_of_those_without_steps_nothing_is_said(store: Store, claimed: list[Delivery]) -> None:
    await arm(store, *marked(claimed[:1], "m"))
    async with store.view() as unit:
        kept = await unit.many.steps([delivery.id for delivery in claimed])
    assert kept == {claimed[0].id: [Step("post", armed_at=NOON)]}


async def test_arming_several_is_arming_each(store: Store, claimed: list[Delivery]) -> None:
    await arm(store, *marked(claimed, "m1", "m2", "m3"))
    assert [await armed(store, delivery) for delivery in claimed] == [Step("post", armed_at=NOON)] * 3


@pytest.mark.parametrize("spoil", ["same mark", "moved on", "left out", "paused"])
async def test_when_one_cannot_be_armed_none_is(store: Store, claimed: list[Delivery], spoil: str) -> None:
    armings = marked(claimed, "m1", "m1" if spoil == "same mark" else "m2", "m3")
    if spoil == "moved on":
        armings[1] = replace(armings[1], delivery=replace(claimed[1], version=claimed[1].version + 1))
    async with store.unit() as unit:
        if spoil == "left out":
            await unit.deliveries.omit(claimed[1].id)
        if spoil == "paused":
            await unit.pauses.pause(["beta"], actor=SYSTEM, at=NOON)
    with pytest.raises(Divided):
        await arm(store, *armings)
    assert [await armed(store, delivery) for delivery in claimed] == [None] * 3


async def test_receipts_are_kept_and_end_their_steps(store: Store, claimed: list[Delivery]) -> None:
    await arm(store, *marked(claimed, "m1", "m2", "m3"))
    proofs = [Proof(delivery.id, "post", Receipt(f"x-{delivery.id}"), later(1)) for delivery in claimed]
    for _ in range(2):  # repeating changes nothing
        async with store.unit() as unit:
            await unit.many.receive(proofs)
    assert [await armed(store, delivery) for delivery in claimed] == [None] * 3
    assert [(await look_up(store, delivery)).receipts for delivery in claimed] == [(each.receipt,) for each in proofs]


async def test_one_id_of_an_account_is_received_once(store: Store, claimed: list[Delivery]) -> None:
    await arm(store, *marked(claimed, "m1", "m2", "m3"))
    proofs = [Proof(delivery.id, "post", Receipt("same"), later(1)) for delivery in claimed]

    async def receive() -> None:
        async with store.unit() as unit:
            await unit.many.receive(proofs)

    with pytest.raises(Divided):
        await receive()
    assert [(await look_up(store, delivery)).receipts for delivery in claimed] == [()] * 3


async def test_several_move_with_their_receipts_and_their_rows(store: Store, claimed: list[Delivery]) -> None:
    await arm(store, *marked(claimed, "m1", "m2", "m3"))
    async with store.unit() as unit:
        await unit.many.receive([Proof(claimed[0].id, "post", Receipt("x1"), later(1))])
        await unit.deliveries.omit(claimed[2].id)
    waiting = Move(_S.WAITING, due_at=later(60), wait=Wait.RETRY, spent=True)
    async with store.unit() as unit:
        moving = [Moving(claimed[0], PUBLISHED), Moving(claimed[1], PUBLISHED), Moving(claimed[2], waiting)]
        after = await unit.many.move(moving, later(2))
        proof = await unit.ledger.events(claimed[0].id)
    assert [each.status for each in after] == [_S.PUBLISHED, _S.PUBLISHED, _S.WAITING]
    assert [each.omit for each in after] == [False, False, True]
    assert after[0].receipts == (Receipt("x1"),)
    assert [await look_up(store, delivery) for delivery in claimed] == list(after)
    assert proof[-1]["event_type"] == "publish_successful"
    assert proof[-1]["metadata"]["external_post_id"] == "x1"
    async with store.view() as unit:
        assert await unit.ledger.verify() is None


async def test_when_one_was_moved_by_somebody_else_none_moves(store: Store, claimed: list[Delivery]) -> None:
    await go(store, claimed[1], _S.PUBLISHED)

    async def move() -> None:
        async with store.unit() as unit:
            await unit.many.move([Moving(delivery, PUBLISHED) for delivery in claimed], later(1))

    with pytest.raises(Divided):
        await move()
    assert (await look_up(store, claimed[0])).status is _S.PUBLISHING


async def test_a_move_that_cannot_be_is_our_mistake(store: Store, claimed: list[Delivery]) -> None:
    async def move() -> None:
        async with store.unit() as unit:
            await unit.many.move([Moving(claimed[0], Move(_S.SKIPPED))], later(1))

    with pytest.raises(IllegalMove):
        await move()


async def test_accounts_are_opened_with_their_credentials(store: Store, database: Database) -> None:
    async with store.unit() as unit:
        one = await add_account(unit, "alpha", secret='{"token": "a"}')
        other = await add_account(unit, "beta")
        gone = await add_account(unit, "gamma")
        await unit.accounts.remove(gone.id, NOON)
    ids = [one.id, other.id, gone.id, "nobody", one.id]
    async with store.view() as unit:
        opened = await unit.many.accounts(ids)
    assert set(opened) == {one.id, other.id}
    secret = opened[one.id].secret
    assert secret is not None
    assert secret.get_secret_value() == '{"token": "a"}'
    stranger = Store(database, Vault([SecretStr(Fernet.generate_key().decode())]))
    async with stranger.view() as unit:
        assert await unit.many.accounts([one.id]) == {one.id: Opened(one, unreadable=True)}
