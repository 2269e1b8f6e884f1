"""A short soak; and the proof that each of its checks can fail: by real leaks, and one by one on a record made up."""

import asyncio
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
import soak_probe
from soak import suspects, table
from soak_chance import ARGUMENTS, RATE, TELEGRAM, Chance, ChatChance
from soak_checks import Bounds, checks, slope
from soak_clock import Hands, SoakClock
from soak_drive import Plan, Record, Sample, soak
from soak_holders import holders
from soak_leaks import KINDS
from soak_memory import memory
from soak_tables import Line

from bot.late import LateCards
from fakes.call import Call
from fakes.faults import KINDS as FAULTS
from storage.tables import metadata

SHORT = Bounds(resident=128.0, heap=64.0, blocks=500.0, held=16.0)
"""Caches are still filling: only what is large is seen. `make soak` is strict."""
FOUND_BY = {
    "task": ("tasks at rest",),
    "descriptor": ("descriptors without sockets",),
    "socket": ("sockets outside of pools",),
    "connection": ("connections in use",),
    "thread": ("threads",),
    "memory": ("memory: resident", "memory: heap"),
    "objects": ("memory: blocks", "memory: containers"),
    "file": ("files in the data folder",),
    "row": ("rows that retention permits",),
    "log": ("log behind the database",),
}


def failed(record: Record) -> set[str]:
    return {check.name for check in checks(record, SHORT) if not check.holds}


# -- the real thing --------------------------------------------------------------------------------------------------


async def test_forty_jobs_leave_nothing_behind(tmp_path: Path) -> None:
    record = await soak(tmp_path, Plan(40, seed=1, batch=8))
    told = table(record, checks(record, SHORT)) + "\n" + suspects(record)
    assert not failed(record), told
    assert sum(record.answers.values()) > 0, told
    assert all(sum(drawn.values()) > 0 for drawn in record.drawn.values()), told


async def test_a_leak_of_each_kind_is_found(tmp_path: Path) -> None:
    assert FOUND_BY.keys() == set(KINDS)
    record = await soak(tmp_path, Plan(8, seed=1, batch=2, spilled=KINDS))
    assert failed(record) >= {name for names in FOUND_BY.values() for name in names}, table(
        record, checks(record, SHORT)
    )
    assert "deliveries by end" not in failed(record)


# -- check by check --------------------------------------------------------------------------------------------------


def sound() -> Record:
    """Of two jobs, with nothing wrong in it."""
    held = {
        "tasks": {"engine": 1},
        "descriptors": {"socket": 5, "db": 4},
        "threads": {"MainThread": 1},
        "pools": {"idle": 2, "busy": 1},
        "memory": {"resident": 100_000, "blocks": 500_000, "heap": 30_000, "sqlite": 3000},
        "faults": {},
    }
    rows = dict.fromkeys([*metadata.tables, "prepared", "in doubt", "letters", "untold", "alarms"], 0)
    sample = Sample(2, held, rows, 0, ["pregonero.db"], 4096)
    samples = [replace(deepcopy(sample), jobs=number) for number in range(1, 5)]
    lines = [
        Line(f"{platform}-{job}", f"{job}", platform, platform, "published", None, None, None, datetime.now(UTC),
             (f"Pan {job}",), 1)
        for job in (1, 2)
        for platform in ("facebook", "instagram", "twitter")
    ]  # fmt: skip
    public = {platform: ["Pan 1", "Pan 2"] for platform in ("facebook", "instagram", "twitter")}
    held_by: list[tuple[int, dict[str, int]]] = [(1, {}), (2, {"late": 1}), (4, {"late": 1})]
    left = {"tasks": {}, "threads": {"MainThread": 1}, "descriptors": {"socket": 2}}
    return Record(Plan(2, 1), samples, deepcopy(sample), lines, public, left=left, holders=held_by)


def held(where: str, **more: Any) -> Callable[[Record], None]:
    return lambda record: record.samples[-1].held[where].update(more)


def tidied(**changes: Any) -> Callable[[Record], None]:
    def change(record: Record) -> None:
        assert record.tidied is not None
        record.tidied = replace(record.tidied, **changes)

    return change


def rows(name: str, number: int) -> Callable[[Record], None]:
    def change(record: Record) -> None:
        assert record.tidied is not None
        record.tidied.rows[name] = number

    return change


def climbing(name: str, step: int) -> Callable[[Record], None]:
    def change(record: Record) -> None:
        for sample in record.samples:
            sample.held["memory"][name] += step * sample.jobs

    return change


def cached(kilobytes: int) -> Callable[[Record], None]:
    def change(record: Record) -> None:
        for sample in record.samples:
            sample.held["memory"]["sqlite"] = kilobytes

    return change


def line(**changes: Any) -> Callable[[Record], None]:
    def change(record: Record) -> None:
        record.lines[0] = replace(record.lines[0], **changes)

    return change


