"""One life of the product in a process of its own: real engine, publishers and wire, real tables on a real file."""

import asyncio
import json
import logging
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any, NoReturn

import httpx
from cryptography.fernet import Fernet
from matrix_hook import Hook
from matrix_road import Misfortunes, UnluckyRoad
from matrix_telegram import taken
from matrix_time import LifeClock, SharedTime
from pydantic import SecretStr

from fakes.alarms import FakeAlarms
from fakes.rigged import Bench, platform_of
from fakes.rigs import Rig
from fakes.server import FakeServer
from fakes.shapes import Shape, approved, expected
from fakes.world import CHAT, OWNER
from publishers.engine.decisions import confirm, deny
from publishers.engine.model import Delivery, DeliveryStatus
from publishers.engine.outside import Outside
from publishers.engine.patience import patiently
from publishers.engine.ports import Store, StoreUnavailable
from publishers.wire.http import Wire
from storage import database, driver
from storage.database import Database, sqlite_url
from storage.media import MediaFiles
from storage.store import Store as RealStore
from storage.vault import Vault

KEY = Fernet.generate_key().decode()


class Faulty:
    """A store of which the given transactions cannot be: locked before they began, disk full at their end."""

    def __init__(self, store: Store, locked: frozenset[int], full: frozenset[int]) -> None:
        self.moments = 0
        self.receipts: list[int] = []
        """The transactions in which a receipt was to be kept."""
        self._store = store
        self._locked = locked
        self._full = full

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Any]:
        self.moments += 1
        moment = self.moments
        if moment in self._locked:
            raise StoreUnavailable("database is locked")
        async with self._store.unit() as unit:
            self._note(unit, moment)
            yield unit
            if moment in self._full:
                raise StoreUnavailable("database or disk is full")

    def _note(self, unit: Any, moment: int) -> None:
        keep = unit.steps.receive

        def receive(*values: Any) -> Any:
            self.receipts.append(moment)
            return keep(*values)

        unit.steps.receive = receive

    @asynccontextmanager
    async def view(self) -> AsyncIterator[Any]:
        async with self._store.view() as unit:
            yield unit


