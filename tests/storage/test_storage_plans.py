"""No question the engine asks again and again walks through everything that is scheduled."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event
from storage_samples import NOON

from publishers.engine.ports import Unit
from publishers.engine.timetable import Ring
from storage.store import Store

Asked = Callable[[Unit], Awaitable[Any]]
ASKED: dict[str, Asked] = {
    "due": lambda unit: unit.deliveries.due(NOON, {"alpha": 5, "beta": 5}, 50),
    "release": lambda unit: unit.deliveries.release(NOON),
    "recover": lambda unit: unit.deliveries.recover(NOON),
    "unalarmed": lambda unit: unit.timetable.unalarmed(50),
    "unalarmed before": lambda unit: unit.timetable.unalarmed(50, NOON),
    "moving": lambda unit: unit.timetable.moving(Ring("delivery", 1, NOON), 50),
    "unchecked": lambda unit: unit.timetable.unchecked("a", NOON, NOON + timedelta(hours=1), 50),
    "to check": lambda unit: unit.timetable.to_check(NOON, NOON + timedelta(hours=1)),
    "late": lambda unit: unit.timetable.late(),
    "open jobs": lambda unit: unit.jobs.open_jobs(),
    "shown": lambda unit: unit.jobs.shown("job-1", live_id=1, digest="d"),
}


async def plans(store: Store, ask: Asked) -> list[str]:
    """What SQLite means to do with each table it asks."""
    asked: list[tuple[str, Any]] = []
    lines = store._database._writer
    assert lines is not None
    engine = lines.engine

    def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        asked.append((statement, parameters))

    event.listen(engine.sync_engine, "before_cursor_execute", note)
    async with store.unit() as unit:
        await ask(unit)
    event.remove(engine.sync_engine, "before_cursor_execute", note)
    found: list[str] = []
    async with store._database.reading() as connection:
        for statement, parameters in asked:
            rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            found += [row[-1] for row in rows]
    return found


@pytest.mark.parametrize("name", ASKED)
async def test_what_is_asked_often_goes_by_an_index(store: Store, name: str) -> None:
    found = await plans(store, ASKED[name])
    assert any("delivery" in line for line in found)
    walked = [line for line in found if line.startswith(("SCAN delivery", "SCAN job", "SCAN step"))]
    assert [line for line in walked if "USING" not in line] == []


async def test_flags_are_found_by_their_own_index(store: Store) -> None:
    assert any("ix_delivery_unalarmed" in line for line in await plans(store, ASKED["unalarmed"]))
    assert any("ix_delivery_unshown" in line for line in await plans(store, ASKED["open jobs"]))


async def test_what_moves_by_itself_is_read_in_the_order_of_its_index(store: Store) -> None:
    found = await plans(store, ASKED["moving"])
    assert sum("ix_delivery_status_ready_at (status=? AND ready_at>" in line for line in found) == 2
