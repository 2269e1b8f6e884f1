"""Repeats: what may say the same to the same account, and where the drafts of one family went."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.likeness import SHARED, Gist
from publishers.engine import repeats
from publishers.engine.decisions import UNSURE
from publishers.engine.model import Delivery, DeliveryStatus, Draft, DraftStatus, Wait
from publishers.engine.repeats import ACTIVE, Earlier
from storage import tables
from storage.columns import UtcTime
from storage.drafts import Drafts
from storage.reading import these

_S = DeliveryStatus
_DELIVERY = tables.delivery
_DRAFT = tables.draft
_GIST = tables.gist
_MOST = 3
"""To be read in full: the newest of those that may be alike."""


def _similar() -> Select[Any]:
    key = _GIST.c.key
    exact = func.max(case((key == bindparam("b_exact", type_=key.type), 1), else_=0))
    found = (
        select(_GIST.c.delivery_id, exact.label("exact"))
        .where(_GIST.c.account_id == bindparam("b_account"), key.in_(bindparam("b_keys", expanding=True)))
        .group_by(_GIST.c.delivery_id)
        .having(or_(exact == 1, func.count() >= SHARED))
        .subquery()
    )
    since = _DELIVERY.c.moved_at >= bindparam("b_since", type_=UtcTime)
    counts = or_(_DELIVERY.c.status.in_(ACTIVE), and_(_DELIVERY.c.status == _S.PUBLISHED, since))
    real = or_(~_DELIVERY.c.simulated, bindparam("b_simulated", type_=_DELIVERY.c.simulated.type))
    query = select(_DELIVERY.c.id, _DELIVERY.c.moved_at, found.c.exact)
    query = query.join_from(_DELIVERY, found, found.c.delivery_id == _DELIVERY.c.id)
    query = query.where(counts, real, ~_DELIVERY.c.dry_run)
    return query.order_by(found.c.exact.desc(), _DELIVERY.c.moved_at.desc(), _DELIVERY.c.id).limit(_MOST)


_SIMILAR = _similar()


class Repeats(repeats.Repeats):
    def __init__(self, connection: AsyncConnection, drafts: Drafts) -> None:
        self._connection = connection
        self._drafts = drafts

    async def similar(self, account_id: str, gist: Gist, since: datetime, *, simulated: bool) -> list[Earlier]:
        if not gist.keys:
            return []
        binds = {
            "b_account": account_id,
            "b_exact": gist.exact,
            "b_keys": gist.keys,
            "b_since": since,
            "b_simulated": simulated,
        }
        rows = {row.id: row for row in await self._connection.execute(_SIMILAR, binds)}
        return [_earlier(each, rows[each.id]) for each in await these(self._connection, list(rows))]

    async def reached(self, origin_id: str) -> frozenset[str]:
        receipt = tables.receipt.c
        some = select(receipt.delivery_id).where(receipt.delivery_id == _DELIVERY.c.id).exists()
        went = or_(_DELIVERY.c.status != _S.SKIPPED, _DELIVERY.c.reason == UNSURE, some)
        family = select(_DRAFT.c.job_id).where(or_(_DRAFT.c.id == origin_id, _DRAFT.c.origin_id == origin_id))
        query = select(_DELIVERY.c.account_id).where(_DELIVERY.c.job_id.in_(family), went)
        return frozenset(await self._connection.scalars(query))

    async def following(self, origin_id: str) -> Draft | None:
        pending = and_(_DRAFT.c.origin_id == origin_id, _DRAFT.c.status == DraftStatus.PENDING)
        found = await self._connection.scalar(select(_DRAFT.c.id).where(pending))
        return None if found is None else await self._drafts.draft(found)


def _earlier(delivery: Delivery, row: Row[Any]) -> Earlier:
    hour = delivery.due_at if delivery.wait is Wait.HOUR else None
    at = row.moved_at if delivery.status is _S.PUBLISHED else hour
    return Earlier(delivery.adapted, delivery.status, bool(row.exact), at, delivery.permalink)
