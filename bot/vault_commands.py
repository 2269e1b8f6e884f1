"""python -m bot vault …: the key that seals credentials. Each of these needs the bot to be stopped."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import typer

from bot.clock import SystemClock
from bot.console import ConsoleError
from bot.options import ConfigPath, configured, remember
from bot.records import Records, open_records
from bot.settings import Settings
from storage import vault
from storage.lock import KEY, DataDirTaken, Lock

app = typer.Typer(help="The key that seals credentials: rotate it, or start anew without it.", no_args_is_help=True)
app.callback()(remember)

Work = Callable[[Records], Coroutine[Any, Any, int]]


@app.command()
def key() -> None:
    """Print a new key, for VAULT_KEY."""
    typer.echo(vault.new_key())


@app.command()
def rotate(context: typer.Context, config: ConfigPath = None) -> None:
    """Seal everything with a new key."""
    settings = configured(context, config)
    given = vault.several(settings.vault_key)
    if len(given) == 1:
        raise ConsoleError(
            "VAULT_KEY holds one key: put a new one before it (VAULT_KEY=new,old) and run this again. "
            "`python -m bot vault key` prints a new one."
        )
    count = _alone(settings, _rotate_file if not given else _renew)
    told = " Take the old keys out of VAULT_KEY now." if given else ""
    typer.echo(f"Sealed with the new key: {count}.{told}")


@app.command()
def reset(
    context: typer.Context,
    config: ConfigPath = None,
    yes: bool = typer.Option(False, "--yes", help="Do not ask."),
) -> None:
    """Forget every credential, for when the key is lost: each account has to be authorized anew."""
    settings = configured(context, config)
    if not yes:
        typer.confirm("Forget the credentials of every account? What was published stays", abort=True)
    count = _alone(settings, lambda records: records.seals.forget(), fitting=False)
    typer.echo(f"Forgotten: {count}. Authorize each account again.")


def _alone(settings: Settings, work: Work, *, fitting: bool = True) -> int:
    """Nobody else may hold the key meanwhile: what they seal with the old one could not be opened."""
    try:
        with Lock(settings.data_dir, KEY):
            return asyncio.run(_work(settings, work, fitting=fitting))
    except DataDirTaken:
        raise ConsoleError("The key is in use: stop the bot, and whatever else uses its data, first.") from None


async def _work(settings: Settings, work: Work, *, fitting: bool) -> int:
    async with open_records(settings, SystemClock(), holding=True, fitting=fitting) as records:
        return await work(records)


async def _renew(records: Records) -> int:
    return await records.seals.renew()


async def _rotate_file(records: Records) -> int:
    """A death in between leaves both keys in the file, and each of them opens what it sealed."""
    folder = records.folder
    await asyncio.to_thread(vault.put_new_key, folder)
    count = await records.seals.under(vault.Vault.load(folder)).renew()
    await asyncio.to_thread(vault.drop_old_keys, folder)
    return count
