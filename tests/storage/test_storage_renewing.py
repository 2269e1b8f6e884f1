"""Leases and renewed credentials as they are kept."""

from datetime import UTC, datetime, timedelta

import pytest

from publishers.engine.contract import Identity
from publishers.engine.model import Account
from storage.store import Store

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
SOON = NOW + timedelta(minutes=2)
WHO = Identity("1001", "@panaderia")


async def linked(store: Store, secret: str = '{"token": "old"}', expires_at: datetime | None = None) -> Account:
    async with store.unit() as unit:
        account, _ = await unit.accounts.add("plaza", WHO, secret, expires_at=expires_at, at=NOW)
    return account


@pytest.fixture
async def account(store: Store) -> Account:
    return await linked(store)


async def test_one_lease_at_a_time_until_it_is_over(store: Store, account: Account) -> None:
    async with store.unit() as unit:
        first = await unit.renewing.take(account.id, 1, NOW, SOON)
        assert first is not None
        assert first[1]
        assert await unit.renewing.take(account.id, 1, NOW, SOON) == (first[0], False)
        later = await unit.renewing.take(account.id, 1, SOON, SOON + timedelta(minutes=2))
        assert later is not None
        assert later[1]
        assert later[0].holder != first[0].holder
        assert await unit.renewing.lease(account.id, 1) == later[0]


async def test_one_that_was_outwaited_counts_no_more_and_the_next_one_does(store: Store, account: Account) -> None:
    async with store.unit() as unit:
        first = await unit.renewing.take(account.id, 1, NOW, SOON)
        assert first is not None
        second = await unit.renewing.take(account.id, 1, NOW, SOON, first[0])
        assert second is not None
        assert second[1]
        assert await unit.renewing.take(account.id, 1, NOW, SOON, first[0]) == (second[0], False)


async def test_only_the_holder_gives_it_back(store: Store, account: Account) -> None:
    async with store.unit() as unit:
        first = await unit.renewing.take(account.id, 1, NOW, SOON)
        second = await unit.renewing.take(account.id, 1, SOON, SOON + timedelta(minutes=2))
        assert first is not None
        assert second is not None
        await unit.renewing.give_back(first[0])
        assert await unit.renewing.lease(account.id, 1) == second[0]
        await unit.renewing.give_back(second[0])
        assert await unit.renewing.lease(account.id, 1) is None


async def test_none_for_credentials_that_are_not_there_to_be_renewed(store: Store, account: Account) -> None:
    async with store.unit() as unit:
        assert await unit.renewing.take(account.id, 2, NOW, SOON) is None
        assert await unit.renewing.take("nobody", 1, NOW, SOON) is None
        await unit.accounts.refused(account.id, 1)
        assert await unit.renewing.take(account.id, 1, NOW, SOON) is None
        await unit.accounts.remove(account.id, NOW)
        assert await unit.renewing.take(account.id, 1, NOW, SOON) is None


async def test_the_next_version_ends_the_lease_and_all_that_was_said_of_the_one_before(
    store: Store, account: Account
) -> None:
    end = NOW + timedelta(days=60)
    async with store.unit() as unit:
        await unit.renewing.take(account.id, 1, NOW, SOON)
        await unit.renewing.told(account.id, 1, 7)
        await unit.accounts.refused(account.id, 1)
        renewed = await unit.renewing.renewed(account.id, 1, '{"token": "new"}', expires_at=end, at=NOW)
    assert renewed is not None
    assert (renewed.credentials_version, renewed.usable, renewed.expires_at) == (2, True, end)
    async with store.view() as unit:
        opened = (await unit.many.accounts([account.id]))[account.id]
        assert await unit.renewing.lease(account.id, 2) is None
        assert [each.told for each in await unit.renewing.ending(end)] == [None]
        events = await unit.ledger.events(account.id)
    assert opened.account == renewed
    assert opened.secret is not None
    assert opened.secret.get_secret_value() == '{"token": "new"}'
    assert opened.renewed_at == NOW
    assert events[-1]["event_type"] == "credentials_renewed"
    assert "token" not in str(events)


async def test_what_came_of_replaced_or_removed_credentials_is_dropped(store: Store, account: Account) -> None:
    await linked(store, '{"token": "brought"}')
    async with store.unit() as unit:
        assert await unit.renewing.renewed(account.id, 1, '{"token": "late"}', expires_at=None, at=NOW) is None
        secret = await unit.accounts.secret(account.id)
        assert secret is not None
        assert secret.get_secret_value() == '{"token": "brought"}'
        await unit.accounts.remove(account.id, NOW)
        assert await unit.renewing.renewed(account.id, 2, '{"token": "late"}', expires_at=None, at=NOW) is None
        assert await unit.accounts.secret(account.id) is None


async def test_what_a_person_brings_is_not_taken_for_renewed(store: Store, account: Account) -> None:
    async with store.unit() as unit:
        await unit.renewing.renewed(account.id, 1, "{}", expires_at=None, at=NOW)
        await unit.renewing.take(account.id, 2, NOW, SOON)
    await linked(store)
    async with store.view() as unit:
        assert (await unit.many.accounts([account.id]))[account.id].renewed_at is None
        assert await unit.renewing.lease(account.id, 3) is None


async def test_a_start_voids_all(store: Store, account: Account) -> None:
    async with store.unit() as unit:
        await unit.renewing.take(account.id, 1, NOW, SOON)
        await unit.renewing.void()
        assert await unit.renewing.lease(account.id, 1) is None


async def test_which_end_soon(store: Store) -> None:
    account = await linked(store, expires_at=NOW + timedelta(days=5))
    async with store.unit() as unit:
        assert await unit.renewing.ending(NOW + timedelta(days=4)) == []
        await unit.renewing.told(account.id, 9, 7)  # of a version that is not there
        assert [each.told for each in await unit.renewing.ending(NOW + timedelta(days=5))] == [None]
        await unit.renewing.told(account.id, 1, 7)
        assert [each.told for each in await unit.renewing.ending(NOW + timedelta(days=5))] == [7]
        await unit.accounts.refused(account.id, 1)
        assert await unit.renewing.ending(NOW + timedelta(days=5)) == []
