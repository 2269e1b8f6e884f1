# APScheduler 3.11: what we use of it.

from datetime import datetime, tzinfo

class DateTrigger:
    run_date: datetime
    def __init__(self, run_date: datetime, timezone: tzinfo) -> None: ...
