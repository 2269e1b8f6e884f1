"""How the process is asked to end: a signal lets what is on its way arrive, a second one is a crash on purpose."""

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import FrameType, TracebackType
from typing import Any, Self

import structlog

log = structlog.get_logger(__name__)

SIGNALS = (signal.SIGTERM, signal.SIGINT)
KILLED = 128
"""Plus the number of the signal: the exit code of a process that a second one ended, as a shell would say it."""


@dataclass(slots=True)
class Stop:
    """Hears SIGTERM and SIGINT while it is entered.

    The handlers are Python's, not the loop's: the second signal must end the process also while something holds the
    loop, and also as the first process of a container, for which the system's own default would not count.
    """

    asked: bool = False
    _loop: asyncio.AbstractEventLoop | None = None
    _end: Callable[[], object] = bool
    _awaited: Callable[[], Mapping[str, Any]] = dict
    _before: dict[signal.Signals, Any] = field(default_factory=dict)

    def __enter__(self) -> Self:
        self._before = {number: signal.signal(number, self._heard) for number in SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, before in self._before.items():
            signal.signal(number, before)

    def calls(self, end: Callable[[], object], awaited: Callable[[], Mapping[str, Any]] = dict) -> None:
        """What the first signal calls from now on, in the running loop; `awaited` is told in the log."""
        self._loop, self._end, self._awaited = asyncio.get_running_loop(), end, awaited

    def _heard(self, number: int, _: FrameType | None) -> None:
        if self.asked:
            os._exit(KILLED + number)  # nothing is tidied up: what is half done is left as a crash leaves it
        self.asked = True
        if self._loop is None or self._loop.is_closed():
            raise SystemExit(0)  # nothing runs yet, or any more
        self._loop.call_soon_threadsafe(self._begin)

    def _begin(self) -> None:
        log.info("stopping; a second signal stops at once", **self._awaited())
        self._end()
