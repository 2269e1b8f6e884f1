"""Retention: which working data is still kept by something, and the end of what is not."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    delete,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from publishers.engine import retention
from publishers.engine.model import DeliveryStatus, DraftStatus
from publishers.engine.retention import Keeps, Page, Prepared
from storage import tables
from storage.jobs import UNFINISHED

_NAMED = re.compile(r'"([0-9a-f]{64})"')
"""A hash as JSON has it, wherever it stands. Quotation marks inside a text are escaped, so no text can begin one; a
text that is nothing but a hash keeps a picture longer, which does no harm."""
_JOB = tables.job.c
_DELIVERY = tables.delivery.c
_DRAFT = tables.draft.c
_STEP = tables.step.c
_LEDGER = tables.ledger.c


class Retention(retention.Retention):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def mark(self) -> int:
        return await self._connection.scalar(select(func.max(_LEDGER.seq))) or 0

    async def over(self, keeps: Keeps, now: datetime, most: int) -> list[Prepared]:
        query = (
            select(_DELIVERY.job_id, _STEP.delivery_id, _STEP.key)
            .where(_DELIVERY.id == _STEP.delivery_id, _STEP.armed_at.is_(None))
            .where(~_kept(_DELIVERY.job_id, keeps, now))
            .limit(most)
        )
        return [Prepared(*row) for row in await self._connection.execute(query)]

    async def forget(self, values: Sequence[Prepared], since: int) -> int:
        moved = frozenset(await self._connection.scalars(_moved(since)))
        rows = [{"b_delivery": each.delivery_id, "b_key": each.key} for each in values if each.job_id not in moved]
        if not rows:
            return 0
        named = and_(_STEP.delivery_id == bindparam("b_delivery"), _STEP.key == bindparam("b_key"))
        unfenced = _STEP.armed_at.is_(None)
        return (await self._connection.execute(delete(tables.step).where(named, unfenced), rows)).rowcount

    async def of_jobs(self, keeps: Keeps, now: datetime, after: str, most: int) -> Page:
        query = select(_JOB.id, cast(_JOB.content, Text)).where(_JOB.id > after, _kept(_JOB.id, keeps, now))
        rows = (await self._connection.execute(query.order_by(_JOB.id).limit(most))).all()
        ids = [row.id for row in rows]
        return Page(
            _hashes(text for _, text in rows) | await self._adapted(_DELIVERY.job_id.in_(ids)), _last(ids, most)
        )

    async def of_drafts(self, keeps: Keeps, now: datetime, after: str, most: int) -> Page:
        discarded = and_(_DRAFT.status == DraftStatus.DISCARDED, _DRAFT.decided_at > _before(now, keeps.completed))
        kept = or_(_DRAFT.status == DraftStatus.PENDING, discarded)
        query = select(_DRAFT.id, cast(_DRAFT.content, Text)).where(_DRAFT.id > after, kept)
        rows = (await self._connection.execute(query.order_by(_DRAFT.id).limit(most))).all()
        return Page(_hashes(text for _, text in rows), _last([row.id for row in rows], most))

    async def of_answers(self) -> frozenset[str]:
        inbox = tables.inbox.c
        ungiven = and_(inbox.answered_at.is_(None), inbox.replies.is_not(None))
        return _hashes(await self._connection.scalars(select(cast(inbox.replies, Text)).where(ungiven)))

    async def revived(self, since: int) -> frozenset[str]:
        contents = select(cast(_JOB.content, Text)).where(_JOB.id.in_(_moved(since)))
        named = _hashes(await self._connection.scalars(contents))
        return named | await self._adapted(_DELIVERY.job_id.in_(_moved(since)))

    async def _adapted(self, condition: ColumnElement[bool]) -> frozenset[str]:
        """The prints of these deliveries."""
        dump = cast(tables.adapted.c.dump, Text)
        query = select(dump).where(tables.adapted.c.delivery_id == _DELIVERY.id, dump.like('%"sha256"%'), condition)
        return _hashes(await self._connection.scalars(query))


def _kept(job_id: ColumnElement[str], keeps: Keeps, now: datetime) -> ColumnElement[bool]:
    """Unfinished, or ended not long ago."""
    other = tables.delivery.alias("other").c
    unfinished = exists().where(other.job_id == job_id, other.status.in_(UNFINISHED))
    return or_(job_id.in_(_ended_lately(keeps, now)), unfinished)


def _ended_lately(keeps: Keeps, now: datetime) -> Select[str]:
    """Jobs that moved lately and are finished, as far as they still keep their working data."""
    line = tables.delivery.alias("line").c
    lately = tables.delivery.alias("lately").c
    moved = select(lately.job_id).where(lately.moved_at > _before(now, max(keeps.completed, keeps.failed)))
    ended = (
        select(
            line.job_id,
            func.max(line.moved_at).label("at"),
            func.max(_one_if(line.status == DeliveryStatus.FAILED)).label("failed"),
        )
        .where(line.job_id.in_(moved))
        .group_by(line.job_id)
        .having(func.max(_one_if(line.status.in_(UNFINISHED))) == 0)
        .subquery()
    )
    place = func.row_number().over(partition_by=ended.c.failed, order_by=(ended.c.at.desc(), ended.c.job_id))
    ranked = select(ended, place.label("place")).subquery()
    failed = and_(ranked.c.failed == 1, ranked.c.at > _before(now, keeps.failed))
    recent = and_(ranked.c.at > _before(now, keeps.completed), ranked.c.place <= keeps.completed_last)
    return select(ranked.c.job_id).where(or_(failed, and_(ranked.c.failed == 0, recent)))


def _one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _moved(since: int) -> Select[str]:
    """Jobs with a delivery of which the ledger has told since. Counted, not timed: clocks may jump."""
    told = select(_LEDGER.entity_id).where(_LEDGER.seq > since, _LEDGER.entity_type == "delivery")
    return select(_DELIVERY.job_id).where(_DELIVERY.id.in_(told))


def _before(now: datetime, span: timedelta) -> datetime:
    try:
        return now - span
    except OverflowError:
        return datetime.min.replace(tzinfo=UTC)


def _hashes(texts: Iterable[Any]) -> frozenset[str]:
    return frozenset(name for text in texts for name in _NAMED.findall(text))


def _last(ids: Sequence[str], most: int) -> str | None:
    return ids[-1] if len(ids) == most else None
