"""A stage in real time, and the real process on it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from fakes.process import Process
from fakes.stage import Stage, staged


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        for server in (stage.graph, stage.x):
            server.now = lambda: datetime.now(UTC)
        stage.graph.polls = 0  # containers are ready at once: real seconds are spent here
        yield stage


@pytest.fixture
async def process(stage: Stage, tmp_path: Path) -> AsyncIterator[Process]:
    process = Process(stage, tmp_path)
    process.write_config()
    await process.connect()
    yield process
    await process.kill()
