"""The product with one of its rules taken out. Simulated worlds and the crash matrix must fall of each: `make mutants`.

A mutation changes the product, never what looks at it.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.event import Event
from bot.intake import Intake
from bot.replies import Reply, dump
from publishers.engine import renewal, steps
from publishers.engine.connections import Connections
from publishers.engine.contract import Act, Receipt
from publishers.engine.errors import AuthExpired, Unavailable, Unconfirmed
from publishers.engine.many import Opened
from publishers.engine.people import Letter
from publishers.engine.renewal import Key, Renewals
from publishers.engine.scheduler import Scheduler
from publishers.engine.steps import Fence
from publishers.engine.timetable import Ring
from storage import driver
from storage.deliveries import Deliveries
from storage.renewing import Renewing
from storage.steps import StepLog

Put = Callable[[Any, str, Any], None]
"""As monkeypatch.setattr."""


def no_pre_commit_write(put: Put) -> None:
    """Armed when the answer is there."""
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


def settle_0(put: Put) -> None:
    """What a platform denies is believed at once."""
    disbelief = Fence._disbelief

    def at_once(self: Fence, *about: Any) -> float | None:
        self._fences.settle = timedelta(0)
        return disbelief(self, *about)

    put(Fence, "_disbelief", at_once)


def silence_0(put: Put) -> None:
    """An empty list is believed at once."""
    settle_0(put)
    disbelief = Fence._disbelief

    def at_once(self: Fence, *about: Any) -> float | None:
        self._fences.silence = timedelta(0)
        return disbelief(self, *about)

    put(Fence, "_disbelief", at_once)


def no_unique_mark(put: Put) -> None:
    """The same text may be on the way twice."""
    connect = driver.connect

    def without(path: Path, *, query_only: bool = False) -> sqlite3.Connection:
        connection = connect(path, query_only=query_only)
        if not query_only:
            connection.execute("DROP INDEX IF EXISTS uq_step_armed_mark")
        return connection

    put(driver, "connect", without)


def find_without_taken(put: Put) -> None:
    async def none(*_: Any) -> frozenset[str]:
        return frozenset()

    put(StepLog, "taken", none)


def no_shield(put: Put) -> None:
    """Whoever stops waiting for an act stops it."""
    put(steps, "asyncio", _Unshielded())


class _Unshielded:
    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)

    @staticmethod
    def shield(task: Any) -> Any:
        return task


def receipt_not_written(put: Put) -> None:
    async def forgotten(self: Fence, key: str, receipt: Receipt) -> Receipt:
        self._fences.settled(self._delivery.id, key)
        return receipt

    put(Fence, "_receive", forgotten)


def receipt_written_later(put: Put) -> None:
    receive = Fence._receive

    async def later(self: Fence, key: str, receipt: Receipt) -> Receipt:
        async def write() -> None:
            await self._clock.sleep(1.0)
            await receive(self, key, receipt)

        asyncio.get_running_loop().create_task(write())
        return receipt

    put(Fence, "_receive", later)


def doubts_disarm(put: Put) -> None:
    """No answer is taken for a no."""
    put(Unconfirmed, "definite", True)


def hours_are_ignored(put: Put) -> None:
    due = Deliveries.due

    async def early(self: Any, now: datetime, *rest: Any, **more: Any) -> Any:
        return await due(self, now + timedelta(minutes=5), *rest, **more)

    put(Deliveries, "due", early)


def inbox_confirmed_first(put: Put) -> None:
    """Telegram may forget what it gave out before it is kept."""
    accept = Intake.accept

    async def confirmed(self: Intake, updates: Sequence[dict[str, Any]]) -> None:
        asked = {"offset": updates[-1]["update_id"] + 1, "timeout": 0}
        form = RequestData([RequestParameter.from_input(name, value) for name, value in asked.items()])
        await self.polling.post(f"{self.bot.base_url}/getUpdates", form, read_timeout=5)
        await accept(self, updates)

    put(Intake, "accept", confirmed)


def effect_beside_inbox(put: Put) -> None:
    """What an update does, and the note that it did, are two transactions."""

    async def apart(self: Intake, letter: Letter, event: Event | None, route: Any) -> list[Reply]:
        async with self.store.unit() as unit:
            replies: list[Reply] = await route(event, unit)
        async with self.store.unit() as unit:
            await unit.inbox.handled(letter.update_id, dump(replies), self.clock.now())
        return replies

    put(Intake, "_decide", apart)


def alarm_before_commit(put: Put) -> None:
    """The table says that an alarm is set before it is."""
    set_ = Scheduler._set

    async def noted_first(self: Scheduler, rings: list[Ring]) -> bool:
        async with self.store.unit() as unit:
            await unit.timetable.alarmed(rings)
        return await set_(self, rings)

    put(Scheduler, "_set", noted_first)


def tokens_used_before_kept(put: Put) -> None:
    """They are given out at once, and kept a second later."""
    keep, opening = Renewals._keep, Connections._open
    early: dict[tuple[Any, str], SecretStr] = {}

    async def later(self: Renewals, key: Key, secret: str, *about: Any) -> bool:
        async def write() -> None:
            await self.clock.sleep(1.0)
            await keep(self, key, secret, *about)
            del early[place]

        place = asyncio.get_running_loop(), key[0]
        early[place] = SecretStr(secret)
        place[0].create_task(write())
        return True

    async def opened(self: Connections, account_ids: Sequence[str]) -> list[Opened]:
        loop = asyncio.get_running_loop()
        found = await opening(self, account_ids)
        return [replace(each, secret=early.get((loop, each.account.id), each.secret)) for each in found]

    put(Renewals, "_keep", later)
    put(Connections, "_open", opened)


def renewal_kept_once_or_never(put: Put) -> None:
    """A store that is full is not waited for."""

    async def once(work: Callable[[], Any], _: Any) -> Any:
        return await work()

    put(renewal, "patiently", once)


def no_renewal_lease(put: Put) -> None:
    """Each process asks for itself."""
    take = Renewing.take

    async def taken(self: Renewing, account_id: str, version: int, _: datetime, until: datetime, *rest: Any) -> Any:
        return await take(self, account_id, version, until + timedelta(days=1), until, *rest)

    put(Renewing, "take", taken)


def unclear_renewal_repeated(put: Put) -> None:
    """What gave no clear answer is asked again as soon as anybody needs it."""
    put(Renewals, "_check_rest", lambda *_: None)


def unclear_renewal_refused(put: Put) -> None:
    """… or taken for a refusal."""
    ask = Renewals._ask

    async def asked(self: Renewals, opened: Opened) -> Any:
        try:
            return await ask(self, opened)
        except Unavailable as error:
            raise AuthExpired from error

    put(Renewals, "_ask", asked)


def refused_renewal_not_kept(put: Put) -> None:
    """Nobody else hears of it."""

    async def heard(*_: Any) -> bool:
        return True

    put(Renewals, "_refused", heard)


def renewal_over_a_consent(put: Put) -> None:
    """What comes of old credentials takes the place of what a person brought meanwhile."""
    renewed = Renewing.renewed

    async def always(self: Renewing, account_id: str, _: int, *about: Any, **more: Any) -> Any:
        query = "SELECT credentials_version FROM account WHERE id = ?"
        [[version]] = await self._connection.exec_driver_sql(query, (account_id,))
        return await renewed(self, account_id, version, *about, **more)

    put(Renewing, "renewed", always)


MUTATIONS: Mapping[str, Callable[[Put], None]] = {
    each.__name__: each
    for each in (
        no_pre_commit_write,
        settle_0,
        no_unique_mark,
        no_shield,
        find_without_taken,
        inbox_confirmed_first,
        alarm_before_commit,
        receipt_not_written,
        receipt_written_later,
        silence_0,
        doubts_disarm,
        hours_are_ignored,
        effect_beside_inbox,
        tokens_used_before_kept,
        renewal_kept_once_or_never,
        no_renewal_lease,
        unclear_renewal_repeated,
        unclear_renewal_refused,
        refused_renewal_not_kept,
        renewal_over_a_consent,
    )
}
