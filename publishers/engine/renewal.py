"""Renewal: new credentials for old ones without a person.

One asking at a time for an account, in this process (one task, all wait for it) and in all others (a lease in the
store). What comes of it is kept before anybody uses it, for the old ones may be void from then on. Whoever stops
waiting does not stop it. See docs/decisions/0012.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from publishers.engine.authorization import Refreshes
from publishers.engine.contract import Publisher
from publishers.engine.credentials import Credentials, sealed
from publishers.engine.errors import (
    AuthExpired,
    NotConfigured,
    NotPermitted,
    PublishingError,
    QuotaExhausted,
    RateLimited,
    Unavailable,
)
from publishers.engine.leases import Lease
from publishers.engine.many import Opened
from publishers.engine.model import Account
from publishers.engine.outside import Clock
from publishers.engine.patience import patiently
from publishers.engine.ports import Store, StoreUnavailable

log = structlog.get_logger(__name__)

PATIENCE = timedelta(seconds=60)
"""How long a platform may take to give new credentials, all its calls together."""
LEASE = timedelta(minutes=2)
"""Longer than that: whoever holds it is still heard of, or is dead."""
POLL = 0.5
"""Seconds between two looks at what became of another's asking."""
PAUSE = timedelta(minutes=1)
"""Before a platform that gave no clear answer is asked again."""
CLEAR = (AuthExpired, NotPermitted, NotConfigured, RateLimited, QuotaExhausted, Unavailable)
"""What may come of asking for new credentials. Anything else says no more than Unavailable."""

Key = tuple[str, int]
"""Account and version of the credentials that are to be renewed."""


def lead_of(publisher: Publisher) -> timedelta | None:
    """How long before their end its credentials are renewed; None: they cannot be."""
    return publisher.lead if isinstance(publisher, Refreshes) else None


