"""Whatever processes, clocks and offices do: one asks at a time, each version follows from one other."""

import asyncio
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from cryptography.fernet import Fernet
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from pydantic import SecretStr

from fakes.clock import FakeClock
from fakes.network import Network
from fakes.tokens import Office, TokenCredentials, TokenPublisher, keep
from publishers.engine.errors import AuthExpired, Unavailable
from publishers.engine.many import Opened
from publishers.engine.renewal import LEASE, Renewals
from storage.database import Database, sqlite_url
from storage.store import Store
from storage.vault import Vault

PROCESSES = 3


@dataclass
class Alarm(FakeClock):
    """Sleepers wake when the test moves time past them, never by themselves."""

    sleepers: dict[asyncio.Future[None], float] = field(default_factory=dict)

    async def sleep(self, seconds: float) -> None:
        waking = asyncio.get_running_loop().create_future()
        self.sleepers[waking] = self.ticks + seconds
        try:
            await waking
        finally:
            del self.sleepers[waking]

    def advance(self, seconds: float) -> None:
        super().advance(seconds)
        for waking, until in list(self.sleepers.items()):
            if until <= self.ticks and not waking.done():
                waking.set_result(None)


@dataclass(eq=False)
class Call:
    """One asking that is on its way. `loose`: its lease may be thought over, so that another may ask beside it."""

    token: str
    began: float
    answer: asyncio.Future[str]
    loose: bool = False


@dataclass
class Desk(Office):
    """An office whose every answer the test gives: yes, down (nothing happened), lost (it did, and nobody knows)."""

    open: list[Call] = field(default_factory=list)
    asked: dict[str, int] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)
    """By refresh token: how often what came of it was lost, or may have been asked for by two."""

    async def refresh(self, credentials: TokenCredentials) -> TokenCredentials:
        assert credentials.refresh_token is not None
        token = credentials.refresh_token.get_secret_value()
        self.asked[token] = self.asked.get(token, 0) + 1
        call = Call(token, self.clock.monotonic(), asyncio.get_running_loop().create_future())
        self.open.append(call)
        try:
            how = await call.answer
        finally:
            self.open.remove(call)
        if how == "down":
            self.lost[token] = self.lost.get(token, 0) + 1  # it may be asked for again
            raise Unavailable("down")
        renewed = await super().refresh(credentials)
        if how == "lost":
            self.lost[token] = self.lost.get(token, 0) + 1
            raise Unavailable("ServerDisconnected")
        return renewed


