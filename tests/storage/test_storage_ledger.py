"""The ledger: rows in order, each bound to the one before; whoever alters one is found out."""

import pytest
from storage_samples import ANA, NOON, claim_all, go, later, open_job

from adapters.content import fingerprint
from publishers.engine.model import DeliveryStatus
from storage.database import Database
from storage.ledger import GENESIS, Ledger
from storage.store import Store


async def verify(database: Database) -> int | None:
    async with database.reading() as connection:
        return await Ledger(connection).verify()


async def test_a_row_has_the_shape_of_the_api(store: Store) -> None:
    async with store.unit() as unit:
        await unit.ledger.write("noted", "draft", "d1", actor=ANA, at=NOON, metadata={"größe": [1, None]})
        await unit.ledger.write("noted", "draft", "d2", actor=ANA, at=later(1.5), metadata={})
    async with store.view() as unit:
        first, second = await unit.ledger.events()
        assert await unit.ledger.events("d2") == [second]
    row = {
        "seq": 1,
        "at": "2026-11-21T12:00:00.000000+00:00",
        "event_type": "noted",
        "entity_type": "draft",
        "entity_id": "d1",
        "actor": {"id": 7, "name": "Ana"},
        "metadata": {"größe": [1, None]},
        "prev_hash": GENESIS,
    }
    assert first == row | {"hash": fingerprint(row)}
    assert (second["seq"], second["prev_hash"]) == (2, first["hash"])


async def test_an_untouched_ledger_is_whole(store: Store, database: Database) -> None:
    assert await verify(database) is None
    await open_job(store, "alpha beta")
    for delivery in await claim_all(store):
        await go(store, delivery, DeliveryStatus.PUBLISHED)
    assert await verify(database) is None


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        ("UPDATE ledger SET metadata = '{}' WHERE seq = 3", 3),
        ("UPDATE ledger SET actor_id = 99 WHERE seq = 2", 2),
        ("UPDATE ledger SET at = at + 1 WHERE seq = 1", 1),
        ("UPDATE ledger SET hash = 'x' WHERE seq = 4", 4),
        ("DELETE FROM ledger WHERE seq = 2", 2),
        ("UPDATE ledger SET seq = seq + 100 WHERE seq > 2", 3),
    ],
)
async def test_tampering_is_found(store: Store, database: Database, tampering: str, found: int) -> None:
    await open_job(store, "alpha beta")
    await claim_all(store)
    async with database.writing() as connection:
        await connection.exec_driver_sql(tampering)
    assert await verify(database) == found


async def test_a_rolled_back_row_leaves_no_gap(store: Store, database: Database) -> None:
    async def write_and_fail() -> None:
        async with store.unit() as unit:
            await unit.ledger.write("noted", "draft", "d1", actor=ANA, at=NOON, metadata={})
            raise KeyError

    with pytest.raises(KeyError):
        await write_and_fail()
    async with store.unit() as unit:
        await unit.ledger.write("noted", "draft", "d2", actor=ANA, at=NOON, metadata={})
        assert [event["seq"] for event in await unit.ledger.events()] == [1]
    assert await verify(database) is None
