"""The timetable: what waits for an hour, and which alarms are still to be set."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from publishers.engine import timetable
from publishers.engine.errors import Needs
from publishers.engine.model import Delivery, DeliveryStatus, Job, Wait
from publishers.engine.timetable import Ring
from storage import tables
from storage.jobs import Jobs
from storage.reading import deliveries

_DELIVERY = tables.delivery
_JOB = tables.job
_WAITS = and_(_DELIVERY.c.status == DeliveryStatus.WAITING, _DELIVERY.c.wait == Wait.HOUR)
_UNCHECKED = or_(_DELIVERY.c.checked_for.is_(None), _DELIVERY.c.checked_for != _DELIVERY.c.due_at)
_LATE = and_(_DELIVERY.c.status == DeliveryStatus.BLOCKED, _DELIVERY.c.needs == Needs.HOUR)
_ALARMED = (
    update(_DELIVERY)
    .where(_DELIVERY.c.id == bindparam("b_id"), _DELIVERY.c.version == bindparam("b_version"))
    .values(unalarmed=False)
)


class Timetable(timetable.Timetable):
    def __init__(self, connection: AsyncConnection, jobs: Jobs) -> None:
        self._connection = connection
        self._jobs = jobs

    async def unalarmed(self, most: int) -> list[Ring]:
        columns = _DELIVERY.c
        hour = and_(_WAITS, _UNCHECKED).label("hour")
        query = select(columns.id, columns.version, columns.ready_at, hour)
        query = query.where(columns.unalarmed, columns.ready_at.is_not(None)).order_by(columns.ready_at).limit(most)
        rows = await self._connection.execute(query)
        return [Ring(row.id, row.version, row.ready_at, bool(row.hour)) for row in rows]

    async def alarmed(self, rings: Sequence[Ring]) -> None:
        binds = [{"b_id": ring.delivery_id, "b_version": ring.version} for ring in rings]
        await self._connection.execute(_ALARMED, binds)

    async def unalarm(self, after: datetime | None, most: int) -> datetime | None:
        status, ready = _DELIVERY.c.status, _DELIVERY.c.ready_at
        waiting = and_(status == DeliveryStatus.WAITING, ready.is_not(None) if after is None else ready > after)
        last = select(ready).where(waiting).order_by(ready).offset(most - 1).limit(1)
        end: datetime | None = await self._connection.scalar(last)
        these = waiting if end is None else and_(waiting, ready <= end)
        doubts = and_(status == DeliveryStatus.UNCONFIRMED, ready.is_not(None))  # few: they last minutes
        await self._connection.execute(update(_DELIVERY).where(or_(these, doubts)).values(unalarmed=True))
        return end

    async def unchecked(self, until: datetime, most: int) -> list[Delivery]:
        columns = _DELIVERY.c
        query = select(columns.id).where(_WAITS, _UNCHECKED, columns.ready_at <= until)
        found = await self._connection.scalars(query.order_by(columns.ready_at).limit(most))
        lines = await deliveries(self._connection, columns.id.in_(list(found)))
        return sorted(lines, key=lambda delivery: (delivery.due_at is None, delivery.due_at))

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
