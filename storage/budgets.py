"""What the accounts have used, and what their platforms say is left."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, bindparam, case, func, literal, literal_column, null, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from publishers.engine import budget
from publishers.engine.budget import Said, Usage
from publishers.engine.contract import COMMENT
from publishers.engine.model import DeliveryStatus
from publishers.engine.outside import Allowance
from storage import tables
from storage.columns import UtcTime
from storage.upsert import upsert

_S = DeliveryStatus
_DELIVERY = tables.delivery
_ADAPTED = tables.adapted
_RECEIPT = tables.receipt
_STEP = tables.step
_ALLOWANCE = tables.allowance
SPENT, RESERVED, QUEUED, SAID = "spent", "reserved", "queued", "said"
_NOW, _SINCE = bindparam("b_now", type_=UtcTime), bindparam("b_since", type_=UtcTime)
_LIMITED: Any = literal_column("delivery.wait = 'limit'")
"""Spelled out, as the partial index is."""
_RUNS = and_(_DELIVERY.c.status == _S.UNCONFIRMED, _DELIVERY.c.ready_at.is_not(None))
_COMING = or_(_DELIVERY.c.status == _S.PUBLISHING, _RUNS)
"""Goes on by itself, without asking for leave again."""

_STANDING = (_S.UNCONFIRMED, _S.BLOCKED, _S.PENDING)
"""Where something armed may wait for a person, or for its next claim."""


def _of(column: Any) -> Any:
    return column.in_(bindparam("b_accounts", expanding=True))


def _parts_left() -> Any:
    ours = and_(_RECEIPT.c.delivery_id == _DELIVERY.c.id, _RECEIPT.c.key != COMMENT)
    received = select(func.count()).where(ours).correlate(_DELIVERY)
    return func.json_array_length(_ADAPTED.c.dump["parts"]) - received.scalar_subquery()


def _used() -> Any:
    """(account, kind, moment, how many) and, of what the platform said, (name, most, when): one trip for everything."""
    unsaid = (null(), null(), null())
    said = select(
        _ALLOWANCE.c.account_id, literal(SAID).label("kind"), _ALLOWANCE.c.resets_at.label("at"),
        _ALLOWANCE.c.remaining.label("n"), _ALLOWANCE.c.name, _ALLOWANCE.c.most, _ALLOWANCE.c.seen_at,
    ).where(_of(_ALLOWANCE.c.account_id), _ALLOWANCE.c.resets_at > _NOW)  # fmt: skip
    spent = select(_RECEIPT.c.account_id, literal(SPENT), _RECEIPT.c.received_at, literal(1), *unsaid).where(
        _of(_RECEIPT.c.account_id), _RECEIPT.c.received_at > _SINCE, _RECEIPT.c.key != COMMENT
    )
    armed = and_(_STEP.c.armed_at.is_not(None), _STEP.c.received_at.is_(None), _STEP.c.key != COMMENT)
    doubted = (
        select(_DELIVERY.c.account_id, literal(SPENT), _STEP.c.armed_at, literal(1), *unsaid)
        .join_from(_STEP, _DELIVERY, _DELIVERY.c.id == _STEP.c.delivery_id)
        .where(_DELIVERY.c.status.in_(_STANDING), ~_RUNS, armed, _of(_DELIVERY.c.account_id))
    )
    opened = _DELIVERY.join(_ADAPTED, _ADAPTED.c.delivery_id == _DELIVERY.c.id)
    reserved = (
        select(_DELIVERY.c.account_id, literal(RESERVED), null(), _parts_left(), *unsaid)
        .select_from(opened)
        .where(_DELIVERY.c.status.in_([_S.PUBLISHING, _S.UNCONFIRMED]), _COMING)
        .where(_of(_DELIVERY.c.account_id), _DELIVERY.c.dry_run.is_(False))
    )
    queued = (
        select(_DELIVERY.c.account_id, literal(QUEUED), _DELIVERY.c.due_at, _parts_left(), *unsaid)
        .select_from(opened)
        .where(_LIMITED, _of(_DELIVERY.c.account_id), _DELIVERY.c.due_at > _NOW)
    )
    return union_all(said, spent, doubted, reserved, queued)


_USED = _used()


class Budgets(budget.Budgets):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def usage(self, account_ids: Collection[str], since: datetime, now: datetime) -> Mapping[str, Usage]:
        binds = {"b_accounts": list(account_ids), "b_since": since, "b_now": now}
        used: defaultdict[str, list[Row[Any]]] = defaultdict(list)
        for row in await self._connection.execute(_USED, binds):
            used[row.account_id].append(row)
        return {account_id: _usage(used[account_id]) for account_id in account_ids}

    async def saw(self, account_id: str, allowances: Iterable[Allowance], at: datetime) -> None:
        rows = [_row(account_id, allowance, at) for allowance in allowances]
        if not rows:
            return
        statement = upsert(self._connection.dialect.name, _ALLOWANCE)
        new, old = statement.excluded, _ALLOWANCE.c
        same = and_(old.resets_at == new.resets_at, old.remaining < new.remaining)
        kept: dict[str, Any] = {name: new[name] for name in ("most", "resets_at", "seen_at")}
        kept["remaining"] = case((same, old.remaining), else_=new.remaining)
        await self._connection.execute(
            statement.on_conflict_do_update(index_elements=["account_id", "name"], set_=kept), rows
        )


def _row(account_id: str, allowance: Allowance, at: datetime) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "name": allowance.name[:60],
        "most": allowance.most,
        "remaining": allowance.remaining,
        "resets_at": allowance.resets_at,
        "seen_at": at,
    }


def _said(row: Row[Any]) -> Said:
    return Said(Allowance(row.name, row.n, row.at, row.most), row.seen_at)


def _usage(rows: Sequence[Row[Any]]) -> Usage:
    return Usage(
        spent=_moments(rows, SPENT),
        reserved=sum(row.n for row in rows if row.kind == RESERVED),
        queued=_moments(rows, QUEUED),
        said=[_said(row) for row in rows if row.kind == SAID],
    )


def _moments(rows: Sequence[Row[Any]], kind: str) -> tuple[datetime, ...]:
    return tuple(sorted(row.at for row in rows if row.kind == kind for _ in range(row.n)))
