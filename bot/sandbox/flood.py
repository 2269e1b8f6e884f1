"""Telegram's patience with one chat."""

import math
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import datetime, timedelta

from bot.sandbox.refusal import too_many


class Flood:
    """At most so many messages and edits per chat within a window; `most` 0 means no limit."""

    def __init__(self, now: Callable[[], datetime], most: int = 0, window: timedelta = timedelta(seconds=1)) -> None:
        self._now = now
        self._most = most
        self._window = window
        self._spent: defaultdict[int, deque[datetime]] = defaultdict(deque)

    def spend(self, chat_id: int, count: int = 1) -> None:
        """Raises Refused (429) and spends nothing when it would be too many."""
        if not self._most:
            return
        now = self._now()
        spent = self._spent[chat_id]
        while spent and now - spent[0] >= self._window:
            spent.popleft()
        if len(spent) + count > self._most and spent:
            raise too_many(max(1, math.ceil((spent[0] + self._window - now).total_seconds())))
        spent.extend([now] * count)
