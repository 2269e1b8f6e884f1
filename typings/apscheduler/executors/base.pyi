# APScheduler 3.11: what we use of it.

from abc import ABCMeta, abstractmethod
from datetime import datetime

from apscheduler.job import Job

class BaseExecutor(metaclass=ABCMeta):
    def submit_job(self, job: Job, run_times: list[datetime]) -> None: ...
    @abstractmethod
    def _do_submit_job(self, job: Job, run_times: list[datetime]) -> None: ...
