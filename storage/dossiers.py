"""What is kept about one person: told as it is, and erased where nothing else stands on it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.adapted import Adapted, Part
from adapters.content import Content
from publishers.engine import people as people_ports
from storage import tables
from storage.jobs import UNFINISHED

_DRAFT, _JOB, _DELIVERY, _INBOX = tables.draft, tables.job, tables.delivery, tables.inbox
_SECRET = frozenset(
    {"code_hash", "nonce_hash", "state_hash", "browser_hash", "sealed_ticket", "sealed_candidates", "sealed_typed"}
)
_NOBODY = "—"
_FORGOTTEN: Mapping[str, object] = {"raw": {}, "replies": []}


class Dossiers(people_ports.Dossiers):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def gather(self, person_id: int) -> dict[str, list[dict[str, Any]]]:
        jobs = _jobs(person_id)
        deliveries = select(_DELIVERY.c.id).where(_DELIVERY.c.job_id.in_(jobs))
        ledger, invitation, linking = tables.ledger.c, tables.invitation.c, tables.linking.c
        parts: Mapping[str, tuple[Table, ColumnElement[bool]]] = {
            "person": (tables.person, tables.person.c.id == person_id),
            "drafts": (_DRAFT, _drafts(person_id)),
            "jobs": (_JOB, _JOB.c.id.in_(jobs)),
            "deliveries": (_DELIVERY, _DELIVERY.c.id.in_(deliveries)),
            "adapted": (tables.adapted, tables.adapted.c.delivery_id.in_(deliveries)),
            "receipts": (tables.receipt, tables.receipt.c.delivery_id.in_(deliveries)),
            "invitations": (tables.invitation, or_(invitation.by_id == person_id, invitation.used_by_id == person_id)),
            "linkings": (tables.linking, linking.by_id == person_id),
            "ledger": (tables.ledger, ledger.actor_id == person_id),
        }
        return {name: await self._rows(*part) for name, part in parts.items()}

    async def _rows(self, table: Table, condition: ColumnElement[bool]) -> list[dict[str, Any]]:
        columns = [column for column in table.c if column.name not in _SECRET]
        rows = await self._connection.execute(select(*columns).where(condition).order_by(*table.primary_key.columns))
        return [{name: _plain(value) for name, value in row.items()} for row in rows.mappings()]

    async def unfinished(self, person_id: int) -> int:
        on_its_way = (_DELIVERY.c.job_id.in_(_jobs(person_id))) & _DELIVERY.c.status.in_(UNFINISHED)
        query = select(func.count(_DELIVERY.c.job_id.distinct())).where(on_its_way)
        return await self._connection.scalar(query) or 0

    async def erase(self, person_id: int) -> None:
        jobs = list(await self._connection.scalars(_jobs(person_id)))
        blank = Adapted("post", (Part("", ()),), None, ())
        theirs = select(_DELIVERY.c.id).where(_DELIVERY.c.job_id.in_(jobs))
        of_jobs, of_gists = tables.adapted.c.delivery_id.in_(theirs), tables.gist.c.delivery_id.in_(theirs)
        decided = _DRAFT.c.decided_by_id == person_id
        empty = Content("").dump()
        for statement in (
            delete(tables.gist).where(of_gists),
            update(tables.adapted).where(of_jobs).values(digest=blank.digest, dump=blank.dump()),
            update(_JOB).where(_JOB.c.id.in_(jobs)).values(content=empty),
            update(_JOB).where(_JOB.c.approved_by_id == person_id).values(approved_by_name=_NOBODY),
            delete(_DRAFT).where(_drafts(person_id), _DRAFT.c.job_id.is_(None)),
            update(_DRAFT).where(_drafts(person_id)).values(content=empty),
            update(_DRAFT).where(_DRAFT.c.author_id == person_id).values(author_name=_NOBODY),
            update(_DRAFT).where(decided).values(decided_by_name=_NOBODY),
            update(tables.invitation).where(tables.invitation.c.by_id == person_id).values(by_name=_NOBODY),
        ):
            await self._connection.execute(statement)
        await self._forget_own_words(person_id)
        await self._forget_letters(person_id)

    async def _forget_own_words(self, person_id: int) -> None:
        """Of the networks that were chosen only the choice stays."""
        query = select(_DRAFT.c.id, _DRAFT.c.targets).where(_drafts(person_id))
        for draft_id, targets in (await self._connection.execute(query)).all():
            if any("own" in target for target in targets):
                bare = [{name: value for name, value in target.items() if name != "own"} for target in targets]
                await self._connection.execute(update(_DRAFT).where(_DRAFT.c.id == draft_id).values(targets=bare))

    async def _forget_letters(self, person_id: int) -> None:
        """Of what came from them only the number stays, so that it is not taken twice."""
        answered = select(_INBOX.c.update_id, _INBOX.c.raw).where(_INBOX.c.answered_at.is_not(None))
        for update_id, raw in (await self._connection.execute(answered)).all():
            if _sender(raw) == person_id:
                mine = _INBOX.c.update_id == update_id
                await self._connection.execute(update(_INBOX).where(mine).values(**_FORGOTTEN))


def _drafts(person_id: int) -> ColumnElement[bool]:
    """What they wrote, and what was written in the chat with them."""
    return or_(_DRAFT.c.author_id == person_id, _DRAFT.c.chat_id == person_id)


def _jobs(person_id: int) -> Select[tuple[str]]:
    theirs = select(_DRAFT.c.id).where(_drafts(person_id))
    return select(_JOB.c.id).where(or_(_JOB.c.approved_by_id == person_id, _JOB.c.draft_id.in_(theirs)))


def _sender(raw: Mapping[str, Any]) -> int | None:
    parts: Sequence[Any] = [part for part in raw.values() if isinstance(part, dict)]
    senders = [part.get("from", {}).get("id") for part in parts]
    return next((sender for sender in senders if sender is not None), None)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
