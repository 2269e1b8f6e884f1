"""The key: proven at start, changed for another, given up; by the real tables."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr

from publishers.engine.contract import Identity
from publishers.engine.ports import VaultError
from storage import vault as vaults
from storage.database import Database, sqlite_url
from storage.schema import migrate
from storage.seals import Seals
from storage.store import Store
from storage.vault import Vault

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def vault(*keys: str) -> Vault:
    return Vault([SecretStr(key) for key in keys])


OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = sqlite_url(tmp_path)
    migrate(url)
    async with Database(url) as opened:
        yield opened


async def keep(database: Database, key: str, *names: str) -> list[str]:
    store, ids = Store(database, vault(key)), []
    async with store.unit() as unit:
        for name in names:
            account, _ = await unit.accounts.add(
                "plaza", Identity(name, name), f"secret of {name}", expires_at=None, at=NOW
            )
            ids.append(account.id)
    return ids


async def secret(database: Database, key: str, account_id: str) -> str:
    async with Store(database, vault(key)).view() as unit:
        kept = await unit.accounts.secret(account_id)
        assert kept is not None
        return kept.get_secret_value()


async def test_the_first_key_to_come_is_the_one_that_fits(database: Database) -> None:
    assert await Seals(database, vault(OLD)).fit()
    assert await Seals(database, vault(OLD)).fit()
    assert not await Seals(database, vault(NEW)).fit()
    assert await Seals(database, vault(NEW, OLD)).fit(), "an old key that is still there opens"


async def test_a_key_that_opens_no_credentials_of_before_leaves_no_proof(database: Database) -> None:
    await keep(database, OLD, "ana")
    assert not await Seals(database, vault(NEW)).fit()
    assert await Seals(database, vault(OLD)).fit()


async def test_everything_is_sealed_with_the_new_key(database: Database) -> None:
    ids = await keep(database, OLD, "ana", "eva")
    assert await Seals(database, vault(OLD)).fit()
    assert await Seals(database, vault(NEW, OLD)).renew() == 3
    assert [await secret(database, NEW, each) for each in ids] == ["secret of ana", "secret of eva"]
    assert await Seals(database, vault(NEW)).fit()
    assert not await Seals(database, vault(OLD)).fit()


async def test_what_cannot_be_opened_keeps_everything_as_it_was(database: Database) -> None:
    [ana] = await keep(database, OLD, "ana")
    await keep(database, Fernet.generate_key().decode(), "eva")
    with pytest.raises(VaultError):
        await Seals(database, vault(NEW, OLD)).renew()
    assert await secret(database, OLD, ana) == "secret of ana"


async def test_a_lost_key_is_given_up_with_what_it_sealed(database: Database) -> None:
    [ana] = await keep(database, OLD, "ana")
    await Seals(database, vault(OLD)).fit()
    assert await Seals(database, vault(NEW)).forget() == 1
    assert await Seals(database, vault(NEW)).fit()
    async with Store(database, vault(NEW)).view() as unit:
        assert await unit.accounts.secret(ana) is None
        assert await unit.accounts.account(ana) is not None, "the account and what it published stay"


def test_the_key_file_holds_the_new_key_before_the_old_one_until_it_is_dropped(tmp_path: Path) -> None:
    before = Vault.load(tmp_path)
    sealed = before.seal("x")
    vaults.put_new_key(tmp_path)
    both = Vault.load(tmp_path)
    assert both.open(sealed).get_secret_value() == "x"
    anew = both.seal("x")
    with pytest.raises(VaultError):
        before.open(anew)
    vaults.drop_old_keys(tmp_path)
    after = Vault.load(tmp_path)
    assert after.open(anew).get_secret_value() == "x"
    with pytest.raises(VaultError):
        after.open(sealed)
