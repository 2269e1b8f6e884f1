"""What approves posts for Celery: reads one JSON line for each order, and answers with the moments of its own clock.

`{"jobs": [[[url, text], …], …], "eta": seconds since 1970 or null}` puts a task for each delivery into the queue.
"""

import json
import sys
import time
from datetime import UTC, datetime

from celery_app import app, deliver


def main() -> None:
    with app.producer_pool.acquire(block=True) as producer:
        for line in sys.stdin:
            order = json.loads(line)
            eta = datetime.fromtimestamp(order["eta"], UTC) if order.get("eta") else None
            began = []
            for job in order["jobs"]:
                began.append(time.monotonic())
                for url, text in job:
                    deliver.apply_async((url, text), eta=eta, producer=producer)
            sys.stdout.write(json.dumps({"began": began, "queued": time.monotonic()}) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
