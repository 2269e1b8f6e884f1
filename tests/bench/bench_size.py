"""How much is measured: in full for the table, as little as possible to see that everything still can be."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bench_rows import FANS, MANY


@dataclass(frozen=True, slots=True)
class Size:
    """`answer`: seconds a slow network takes for a request."""

    rounds: int = 7
    answer: float = 0.3
    fans: Mapping[int, int] = field(default_factory=lambda: {jobs: jobs for jobs in FANS})
    """How many jobs stand for those of each row."""
    samples: int = 60
    """Of one approval or one due time after the other."""
    taps: int = 40
    busy: int = 120
    stuck: int = 10
    starts: int = 5
    days: int = 5
    """Rounds of the whole product."""
    batch: int = 10
    """Jobs approved within one second."""
    burst: int = 500
    many: int = MANY
    chats: int = 10
    """Jobs in one chat whose edits are counted."""
    group_chats: int = 18
    killed: int = 9
    photo: tuple[int, int] = (4000, 3000)
    large: tuple[int, int] = (10_000, 8000)
    albums: int = 10
    threads: int = 450
    """Of the Celery worker: one for each delivery of the largest batch."""
    celery: bool = True
    worlds: int = 300
    tests: tuple[str, ...] = ("tests/contract",)
    spread: tuple[str, ...] = ("-n", "auto", "--dist", "worksteal")
    struck: bool = True
    """Whether the crash matrix may run."""


FULL = Size()
SMALL = Size(
    rounds=1, celery=False, answer=0.02, fans={1: 1, 10: 2, 50: 2}, samples=2, taps=1, busy=2, stuck=2, starts=1,
    days=1, batch=2, burst=20, many=150, chats=1, group_chats=1, killed=2, photo=(400, 300), large=(800, 600),
    albums=2, threads=10, worlds=1, tests=("tests/contract/test_contract_records.py",), spread=(), struck=False,
)  # fmt: skip


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * round(share * 100) // 100) - 1))]
