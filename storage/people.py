"""People: who may act, and the one-time code by which the first owner comes in."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from publishers.engine import people as people_ports
from publishers.engine.people import Person
from storage import tables
from storage.upsert import upsert

_PERSON = tables.person
_CODE = tables.owner_code
_QUESTION = tables.question
_INVITATION = tables.invitation
_LINKING = tables.linking
OWNER = "owner"


class People(people_ports.People):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def person(self, person_id: int) -> Person | None:
        row = (await self._connection.execute(select(_PERSON).where(_PERSON.c.id == person_id))).first()
        return None if row is None else _person(row)

    async def everyone(self) -> list[Person]:
        query = select(_PERSON).order_by(_PERSON.c.joined_at, _PERSON.c.id)
        return [_person(row) for row in await self._connection.execute(query)]

    async def owners(self) -> list[Person]:
        """The one who came first, first."""
        query = select(_PERSON).where(_PERSON.c.role == OWNER).order_by(_PERSON.c.joined_at, _PERSON.c.id)
        return [_person(row) for row in await self._connection.execute(query)]

    async def join(self, person: Person, at: datetime) -> None:
        """A language or a zone that was chosen stays unless another is given."""
        chosen = {"locale": person.locale, "zone": person.zone}
        changed = {"name": person.name, "role": person.role} | {name: each for name, each in chosen.items() if each}
        statement = upsert(self._connection.dialect.name, _PERSON).values(
            id=person.id, name=person.name, role=person.role, joined_at=at, **chosen
        )
        await self._connection.execute(statement.on_conflict_do_update(index_elements=["id"], set_=changed))

    async def leave(self, person_id: int) -> None:
        """What the person began for others to finish ends with them: a lost phone must open nothing."""
        unused = (_INVITATION.c.by_id == person_id) & _INVITATION.c.used_at.is_(None)
        open_still = (_LINKING.c.by_id == person_id) & _LINKING.c.closed_at.is_(None)
        for statement in (
            delete(_PERSON).where(_PERSON.c.id == person_id),
            delete(_QUESTION).where(_QUESTION.c.person_id == person_id),
            delete(_INVITATION).where(unused),
            delete(_LINKING).where(open_still),
        ):
            await self._connection.execute(statement)

    async def speak(self, person_id: int, locale: str) -> None:
        await self._connection.execute(update(_PERSON).where(_PERSON.c.id == person_id).values(locale=locale))

    async def live_in(self, person_id: int, zone: str) -> None:
        await self._connection.execute(update(_PERSON).where(_PERSON.c.id == person_id).values(zone=zone))

    async def code(self) -> str | None:
        code: str | None = await self._connection.scalar(select(_CODE.c.code))
        return code

    async def offer(self, code: str) -> None:
        await self._connection.execute(delete(_CODE))
        await self._connection.execute(insert(_CODE).values(code=code))

    async def redeem(self, code: str, person: Person, at: datetime) -> bool:
        used = await self._connection.execute(delete(_CODE).where(_CODE.c.code == code))
        if used.rowcount != 1:
            return False
        await self.join(replace(person, role=OWNER), at)
        return True


def _person(row: Row[Any]) -> Person:
    return Person(id=row.id, name=row.name, role=row.role, locale=row.locale, zone=row.zone)
