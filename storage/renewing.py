"""Leases on renewals, and the credentials that come of them: each version is followed by one other, never by two."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from publishers.engine import leases
from publishers.engine.errors import Needs
from publishers.engine.leases import MENDED, Ending, Lease
from publishers.engine.model import SYSTEM, Account, DeliveryStatus
from storage import tables
from storage.accounts import account_of
from storage.ledger import Event, Ledger
from storage.vault import Vault

_ACCOUNT = tables.account
_CREDENTIAL = tables.credential
_DELIVERY = tables.delivery
_FREE = {"renewal": None, "renewal_until": None}
_TRYING = (DeliveryStatus.PUBLISHING, DeliveryStatus.BLOCKED)


class Renewing(leases.Renewing):
    def __init__(self, connection: AsyncConnection, ledger: Ledger, vault: Vault, new_id: Callable[[], str]) -> None:
        self._connection = connection
        self._ledger = ledger
        self._vault = vault
        self._new_id = new_id

    async def take(
        self, account_id: str, version: int, now: datetime, until: datetime, over: Lease | None = None
    ) -> tuple[Lease, bool] | None:
        lease = Lease(account_id, self._new_id(), until)
        free = or_(_CREDENTIAL.c.renewal.is_(None), _CREDENTIAL.c.renewal_until <= now)
        if over is not None:
            free = or_(free, _CREDENTIAL.c.renewal == over.holder)
        present = select(_ACCOUNT.c.id).where(_ACCOUNT.c.id == account_id, _of(version), _ACCOUNT.c.usable)
        statement = update(_CREDENTIAL).where(_CREDENTIAL.c.account_id == account_id, free, present.exists())
        taken = await self._connection.execute(statement.values(renewal=lease.holder, renewal_until=until))
        if taken.rowcount:
            return lease, True
        holding = await self.lease(account_id, version)
        return None if holding is None else (holding, False)

    async def lease(self, account_id: str, version: int) -> Lease | None:
        query = (
            select(_CREDENTIAL.c.renewal, _CREDENTIAL.c.renewal_until)
            .join(_ACCOUNT, _ACCOUNT.c.id == _CREDENTIAL.c.account_id)
            .where(_ACCOUNT.c.id == account_id, _of(version), _ACCOUNT.c.usable, _CREDENTIAL.c.renewal.is_not(None))
        )
        row = (await self._connection.execute(query)).first()
        return None if row is None else Lease(account_id, row.renewal, row.renewal_until)

    async def give_back(self, lease: Lease) -> None:
        ours = and_(_CREDENTIAL.c.account_id == lease.account_id, _CREDENTIAL.c.renewal == lease.holder)
        await self._connection.execute(update(_CREDENTIAL).where(ours).values(_FREE))

    async def void(self) -> None:
        await self._connection.execute(update(_CREDENTIAL).values(_FREE))

    async def renewed(
        self, account_id: str, version: int, secret: str, *, expires_at: datetime | None, at: datetime
    ) -> Account | None:
        """A refusal of the earlier ones meanwhile says nothing of these."""
        row = await self._account(account_id, version)
        if row is None:
            return None
        account = replace(account_of(row), credentials_version=version + 1, usable=True, expires_at=expires_at)
        changed = {"credentials_version": version + 1, "usable": True, "expires_at": expires_at, "announced": None}
        await self._connection.execute(update(_ACCOUNT).where(_ACCOUNT.c.id == account_id).values(changed))
        kept = {"sealed": self._vault.seal(secret), "kept_at": at, "renewed_at": at}
        statement = update(_CREDENTIAL).where(_CREDENTIAL.c.account_id == account_id)
        await self._connection.execute(statement.values(kept | _FREE))
        if row.usable:
            await self._go_on_needing(account_id, version)
        await self._write(account, at)
        return account

    async def _account(self, account_id: str, version: int) -> Row[Any] | None:
        query = select(_ACCOUNT).where(_ACCOUNT.c.id == account_id, _of(version))
        return (await self._connection.execute(query)).first()

    async def _go_on_needing(self, account_id: str, version: int) -> None:
        """Newer credentials free what is blocked; these came of the same consent and would change nothing there."""
        tried = and_(
            _DELIVERY.c.account_id == account_id,
            _DELIVERY.c.credentials_version == version,
            _DELIVERY.c.status.in_(_TRYING),
            or_(_DELIVERY.c.code.is_(None), _DELIVERY.c.code.not_in(MENDED)),
        )
        await self._connection.execute(update(_DELIVERY).where(tried).values(credentials_version=version + 1))

    async def _write(self, account: Account, at: datetime) -> None:
        facts = {
            "platform": account.platform,
            "external_id": account.external_id,
            "name": account.name,
            "credentials_version": account.credentials_version,
        }
        self._ledger.append([Event("credentials_renewed", "account", account.id, facts)], actor=SYSTEM, at=at)

    async def ending(self, before: datetime) -> list[Ending]:
        kept = and_(_ACCOUNT.c.usable, _ACCOUNT.c.removed_at.is_(None))
        query = select(_ACCOUNT).where(_ACCOUNT.c.expires_at <= before, kept)
        rows = await self._connection.execute(query.order_by(_ACCOUNT.c.expires_at, _ACCOUNT.c.id))
        return [Ending(account_of(row), row.announced) for row in rows]

    async def refused(self) -> list[tuple[Account, bool]]:
        stands = and_(_DELIVERY.c.status == DeliveryStatus.BLOCKED, _DELIVERY.c.needs == Needs.AUTHORIZATION)
        asked = select(_DELIVERY.c.id).where(
            _DELIVERY.c.account_id == _ACCOUNT.c.id, or_(stands, _DELIVERY.c.status == DeliveryStatus.PUBLISHING)
        )
        unheard = or_(_ACCOUNT.c.announced.is_(None), _ACCOUNT.c.announced > 0)
        query = select(_ACCOUNT, asked.exists().label("asked"))
        rows = await self._connection.execute(
            query.where(_ACCOUNT.c.usable.is_(False), _ACCOUNT.c.removed_at.is_(None), unheard).order_by(_ACCOUNT.c.id)
        )
        return [(account_of(row), row.asked) for row in rows]

    async def told(self, account_id: str, version: int, days: int) -> None:
        present = and_(_ACCOUNT.c.id == account_id, _of(version))
        await self._connection.execute(update(_ACCOUNT).where(present).values(announced=days))


def _of(version: int) -> Any:
    return and_(_ACCOUNT.c.credentials_version == version, _ACCOUNT.c.removed_at.is_(None))
