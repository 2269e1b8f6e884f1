"""People, the code of the first owner, and open questions."""

import asyncio

from storage_samples import CHAT, NOON, later

from publishers.engine.people import Person, Question
from storage.store import Store

ANA = Person(7, "Ana", "author", "es")


async def test_someone_joins_changes_role_and_keeps_the_language(store: Store) -> None:
    async with store.unit() as unit:
        assert await unit.people.person(7) is None
        await unit.people.join(ANA, NOON)
        await unit.people.speak(7, "en")
        await unit.people.join(Person(7, "Ana B.", "editor"), later(1))
        assert await unit.people.person(7) == Person(7, "Ana B.", "editor", "en")
        await unit.people.join(Person(7, "Ana B.", "editor", "gl"), later(2))
        assert await unit.people.person(7) == Person(7, "Ana B.", "editor", "gl")


async def test_owners_in_the_order_in_which_they_came(store: Store) -> None:
    async with store.unit() as unit:
        await unit.people.join(Person(9, "Eva", "owner"), later(1))
        await unit.people.join(Person(8, "Luis", "owner"), later(2))
        await unit.people.join(ANA, NOON)
        assert [person.id for person in await unit.people.owners()] == [9, 8]


async def test_a_code_makes_one_owner(store: Store) -> None:
    async with store.unit() as unit:
        assert await unit.people.code() is None
        await unit.people.offer("first")
        await unit.people.offer("second")
        assert await unit.people.code() == "second"
        assert not await unit.people.redeem("first", ANA, NOON)
        assert await unit.people.person(7) is None

    async def redeem(person_id: int) -> bool:
        async with store.unit() as unit:
            return await unit.people.redeem("second", Person(person_id, "x", "author"), NOON)

    assert sorted(await asyncio.gather(*map(redeem, range(1, 6)))) == [False] * 4 + [True]
    async with store.view() as unit:
        assert len(await unit.people.owners()) == 1
        assert await unit.people.code() is None


async def test_a_person_has_one_open_question_per_chat(store: Store) -> None:
    async with store.unit() as unit:
        await unit.questions.ask(CHAT, 7, Question("edit", "draft-1"), NOON)
        await unit.questions.ask(CHAT, 7, Question("edit", "draft-2"), NOON)
        await unit.questions.ask(CHAT, 8, Question("edit", "draft-3"), NOON)
        assert await unit.questions.open(CHAT, 7) == Question("edit", "draft-2")
        await unit.questions.close(CHAT, 7)
        assert await unit.questions.open(CHAT, 7) is None
        assert await unit.questions.open(CHAT, 8) == Question("edit", "draft-3")
