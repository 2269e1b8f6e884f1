"""How the real process begins and ends: one line says ready, a stop lets what is on the wire arrive, a second signal
is a crash on purpose that the next start mends.
"""

import asyncio
import json
import os
import re
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.sandbox.chats import Message
from fakes.process import Process
from fakes.stage import CARMEN, Act, Stage, X, free_port, staged

TEXT = "El viernes hay empanada de bonito."


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        stage.graph.polls = 0
        for server in (stage.graph, stage.x):
            server.now = lambda: datetime.now(UTC)
        yield stage


@pytest.fixture
async def process(stage: Stage, tmp_path: Path) -> AsyncIterator[Process]:
    process = Process(stage, tmp_path)
    process.write_config()
    yield process
    await process.kill()


@pytest.fixture
def act(stage: Stage) -> Act:
    return Act(stage, None, stage.telegram.phone(CARMEN, "Carmen"))  # type: ignore[arg-type] # the app lives in another process


async def ended(process: Process, number: int) -> int:
    """The exit code after this signal."""
    assert process.running is not None
    os.kill(process.pid, number)
    async with asyncio.timeout(15):
        return await process.running.wait()


async def test_ready_is_one_line_in_the_console_format(process: Process) -> None:
    await process.start()
    assert await ended(process, signal.SIGTERM) == 0
    said = [line for line in process.log if "ready" in line]
    assert len(said) == 1
    assert re.match(r"\S+Z \[info +\] ready +\[bot\.\w+\] mode=live ", said[0])
    assert not [line for line in process.log if "Traceback" in line or "rror" in line]


async def test_ready_is_one_line_in_the_json_format(process: Process) -> None:
    process.write_config(logging={"format": "json"})
    await process.start()
    assert await ended(process, signal.SIGINT) == 0
    lines = [json.loads(line) for line in process.log]
    assert [line["level"] for line in lines if line["message"] == "ready"] == ["info"]
    assert all({"message", "level", "timestamp"} <= line.keys() for line in lines)


async def test_a_stop_lets_a_post_on_the_wire_arrive_and_the_message_says_so(
    stage: Stage, process: Process, act: Act
) -> None:
    await process.connect()
    await process.start()
    arrives = asyncio.Event()
    slow = stage.x.fault("POST /2/tweets", "slow", until=arrives)
    card = await act.draft(TEXT)
    await act.phone.tap(card, "✅ Aprobar")
    await act.until(slow.reached.is_set)
    await act.until(lambda: act.public()["facebook"] and act.public()["instagram"])
    ending = asyncio.create_task(ended(process, signal.SIGTERM))
    await act.until(lambda: any("stopping" in line for line in process.log))
    assert act.public()["twitter"] == []
    arrives.set()
    assert await ending == 0
    assert act.public() == {"facebook": [TEXT], "instagram": [TEXT], "twitter": [TEXT]}
    [post] = stage.x.posts(X)
    assert "🎉" in card.text
    assert post.permalink in "".join(str(each) for each in card.said.entities) + card.text
    await process.start()
    assert await process.stop() == 0
    assert act.public() == {"facebook": [TEXT], "instagram": [TEXT], "twitter": [TEXT]}
    assert not [line for line in process.log if "Traceback" in line or "never awaited" in line]


LATER = "Y el sábado, rosquillas de anís."
ONCE = {"facebook": [TEXT], "instagram": [TEXT], "twitter": [TEXT]}


def said(process: Process, words: str) -> list[str]:
    return [line for line in process.log if words in line]


def cards(act: Act, text: str) -> list[Message]:
    return [m for m in act.phone.chat if m.from_bot and text in m.text and "✅ Aprobar" in m.labels]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_second_signal_is_a_crash_that_the_next_start_mends(
    stage: Stage, process: Process, act: Act, number: int, when: str
) -> None:
    """The network hangs before or after the post is stored. What was written meanwhile waits in the inbox."""
    await process.connect()
    await process.start()
    arrives = asyncio.Event()
    slow = stage.x.fault("POST /2/tweets", "slow", until=arrives, when=when)
    card = await act.draft(TEXT)
    await act.phone.tap(card, "✅ Aprobar")
    await act.until(slow.reached.is_set)
    await act.until(lambda: act.public()["facebook"] and act.public()["instagram"])
    os.kill(process.pid, number)
    await act.until(lambda: said(process, "stopping; a second signal stops at once"))
    await act.phone.send(LATER)
    assert await ended(process, number) == 128 + number
    assert not said(process, "Traceback")
    arrives.set()
    await process.start()
    await act.says("🎉", timeout=20)
    await act.until(lambda: cards(act, LATER))
    assert act.public() == ONCE
    assert await process.stop() == 0
    assert len(cards(act, LATER)) == 1


async def test_what_is_written_during_a_stop_is_answered_by_the_next_life(
    stage: Stage, process: Process, act: Act
) -> None:
    await process.connect()
    await process.start()
    arrives = asyncio.Event()
    slow = stage.x.fault("POST /2/tweets", "slow", until=arrives)
    await act.phone.tap(await act.draft(TEXT), "✅ Aprobar")
    await act.until(slow.reached.is_set)
    ending = asyncio.create_task(ended(process, signal.SIGTERM))
    await act.until(lambda: said(process, "stopping"))
    await act.phone.send(LATER)
    arrives.set()
    assert await ending == 0
    assert cards(act, LATER) == []
    [line] = said(process, "stopping")
    assert re.search(r"commits=[123] seconds=\d", line)
    await process.start()
    await act.until(lambda: cards(act, LATER) and act.public() == ONCE)
    assert await process.stop() == 0
    assert (len(cards(act, LATER)), act.public()) == (1, ONCE)


async def launched(process: Process) -> None:
    """Started, and not waited for."""
    starting = asyncio.create_task(process.start())
    while process.running is None:
        await asyncio.sleep(0.001)
    starting.cancel()
    await asyncio.wait([starting])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_stop_while_it_is_being_built(process: Process, act: Act, number: int) -> None:
    await launched(process)
    await act.until((process.folder / "data" / "lock").exists)
    assert await ended(process, number) == 0
    assert not said(process, "Traceback")
    await process.start()
    assert await process.stop() == 0


async def test_a_stop_before_it_has_read_its_configuration(process: Process) -> None:
    """Whether we hear it already or the system ends us: nothing has begun, and nothing is printed."""
    await launched(process)
    assert await ended(process, signal.SIGTERM) in {0, -signal.SIGTERM}
    assert process.log == []


async def test_a_stop_while_telegram_cannot_be_reached(process: Process, act: Act) -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    process.write_config(telegram={"base_url": f"{nobody}/bot", "base_file_url": f"{nobody}/file/bot"})
    await launched(process)
    await act.until(lambda: said(process, "Telegram cannot be reached; trying again"))
    assert await ended(process, signal.SIGTERM) == 0
    assert len(said(process, "stopping")) == 1
    assert not said(process, "Traceback")