CHANGES: list[tuple[str, Callable[[Record], Any]]] = [
    ("jobs", lambda record: record.lines.append(record.lines[0])),
    ("deliveries by end", line(status="waiting")),
    ("posts public", lambda record: record.public["facebook"].append("Pan 1")),
    ("posts public", lambda record: record.public["twitter"].remove("Pan 2")),
    ("posts public", lambda record: record.public["instagram"].append("Pan 3")),
    ("tasks at rest", held("tasks", live=1)),
    ("tasks at rest", held("tasks", engine=0)),
    ("descriptors without sockets", held("descriptors", db=5)),
    ("descriptors without sockets", held("descriptors", file=1)),
    ("sockets outside of pools", held("descriptors", socket=6)),
    ("connections kept in pools", lambda record: record.samples[1].held["pools"].update(idle=100)),
    ("threads", held("threads", lost=1)),
    ("faults nobody foresaw", held("faults", **{"handler failed": 1})),
    ("memory: resident", climbing("resident", 129)),
    ("memory: heap", climbing("heap", 65)),
    ("memory: containers", lambda record: record.holders[-1][1].update(late=40)),
    ("memory: caches of the database", cached(12_289)),
    ("memory: blocks", climbing("blocks", 501)),
    ("rows that retention permits", rows("inbox", 1)),
    ("rows that retention permits", rows("prepared", 1)),
    ("rows that retention permits", rows("alarms", 1)),
    ("rows that retention permits", rows("untold", 1)),
    ("rows that retention permits", rows("ledger", 1000)),
    ("pictures that retention permits", tidied(pictures=1)),
    ("files in the data folder", tidied(files=["left", "pregonero.db"])),
    ("log behind the database", lambda record: record.samples.append(replace(record.samples[-1], log=9000))),
    ("after its end", lambda record: record.left["tasks"].update(late=1)),
    ("after its end", lambda record: record.left["descriptors"].update(db=1)),
]  # fmt: skip


def test_a_sound_record_fails_no_check() -> None:
    assert failed(sound()) == set()


@pytest.mark.parametrize(("name", "change"), CHANGES)
def test_each_check_fails_by_its_own_fault(name: str, change: Callable[[Record], Any]) -> None:
    record = sound()
    change(record)
    assert failed(record) == {name}


def test_every_check_has_been_seen_to_fail() -> None:
    seen = {name for name, _ in CHANGES} | {"connections in use"}  # by a real leak, above
    assert {check.name for check in checks(sound(), SHORT)} == seen


def test_a_slope_is_not_moved_by_an_outlier() -> None:
    flat = [(float(n), 100.0) for n in range(20)]
    assert slope([*flat[:7], (7.0, 5000.0), *flat[8:]]) == 0
    assert slope([(float(n), 3.0 * n) for n in range(20)]) == 3


# -- what it is made of ----------------------------------------------------------------------------------------------


async def test_a_probe_sees_a_task_until_it_ends() -> None:
    before = soak_probe.tasks()
    ending = asyncio.Event()
    task = asyncio.create_task(ending.wait(), name="live 7")
    assert soak_probe.tasks() == {**before, "live …": 1}
    ending.set()
    await task
    assert soak_probe.tasks() == before


def test_a_probe_tells_descriptors_by_kind(tmp_path: Path) -> None:
    before = soak_probe.descriptors(tmp_path)
    with (tmp_path / "a.db-wal").open("w"), (tmp_path / "b").open("w"):
        after = soak_probe.descriptors(tmp_path)
    assert after["db"] == before.get("db", 0) + 1
    assert after["data"] == before.get("data", 0) + 1
    assert soak_probe.descriptors(tmp_path) == before


def test_holders_are_named_by_the_way_to_them() -> None:
    late = LateCards(*[None] * 5)  # type: ignore[arg-type]  # only what it remembers counts
    late._clear.update({1, 2, 3})

    def around() -> object:
        return late

    around.__module__ = "bot.somewhere"
    assert holders(late)["_clear"] == 3
    assert holders([around])["*.late._clear"] == 3


def test_memory_in_use_by_c_is_seen() -> None:
    before = memory()
    large = bytes(8 * 1024 * 1024)
    after = memory()
    assert after["heap"] - before["heap"] == pytest.approx(8 * 1024, rel=0.05)
    assert len(large) > after["blocks"] - before["blocks"]


async def test_the_clock_ends_short_waits_at_once_and_long_ones_when_it_is_moved(tmp_path: Path) -> None:
    hands = Hands(tmp_path / "clock")
    clock, other = SoakClock(hands), Hands(tmp_path / "clock")
    await clock.sleep(5)
    assert other.passed == 5
    sleeping = asyncio.create_task(clock.sleep(3600))
    await asyncio.sleep(0)
    clock.advance(3599)
    await asyncio.sleep(0)
    assert clock.asleep
    assert not sleeping.done()
    clock.advance(1)
    await sleeping
    assert not clock.asleep
    assert (other.now() - clock.now()).total_seconds() == 0


def call() -> Call:
    return Call("POST", "/2/tweets", "", "http://127.0.0.1/2/tweets", [], {})


def test_every_tenth_call_meets_a_fault_and_every_kind_comes() -> None:
    assert ARGUMENTS.keys() == FAULTS.keys() - {"kill"}
    chance, met = Chance("x", Random(1), lambda: 0), 0  # noqa: S311 - chance to replay
    for _ in range(5000):
        one = call()
        early = chance.take_early(one)
        met += bool(early or chance.take(one))
    assert chance.drawn.keys() == ARGUMENTS.keys()
    assert chance.drawn.total() == pytest.approx(5000 * RATE, rel=0.1)
    assert met == chance.drawn.total() - chance.drawn["hide"]
    assert not chance._waiting


def test_the_chat_has_its_share_of_trouble() -> None:
    chat = ChatChance(Random(1))  # noqa: S311 - chance to replay
    assert not any(chat.next("sendMessage") for _ in range(100))
    chat.begin()
    met = sum(chat.next("sendMessage") is not None for _ in range(5000))
    assert met == chat.drawn.total() == pytest.approx(5000 * RATE, rel=0.1)
    assert chat.drawn.keys() == TELEGRAM.keys()
