"""The alarm clock: APScheduler over a file of its own. Hints only; what is due stands in the tables.

docs: https://apscheduler.readthedocs.io/en/3.x/userguide.html
"""

import asyncio
import pickle
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import structlog
from apscheduler.events import EVENT_JOB_SUBMITTED
from apscheduler.executors.base import BaseExecutor
from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.util import datetime_to_utc_timestamp
from sqlalchemy import Engine, Executable, StaticPool, create_engine, delete, insert, select, text
from sqlalchemy.exc import DBAPIError

from publishers.engine import ports
from storage.alarm_file import FILE, connect, mark, prepare
from storage.database import DatabaseFault

log = structlog.get_logger(__name__)
T = TypeVar("T")

WAKE = "storage.alarms:wake"
"""How a kept alarm names what it runs. Never to change: alarms set long ago say it."""
SLICE = 50
"""Alarms handled at once when many are due: the loop breathes in between."""
DEFAULTS = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
"""Of every alarm: however late it rings, it rings, and once."""
PROTOCOL = pickle.HIGHEST_PROTOCOL
AGAIN = timedelta(seconds=3)
"""When a file that could not be read is asked again."""


def wake() -> None:
    """What a kept alarm runs: nothing. That it runs is the news."""


class Slices(SQLAlchemyJobStore):
    """Takes what is due out of the file a slice at a time, and writes what is set a slice at a time.

    No fault of the file gets out: inside APScheduler it would stop the timer for good.
    """

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine=engine)
        self._rows: list[dict[str, Any]] = []
        self._again: datetime | None = None
        self._taken = True
        self._faulty = False

    def get_due_jobs(self, now: datetime) -> list[Job]:
        self._again, self._taken = now + AGAIN, False
        return self._surely(partial(self._take, now), [])

    def _take(self, now: datetime) -> list[Job]:
        table = self.jobs_t.c
        ripe = select(table.id).where(table.next_run_time <= datetime_to_utc_timestamp(now))
        with self.engine.connect() as connection:
            ids = list(connection.scalars(ripe.order_by(table.next_run_time).limit(SLICE)))
        jobs = self._get_jobs(table.id.in_(ids)) if ids else []
        if ids:
            self._write(delete(self.jobs_t).where(table.id.in_(ids)))
        self._taken = True
        return jobs

    def get_next_run_time(self) -> datetime | None:
        """What could not be taken is still there, and would be due at once for ever."""
        return self._surely(super().get_next_run_time, self._again) if self._taken else self._again

    def remove_job(self, job_id: str) -> None:
        """It was taken out when it was found due."""

    def update_job(self, job: Job) -> None:
        """No alarm of ours rings twice."""

    def add_job(self, job: Job) -> None:
        """It is kept with the next `write`."""
        self.keep(job.__getstate__())

    def keep(self, state: Mapping[str, Any]) -> None:
        """What APScheduler calls the state of a job."""
        at = datetime_to_utc_timestamp(state["next_run_time"])
        self._rows.append({"id": state["id"], "next_run_time": at, "job_state": pickle.dumps(state, PROTOCOL)})

    def write(self) -> bool:
        rows, self._rows = self._rows, []
        return not rows or self._surely(
            lambda: self._write(insert(self.jobs_t).prefix_with("OR REPLACE"), rows), other=False
        )

    def vouch(self) -> bool:
        """From now on what is in the file is all there is to be."""
        return self._surely(lambda: self._write(text("PRAGMA user_version=1")), other=False)

    def _write(self, statement: Executable, rows: Sequence[dict[str, Any]] = ()) -> bool:
        with self.engine.begin() as connection:
            connection.execute(statement, rows or None)
        if self._faulty:
            log.info("alarms are kept again")
        self._faulty = False
        return True

    def _surely(self, work: Callable[[], T], other: T) -> T:
        """Says that the file cannot be used, once until something was written there again."""
        try:
            return work()
        except DBAPIError as fault:
            if not self._faulty:
                log.warning("alarms cannot be kept now: what is due is found by the sweep", why=str(fault.orig))
            self._faulty = True
            return other


class AtOnce(BaseExecutor):
    """Runs the no-op where it stands: a thread or a task for each would cost more than the alarm itself."""

    def submit_job(self, job: Job, run_times: list[datetime]) -> None:
        self._do_submit_job(job, run_times)

    def _do_submit_job(self, job: Job, run_times: list[datetime]) -> None:  # noqa: ARG002 - the hook's shape
        job.func(*job.args, **job.kwargs)


class Bell(AsyncIOScheduler):
    """A timer that had already rung when the clock was stopped finds nothing to do."""

    def _process_jobs(self) -> float | None:
        return super()._process_jobs() if self.running else None


class Alarms(ports.Alarms):
    """The port over `data_dir`/alarms.db, inside an `async with` block. Its loop's thread only.

    Opening raises DatabaseFault. After the block alarms ring no more, and setting one does nothing.
    """

    def __init__(self, data_dir: Path) -> None:
        self._path = data_dir / FILE
        self._ring: Callable[[], object] | None = None
        self._lost = False
        engine = create_engine("sqlite://", creator=partial(connect, self._path), poolclass=StaticPool)
        self._slices = Slices(engine)
        self._bell = Bell(
            timezone=UTC,
            jobstores={"default": self._slices},
            executors={"default": AtOnce()},
            job_defaults=DEFAULTS,
        )
        self._bell.add_listener(self._rang, EVENT_JOB_SUBMITTED)
        self._form = _form(self._bell)

    async def __aenter__(self) -> Self:
        self._lost = await asyncio.to_thread(prepare, self._path, mark(WAKE))
        try:
            self._bell.start(paused=True)
        except DBAPIError as error:
            raise DatabaseFault(f"The file of the alarms, {self._path}, cannot be used: {error.orig}.") from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ring = None
        self._bell.shutdown(wait=False)
        await asyncio.sleep(0)  # APScheduler stops in the loop's next turn

    @property
    def lost(self) -> bool:
        return self._lost

    def retrieved(self) -> None:
        self._lost = not self._slices.vouch()

    def listen(self, ring: Callable[[], object]) -> None:
        self._ring = ring
        self._bell.resume()

    def set(self, times: Mapping[str, datetime]) -> bool:
        """All in one transaction, and the timer is set once."""
        if not self._bell.running:
            return False
        self._bell.pause()
        for delivery_id, at in times.items():
            trigger = DateTrigger(at, timezone=UTC)
            self._slices.keep(self._form | {"id": delivery_id, "trigger": trigger, "next_run_time": trigger.run_date})
        kept = self._slices.write()
        if self._ring is not None:
            self._bell.resume()
        return kept

    def _rang(self, _: object) -> None:
        if self._ring is not None:
            self._ring()


def _form(bell: Bell) -> dict[str, Any]:
    """What all alarms have in common, as APScheduler makes it. Made for each anew it took longer than all the rest."""
    at = datetime.fromtimestamp(0, UTC)
    own = {"trigger": DateTrigger(at, timezone=UTC), "next_run_time": at}
    call = {"func": WAKE, "args": (), "kwargs": {}, "name": wake.__name__, "executor": "default"}
    return Job(bell, "", **own, **call, **DEFAULTS).__getstate__()
