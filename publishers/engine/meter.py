"""What platforms say is left of their limits: heard with their answers, or asked for."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

import structlog

from publishers.engine.budget import Ration, rations
from publishers.engine.connections import Connections
from publishers.engine.contract import Quotas
from publishers.engine.errors import PublishingError
from publishers.engine.model import Delivery, DeliveryStatus, Move, Wait
from publishers.engine.outside import Allowance, Clock, Gauge
from publishers.engine.ports import Store, StoreUnavailable, Unit

log = structlog.get_logger(__name__)


def told(gauge: Gauge, move: Move) -> list[Allowance]:
    """All that one try made known. A refusal for a limit speaks for every delivery of the account."""
    heard = list(gauge.heard.values())
    if move.wait is Wait.LIMIT and move.due_at is not None:
        heard.append(Allowance(move.code or "limit", 0, move.due_at))
    return heard


@dataclass(frozen=True, slots=True)
class Meter:
    """Reads what is kept, and asks the platforms that can be asked."""

    store: Store
    clock: Clock
    connections: Connections
    asking: set[str] = field(default_factory=set)
    """Accounts whose platform is being asked now: once is enough."""

    async def rations(self, unit: Unit, due: Sequence[Delivery], now: datetime) -> dict[str, Ration]:
        """Of the accounts of these deliveries, as far as limits concern them."""
        bound = [each for each in due if each.status is not DeliveryStatus.UNCONFIRMED and not each.dry_run]
        return await self.of(unit, {each.account_id: each.platform for each in bound}, now)

    async def of(self, unit: Unit, accounts: dict[str, str], now: datetime) -> dict[str, Ration]:
        """By account; `accounts`: the platform of each, by id."""
        limits = {name: connected.windows for name, connected in self.connections.platforms.items()}
        return await rations(unit.budgets, accounts, limits, now)

    async def full(self, scheduled: Sequence[Delivery]) -> dict[str, datetime]:
        """Of posts of one account, soonest first: for which there is no room at their hour, and until when.

        What is scheduled for other hours in between is not foreseen.
        """
        accounts = {each.account_id: each.platform for each in scheduled}
        for account_id in accounts:
            await self.ask(account_id)
        found: dict[str, datetime] = {}
        async with self.store.view() as unit:
            for hour, group in groupby(scheduled, key=lambda each: each.due_at):
                at = await self.of(unit, accounts, max(hour or self.clock.now(), self.clock.now()))
                held = ((each.id, at[each.account_id].take(each)) for each in group)
                found |= {delivery_id: each.until for delivery_id, each in held if each is not None}
        return found

    async def ask(self, account_id: str) -> None:
        """Read the account's quotas, where its platform has such a call, and keep them; failing changes nothing."""
        if account_id in self.asking:
            return
        self.asking.add(account_id)
        try:
            await self._ask(account_id)
        except (PublishingError, StoreUnavailable) as error:
            log.info("quotas not read", account=account_id, reason=str(error))
        finally:
            self.asking.discard(account_id)

    async def _ask(self, account_id: str) -> None:
        gauge = Gauge()
        publisher = (await self.connections.connect(account_id, gauge)).publisher
        if not isinstance(publisher, Quotas):
            return
        heard = [*await publisher.quotas(), *gauge.heard.values()]
        async with self.store.unit() as unit:
            await unit.budgets.saw(account_id, heard, self.clock.now())
