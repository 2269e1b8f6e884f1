"""Benches are code that rots: each of them in its smallest form, and every declared row comes out of it."""

import json
from dataclasses import replace
from pathlib import Path

import bench_all
import pytest
from bench_all import PARTS, chosen, measure
from bench_celery import installed, redis
from bench_gates import MATRIX
from bench_rows import GROUPS, ROWS, Found, Measured, Row, dump, keys_of, missed, part_of, tables, verdict
from bench_size import FULL, SMALL, percentile

LINES = {
    "overhead.1x9", "overhead.10x9", "overhead.50x9", "jobs.1x3", "jobs.10x3", "jobs.1x9", "jobs.10x9",
    "hanging.1", "hanging.10", "tap.p95", "tap.busy.p99", "crowd.p95", "due.p95", "burst.held", "burst.begun",
    "tap.edit", "edits.rate", "edits.refused", "edits.group", "edits.group.refused", "edits.behind",
    "edits.restart", "pictures.four", "pictures.held", "start.memory", "start.update", "kills.stored.doubled",
    "kills.stored.lost", "kills.read.doubled", "kills.read.lost", "chaos.lost", "chaos.doubled", "chaos.worlds",
    "tests.branches", "tests.platforms", "tests.failed", "tests.beyond",
}  # fmt: skip
"""What the design sets a bar for."""
ELSEWHERE = {"chaos.lost", "chaos.doubled", "tests.branches"}
"""Taken from runs of many minutes."""


def test_every_line_of_the_design_has_its_bar() -> None:
    assert {key for key in LINES if ROWS[key].bar is None} == set()
    assert {part_of(key) for key in ROWS} == set(PARTS)


@pytest.mark.parametrize("part", PARTS)
async def test_every_part_still_measures_its_rows(part: str) -> None:
    found = await PARTS[part](SMALL)
    assert set(found) == keys_of(part)
    assert {key for key, measured in found.items() if measured.value is None} <= ELSEWHERE
    assert [key for key in found if key.startswith("kills") and verdict(key, found[key]) != "met"] == []


@pytest.mark.skipif(
    redis() is None or not installed(),
    reason="make bench installs Celery, where there is redis-server",
)
async def test_celery_does_the_same_work() -> None:
    found = await PARTS["pickup"](replace(SMALL, celery=True))
    for measured in found.values():
        assert set(measured.celery) == {"", "with fsync"}
        assert all(value > 0 for value in measured.celery.values())


def test_the_crash_matrix_still_takes_what_we_ask_of_it() -> None:
    source = MATRIX.read_text()
    assert '"--short"' in source
    assert '"--json"' in source


def test_a_part_is_chosen_by_its_name_or_by_that_of_a_row() -> None:
    assert list(chosen(["due", "pickup.p95"])) == ["pickup", "due"]
    assert list(chosen([])) == list(PARTS)
    with pytest.raises(SystemExit, match="no part called parsley"):
        chosen(["parsley"])


async def test_a_part_that_breaks_takes_only_its_own_rows_with_it(capsys: pytest.CaptureFixture[str]) -> None:
    async def breaks(_: object) -> Found:
        raise OSError("no disk")

    async def works(_: object) -> Found:
        return {"burst.held": Measured(3.0)}

    found = await measure({"due": breaks, "burst": works}, SMALL)
    assert {key: measured.value for key, measured in found.items()} == {
        "due.p50": None,
        "due.p95": None,
        "burst.held": 3,
    }
    assert "no disk" in capsys.readouterr().err


def test_the_tables_are_told_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench_all, "DOCS", tmp_path)
    found = {
        "overhead.1x9": Measured(1.2, 7, "360 ÷ 300 ms", floor=1.01, celery={"": 1.03, "with fsync": 1.25}),
        "tests.branches": Measured(91.5),
        "chaos.lost": Measured(None, note="the matrix was not run"),
    }
    assert missed(found) == ["overhead.1x9"]
    bench_all.keep(found, 11.5, "0.1 before and 2.0 after it")
    page, kept = (tmp_path / "bench.md").read_text(), json.loads((tmp_path / "bench.json").read_text())
    cells = [cell.strip() for line in page.splitlines() if "360 ÷ 300" in line for cell in line.split("|")[2:-1]]
    assert cells == ["1.200 ×", "≤ 1.05 ×", "MISSED", "1.010 ×", "1.030 × · 1.250 × with fsync", "7 ×; 360 ÷ 300 ms"]
    assert "| – " in next(line for line in page.splitlines() if "not run" in line)
    assert [row["verdict"] for row in kept["rows"]] == ["MISSED", "met", "not measured"]
    assert kept["rows"][0]["celery"] == {"": 1.03, "with fsync": 1.25}
    assert [line for line in tables(found) if line.startswith("## ")] == [
        f"## {title}" for title in GROUPS if any(key in found for key in GROUPS[title])
    ]


@pytest.mark.parametrize(
    ("row", "value", "met"),
    [
        (Row("r", bar=1.0), 1.0, True),
        (Row("r", bar=1.0), 1.1, False),
        (Row("r", bar=1.0, sign="<"), 1.0, False),
        (Row("r", bar=90, sign="≥"), 90.0, True),
        (Row("r", bar=90, sign="≥"), 89.9, False),
        (Row("r"), 10.0**9, True),
    ],
)
def test_a_bar_is_met_by_its_sign(row: Row, value: float, met: bool) -> None:
    assert row.met(value) is met


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(number) for number in range(1, 101)]
    assert [percentile(values, share) for share in (0.5, 0.95, 0.99)] == [50, 95, 99]
    assert percentile([3.0], 0.95) == 3


def test_the_full_form_takes_at_least_five_samples() -> None:
    assert min(FULL.rounds, FULL.samples, FULL.taps, FULL.busy, FULL.starts, FULL.days) >= 5
    assert dump("due.p95", Measured(1.0))["bar"] == 250
