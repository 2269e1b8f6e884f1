"""What has an hour and has not begun, and what that makes of its job."""

from datetime import timedelta

import pytest
from render_samples import MINUTE, NOW, S, delivery, job

from bot.unbegun import asleep, called_off, held, unbegun
from publishers.engine.errors import Needs
from publishers.engine.model import Wait

LATER = NOW + timedelta(hours=14)
DONE = delivery("plaza", 1, status=S.PUBLISHED)
WAITS = delivery("foto", 2, status=S.WAITING, wait=Wait.HOUR, due_at=LATER, scheduled_at=LATER)


@pytest.mark.parametrize(
    ("given", "so"),
    [
        ({"status": S.WAITING, "wait": Wait.HOUR, "due_at": LATER}, True),
        ({"status": S.WAITING, "wait": Wait.HOUR, "due_at": LATER, "started_at": NOW, "attempts": 1}, True),
        ({"status": S.WAITING, "wait": Wait.PAUSE, "scheduled_at": NOW}, True),
        ({"status": S.WAITING, "wait": Wait.PAUSE}, False),
        ({"status": S.WAITING, "wait": Wait.LIMIT, "due_at": LATER, "scheduled_at": NOW}, True),
        ({"status": S.WAITING, "wait": Wait.RETRY, "due_at": LATER, "scheduled_at": NOW, "started_at": NOW}, False),
        ({"status": S.WAITING, "wait": Wait.HOLD, "due_at": NOW + MINUTE}, False),
        ({"status": S.BLOCKED, "needs": Needs.HOUR, "scheduled_at": NOW}, True),
        ({"status": S.BLOCKED, "needs": Needs.AUTHORIZATION, "scheduled_at": LATER}, True),
        ({"status": S.BLOCKED, "needs": Needs.AUTHORIZATION}, False),
        ({"status": S.PENDING, "scheduled_at": NOW}, False),
        ({"status": S.SKIPPED, "scheduled_at": NOW, "reason": "cancelled"}, False),
    ],
)
def test_what_has_not_begun(given, so) -> None:
    assert unbegun(delivery("plaza", **given)) is so


def test_a_job_sleeps_while_nothing_of_it_moves() -> None:
    assert asleep(job(WAITS))
    assert asleep(job(DONE, WAITS))
    assert not asleep(job(WAITS, delivery("plaza", status=S.PUBLISHING)))
    assert not asleep(job(DONE))


def test_what_is_held_can_be_undone() -> None:
    assert held(delivery("plaza", status=S.WAITING, wait=Wait.HOLD, due_at=NOW))
    assert not held(WAITS)
    assert not held(DONE)


def test_a_job_was_called_off_when_nothing_else_is_to_come() -> None:
    off = delivery("hilo", 3, status=S.SKIPPED, reason="cancelled")
    assert called_off(job(off))
    assert called_off(job(DONE, off))
    assert not called_off(job(WAITS, off))
    assert not called_off(job(delivery("hilo", status=S.SKIPPED, reason="omitted")))
