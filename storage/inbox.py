"""The inbox: every update of Telegram, kept before it is confirmed, handled once, answered at least once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from publishers.engine import people as people_ports
from publishers.engine.people import Letter
from storage import tables
from storage.upsert import upsert

_INBOX = tables.inbox


class Inbox(people_ports.Inbox):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def receive(self, updates: Sequence[dict[str, Any]], at: datetime) -> None:
        if not updates:
            return
        rows = [{"update_id": raw["update_id"], "raw": raw, "received_at": at} for raw in updates]
        statement = upsert(self._connection.dialect.name, _INBOX).on_conflict_do_nothing(index_elements=["update_id"])
        await self._connection.execute(statement, rows)

    async def unhandled(self) -> list[Letter]:
        return await self._open(_INBOX.c.handled_at.is_(None))

    async def handled(self, update_id: int, replies: Sequence[dict[str, Any]], at: datetime) -> bool:
        """Without replies it is answered by that."""
        done = {"handled_at": at, "replies": list(replies), "answered_at": None if replies else at}
        waiting = (_INBOX.c.update_id == update_id) & _INBOX.c.handled_at.is_(None)
        return (await self._connection.execute(update(_INBOX).where(waiting).values(done))).rowcount == 1

    async def blank(self, update_id: int) -> None:
        blanked = update(_INBOX).where(_INBOX.c.update_id == update_id).values(raw={"update_id": update_id})
        await self._connection.execute(blanked)

    async def unanswered(self) -> list[Letter]:
        return await self._open(_INBOX.c.handled_at.is_not(None))

    async def answered(self, update_id: int, at: datetime) -> None:
        await self._connection.execute(update(_INBOX).where(_INBOX.c.update_id == update_id).values(answered_at=at))

    async def offset(self) -> int | None:
        highest: int | None = await self._connection.scalar(select(func.max(_INBOX.c.update_id)))
        return highest

    async def purge(self, before: datetime) -> int:
        """Drop what was answered and came before. Telegram repeats an update for 24 h: keep at least that long."""
        old = _INBOX.c.answered_at.is_not(None) & (_INBOX.c.received_at < before)
        return (await self._connection.execute(delete(_INBOX).where(old))).rowcount

    async def _open(self, condition: ColumnElement[bool]) -> list[Letter]:
        query = select(_INBOX).where(_INBOX.c.answered_at.is_(None), condition)
        rows = await self._connection.execute(query.order_by(_INBOX.c.received_at, _INBOX.c.update_id))
        return [Letter(row.update_id, row.raw, row.replies) for row in rows]
