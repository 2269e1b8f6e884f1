"""A network whose permission ends and is renewed: access tokens that die, refresh tokens for one use each."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from pydantic import SecretStr

from adapters.adapted import Adapted, Part
from fakes.clock import FakeClock
from fakes.network import Network, ScriptedPost, ScriptedPublisher, scripted
from publishers.engine.contract import Absent, Attempt, Credentials, Identity, Platform, Receipt, Steps
from publishers.engine.credentials import sealed
from publishers.engine.errors import AuthExpired
from publishers.engine.model import Account
from publishers.engine.outside import Outside
from publishers.engine.ports import Store

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
Hitch = Exception | Callable[[], Awaitable[None]]


class TokenCredentials(Credentials):
    user_id: str = "1001"
    access_token: SecretStr
    refresh_token: SecretStr | None = None

    @property
    def account(self) -> str:
        return self.user_id


@dataclass
class Office:
    """Where tokens come from. A refresh token that was used before is noticed, as real ones do."""

    clock: FakeClock
    life: timedelta = 2 * HOUR
    lead: timedelta | None = 10 * MINUTE
    refuses_all: bool = False
    """Every call with any token is refused, though it gives new ones."""
    alive: dict[str, datetime | None] = field(default_factory=dict)
    """Access tokens, and when each dies."""
    unused: set[str] = field(default_factory=set)
    spent: set[str] = field(default_factory=set)
    reuses: int = 0
    calls: int = 0
    before: list[Hitch] = field(default_factory=list)
    """Of the next calls: what goes wrong before the old token is used up, or what is waited for."""
    after: list[Hitch] = field(default_factory=list)
    """… and after it is: the answer is lost."""
    numbers: Any = field(default_factory=count)

    def issue(self, *, life: timedelta | None = None, told: bool = True) -> TokenCredentials:
        """`life`: of the access token; `told`: whether its end is known."""
        number = next(self.numbers)
        access, refresh = f"access-{number}", f"refresh-{number}"
        end = self.clock.now() + (self.life if life is None else life)
        self.alive[access] = end
        self.unused.add(refresh)
        return TokenCredentials(
            access_token=SecretStr(access), refresh_token=SecretStr(refresh), expires_at=end if told else None
        )

    async def refresh(self, credentials: TokenCredentials) -> TokenCredentials:
        self.calls += 1
        await _meet(self.before)
        given = credentials.refresh_token.get_secret_value() if credentials.refresh_token else ""
        self.reuses += given in self.spent
        if given not in self.unused:
            raise AuthExpired("Value passed for the token was invalid.")
        self.unused.discard(given)
        self.spent.add(given)
        self.alive.pop(credentials.access_token.get_secret_value(), None)
        issued = self.issue()
        await _meet(self.after)
        return issued

    def check(self, credentials: TokenCredentials) -> None:
        end = self.alive.get(credentials.access_token.get_secret_value())
        if self.refuses_all or end is None or end <= self.clock.now():
            raise AuthExpired("Unauthorized")

    def revoke(self) -> None:
        """All access tokens die early; what renews them is still good."""
        self.alive.clear()


async def _meet(hitches: list[Hitch]) -> None:
    hitch = hitches.pop(0) if hitches else None
    if isinstance(hitch, Exception):
        raise hitch
    if hitch is not None:
        await hitch()


class GuardedPost(ScriptedPost):
    """As ScriptedPost, with a token that the network looks at."""

    office: Office
    credentials: TokenCredentials

    async def perform(self) -> Receipt:
        self.office.check(self.credentials)
        return await super().perform()

    async def find(self, attempt: Attempt) -> Receipt | Absent | None:
        self.office.check(self.credentials)
        return await super().find(attempt)


@dataclass
class TokenPublisher(ScriptedPublisher):
    """Capabilities: Checks, Refreshes."""

    office: Office = field(kw_only=True)
    credentials: TokenCredentials = field(kw_only=True)

    def __post_init__(self) -> None:
        self.act = self._guarded  # type: ignore[assignment] # called as a class is

    def _guarded(self, network: Network, part: Part, reply_to: str | None) -> GuardedPost:
        act = GuardedPost(network, part, reply_to)
        act.office, act.credentials = self.office, self.credentials
        return act

    @property
    def lead(self) -> timedelta | None:
        return self.office.lead if self.credentials.refresh_token is not None else None

    async def refresh(self) -> Credentials:
        return await self.office.refresh(self.credentials)

    async def publish(self, post: Adapted, steps: Steps) -> Receipt:
        return await super().publish(post, steps)

    async def check(self) -> Identity:
        self.office.check(self.credentials)
        return await super().check()


def renewing(network: Network, office: Office, name: str = "plaza") -> Platform:
    def connect(settings: Any, credentials: Any, outside: Outside) -> TokenPublisher:
        network.gauge = outside.gauge
        return TokenPublisher(network, owner=credentials.account, office=office, credentials=credentials)

    return replace(scripted(network, name), credentials=TokenCredentials, connect=connect)


async def keep(store: Store, clock: FakeClock, credentials: TokenCredentials, platform: str = "plaza") -> Account:
    """As `account add` does."""
    who = Identity(credentials.account, f"@{credentials.account}")
    async with store.unit() as unit:
        account, _ = await unit.accounts.add(
            platform, who, sealed(credentials), expires_at=credentials.expires_at, at=clock.now()
        )
    return account


async def kept(store: Store, account_id: str) -> tuple[Account, str]:
    """The account as it stands, and its access token."""
    async with store.view() as unit:
        opened = (await unit.many.accounts([account_id]))[account_id]
    assert opened.secret is not None
    credentials = TokenCredentials.model_validate_json(opened.secret.get_secret_value())
    return opened.account, credentials.access_token.get_secret_value()


class Held:
    """A hitch that waits: `begun` once somebody met it, until it is let go."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()
        self.go = asyncio.Event()

    async def __call__(self) -> None:
        self.begun.set()
        await self.go.wait()
