"""The short form of the crash matrix: each place where a publication can stop, once. `make chaos` runs all of it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from matrix_awaits import awaits, awaits_in, gone, places, reasons, uncovered, unexplained
from matrix_cases import Case, stands
from matrix_hook import ROOT

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Of a process of its own: it forks, and must not take this one's threads with it."""
    told = tmp_path_factory.mktemp("matrix") / "outcome.json"
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, (ROOT, ROOT / "tests", HERE)))}
    command = [sys.executable, str(HERE / "matrix.py"), "--short", "--json", str(told)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, cwd=ROOT, env=environment, check=False)  # noqa: S603 - ours
    assert told.exists(), done.stdout + done.stderr
    return {"printed": done.stdout, "code": done.returncode, **json.loads(told.read_text())}


def test_nothing_is_lost_and_nothing_is_doubled(outcome: dict[str, Any]) -> None:
    assert (outcome["lost"], outcome["doubled"], outcome["bad"]) == (0, 0, []), outcome["printed"]
    assert outcome["cases"] > 300
    assert outcome["deaths"] > 150


def test_a_person_is_asked_only_where_the_platform_proves_nothing(outcome: dict[str, Any]) -> None:
    assert outcome["asked"] < outcome["cases"] / 4, outcome["printed"]


def test_every_await_has_a_case_that_dies_there_or_a_reason(outcome: dict[str, Any]) -> None:
    assert outcome["uncovered"] == [], outcome["printed"]
    assert outcome["code"] == 0, outcome["printed"]


def test_a_new_await_is_missed_by_its_name() -> None:
    source = "class Fence:\n  async def dare(self):\n    async with self.store.unit() as unit:\n      await unit.x()\n"
    new = list(awaits_in("publishers/engine/steps.py", source))
    assert [each.name for each in unexplained(new, reasons())] == [
        "publishers/engine/steps.py Fence.dare: async with self.store.unit()",
        "publishers/engine/steps.py Fence.dare: await unit.x()",
    ]
    assert [each.holds(("publishers/engine/steps.py", 4, 6)) for each in new] == [False, True]


def test_without_cases_every_await_is_missed() -> None:
    assert len(uncovered([])) == len(awaits()) > 400
    assert gone(["storage/nowhere.py"]) == ["storage/nowhere.py"]
    assert places(awaits()[0])


def test_what_is_printed_can_be_run_again() -> None:
    for case in stands():
        text = f"{case} 1:die:suspend@0123456789:2 0:fake:lost:3 1:clock:-3600:9 2:full:4:7 1:after:torn:1"
        assert str(Case.read(text)) == text
