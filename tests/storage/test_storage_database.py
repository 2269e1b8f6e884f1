"""The database: one writer, consistent views, nothing half done, and plain words when it cannot work."""

import asyncio
import random
import sqlite3
import stat
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError
from storage_samples import CHAT, NOON, a_draft, open_job

from publishers.engine.ports import StoreUnavailable, Unit
from storage import lines
from storage.columns import UtcTime
from storage.database import FILE, READERS, Database, DatabaseFault, UnitInUnit, WriteInView, sqlite_url
from storage.driver import Road
from storage.schema import migrate
from storage.store import Store, random_id
from storage.vault import Vault

DIALECT = sqlite.dialect()


async def pending(store: Store) -> int:
    async with store.view() as unit:
        return len(await unit.drafts.pending(CHAT))


async def test_a_unit_that_raises_changes_nothing(store: Store) -> None:
    async def add_and_fail() -> None:
        async with store.unit() as unit:
            await unit.drafts.add(a_draft(1))
            raise KeyError

    with pytest.raises(KeyError):
        await add_and_fail()
    assert await pending(store) == 0
    async with store.view() as unit:
        assert await unit.ledger.events() == []


async def test_a_cancelled_unit_changes_nothing_and_holds_up_nobody(store: Store) -> None:
    """Cancelled at every kind of moment: between statements, during one, during the commit."""
    chance = random.Random(7)  # noqa: S311 - moments, not secrets
    for number in range(60):
        task = asyncio.create_task(_add_three(store, number * 3))
        for _ in range(chance.randrange(14)):
            await asyncio.sleep(0)
        if number % 3 == 0:  # some come to their end and some are cut off at once, however busy the machine is
            await task
        elif number % 3 == 1:
            await asyncio.sleep(chance.random() * 0.003)
        task.cancel()
        await asyncio.wait([task])
        assert await pending(store) % 3 == 0
    before = await pending(store)
    await _add_three(store, 1000)
    assert await pending(store) == before + 3
    assert 60 <= before < 180


async def _add_three(store: Store, first: int) -> None:
    async with store.unit() as unit:
        for number in range(first, first + 3):
            await unit.drafts.add(a_draft(number))


async def test_fifty_writers_wait_for_each_other(store: Store) -> None:
    async def add(number: int) -> None:
        async with store.unit() as unit:
            assert await unit.drafts.add(a_draft(number))
            await asyncio.sleep(0)
            assert await unit.drafts.draft(f"draft-{number}") is not None

    await asyncio.gather(*map(add, range(50)), *(pending(store) for _ in range(20)))
    assert await pending(store) == 50


async def test_two_processes_write_to_one_file(store: Store, data_dir: Path) -> None:
    async with Database(sqlite_url(data_dir)) as other:
        stores = (store, Store(other, store._vault))
        await asyncio.gather(*(_add_three(stores[number % 2], number * 3) for number in range(20)))
    assert await pending(store) == 60
    async with store.view() as unit:
        assert [event["seq"] for event in await unit.ledger.events()] == list(range(1, 61))


async def test_a_view_shows_one_moment(store: Store) -> None:
    async with store.view() as view:
        assert await view.drafts.pending(CHAT) == []
        async with store.unit() as unit:
            await unit.drafts.add(a_draft(1))
        assert await view.drafts.pending(CHAT) == []
    assert await pending(store) == 1


async def test_a_view_does_not_wait_for_the_writer(store: Store) -> None:
    async with store.unit() as unit:
        await unit.drafts.add(a_draft(1))
        assert await pending(store) == 0
    assert await pending(store) == 1


async def test_more_views_than_lines_wait_and_at_last_are_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    async with AsyncExitStack() as held:
        for _ in range(READERS):
            await held.enter_async_context(store.view())
        waiting = asyncio.create_task(pending(store))
        await asyncio.sleep(0.01)
        assert not waiting.done()
        monkeypatch.setattr(lines, "PATIENCE", 0.01)
        with pytest.raises(StoreUnavailable, match="no connection is free"):
            await pending(store)
    assert await waiting == 0


async def test_what_is_under_way_when_it_is_closed_comes_to_its_end(database: Database, vault: Vault) -> None:
    store = Store(database, vault)
    async with store.unit() as unit, store.view() as view:
        await database.close()
        assert await unit.drafts.add(a_draft(1))
        assert await view.drafts.pending(CHAT) == []
    await database.open()
    assert await pending(store) == 1


async def test_whoever_is_cancelled_while_it_opens_or_closes_leaves_nothing_open(data_dir: Path) -> None:
    roads: list[Road] = []

    def laid(path: Path, *, query_only: bool = False) -> Road:
        roads.append(Road(path, query_only=query_only))
        return roads[-1]

    async def use() -> None:
        async with Database(sqlite_url(data_dir), road=laid):
            await asyncio.sleep(0)

    for turns in range(60):
        task = asyncio.create_task(use())
        for _ in range(turns):
            await asyncio.sleep(0.0003)
        task.cancel()
        await asyncio.wait([task])
        assert [road for road in roads if road._connection is not None] == [], turns
    assert len(roads) > 60


