"""The keeper: walks all accounts a few times a day, so that permission that nobody uses does not end unnoticed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from publishers.engine.connections import Connections
from publishers.engine.errors import PublishingError
from publishers.engine.model import Account
from publishers.engine.outside import Clock
from publishers.engine.patience import patiently
from publishers.engine.ports import Store

log = structlog.get_logger(__name__)

FIRST = timedelta(minutes=2)
"""After a start others are busy."""
ROUND = timedelta(hours=6)
FAILING = timedelta(days=1)
"""Before an account is tried again for which it did not work, unless its end is near."""


@dataclass(slots=True)
class Keeper:
    """`jitter` gives numbers in 0…1: not all installations of the world ask at the same moment."""

    store: Store
    clock: Clock
    connections: Connections
    jitter: Callable[[], float]
    _rests: dict[str, float] = field(default_factory=dict)
    """Accounts that are left alone until a monotonic time."""

    async def run(self) -> None:
        """Until cancelled."""
        await self._sleep(FIRST)
        while True:
            await patiently(self.walk, self.clock)
            await self._sleep(ROUND)

    async def _sleep(self, span: timedelta) -> None:
        """From half of it to one and a half."""
        await self.clock.sleep(span.total_seconds() * (0.5 + self.jitter()))

    async def walk(self) -> None:
        """One account after the other: none of them is in a hurry. Raises StoreUnavailable."""
        async with self.store.view() as unit:
            accounts = await unit.accounts.accounts()
        for account in accounts:
            if account.usable and self._rests.get(account.id, 0.0) <= self.clock.monotonic():
                await self._keep(account)

    async def _keep(self, account: Account) -> None:
        self._rests.pop(account.id, None)
        try:
            due = await self.connections.due(account.id)
            if due is not None:
                await self.connections.renewals.renew(due.id, due.credentials_version)
        except PublishingError as fault:
            log.warning("permission not renewed", account=account.id, code=fault.code, detail=fault.detail)
            self._rests[account.id] = self.clock.monotonic() + self._pause(account).total_seconds()

    def _pause(self, account: Account) -> timedelta:
        if account.expires_at is None:
            return FAILING
        return min(FAILING, max(account.expires_at - self.clock.now(), timedelta(0)) / 4)
