"""What every world begins with: a migrated file with accounts, in memory where there is room, and no secrets."""

import asyncio
import os
import tempfile
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from simulation_consent import secret_of
from simulation_loop import Timeline

from publishers.engine.contract import Identity
from publishers.engine.model import Account
from storage.database import Database, sqlite_url
from storage.schema import migrate
from storage.store import Store
from storage.vault import Vault

ACCOUNTS = (("plaza", "plaza-1"), ("plaza", "plaza-2"), ("foro", "foro-1"), ("tablon", "tablon-1"))


class GlassVault(Vault):
    """Seals nothing: real seals hold the time and chance."""

    def __init__(self) -> None:
        """No key is needed."""

    def seal(self, secret: str) -> str:
        return secret

    def open(self, sealed: str) -> SecretStr:
        return SecretStr(sealed)


_shared: dict[str, Any] = {}


def share(database: Database) -> None:
    """Compiled statements are kept over all lives and worlds: compiling them is most of what a short life costs."""
    for name in ("_writer", "_reader"):
        lines = getattr(database, name)
        engine = lines.engine.sync_engine
        dialect, compiled = _shared.setdefault(name, (engine.dialect, engine._compiled_cache))
        engine.dialect, engine._compiled_cache = dialect, compiled
        for connection in lines.connections:
            connection.sync_connection.dialect = dialect


@cache
def template() -> tuple[bytes, tuple[Account, ...]]:
    """A migrated database with the accounts in it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        migrate(sqlite_url(folder))
        accounts = asyncio.run(_with_accounts(folder))
        return (folder / "pregonero.db").read_bytes(), accounts


async def _with_accounts(folder: Path) -> tuple[Account, ...]:
    ids = count(1)
    async with Database(sqlite_url(folder)) as database:
        store = Store(database, GlassVault(), new_id=lambda: f"account-{next(ids)}")
        async with store.unit() as unit:
            return tuple(
                [
                    (
                        await unit.accounts.add(
                            platform,
                            Identity(external, f"@{external}"),
                            secret_of(external, "t"),
                            expires_at=None,
                            at=Timeline().now(),
                        )
                    )[0]
                    for platform, external in ACCOUNTS
                ]
            )


def workspace() -> str | None:
    """Memory, where there is such a place: worlds are short and many."""
    return "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108 - a folder of our own is made in it
