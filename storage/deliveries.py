"""Deliveries: every way in which one can go on, each guarded, each with its row in the ledger."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from publishers.engine import ports
from publishers.engine.errors import Needs
from publishers.engine.gate import again
from publishers.engine.model import SYSTEM, Actor, Delivery, DeliveryStatus, Job, Move
from publishers.engine.ports import StoreUnavailable
from storage import moves, tables
from storage.columns import UtcTime
from storage.ledger import Event, Ledger
from storage.moving import MOVE, binds, opened
from storage.reading import THESE, deliveries, receipts_of, those

_S = DeliveryStatus
_DELIVERY = tables.delivery
_ACCOUNT = tables.account
_STEP = tables.step
_OPEN = (insert(tables.job), insert(_DELIVERY), insert(tables.adapted))
_MOVE_ONE = MOVE.returning(_DELIVERY.c.omit)
_OMIT = (
    update(_DELIVERY)
    .where(_DELIVERY.c.id == bindparam("b_id"), _DELIVERY.c.status == _S.PUBLISHING)
    .values(omit=True, unshown=True)
)
_ONE = those(_DELIVERY.c.id == bindparam("b_id"))
_CLAIMED = those(_DELIVERY.c.status == _S.PUBLISHING)
_DOUBTFUL = select(_STEP.c.delivery_id).where(_STEP.c.armed_at.is_not(None), _STEP.c.received_at.is_(None))


def _due() -> Select[Any]:
    """`place` counts within each platform."""
    columns = _DELIVERY.c
    ripe = and_(columns.status.in_([_S.WAITING, _S.UNCONFIRMED]), columns.ready_at <= bindparam("b_now", type_=UtcTime))
    place = func.row_number().over(partition_by=columns.platform, order_by=(columns.ready_at, columns.id))
    due = (
        select(columns.id, columns.platform, columns.ready_at, place.label("place"))
        .where(columns.platform.in_(bindparam("b_platforms", expanding=True)))
        .where(or_(columns.status == _S.PENDING, ripe))
        .subquery()
    )
    return select(due).where(due.c.place <= bindparam("b_most")).order_by(due.c.ready_at, due.c.id)


def _released() -> Select[Any]:
    """Blocked by credentials that have been renewed since."""
    renewed = select(_ACCOUNT.c.id).where(
        _ACCOUNT.c.id == _DELIVERY.c.account_id,
        _ACCOUNT.c.credentials_version > _DELIVERY.c.credentials_version,
        _ACCOUNT.c.usable,
        _ACCOUNT.c.removed_at.is_(None),
    )
    blocked = and_(_DELIVERY.c.status == _S.BLOCKED, _DELIVERY.c.needs == Needs.AUTHORIZATION)
    return those(and_(blocked, renewed.exists()))


_DUE, _RELEASED = _due(), _released()


class Deliveries(ports.Deliveries):
    def __init__(self, connection: AsyncConnection, ledger: Ledger) -> None:
        self._connection = connection
        self._ledger = ledger

    async def open(self, job: Job) -> None:
        job_row, delivery_rows, adapted_rows = _OPEN
        await self._connection.execute(job_row, _job_columns(job))
        if job.deliveries:
            rows = [opened(delivery, place, job.approved_at) for place, delivery in enumerate(job.deliveries)]
            await self._connection.execute(delivery_rows, rows)
            await self._connection.execute(adapted_rows, [_adapted(delivery) for delivery in job.deliveries])
        event = Event("job_opened", "job", job.id, {"draft_id": job.draft_id, "deliveries": len(job.deliveries)})
        await self._ledger.append([event], actor=job.approved_by, at=job.approved_at)

    async def due(self, now: datetime, free: Mapping[str, int], most: int) -> list[Delivery]:
        rows = await self._due(now, free, most)
        if not rows:
            return []
        order = {row.id: place for place, row in enumerate(rows)}
        found = await deliveries(self._connection, THESE, {"b_ids": list(order)})
        return sorted(found, key=lambda delivery: order[delivery.id])

    async def _due(self, now: datetime, free: Mapping[str, int], most: int) -> Sequence[Row[Any]]:
        platforms = [name for name, slots in free.items() if slots > 0]
        binds = {"b_now": now, "b_platforms": platforms, "b_most": max(free.values(), default=0)}
        rows = (await self._connection.execute(_DUE, binds)).all()
        return [row for row in rows if row.place <= free[row.platform]][:most]

    async def move(self, delivery: Delivery, move: Move, *, actor: Actor, at: datetime) -> Delivery | None:
        moves.check(delivery, move)
        after = moves.moved(delivery, move, actor=actor, at=at)
        row = (await self._connection.execute(_MOVE_ONE, binds(delivery, after, move, actor, at))).first()
        if row is None:
            return None
        receipts = await receipts_of(self._connection, [delivery.id])
        after = replace(after, omit=row.omit, receipts=receipts.get(delivery.id, ()))
        await self._ledger.append(moves.events(delivery, after, move), actor=actor, at=at)
        return after

    async def move_all(self, planned: Iterable[tuple[Delivery, Move]], at: datetime) -> list[Delivery]:
        done = [(before, moves.moved(before, move, actor=SYSTEM, at=at), move) for before, move in planned]
        for before, _, move in done:
            moves.check(before, move)
        if not done:
            return []
        rows = [binds(before, after, move, SYSTEM, at) for before, after, move in done]
        if (await self._connection.execute(MOVE, rows)).rowcount != len(done):
            raise StoreUnavailable("another writer moved the same deliveries")
        events = [event for before, after, move in done for event in moves.events(before, after, move)]
        await self._ledger.append(events, actor=SYSTEM, at=at)
        return [after for _, after, _ in done]

    async def omit(self, delivery_id: str) -> None:
        await self._connection.execute(_OMIT, {"b_id": delivery_id})

    async def recover(self, at: datetime) -> int:
        doubtful = frozenset(await self._connection.scalars(_DOUBTFUL))
        found = await deliveries(self._connection, _CLAIMED)
        look, again = Move(_S.UNCONFIRMED, due_at=at, reason="recovered"), Move(_S.PENDING, reason="recovered")
        planned = [(delivery, look if delivery.id in doubtful else again) for delivery in found]
        return len(await self.move_all(planned, at))

    async def release(self, at: datetime) -> list[str]:
        found = await deliveries(self._connection, _RELEASED)
        released = await self.move_all([(delivery, again(delivery, at, "authorized")) for delivery in found], at)
        return list(dict.fromkeys(delivery.job_id for delivery in released))

    async def delivery(self, delivery_id: str) -> Delivery | None:
        return next(iter(await deliveries(self._connection, _ONE, {"b_id": delivery_id})), None)


def _job_columns(job: Job) -> dict[str, Any]:
    return {
        "id": job.id,
        "draft_id": job.draft_id,
        "chat_id": job.chat_id,
        "content": job.content.dump(),
        "approved_by_id": job.approved_by.id,
        "approved_by_name": job.approved_by.name,
        "approved_at": job.approved_at,
        "dry_run": job.dry_run,
        "live_id": job.live_id,
        "alert_id": job.alert_id,
        "last_tap_at": job.last_tap_at,
    }


def _adapted(delivery: Delivery) -> dict[str, Any]:
    adapted = delivery.adapted
    return {"delivery_id": delivery.id, "digest": adapted.digest, "dump": adapted.dump()}
