"""Which of our messages stands for what: cards and previews of a draft, live messages and alerts of a job; old ones."""

from sqlalchemy import ScalarSelect, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import tables
from storage.upsert import upsert

DRAFT = "draft"
JOB = "job"
PREVIEW = "preview"
"""Beside the draft: the account it is about."""


async def bind(connection: AsyncConnection, kind: str, chat_id: int, message_id: int, entity_id: str) -> None:
    """From now on this message stands for this draft or job."""
    statement = upsert(connection.dialect.name, tables.message).values(
        kind=kind, chat_id=chat_id, message_id=message_id, entity_id=entity_id
    )
    keys = ["kind", "chat_id", "message_id"]
    await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_={"entity_id": entity_id}))


def bound(kind: str, chat_id: int, message_id: int) -> ScalarSelect[str]:
    """The id of the draft or job for which this message stands."""
    columns = tables.message.c
    return (
        select(columns.entity_id)
        .where(columns.kind == kind, columns.chat_id == chat_id, columns.message_id == message_id)
        .scalar_subquery()
    )
