"""What may happen to a request, and how often."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weather:
    """How often what goes wrong, in one world."""

    bad: float = 0.3
    """Of all requests, those that something happens to."""
    deadly: float = 0.0
    """Of all moments of a request, those in which our process dies."""
    refuses_duplicates: bool = False
    keeps: float = 1500.0
    """Seconds a prepared container lives."""


FAULTS = {
    "slow": 3,  # done, and answered after we stopped listening
    "lost before": 3,  # never arrives
    "not reached": 2,  # nothing left us
    "lost after": 5,  # done, and the answer never comes
    "late": 5,  # an error now, and done after that
    "failed and kept": 3,  # 5xx, done nevertheless
    "failed": 2,  # 5xx, not done
    "garbled": 1,  # done, and the answer cannot be read
    "limited": 2,
    "expired": 1,
    "rejected": 0.3,
}
PUBLIC_ONLY = ("late", "garbled", "rejected")
ANSWERS = ("limited", "expired", "rejected")
"""Clear answers: nothing was done."""
