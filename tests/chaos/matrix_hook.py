"""Every place where a task of ours stops, goes on or ends, counted as it happens; and a death where it is wanted.

A point is the chain of our own frames that wait for each other, from the task's root to the innermost: so the same line
of the store is another point for each of those who call it.
"""

import asyncio
import contextvars
import gc
import hashlib
import json
import os
import signal
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import AsyncGeneratorType, CodeType, CoroutineType, FrameType, GeneratorType
from typing import Any

ROOT = Path(__file__).parents[2]
OURS = tuple(f"{ROOT}/{package}/" for package in ("adapters", "publishers", "storage", "bot"))
WAITING = (CoroutineType, AsyncGeneratorType, GeneratorType)

Spot = tuple[str, int, int]
"""File under the root, line and column (of the expression that is awaited)."""


def within(waiting: Any) -> tuple[FrameType | None, Any]:
    """Its frame, and what it waits for."""
    if isinstance(waiting, CoroutineType):
        return waiting.cr_frame, waiting.cr_await
    if isinstance(waiting, AsyncGeneratorType):
        return waiting.ag_frame, waiting.ag_await
    if isinstance(waiting, GeneratorType):
        return waiting.gi_frame, waiting.gi_yieldfrom
    if type(waiting).__name__ in {"async_generator_asend", "async_generator_athrow", "coroutine_wrapper"}:
        return None, next((each for each in gc.get_referents(waiting) if isinstance(each, WAITING)), None)
    return None, None


def frames(coroutine: Any) -> Iterator[FrameType]:
    waiting = coroutine
    while waiting is not None:
        frame, waiting = within(waiting)
        if frame is not None and frame.f_code.co_filename.startswith(OURS):
            yield frame


def spot(code: CodeType, last: int) -> Spot:
    """Where in the source this instruction stands."""
    line, _, column, _ = list(code.co_positions())[max(last, 0) // 2]
    return code.co_filename.removeprefix(f"{ROOT}/"), line or code.co_firstlineno, column or 0


@dataclass(frozen=True, slots=True)
class Place:
    spots: tuple[Spot, ...]

    @property
    def name(self) -> str:
        """The same in every process."""
        return hashlib.sha256(repr(self.spots).encode()).hexdigest()[:10]

    def __str__(self) -> str:
        return " > ".join(f"{Path(file).name}:{line}" for file, line, _ in self.spots[-3:])


NAMES: dict[tuple[int, ...], str] = {}
"""By the codes and instructions of the chain: found out once, and known to all who are forked from here."""
PLACES: dict[str, Place] = {}


@dataclass(frozen=True, slots=True)
class Death:
    """At the `count`-th time of a point ("suspend", "resume", "end"), or at a step whatever it is (`name` "")."""

    name: str
    count: int

    def strike(self, note: Path | None, kind: str, name: str) -> None:
        """Its last word is where it is."""
        if note is not None:
            note.write_text(json.dumps([kind, PLACES[name].spots]))
        os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class Hook:
    """`deaths`: where to die. `jumps`: what to do at which step."""

    deaths: tuple[Death, ...] = ()
    jumps: dict[int, Callable[[], None]] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    steps: int = 0
    note: Path | None = None
    """Where to write down where it died."""

    def install(self, loop: asyncio.AbstractEventLoop) -> None:
        loop.set_task_factory(self._task)

    def _task(
        self,
        loop: asyncio.AbstractEventLoop,
        work: Coroutine[Any, Any, Any],
        context: contextvars.Context | None = None,
    ) -> asyncio.Task[Any]:
        return asyncio.Task(Watched(work, self), loop=loop, context=context)

    def place(self, coroutine: Any) -> str | None:
        """The name of where it stands; None: nothing of ours waits there."""
        found = list(frames(coroutine))
        if not found:
            return None
        key = tuple(number for frame in found for number in (id(frame.f_code), frame.f_lasti))
        name = NAMES.get(key)
        if name is None:
            place = Place(tuple(spot(frame.f_code, frame.f_lasti) for frame in found))
            NAMES[key] = name = place.name
            PLACES[name] = place
        return name

    @property
    def places(self) -> dict[str, Place]:
        """All that were passed."""
        return {name: PLACES[name] for name in {point.partition("@")[2] for point in self.counts}}

    def passed(self, kind: str, name: str) -> None:
        self.steps += 1
        point = f"{kind}@{name}"
        self.counts[point] += 1
        for death in self.deaths:
            if death == Death(point, self.counts[point]) or death == Death("", self.steps):
                death.strike(self.note, kind, name)
        if self.steps in self.jumps:
            self.jumps[self.steps]()


class Watched(Coroutine[Any, Any, Any]):
    """A coroutine that tells the hook whenever it stops, goes on and ends."""

    __slots__ = ("_coroutine", "_hook", "_name")

    def __init__(self, coroutine: Coroutine[Any, Any, Any], hook: Hook) -> None:
        self._coroutine = coroutine
        self._hook = hook
        self._name = hook.place(coroutine)

    def send(self, value: Any) -> Any:
        return self._step(self._coroutine.send, value)

    def throw(self, *error: Any) -> Any:
        return self._step(self._coroutine.throw, *error)

    def close(self) -> None:
        self._coroutine.close()

    def __await__(self) -> Iterator[Any]:
        return self._coroutine.__await__()

    def _step(self, go: Callable[..., Any], *values: Any) -> Any:
        if self._name is not None:
            self._hook.passed("resume", self._name)
        try:
            waited = go(*values)
        except BaseException:
            if self._name is not None:
                self._hook.passed("end", self._name)
            raise
        self._name = self._hook.place(self._coroutine)
        if self._name is not None:
            self._hook.passed("suspend", self._name)
        return waited
