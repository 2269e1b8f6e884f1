"""Accounts: whom we publish as, and the credentials for it, sealed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from pydantic import SecretStr
from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from publishers.engine import ports
from publishers.engine.contract import Identity
from publishers.engine.model import SYSTEM, Account, Actor
from storage import tables
from storage.ledger import Event, Ledger
from storage.upsert import upsert
from storage.vault import Vault

_ACCOUNT = tables.account
_CREDENTIAL = tables.credential
_DELIVERY = tables.delivery
_RECEIPT = tables.receipt
_KEPT = _ACCOUNT.c.removed_at.is_(None)
_OLDEST_FIRST = (_ACCOUNT.c.platform, _ACCOUNT.c.added_at, _ACCOUNT.c.id)


class Accounts(ports.Accounts):
    def __init__(self, connection: AsyncConnection, ledger: Ledger, vault: Vault, new_id: Callable[[], str]) -> None:
        self._connection = connection
        self._ledger = ledger
        self._vault = vault
        self._new_id = new_id

    async def add(
        self, platform: str, identity: Identity, secret: str, *, expires_at: datetime | None, at: datetime
    ) -> tuple[Account, bool]:
        """An account that was removed comes back as new; its credentials' version goes on from where it was."""
        known = await self._known(platform, identity.id)
        renewal = known is not None and known.removed_at is None
        if known is None:
            account = Account(self._new_id(), platform, identity.id, identity.name, main=False, credentials_version=1)
        else:
            account = replace(account_of(known), name=identity.name, credentials_version=known.credentials_version + 1)
        main = account.main if renewal else await self._main(platform) is None
        target = account.target if renewal else main
        account = replace(account, main=main, usable=True, expires_at=expires_at, target=target)
        await self._keep(account, at, renewal=renewal)
        await self._seal(account.id, secret, at)
        await self._write("account_renewed" if renewal else "account_added", account, at)
        return account, renewal

    async def _known(self, platform: str, external_id: str) -> Row[Any] | None:
        known = (_ACCOUNT.c.platform == platform) & (_ACCOUNT.c.external_id == external_id)
        return (await self._connection.execute(select(_ACCOUNT).where(known))).first()

    async def _main(self, platform: str) -> str | None:
        mains = select(_ACCOUNT.c.id).where(_ACCOUNT.c.platform == platform, _ACCOUNT.c.main, _KEPT)
        found: str | None = await self._connection.scalar(mains)
        return found

    async def _keep(self, account: Account, at: datetime, *, renewal: bool) -> None:
        row = {
            "id": account.id,
            "platform": account.platform,
            "external_id": account.external_id,
            "name": account.name,
            "main": account.main,
            "credentials_version": account.credentials_version,
            "usable": account.usable,
            "expires_at": account.expires_at,
            "announced": None,
        }
        new = {"added_at": at, "removed_at": None, "target": account.target}
        changed = row if renewal else row | new
        statement = upsert(self._connection.dialect.name, _ACCOUNT).values(row | new)
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed))

    async def _seal(self, account_id: str, secret: str, at: datetime) -> None:
        """A renewal that is under way concerns other credentials now."""
        sealed = {"sealed": self._vault.seal(secret), "kept_at": at}
        kept = sealed | {"renewal": None, "renewal_until": None, "renewed_at": None}
        statement = upsert(self._connection.dialect.name, _CREDENTIAL).values(account_id=account_id, **kept)
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["account_id"], set_=kept))

    async def _write(self, event_type: str, account: Account, at: datetime) -> None:
        metadata = {
            "platform": account.platform,
            "external_id": account.external_id,
            "name": account.name,
            "credentials_version": account.credentials_version,
        }
        self._ledger.append([Event(event_type, "account", account.id, metadata)], actor=SYSTEM, at=at)

    async def accounts(self) -> list[Account]:
        """By platform, the oldest first."""
        rows = await self._connection.execute(select(_ACCOUNT).where(_KEPT).order_by(*_OLDEST_FIRST))
        return [account_of(row) for row in rows]

    async def account(self, account_id: str) -> Account | None:
        query = select(_ACCOUNT).where(_ACCOUNT.c.id == account_id, _KEPT)
        row = (await self._connection.execute(query)).first()
        return None if row is None else account_of(row)

    async def secret(self, account_id: str) -> SecretStr | None:
        query = select(_CREDENTIAL.c.sealed).where(_CREDENTIAL.c.account_id == account_id)
        sealed = await self._connection.scalar(query)
        return None if sealed is None else self._vault.open(sealed)

    async def proven(self, account_id: str) -> bool:
        real = (_RECEIPT.c.account_id == account_id) & _DELIVERY.c.simulated.is_(False)
        query = select(_RECEIPT.c.key).join(_DELIVERY, _DELIVERY.c.id == _RECEIPT.c.delivery_id).where(real).limit(1)
        return await self._connection.scalar(query) is not None

    async def rename(self, account_id: str, name: str, *, actor: Actor, at: datetime) -> None:
        await self._set("account_renamed", account_id, {"name": name}, actor, at)

    async def promote(self, account_id: str, *, actor: Actor, at: datetime) -> None:
        account = await self.account(account_id)
        if account is None:
            return
        of_platform = update(_ACCOUNT).where(_ACCOUNT.c.platform == account.platform, _ACCOUNT.c.main)
        await self._connection.execute(of_platform.values(main=False))
        await self._set("account_promoted", account_id, {"main": True}, actor, at)

    async def aim(self, account_id: str, *, target: bool, actor: Actor, at: datetime) -> None:
        await self._set("account_aimed", account_id, {"target": target}, actor, at)

    async def _set(self, event_type: str, account_id: str, values: dict[str, Any], actor: Actor, at: datetime) -> None:
        mine = (_ACCOUNT.c.id == account_id) & _KEPT
        if (await self._connection.execute(update(_ACCOUNT).where(mine).values(values))).rowcount == 1:
            self._ledger.append([Event(event_type, "account", account_id, values)], actor=actor, at=at)

    async def refused(self, account_id: str, version: int) -> None:
        present = (_ACCOUNT.c.id == account_id) & (_ACCOUNT.c.credentials_version == version)
        await self._connection.execute(update(_ACCOUNT).where(present).values(usable=False))

    async def remove(self, account_id: str, at: datetime) -> None:
        """Its credentials are erased; its name stays for what it published. The next oldest becomes main."""
        account = await self.account(account_id)
        if account is None:
            return
        await self._connection.execute(delete(_CREDENTIAL).where(_CREDENTIAL.c.account_id == account_id))
        gone = {"removed_at": at, "main": False, "usable": False, "expires_at": None}
        await self._connection.execute(update(_ACCOUNT).where(_ACCOUNT.c.id == account_id).values(gone))
        if account.main:
            await self._promote(account.platform)
        await self._write("account_removed", account, at)

    async def _promote(self, platform: str) -> None:
        oldest = select(_ACCOUNT.c.id).where(_ACCOUNT.c.platform == platform, _KEPT).order_by(*_OLDEST_FIRST).limit(1)
        heir = await self._connection.scalar(oldest)
        await self._connection.execute(update(_ACCOUNT).where(_ACCOUNT.c.id == heir).values(main=True))


def account_of(row: Row[Any]) -> Account:
    return Account(
        id=row.id,
        platform=row.platform,
        external_id=row.external_id,
        name=row.name,
        main=row.main,
        credentials_version=row.credentials_version,
        usable=row.usable,
        expires_at=row.expires_at,
        target=row.target,
    )
