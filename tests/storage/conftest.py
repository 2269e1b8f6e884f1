"""A real SQLite file for every test. The schema is made once and copied."""

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from storage_samples import Ids

from storage.database import FILE, Database, sqlite_url
from storage.schema import migrate
from storage.store import Store
from storage.vault import Vault


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("schema")
    migrate(sqlite_url(folder))
    return folder / FILE


@pytest.fixture
def data_dir(template: Path, tmp_path: Path) -> Path:
    shutil.copy(template, tmp_path / FILE)
    return tmp_path


@pytest.fixture
async def database(data_dir: Path) -> AsyncIterator[Database]:
    async with Database(sqlite_url(data_dir)) as opened:
        yield opened


@pytest.fixture
def vault() -> Vault:
    return Vault([SecretStr(Fernet.generate_key().decode())])


@pytest.fixture
def store(database: Database, vault: Vault) -> Store:
    return Store(database, vault, new_id=Ids())