async def test_a_line_is_as_new_after_whatever_went_wrong_on_it(store: Store, database: Database) -> None:
    async def fail(statement: str) -> None:
        async with database.writing() as connection:
            await connection.execute(text("INSERT INTO owner_code VALUES ('x')"))
            await connection.execute(text(statement))

    for statement in ("INSERT INTO owner_code VALUES ('x')", "SELECT nothing FROM nowhere"):
        with pytest.raises((IntegrityError, StoreUnavailable)):
            await fail(statement)
        async with database.writing() as connection:
            assert (await connection.execute(text("SELECT count(*) FROM owner_code"))).scalar_one() == 0
    await _add_three(store, 1)
    assert await pending(store) == 3


WRITES: dict[str, Callable[[Unit], Awaitable[object]]] = {
    "drafts": lambda unit: unit.drafts.add(a_draft(1)),
    "inbox": lambda unit: unit.inbox.receive([{"update_id": 1}], NOON),
    "deliveries": lambda unit: unit.deliveries.omit("job-1-a"),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
async def test_a_view_cannot_write(store: Store, write: Callable[[Unit], Awaitable[object]]) -> None:
    await open_job(store, number=2)

    async def try_it() -> None:
        async with store.view() as unit:
            await write(unit)

    with pytest.raises(WriteInView):
        await try_it()
    assert await pending(store) == 1


async def test_a_unit_inside_a_unit_is_refused_at_once(store: Store) -> None:
    async def nest() -> None:
        async with store.unit(), store.unit():
            pass

    with pytest.raises(UnitInUnit):
        await nest()
    assert await pending(store) == 0


async def test_settings_of_every_connection(database: Database) -> None:
    async with database.writing() as writer, database.reading() as reader:
        for connection, query_only in ((writer, 0), (reader, 1)):
            told = [
                (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "query_only")
            ]
            assert told == ["wal", 2, 1, 10_000, query_only]


async def test_a_file_locked_by_another_process_is_said_so(
    store: Store, data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.driver.BUSY_SECONDS", 0.05)
    async with Database(sqlite_url(data_dir)) as impatient:
        holder = sqlite3.connect(data_dir / FILE, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreUnavailable, match="locked"):
            await _add_three(Store(impatient, store._vault), 1)
        holder.execute("ROLLBACK")
        holder.close()
        await _add_three(Store(impatient, store._vault), 1)
    assert await pending(store) == 3


async def test_a_full_disk_is_said_so_and_passes(store: Store, database: Database) -> None:
    async with database.writing() as connection:
        pages = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    async def fill() -> None:
        for first in range(0, 3000, 3):
            await _add_three(store, first)

    with pytest.raises(StoreUnavailable, match="full"):
        await fill()
    kept = await pending(store)
    assert kept % 3 == 0
    async with database.writing() as connection:
        await connection.exec_driver_sql("PRAGMA max_page_count = 1000000")
    await _add_three(store, 6000)
    assert await pending(store) == kept + 3


async def test_a_corrupt_file_is_said_so(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"this is no database" * 100)
    with pytest.raises(DatabaseFault, match=r"cannot be used: .*not a database"):
        await Database(sqlite_url(tmp_path)).open()
    with pytest.raises(DatabaseFault, match="not a database"):
        migrate(sqlite_url(tmp_path))


async def test_a_folder_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DatabaseFault, match="cannot be written"):
        await Database(sqlite_url(tmp_path / "file")).open()
    (tmp_path / FILE).mkdir()
    with pytest.raises(DatabaseFault, match="cannot be written: Is a directory"):
        migrate(sqlite_url(tmp_path))


async def test_a_closed_database_says_so(database: Database) -> None:
    await database.close()
    with pytest.raises(StoreUnavailable, match="not open"):
        async with database.reading():
            pass


async def test_the_files_are_for_their_owner_only(store: Store, tmp_path: Path) -> None:
    migrate(sqlite_url(tmp_path / "new"))
    files = sorted((tmp_path / "new").iterdir())
    assert [path.name for path in files] == [FILE]
    assert stat.S_IMODE(files[0].stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o700


def test_ids_are_uuids_that_do_not_repeat() -> None:
    assert len({random_id() for _ in range(100)}) == 100
    assert len(random_id()) == 36


class TestUtcTime:
    aware = st.datetimes(timezones=st.just(UTC))

    @given(aware)
    def test_times_come_back_exactly(self, at: datetime) -> None:
        kind = UtcTime()
        assert kind.process_result_value(kind.process_bind_param(at, DIALECT), DIALECT) == at

    @given(aware, aware)
    def test_they_sort_as_time_does(self, one: datetime, other: datetime) -> None:
        kind = UtcTime()
        stored, others = kind.process_bind_param(one, DIALECT), kind.process_bind_param(other, DIALECT)
        assert stored is not None
        assert others is not None
        assert (one < other) == (stored < others)

    def test_another_zone_is_the_same_moment(self) -> None:
        kind = UtcTime()
        madrid = NOON.astimezone(timezone(timedelta(hours=1)))
        assert kind.process_bind_param(madrid, DIALECT) == kind.process_bind_param(NOON, DIALECT)
        back = kind.process_result_value(kind.process_bind_param(madrid, DIALECT), DIALECT)
        assert back is not None
        assert back.tzinfo is UTC

    def test_a_time_without_zone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no zone"):
            UtcTime().process_bind_param(datetime(2026, 11, 21), DIALECT)  # noqa: DTZ001 - the fault under test

    def test_no_time_stays_no_time(self) -> None:
        assert UtcTime().process_bind_param(None, DIALECT) is None
        assert UtcTime().process_result_value(None, DIALECT) is None
