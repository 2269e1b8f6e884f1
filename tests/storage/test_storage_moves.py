"""Random moves, legal and not, against the table of transitions."""

import asyncio
import shutil
import tempfile
from collections.abc import Coroutine
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from storage_samples import ANA, Ids, claim_all, later, look_up, open_job

from publishers.engine.contract import Receipt
from publishers.engine.errors import Needs
from publishers.engine.gate import unpaused
from publishers.engine.model import SYSTEM, TRANSITIONS, Delivery, DeliveryStatus, IllegalMove, Move, Wait
from publishers.engine.ports import Stopped
from storage.database import FILE, Database, sqlite_url
from storage.ledger import Ledger
from storage.store import Store
from storage.vault import Vault

S = DeliveryStatus
T = TypeVar("T")
NOW = later(100)

moves = st.builds(
    Move,
    to=st.sampled_from(S),
    due_at=st.sampled_from([None, NOW, later(500)]),
    wait=st.sampled_from([None, *Wait]),
    needs=st.sampled_from([None, *Needs]),
    code=st.sampled_from([None, "unavailable"]),
    params=st.sampled_from([{}, {"link": "x"}]),
    reason=st.sampled_from([None, "omitted"]),
    spent=st.booleans(),
    looks=st.integers(0, 5),
    detail=st.sampled_from(["", "HTTP 503"]),
)


