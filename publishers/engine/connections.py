"""From an account to a publisher: the real client, a simulator in the sandbox, or a clear reason why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import SecretStr, ValidationError

from publishers.engine.contract import Credentials, Publisher
from publishers.engine.errors import AuthExpired, NotConfigured
from publishers.engine.loading import Connected
from publishers.engine.many import Opened
from publishers.engine.model import Account
from publishers.engine.outside import Gauge, Outside
from publishers.engine.ports import Store, Unit, VaultError
from publishers.engine.simulator import Networks, Simulator
from publishers.engine.together import Together


@dataclass(frozen=True, slots=True)
class Connection:
    """A publisher, and the account as it was when its credentials were read."""

    publisher: Publisher
    account: Account
    owner: str | None = None
    """Whose the credentials must be, as the platform's id; None: only the platform can tell."""

    @property
    def simulated(self) -> bool:
        return isinstance(self.publisher, Simulator)


@dataclass(slots=True)
class Connections:
    """`scene` is where simulators play; None where simulation is not allowed."""

    platforms: Mapping[str, Connected]
    store: Store
    outside: Outside
    scene: Networks | None = None
    _opening: Together[str, Opened] = field(init=False)

    def __post_init__(self) -> None:
        self._opening = Together(self._open)

    async def connect(self, account_id: str, gauge: Gauge | None = None) -> Connection:
        """Raises NotConfigured or AuthExpired: a missing credential is never silently simulated outside a sandbox.

        `gauge` hears what the platform says of its limits.
        """
        opened = await self._opening.do(account_id)
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
        return Connection(publisher, account, _owner(account, credentials))

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
