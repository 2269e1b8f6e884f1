"""What this product keeps, opened: data_dir, key, tables, pictures. Whoever comes first makes them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.clock import new_id
from bot.settings import Settings
from publishers.engine.outside import Clock, Outside
from publishers.wire.http import Wire, quiet
from storage.database import Database, sqlite_url
from storage.durable import make_folder
from storage.media import MediaFiles
from storage.schema import migrate
from storage.store import Store
from storage.vault import Vault


@dataclass(frozen=True, slots=True)
class Records:
    store: Store
    media: MediaFiles
    vault: Vault


@asynccontextmanager
async def open_records(settings: Settings, clock: Clock) -> AsyncIterator[Records]:
    """Ready to be used, with the newest tables. Takes no lock. Raises StoreUnavailable, VaultError, OSError."""
    make_folder(settings.data_dir)
    vault = Vault.load(settings.data_dir, settings.vault_key)
    given = settings.database_url
    url = given.get_secret_value() if given else sqlite_url(settings.data_dir)
    await asyncio.to_thread(migrate, url)
    async with Database(url) as database:
        media = MediaFiles(
            settings.data_dir,
            key=vault.derive("media links"),
            clock=clock,
            public_url=settings.server.public_url,
        )
        yield Records(Store(database, vault, new_id=new_id), media, vault)


@asynccontextmanager
async def open_outside(records: Records, clock: Clock) -> AsyncIterator[Outside]:
    """The outside world as publishers see it, with one wire for as long as it lasts."""
    quiet()
    async with Wire(clock) as wire:
        yield Outside(clock, wire, records.media)
