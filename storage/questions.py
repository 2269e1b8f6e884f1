"""Questions: what the bot asked a person, until the next message answers it."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from publishers.engine import people as people_ports
from publishers.engine.people import Question
from storage import tables
from storage.upsert import upsert

_QUESTION = tables.question


class Questions(people_ports.Questions):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def ask(self, chat_id: int, person_id: int, question: Question, at: datetime) -> None:
        asked = {"kind": question.kind, "subject": question.subject, "asked_at": at}
        statement = upsert(self._connection.dialect.name, _QUESTION).values(
            chat_id=chat_id, person_id=person_id, **asked
        )
        keys = ["chat_id", "person_id"]
        await self._connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=asked))

    async def open(self, chat_id: int, person_id: int) -> Question | None:
        query = select(_QUESTION.c.kind, _QUESTION.c.subject).where(_of(chat_id, person_id))
        row = (await self._connection.execute(query)).first()
        return None if row is None else Question(row.kind, row.subject)

    async def close(self, chat_id: int, person_id: int) -> None:
        await self._connection.execute(delete(_QUESTION).where(_of(chat_id, person_id)))


def _of(chat_id: int, person_id: int) -> ColumnElement[bool]:
    return (_QUESTION.c.chat_id == chat_id) & (_QUESTION.c.person_id == person_id)
