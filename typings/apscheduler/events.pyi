# APScheduler 3.11: what we use of it.

EVENT_JOB_SUBMITTED: int
