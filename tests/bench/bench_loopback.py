"""A plugin for pytest: the addresses beyond loopback that were connected to, as JSON in the folder BENCH_BEYOND.

A file for each process that runs tests.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

LOOPBACK = ("127.", "::1", "localhost")
seen: set[str] = set()


def watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = str(arguments[1][0])
        if not host.startswith(LOOPBACK):
            seen.add(host)


def pytest_sessionfinish() -> None:
    Path(os.environ["BENCH_BEYOND"], f"{os.getpid()}.json").write_text(json.dumps(sorted(seen)))


sys.addaudithook(watch)
