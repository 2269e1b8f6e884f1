"""The inbox: kept before it is confirmed, handled exactly once, answered at least once."""

import asyncio
from typing import Any

from storage_samples import NOON, later

from publishers.engine.people import Letter
from storage.store import Store


def update(number: int, text: str = "hola") -> dict[str, Any]:
    return {"update_id": number, "message": {"text": text}}


async def receive(store: Store, *updates: dict[str, Any], seconds: float = 0) -> None:
    async with store.unit() as unit:
        await unit.inbox.receive(updates, later(seconds))


async def test_what_is_kept_already_is_left_as_it_is(store: Store) -> None:
    await receive(store, update(1, "first"))
    await receive(store, update(1, "again"), update(2))
    await receive(store)
    async with store.view() as unit:
        assert await unit.inbox.unhandled() == [Letter(1, update(1, "first")), Letter(2, update(2))]


async def test_letters_stand_in_order_of_arrival_whatever_their_numbers(store: Store) -> None:
    """After a silent week Telegram counts from anywhere."""
    await receive(store, update(500), seconds=0)
    await receive(store, update(3), update(4), seconds=1)
    async with store.view() as unit:
        assert [letter.update_id for letter in await unit.inbox.unhandled()] == [500, 3, 4]
        assert await unit.inbox.offset() == 500


async def test_an_update_is_handled_exactly_once(store: Store) -> None:
    await receive(store, update(1))

    async def handle(number: int) -> bool:
        async with store.unit() as unit:
            return await unit.inbox.handled(1, [{"text": str(number)}], NOON)

    assert sorted(await asyncio.gather(*map(handle, range(5)))) == [False] * 4 + [True]
    async with store.view() as unit:
        assert await unit.inbox.unhandled() == []
        assert len(await unit.inbox.unanswered()) == 1


async def test_an_unknown_update_cannot_be_handled(store: Store) -> None:
    async with store.unit() as unit:
        assert not await unit.inbox.handled(1, [], NOON)


async def test_replies_wait_until_they_are_sent(store: Store) -> None:
    await receive(store, update(1), update(2))
    async with store.unit() as unit:
        await unit.inbox.handled(1, [{"text": "¿Publico?"}], NOON)
        await unit.inbox.handled(2, [], NOON)
        assert await unit.inbox.unanswered() == [Letter(1, update(1), [{"text": "¿Publico?"}])]
        await unit.inbox.answered(1, NOON)
        assert await unit.inbox.unanswered() == []


async def test_only_old_and_answered_letters_are_dropped(store: Store) -> None:
    async with store.view() as unit:
        assert await unit.inbox.offset() is None
    await receive(store, update(1), update(2), update(3), seconds=0)
    await receive(store, update(4), seconds=10)
    async with store.unit() as unit:
        await unit.inbox.handled(1, [], NOON)
        await unit.inbox.handled(2, [{"text": "x"}], NOON)
        await unit.inbox.handled(4, [], NOON)
        assert await unit.inbox.purge(later(5)) == 1
        assert await unit.inbox.purge(later(5)) == 0
        assert [letter.update_id for letter in await unit.inbox.unanswered()] == [2]
        assert [letter.update_id for letter in await unit.inbox.unhandled()] == [3]
        assert await unit.inbox.offset() == 4
