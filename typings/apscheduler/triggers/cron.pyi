# APScheduler 3.11: what we use of it.

from typing import Self

class CronTrigger:
    @classmethod
    def from_crontab(cls, expr: str) -> Self: ...
