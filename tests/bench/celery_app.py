"""The same work for Celery: one task for each delivery, tried again when the network fails."""

import json
import os
from typing import Any

import urllib3
from celery import Celery

VISIBILITY = os.environ.get("BENCH_VISIBILITY")
"""Seconds until a task that nobody acknowledged goes to another worker; then it is looked for each second as well."""
LOOKS = {"unacked_restore_interval": 1, "unacked_restore_throttle": 1}
TIMEOUT = urllib3.Timeout(connect=5, read=60)
app = Celery("bench", broker=os.environ["BENCH_BROKER"])
app.conf.update(
    task_ignore_result=True,
    task_acks_late=os.environ.get("BENCH_ACKS", "late") == "late",
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": float(VISIBILITY), **LOOKS} if VISIBILITY else {},
)
pool = urllib3.PoolManager(num_pools=16, maxsize=512, timeout=TIMEOUT, retries=False)


@app.task(autoretry_for=(urllib3.exceptions.HTTPError,), retry_backoff=True, max_retries=3)
def deliver(url: str, text: str) -> None:
    answer: Any = pool.request(
        "POST", url, body=json.dumps({"text": text}), headers={"Content-Type": "application/json"}
    )
    if answer.status != 200:
        raise urllib3.exceptions.HTTPError(str(answer.status))
