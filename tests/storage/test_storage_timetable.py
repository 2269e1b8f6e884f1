"""The timetable: which alarms are to be set, which hours are to be checked, and what waits for its hour."""

from dataclasses import replace
from datetime import timedelta

import pytest
from storage_samples import ANA, CHAT, NOON, a_draft, a_job, add_account, go, later, look_up, open_job

from publishers.engine.errors import Needs
from publishers.engine.model import SYSTEM, Delivery, DeliveryStatus, Job, Move, Wait
from publishers.engine.ports import Store
from publishers.engine.timetable import Ring

S = DeliveryStatus
HOUR = 3600


def hour(seconds: float) -> Move:
    return Move(S.WAITING, due_at=later(seconds), wait=Wait.HOUR)


async def scheduled(store: Store, number: int = 1, seconds: float = HOUR, platform: str = "alpha") -> Delivery:
    """A job of one delivery, for an hour so many seconds after noon."""
    job = await open_job(store, platform, number)
    return await go(store, job.deliveries[0], hour(seconds))


async def rings(store: Store, most: int = 50) -> list[Ring]:
    async with store.view() as unit:
        return await unit.timetable.unalarmed(most)


async def alarm(store: Store, *which: Ring) -> None:
    async with store.unit() as unit:
        await unit.timetable.alarmed(which)


async def check(store: Store, delivery: Delivery) -> None:
    async with store.unit() as unit:
        await unit.timetable.checked(delivery)


async def unchecked(store: Store, since: float, until: float, most: int = 50) -> list[str]:
    async with store.view() as unit:
        accounts = await unit.timetable.to_check(later(since), later(until))
        found = [await unit.timetable.unchecked(each, later(since), later(until), most) for each in accounts]
    return [delivery.id for deliveries in found for delivery in deliveries]


def ids(jobs: list[Job]) -> list[str]:
    return [job.id for job in jobs]


# -- alarms --------------------------------------------------------------------------------------------------------


async def test_whatever_moves_by_itself_is_to_be_alarmed_soonest_first(store: Store) -> None:
    late, soon = await scheduled(store, 1, 200), await scheduled(store, 2, 100)
    assert await rings(store) == [
        Ring(soon.id, soon.version, later(100), hour=True),
        Ring(late.id, late.version, later(200), hour=True),
    ]
    assert [ring.delivery_id for ring in await rings(store, 1)] == [soon.id]


@pytest.mark.parametrize(
    ("move", "rung"),
    [
        (Move(S.WAITING, due_at=later(9), wait=Wait.RETRY), False),
        (Move(S.WAITING, due_at=later(9), wait=Wait.HOLD), False),
        (Move(S.WAITING, due_at=later(9), wait=Wait.LIMIT), False),
        (Move(S.WAITING, due_at=later(9), wait=Wait.HOUR), True),
        (Move(S.WAITING, wait=Wait.PAUSE), None),
        (Move(S.SKIPPED, reason="cancelled"), None),
    ],
)
async def test_only_an_hour_has_a_pre_flight_and_a_pause_has_no_time(
    store: Store, move: Move, rung: bool | None
) -> None:
    delivery = await go(store, (await open_job(store)).deliveries[0], move)
    expected = [] if rung is None else [Ring(delivery.id, delivery.version, later(9), hour=rung)]
    assert await rings(store) == expected


async def test_a_look_is_alarmed_too_and_a_silent_doubt_is_not(store: Store) -> None:
    first, second = (await open_job(store, "alpha beta")).deliveries
    looked = await go(store, await go(store, first, S.PUBLISHING), Move(S.UNCONFIRMED, due_at=later(5)))
    await go(store, await go(store, second, S.PUBLISHING), Move(S.UNCONFIRMED))
    assert await rings(store) == [Ring(looked.id, looked.version, later(5))]


async def test_one_that_was_set_is_not_set_again_until_it_moves(store: Store) -> None:
    delivery = await scheduled(store)
    await alarm(store, *await rings(store))
    assert await rings(store) == []
    moved = await go(store, delivery, hour(50))
    assert [(ring.version, ring.ready_at) for ring in await rings(store)] == [(moved.version, later(50))]


async def test_one_that_moved_while_its_alarm_was_set_is_set_again(store: Store) -> None:
    delivery = await scheduled(store)
    old = await rings(store)
    await go(store, delivery, hour(50))
    await alarm(store, *old)
    assert [ring.ready_at for ring in await rings(store)] == [later(50)]


