"""Steps: prepared values, and the fence around what becomes public."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, delete, func, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.content import fingerprint
from publishers.engine import ports
from publishers.engine.contract import Receipt
from publishers.engine.model import Delivery
from publishers.engine.ports import MarkTaken, Step, Stopped
from storage import tables
from storage.columns import UtcTime
from storage.fencing import DONE, arming, receiving

_STEP = tables.step
_RECEIPT = tables.receipt
_SAME = (_RECEIPT.c.delivery_id == _STEP.c.delivery_id) & (_RECEIPT.c.key == _STEP.c.key)
STEPS = select(_STEP, _RECEIPT.c.external_id, _RECEIPT.c.permalink).outerjoin(_RECEIPT, _SAME)

_OURS = _STEP.c.delivery_id == bindparam("b_delivery")
_IS = and_(_OURS, _STEP.c.key == bindparam("b_key"))
_IS_ARMED = and_(_OURS, _STEP.c.armed_at.is_not(None), _STEP.c.received_at.is_(None))
_KEPT = or_(_STEP.c.value.is_not(None), _STEP.c.armed_at.is_not(None))
_STEP_OF = STEPS.where(_IS, _KEPT)
_ARMED = STEPS.where(_IS_ARMED, _KEPT)
_FORGET = delete(_STEP).where(_IS, _STEP.c.armed_at.is_(None))
_DISARM = (
    update(_STEP)
    .where(_IS, _STEP.c.received_at.is_(None))
    .values(mark=None, place=None, armed_at=None, denied=False, refused=False)
)
_REFUSE = update(_STEP).where(_IS_ARMED, _STEP.c.key == bindparam("b_key")).values(refused=True)
_DENY = update(_STEP).where(_IS_ARMED).values(denied=True)
_TAKEN = select(_RECEIPT.c.external_id).where(
    _RECEIPT.c.account_id == bindparam("b_account"), _RECEIPT.c.external_id.is_not(None)
)
_UNNAMED = (
    select(func.count())
    .select_from(_STEP)
    .join(_RECEIPT, _SAME)
    .where(_STEP.c.mark == bindparam("b_mark"), _RECEIPT.c.external_id.is_(None))
    .where(_RECEIPT.c.received_at >= bindparam("b_since", type_=UtcTime))
)


class StepLog(ports.StepLog):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def step(self, delivery_id: str, key: str) -> Step | None:
        return await self._one(_STEP_OF, {"b_delivery": delivery_id, "b_key": key})

    async def armed(self, delivery_id: str) -> Step | None:
        return await self._one(_ARMED, {"b_delivery": delivery_id})

    async def forget(self, delivery_id: str, key: str) -> None:
        await self._connection.execute(_FORGET, {"b_delivery": delivery_id, "b_key": key})

    async def arm(self, delivery: Delivery, key: str, mark: str, at: datetime) -> None:
        """One statement, so that nothing can come between the guard and the fence."""
        binds = {
            "b_delivery": delivery.id,
            "b_version": delivery.version,
            "b_key": key,
            "b_mark": fingerprint(mark),
            "b_at": at,
        }
        try:
            result = await self._connection.execute(arming(self._connection.dialect.name), binds)
        except IntegrityError as error:
            if "mark" in str(error.orig):
                raise MarkTaken from error
            raise
        if result.rowcount != 1:
            raise Stopped

    async def disarm(self, delivery_id: str, key: str) -> None:
        await self._connection.execute(_DISARM, {"b_delivery": delivery_id, "b_key": key})

    async def receive(self, delivery_id: str, key: str, receipt: Receipt, at: datetime) -> None:
        """Safe to repeat: a second time it changes nothing. An id that is another's already is refused."""
        binds = {
            "b_delivery": delivery_id,
            "b_key": key,
            "b_id": receipt.id,
            "b_permalink": receipt.permalink,
            "b_at": at,
        }
        await self._connection.execute(receiving(self._connection.dialect.name), binds)
        done = {"b_delivery": delivery_id, "b_key": key, "b_at": at}
        await self._connection.execute(DONE, done)

    async def linked(self, delivery_id: str, receipt: Receipt) -> None:
        bare = (_RECEIPT.c.delivery_id == delivery_id) & _RECEIPT.c.permalink.is_(None)
        ours = _RECEIPT.c.external_id == receipt.id
        await self._connection.execute(update(_RECEIPT).where(bare, ours).values(permalink=receipt.permalink))

    async def refuse(self, delivery_id: str, key: str) -> None:
        await self._connection.execute(_REFUSE, {"b_delivery": delivery_id, "b_key": key})

    async def deny(self, delivery_id: str) -> None:
        await self._connection.execute(_DENY, {"b_delivery": delivery_id})

    async def taken(self, account_id: str) -> frozenset[str]:
        return frozenset(await self._connection.scalars(_TAKEN, {"b_account": account_id}))

    async def unnamed(self, mark: str, since: datetime) -> int:
        binds = {"b_mark": fingerprint(mark), "b_since": since}
        found: int = (await self._connection.execute(_UNNAMED, binds)).scalar_one()
        return found

    async def _one(self, query: Select[Any], binds: Mapping[str, str]) -> Step | None:
        row = (await self._connection.execute(query, binds)).first()
        return None if row is None else step_of(row)


def step_of(row: Row[tuple[object, ...]]) -> Step:
    return Step(
        key=row.key,
        value=row.value,
        made_at=row.made_at,
        armed_at=row.armed_at,
        receipt=None if row.received_at is None else Receipt(row.external_id, row.permalink),
        denied=row.denied,
        refused=row.refused,
    )
