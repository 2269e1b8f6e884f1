# APScheduler 3.11: what we use of it.

from collections.abc import Callable, Mapping
from datetime import tzinfo
from typing import Any

from apscheduler.executors.base import BaseExecutor
from apscheduler.job import Job
from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.triggers.date import DateTrigger

class AsyncIOScheduler:
    def __init__(
        self,
        *,
        timezone: tzinfo,
        jobstores: Mapping[str, SQLAlchemyJobStore],
        executors: Mapping[str, BaseExecutor],
        job_defaults: Mapping[str, Any],
    ) -> None: ...
    @property
    def running(self) -> bool: ...
    def start(self, paused: bool = ...) -> None: ...
    def shutdown(self, wait: bool = ...) -> None: ...
    def pause(self) -> None: ...
    def resume(self) -> None: ...
    def add_listener(self, callback: Callable[[Any], object], mask: int = ...) -> None: ...
    def add_job(self, func: str, trigger: DateTrigger, *, id: str, replace_existing: bool = ...) -> Job: ...  # noqa: A002 - its name
    def _process_jobs(self) -> float | None: ...
