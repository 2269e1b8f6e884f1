"""The road to SQLite without a thread: the loop itself does the work, a little later, in the order in which it came."""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from simulation_ground import Ground
from simulation_loop import Died, VirtualLoop

from storage.driver import Brought, Road

WRITES = ("INSERT", "UPDATE", "DELETE")


@dataclass(slots=True)
class Disk:
    """What the database does to a life: how long it takes, when it cannot be used, who is told of commits."""

    chance: Random
    ground: Ground
    full_until: float = 0.0
    locked_until: float = 0.0
    committed: Callable[[], None] = lambda: None
    roads: list["InlineRoad"] = field(default_factory=list)
    refused: int = 0

    def refuse(self, at: float, statement: str, *, writer: bool) -> None:
        """Raises what SQLite raises."""
        if writer and at < self.full_until and statement.startswith((*WRITES, "COMMIT")):
            self.refused += 1
            raise sqlite3.OperationalError("database or disk is full")
        if writer and at < self.locked_until and statement.startswith("BEGIN"):
            self.refused += 1
            raise sqlite3.OperationalError("database is locked")

    def cut(self) -> None:
        """The process is gone: what it had not committed is rolled back."""
        for road in self.roads:
            road.cut()
        self.roads.clear()


class InlineWorker:
    """In place of aiosqlite's thread and its queue."""

    daemon = True

    def __init__(self, road: "InlineRoad", loop: VirtualLoop, chance: Random) -> None:
        self._road, self._loop, self._chance = road, loop, chance
        self._waiting: deque[tuple[asyncio.Future[Any] | None, Callable[[], Any]]] = deque()

    def start(self) -> None:
        """It needs none."""

    def join(self) -> None:
        """It has always ended."""

    def put_nowait(self, item: tuple[asyncio.Future[Any] | None, Callable[[], Any]]) -> None:
        if self._loop.dead:
            raise Died
        self._waiting.append(item)
        if len(self._waiting) == 1:
            self._next()

    def _next(self) -> None:
        self._loop.call_later(self._chance.uniform(0.0001, 0.002), self._work)

    def _work(self) -> None:
        if self._loop.dead:
            return
        future, function = self._waiting[0]
        outcome: Any = None
        fault: Exception | None = None
        try:
            outcome = function()
        except Exception as error:  # noqa: BLE001 - whatever it is belongs to the one who asked
            fault = error
        self._loop.call_later(self._chance.uniform(0.0001, 0.001), self._answer, future, outcome, fault)
        self._waiting.popleft()
        if self._waiting:
            self._next()

    def _answer(self, future: asyncio.Future[Any] | None, outcome: Any, fault: Exception | None) -> None:
        if self._loop.dead or future is None or future.done():
            return
        if fault is None:
            future.set_result(outcome)
        else:
            future.set_exception(fault)


class InlineRoad(Road):
    """The real road: only who walks it is another."""

    def __init__(self, path: Path, *, query_only: bool = False, disk: Disk, loop: VirtualLoop) -> None:
        super().__init__(path, query_only=query_only)
        self._connector = partial(disk.ground.lend, query_only=query_only)
        self._disk, self._loop, self._writer = disk, loop, not query_only
        worker = InlineWorker(self, loop, disk.chance)
        self._tx = self._thread = worker  # type: ignore[assignment]  # one worker stands for both
        disk.roads.append(self)

    def _do(self, method: str, statement: str, parameters: Any = ()) -> Brought:
        self._disk.refuse(self._loop.time(), statement, writer=self._writer)
        return super()._do(method, statement, parameters)

    def _commit(self) -> None:
        self._disk.refuse(self._loop.time(), "COMMIT", writer=self._writer)
        self._conn.commit()
        if self._writer:
            self._disk.committed()

    async def commit(self) -> None:
        if self._loop.dead:
            raise Died
        await super().commit()

    async def rollback(self) -> None:
        if not self._loop.dead:
            await super().rollback()

    async def close(self) -> None:
        if self._loop.dead or self._connection is None:
            return
        try:
            await self._execute(self.cut)
            stopped = self.stop()
            if stopped is not None:
                await stopped
        except BaseException:
            if not self._loop.dead:  # it died meanwhile, and what was open is closed for it
                raise

    def stop(self) -> asyncio.Future[Any] | None:
        return None if self._loop.dead else super().stop()

    def cut(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            self._disk.ground.take_back(connection, query_only=not self._writer)
