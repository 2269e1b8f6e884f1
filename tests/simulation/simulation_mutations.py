"""What the simulation must find: the product with one of its rules taken out."""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import simulation_world
from simulation_checks import Eye
from simulation_platforms import Post, Release, SlowPost

from publishers.engine import steps
from publishers.engine.contract import Act, Receipt
from publishers.engine.errors import Unconfirmed
from publishers.engine.steps import Fence
from storage.deliveries import Deliveries
from storage.steps import StepLog

Put = Callable[[Any, str, Any], None]
"""As monkeypatch.setattr."""


def armed_after_the_call(put: Put) -> None:
    arm, receive = Fence._arm, Fence._receive

    async def not_yet(self: Fence, key: str, act: Act, at: datetime) -> None:
        self.late = (key, act, at)  # type: ignore[attr-defined]  # kept on the fence for the mutation

    async def both(self: Fence, key: str, receipt: Receipt) -> Receipt:
        late = self.__dict__.pop("late", None)
        if late is not None:
            await arm(self, *late)
        return await receive(self, key, receipt)

    put(Fence, "_arm", not_yet)
    put(Fence, "_receive", both)
    put(Eye, "begins", lambda *_: None)  # found by what comes of it, not by looking at the tables


def nothing_settles(put: Put) -> None:
    for act in (Post, SlowPost, Release):
        put(act, "settle", timedelta(0))


def silence_at_once(put: Put) -> None:
    put(Post, "silence", timedelta(0))
    put(Post, "settle", timedelta(0))


def marks_are_shared(put: Put) -> None:
    image, accounts = simulation_world.template()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "without.db"
        path.write_bytes(image)
        tables = sqlite3.connect(path)
        tables.execute("DROP INDEX uq_step_armed_mark")
        tables.commit()
        tables.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        tables.close()
        image = path.read_bytes()
    put(simulation_world, "template", lambda: (image, accounts))
    put(Eye, "_armed", lambda self: self.rows("SELECT * FROM step WHERE armed_at IS NOT NULL AND received_at IS NULL"))


def nothing_is_taken(put: Put) -> None:
    async def none(*_: Any) -> frozenset[str]:
        return frozenset()

    put(StepLog, "taken", none)


def unshielded(put: Put) -> None:
    put(steps, "asyncio", _Unshielded())


class _Unshielded:
    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    @staticmethod
    def shield(task: Any) -> Any:
        return task


def received_later(put: Put) -> None:
    receive = Fence._receive

    async def later(self: Fence, key: str, receipt: Receipt) -> Receipt:
        async def write() -> None:
            await self._clock.sleep(1.0)
            await receive(self, key, receipt)

        asyncio.get_running_loop().create_task(write())
        return receipt

    put(Fence, "_receive", later)


def doubts_disarm(put: Put) -> None:
    put(Unconfirmed, "definite", True)


def hours_are_ignored(put: Put) -> None:
    due = Deliveries.due

    async def early(self: Any, now: datetime, *rest: Any) -> Any:
        return await due(self, now + timedelta(minutes=5), *rest)

    put(Deliveries, "due", early)


MUTATIONS: Mapping[str, Callable[[Put], None]] = {
    each.__name__: each
    for each in (
        armed_after_the_call,
        nothing_settles,
        silence_at_once,
        marks_are_shared,
        nothing_is_taken,
        unshielded,
        received_later,
        doubts_disarm,
        hours_are_ignored,
    )
}
