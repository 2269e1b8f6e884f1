"""What every test may ask for. Nothing of the machine leaks in: no network but loopback, no settings of the shell."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import hypothesis
import pytest
import structlog
from cryptography.fernet import Fernet
from pydantic import SecretStr

from publishers.engine.ports import Store

os.environ.setdefault("PTB_TIMEDELTA", "1")  # the library warns about its own old way of telling a wait

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("busy", deadline=None)
hypothesis.settings.load_profile("busy")

OURS = ("TELEGRAM", "PUBLISHING", "SERVER", "VAULT", "DATA_DIR", "DATABASE_URL", "MODE", "PREGONERO", "TIMEZONE",
        "LOCALE", "LOGGING", "APPROVAL", "SCHEDULE", "GENERATION", "SIMULATOR", "PREVIEWS")  # fmt: skip


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in os.environ:
        if name.upper().startswith(OURS):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _plain_log() -> None:
    """As the product logs. The usual way draws every local variable of a traceback: seconds on a busy machine."""
    plain = structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, structlog.dev.set_exc_info, plain])


@pytest.fixture(scope="session")
def _empty_database(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A migrated, empty database: copying it is quicker than migrating for each test."""
    from storage.database import sqlite_url
    from storage.schema import migrate

    folder = tmp_path_factory.mktemp("empty")
    migrate(sqlite_url(folder))
    return (folder / "pregonero.db").read_bytes()


@pytest.fixture
async def store(tmp_path: Path, _empty_database: bytes) -> AsyncIterator[Store]:
    """The real store on a real file."""
    from storage.database import Database, sqlite_url
    from storage.store import Store as RealStore
    from storage.vault import Vault

    data_dir = tmp_path / "data"
    data_dir.mkdir()
    (data_dir / "pregonero.db").write_bytes(_empty_database)
    async with Database(sqlite_url(data_dir)) as database:
        yield RealStore(database, Vault([SecretStr(Fernet.generate_key().decode())]))
