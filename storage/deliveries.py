"""Deliveries: every way in which one can go on, each guarded, each with its row in the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, and_, bindparam, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.adapted import Adapted
from adapters.content import Content
from publishers.engine import ports
from publishers.engine.errors import Needs
from publishers.engine.gate import again
from publishers.engine.model import SYSTEM, Actor, Delivery, DeliveryStatus, Job, Move
from publishers.engine.ports import StoreUnavailable
from storage import moves, tables
from storage.columns import UtcTime
from storage.driver import BEHIND
from storage.gists import forget, keep
from storage.ledger import Event, Ledger
from storage.moving import MOVE, binds, opened
from storage.reading import LINES, complete, deliveries, lines, receipts_of

_S = DeliveryStatus
_DELIVERY = tables.delivery
_ACCOUNT = tables.account
_STEP = tables.step

_ALL = 2**31 - 1
_ORDER = (_DELIVERY.c.job_id, _DELIVERY.c.position)


def _due() -> Select[Any]:
    """`place` counts within each account."""
    columns = _DELIVERY.c
    ripe = and_(columns.status.in_([_S.WAITING, _S.UNCONFIRMED]), columns.ready_at <= bindparam("b_now", type_=UtcTime))
    place = func.row_number().over(partition_by=columns.account_id, order_by=(columns.ready_at, columns.id))
    due = (
        select(columns.id, place.label("place"))
        .where(columns.platform.in_(bindparam("b_platforms", expanding=True)))
        .where(or_(columns.status == _S.PENDING, ripe))
        .subquery()
    )
    slots = due.c.place <= bindparam("b_slots", type_=Integer)
    found = LINES.add_columns(due.c.place).join(due, due.c.id == columns.id).where(slots)
    return found.order_by(columns.ready_at, columns.id).limit(bindparam("b_most", type_=Integer))


def _renewed() -> Select[Any]:
    """Blocked for want of credentials that are there now."""
    renewed = select(_ACCOUNT.c.id).where(
        _ACCOUNT.c.id == _DELIVERY.c.account_id,
        _ACCOUNT.c.credentials_version > _DELIVERY.c.credentials_version,
        _ACCOUNT.c.usable,
        _ACCOUNT.c.removed_at.is_(None),
    )
    blocked = and_(_DELIVERY.c.status == _S.BLOCKED, _DELIVERY.c.needs == Needs.AUTHORIZATION)
    return LINES.where(blocked, renewed.exists()).order_by(*_ORDER)


_DUE = _due()
_RENEWED = _renewed()
_OPEN_JOB, _OPEN, _OPEN_ADAPTED = (
    insert(table).execution_options(**{BEHIND: True}) for table in (tables.job, _DELIVERY, tables.adapted)
)


class Deliveries(ports.Deliveries):
    def __init__(self, connection: AsyncConnection, ledger: Ledger) -> None:
        self._connection = connection
        self._ledger = ledger

    async def open(self, job: Job) -> None:
        await self._connection.execute(_OPEN_JOB, _job_columns(job))
        if job.deliveries:
            rows = [opened(delivery, place, job.approved_at) for place, delivery in enumerate(job.deliveries)]
            await self._connection.execute(_OPEN, rows)
            await self._connection.execute(_OPEN_ADAPTED, [_adapted(delivery) for delivery in job.deliveries])
            await keep(self._connection, job.deliveries, job.content)
        event = Event("job_opened", "job", job.id, {"draft_id": job.draft_id, "deliveries": len(job.deliveries)})
        self._ledger.append([event], actor=job.approved_by, at=job.approved_at)

    async def due(
        self, now: datetime, slots: Mapping[str, int], most: int, *, taken: Mapping[str, int] = ports.NONE
    ) -> list[Delivery]:
        """Of each account, as many rows fall out here as are taken; more where platforms have unlike slots."""
        even = len(set(slots.values())) == 1
        binds = {
            "b_now": now,
            "b_platforms": list(slots),
            "b_slots": max(slots.values(), default=0),
            "b_most": most + sum(taken.values()) if even else _ALL,
        }
        rows = await self._connection.execute(_DUE, binds)
        free = [row for row in rows if row.place <= slots[row.platform] - taken.get(row.account_id, 0)]
        return await complete(self._connection, free[:most])

    async def move(self, delivery: Delivery, move: Move, *, actor: Actor, at: datetime) -> Delivery | None:
        moves.check(delivery, move)
        after = moves.moved(delivery, move, actor=actor, at=at)
        statement = MOVE.returning(_DELIVERY.c.omit)
        row = (await self._connection.execute(statement, binds(delivery, after, move, actor, at))).first()
        if row is None:
            return None
        receipts = await receipts_of(self._connection, [delivery.id])
        after = replace(after, omit=row.omit, receipts=receipts.get(delivery.id, ()))
        self._ledger.append(moves.events(delivery, after, move), actor=actor, at=at)
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
        self._ledger.append(events, actor=SYSTEM, at=at)
        return [after for _, after, _ in done]

    async def omit(self, delivery_id: str) -> None:
        running = (_DELIVERY.c.id == delivery_id) & (_DELIVERY.c.status == _S.PUBLISHING)
        await self._connection.execute(update(_DELIVERY).where(running).values(omit=True, unshown=True))

    async def recover(self, at: datetime) -> int:
        armed = select(_STEP.c.delivery_id).where(_STEP.c.armed_at.is_not(None), _STEP.c.received_at.is_(None))
        doubtful = frozenset(await self._connection.scalars(armed))
        found = await deliveries(self._connection, _DELIVERY.c.status == _S.PUBLISHING)
        look, again = Move(_S.UNCONFIRMED, due_at=at, reason="recovered"), Move(_S.PENDING, reason="recovered")
        planned = [(delivery, look if delivery.id in doubtful else again) for delivery in found]
        return len(await self.move_all(planned, at))

    async def release(self, at: datetime) -> list[str]:
        found = await lines(self._connection, _RENEWED, {})
        released = await self.move_all([(delivery, again(delivery, at, "authorized")) for delivery in found], at)
        return list(dict.fromkeys(delivery.job_id for delivery in released))

    async def delivery(self, delivery_id: str) -> Delivery | None:
        return next(iter(await deliveries(self._connection, _DELIVERY.c.id == delivery_id)), None)

    async def reword(self, delivery: Delivery, adapted: Adapted, *, actor: Actor, at: datetime) -> None:
        reworded = replace(delivery, adapted=adapted)
        named = tables.adapted.c.delivery_id == delivery.id
        content = select(tables.job.c.content).where(tables.job.c.id == delivery.job_id)
        kept = Content.load((await self._connection.execute(content)).scalar_one())
        await self._connection.execute(update(tables.adapted).where(named).values(_adapted(reworded)))
        await forget(self._connection, [delivery.id])
        await keep(self._connection, [reworded], kept)
        told = {"before": delivery.adapted.digest, "after": adapted.digest, "platform": delivery.platform}
        self._ledger.append([Event("delivery_reworded", "delivery", delivery.id, told)], actor=actor, at=at)


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
