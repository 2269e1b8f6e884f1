"""Jobs: what was approved, where it stands, and what the chat was told of it."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.content import Content
from publishers.engine import jobs
from publishers.engine.model import Actor, Delivery, DeliveryStatus, Job, Wait
from storage import tables
from storage.messages import JOB, bind, bound
from storage.reading import deliveries

_S = DeliveryStatus
_JOB = tables.job
_DELIVERY = tables.delivery
UNFINISHED = (_S.PENDING, _S.PUBLISHING, _S.WAITING, _S.BLOCKED, _S.UNCONFIRMED)
RECENT = 50
"""How many of the last moved deliveries of an earlier life are looked at again: it may have died between a move and
the telling of it, having told of an earlier one."""


class Telling:
    """Which jobs this life has told of, until it has once listed those of which an earlier life may not have."""

    def __init__(self) -> None:
        self._told: set[str] | None = set()

    def tell(self, job_id: str) -> None:
        if self._told is not None:
            self._told.add(job_id)

    def untold(self, recent: Sequence[str]) -> set[str]:
        """Of these, the ones this life has not told of. From the second call on: none."""
        told, self._told = self._told, None
        return set() if told is None else set(recent) - told


class Jobs(jobs.Jobs):
    def __init__(self, connection: AsyncConnection, telling: Telling) -> None:
        self._connection = connection
        self._telling = telling

    async def job(self, job_id: str) -> Job | None:
        return next(iter(await self._load(_JOB.c.id == job_id)), None)

    async def by_message(self, chat_id: int, message_id: int) -> Job | None:
        return next(iter(await self._load(_JOB.c.id == bound(JOB, chat_id, message_id))), None)

    async def latest(self, chat_id: int, most: int = 20) -> list[Job]:
        newest = select(_JOB.c.id).where(_JOB.c.chat_id == chat_id)
        newest = newest.order_by(_JOB.c.approved_at.desc(), _JOB.c.id).limit(most)
        return await self._load(_JOB.c.id.in_(list(await self._connection.scalars(newest))))

    async def these(self, job_ids: Sequence[str]) -> list[Job]:
        """In no order that matters."""
        return await self._load(_JOB.c.id.in_(job_ids))

    async def open_jobs(self) -> list[str]:
        asleep = and_(_DELIVERY.c.status == _S.WAITING, _DELIVERY.c.wait == Wait.HOUR)  # told, and far from due
        unfinished = select(_DELIVERY.c.job_id).where(_DELIVERY.c.status.in_(UNFINISHED), not_(asleep))
        unshown = select(_DELIVERY.c.job_id).where(_DELIVERY.c.unshown)
        recent = select(_DELIVERY.c.job_id).order_by(_DELIVERY.c.moved_at.desc()).limit(RECENT)
        doubtful = self._telling.untold((await self._connection.scalars(recent)).all())
        wanted = or_(_JOB.c.id.in_(unfinished), _JOB.c.id.in_(unshown), _JOB.c.id.in_(doubtful))
        query = select(_JOB.c.id).where(wanted).order_by(_JOB.c.approved_at, _JOB.c.id)
        return list(await self._connection.scalars(query))

    async def shown(self, job_id: str, *, live_id: int, digest: str) -> None:
        await self._told(job_id, live_id, {"live_id": live_id, "live_digest": digest})
        shown = and_(_DELIVERY.c.job_id == job_id, _DELIVERY.c.unshown)
        await self._connection.execute(update(_DELIVERY).where(shown).values(unshown=False))
        self._telling.tell(job_id)

    async def alerted(self, job_id: str, *, alert_id: int, digest: str) -> None:
        await self._told(job_id, alert_id, {"alert_id": alert_id, "alert_digest": digest})

    async def _told(self, job_id: str, message_id: int, values: dict[str, Any]) -> None:
        statement = update(_JOB).where(_JOB.c.id == job_id).values(values).returning(_JOB.c.chat_id)
        chat_id = (await self._connection.execute(statement)).scalar_one_or_none()
        if chat_id is not None:
            await bind(self._connection, JOB, chat_id, message_id, job_id)

    async def digests(self, job_id: str) -> tuple[str | None, str | None]:
        query = select(_JOB.c.live_digest, _JOB.c.alert_digest).where(_JOB.c.id == job_id)
        row = (await self._connection.execute(query)).first()
        return (None, None) if row is None else (row.live_digest, row.alert_digest)

    async def tapped(self, job_id: str, at: datetime) -> None:
        await self._connection.execute(update(_JOB).where(_JOB.c.id == job_id).values(last_tap_at=at))

    async def _load(self, condition: ColumnElement[bool]) -> list[Job]:
        """Newest first."""
        query = select(_JOB).where(condition).order_by(_JOB.c.approved_at.desc(), _JOB.c.id)
        rows = (await self._connection.execute(query)).all()
        lines = await deliveries(self._connection, _DELIVERY.c.job_id.in_([row.id for row in rows])) if rows else []
        by_job = {job_id: tuple(group) for job_id, group in groupby(lines, key=lambda line: line.job_id)}
        return [_job(row, by_job.get(row.id, ())) for row in rows]


def _job(row: Row[Any], lines: tuple[Delivery, ...]) -> Job:
    return Job(
        id=row.id,
        draft_id=row.draft_id,
        chat_id=row.chat_id,
        content=Content.load(row.content),
        approved_by=Actor(row.approved_by_id, row.approved_by_name),
        approved_at=row.approved_at,
        dry_run=row.dry_run,
        deliveries=lines,
        live_id=row.live_id,
        alert_id=row.alert_id,
        last_tap_at=row.last_tap_at,
    )
