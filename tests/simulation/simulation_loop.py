"""An event loop on virtual time: waiting costs nothing, all happens in one order, and a life can end anywhere."""

import asyncio
import contextvars
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

DAWN = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


class Died(BaseException):
    """The process was killed: whatever it still tries reaches nothing."""


class Stuck(Exception):
    """Nothing is ready, and nothing ever will be."""


@dataclass(slots=True)
class Timeline:
    """The one time of a world, in seconds since its dawn; it survives every life."""

    at: float = 0.0

    def now(self) -> datetime:
        """As a clock that is right would show it."""
        return DAWN + timedelta(seconds=self.at)


class NumberedTask(asyncio.Task[Any]):
    """Its hash is its number, so that sets of tasks are walked in the same order in every process."""

    _numbers = count(1)

    def __init__(self, coro: Any, *, loop: asyncio.AbstractEventLoop, **options: Any) -> None:
        self._number = next(self._numbers)
        super().__init__(coro, loop=loop, **options)

    def __hash__(self) -> int:
        return self._number


class VirtualLoop(asyncio.BaseEventLoop):
    """Where select would wait, time is moved on instead. `steps`: turns after which this life ends; None: never."""

    def __init__(self, timeline: Timeline, steps: int | None = None) -> None:
        super().__init__()
        self.timeline = timeline
        self.steps = steps
        self.turns = 0
        self.dead = False
        self.faults: list[dict[str, Any]] = []
        self._tasks: list[asyncio.Task[Any]] = []
        self._selector = self
        self._clock_resolution = 1e-6
        self.set_task_factory(self._task)
        self.set_exception_handler(lambda _, context: self.faults.append(context))
        NumberedTask._numbers = count(1)

    def time(self) -> float:
        return self.timeline.at

    def select(self, timeout: float | None) -> list[Any]:
        if self.dead:
            raise Died
        self.turns += 1
        if self.steps is not None and self.turns > self.steps:
            self.dead = True
            raise Died
        if timeout is None:
            raise Stuck
        if timeout > 0:
            self.timeline.at = max(self.timeline.at, self._scheduled[0]._when)  # type: ignore[attr-defined]  # a timer handle has one
        return []

    def die(self) -> None:
        """At once: this turn ends, and no other begins."""
        self.dead = True

    def live(self, work: Coroutine[Any, Any, Any]) -> bool:
        """Whether `work` came to its end."""
        task = self.create_task(work)
        try:
            self.run_until_complete(task)
        except Died:
            self._vanish()
            return False
        self._vanish()
        return True

    def _vanish(self) -> None:
        """What is left of the tasks is unwound in a room without doors: every port is closed to this life."""
        at = self.timeline.at
        self.dead, self.select = True, self._unwinding  # type: ignore[method-assign]  # a dead loop selects no more
        for _ in range(10):
            left = [task for task in self._tasks if not task.done()]
            if not left:
                break
            for task in left:
                task.cancel()
            self.run_until_complete(_ended(left))
        for task in self._tasks:
            if not task.done():
                raise AssertionError(f"{task} does not end")
            if not task.cancelled():
                task.exception()
        self.timeline.at = at
        self.close()

    def _unwinding(self, timeout: float | None) -> list[Any]:
        if timeout is None:
            raise Stuck
        if timeout > 0:
            self.timeline.at = max(self.timeline.at, self._scheduled[0]._when)  # type: ignore[attr-defined]  # a timer handle has one
        return []

    def _task(
        self, loop: asyncio.AbstractEventLoop, work: Any, context: contextvars.Context | None = None
    ) -> asyncio.Task[Any]:
        task = NumberedTask(work, loop=loop, context=context)
        self._tasks.append(task)
        if len(self._tasks) > 500:
            self._tasks = [each for each in self._tasks if not each.done()]
        return task

    def _process_events(self, events: list[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nobody else could wake it."""

    def close(self) -> None:
        self._selector = None
        super().close()


async def _ended(tasks: list[asyncio.Task[Any]]) -> None:
    await asyncio.wait(tasks)


class VirtualClock:
    """What a life reads: right, or wrong by `error` seconds. Its monotonic time begins where it likes."""

    def __init__(self, timeline: Timeline, loop: VirtualLoop, error: float, origin: float) -> None:
        self._timeline = timeline
        self._loop = loop
        self.error = error
        self._origin = origin

    def now(self) -> datetime:
        return self._timeline.now() + timedelta(seconds=self.error)

    def monotonic(self) -> float:
        return self._origin + self._timeline.at

    async def sleep(self, seconds: float) -> None:
        if self._loop.dead:
            raise Died
        await asyncio.sleep(seconds)
