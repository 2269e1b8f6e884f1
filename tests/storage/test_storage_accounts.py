"""Accounts: added, renewed, refused, removed; their credentials sealed."""

from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from storage_samples import NOON, add_account, claim_all, later, open_job

from publishers.engine.contract import Identity, Receipt
from publishers.engine.model import Account
from publishers.engine.ports import VaultError
from storage.database import FILE, Database
from storage.store import Store
from storage.vault import Vault

SECRET = '{"access_token": "top-secret"}'


def files(data_dir: Path) -> bytes:
    """All that is on the disk, the write-ahead log included."""
    return b"".join(path.read_bytes() for path in data_dir.glob(f"{FILE}*"))


async def test_the_first_account_of_a_platform_is_its_main_one(store: Store) -> None:
    async with store.unit() as unit:
        first = await add_account(unit, "alpha", "1")
        second = await add_account(unit, "alpha", "2")
        other = await add_account(unit, "beta", "1")
        assert [first.main, second.main, other.main] == [True, False, True]
        assert await unit.accounts.accounts() == [first, second, other]
        assert await unit.accounts.account(second.id) == second
        assert await unit.accounts.account("nobody") is None


async def test_the_same_id_again_is_a_renewal(store: Store) -> None:
    async with store.unit() as unit:
        first = await add_account(unit, "alpha", "1", SECRET)
        await unit.accounts.refused(first.id, 1)
        renewed, again = await unit.accounts.add(
            "alpha", Identity("1", "@new"), '{"access_token": "next"}', expires_at=later(60), at=later(1)
        )
        assert again
        assert renewed == Account(first.id, "alpha", "1", "@new", True, 2, True, later(60))
        assert await unit.accounts.account(first.id) == renewed
        secret = await unit.accounts.secret(first.id)
    assert secret is not None
    assert secret.get_secret_value() == '{"access_token": "next"}'


async def test_only_the_present_credentials_can_be_refused(store: Store) -> None:
    async with store.unit() as unit:
        account = await add_account(unit)
        await add_account(unit)
        await unit.accounts.refused(account.id, 1)
        kept = await unit.accounts.account(account.id)
        assert kept is not None
        assert kept.usable
        await unit.accounts.refused(account.id, 2)
        kept = await unit.accounts.account(account.id)
        assert kept is not None
        assert not kept.usable


async def test_a_removed_account_is_gone_and_the_next_one_is_main(store: Store) -> None:
    async with store.unit() as unit:
        first = await add_account(unit, "alpha", "1")
        second = await add_account(unit, "alpha", "2")
        await unit.accounts.remove(first.id, NOON)
        await unit.accounts.remove(first.id, NOON)
        assert await unit.accounts.account(first.id) is None
        assert await unit.accounts.secret(first.id) is None
        [left] = await unit.accounts.accounts()
        assert (left.id, left.main) == (second.id, True)
        removals = [e for e in await unit.ledger.events(first.id) if e["event_type"] == "account_removed"]
        assert len(removals) == 1


async def test_a_removed_account_comes_back_as_new(store: Store) -> None:
    async with store.unit() as unit:
        first = await add_account(unit, "alpha", "1")
        await add_account(unit, "alpha", "2")
        await unit.accounts.remove(first.id, NOON)
        back, renewal = await unit.accounts.add("alpha", Identity("1", "@back"), SECRET, expires_at=None, at=later(1))
        assert (back.id, back.main, back.credentials_version, renewal) == (first.id, False, 2, False)
        assert await unit.accounts.account(first.id) == back


async def test_credentials_are_sealed_in_the_file_and_absent_from_the_ledger(store: Store, data_dir: Path) -> None:
    async with store.unit() as unit:
        account = await add_account(unit, secret=SECRET)
        events = await unit.ledger.events(account.id)
    assert "top-secret" not in str(events)
    assert b"top-secret" not in files(data_dir)
    assert b"account_added" in files(data_dir)


async def test_another_key_cannot_open_them(store: Store, database: Database) -> None:
    async with store.unit() as unit:
        account = await add_account(unit, secret=SECRET)
    stranger = Store(database, Vault([SecretStr(Fernet.generate_key().decode())]))
    with pytest.raises(VaultError):
        async with stranger.view() as unit:
            await unit.accounts.secret(account.id)


@pytest.mark.parametrize("simulated", [False, True])
async def test_an_account_is_proven_by_what_was_really_published(
    store: Store, database: Database, simulated: bool
) -> None:
    job = await open_job(store)
    account_id = job.deliveries[0].account_id
    async with database.writing() as connection:
        await connection.exec_driver_sql(f"UPDATE delivery SET simulated = {int(simulated)}")  # noqa: S608 - a test
    [claimed] = await claim_all(store)
    async with store.unit() as unit:
        await unit.steps.arm(claimed, "post", "m", NOON)
        assert not await unit.accounts.proven(account_id)
        await unit.steps.receive(claimed.id, "post", Receipt("x1"), NOON)
        assert await unit.accounts.proven(account_id) is not simulated
