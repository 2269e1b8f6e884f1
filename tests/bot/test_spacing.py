"""New hours for what missed its own."""

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as some

from bot.shapes import Slot
from bot.spacing import FIRST, LAST, next_hours

MADRID = ZoneInfo("Europe/Madrid")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
ZONES = [MADRID, KATHMANDU, ZoneInfo("America/Mexico_City"), ZoneInfo("Australia/Lord_Howe"), UTC]


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


moments = some.timedeltas(timedelta(0), timedelta(days=730)).map(lambda span: at(1, 0) + span)
slots = some.lists(some.builds(Slot, some.integers(0, 6), some.times(timezones=some.none())), min_size=1, max_size=5)
often = settings(max_examples=60)


def test_the_next_full_hours_of_the_day() -> None:
    assert next_hours(3, at(21, 13, 20), MADRID) == [at(21, 14), at(21, 15), at(21, 16)]


def test_a_full_hour_is_not_its_own_next_one() -> None:
    assert next_hours(1, at(21, 13), MADRID) == [at(21, 14)]


def test_nights_are_left_out() -> None:
    assert next_hours(4, at(21, 18, 30), MADRID) == [at(21, 19), at(21, 20), at(22, 8), at(22, 9)]
    assert next_hours(1, at(21, 2), MADRID) == [at(21, 8)]


def test_full_hours_are_those_of_the_place() -> None:
    assert next_hours(1, at(21, 6), KATHMANDU) == [at(21, 6, 15)]


def test_hours_that_are_taken_are_passed_over() -> None:
    assert next_hours(2, at(21, 13, 20), MADRID, taken=[at(21, 14), at(21, 16)]) == [at(21, 15), at(21, 17)]


def test_free_slots_of_the_week() -> None:
    week = [Slot(0, time(10)), Slot(6, time(9))]
    assert next_hours(3, at(21, 13), MADRID, week, [at(23, 9)]) == [at(22, 8), at(29, 8), at(30, 9)]


def test_a_slot_that_the_clocks_skip_is_left_out_that_week() -> None:
    week = [Slot(6, time(2, 30))]
    before = datetime(2026, 3, 28, 12, tzinfo=UTC)
    assert next_hours(1, before, MADRID, week) == [datetime(2026, 4, 5, 0, 30, tzinfo=UTC)]


@often
@given(some.integers(0, 30), moments, some.sampled_from(ZONES), some.one_of(some.just([]), slots))
def test_whatever_the_place_and_the_week(many, now, zone, week) -> None:
    hours = next_hours(many, now, zone, week)
    assert len(hours) == many
    assert hours == sorted(set(hours))
    assert all(hour > now for hour in hours)
    local = [hour.astimezone(zone) for hour in hours]
    if week:
        assert {(each.weekday(), each.time()) for each in local} <= {(slot.weekday, slot.at) for slot in week}
    else:
        assert all(FIRST <= each.hour <= LAST for each in local)
        assert all(later - earlier >= timedelta(hours=1) for earlier, later in pairwise(hours))


@often
@given(some.integers(1, 10), moments, some.sampled_from(ZONES), some.one_of(some.just([]), slots))
def test_what_is_taken_is_never_given_again(many, now, zone, week) -> None:
    first = next_hours(many, now, zone, week)
    second = next_hours(many, now, zone, week, first)
    assert not set(first) & set(second)
