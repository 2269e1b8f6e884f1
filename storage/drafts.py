"""Drafts: what awaits a decision, one version at a time."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Row, bindparam, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.content import Content, Wording
from publishers.engine import ports
from publishers.engine.model import Actor, Draft, DraftStatus, Target
from storage import tables
from storage.ledger import Event, Ledger
from storage.messages import DRAFT, bind, bound
from storage.upsert import Upsert, upsert

_DRAFT = tables.draft
_PENDING = DraftStatus.PENDING
_CHANGING = ("version", "content", "pictured_by", "album", "targets", "dry_run")

_GUARDED = update(_DRAFT).where(
    _DRAFT.c.id == bindparam("b_id"), _DRAFT.c.version == bindparam("b_version"), _DRAFT.c.status == _PENDING
)
_DECIDED = ("status", "decided_by_id", "decided_by_name", "decided_at", "job_id")
_DECIDE = _GUARDED.values({name: bindparam(f"b_{name}", type_=_DRAFT.c[name].type) for name in _DECIDED})


@cache
def _adding(dialect: str) -> Upsert:
    return upsert(dialect, _DRAFT).on_conflict_do_nothing(index_elements=["chat_id", "source_id"])


class Drafts(ports.Drafts):
    def __init__(self, connection: AsyncConnection, ledger: Ledger) -> None:
        self._connection = connection
        self._ledger = ledger

    async def add(self, draft: Draft) -> bool:
        result = await self._connection.execute(_adding(self._connection.dialect.name), _columns(draft))
        if result.rowcount == 0:
            return False
        await self._bind(draft)
        event = Event("draft_added", "draft", draft.id, {"content": draft.content.digest})
        self._ledger.append([event], actor=draft.author, at=draft.created_at)
        return True

    async def draft(self, draft_id: str) -> Draft | None:
        return await self._one(_DRAFT.c.id == draft_id)

    async def by_message(self, chat_id: int, message_id: int) -> Draft | None:
        source = (_DRAFT.c.chat_id == chat_id) & (_DRAFT.c.source_id == message_id)
        return await self._one(or_(source, _DRAFT.c.id == bound(DRAFT, chat_id, message_id)))

    async def by_album(self, chat_id: int, album: str) -> Draft | None:
        return await self._one((_DRAFT.c.chat_id == chat_id) & (_DRAFT.c.album == album))

    async def pending(self, chat_id: int) -> list[Draft]:
        query = select(_DRAFT).where(_DRAFT.c.chat_id == chat_id, _DRAFT.c.status == _PENDING)
        rows = await self._connection.execute(query.order_by(_DRAFT.c.created_at, _DRAFT.c.source_id))
        return [_draft(row) for row in rows]

    async def change(
        self,
        draft: Draft,
        *,
        content: Content | None = None,
        pictured_by: Sequence[int] | None = None,
        album: str | None = None,
        targets: Sequence[Target] | None = None,
        dry_run: bool | None = None,
    ) -> Draft | None:
        changed = replace(
            draft,
            version=draft.version + 1,
            content=draft.content if content is None else content,
            pictured_by=draft.pictured_by if pictured_by is None else tuple(pictured_by),
            album=album or draft.album,
            targets=draft.targets if targets is None else tuple(targets),
            dry_run=draft.dry_run if dry_run is None else dry_run,
        )
        columns = _columns(changed)
        if not await self._guarded(draft, {name: columns[name] for name in _CHANGING}):
            return None
        await self._bind(changed)
        return changed

    async def decide(self, draft: Draft, *, actor: Actor, at: datetime, job_id: str | None) -> bool:
        status = DraftStatus.DISCARDED if job_id is None else DraftStatus.APPROVED
        decision = {
            "b_id": draft.id,
            "b_version": draft.version,
            "b_status": status,
            "b_decided_by_id": actor.id,
            "b_decided_by_name": actor.name,
            "b_decided_at": at,
            "b_job_id": job_id,
        }
        if (await self._connection.execute(_DECIDE, decision)).rowcount != 1:
            return False
        metadata = {"version": draft.version, "content": draft.content.digest, "job_id": job_id}
        self._ledger.append([Event(f"draft_{status}", "draft", draft.id, metadata)], actor=actor, at=at)
        return True

    async def carded(self, draft_id: str, *, card_id: int, version: int, seal: str) -> None:
        card = {"card_id": card_id, "card_version": version, "card_seal": seal}
        statement = update(_DRAFT).where(_DRAFT.c.id == draft_id).values(card)
        chat_id = (await self._connection.execute(statement.returning(_DRAFT.c.chat_id))).scalar_one_or_none()
        if chat_id is not None:
            await bind(self._connection, DRAFT, chat_id, card_id, draft_id)

    async def uncarded(self) -> list[Draft]:
        stale = or_(_DRAFT.c.card_id.is_(None), _DRAFT.c.card_version < _DRAFT.c.version)
        query = select(_DRAFT).where(_DRAFT.c.status == _PENDING, stale).order_by(_DRAFT.c.created_at)
        return [_draft(row) for row in await self._connection.execute(query)]

    async def last_targets(self, chat_id: int) -> tuple[Target, ...]:
        query = select(_DRAFT).where(_DRAFT.c.chat_id == chat_id, _DRAFT.c.decided_at.is_not(None))
        row = (await self._connection.execute(query.order_by(_DRAFT.c.decided_at.desc()).limit(1))).first()
        if row is None:
            return ()
        origin = None if row.origin_id is None else await self.draft(row.origin_id)
        last = _targets(row.targets)
        whole = origin is None or {each.account_id for each in origin.targets} <= {each.account_id for each in last}
        return last if whole or origin is None else origin.targets

    async def _bind(self, draft: Draft) -> None:
        """Every message of an album stands for its draft."""
        for message_id in draft.pictured_by:
            await bind(self._connection, DRAFT, draft.chat_id, message_id, draft.id)

    async def _one(self, condition: ColumnElement[bool]) -> Draft | None:
        """The newest: a message may stand for a draft that was approved, and for the one it became again."""
        query = select(_DRAFT).where(condition).order_by(_DRAFT.c.created_at.desc()).limit(1)
        row = (await self._connection.execute(query)).first()
        return None if row is None else _draft(row)

    async def _guarded(self, draft: Draft, values: dict[str, Any]) -> bool:
        """Write only if the draft is pending at exactly this version."""
        binds = {"b_id": draft.id, "b_version": draft.version}
        return (await self._connection.execute(_GUARDED.values(values), binds)).rowcount == 1


def _columns(draft: Draft) -> dict[str, Any]:
    decided_by = draft.decided_by
    return {
        "id": draft.id,
        "chat_id": draft.chat_id,
        "source_id": draft.source_id,
        "author_id": draft.author.id,
        "author_name": draft.author.name,
        "version": draft.version,
        "status": draft.status,
        "content": draft.content.dump(),
        "targets": [_target(target) for target in draft.targets],
        "created_at": draft.created_at,
        "album": draft.album,
        "pictured_by": list(draft.pictured_by),
        "dry_run": draft.dry_run,
        "card_id": draft.card_id,
        "card_version": draft.card_version,
        "card_seal": draft.card_seal,
        "decided_by_id": decided_by.id if decided_by else None,
        "decided_by_name": decided_by.name if decided_by else None,
        "decided_at": draft.decided_at,
        "job_id": draft.job_id,
        "origin_id": draft.origin_id,
    }


def _target(target: Target) -> dict[str, Any]:
    own = {"own": target.own.dump()} if target.own is not None else {}
    return {"account_id": target.account_id, "on": target.on, "format": target.format, **own}


def _draft(row: Row[Any]) -> Draft:
    return Draft(
        id=row.id,
        chat_id=row.chat_id,
        source_id=row.source_id,
        author=Actor(row.author_id, row.author_name),
        version=row.version,
        status=DraftStatus(row.status),
        content=Content.load(row.content),
        targets=_targets(row.targets),
        created_at=row.created_at,
        album=row.album,
        pictured_by=tuple(row.pictured_by),
        dry_run=row.dry_run,
        card_id=row.card_id,
        card_version=row.card_version,
        card_seal=row.card_seal,
        decided_by=None if row.decided_by_id is None else Actor(row.decided_by_id, row.decided_by_name),
        decided_at=row.decided_at,
        job_id=row.job_id,
        origin_id=row.origin_id,
    )


def _targets(stored: list[dict[str, Any]]) -> tuple[Target, ...]:
    return tuple(
        Target(**{**target, "own": Wording.load(target["own"]) if "own" in target else None}) for target in stored
    )
