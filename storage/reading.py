"""Deliveries as they are kept → as the engine knows them, with their adapted parts and receipts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.adapted import Adapted
from publishers.engine.contract import Receipt
from publishers.engine.errors import Needs
from publishers.engine.model import Delivery, DeliveryStatus, Wait
from storage import tables

_DELIVERY = tables.delivery
_ADAPTED = tables.adapted
_RECEIPT = tables.receipt
LINES = select(_DELIVERY, _ADAPTED.c.dump).join_from(_DELIVERY, _ADAPTED, _ADAPTED.c.delivery_id == _DELIVERY.c.id)
_RECEIPTS = (
    select(_RECEIPT.c.delivery_id, _RECEIPT.c.external_id, _RECEIPT.c.permalink)
    .where(_RECEIPT.c.delivery_id.in_(bindparam("b_ids", expanding=True)))
    .order_by(_RECEIPT.c.place)
)
Receipts = Mapping[str, tuple[Receipt, ...]]


async def deliveries(connection: AsyncConnection, condition: ColumnElement[bool]) -> list[Delivery]:
    """Those that fit, in the order of their jobs' lines."""
    return await lines(connection, LINES.where(condition).order_by(_DELIVERY.c.job_id, _DELIVERY.c.position), {})


async def lines(connection: AsyncConnection, query: Select[Any], binds: Mapping[str, Any]) -> list[Delivery]:
    """Those of a query over LINES, in its order."""
    return await complete(connection, (await connection.execute(query, binds)).all())


async def complete(connection: AsyncConnection, rows: Sequence[Row[Any]]) -> list[Delivery]:
    """Rows of LINES, with their receipts. What was never claimed has none."""
    receipts = await receipts_of(connection, [row.id for row in rows if row.started_at is not None])
    return [_delivery(row, receipts.get(row.id, ())) for row in rows]


async def receipts_of(connection: AsyncConnection, delivery_ids: Sequence[str]) -> Receipts:
    """By delivery, in the order in which their steps were armed."""
    if not delivery_ids:
        return {}
    found: defaultdict[str, tuple[Receipt, ...]] = defaultdict(tuple)
    for row in await connection.execute(_RECEIPTS, {"b_ids": list(delivery_ids)}):
        found[row.delivery_id] += (Receipt(row.external_id, row.permalink),)
    return found


def _delivery(row: Row[Any], receipts: tuple[Receipt, ...]) -> Delivery:
    return Delivery(
        id=row.id,
        job_id=row.job_id,
        account_id=row.account_id,
        platform=row.platform,
        account_name=row.account_name,
        adapted=Adapted.load(row.dump),
        status=DeliveryStatus(row.status),
        attempts=row.attempts,
        looks=row.looks,
        due_at=row.due_at,
        wait=None if row.wait is None else Wait(row.wait),
        needs=None if row.needs is None else Needs(row.needs),
        code=row.code,
        params=row.params,
        reason=row.reason,
        receipts=receipts,
        simulated=row.simulated,
        dry_run=row.dry_run,
        omit=row.omit,
        version=row.version,
        scheduled_at=row.scheduled_at,
        started_at=row.started_at,
    )