async def test_a_claim_takes_it_off_the_list(store: Store) -> None:
    await go(store, await scheduled(store), S.PUBLISHING)
    assert await rings(store) == []


async def test_when_all_alarms_are_gone_everything_that_moves_is_gone_through_in_order(store: Store) -> None:
    made = [await scheduled(store, number, seconds) for number, seconds in enumerate((300, 100, 200, 200, 50), 1)]
    await alarm(store, *(await rings(store))[:2])
    gone = await go(store, made[4], S.PUBLISHING)
    doubt = await go(store, gone, Move(S.UNCONFIRMED, due_at=later(150)))
    found: list[Ring] = []
    async with store.view() as unit:
        while more := await unit.timetable.moving(found[-1] if found else None, 2):
            found += more
    same_time = sorted([made[2].id, made[3].id])
    assert [ring.delivery_id for ring in found] == [made[1].id, doubt.id, *same_time, made[0].id]
    assert [ring.known for ring in found] == [True, False, False, False, False]
    assert [ring.hour for ring in found] == [True, False, True, True, True]


async def test_only_those_before_a_time_are_asked_for(store: Store) -> None:
    for number, seconds in enumerate((300, 100, 200), 1):
        await scheduled(store, number, seconds)
    async with store.view() as unit:
        assert [ring.ready_at for ring in await unit.timetable.unalarmed(9, later(200))] == [later(100)]


# -- pre-flights ---------------------------------------------------------------------------------------------------


async def test_hours_within_the_window_are_to_be_checked_both_ends_included(store: Store) -> None:
    made = [await scheduled(store, number, seconds) for number, seconds in enumerate((300, 99, 100, 200, 201), 1)]
    assert await unchecked(store, 100, 200) == [made[2].id, made[3].id]
    assert await unchecked(store, 100, 300, most=2) == [made[2].id, made[3].id]


async def test_accounts_come_by_their_first_hour(store: Store) -> None:
    beta = await scheduled(store, 1, 100, "beta")
    alpha = await scheduled(store, 2, 200, "alpha")
    assert await unchecked(store, 0, HOUR) == [beta.id, alpha.id]


async def test_what_was_checked_is_alarmed_for_the_hour_itself(store: Store) -> None:
    delivery = await scheduled(store)
    await alarm(store, *await rings(store))
    await check(store, delivery)
    assert await unchecked(store, 0, HOUR) == []
    assert await rings(store) == [Ring(delivery.id, delivery.version, later(HOUR), hour=False)]
    assert await look_up(store, delivery) == delivery


async def test_another_hour_is_to_be_checked_anew_and_the_same_one_is_not(store: Store) -> None:
    delivery = await scheduled(store)
    await check(store, delivery)
    again = await go(store, delivery, hour(HOUR))
    assert await unchecked(store, 0, HOUR) == []
    moved = await go(store, again, hour(HOUR - 1))
    assert await unchecked(store, 0, HOUR) == [moved.id]


async def test_a_check_of_what_moved_meanwhile_is_void(store: Store) -> None:
    delivery = await scheduled(store)
    await go(store, delivery, hour(HOUR - 1))
    await check(store, delivery)
    assert await unchecked(store, 0, HOUR) == [delivery.id]


@pytest.mark.parametrize("wait", sorted(set(Wait) - {Wait.HOUR, Wait.PAUSE}))
async def test_nothing_but_an_hour_is_checked(store: Store, wait: Wait) -> None:
    await go(store, (await open_job(store)).deliveries[0], Move(S.WAITING, due_at=later(9), wait=wait))
    assert await unchecked(store, 0, HOUR) == []


async def test_what_was_approved_for_an_hour_needs_no_move_to_be_on_the_timetable(store: Store) -> None:
    async with store.unit() as unit:
        account = await add_account(unit)
        await unit.drafts.add(a_draft())
        job = a_job([account])
        waits = {"status": S.WAITING, "wait": Wait.HOUR, "due_at": later(9), "scheduled_at": later(9)}
        await unit.deliveries.open(replace(job, deliveries=(replace(job.deliveries[0], **waits),)))  # type: ignore[arg-type] # of several kinds
    assert await rings(store) == [Ring("job-1-a", 0, later(9), hour=True)]
    assert await unchecked(store, 0, HOUR) == ["job-1-a"]


# -- what waits for its hour ---------------------------------------------------------------------------------------