@dataclass
class Life:
    """What one life is to do: approve `shape`, answer for a person (a link: it is there; "": it is not), renew."""

    rig: Rig
    fake: FakeServer
    folder: Path
    time: SharedTime
    shape: Shape | None = None
    bare: bool = False
    """Only an account is to be there."""
    answer: str | None = None
    renew: bool = False
    timeout: float = 5.0
    shelf: str | None = None
    locked: frozenset[int] = frozenset()
    full: frozenset[int] = frozenset()
    hook: Hook = field(default_factory=Hook)
    watched: bool = True
    tapped: tuple[Shape, str] | None = None
    """What a tap approves, and where that tap is waiting."""
    misfortunes: Misfortunes = field(default_factory=Misfortunes)

    @property
    def report(self) -> Path:
        return self.folder / "report.json"

    def fork(self) -> int:
        """The process in which it goes on."""
        self.report.unlink(missing_ok=True)
        pid = os.fork()
        if not pid:
            self._only()
        return pid

    def _only(self) -> NoReturn:
        """Never comes back: this is another process."""
        code = 70
        try:
            asyncio._set_running_loop(None)
            logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # the other's tasks end here, and none of ours
            loop = asyncio.new_event_loop()
            if self.watched:
                self.hook.install(loop)
            loop.run_until_complete(self._live())
            code = 0
        finally:
            if code:
                import traceback

                traceback.print_exc()
            os._exit(code)

    async def here(self) -> int:
        """In this process: for a life that nothing is to end. Half of what a life costs is being born and buried."""
        self.report.unlink(missing_ok=True)
        try:
            await self._live()
        except Exception:  # noqa: BLE001 - of whatever kind: this life has failed
            import traceback

            traceback.print_exc()
            return 70
        return 0

    async def _live(self) -> None:
        """Also in the process itself, to warm it."""
        async with self._bench() as bench:
            if self.bare:
                await bench.owned()
                return
            if self.shape is not None:
                await approved(bench, self.shape)
            else:
                await self._go_on(bench)
            told = await self._told(bench)
        self.report.write_text(json.dumps(told))

    @asynccontextmanager
    async def _bench(self) -> AsyncIterator[Bench]:
        clock = LifeClock(self.time)
        async with AsyncExitStack() as stack:
            UnluckyRoad.fate = self.misfortunes
            opened = await stack.enter_async_context(Database(sqlite_url(self.folder), road=UnluckyRoad))
            store = Faulty(RealStore(opened, Vault([SecretStr(KEY)])), self.locked, self.full)
            wire = await stack.enter_async_context(Wire(clock, timeout=self.timeout))
            media = MediaFiles(self.folder, key=b"0" * 32, clock=clock, public_url=self.shelf)
            yield Bench(
                store, clock, {self.rig.platform: platform_of(self.rig.platform)}, alarms=FakeAlarms(clock, loss=True),
                rig=self.rig, fake=self.fake, outside=Outside(clock, wire, media), media=media,
            )  # fmt: skip

    async def _go_on(self, bench: Bench) -> None:
        if self.tapped is not None:
            await taken(bench, *self.tapped)
        if await approvals(bench) != 1:
            return
        await patiently(partial(self._begin, bench), bench.clock)
        if self.renew:
            await patiently(bench.owned, bench.clock)
        await until_rest(bench)

    async def _begin(self, bench: Bench) -> None:
        await bench.engine._recover()
        delivery = await only(bench)
        if self.answer is None or delivery.status is not DeliveryStatus.UNCONFIRMED:
            return
        async with bench.store.unit() as unit:
            if self.answer:
                await confirm(unit, delivery, self.answer, actor=OWNER, at=bench.clock.now())
            else:
                await deny(unit, delivery, actor=OWNER, at=bench.clock.now())

    async def _told(self, bench: Bench) -> dict[str, Any]:
        times = await approvals(bench)
        if times != 1:
            return {"approved": times}
        delivery = await only(bench)
        return {
            "approved": times,
            "status": delivery.status.value,
            "needs": delivery.needs.value if delivery.needs else None,
            "code": delivery.code,
            "due": delivery.due_at is not None,
            "receipts": len(delivery.receipts),
            "expected": expected(delivery),
            "counts": dict(self.hook.counts),
            "places": {name: place.spots for name, place in self.hook.places.items()},
            "steps": self.hook.steps,
            "moments": bench.store.moments,  # type: ignore[attr-defined] # ours, above
            "frames": self.misfortunes.frames,
            "raised": self.misfortunes.raised,
            "begun": self.misfortunes.begun,
            "kept": bench.store.receipts,  # type: ignore[attr-defined] # as well
        }


async def approvals(bench: Bench) -> int:
    """One, unless a tap was lost or took effect twice."""
    async with bench.store.view() as unit:
        return len(await unit.jobs.latest(CHAT))


async def only(bench: Bench) -> Delivery:
    """The one delivery of the case."""
    async with bench.store.view() as unit:
        [job] = await unit.jobs.latest(CHAT)
    return job.deliveries[0]


async def until_rest(bench: Bench) -> None:
    """As the engine's own loop, moving the clock, until nothing moves by itself any more."""
    end = bench.clock.now() + timedelta(days=2)
    bench.alarms.listen(bench.engine.poke)
    while True:
        await patiently(bench.run_due, bench.clock)
        while await patiently(bench.engine.scheduler.catch_up, bench.clock):
            pass
        due = bench.alarms.next
        if due is None or due > end:
            return
        bench.clock.advance(max((due - bench.clock.now()).total_seconds(), 0.001))
        bench.alarms.strike()


def warm() -> None:
    """What every life would do for itself again takes longer than living: it is done once, before they are born."""
    context: ssl.SSLContext = httpx.create_ssl_context()
    httpx.create_ssl_context = lambda *_, **__: context  # nothing else asks for one
    database.READERS = 1  # a life alone reads one thing at a time
    driver.BUSY_SECONDS = 0.03  # where another holds the lock, it holds it longer than that
    database._engine = cache(database._engine)  # its statements stay compiled: the file has one name in all lives
