"""What several deliveries ask for at the same moment: one statement for all of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Row, bindparam, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.content import fingerprint
from publishers.engine import many
from publishers.engine.contract import Receipt
from publishers.engine.many import Arming, Divided, Moving, Opened, Proof, Value
from publishers.engine.model import SYSTEM, Delivery
from publishers.engine.ports import Step, VaultError
from storage import moves, tables
from storage.accounts import account_of
from storage.fencing import DONE, arming, preparing, receiving
from storage.ledger import Ledger
from storage.moving import MOVE, binds
from storage.steps import STEPS, step_of
from storage.vault import Vault

_ACCOUNT = tables.account
_CREDENTIAL = tables.credential
_DELIVERY = tables.delivery
_RECEIPT = tables.receipt
_IDS: BindParameter[Any] = bindparam("b_ids", expanding=True)
_ACCOUNTS = (
    select(_ACCOUNT, _CREDENTIAL.c.sealed, _CREDENTIAL.c.renewed_at)
    .outerjoin(_CREDENTIAL, _CREDENTIAL.c.account_id == _ACCOUNT.c.id)
    .where(_ACCOUNT.c.id.in_(_IDS), _ACCOUNT.c.removed_at.is_(None))
)
_OF_DELIVERIES = STEPS.where(tables.step.c.delivery_id.in_(_IDS))
_DONE = ("b_delivery", "b_key", "b_at")
_ENDS = (
    select(_DELIVERY.c.id, _DELIVERY.c.omit, _RECEIPT.c.key, _RECEIPT.c.external_id, _RECEIPT.c.permalink)
    .outerjoin(_RECEIPT, _RECEIPT.c.delivery_id == _DELIVERY.c.id)
    .where(_DELIVERY.c.id.in_(_IDS))
    .order_by(_RECEIPT.c.place)
)


class Many(many.Many):
    def __init__(self, connection: AsyncConnection, ledger: Ledger, vault: Vault) -> None:
        self._connection = connection
        self._ledger = ledger
        self._vault = vault

    async def accounts(self, ids: Sequence[str]) -> Mapping[str, Opened]:
        rows = await self._connection.execute(_ACCOUNTS, {"b_ids": list(dict.fromkeys(ids))})
        return {row.id: self._opened(row) for row in rows}

    def _opened(self, row: Row[Any]) -> Opened:
        account = account_of(row)
        if row.sealed is None:
            return Opened(account)
        try:
            return Opened(account, self._vault.open(row.sealed), renewed_at=row.renewed_at)
        except VaultError:
            return Opened(account, unreadable=True)

    async def steps(self, delivery_ids: Sequence[str]) -> Mapping[str, Sequence[Step]]:
        found: defaultdict[str, list[Step]] = defaultdict(list)
        for row in await self._connection.execute(_OF_DELIVERIES, {"b_ids": list(delivery_ids)}):
            found[row.delivery_id].append(step_of(row))
        return found

    async def prepared(self, values: Sequence[Value]) -> None:
        rows = [
            {"b_delivery": each.delivery_id, "b_key": each.key, "b_value": each.value, "b_made_at": each.made_at}
            for each in values
        ]
        await self._connection.execute(preparing(self._connection.dialect.name), rows)

    async def arm(self, armings: Sequence[Arming]) -> None:
        rows = [
            {
                "b_delivery": each.delivery.id,
                "b_version": each.delivery.version,
                "b_key": each.key,
                "b_mark": fingerprint(each.mark),
                "b_at": each.at,
            }
            for each in armings
        ]
        try:
            result = await self._connection.execute(arming(self._connection.dialect.name), rows)
        except IntegrityError as error:
            raise Divided from error
        if result.rowcount != len(rows):
            raise Divided

    async def receive(self, proofs: Sequence[Proof]) -> None:
        rows = [
            {
                "b_delivery": each.delivery_id,
                "b_key": each.key,
                "b_id": each.receipt.id,
                "b_permalink": each.receipt.permalink,
                "b_at": each.at,
            }
            for each in proofs
        ]
        try:
            await self._connection.execute(receiving(self._connection.dialect.name), rows)
        except IntegrityError as error:
            raise Divided from error
        await self._connection.execute(DONE, [{name: row[name] for name in _DONE} for row in rows])

    async def move(self, moving: Sequence[Moving], at: datetime) -> Sequence[Delivery]:
        for each in moving:
            moves.check(each.delivery, each.move)
        after = [moves.moved(each.delivery, each.move, actor=SYSTEM, at=at) for each in moving]
        rows = [binds(each.delivery, new, each.move, SYSTEM, at) for each, new in zip(moving, after, strict=True)]
        if (await self._connection.execute(MOVE, rows)).rowcount != len(rows):
            raise Divided
        ids = [each.delivery.id for each in moving]
        receipts: defaultdict[str, tuple[Receipt, ...]] = defaultdict(tuple)
        omitted = set()
        for row in await self._connection.execute(_ENDS, {"b_ids": ids}):
            omitted |= {row.id} if row.omit else set()
            receipts[row.id] += () if row.key is None else (Receipt(row.external_id, row.permalink),)
        after = [replace(new, omit=new.id in omitted, receipts=receipts.get(new.id, ())) for new in after]
        pairs = zip(moving, after, strict=True)
        events = [event for each, new in pairs for event in moves.events(each.delivery, new, each.move)]
        self._ledger.append(events, actor=SYSTEM, at=at)
        return after
