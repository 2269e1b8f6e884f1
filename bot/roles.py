"""Who may do what: one order of roles, checked in one place."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import IntEnum

from publishers.engine.model import Actor
from publishers.engine.people import Person
from publishers.engine.ports import Unit


class Role(IntEnum):
    """Each may do all that the lower ones may."""

    STRANGER = 0
    AUTHOR = 1
    EDITOR = 2
    OWNER = 3


@dataclass(frozen=True, slots=True)
class Guests:
    """The numeric Telegram ids that the configuration names."""

    owners: Collection[int] = ()
    editors: Collection[int] = ()
    authors: Collection[int] = ()

    def role(self, person_id: int) -> Role:
        if person_id in self.owners:
            return Role.OWNER
        if person_id in self.editors:
            return Role.EDITOR
        return Role.AUTHOR if person_id in self.authors else Role.STRANGER


async def role_of(actor: Actor, guests: Guests, unit: Unit) -> tuple[Role, Person | None]:
    """The higher of what the configuration and the tables say."""
    person = await unit.people.person(actor.id)
    kept = Role[person.role.upper()] if person is not None else Role.STRANGER
    return max(kept, guests.role(actor.id)), person
