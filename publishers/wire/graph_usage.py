"""What Meta says is used up of our calls, in headers that come with its answers once there is some traffic.

Source: https://developers.facebook.com/docs/graph-api/overview/rate-limiting
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from publishers.engine.outside import Allowance
from publishers.wire.http import Answer

BUSINESS, APP = "x-business-use-case-usage", "x-app-usage"
COUNTERS = ("call_count", "total_cputime", "total_time")
"""Each in per cent."""
FULL = 100
OURS = frozenset({"pages", "instagram"})
"""Limits of other kinds (of advertisements, of messages) do not stop a publication."""
LONGEST_WAIT = timedelta(hours=24)
UNTOLD = timedelta(minutes=15)
"""How long access stays closed when it is not said; each call meanwhile prolongs it."""


def allowances(answer: Answer, now: datetime) -> Iterator[Allowance]:
    """The limits that are used up. Those that are not are told in per cent of calls, which says nothing of posts."""
    for entry in _entries(answer):
        kind, wait = str(entry.get("type", "pages")), _wait(entry)
        if kind in OURS and (wait or _full(entry)):
            yield Allowance(f"calls {kind}", 0, now + (wait or UNTOLD))
    app = _json(answer, APP)
    if isinstance(app, dict) and _full(app):
        yield Allowance("calls app", 0, now + (regain(answer) or UNTOLD))


def regain(answer: Answer) -> timedelta | None:
    """How long Meta says access stays closed: the longest of all entries of its usage header."""
    return max((_wait(entry) for entry in _entries(answer)), default=timedelta(0)) or None


def _entries(answer: Answer) -> Iterator[Mapping[str, Any]]:
    usage = _json(answer, BUSINESS)
    for entries in usage.values() if isinstance(usage, dict) else ():
        yield from (entry for entry in (entries if isinstance(entries, list) else ()) if isinstance(entry, dict))


def _json(answer: Answer, header: str) -> Any:
    try:
        return json.loads(answer.headers.get(header, "null"))
    except ValueError:
        return None


def _wait(entry: Mapping[str, Any]) -> timedelta:
    """It is told in minutes."""
    minutes = _number(entry.get("estimated_time_to_regain_access"))
    return min(timedelta(minutes=min(max(minutes, 0), 10**6)), LONGEST_WAIT)


def _full(entry: Mapping[str, Any]) -> bool:
    return any(_number(entry.get(counter)) >= FULL for counter in COUNTERS)


def _number(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        return 0
