"""Notices: messages of ours that stand for something of the whole chat, one of a kind."""

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from publishers.engine import people
from publishers.engine.people import Notice
from storage import tables
from storage.upsert import upsert

_NOTICE = tables.notice


class Notices(people.Notices):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def notice(self, chat_id: int, kind: str) -> Notice | None:
        row = (await self._connection.execute(select(_NOTICE).where(_is(chat_id, kind)))).first()
        return None if row is None else Notice(row.message_id, row.digest)

    async def noticed(self, chat_id: int, kind: str, notice: Notice) -> None:
        said = {"message_id": notice.message_id, "digest": notice.digest}
        statement = upsert(self._connection.dialect.name, _NOTICE).values(chat_id=chat_id, kind=kind, **said)
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["chat_id", "kind"], set_=said))

    async def of_kind(self, start: str) -> list[tuple[int, str, Notice]]:
        query = select(_NOTICE).where(_NOTICE.c.kind.startswith(start, autoescape=True))
        rows = await self._connection.execute(query.order_by(_NOTICE.c.chat_id, _NOTICE.c.kind))
        return [(row.chat_id, row.kind, Notice(row.message_id, row.digest)) for row in rows]

    async def drop(self, chat_id: int, kind: str) -> None:
        await self._connection.execute(delete(_NOTICE).where(_is(chat_id, kind)))


def _is(chat_id: int, kind: str) -> ColumnElement[bool]:
    return and_(_NOTICE.c.chat_id == chat_id, _NOTICE.c.kind == kind)
