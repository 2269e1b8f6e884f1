"""What a process holds at rest: tasks, descriptors, connections and threads."""

import asyncio
import gc
import re
import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

NUMBERS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")
POOL_THREAD = re.compile(r"^(asyncio)_\d+$")
"""Of the loop's own pool, which grows to the processors and four, and then stays."""


def tasks() -> dict[str, int]:
    """Those that have not ended, by name without numbers, but for the one that asks."""
    asking = asyncio.current_task()
    names = (NUMBERS.sub("…", task.get_name()) for task in asyncio.all_tasks() if task is not asking)
    return dict(Counter(names))


def descriptors(data_dir: Path) -> dict[str, int]:
    """Open ones by kind."""
    found: Counter[str] = Counter()
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(FileNotFoundError):  # the one that lists them
            found[_kind(str(entry.readlink()), str(data_dir))] += 1
    return dict(found)


def _kind(target: str, data_dir: str) -> str:
    if target.startswith(("socket:", "pipe:", "anon_inode:")):
        return target.partition(":")[0]
    if re.search(r"\.db(-wal|-shm)?$", target):
        return "db"
    return "data" if target.startswith(data_dir) else "file"


def threads() -> dict[str, int]:
    """By name, without those of the loop's own pool."""
    named = (NUMBERS.sub("…", thread.name) for thread in threading.enumerate() if not POOL_THREAD.match(thread.name))
    return dict(Counter(named))


def pooled(sessions: Iterable[Any], requests: Iterable[Any]) -> dict[str, int]:
    """Connections that pools keep for the next call (idle), and those that are out (busy).

    `sessions` are aiohttp's, `requests` python-telegram-bot's: neither has a public way to ask.
    """
    connectors = [session.connector for session in sessions]
    idle = sum(len(kept) for connector in connectors for kept in connector._conns.values())
    busy = sum(len(connector._acquired) for connector in connectors)
    for request in requests:
        kept = request._client._transport._pool.connections
        free = sum(connection.is_idle() for connection in kept)
        idle, busy = idle + free, busy + len(kept) - free
    return {"idle": idle, "busy": busy}


def kinds() -> dict[str, int]:
    """Live objects by type: the first hint of what grows."""
    return dict(Counter(f"{type(each).__module__}.{type(each).__qualname__}" for each in gc.get_objects()))


def growth(before: Mapping[str, int], after: Mapping[str, int], most: int = 12) -> list[str]:
    """What there is more of, the most first."""
    more = Counter({name: number - before.get(name, 0) for name, number in after.items()})
    return [f"{number:+8d} {name}" for name, number in more.most_common(most) if number > 0]