@dataclass(slots=True)
class Renewals:
    """The renewals of one process. `publisher_of` connects an account with the credentials given."""

    store: Store
    clock: Clock
    publisher_of: Callable[[Opened], Publisher]
    _running: dict[Key, asyncio.Task[None]] = field(default_factory=dict)
    _calling: set[Key] = field(default_factory=set)
    """Those that have begun to ask: their answer may be all there is."""
    _rests: dict[Key, tuple[float, PublishingError]] = field(default_factory=dict)
    """Credentials whose platform gave no clear answer: it is not asked again before a monotonic time."""
    _closed: bool = False

    def due(self, account: Account, publisher: Publisher) -> bool:
        lead, end = lead_of(publisher), account.expires_at
        return lead is not None and end is not None and end - self.clock.now() < lead

    async def ahead(self, account: Account, publisher: Publisher) -> bool:
        """Renew what is about to end: whether the account is to be read anew. Raises as `renew` does.

        But while these credentials live, only what is definite: nobody waits for a platform that cannot answer now.
        """
        if not self.due(account, publisher):
            return False
        try:
            await self.renew(account.id, account.credentials_version)
        except AuthExpired:
            raise
        except PublishingError as fault:
            if account.expires_at is not None and account.expires_at <= self.clock.now():
                raise
            log.info("not renewed yet", account=account.id, code=fault.code, detail=fault.detail)
            return False
        return True

    async def renew(self, account_id: str, version: int) -> None:
        """Returns when the credentials of this version are no longer the present ones, whoever replaced them.

        Raises AuthExpired (definite, and kept: a person must authorize), else what says nothing definite: RateLimited,
        NotPermitted, Unavailable, StoreUnavailable.
        """
        key = (account_id, version)
        task = self._running.get(key)
        if task is None:
            self._check_rest(key)
            if self._closed:
                await _end()
            task = self._running[key] = asyncio.create_task(self._renew(key), name=f"renewal {account_id}")
            task.add_done_callback(lambda ended: self._ended(key, ended))
        await asyncio.wait([task])
        if task.cancelled():
            await _end()
        fault = _told(task.exception())
        if fault is not None:
            raise fault

    def _check_rest(self, key: Key) -> None:
        until, fault = self._rests.get(key, (0.0, None))
        left = until - self.clock.monotonic()
        if fault is not None and left > 0:
            again = self.clock.now() + timedelta(seconds=left)
            raise type(fault)(fault.detail, code=fault.code, params=fault.params, retry_at=again)

    def _ended(self, key: Key, task: asyncio.Task[None]) -> None:
        del self._running[key]
        account, version = key  # of newer ones, which somebody brought meanwhile, this says nothing
        self._rests = {each: rest for each, rest in self._rests.items() if each[0] != account or each[1] > version}
        if task.cancelled():
            return
        fault = _told(task.exception())
        if fault is not task.exception():
            log.error("renewing went wrong", account=key[0], fault=type(task.exception()).__name__)
        if isinstance(fault, PublishingError) and not isinstance(fault, AuthExpired):
            pause = PAUSE if fault.retry_at is None else max(fault.retry_at - self.clock.now(), PAUSE)
            self._rests[key] = (self.clock.monotonic() + pause.total_seconds(), fault)

    # -- one asking --------------------------------------------------------------------------------------------------

    async def _renew(self, key: Key) -> None:
        taken = await self._take(key)
        if taken is None:
            return
        lease, opened = taken
        self._calling.add(key)
        try:
            await self._replace(key, opened)
        finally:
            self._calling.discard(key)
            with suppress(StoreUnavailable):  # it ends by itself
                await self._give_back(lease)

    async def _take(self, key: Key) -> tuple[Lease, Opened] | None:
        """None: somebody else has renewed them, or nobody may any more."""
        over: Lease | None = None
        while True:
            now = self.clock.now()
            async with self.store.unit() as unit:
                found = await unit.renewing.take(*key, now, now + LEASE, over)
                opened = (await unit.many.accounts([key[0]])).get(key[0])
            if found is None or opened is None:
                return None
            lease, ours = found
            if ours:
                return lease, opened
            await self._watch(key, lease)
            over = lease

    async def _watch(self, key: Key, lease: Lease) -> None:
        """Until it is over, by its own time or by how long it was seen here: clocks may be set meanwhile."""
        began = self.clock.monotonic()
        while self.clock.now() < lease.until and self.clock.monotonic() - began < LEASE.total_seconds():
            await self.clock.sleep(POLL)
            async with self.store.view() as unit:
                if await unit.renewing.lease(*key) != lease:
                    return

    async def _replace(self, key: Key, opened: Opened) -> None:
        try:
            credentials = await self._ask(opened)
        except AuthExpired:
            if await patiently(lambda: self._refused(key), self.clock):
                raise
            return
        secret = sealed(credentials)
        if await patiently(lambda: self._keep(key, secret, credentials), self.clock):
            log.info("credentials renewed", account=key[0], version=key[1] + 1)
        else:
            log.info("renewed credentials dropped: there are newer ones", account=key[0], version=key[1])

    async def _ask(self, opened: Opened) -> Credentials:
        publisher = self.publisher_of(opened)
        if not isinstance(publisher, Refreshes):
            raise Unavailable("these credentials cannot be renewed any more")
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                return await publisher.refresh()
        except TimeoutError as error:
            raise Unavailable(code="timeout") from error

    async def _keep(self, key: Key, secret: str, credentials: Credentials) -> bool:
        """Whether they count: not when somebody has brought newer ones meanwhile."""
        async with self.store.unit() as unit:
            kept = await unit.renewing.renewed(*key, secret, expires_at=credentials.expires_at, at=self.clock.now())
        return kept is not None

    async def _refused(self, key: Key) -> bool:
        """Whether the refusal still concerns the present credentials."""
        async with self.store.unit() as unit:
            await unit.accounts.refused(*key)
            account = await unit.accounts.account(key[0])
        return account is not None and account.credentials_version == key[1]

    async def _give_back(self, lease: Lease) -> None:
        async with self.store.unit() as unit:
            await unit.renewing.give_back(lease)

    # -- the end of a life -------------------------------------------------------------------------------------------

    async def drain(self, limit: float) -> None:
        """From now on nobody asks. Let those that do end, for at most `limit` seconds; the rest is the next start's."""
        self._closed = True
        calling = [task for key, task in self._running.items() if key in self._calling]
        for task in self._running.values():
            if task not in calling:
                task.cancel()
        if calling:
            await asyncio.wait(calling, timeout=limit)
        await self.abandon()

    async def abandon(self) -> None:
        """As a death would. Credentials that could not be kept are lost: the old ones tell when they are used."""
        tasks = list(self._running.values())
        for task in tasks:
            log.warning("a renewal was left", renewal=task.get_name())
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _told(fault: BaseException | None) -> BaseException | None:
    """What whoever waited is told. The words of a fault of our own may quote a secret."""
    if fault is None or isinstance(fault, (*CLEAR, StoreUnavailable)):
        return fault
    if isinstance(fault, PublishingError):
        return Unavailable(fault.detail, retry_at=fault.retry_at)
    return Unavailable(type(fault).__name__)


async def _end() -> None:
    """The life of the process ends: whoever is still here only waits to be cancelled."""
    await asyncio.get_running_loop().create_future()