class Processes(RuleBasedStateMachine):
    database: bytes

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        (self.folder / "pregonero.db").write_bytes(self.database)
        self.runner = asyncio.Runner()
        self.clock = Alarm()
        self.desk = Desk(self.clock)
        self.run = self.runner.run
        self.opened = Database(sqlite_url(self.folder))
        self.run(self.opened.open())
        self.store = Store(self.opened, Vault([SecretStr(Fernet.generate_key().decode())]))
        self.processes = [self.process() for _ in range(PROCESSES)]
        self.waiting: set[asyncio.Task[None]] = set()
        self.versions: list[int] = []

    def process(self) -> Renewals:
        def publisher(opened: Opened) -> TokenPublisher:
            assert opened.secret is not None
            credentials = TokenCredentials.model_validate_json(opened.secret.get_secret_value())
            return TokenPublisher(Network(self.clock), office=self.desk, credentials=credentials)

        return Renewals(self.store, self.clock, publisher)

    async def settled(self) -> None:
        """Every renewal is over, waits for an answer of the desk, or sleeps."""
        while True:
            await asyncio.sleep(0)
            running = [task for each in self.processes for task in each._running.values()]
            awake = [waking for waking in self.clock.sleepers if not waking.done()]
            unanswered = [call for call in self.desk.open if not call.answer.done()]
            if len(running) == len(awake) + len(unanswered):
                return
            await asyncio.sleep(0.001)

    async def present(self) -> Opened:
        async with self.store.view() as unit:
            return (await unit.many.accounts([self.account_id]))[self.account_id]

    @initialize()
    def linked(self) -> None:
        self.account_id = self.run(keep(self.store, self.clock, self.desk.issue())).id

    @rule(which=st.integers(0, PROCESSES - 1))
    def renew(self, which: int) -> None:
        async def begin() -> None:
            opened = await self.present()
            if opened.account.usable:
                work = self.processes[which].renew(self.account_id, opened.account.credentials_version)
                task = asyncio.create_task(work)  # type: ignore[arg-type] # a coroutine
                self.waiting.add(task)
                await asyncio.sleep(0)
            await self.settled()

        self.run(begin())

    @precondition(lambda self: self.desk.open)
    @rule(data=st.data(), how=st.sampled_from(["yes", "yes", "yes", "down", "lost"]))
    def answer(self, data: st.DataObject, how: str) -> None:
        call = data.draw(st.sampled_from(self.desk.open))
        call.answer.set_result(how)
        self.run(self.settled())

    @rule(which=st.integers(0, PROCESSES - 1), landed=st.booleans())
    def die(self, which: int, landed: bool) -> None:
        async def death() -> None:
            before = list(self.desk.open)
            await self.processes[which].abandon()
            for call in before:
                if call not in self.desk.open:
                    self.desk.lost[call.token] = self.desk.lost.get(call.token, 0) + 1
                    if landed and call.token in self.desk.unused:
                        self.desk.unused.discard(call.token)
                        self.desk.spent.add(call.token)
            self.processes[which] = self.process()
            await self.settled()

        self.run(death())

    @rule()
    def person_links_it_anew(self) -> None:
        self.run(keep(self.store, self.clock, self.desk.issue()))

    @rule(seconds=st.sampled_from([1, 30, 61, 119, 130, 4000]))
    def time_passes(self, seconds: int) -> None:
        for _ in range(seconds if seconds < 200 else 1):
            self.clock.advance(1 if seconds < 200 else seconds)
            self.run(self.settled())
        self._overrun()

    @rule(hours=st.sampled_from([-48, -1, 1, 48]))
    def somebody_sets_the_clock(self, hours: int) -> None:
        self.clock.at += timedelta(hours=hours)
        if hours > 0:
            for call in self.desk.open:
                self._loosen(call)

    def _overrun(self) -> None:
        for call in self.desk.open:
            if self.clock.monotonic() - call.began >= LEASE.total_seconds():
                self._loosen(call)

    def _loosen(self, call: Call) -> None:
        if not call.loose:
            call.loose = True
            self.desk.lost[call.token] = self.desk.lost.get(call.token, 0) + 1

    @invariant()
    def one_asks_at_a_time(self) -> None:
        if not hasattr(self, "account_id"):
            return
        held = [call.token for call in self.desk.open if not call.loose]
        assert len(held) == len(set(held))
        assert all(times <= 1 + self.desk.lost.get(token, 0) for token, times in self.desk.asked.items())

    @invariant()
    def what_is_kept_is_the_newest_there_is(self) -> None:
        if not hasattr(self, "account_id"):
            return
        opened = self.run(self.present())
        version = opened.account.credentials_version
        assert not self.versions or version in range(self.versions[-1], self.versions[-1] + 3)
        self.versions.append(version)
        assert opened.secret is not None
        refresh = TokenCredentials.model_validate_json(opened.secret.get_secret_value()).refresh_token
        assert refresh is not None
        token = refresh.get_secret_value()
        answering = any(call.token == token for call in self.desk.open)
        good = token in self.desk.unused
        assert good or answering or token in self.desk.lost
        assert opened.account.usable or token in self.desk.lost

    def teardown(self) -> None:
        try:
            self.run(self.end())
        finally:
            self.run(self.opened.close())
            self.runner.close()
            shutil.rmtree(self.folder)

    async def end(self) -> None:
        """Everybody is answered, and nobody waits for anything any more but those whose process died."""
        for _ in range(2 * PROCESSES):
            for call in self.desk.open:
                call.answer.set_result("yes")
            await self.settled()
            self.clock.advance(2 * LEASE.total_seconds())
            await self.settled()
        assert not self.desk.open
        assert not self.clock.sleepers
        for task in self.waiting:
            task.cancel()
        for ended in await asyncio.gather(*self.waiting, return_exceptions=True):
            assert ended is None or isinstance(ended, AuthExpired | Unavailable | asyncio.CancelledError)


def test_leases_and_versions(_empty_database: bytes) -> None:  # noqa: PT019 - its value is needed
    Processes.database = _empty_database
    run_state_machine_as_test(  # type: ignore[no-untyped-call] # of hypothesis
        Processes,
        settings=settings(max_examples=25, stateful_step_count=20, suppress_health_check=list(HealthCheck)),
    )
