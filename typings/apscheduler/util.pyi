# APScheduler 3.11: what we use of it.

from datetime import datetime

def datetime_to_utc_timestamp(timeval: datetime) -> float: ...
