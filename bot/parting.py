"""Disconnecting an account: the permission is given back where that is possible, then it is forgotten."""

from dataclasses import dataclass

import structlog

from bot.courier import Courier
from bot.render import say
from bot.voices import WordsOf
from publishers.engine.authorization import Revokes
from publishers.engine.connections import Connections
from publishers.engine.errors import PublishingError
from publishers.engine.model import Account, Actor
from publishers.engine.ports import Store

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Parting:
    store: Store
    connections: Connections
    courier: Courier
    words: WordsOf

    async def part(self, account_id: str, chat_id: int, by: Actor) -> None:
        """Done again after a death in between: what was given back already is only forgotten."""
        async with self.store.view() as unit:
            account = await unit.accounts.account(account_id)
            words = self.words(await unit.people.person(by.id))
        if account is None:
            return
        returned = await self._give_back(account)
        async with self.store.unit() as unit:
            await unit.accounts.remove(account_id, self.courier.clock.now())
        connected = self.connections.platforms.get(account.platform)
        title = connected.platform.title if connected is not None else account.platform
        key = "part.returned" if returned else "part.by_hand"
        await self.courier.send(chat_id, say(words, key, account=account.name, platform=title))

    async def _give_back(self, account: Account) -> bool:
        """Whether the platform itself has forgotten us too."""
        try:
            connection = await self.connections.connect(account.id)
            if not isinstance(connection.publisher, Revokes):
                return connection.simulated
            await connection.publisher.revoke()
        except PublishingError as error:
            log.warning("a permission could not be given back", platform=account.platform, code=error.code)
            return False
        return True
