"""Hours to choose from: sensible, ahead, free, and the same minute after their trip through a button."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some
from render_samples import MADRID, NOW

from bot.offers import USUAL, minute, moment, offers
from bot.shapes import Slot

MONDAY, WEDNESDAY = Slot(0, time(10)), Slot(2, time(18, 30))
moments = some.timedeltas(timedelta(0), timedelta(days=80 * 365)).map(NOW.__add__)


def local(*moments: datetime, zone: ZoneInfo = MADRID) -> list[str]:
    return [f"{each.astimezone(zone):%d %H:%M}" for each in moments]


def test_soon_and_the_usual_hours_that_are_ahead() -> None:
    given_now = offers(NOW, MADRID)
    assert local(given_now.soon) == ["21 11:00"]
    assert local(*given_now.usual) == [
        "21 13:00",
        "21 18:00",
        "21 21:00",
        "22 09:00",
        "22 13:00",
        "22 18:00",
        "22 21:00",
    ]
    assert given_now.slot is None


def test_late_at_night_only_tomorrow_is_left() -> None:
    assert local(*offers(NOW + timedelta(hours=12), MADRID).usual) == [f"22 {hour:%H:%M}" for hour in USUAL]


def test_an_hour_that_is_soon_anyway_is_offered_once() -> None:
    noon = NOW + timedelta(hours=2)
    assert local(offers(noon, MADRID).soon) == ["21 13:00"]
    assert local(*offers(noon, MADRID).usual)[0] == "21 18:00"


def test_soon_is_a_whole_minute_that_is_not_too_early() -> None:
    assert local(offers(NOW + timedelta(seconds=1), MADRID).soon) == ["21 11:01"]


def test_the_next_slot_is_in_the_zone_of_the_person() -> None:
    slot = offers(NOW, MADRID, (WEDNESDAY, MONDAY)).slot
    assert slot == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    mexico = ZoneInfo("America/Mexico_City")
    assert offers(NOW, mexico, (MONDAY,)).slot == datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


def test_taken_slots_are_passed_over_however_many_there_are() -> None:
    taken: set[int] = set()
    found = []
    for _ in range(30):
        slot = offers(NOW, MADRID, (MONDAY,), taken).slot
        assert slot is not None
        found.append(slot)
        taken.add(minute(slot))
    assert found == sorted(set(found))
    assert {each.astimezone(MADRID).hour for each in found} == {10}
    assert {each.astimezone(MADRID).weekday() for each in found} == {0}


def test_a_slot_of_today_counts_while_it_is_ahead() -> None:
    saturday = Slot(5, time(10, 30))
    assert offers(NOW, MADRID, (saturday,)).slot == NOW + timedelta(minutes=30)
    assert offers(NOW + timedelta(minutes=30), MADRID, (saturday,)).slot == NOW + timedelta(days=7, minutes=30)


def test_a_slot_over_which_the_clocks_go_forward_waits_a_week() -> None:
    sunday = datetime(2027, 3, 27, 12, 0, tzinfo=UTC)
    assert offers(sunday, MADRID, (Slot(6, time(2, 30)),)).slot == datetime(2027, 4, 4, 0, 30, tzinfo=UTC)


def test_a_slot_that_the_clocks_show_twice_is_the_first_of_both() -> None:
    saturday = datetime(2027, 10, 30, 12, 0, tzinfo=UTC)
    assert offers(saturday, MADRID, (Slot(6, time(2, 30)),)).slot == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@given(moments)
def test_the_minute_of_a_moment_is_the_first_that_is_not_before_it(at: datetime) -> None:
    back = moment(minute(at))
    assert at <= back < at + timedelta(minutes=1)
    assert minute(back) == minute(at)
    assert len(str(minute(at))) == 8


@given(moments, some.sampled_from(["Europe/Madrid", "Australia/Lord_Howe", "America/St_Johns", "Pacific/Apia", "UTC"]))
def test_whatever_the_day_all_offers_are_ahead_and_in_order(now: datetime, zone: str) -> None:
    given_now = offers(now, ZoneInfo(zone), (MONDAY,))
    assert given_now.soon - now >= timedelta(hours=1)
    assert list(given_now.usual) == sorted(set(given_now.usual))
    assert all(now < at <= now + timedelta(days=2) for at in given_now.usual)
    assert len(given_now.usual) <= 2 * len(USUAL)
    assert given_now.slot is not None
    assert now < given_now.slot <= now + timedelta(days=15)


@pytest.mark.parametrize("at", [datetime(1970, 1, 1, tzinfo=UTC), NOW])
def test_a_whole_minute_stays_what_it_is(at: datetime) -> None:
    assert moment(minute(at)) == at
