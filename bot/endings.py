"""Permission that ends and that we cannot renew by ourselves: every owner is told a week and a day ahead.

And at once when it turns out to be over while nothing that is to be published would tell.

Each of them in the private chat, once for each of the two, not in quiet hours; what was told is edited once it is
solved. What was said stands in the notices of each chat, so that a restart repeats nothing.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import structlog
from telegram.error import TelegramError

from adapters.content import fingerprint
from bot.courier import ChatClosed, Courier
from bot.i18n import Words
from bot.render.endings import ending, needless, solved
from bot.render.networks import Networks
from bot.screen import Screen
from bot.voices import WordsOf
from publishers.engine.connections import Connections
from publishers.engine.errors import PublishingError
from publishers.engine.leases import Ending
from publishers.engine.model import Account
from publishers.engine.outside import Clock
from publishers.engine.patience import patiently
from publishers.engine.people import Notice
from publishers.engine.ports import Store

log = structlog.get_logger(__name__)

AHEAD = (1, 7)
"""Days before the end."""
OVER = 0
ROUND = timedelta(minutes=10)
KIND = "ends"
_UNSENT = 0
"""In place of a message: this owner cannot be written to."""


@dataclass(frozen=True, slots=True)
class Endings:
    """`owners`: those of the configuration; those who joined are in the tables. `quiet`: hours without sound."""

    store: Store
    clock: Clock
    courier: Courier
    words: WordsOf
    networks: Networks
    connections: Connections
    owners: Collection[int]
    quiet: Callable[[datetime], bool]

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await patiently(self.tell, self.clock)
            await self.clock.sleep(ROUND.total_seconds())

    async def tell(self) -> None:
        """One round. Raises StoreUnavailable."""
        await self._close()
        now = self.clock.now()
        if self.quiet(now):
            return
        async with self.store.view() as unit:
            soon = await unit.renewing.ending(now + timedelta(days=max(AHEAD)))
            refused = await unit.renewing.refused()
        for each in soon:
            days = await self._due(each, now)
            if days is not None:
                await self._announce(each.account, days)
        for account, asked in refused:
            if asked:  # what stands still for it asks already
                await self._told(account, OVER)
            elif account.platform in self.networks:
                await self._announce(account, OVER)

    async def _due(self, each: Ending, now: datetime) -> int | None:
        """Of how many days ahead it is to be told now: what we shall renew in time worries nobody."""
        account, end = each.account, each.account.expires_at
        if account.platform not in self.networks or end is None:
            return None
        try:
            lead = await self.connections.lead(account.id)
        except PublishingError:
            return None  # there is something worse to be told of it
        reached = [days for days in AHEAD if end - now <= timedelta(days=days)]
        silent = each.told is not None and each.told <= min(reached)
        renewed_later = lead is not None and lead <= timedelta(days=min(reached))
        return None if silent or renewed_later else min(reached)

    async def _announce(self, account: Account, days: int) -> None:
        kind = f"{KIND}{days}:{fingerprint(account.id)[:12]}"
        said = f"{account.id} {account.credentials_version}"
        async with self.store.view() as unit:
            owners = {*self.owners, *(person.id for person in await unit.people.owners())}
            known = {chat for chat, what, notice in await unit.notices.of_kind(kind) if notice.digest == said}
        for owner in sorted(owners - known):
            message_id = await self._send(owner, account)
            await patiently(partial(self._noticed, owner, kind, Notice(message_id, said)), self.clock)
        await self._told(account, days)

    async def _told(self, account: Account, days: int) -> None:
        async with self.store.unit() as unit:
            await unit.renewing.told(account.id, account.credentials_version, days)

    async def _send(self, owner: int, account: Account) -> int:
        now, end = self.clock.now(), account.expires_at
        end = end if account.usable else None
        screen = ending(account, end, self.networks, await self._words(owner), now)
        try:
            return await self.courier.send(owner, screen)
        except (ChatClosed, TelegramError) as refusal:
            log.warning("an owner cannot be told that permission ends", reason=type(refusal).__name__)
            return _UNSENT

    async def _noticed(self, chat_id: int, kind: str, notice: Notice) -> None:
        async with self.store.unit() as unit:
            await unit.notices.noticed(chat_id, kind, notice)

    async def _words(self, owner: int) -> Words:
        async with self.store.view() as unit:
            return self.words(await unit.people.person(owner))

    # -- solved ------------------------------------------------------------------------------------------------------

    async def _close(self) -> None:
        """What was told and is over: renewed meanwhile, or the account was removed."""
        async with self.store.view() as unit:
            told = await unit.notices.of_kind(KIND)
            accounts = {account.id: account for account in await unit.accounts.accounts()} if told else {}
        for chat_id, kind, notice in told:
            account_id, version = notice.digest.split(" ")
            account = accounts.get(account_id)
            if account is None or account.credentials_version > int(version):
                await self._edit(chat_id, notice, account)
                async with self.store.unit() as unit:
                    await unit.notices.drop(chat_id, kind)

    async def _edit(self, chat_id: int, notice: Notice, account: Account | None) -> None:
        if notice.message_id == _UNSENT:
            return
        try:
            await self.courier.edit(chat_id, notice.message_id, await self._solved(chat_id, account))
        except (ChatClosed, TelegramError) as refusal:
            log.warning("a notice cannot be edited", reason=type(refusal).__name__)

    async def _solved(self, owner: int, account: Account | None) -> Screen:
        words = await self._words(owner)
        return needless(words) if account is None else solved(account, self.networks, words, self.clock.now())
