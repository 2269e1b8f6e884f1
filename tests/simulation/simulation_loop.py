"""An event loop on virtual time: waiting costs nothing, all happens in one order, and a life can end anywhere."""

import asyncio
import contextvars
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
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
        self.dead = self.unwinding = False
        self.faults: list[dict[str, Any]] = []
        self._tasks: list[asyncio.Task[Any]] = []
        self._timers: list[tuple[float, int, asyncio.TimerHandle]] = []
        self._order = count()
        self.set_task_factory(self._task)
        self.set_exception_handler(lambda _, context: self.faults.append(context))
        NumberedTask._numbers = count(1)

    def time(self) -> float:
        return self.timeline.at

    def call_at(self, when: float, callback: Any, *args: Any, context: Any = None) -> asyncio.TimerHandle:
        timer = asyncio.TimerHandle(when, callback, args, self, context)
        heappush(self._timers, (when, next(self._order), timer))
        return timer

    def call_later(self, delay: float, callback: Any, *args: Any, context: Any = None) -> asyncio.TimerHandle:
        return self.call_at(self.timeline.at + delay, callback, *args, context=context)

    def _run_once(self) -> None:
        """One turn, as the loop we come from has it, without all that real waiting needs."""
        self._pass_turn()
        ready, timers = self._ready, self._timers  # type: ignore[attr-defined]  # its queue of what is to be called
        while timers and timers[0][2].cancelled():
            heappop(timers)
        if not ready and not self._stopping:  # type: ignore[attr-defined]  # asked to end after this turn
            self._move_on()
        while timers and timers[0][0] <= self.timeline.at:
            ready.append(heappop(timers)[2])
        for _ in range(len(ready)):
            handle = ready.popleft()
            if not handle.cancelled():
                handle._run()

    def _pass_turn(self) -> None:
        if self.unwinding:
            return
        self.turns += 1
        if self.dead or (self.steps is not None and self.turns > self.steps):
            self.dead = True
            raise Died

    def _move_on(self) -> None:
        """Nothing is to be done before the next timer."""
        if not self._timers:
            raise Stuck
        self.timeline.at = max(self.timeline.at, self._timers[0][0])

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
        self.dead = self.unwinding = True
        for _ in range(10):
            left = [task for task in self._tasks if not task.done()]
            if not left:
                break
            for task in left:
                task.cancel()
            self._until(asyncio.ensure_future(_ended(left), loop=self))
        for task in self._tasks:
            if not task.done():
                raise AssertionError(f"{task} does not end")
            if not task.cancelled():
                task.exception()
        self.timeline.at = at
        self.close()

    def _until(self, ended: asyncio.Future[None]) -> None:
        """The end of the life's work may have asked the loop to stop just when it died: then it is asked again."""
        for _ in range(2):
            if not ended.done():
                with suppress(RuntimeError):
                    self.run_until_complete(ended)
        ended.result()

    def _task(
        self, loop: asyncio.AbstractEventLoop, work: Any, context: contextvars.Context | None = None
    ) -> asyncio.Task[Any]:
        task = NumberedTask(work, loop=loop, context=context)
        self._tasks.append(task)
        if len(self._tasks) > 500:
            self._tasks = [each for each in self._tasks if not each.done()]
        return task

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        """It goes when its time has come."""

    def _write_to_self(self) -> None:
        """Nobody else could wake it."""


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
