"""The database locked by another program, and the disk full, at the worst moments: all waits, nothing is lost."""

import asyncio
import logging
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import structlog
import yaml

from bot.__main__ import main
from bot.app import build
from bot.courier import Courier
from fakes.pictures import picture
from fakes.stage import CARMEN, Act, Stage, free_port, settled, spoken, staged
from storage.database import FILE, sqlite_url
from storage.schema import migrate

APPROVE = "✅ Aprobar"
TEXT = "El lunes hay tarta de queso."
ONCE = {"facebook": [TEXT], "instagram": [TEXT], "twitter": [TEXT]}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.driver.BUSY_SECONDS", 0.02)


@pytest.fixture(autouse=True)
def plain() -> Iterator[None]:
    """Traces without pictures of every variable: drawing those takes seconds."""
    plain = structlog.dev.plain_traceback
    structlog.configure(processors=[structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)])
    yield
    structlog.reset_defaults()


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


@contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """Another program writes, and takes its time. Raises sqlite3.OperationalError while we write ourselves."""
    with closing(sqlite3.connect(data_dir / FILE, isolation_level=None, timeout=0)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.execute("ROLLBACK")


async def lock(stack: ExitStack, data_dir: Path) -> None:
    """As `locked`, as soon as we do not write ourselves."""
    while True:
        with suppress(sqlite3.OperationalError):
            return stack.enter_context(locked(data_dir))
        await asyncio.sleep(0)


async def refused(act: Act, capsys: pytest.CaptureFixture[str], words: str) -> None:
    """Until the log has told of it."""
    heard = ""
    async with asyncio.timeout(10):
        while words not in heard:
            heard += capsys.readouterr().out
            await asyncio.sleep(0.005)


async def test_locked_while_a_post_is_on_the_wire(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """The receipt waits, and so do a draft and its card."""
    arrives = asyncio.Event()
    slow = stage.x.fault("POST /2/tweets", "slow", until=arrives)
    async with stage.play() as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, APPROVE)
        await act.until(slow.reached.is_set)
        await act.until(lambda: act.public()["facebook"] and act.public()["instagram"])
        with ExitStack() as holding:
            await lock(holding, stage.data_dir)
            arrives.set()
            sent = await act.phone.send("Y el martes, flan.")
            await refused(act, capsys, "receipt not stored")
            await refused(act, capsys, "no updates for now")
        act.advance(60)
        await act.card_of(sent)
        await act.says("🎉")
        assert act.public() == ONCE
    async with stage.play() as act:
        assert act.public() == ONCE


@pytest.mark.parametrize("method", ["send", "edit", "answer"])
async def test_locked_between_an_answer_and_its_note(
    stage: Stage, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    """From the moment at which Telegram has it: it is noted when that is possible, and not given once more."""
    sending, due = getattr(Courier, method), asyncio.Event()
    holding = ExitStack()

    async def send(*args: Any, **options: Any) -> Any:
        sent = await sending(*args, **options)
        if due.is_set():
            due.clear()
            await lock(holding, stage.data_dir)
        return sent

    async def released() -> None:
        await refused(act, capsys, "the store cannot be used; trying again")
        holding.close()
        act.advance(60)

    monkeypatch.setattr(Courier, method, send)
    with holding:
        async with stage.play() as act:
            if method == "send":
                due.set()
            sent = await act.phone.send(TEXT)
            if method == "send":
                await released()
            card = await act.card_of(sent)
            await settled(act)
            if method != "send":
                due.set()
            await act.phone.tap(card, APPROVE)
            if method != "send":
                await released()
            await act.says("🎉")
            await settled(act)
        async with stage.play() as act:
            await settled(act)
            later = method != "send"  # than half a minute after the tap
            assert len(spoken(act)) == 1 + later, "a card, and a word at the end for whoever looks no more"
            assert act.public() == ONCE


async def test_the_disk_full_in_the_middle(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    async with stage.play() as act:
        card = await act.draft(TEXT)
        arrives = asyncio.Event()
        slow = stage.x.fault("POST /2/tweets", "slow", until=arrives)
        await act.phone.tap(card, APPROVE)
        await act.until(slow.reached.is_set)
        await act.until(lambda: act.public()["facebook"] and act.public()["instagram"])
        await _pages(act, most=1)
        arrives.set()
        sent = await act.phone.send("ñ" * 4000)
        await refused(act, capsys, "no updates for now")
        await _pages(act, most=1_000_000)
        act.advance(60)
        await act.card_of(sent)
        await act.says("🎉")
        assert act.public() == ONCE


async def _pages(act: Act, most: int) -> None:
    """SQLite takes the number of pages it has for the least."""
    async with act.app.store._database.writing() as connection:  # type: ignore[attr-defined] # the real store
        await connection.exec_driver_sql(f"PRAGMA max_page_count = {most}")


async def test_no_room_for_a_picture(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """It is neither lost nor asked for again."""
    async with stage.play() as act:
        stage.data_dir.joinpath("media").write_text("in the way")
        sent = await act.phone.send_photo(picture(640, 480), TEXT)
        await refused(act, capsys, "a picture cannot be kept")
        assert not [m for m in act.phone.chat if m.from_bot]
        stage.data_dir.joinpath("media").unlink()
        act.advance(60)
        await act.phone.tap(await act.card_of(sent), APPROVE)
        await act.says("🎉")
        assert act.public() == ONCE


async def test_locked_when_it_begins_to_serve(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    """Recovery, tidying up, and a card that a crash kept from the chat: all of them wait."""
    async with stage.play() as act:
        card = await act.draft(TEXT)
        await settled(act)
        async with act.app.store._database.writing() as connection:  # type: ignore[attr-defined] # the real store
            await connection.exec_driver_sql("UPDATE draft SET card_version = 0")
    async with build(stage.settings(), stage.clock) as app:
        act = Act(stage, app, stage.telegram.phone(CARMEN, "Carmen"))
        with locked(stage.data_dir):
            serving = asyncio.create_task(app.serve())
            await refused(act, capsys, "not tidied up; the next round tries again")
            await refused(act, capsys, "the store cannot be used; trying again")
            assert not serving.done()
        act.advance(60)
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        serving.cancel()
        await asyncio.wait([serving])
        await app.farewell()
    assert act.public() == ONCE


def test_locked_for_too_long_before_it_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    migrate(sqlite_url(tmp_path / "data"))
    path = tmp_path / "config.yaml"
    path.write_text(yaml.safe_dump({"data_dir": str(tmp_path / "data"), "server": {"port": free_port()}}))
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "700000001:made-up")
    monkeypatch.chdir(tmp_path)
    before = logging.getLogger().handlers[:], logging.getLogger().level, sys.excepthook
    try:
        with locked(tmp_path / "data"):
            assert main(["run", "--config", str(path)]) == 2
    finally:
        logging.getLogger().handlers[:], logging.getLogger().level, sys.excepthook = before
        logging.captureWarnings(capture=False)
        structlog.reset_defaults()
    said = capsys.readouterr().err
    assert said == f"The database {tmp_path}/data/{FILE} cannot be used: database is locked.\n"
