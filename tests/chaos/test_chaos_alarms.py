"""kill -9 while alarms are being set: what was said to be kept is kept, and the file is still one of ours."""

import asyncio
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from storage.alarms import Alarms

ROOT = Path(__file__).parents[2]
SETTING = """
import asyncio, sys
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from storage.alarms import Alarms

async def set_for_ever():
    async with Alarms(Path(sys.argv[1])) as alarms:
        alarms.retrieved()
        alarms.listen(lambda: None)
        for slice in count():
            now = datetime.now(UTC)
            far = {f"{slice}-{place}": now + timedelta(days=1) for place in range(50)}
            assert alarms.set(far | {f"soon-{slice}-{place}": now for place in range(50)})
            print(slice, flush=True)
            await asyncio.sleep(0)

asyncio.run(set_for_ever())
"""


def kept(folder: Path) -> set[str]:
    with closing(sqlite3.connect(folder / "alarms.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return {name for (name,) in connection.execute("SELECT id FROM apscheduler_jobs")}


@pytest.mark.parametrize("slices", [1, 7, 40])
async def test_killed_while_alarms_are_set(tmp_path: Path, slices: int) -> None:
    setting = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SETTING, str(tmp_path), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert setting.stdout is not None
    said: list[str] = []
    while len(said) < slices:
        said.append((await setting.stdout.readline()).decode().strip())
    setting.kill()
    await setting.wait()
    async with Alarms(tmp_path) as alarms:
        assert not alarms.lost
    assert kept(tmp_path) >= {f"{number}-{place}" for number in said for place in range(50)}
