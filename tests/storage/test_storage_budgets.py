"""What accounts have used: receipts, what may be public, what is on its way, what waits; and what platforms say."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from storage_samples import NOON, claim_all, go, later, open_job

from publishers.engine.budget import Said, Usage
from publishers.engine.contract import COMMENT, Receipt
from publishers.engine.model import Delivery, DeliveryStatus, Move, Wait
from publishers.engine.outside import Allowance
from storage.database import Database
from storage.store import Store

HOUR = timedelta(hours=1)


async def usage(store: Store, account_id: str, *, since: float = -3600, now: float = 0) -> Usage:
    async with store.view() as unit:
        return (await unit.budgets.usage([account_id], later(since), later(now)))[account_id]


async def saw(store: Store, account_id: str, *allowances: Allowance, at: float = 0) -> None:
    async with store.unit() as unit:
        await unit.budgets.saw(account_id, allowances, later(at))


async def publish(store: Store, delivery: Delivery, key: str, at: float) -> None:
    async with store.unit() as unit:
        await unit.steps.arm(delivery, key, key + delivery.id, later(at))
        await unit.steps.receive(delivery.id, key, Receipt(f"{delivery.id}-{key}"), later(at))


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is executed meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture
async def claimed(store: Store) -> Sequence[Delivery]:
    """Of two parts each: two to one account, one to another; all publishing."""
    await open_job(store, "alpha", 1)
    await open_job(store, "alpha", 2)
    await open_job(store, "beta", 3)
    return await claim_all(store)


async def test_nothing_is_used_by_an_account_that_did_nothing(store: Store) -> None:
    assert await usage(store, "nobody") == Usage((), 0, (), [])


async def test_receipts_count_from_when_they_came(store: Store, claimed: Sequence[Delivery]) -> None:
    await publish(store, claimed[0], "post-1", -7200)
    await publish(store, claimed[0], "post-2", -60)
    await publish(store, claimed[1], "post-1", -120)
    found = await usage(store, claimed[0].account_id)
    assert found.spent == (later(-120), later(-60))
    assert (await usage(store, claimed[2].account_id)).spent == ()


async def test_what_is_publishing_has_its_missing_parts_reserved(store: Store, claimed: Sequence[Delivery]) -> None:
    assert (await usage(store, claimed[0].account_id)).reserved == 4
    await publish(store, claimed[0], "post-1", 0)
    assert (await usage(store, claimed[0].account_id)).reserved == 3
    assert (await usage(store, claimed[2].account_id)).reserved == 2


async def test_what_is_said_below_a_post_is_no_post(store: Store, claimed: Sequence[Delivery]) -> None:
    """Neither when it is there, nor while it is in doubt."""
    for number, one in enumerate(claimed[:2]):
        await publish(store, one, "post-1", -20 - number)
        await publish(store, one, "post-2", -10 - number)
    await publish(store, claimed[0], COMMENT, -5)
    async with store.unit() as unit:
        await unit.steps.arm(claimed[1], COMMENT, "m", later(-4))
    found = await usage(store, claimed[0].account_id)
    assert (found.reserved, found.spent) == (0, (later(-21), later(-20), later(-11), later(-10)))
    await go(store, claimed[1], Move(DeliveryStatus.UNCONFIRMED))
    assert (await usage(store, claimed[0].account_id)).spent == found.spent


async def test_a_doubt_that_is_looked_into_stays_reserved(store: Store, claimed: Sequence[Delivery]) -> None:
    one = claimed[0]
    async with store.unit() as unit:
        await unit.steps.arm(one, "post-1", "m", later(-30))
    await go(store, one, Move(DeliveryStatus.UNCONFIRMED, due_at=later(5)))
    found = await usage(store, one.account_id)
    assert (found.reserved, found.spent) == (4, ())


async def test_a_doubt_that_waits_for_a_person_counts_from_when_it_was_armed(
    store: Store, claimed: Sequence[Delivery]
) -> None:
    one = claimed[0]
    async with store.unit() as unit:
        await unit.steps.arm(one, "post-1", "m", later(-30))
    await go(store, one, Move(DeliveryStatus.UNCONFIRMED))
    found = await usage(store, one.account_id)
    assert (found.reserved, found.spent) == (2, (later(-30),))


async def test_what_waits_for_a_limit_has_its_place(store: Store, claimed: Sequence[Delivery]) -> None:
    limited = Move(DeliveryStatus.WAITING, due_at=later(600), wait=Wait.LIMIT)
    await go(store, claimed[0], limited)
    await go(store, claimed[1], Move(DeliveryStatus.WAITING, due_at=later(600), wait=Wait.RETRY))
    assert (await usage(store, claimed[0].account_id)).queued == (later(600), later(600))
    assert (await usage(store, claimed[0].account_id, now=600)).queued == (), "its time has come"


async def test_the_platforms_word_is_kept_until_it_ends(store: Store, claimed: Sequence[Delivery]) -> None:
    account, word = claimed[0].account_id, Allowance("daily", 3, NOON + HOUR, 17)
    await saw(store, account, word, at=-10)
    assert (await usage(store, account)).said == [Said(word, later(-10))]
    assert (await usage(store, account, now=3600)).said == []
    assert (await usage(store, claimed[2].account_id)).said == []


async def test_the_newest_word_counts_and_within_one_window_the_smallest(
    store: Store, claimed: Sequence[Delivery]
) -> None:
    account = claimed[0].account_id
    await saw(store, account, Allowance("daily", 5, NOON + HOUR, 17), Allowance("short", 1, NOON + HOUR))
    await saw(store, account, Allowance("daily", 9, NOON + HOUR, 17), at=1)
    assert [said.allowance.remaining for said in (await usage(store, account)).said] == [5, 1]
    await saw(store, account, Allowance("daily", 16, NOON + 2 * HOUR, 17), at=2)
    daily = (await usage(store, account)).said[0]
    assert daily == Said(Allowance("daily", 16, NOON + 2 * HOUR, 17), later(2))


async def test_hearing_nothing_writes_nothing(store: Store, claimed: Sequence[Delivery]) -> None:
    with statements() as seen:
        await saw(store, claimed[0].account_id)
    assert seen == []


async def test_one_statement_for_any_number_of_accounts(store: Store, claimed: Sequence[Delivery]) -> None:
    with statements() as seen:
        async with store.view() as unit:
            found = await unit.budgets.usage({each.account_id for each in claimed}, NOON - HOUR, NOON)
    assert len(found) == 2
    assert len(seen) == 1


async def test_what_is_scheduled_by_thousands_is_not_walked(store: Store, database: Database) -> None:
    """It is asked at every claim."""
    with statements() as seen:
        await usage(store, "a")
    async with database.reading() as connection:
        plans = []
        for statement in seen:
            given = ("a",) * statement.count("?")
            rows = (await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)).all()
            plans += [row.detail for row in rows]
    assert not [line for line in plans if line.startswith("SCAN")]
    assert any("ix_delivery_limited" in line for line in plans)
    assert any("ix_receipt_account_id_received_at" in line for line in plans)
    assert not [line for line in plans if "ix_delivery_ready" in line]
