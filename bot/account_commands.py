"""python -m bot account …: accounts by file, beside a bot that may be running. None of these takes the lock."""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from bot import accounts
from bot.clock import SystemClock
from bot.console import ConsoleError, Failed
from bot.options import ConfigPath, configured, remember
from bot.records import Records, open_outside, open_records
from bot.settings import Settings, environment
from publishers.engine.connections import parse
from publishers.engine.contract import Credentials, Identity
from publishers.engine.errors import NotConfigured
from publishers.engine.faults import Misconfigured, unknown
from publishers.engine.loading import Connected, find_platform, known_platforms, load_platforms
from publishers.engine.model import Account

app = typer.Typer(
    help="Accounts on the networks: add, list, check, remove.", no_args_is_help=True, rich_markup_mode=None
)
app.callback()(remember)

PlatformName = Annotated[str, typer.Argument(metavar="PLATFORM", help="Key, title or short form of the network.")]
CredentialsFile = Annotated[
    Path | None, typer.Option("--credentials", metavar="FILE.json", help="A JSON object with what the network needs.")
]
Label = Annotated[str | None, typer.Option("--label", metavar="NAME", help="The name shown for this account.")]
FromEnv = Annotated[bool, typer.Option("--from-env", help="Take the credentials from the environment.")]
NoCheck = Annotated[bool, typer.Option("--no-check", help="Do not ask the network whether they are right.")]


@app.command()
def add(  # noqa: PLR0917 -- typer passes every option by name
    context: typer.Context,
    platform: PlatformName,
    credentials: CredentialsFile = None,
    label: Label = None,
    from_env: FromEnv = False,
    no_check: NoCheck = False,
    config: ConfigPath = None,
) -> None:
    """Add an account, or renew the credentials of one that is there."""
    settings = configured(context, config)
    connected = meant(settings, platform)
    if (credentials is None) is not from_env:
        raise ConsoleError("Give either --credentials FILE.json or --from-env.")
    given = (
        accounts.read(credentials)
        if credentials is not None
        else accounts.from_environment(connected.platform, environment())
    )
    valid = accounts.validate(connected.platform, given)
    asyncio.run(_add(settings, connected, valid, label=label, check=not no_check))


async def _add(
    settings: Settings, connected: Connected, credentials: Credentials, *, label: str | None, check: bool
) -> None:
    clock = SystemClock()
    async with open_records(settings, clock) as records:
        proven = await _prove(records, connected, credentials) if check else None
        claimed = accounts.identify(connected.platform, credentials, proven)
        who = await accounts.named(records.store, connected.platform, claimed, label)
        account, renewed = await accounts.keep(records.store, connected.platform, who, credentials, clock.now())
    main = " It is the main account." if account.main else ""
    typer.echo(f"{'Renewed' if renewed else 'Added'}: {connected.platform.title} · {account.name}.{main}")
    if connected.platform.name not in settings.publishing.platforms:
        typer.echo(
            f"{connected.platform.title} is not switched on: add {connected.platform.name} to publishing.platforms.",
            err=True,
        )


async def _prove(records: Records, connected: Connected, credentials: Credentials) -> Identity | None:
    async with open_outside(records, SystemClock()) as outside:
        return await accounts.prove(connected, credentials, outside)


@app.command("list")
def show(context: typer.Context, config: ConfigPath = None) -> None:
    """Show every account."""
    settings = configured(context, config)
    every = asyncio.run(_kept(settings, None))
    if not every:
        typer.echo("No accounts yet.")
        return
    rows: list[tuple[str, ...]] = [("PLATFORM", "NAME", "ID", "MAIN", "EXPIRES", "USABLE")]
    rows += [_row(account, settings) for account in every]
    for line in aligned(rows):
        typer.echo(line)


def _row(account: Account, settings: Settings) -> tuple[str, ...]:
    expiry = account.expires_at
    return (
        account.platform,
        account.name,
        account.external_id,
        "main" if account.main else "-",
        _day(expiry, settings) if expiry else "-",
        "yes" if account.usable else "no: authorize again",
    )


def _day(at: datetime, settings: Settings) -> str:
    return f"{at.astimezone(settings.timezone):%Y-%m-%d %H:%M}"


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of equal length as lines with straight columns."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


@app.command()
def check(
    context: typer.Context,
    platform: Annotated[str | None, typer.Argument(metavar="[PLATFORM]")] = None,
    config: ConfigPath = None,
) -> None:
    """Ask the networks whether the credentials kept here work."""
    settings = configured(context, config)
    name = None if platform is None else meant(settings, platform).platform.name
    if not asyncio.run(_check(settings, name)):
        raise Failed("Not every account is ready.")


async def _check(settings: Settings, platform: str | None) -> bool:
    platforms = load_platforms(settings.publishing.platforms)
    well = True
    async with open_records(settings, SystemClock()) as records:
        every = await accounts.kept(records.store, platform)
        if not every:
            raise Failed("There is no account to check.")
        for account in every:
            fault = await _fault(records, platforms.get(account.platform), account)
            typer.echo(f"{account.platform} · {account.name}: {fault or 'works'}")
            well = well and fault is None
    return well


async def _fault(records: Records, connected: Connected | None, account: Account) -> str | None:
    if connected is None:
        return "not switched on in publishing.platforms"
    async with records.store.view() as unit:
        secret = await unit.accounts.secret(account.id)
    try:
        await _prove(records, connected, parse(secret, connected.platform.credentials))
    except (Failed, NotConfigured) as error:
        return str(error)
    return None


@app.command()
def remove(
    context: typer.Context,
    platform: PlatformName,
    account: Annotated[str | None, typer.Argument(metavar="[NAME|ID]")] = None,
    config: ConfigPath = None,
) -> None:
    """Forget an account and its credentials. What it published stays."""
    settings = configured(context, config)
    connected = meant(settings, platform)
    gone = asyncio.run(_remove(settings, connected, account))
    typer.echo(f"Removed: {connected.platform.title} · {gone.name}.")


async def _remove(settings: Settings, connected: Connected, wanted: str | None) -> Account:
    clock = SystemClock()
    async with open_records(settings, clock) as records:
        gone = accounts.choose(await accounts.kept(records.store, connected.platform.name), wanted)
        async with records.store.unit() as unit:
            await unit.accounts.remove(gone.id, clock.now())
    return gone


async def _kept(settings: Settings, platform: str | None) -> list[Account]:
    async with open_records(settings, SystemClock()) as records:
        return await accounts.kept(records.store, platform)


def meant(settings: Settings, name: str) -> Connected:
    """The platform a person names; one that is not switched on counts with its defaults. Raises ConsoleError."""
    switched_on = load_platforms(settings.publishing.platforms)
    found = find_platform(name, switched_on) or find_platform(name, _others(switched_on))
    if found is None:
        raise ConsoleError(f"{name}: unknown platform; {unknown(name, known_platforms())}")
    return found


def _others(switched_on: Mapping[str, Connected]) -> dict[str, Connected]:
    others: dict[str, Connected] = {}
    for name in set(known_platforms()) - set(switched_on):
        with suppress(Misconfigured):
            others |= load_platforms({name: None})
    return others