class Moves(RuleBasedStateMachine):
    """One delivery in a real file, and what we believe of it."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        shutil.copy(self.template, self.folder / FILE)
        self.runner = asyncio.Runner()
        self.database = Database(sqlite_url(self.folder))
        self.runner.run(self.database.open())
        self.store = Store(self.database, Vault.load(self.folder), new_id=Ids())
        self.believed: Delivery = self.run(open_job(self.store)).deliveries[0]
        self.past: list[Delivery] = []
        self.armed: str | None = None
        self.parts = 0
        self.paused = False
        self.moved = 0

    def teardown(self) -> None:
        self.run(self.database.close())
        self.runner.close()
        shutil.rmtree(self.folder)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.runner.run(work)

    async def _move(self, delivery: Delivery, move: Move, by_person: bool) -> Delivery | None:
        async with self.store.unit() as unit:
            return await unit.deliveries.move(delivery, move, actor=ANA if by_person else SYSTEM, at=NOW)

    def _legal(self, delivery: Delivery, move: Move) -> bool:
        endless = move.to is S.WAITING and (move.due_at is None) is not (move.wait is Wait.PAUSE)
        return move.to in TRANSITIONS[delivery.status] and not endless

    def _scheduled(self, before: Delivery, move: Move, by_person: bool) -> datetime | None:
        if move.wait is Wait.HOUR:
            return move.due_at
        return None if move.to is S.PENDING and by_person else before.scheduled_at

    def _started(self, delivery: Delivery) -> datetime:
        """Its first claim stays."""
        return delivery.started_at or NOW

    def _believe(self, after: Delivery) -> None:
        self.past.append(self.believed)
        self.believed = after
        self.moved += 1

    @rule(move=moves, by_person=st.booleans())
    def move(self, move: Move, by_person: bool) -> None:
        before = self.believed
        if not self._legal(before, move):
            with pytest.raises(IllegalMove):
                self.run(self._move(before, move, by_person))
            return
        self._believe(
            replace(
                before,
                status=move.to,
                version=before.version + 1,
                attempts=before.attempts + move.spent,
                looks=before.looks if move.to is S.PUBLISHING else move.looks,
                due_at=move.due_at,
                wait=move.wait,
                needs=move.needs,
                code=move.code,
                params=move.params,
                reason=move.reason,
                omit=before.omit and move.to is not S.PUBLISHED and not (move.to is S.PENDING and by_person),
                scheduled_at=self._scheduled(before, move, by_person),
                started_at=self._started(before) if move.to is S.PUBLISHING else before.started_at,
            )
        )
        assert self.run(self._move(before, move, by_person)) == self.believed

    @precondition(lambda self: self.past)
    @rule(move=moves, data=st.data())
    def move_from_the_past(self, move: Move, data: st.DataObject) -> None:
        stale = data.draw(st.sampled_from(self.past))
        if self._legal(stale, move):
            assert self.run(self._move(stale, move, by_person=True)) is None

    @rule()
    def claim(self) -> None:
        ready = self.believed.status is S.PENDING or (
            self.believed.status in {S.WAITING, S.UNCONFIRMED}
            and self.believed.due_at is not None
            and self.believed.due_at <= NOW
        )
        claimed = self.run(claim_all(self.store, NOW))
        if not ready:
            assert claimed == []
            return
        nothing: dict[str, Any] = dict.fromkeys(("due_at", "wait", "needs", "code", "reason"))
        nothing |= {"version": self.believed.version + 1, "started_at": self._started(self.believed)}
        self._believe(replace(self.believed, status=S.PUBLISHING, params={}, **nothing))
        assert claimed == [self.believed]

    @rule()
    def omit(self) -> None:
        async def say() -> None:
            async with self.store.unit() as unit:
                await unit.deliveries.omit(self.believed.id)

        self.run(say())
        if self.believed.status is S.PUBLISHING:
            self.believed = replace(self.believed, omit=True)

    @precondition(lambda self: self.armed is None)
    @rule()
    def arm(self) -> None:
        async def try_it() -> None:
            async with self.store.unit() as unit:
                await unit.steps.arm(self.believed, f"part-{self.parts}", "mark", NOW)

        if self.believed.status is not S.PUBLISHING or self.believed.omit or self.paused:
            with pytest.raises(Stopped):
                self.run(try_it())
            return
        self.run(try_it())
        self.armed = f"part-{self.parts}"
        self.parts += 1

    @precondition(lambda self: self.armed is not None)
    @rule(found=st.booleans())
    def settle(self, found: bool) -> None:
        key, receipt = self.armed or "", Receipt(self.armed)

        async def end() -> None:
            async with self.store.unit() as unit:
                if found:
                    await unit.steps.receive(self.believed.id, key, receipt, NOW)
                else:
                    await unit.steps.disarm(self.believed.id, key)

        self.run(end())
        self.armed = None
        if found:
            self.believed = replace(self.believed, receipts=(*self.believed.receipts, receipt))

    @rule()
    def pause(self) -> None:
        async def stop() -> list[str]:
            async with self.store.unit() as unit:
                return await unit.pauses.pause(["alpha", "beta"], actor=ANA, at=NOW)

        assert ("alpha" in self.run(stop())) is not self.paused
        self.paused = True

    @rule()
    def resume(self) -> None:
        async def go_on() -> list[str]:
            async with self.store.unit() as unit:
                return await unit.pauses.resume(["alpha"], actor=ANA, at=NOW)

        held = self.paused and self.believed.wait is Wait.PAUSE and self.believed.status is S.WAITING
        assert self.run(go_on()) == (["alpha"] if self.paused else [])
        self.paused = False
        if held:
            move = unpaused(self.believed, NOW)
            nothing: dict[str, Any] = dict.fromkeys(("needs", "code"))
            told = {"status": move.to, "due_at": move.due_at, "wait": move.wait, "reason": "resumed", "looks": 0}
            version = self.believed.version + 1
            self._believe(replace(self.believed, version=version, params={}, **nothing, **told))

    @rule()
    def restart(self) -> None:
        async def recover() -> int:
            async with self.store.unit() as unit:
                return await unit.deliveries.recover(NOW)

        running = self.believed.status is S.PUBLISHING
        assert self.run(recover()) == running
        if running:
            after = self.run(look_up(self.store, self.believed))
            expected = (S.UNCONFIRMED, NOW) if self.armed else (S.PENDING, None)
            assert (after.status, after.due_at, after.omit) == (*expected, self.believed.omit)
            self._believe(after)

    @invariant()
    def the_table_says_what_we_believe(self) -> None:
        assert self.run(look_up(self.store, self.believed)) == self.believed

    @invariant()
    def every_move_is_in_the_ledger(self) -> None:
        async def read() -> tuple[list[dict[str, Any]], int | None]:
            async with self.database.reading() as connection:
                ledger = Ledger(connection)
                return await ledger.events(self.believed.id), await ledger.verify()

        events, broken = self.run(read())
        moved = [event["metadata"] for event in events if event["event_type"] == "delivery_moved"]
        begun = [event for event in events if event["event_type"] == "publish_started"]
        assert (len(moved), broken) == (self.moved, None)
        assert len(begun) == (self.believed.started_at is not None)
        assert [facts["to"] for facts in moved[-1:]] == [self.believed.status] * bool(moved)
        assert [facts["from"] for facts in moved[1:]] == [facts["to"] for facts in moved[:-1]]


def test_moves(template: Path) -> None:
    Moves.template = template
    run_state_machine_as_test(Moves, settings=settings(max_examples=15, stateful_step_count=25))
