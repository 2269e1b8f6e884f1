"""The arithmetic of limits: when enough is free, what is left, and how a window is written."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.clock import FakeClock
from fakes.network import Limits, ScriptedSettings, adapted
from publishers.engine.budget import TICK, Held, Ration, Said, Standing, Usage, Window, needed, windows
from publishers.engine.contract import Receipt
from publishers.engine.gate import Gate, in_turn
from publishers.engine.model import LOOK, Delivery, DeliveryStatus, Move, Wait
from publishers.engine.outside import Allowance

NOW = FakeClock().at
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
THREE = (Window(3, HOUR),)
S = DeliveryStatus


def ago(*minutes: float) -> tuple[datetime, ...]:
    return tuple(NOW - each * MINUTE for each in sorted(minutes, reverse=True))


def delivery(parts: int = 1, done: int = 0, **rest: Any) -> Delivery:
    texts = [f"parte {number}" for number in range(parts)]
    receipts = tuple(Receipt(str(number)) for number in range(done))
    return Delivery("d", "j", "a", "plaza", "@panaderia", adapted(*texts), receipts=receipts, **rest)


def ration(used: Usage | None = None, limits: Sequence[Window] = THREE) -> Ration:
    return Ration(limits, used or Usage(), NOW)


def told(remaining: int, *, most: int | None = None, resets: timedelta = HOUR, before: timedelta = MINUTE) -> Said:
    return Said(Allowance("daily", remaining, NOW + resets, most), NOW - before)


# -- how windows are written -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "span"),
    [
        ("posts_per_hour", HOUR),
        ("tweets_per_15min", 15 * MINUTE),
        ("posts_per_min", MINUTE),
        ("posts_per_day", timedelta(days=1)),
        ("long_posts_per_3hour", 3 * HOUR),
        ("posts_per_30day", timedelta(days=30)),
    ],
)
def test_the_name_of_a_window_says_how_long_it_is(name: str, span: timedelta) -> None:
    assert windows(ScriptedSettings(rate_limits=Limits(**{name: 9}))) == (Window(9, span),)


@pytest.mark.parametrize(
    "name",
    ["posts", "posts_per_week", "posts_per_0min", "per_hour", "_per_hour", "posts_per_99999day", "Posts_per_hour"],
)
def test_another_name_is_no_window(name: str) -> None:
    with pytest.raises(ValueError, match=f"^{name}: is not the name of a limit"):
        windows(ScriptedSettings(rate_limits=Limits(**{name: 9})))


def test_null_is_no_limit_and_neither_is_nothing() -> None:
    assert windows(ScriptedSettings(rate_limits=Limits(posts_per_hour=None))) == ()
    assert windows(Limits()) == ()


# -- when enough is free ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spent", "parts", "minutes"),
    [
        (ago(), 1, 0),
        (ago(1, 2), 1, 0),
        (ago(10, 20, 30), 1, 30),
        (ago(10, 20, 60), 1, 0),
        (ago(10, 20, 59), 1, 1),
        (ago(10, 20), 2, 40),
        (ago(10, 20, 30), 2, 40),
        (ago(10, 20, 30), 3, 50),
        (ago(10), 9, 50),
        (ago(), 9, 0),
        (ago(1, 1, 1, 1, 1), 1, 59),
        (ago(10, 10, 10, 40), 1, 50),
    ],
)
def test_it_goes_once_all_its_parts_fit(spent: tuple[datetime, ...], parts: int, minutes: float) -> None:
    held = ration(Usage(spent)).take(delivery(parts))
    assert held == (None if not minutes else Held(NOW + minutes * MINUTE, "budget"))


def test_every_window_has_its_say() -> None:
    limits = (Window(3, HOUR), Window(4, timedelta(days=1)))
    assert ration(Usage(ago(100, 200, 300)), limits).take(delivery()) is None
    held = ration(Usage(ago(100, 200, 300, 400)), limits).take(delivery())
    assert held == Held(NOW + timedelta(days=1) - 400 * MINUTE, "budget")


def test_what_is_publishing_is_counted_as_if_it_were_public_now() -> None:
    assert ration(Usage(reserved=2)).take(delivery()) is None
    assert ration(Usage(reserved=3)).take(delivery()) == Held(NOW + HOUR, "budget")


def test_those_of_one_slice_are_counted_together_and_wait_in_order() -> None:
    ours = ration(Usage(ago(30)))
    held = [ours.take(delivery()) for _ in range(7)]
    assert held[:2] == [None, None]
    moments = [each.until for each in held[2:] if each is not None]
    assert moments == [NOW + 30 * MINUTE, NOW + HOUR, NOW + HOUR + TICK, NOW + 90 * MINUTE, NOW + 2 * HOUR]


def test_what_comes_goes_behind_what_waits() -> None:
    used = Usage(ago(10), queued=(NOW + 5 * MINUTE,))
    assert ration(used).take(delivery()) == Held(NOW + 5 * MINUTE + TICK, "budget")


def test_what_has_waited_looks_at_no_queue() -> None:
    used = Usage(ago(10), queued=(NOW + 5 * MINUTE,))
    assert ration(used).take(delivery(status=S.WAITING, wait=Wait.LIMIT, due_at=NOW)) is None


def test_a_thread_that_has_begun_waits_behind_nobody() -> None:
    used = Usage(ago(10), queued=(NOW + 5 * MINUTE,))
    assert ration(used).take(delivery(3, done=2)) is None
    assert ration(Usage(ago(1, 2, 3))).take(delivery(3, done=2)) is not None


def test_what_has_nothing_left_to_publish_is_never_held() -> None:
    full = ration(Usage(ago(1, 2, 3), queued=(NOW + HOUR,), said=[told(0)]))
    assert full.take(delivery(2, done=2)) is None


def test_waiting_goes_before_what_has_just_come() -> None:
    fresh, waited = delivery(), delivery(status=S.WAITING, wait=Wait.LIMIT, due_at=NOW)
    assert in_turn([fresh, waited, fresh]) == [waited, fresh, fresh]


# -- the platform's word ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "parts", "held"),
    [
        (told(1), 1, None),
        (told(0), 1, Held(NOW + HOUR, "rate_limited")),
        (told(1), 2, Held(NOW + HOUR, "rate_limited")),
        (told(1, most=17), 2, Held(NOW + HOUR, "rate_limited")),
        (told(1, most=1), 2, None),
        (told(0, resets=-MINUTE), 1, None),
        (told(0, resets=timedelta(0)), 1, None),
        (told(-5), 1, Held(NOW + HOUR, "rate_limited")),
        (told(10**6, most=10**6), 3, None),
    ],
)
def test_it_may_hold_back(said: Said, parts: int, held: Held | None) -> None:
    assert ration(Usage(said=[said])).take(delivery(parts)) == held


def test_what_we_published_since_counts_against_it() -> None:
    said = told(2, before=10 * MINUTE)
    assert ration(Usage(ago(5), said=[said])).take(delivery()) is None
    assert ration(Usage(ago(5, 6), said=[said])).take(delivery()) is not None
    assert ration(Usage(ago(11, 12), said=[said])).take(delivery()) is None, "it knew of those"
    assert ration(Usage(ago(5), reserved=1, said=[said])).take(delivery()) is not None


def test_it_never_loosens_a_window() -> None:
    assert ration(Usage(ago(1, 2, 3), said=[told(1000)])).take(delivery()) == Held(NOW + 57 * MINUTE, "budget")


def test_the_later_of_both_counts() -> None:
    held = ration(Usage(ago(1, 2, 3), said=[told(0, resets=2 * HOUR)])).take(delivery())
    assert held == Held(NOW + 2 * HOUR, "rate_limited")


def test_a_persons_word_counts_against_its_word_but_not_against_a_window() -> None:
    again = delivery(reason="retried")
    assert ration(Usage(said=[told(0)], queued=(NOW + HOUR,))).take(again) is None
    assert ration(Usage(ago(1, 2, 3))).take(again) == Held(NOW + 57 * MINUTE, "budget")


# -- what is left ----------------------------------------------------------------------------------------------------


def test_without_any_limit_there_is_nothing_to_say() -> None:
    assert ration(limits=()).standing(1) is None


@pytest.mark.parametrize(
    ("used", "parts", "standing"),
    [
        (Usage(), 1, Standing(3, 3, HOUR, NOW)),
        (Usage(ago(5, 10)), 1, Standing(1, 3, HOUR, NOW)),
        (Usage(ago(5, 10)), 2, Standing(1, 3, HOUR, NOW, NOW + 50 * MINUTE)),
        (Usage(ago(5, 10, 15)), 1, Standing(0, 3, HOUR, NOW, NOW + 45 * MINUTE)),
        (Usage(reserved=2), 1, Standing(1, 3, HOUR, NOW)),
        (Usage(ago(5), said=[told(2, most=17)]), 1, Standing(2, 3, HOUR, NOW)),
        (Usage(ago(5), said=[told(1, most=17, before=timedelta(0))]), 1, Standing(1, 17, None, NOW)),
        (Usage(ago(5), said=[told(0)]), 1, Standing(0, None, None, NOW, NOW + HOUR)),
        (Usage(ago(5), queued=(NOW + MINUTE,)), 1, Standing(0, 3, HOUR, NOW, NOW + MINUTE + TICK)),
    ],
)
def test_the_tightest_limit_is_told(used: Usage, parts: int, standing: Standing) -> None:
    assert ration(used).standing(parts) == standing


@pytest.mark.parametrize(("left", "most", "scarce"), [(5, 25, True), (6, 25, False), (0, 3, True), (9, None, True)])
def test_a_fifth_is_little(left: int, most: int | None, scarce: bool) -> None:
    assert Standing(left, most, HOUR, NOW).scarce is scarce


# -- at the gate -----------------------------------------------------------------------------------------------------


def gate(used: Usage) -> Gate:
    return Gate(NOW, HOUR, rations={"a": ration(used)})


FULL = Usage(ago(1, 2, 3))


def test_a_full_window_holds_back_without_spending_an_attempt() -> None:
    held = gate(FULL).move(delivery())
    assert held == Move(S.WAITING, due_at=NOW + 57 * MINUTE, wait=Wait.LIMIT, code="budget")
    assert held is not None
    assert not held.spent


def test_looks_and_rehearsals_pass() -> None:
    assert gate(FULL).move(delivery(status=S.UNCONFIRMED)) == Move(S.PUBLISHING, reason=LOOK)
    assert gate(FULL).move(delivery(looks=2)) == Move(S.PUBLISHING)
    assert gate(FULL).move(delivery(dry_run=True)) == Move(S.PUBLISHING)


def test_a_look_is_counted_and_a_rehearsal_is_not() -> None:
    after = gate(Usage(ago(1, 2)))
    after.move(delivery(dry_run=True))
    assert after.move(delivery(looks=1)) == Move(S.PUBLISHING)
    held = after.move(delivery())
    assert held is not None
    assert held.to is S.WAITING


def test_an_account_nobody_asked_about_is_not_held() -> None:
    assert gate(FULL).move(replace(delivery(), account_id="b")) == Move(S.PUBLISHING)


# -- whatever the numbers --------------------------------------------------------------------------------------------

MOMENTS = st.lists(st.integers(0, 200), max_size=30).map(lambda minutes: ago(*minutes))
WINDOWS = st.lists(st.builds(Window, st.integers(1, 6), st.integers(1, 180).map(lambda m: m * MINUTE)), max_size=3)


@given(MOMENTS, WINDOWS, st.lists(st.integers(1, 8), min_size=1, max_size=6))
def test_given_moments_keep_every_window_and_are_the_first_that_do(
    spent: tuple[datetime, ...], limits: list[Window], threads: list[int]
) -> None:
    ours = ration(Usage(spent), limits)
    used = list(spent)
    last = NOW
    for parts in threads:
        held = ours.take(delivery(parts))
        at = NOW if held is None else held.until
        assert at >= last, "nobody overtakes"
        assert all(fits(window, used, parts, at) for window in limits)
        if held is not None and at - TICK > last:
            assert not all(fits(window, used, parts, at - TICK) for window in limits), "a moment earlier was free too"
        used += [at] * parts
        last = at


def fits(window: Window, used: Sequence[datetime], parts: int, at: datetime) -> bool:
    return sum(1 for each in used if at - window.span < each <= at) + min(parts, window.most) <= window.most


def test_a_delivery_needs_what_is_not_public_yet() -> None:
    assert [needed(delivery(3, done)) for done in range(5)] == [3, 2, 1, 0, 0]
