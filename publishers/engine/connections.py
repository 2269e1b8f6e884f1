"""From an account to a publisher: the real client, a simulator in the sandbox, or a clear reason why not.

Credentials that are about to end are renewed before a publisher is given out, never while it publishes.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta

from pydantic import SecretStr, ValidationError

from publishers.engine.contract import Credentials, Publisher
from publishers.engine.errors import AuthExpired, NotConfigured
from publishers.engine.loading import Connected
from publishers.engine.many import Opened
from publishers.engine.model import Account
from publishers.engine.outside import Gauge, Outside
from publishers.engine.ports import Store, Unit, VaultError
from publishers.engine.renewal import Renewals, lead_of
from publishers.engine.simulator import Networks, Simulator
from publishers.engine.together import Together

FRESH = timedelta(minutes=10)
"""Credentials that were renewed so lately are the best there are to be had without a person."""
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Connection:
    """A publisher, and the account as it was when its credentials were read."""

    publisher: Publisher
    account: Account
    owner: str | None = None
    """Whose the credentials must be, as the platform's id; None: only the platform can tell."""
    fresh: bool = False
    """The credentials had just been renewed: if they are refused, renewing them again changes nothing."""

    @property
    def simulated(self) -> bool:
        return isinstance(self.publisher, Simulator)

    @property
    def renewable(self) -> bool:
        return lead_of(self.publisher) is not None


@dataclass(slots=True)
class Connections:
    """`scene` is where simulators play; None where simulation is not allowed."""

    platforms: Mapping[str, Connected]
    store: Store
    outside: Outside
    scene: Networks | None = None
    renewals: Renewals = field(init=False)
    _opening: Together[str, Opened] = field(init=False)

    def __post_init__(self) -> None:
        self._opening = Together(self._open)
        self.renewals = Renewals(self.store, self.outside.clock, lambda opened: self._connection(opened).publisher)

    async def connect(self, account_id: str, gauge: Gauge | None = None) -> Connection:
        """Raises NotConfigured or AuthExpired: a missing credential is never silently simulated outside a sandbox.

        Also what renewing credentials that have ended raises. `gauge` hears what the platform says of its limits.
        """
        connection = self._connection(await self._opening.do(account_id), gauge)
        if not await self.renewals.ahead(connection.account, connection.publisher):
            return connection
        return self._connection(await self._opening.do(account_id), gauge)

    async def again(self, connection: Connection) -> bool:
        """The platform refused its credentials: whether there are newer ones now. False: a person must authorize.

        That it refused them is kept then. Raises what renewing raises when it says nothing definite.
        """
        used = connection.account
        async with self.store.view() as unit:
            if await _newer(unit, used):
                return True
        if connection.renewable and not connection.fresh:
            with suppress(AuthExpired):
                await self.renewals.renew(used.id, used.credentials_version)
        async with self.store.unit() as unit:  # both at once: nobody goes on for what would be kept in between
            await unit.accounts.refused(used.id, used.credentials_version)
            return await _newer(unit, used)

    async def lead(self, account_id: str) -> timedelta | None:
        """How long before their end its credentials are renewed; None: they cannot be. Raises as `connect` does."""
        return lead_of(self._connection(await self._opening.do(account_id)).publisher)

    async def due(self, account_id: str) -> Account | None:
        """The account, if its credentials are near their end and can be renewed. Raises as `connect` does.

        Those that never live long are left to whoever needs them, but for once a day: unused, they would be lost too.
        """
        opened = await self._opening.do(account_id)
        if opened.renewed_at is not None and abs(self.outside.clock.now() - opened.renewed_at) < DAY:
            return None
        connection = self._connection(opened)
        return connection.account if self.renewals.due(connection.account, connection.publisher) else None

    def _connection(self, opened: Opened, gauge: Gauge | None = None) -> Connection:
        account = opened.account
        connected = self.platforms.get(account.platform)
        if connected is None:
            raise NotConfigured(f"{account.platform} is not switched on in the configuration", code="platform_off")
        try:
            credentials = _readable(opened, connected.platform.credentials)
        except NotConfigured:
            if self.scene is None:
                raise
            _check(account)
            simulator = Simulator(connected.platform, account, self.scene, self.outside)
            return Connection(simulator, account, account.external_id)
        _check(account)
        outside = self.outside if gauge is None else replace(self.outside, gauge=gauge)
        publisher = connected.platform.connect(connected.settings, credentials, outside)
        return Connection(publisher, account, _owner(account, credentials), self._fresh(opened))

    def _fresh(self, opened: Opened) -> bool:
        return opened.renewed_at is not None and abs(self.outside.clock.now() - opened.renewed_at) < FRESH

    async def _open(self, account_ids: Sequence[str]) -> Sequence[Opened]:
        async with self.store.view() as unit:
            found = await unit.many.accounts(account_ids)
        if any(account_id not in found for account_id in account_ids):
            raise NotConfigured("the account was removed", code="account_removed")
        return [found[account_id] for account_id in account_ids]

    async def simulates(self, account_id: str) -> bool:
        """Whether a simulator would serve this account."""
        if self.scene is None:
            return False
        async with self.store.view() as unit:
            account = await unit.accounts.account(account_id)
            connected = self.platforms.get(account.platform) if account is not None else None
            if connected is None:
                return False
            try:
                await read(unit, account_id, connected.platform.credentials)
            except NotConfigured:
                return True
        return False


def _readable(opened: Opened, shape: type[Credentials]) -> Credentials:
    if opened.unreadable:
        raise NotConfigured("the stored credentials cannot be decrypted", code="vault")
    return parse(opened.secret, shape)


def _owner(account: Account, credentials: Credentials) -> str | None:
    """What is only derived from the credentials may stand for an id that nobody was asked for."""
    told = account.external_id in credentials.model_dump().values()
    return account.external_id if told or account.external_id != credentials.account else None


async def _newer(unit: Unit, used: Account) -> bool:
    account = await unit.accounts.account(used.id)
    return account is not None and account.usable and account.credentials_version > used.credentials_version


def _check(account: Account) -> None:
    if not account.usable:
        raise AuthExpired("these credentials were refused before")


async def read(unit: Unit, account_id: str, shape: type[Credentials]) -> Credentials:
    """Raises NotConfigured when they are missing, incomplete, or cannot be decrypted."""
    try:
        return parse(await unit.accounts.secret(account_id), shape)
    except VaultError as error:
        raise NotConfigured("the stored credentials cannot be decrypted", code="vault") from error


def parse(secret: SecretStr | None, shape: type[Credentials]) -> Credentials:
    """Stored JSON → the platform's credentials. Raises NotConfigured when they are missing or incomplete."""
    if secret is None:
        raise NotConfigured("no credentials are stored")
    try:
        return shape.model_validate_json(secret.get_secret_value())
    except ValidationError as error:
        fields = ", ".join(".".join(str(part) for part in fault["loc"]) for fault in error.errors())
        raise NotConfigured(f"incomplete credentials: {fields}") from None
