"""Rotating tokens, two real processes and kill -9: one call for all, and a death in between ends in one question."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters.content import fingerprint
from bot.clock import SystemClock
from bot.records import open_records
from bot.settings import load
from fakes.call import Call
from fakes.process import ROOT, Process
from fakes.stage import CARMEN, NAMES, SECRETS, Act, Stage
from publishers.engine.contract import Identity
from publishers.engine.model import Account

Running = asyncio.subprocess.Process
TEXT = "El domingo hay roscón de reyes."
TOKENS = "POST /2/oauth2/token"
OLD, REFRESH = "x-user-token", "x-refresh-token"


def asked(stage: Stage) -> int:
    return sum(call.path.endswith("/2/oauth2/token") for call in stage.x.requests)


def configured(stage: Stage, process: Process) -> Path:
    network = {"api_url": stage.x.url, "client_id": "app", "client_secret": "app-secret"}
    queue = {"settle": "1s", "silence": "1s", "reconcile_after": ["300ms", "1s", "2s"]}
    return process.write_config(publishing={"platforms": {"twitter": network}, "queue": queue})


@pytest.fixture
async def account(stage: Stage, process: Process) -> Account:
    """Its access token has a minute to live; what renews it is good for one use."""
    stage.x.client = ("app", "app-secret")
    stage.x.user("2001", "panaderia", OLD, refresh_token=REFRESH)
    end = datetime.now(UTC) + timedelta(minutes=1)
    secret = json.loads(SECRETS["twitter"]) | {"refresh_token": REFRESH, "expires_at": end.isoformat()}
    settings, clock = load(configured(stage, process)), SystemClock()
    async with open_records(settings, clock) as records, records.store.unit() as unit:
        for account in await unit.accounts.accounts():
            await unit.accounts.remove(account.id, clock.now())
        added, _ = await unit.accounts.add(
            "twitter", Identity(*NAMES["twitter"]), json.dumps(secret), expires_at=end, at=clock.now()
        )
    return added


@asynccontextmanager
async def renewer(process: Process, account: Account, times: int, *how: str) -> AsyncIterator[Running]:
    config = str(process.folder / "config.yaml")
    environment = process._environment() | {"PYTHONPATH": str(ROOT / "tests")}
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "fakes.renewer", config, account.id, str(times), *how,
        cwd=ROOT, env=environment, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    try:
        yield running
    finally:
        if running.returncode is None:
            os.kill(running.pid, signal.SIGKILL)
            await running.wait()


async def go(*running: Running) -> list[str]:
    """All at once; what they print."""
    async with asyncio.timeout(30):
        for each in running:
            assert each.stdout is not None
            assert await each.stdout.readline() == b"here\n"
        printed = await asyncio.gather(*(each.communicate(b"go\n") for each in running))
    return [line for out, _ in printed for line in out.decode().splitlines() if line.startswith("given")]


async def test_twenty_who_need_it_in_two_processes_ask_once(stage: Stage, process: Process, account: Account) -> None:
    async def slowly(call: Call) -> None:
        if call.path.endswith("/2/oauth2/token"):
            await asyncio.sleep(0.15)

    stage.x.on_request = slowly
    async with renewer(process, account, 10) as one, renewer(process, account, 10) as other:
        given = await go(one, other)
    assert len(given) == 20
    [told] = set(given)
    _, version, token = told.split()
    assert int(version) == account.credentials_version + 1
    assert token in {fingerprint(bearer) for bearer in stage.x.bearers}
    assert token != fingerprint(OLD)
    assert (asked(stage), stage.x.refresh_reuses) == (1, 0)


def view(stage: Stage) -> Act:
    return Act(stage, None, stage.telegram.phone(CARMEN, "Carmen"))  # type: ignore[arg-type] # another process


async def asks(stage: Stage, process: Process, calls: int) -> None:
    """A person is asked with the way on at hand; nothing more is asked of the platform, whatever time passes."""
    act = view(stage)
    said = await act.phone.until(
        lambda chat: [m for m in chat if m.from_bot and "🔗 Reautorizar" in m.labels], timeout=20
    )
    assert said
    assert act.public()["twitter"] == []
    assert asked(stage) == calls
    assert await process.stop() == 0
    await process.start()
    await act.phone.send("/reintentar")
    await act.phone.until(lambda chat: chat[-1].from_bot, timeout=20)
    assert asked(stage) == calls
    assert not any(secret in line for line in process.log for secret in (OLD, REFRESH, *stage.x.bearers))


async def test_killed_between_the_answer_and_the_store(stage: Stage, process: Process, account: Account) -> None:
    async with renewer(process, account, 1, "dies") as dying:
        assert await go(dying) == []
        assert dying.returncode == -signal.SIGKILL
    assert asked(stage) == 1
    await process.start()
    act = view(stage)
    await act.phone.tap(await act.draft(TEXT), "✅ Aprobar")
    await asks(stage, process, calls=2)


async def test_killed_by_the_platform_while_it_answers(stage: Stage, process: Process, account: Account) -> None:
    stage.x.fault(TOKENS, "kill", target=process.strike, when="answering")
    await process.start()
    act = view(stage)
    await act.phone.tap(await act.draft(TEXT), "✅ Aprobar")
    await process.dead()
    await process.start()
    await asks(stage, process, calls=2)


async def test_killed_before_the_platform_knew_of_it_nothing_is_lost(
    stage: Stage, process: Process, account: Account
) -> None:
    stage.x.fault(TOKENS, "kill", target=process.strike, when="read", lands=False)
    await process.start()
    act = view(stage)
    await act.phone.tap(await act.draft(TEXT), "✅ Aprobar")
    await process.dead()
    await process.start()
    await act.says("🎉", timeout=20)
    assert act.public()["twitter"] == [TEXT]
    assert (asked(stage), stage.x.refresh_reuses) == (2, 0)


async def test_a_polite_stop_keeps_what_the_platform_is_about_to_give(
    stage: Stage, process: Process, account: Account
) -> None:
    begun = asyncio.Event()

    async def slowly(call: Call) -> None:
        if call.path.endswith("/2/oauth2/token"):
            begun.set()
            await asyncio.sleep(0.15)

    stage.x.on_request = slowly
    await process.start()
    act = view(stage)
    await act.phone.tap(await act.draft(TEXT), "✅ Aprobar")
    await asyncio.wait_for(begun.wait(), 10)
    assert await process.stop() == 0
    await process.start()
    await act.says("🎉", timeout=20)
    assert act.public()["twitter"] == [TEXT]
    assert (asked(stage), stage.x.refresh_reuses) == (1, 0)
