"""Retention: for how long working data stays. What was published is remembered for ever.

Working data are the values that were prepared for a network and the picture files. Never removed are drafts, jobs,
deliveries, adapted texts, receipts, the ledger, and every step that was armed.

    a job with an unfinished delivery     keeps its working data until that ends
      (pending, publishing, waiting, blocked, unconfirmed)
    else, with a failed one               for `failed` after its last move
    else (all published or skipped)       for `completed` after its last move, and while it is among the
                                          `completed_last` that ended last
    a pending draft                       keeps its pictures until it is decided
    a discarded draft                     for `completed` after it was discarded
    an approved draft                     what its job keeps
    an answer not yet given               the pictures it shows

A picture kept by any of these stays: the same bytes are one file. A job that moves again is judged anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol


@dataclass(frozen=True, slots=True)
class Keeps:
    """How long, and how many. An age equal to the limit is over it."""

    completed: timedelta = timedelta(hours=24)
    completed_last: int = 1000
    failed: timedelta = timedelta(days=7)


class Prepared(NamedTuple):
    """The name of one prepared value."""

    job_id: str
    delivery_id: str
    key: str


class Page(NamedTuple):
    """The pictures some rows name, and after which row the next page begins; None: there is no more."""

    sha256s: frozenset[str]
    next: str | None


class Retention(Protocol):
    async def mark(self) -> int:
        """Where the ledger stands. Taken before anything is looked at, it tells later what has moved since."""

    async def over(self, keeps: Keeps, now: datetime, most: int) -> list[Prepared]:
        """Prepared values that nothing keeps any more."""

    async def forget(self, values: Sequence[Prepared], since: int) -> int:
        """Remove these, except of jobs that moved since that mark, and never a fence. How many."""

    async def of_jobs(self, keeps: Keeps, now: datetime, after: str, most: int) -> Page:
        """Pictures kept by jobs. The first page begins after ""."""

    async def of_drafts(self, keeps: Keeps, now: datetime, after: str, most: int) -> Page: ...

    async def of_answers(self) -> frozenset[str]:
        """Pictures that answers show which are not given yet."""

    async def revived(self, since: int) -> frozenset[str]:
        """Pictures of jobs that moved since that mark."""
