"""Accounts as a person brings them: credentials read, validated, proven against the platform, and kept."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from bot.console import ConsoleError, Failed
from publishers.engine.contract import Checks, Credentials, Identity, Platform
from publishers.engine.credentials import sealed
from publishers.engine.errors import AuthExpired, NotPermitted, PublishingError, Unavailable
from publishers.engine.faults import describe
from publishers.engine.loading import Connected
from publishers.engine.model import Account
from publishers.engine.outside import Outside
from publishers.engine.ports import Store

__all__ = ["sealed"]  # named here too: it belongs to what is done with an account


class BadCredentials(ConsoleError):
    """The file or its values are not what the platform needs: one line per fault, no value shown."""


def read(path: Path) -> dict[str, Any]:
    """The JSON object of a credentials file. Raises BadCredentials."""
    try:
        given = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadCredentials(f"{path}: there is no such file") from None
    except OSError as error:
        raise BadCredentials(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadCredentials(f"{path}: cannot be read: it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise BadCredentials(f"{path}: line {error.lineno}, column {error.colno}: is not JSON") from None
    if not isinstance(given, dict):
        raise BadCredentials(f'{path}: is not an object; allowed: {{"name": "value", …}}')
    return given


def from_environment(platform: Platform, environment: Mapping[str, str]) -> dict[str, Any]:
    """What the platform finds in the environment, if it looks there: its Credentials may declare `from_env`."""
    look = getattr(platform.credentials, "from_env", None)
    if look is None:
        raise BadCredentials(
            f"{platform.title} takes no credentials from the environment: give --credentials FILE.json"
        )
    found: dict[str, Any] = look(environment)
    if not found:
        raise BadCredentials(f"{platform.title}: no credentials in the environment")
    return found


def validate(platform: Platform, given: Mapping[str, Any]) -> Credentials:
    """Raises BadCredentials with one line per fault."""
    try:
        credentials = platform.credentials.model_validate(given)
    except ValidationError as error:
        raise BadCredentials("\n".join(describe(error, platform.credentials, secret=True))) from None
    expiry = credentials.expires_at
    if expiry is not None and expiry.utcoffset() is None:
        raise BadCredentials("expires_at: has no zone; allowed: an ISO 8601 time like 2026-12-31T10:00:00Z")
    return credentials


async def prove(connected: Connected, credentials: Credentials, outside: Outside) -> Identity | None:
    """Whom the platform says they belong to; None when it cannot be asked. Raises Failed."""
    publisher = connected.platform.connect(connected.settings, credentials, outside)
    if not isinstance(publisher, Checks):
        return None
    try:
        return await publisher.check()
    except PublishingError as error:
        raise Failed(_refusal(connected.platform.title, error)) from error


def _refusal(title: str, error: PublishingError) -> str:
    told = f" ({error.detail})" if error.detail else ""
    if isinstance(error, AuthExpired):
        return f"{title} refused these credentials: they are wrong, revoked or expired{told}."
    if isinstance(error, NotPermitted):
        return f"{title} does not let these credentials do what is needed{told}."
    if isinstance(error, Unavailable):
        return f"{title} could not be asked{told}: try again later."
    return f"{title} did not confirm these credentials: {error.code}{told}."


def identify(platform: Platform, credentials: Credentials, proven: Identity | None) -> Identity:
    """Whose account it is. Raises Failed when the platform names another one than the file does."""
    claimed = credentials.account
    if proven is None:
        username = getattr(credentials, "username", None)
        return Identity(claimed, f"@{username.lstrip('@')}" if username else "")
    if proven.id != claimed and claimed in credentials.model_dump().values():
        raise Failed(f"These credentials belong to {proven.name} ({proven.id}) on {platform.title}, not to {claimed}.")
    return proven


async def named(store: Store, platform: Platform, who: Identity, label: str | None) -> Identity:
    """With the name it is shown under: the label, the platform's name for it, the name it had, its id."""
    had = next((account.name for account in await kept(store, platform.name) if account.external_id == who.id), None)
    return Identity(who.id, label or who.name or had or who.id)


async def keep(
    store: Store, platform: Platform, who: Identity, credentials: Credentials, at: datetime
) -> tuple[Account, bool]:
    """The account, and whether it was a renewal of one that was there."""
    async with store.unit() as unit:
        return await unit.accounts.add(
            platform.name, who, sealed(credentials), expires_at=credentials.expires_at, at=at
        )


async def kept(store: Store, platform: str | None = None) -> list[Account]:
    """All accounts, or those of one platform (by its key)."""
    async with store.view() as unit:
        return [account for account in await unit.accounts.accounts() if platform in {None, account.platform}]


def choose(accounts: list[Account], wanted: str | None) -> Account:
    """The one meant by name or id (None: the only one). Raises ConsoleError naming what there is."""
    if not accounts:
        raise ConsoleError("There is no account of this platform.")
    fitting = [
        account for account in accounts if wanted is None or wanted in {account.name, account.id, account.external_id}
    ]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(f"{account.name} ({account.external_id})" for account in accounts)
    raise ConsoleError(f"Which one? There {'is' if len(accounts) == 1 else 'are'}: {names}.")