async def test_scheduled_jobs_come_by_their_first_hour_a_page_at_a_time(store: Store) -> None:
    for number, seconds in enumerate((300, 100, 200), 1):
        await scheduled(store, number, seconds)
    async with store.view() as unit:
        assert ids(await unit.timetable.scheduled(CHAT, 50)) == ["job-2", "job-3", "job-1"]
        assert ids(await unit.timetable.scheduled(CHAT, 1, skip=1)) == ["job-3"]
        assert ids(await unit.timetable.scheduled(CHAT + 1, 50)) == []
        assert (await unit.timetable.count_scheduled(CHAT), await unit.timetable.count_scheduled(CHAT + 1)) == (3, 0)


async def test_a_job_of_several_hours_counts_once(store: Store) -> None:
    first, second = (await open_job(store, "alpha beta")).deliveries
    await go(store, first, hour(200))
    await go(store, second, hour(100))
    await scheduled(store, 2, 150)
    async with store.view() as unit:
        found = await unit.timetable.scheduled(CHAT, 50)
        assert await unit.timetable.count_scheduled(CHAT) == 2
    assert ids(found) == ["job-1", "job-2"]
    assert found[0].scheduled_at == later(100)


async def test_late_ones_are_those_that_need_an_hour(store: Store) -> None:
    made = [await scheduled(store, number, -100 * number) for number in (1, 2)]
    other = await scheduled(store, 3, -50)
    for delivery in made:
        await go(store, delivery, Move(S.BLOCKED, needs=Needs.HOUR, code="late"))
    await go(store, other, Move(S.BLOCKED, needs=Needs.EDIT, code="media_missing"))
    async with store.view() as unit:
        assert ids(await unit.timetable.late()) == ids(await unit.timetable.late(CHAT)) == ["job-2", "job-1"]
        assert await unit.timetable.late(CHAT + 1) == []
        assert await unit.timetable.count_scheduled(CHAT) == 0


# -- the hour itself -----------------------------------------------------------------------------------------------


async def test_an_hour_stays_through_retries_and_recoveries_until_a_person_says_now(store: Store) -> None:
    delivery = await go(store, await scheduled(store), S.PUBLISHING)
    async with store.unit() as unit:
        retried = await unit.deliveries.move(
            delivery, Move(S.WAITING, due_at=later(9), wait=Wait.RETRY, spent=True), actor=SYSTEM, at=NOON
        )
        assert retried is not None
        recovered = await unit.deliveries.move(retried, Move(S.PENDING, reason="recovered"), actor=SYSTEM, at=NOON)
        assert recovered is not None
    assert recovered.scheduled_at == later(HOUR)
    limited = await go(store, recovered, Move(S.WAITING, due_at=later(9), wait=Wait.LIMIT))
    sent = await go(store, limited, Move(S.PENDING, reason="now"))
    assert (limited.scheduled_at, sent.scheduled_at) == (later(HOUR), None)
    assert await look_up(store, sent) == sent


async def test_the_first_claim_is_remembered_and_told_once(store: Store) -> None:
    delivery = await scheduled(store)
    claimed = await go(store, delivery, S.PUBLISHING, later(1))
    pending = await go(store, claimed, Move(S.PENDING, reason="recovered"), later(2))
    again = await go(store, pending, S.PUBLISHING, later(3))
    assert (delivery.started_at, claimed.started_at, again.started_at) == (None, later(1), later(1))
    async with store.view() as unit:
        events = await unit.ledger.events(delivery.id)
    assert [event["event_type"] for event in events].count("publish_started") == 1


async def test_the_ledger_tells_hour_and_reason_of_every_move(store: Store) -> None:
    delivery = await scheduled(store)
    async with store.unit() as unit:
        await unit.deliveries.move(delivery, Move(S.SKIPPED, reason="cancelled"), actor=ANA, at=later(7))
    async with store.view() as unit:
        events = await unit.ledger.events(delivery.id)
    told = [event["metadata"] for event in events if event["event_type"] == "delivery_moved"]
    assert told[0] | {"platform": ""} == {
        "platform": "",
        "publish_log_id": delivery.id,
        "from": "pending",
        "to": "waiting",
        "wait": "hour",
        "due_at": (NOON + timedelta(hours=1)).isoformat(),
    }
    assert (told[1]["from"], told[1]["to"], told[1]["reason"]) == ("waiting", "skipped", "cancelled")
