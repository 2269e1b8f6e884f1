"""How the real process begins and ends: one line says ready, and a stop lets what is on the wire arrive."""

import asyncio
import json
import os
import re
import signal
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fakes.process import Process
from fakes.stage import CARMEN, Act, Stage, X, staged

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
