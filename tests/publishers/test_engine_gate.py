"""What becomes of a delivery whose time has come: pure, so every case is a row."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from fakes.network import adapted
from publishers.engine.errors import Needs
from publishers.engine.gate import Gate, again, unpaused
from publishers.engine.model import LOOK, Delivery, DeliveryStatus, Move, Wait

S = DeliveryStatus
NOW = datetime(2026, 11, 21, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
LATE = Move(S.BLOCKED, needs=Needs.HOUR, code="late")
GO = Move(S.PUBLISHING)
HELD = Move(S.WAITING, wait=Wait.PAUSE)
PLAIN = Delivery("d", "j", "a", "plaza", "@panaderia", adapted("Pan"))


def waiting(wait: Wait, due_at: datetime | None = NOW, scheduled_at: datetime | None = None) -> Delivery:
    hour = due_at if wait is Wait.HOUR else scheduled_at
    return replace(PLAIN, status=S.WAITING, wait=wait, due_at=due_at, scheduled_at=hour)


@pytest.mark.parametrize(
    ("grace", "lateness", "move"),
    [
        (HOUR, timedelta(0), GO),
        (HOUR, timedelta(minutes=59), GO),
        (HOUR, HOUR, GO),
        (HOUR, HOUR + SECOND, LATE),
        (HOUR, timedelta(minutes=61), LATE),
        (timedelta(0), timedelta(0), GO),
        (timedelta(0), timedelta(seconds=60), GO),
        (timedelta(0), timedelta(seconds=61), LATE),
        (timedelta(seconds=30), timedelta(seconds=59), GO),
        (timedelta(days=400), timedelta(days=399), GO),
    ],
)
def test_how_late_a_scheduled_post_may_go_out_by_itself(grace: timedelta, lateness: timedelta, move: Move) -> None:
    assert Gate(NOW, grace).move(waiting(Wait.HOUR, NOW - lateness)) == move


@pytest.mark.parametrize("wait", sorted(set(Wait) - {Wait.HOUR, Wait.PAUSE}))
def test_only_an_hour_can_be_missed(wait: Wait) -> None:
    delivery = waiting(wait, NOW - timedelta(days=3), scheduled_at=NOW - timedelta(days=4))
    assert Gate(NOW, HOUR).move(delivery) == GO


def test_what_was_recovered_is_not_late_again() -> None:
    assert Gate(NOW, HOUR).move(replace(PLAIN, scheduled_at=NOW - timedelta(days=1))) == GO


@pytest.mark.parametrize(
    "delivery", [PLAIN, *(waiting(wait) for wait in Wait if wait is not Wait.PAUSE), waiting(Wait.HOUR, NOW - 9 * HOUR)]
)
def test_a_paused_network_holds_what_comes_due_late_or_not(delivery: Delivery) -> None:
    assert Gate(NOW, HOUR, {"plaza"}).move(delivery) == HELD
    assert Gate(NOW, HOUR, {"mercado"}).move(delivery) in (GO, LATE)


def test_what_may_be_public_is_looked_for_unless_its_network_is_paused() -> None:
    doubtful = replace(PLAIN, status=S.UNCONFIRMED, due_at=NOW)
    assert Gate(NOW, HOUR).move(doubtful) == Move(S.PUBLISHING, reason=LOOK)
    assert Gate(NOW, HOUR, {"plaza"}).move(doubtful) is None


@pytest.mark.parametrize(
    ("hour", "to"),
    [(None, S.PENDING), (NOW - SECOND, S.PENDING), (NOW, S.PENDING), (NOW + SECOND, S.WAITING)],
)
def test_what_stood_still_goes_on_at_its_hour_or_now(hour: datetime | None, to: DeliveryStatus) -> None:
    move = again(replace(PLAIN, status=S.BLOCKED, scheduled_at=hour), NOW, "authorized")
    assert (move.to, move.reason) == (to, "authorized")
    assert (move.wait, move.due_at) == ((Wait.HOUR, hour) if to is S.WAITING else (None, None))


@pytest.mark.parametrize("hour", [NOW - 9 * HOUR, NOW + 9 * HOUR])
def test_after_a_pause_what_never_began_is_judged_by_its_hour(hour: datetime) -> None:
    move = unpaused(replace(waiting(Wait.PAUSE, None), scheduled_at=hour), NOW)
    assert (move.to, move.wait, move.due_at, move.reason) == (S.WAITING, Wait.HOUR, hour, "resumed")


@pytest.mark.parametrize(
    "delivery",
    [
        waiting(Wait.PAUSE, None),
        replace(waiting(Wait.PAUSE, None), scheduled_at=NOW - 9 * HOUR, started_at=NOW - 8 * HOUR),
    ],
    ids=["without an hour", "begun"],
)
def test_after_a_pause_everything_else_goes_on_at_once(delivery: Delivery) -> None:
    assert unpaused(delivery, NOW) == Move(S.PENDING, reason="resumed")
