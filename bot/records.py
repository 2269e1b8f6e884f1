"""What this product keeps, opened: data_dir, key, tables, pictures. Whoever comes first makes them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from bot.clock import new_id
from bot.settings import Settings
from publishers.engine.outside import Clock, Outside
from publishers.engine.ports import VaultError
from publishers.wire.http import Wire, quiet
from storage.database import Database, sqlite_url
from storage.durable import make_folder
from storage.lock import KEY, Lock
from storage.media import MediaFiles
from storage.schema import migrate
from storage.seals import Seals
from storage.store import Store
from storage.vault import Vault

_WRONG_KEY = (
    "The vault key is not the one that sealed what is kept here: put the right one back (VAULT_KEY, or vault.key in "
    "data_dir). If it is lost: `python -m bot vault reset` forgets the credentials, each account is authorized anew."
)


@dataclass(frozen=True, slots=True)
class Records:
    store: Store
    media: MediaFiles
    seals: Seals
    folder: Path
    """data_dir."""


@asynccontextmanager
async def open_records(
    settings: Settings, clock: Clock, *, holding: bool = False, fitting: bool = True
) -> AsyncIterator[Records]:
    """Ready to be used, with the newest tables. Does not take the data_dir for itself.

    `holding`: the caller holds the key alone already. `fitting`: a key that does not fit is a fault (in the sandbox
    it never is: simulators stand in). Raises StoreUnavailable, VaultError, DataDirFault, OSError.
    """
    make_folder(settings.data_dir)
    with nullcontext() if holding else Lock(settings.data_dir, KEY, shared=True):
        async with _opened(settings, clock) as records:
            if fitting and settings.mode != "sandbox" and not await records.seals.fit():
                raise VaultError(_WRONG_KEY)
            yield records


@asynccontextmanager
async def _opened(settings: Settings, clock: Clock) -> AsyncIterator[Records]:
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
        yield Records(Store(database, vault, new_id=new_id), media, Seals(database, vault), settings.data_dir)


@asynccontextmanager
async def open_outside(records: Records, clock: Clock) -> AsyncIterator[Outside]:
    """The outside world as publishers see it, with one wire for as long as it lasts."""
    quiet()
    async with Wire(clock) as wire:
        yield Outside(clock, wire, records.media)
