"""Aliases: people who are mentioned in drafts, and what each network calls them."""

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from publishers.engine import people
from publishers.engine.people import Alias
from storage import tables
from storage.upsert import upsert

_ALIAS = tables.alias


class Aliases(people.Aliases):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def aliases(self) -> list[Alias]:
        rows = await self._connection.execute(select(_ALIAS).order_by(_ALIAS.c.name, _ALIAS.c.key))
        return [Alias(row.key, row.name, row.handles) for row in rows]

    async def keep(self, alias: Alias) -> None:
        kept = {"name": alias.name, "handles": dict(alias.handles)}
        statement = upsert(self._connection.dialect.name, _ALIAS).values({"key": alias.key, **kept})
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=kept))

    async def drop(self, key: str) -> bool:
        return (await self._connection.execute(delete(_ALIAS).where(_ALIAS.c.key == key))).rowcount == 1
