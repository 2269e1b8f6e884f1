"""Repeats: what may say the same to the same account, and where the drafts of one family went."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, and_, bindparam, case, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.adapted import Adapted
from adapters.likeness import Gist, said
from publishers.engine import repeats
from publishers.engine.contract import Receipt
from publishers.engine.decisions import UNSURE
from publishers.engine.model import FINAL, DeliveryStatus, Draft, DraftStatus, Wait
from publishers.engine.repeats import ACTIVE, Earlier
from storage import tables
from storage.columns import UtcTime
from storage.drafts import Drafts
from storage.reading import receipts_of

_S = DeliveryStatus
_DELIVERY = tables.delivery
_DRAFT = tables.draft
_GIST = tables.gist
REACH = timedelta(days=90)
"""How long nobody may have tidied up."""
_MOST = 3
"""To be read in full, of one account."""


def _similar() -> Select[Any]:
    """Of each account those that have most in common. `same`: what was found in full, if anything was."""
    key = _GIST.c.key
    same = func.max(case((key.in_(bindparam("b_exact", expanding=True)), key)))
    found = (
        select(_GIST.c.account_id, _GIST.c.delivery_id, same.label("same"), func.count().label("shared"))
        .where(_GIST.c.account_id.in_(bindparam("b_accounts", expanding=True)))
        .where(key.in_(bindparam("b_keys", expanding=True)))
        .group_by(_GIST.c.account_id, _GIST.c.delivery_id)
        .subquery()
    )
    since = _DELIVERY.c.moved_at >= bindparam("b_since", type_=UtcTime)
    counts = or_(_DELIVERY.c.status.in_(ACTIVE), and_(_DELIVERY.c.status == _S.PUBLISHED, since))
    real = or_(~_DELIVERY.c.simulated, bindparam("b_simulated", type_=_DELIVERY.c.simulated.type))
    nearest = (found.c.same.is_(None), found.c.shared.desc(), _DELIVERY.c.moved_at.desc(), _DELIVERY.c.id)
    place = func.row_number().over(partition_by=found.c.account_id, order_by=nearest)
    facts = (_DELIVERY.c[name] for name in ("id", "account_id", "status", "wait", "due_at", "moved_at"))
    query = select(*facts, found.c.same, place.label("place"))
    query = query.join_from(found, _DELIVERY, found.c.delivery_id == _DELIVERY.c.id)
    ranked = query.where(counts, real, ~_DELIVERY.c.dry_run).subquery()
    return select(ranked).where(ranked.c.place <= _MOST).order_by(ranked.c.account_id, ranked.c.place)


_SIMILAR = _similar()
_SAID = select(tables.adapted).where(tables.adapted.c.delivery_id.in_(bindparam("b_ids", expanding=True)))


class Repeats(repeats.Repeats):
    def __init__(self, connection: AsyncConnection, drafts: Drafts) -> None:
        self._connection = connection
        self._drafts = drafts

    async def similar(
        self, gists: Mapping[str, Gist], since: datetime, *, simulated: bool
    ) -> Mapping[str, list[Earlier]]:
        asked = {account_id: gist for account_id, gist in gists.items() if gist.keys}
        if not asked:
            return {}
        binds = {
            "b_accounts": list(asked),
            "b_exact": list({gist.exact for gist in asked.values()}),
            "b_keys": list({key for gist in asked.values() for key in gist.keys}),
            "b_since": since,
            "b_simulated": simulated,
        }
        found: dict[str, list[Row[Any]]] = {}
        for row in await self._connection.execute(_SIMILAR, binds):
            found.setdefault(row.account_id, []).append(row)
        chosen = {account_id: _chosen(rows, asked[account_id]) for account_id, rows in found.items()}
        ids = [row.id for rows in chosen.values() for row in rows]
        texts, receipts = await self._said(ids), await receipts_of(self._connection, ids)
        return {
            account_id: [_earlier(row, asked[account_id], texts[row.id], receipts.get(row.id, ())) for row in rows]
            for account_id, rows in chosen.items()
        }

    async def _said(self, ids: Sequence[str]) -> dict[str, str]:
        rows = (await self._connection.execute(_SAID, {"b_ids": list(ids)})).all() if ids else []
        return {row.delivery_id: said(Adapted.load(row.dump)) for row in rows}

    async def purge(self, before: datetime) -> int:
        moved, over = _DELIVERY.c.moved_at, _DELIVERY.c.status.in_(FINAL)
        lately = and_(moved < before, moved >= before - REACH)  # what is older went in an earlier round
        old = select(_DELIVERY.c.id).where(lately, over)
        return (await self._connection.execute(delete(_GIST).where(_GIST.c.delivery_id.in_(old)))).rowcount

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


def _chosen(rows: Sequence[Row[Any]], gist: Gist) -> Sequence[Row[Any]]:
    """The newest that is the same, else all that may be nearly so."""
    return [row for row in rows if row.same == gist.exact][:1] or rows


def _earlier(row: Row[Any], gist: Gist, text: str, receipts: Sequence[Receipt]) -> Earlier:
    hour = row.due_at if row.wait == Wait.HOUR else None
    at = row.moved_at if row.status == _S.PUBLISHED else hour
    link = next((receipt.permalink for receipt in receipts if receipt.permalink), None)
    return Earlier(text, DeliveryStatus(row.status), row.same == gist.exact, at, link)
