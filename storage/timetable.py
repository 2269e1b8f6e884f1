"""The timetable: what waits for an hour, and which alarms are still to be set."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    or_,
    select,
    tuple_,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from publishers.engine import timetable
from publishers.engine.errors import Needs
from publishers.engine.model import Delivery, DeliveryStatus, Job, Wait
from publishers.engine.timetable import Ring
from storage import tables
from storage.columns import EPOCH, UtcTime
from storage.driver import BEHIND
from storage.jobs import Jobs
from storage.reading import deliveries

_DELIVERY = tables.delivery
_JOB = tables.job
_WAITS = and_(_DELIVERY.c.status == DeliveryStatus.WAITING, _DELIVERY.c.wait == Wait.HOUR)
_UNCHECKED = or_(_DELIVERY.c.checked_for.is_(None), _DELIVERY.c.checked_for != _DELIVERY.c.due_at)
_LATE = and_(_DELIVERY.c.status == DeliveryStatus.BLOCKED, _DELIVERY.c.needs == Needs.HOUR)
_HOUR = and_(_WAITS, _UNCHECKED).label("hour")
_RING = select(_DELIVERY.c.id, _DELIVERY.c.version, _DELIVERY.c.ready_at, _HOUR, _DELIVERY.c.unalarmed)
_MOST: BindParameter[int] = bindparam("b_most", type_=Integer)
_UNALARMED = (
    _RING.where(_DELIVERY.c.unalarmed, _DELIVERY.c.ready_at.is_not(None)).order_by(_DELIVERY.c.ready_at).limit(_MOST)
)
_UNALARMED_BEFORE = _UNALARMED.where(_DELIVERY.c.ready_at < bindparam("b_before", type_=UtcTime))


def _moving() -> Select[Any]:
    """Each state in the order of its index; doubts are few."""
    place = tuple_(_DELIVERY.c.ready_at, _DELIVERY.c.id)
    later = place > tuple_(bindparam("b_at", type_=UtcTime), bindparam("b_id"))
    states = (DeliveryStatus.WAITING, DeliveryStatus.UNCONFIRMED)
    parts = (_RING.where(_DELIVERY.c.status == state, later) for state in states)
    both = union_all(
        *(select(part.order_by(_DELIVERY.c.ready_at, _DELIVERY.c.id).limit(_MOST).subquery()) for part in parts)
    ).subquery()
    return select(both).order_by(both.c.ready_at, both.c.id).limit(_MOST)


_MOVING = _moving()
_ALARMED = (
    update(_DELIVERY)
    .where(_DELIVERY.c.id == bindparam("b_id"), _DELIVERY.c.version == bindparam("b_version"))
    .values(unalarmed=False)
    .execution_options(**{BEHIND: True})
)


class Timetable(timetable.Timetable):
    def __init__(self, connection: AsyncConnection, jobs: Jobs) -> None:
        self._connection = connection
        self._jobs = jobs

    async def unalarmed(self, most: int, before: datetime | None = None) -> list[Ring]:
        query = _UNALARMED if before is None else _UNALARMED_BEFORE
        return await self._rings(query, {"b_most": most, "b_before": before})

    async def alarmed(self, rings: Sequence[Ring]) -> None:
        binds = [{"b_id": ring.delivery_id, "b_version": ring.version} for ring in rings if not ring.known]
        if binds:
            await self._connection.execute(_ALARMED, binds)

    async def moving(self, after: Ring | None, most: int) -> list[Ring]:
        at, name = (EPOCH, "") if after is None else (after.ready_at, after.delivery_id)
        return await self._rings(_MOVING, {"b_at": at, "b_id": name, "b_most": most})

    async def _rings(self, query: Select[Any], binds: dict[str, Any]) -> list[Ring]:
        rows = await self._connection.execute(query, binds)
        return [Ring(row.id, row.version, row.ready_at, bool(row.hour), not row.unalarmed) for row in rows]

    async def to_check(self, since: datetime, until: datetime) -> list[str]:
        columns = _DELIVERY.c
        query = select(columns.account_id).where(_unchecked(since, until)).group_by(columns.account_id)
        return list(await self._connection.scalars(query.order_by(func.min(columns.ready_at), columns.account_id)))

    async def unchecked(self, account_id: str, since: datetime, until: datetime, most: int) -> list[Delivery]:
        columns = _DELIVERY.c
        query = select(columns.id).where(_unchecked(since, until), columns.account_id == account_id)
        rows = await self._connection.scalars(query.order_by(columns.ready_at, columns.id).limit(most))
        found = list(rows)
        lines = await deliveries(self._connection, columns.id.in_(found))
        return sorted(lines, key=lambda delivery: found.index(delivery.id))

    async def checked(self, delivery: Delivery) -> None:
        ours = and_(_DELIVERY.c.id == delivery.id, _DELIVERY.c.version == delivery.version)
        done = {"checked_for": delivery.due_at, "unalarmed": True}
        await self._connection.execute(update(_DELIVERY).where(ours).values(done))

    async def scheduled(self, chat_id: int, most: int, skip: int = 0) -> list[Job]:
        return await self._of(and_(_WAITS, _JOB.c.chat_id == chat_id), most, skip)

    async def count_scheduled(self, chat_id: int) -> int:
        query = select(func.count(_DELIVERY.c.job_id.distinct())).join_from(_DELIVERY, _JOB)
        found: int = (await self._connection.execute(query.where(_WAITS, _JOB.c.chat_id == chat_id))).scalar_one()
        return found

    async def late(self, chat_id: int | None = None) -> list[Job]:
        return await self._of(_LATE if chat_id is None else and_(_LATE, _JOB.c.chat_id == chat_id), 1000, 0)

    async def _of(self, condition: ColumnElement[bool], most: int, skip: int) -> list[Job]:
        """Jobs by the first hour of the deliveries that fit."""
        hour = func.min(_DELIVERY.c.scheduled_at)
        query = select(_JOB.c.id).join_from(_DELIVERY, _JOB).where(condition).group_by(_JOB.c.id)
        found = list(await self._connection.scalars(query.order_by(hour, _JOB.c.id).offset(skip).limit(most)))
        jobs = await self._jobs.these(found)
        return sorted(jobs, key=lambda job: found.index(job.id))


def _unchecked(since: datetime, until: datetime) -> ColumnElement[bool]:
    return and_(_WAITS, _UNCHECKED, _DELIVERY.c.ready_at >= since, _DELIVERY.c.ready_at <= until)
