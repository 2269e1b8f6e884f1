"""Notices: one message of a kind in each chat."""

from publishers.engine.people import Notice
from publishers.engine.ports import Store

LATE, QUEUE = "late", "queue"


async def test_one_of_a_kind_for_each_chat(store: Store) -> None:
    async with store.unit() as unit:
        assert await unit.notices.notice(1, LATE) is None
        await unit.notices.noticed(1, LATE, Notice(10, "a"))
        await unit.notices.noticed(1, QUEUE, Notice(11, "b"))
        await unit.notices.noticed(2, LATE, Notice(12, "c"))
        await unit.notices.noticed(1, LATE, Notice(13, "d"))
    async with store.view() as unit:
        found = [await unit.notices.notice(*which) for which in ((1, LATE), (1, QUEUE), (2, LATE), (2, QUEUE))]
    assert found == [Notice(13, "d"), Notice(11, "b"), Notice(12, "c"), None]


async def test_dropped_ones_are_forgotten_and_no_others(store: Store) -> None:
    async with store.unit() as unit:
        await unit.notices.noticed(1, LATE, Notice(10, "a"))
        await unit.notices.noticed(2, LATE, Notice(11, "b"))
        await unit.notices.drop(1, LATE)
        await unit.notices.drop(1, LATE)
        await unit.notices.drop(1, QUEUE)
    async with store.view() as unit:
        assert await unit.notices.notice(1, LATE) is None
        assert await unit.notices.notice(2, LATE) == Notice(11, "b")
