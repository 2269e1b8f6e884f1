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
from storage.columns import UtcTime
from storage.jobs import Jobs
from storage.reading import THESE, deliveries

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
_UNALARMED = (
    select(_DELIVERY.c.id, _DELIVERY.c.version, _DELIVERY.c.ready_at, and_(_WAITS, _UNCHECKED).label("hour"))
    .where(_DELIVERY.c.unalarmed, _DELIVERY.c.ready_at.is_not(None))
    .order_by(_DELIVERY.c.ready_at)
    .limit(bindparam("b_most"))
)
_IN_BETWEEN = and_(
    _WAITS,
    _UNCHECKED,
    _DELIVERY.c.ready_at >= bindparam("b_since", type_=UtcTime),
    _DELIVERY.c.ready_at <= bindparam("b_until", type_=UtcTime),
)
_TO_CHECK = (
    select(_DELIVERY.c.account_id)
    .where(_IN_BETWEEN)
    .group_by(_DELIVERY.c.account_id)
    .order_by(func.min(_DELIVERY.c.ready_at), _DELIVERY.c.account_id)
)
_OF_ACCOUNT = (
    select(_DELIVERY.c.id)
    .where(_IN_BETWEEN, _DELIVERY.c.account_id == bindparam("b_account"))
    .order_by(_DELIVERY.c.ready_at, _DELIVERY.c.id)
    .limit(bindparam("b_most"))
)


class Timetable(timetable.Timetable):
    def __init__(self, connection: AsyncConnection, jobs: Jobs) -> None:
        self._connection = connection
        self._jobs = jobs

    async def unalarmed(self, most: int) -> list[Ring]:
        rows = await self._connection.execute(_UNALARMED, {"b_most": most})
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

    async def to_check(self, since: datetime, until: datetime) -> list[str]:
        return list(await self._connection.scalars(_TO_CHECK, {"b_since": since, "b_until": until}))

    async def unchecked(self, account_id: str, since: datetime, until: datetime, most: int) -> list[Delivery]:
        binds = {"b_account": account_id, "b_since": since, "b_until": until, "b_most": most}
        found = list(await self._connection.scalars(_OF_ACCOUNT, binds))
        lines = await deliveries(self._connection, THESE, {"b_ids": found})
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
