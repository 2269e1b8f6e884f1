"""Whole worlds on virtual time, one seed each: nothing public twice, nothing approved lost, whatever happens.

A seed that falls is printed with the command that replays it. SIMULATION_SEEDS=1000 runs more of them; `make chaos`
runs 10,000.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import pytest
from simulation_birth import template
from simulation_ground import ground
from simulation_limits import Ledge
from simulation_network import Item
from simulation_world import World, simulate, worlds

from publishers.engine.budget import Ration
from publishers.engine.errors import AuthExpired
from publishers.engine.inspection import Inspection

REPLAY = Path(__file__).parent / "simulation_replay.py"
SEEDS = int(os.environ.get("SIMULATION_SEEDS", "300"))


def replay(*arguments: object, hash_seed: str = "random") -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, str(REPLAY), *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
    )


def spoken(runs: "Sequence[subprocess.Popen[str]]") -> list[tuple[int, str]]:
    said = [run.communicate()[0] for run in runs]
    return [(run.returncode, text) for run, text in zip(runs, said, strict=True)]


def test_every_world_ends_well() -> None:
    """A process per core."""
    [(code, text)] = spoken([replay(1, SEEDS, "--cores", 0)])
    assert code == 0, text
    assert f"{SEEDS} worlds" in text


@pytest.mark.parametrize("seed", [6, 31, 181])
def test_a_seed_is_one_world_whatever_the_hashes(seed: int) -> None:
    (_, once), (_, again) = spoken([replay(seed, hash_seed="1"), replay(seed, hash_seed="4711")])
    assert once.count("\n") > 20
    assert once == again


def test_a_world_can_be_replayed_beside_others() -> None:
    """Nothing stays behind in the process: a seed fallen among hundreds is the same alone."""
    alone = simulate(31).trace
    simulate(6)
    assert simulate(31).trace == alone


def test_worlds_hold_what_they_are_for() -> None:
    [(_, text)] = spoken([replay(81, 140)])
    counts = {name: int(number) for number, name in (line.split(maxsplit=1) for line in text.splitlines())}
    wanted = (
        "kills",
        "killed on the wire",
        "late",
        "lost after",
        "looks",
        "asked",
        "twins",
        "taps twice",
        "clock jumps",
        "given out again",
        "killed between poll and handler",
        "checks",
        "quotas",
        "window closed",
        "held for a window",
        "pictures lost",
        "foreseen",
        "renewed",
        "renewals unclear",
        "renewals refused",
        "used-up tokens presented",
        "consents",
        "disk full while renewing",
        "clock set while renewing",
    )
    assert not [name for name in wanted if not counts.get(name)]


def test_a_look_for_one_post_of_a_thread_is_none_for_its_twin() -> None:
    """Seed 859 fell for it: twins of a thread have the same texts under different posts."""
    with ground(*template()) as shared:
        world = World(1, shared)
        world.networks.owed.append(Item("p2", "plaza-1", "Pan (2)", "p1", lands=0.0, listed=0.0))
        world.eye.looks("plaza-1", "Pan (2)", "p7")
        assert world.broken == []
        world.eye.looks("plaza-1", "Pan (2)", "p1")
        assert world.broken == ["p2 was answered, and is looked for"]


@pytest.mark.parametrize(("received", "broken"), [(1, 0), (0, 1)])
def test_what_has_no_part_left_needs_no_room(received: int, broken: int) -> None:
    """Seed 534 fell for it: a post a person had found came to its end while its window was full."""
    told: list[str] = []
    used = {"SELECT key FROM receipt WHERE delivery_id = ?": [{}] * received}
    eye = SimpleNamespace(parts={"a": ["Pan"]}, broken=told.append, rows=lambda query, *_: used.get(query, [{}] * 2))
    after = {"id": "a", "status": "publishing", "platform": "plaza", "account_id": "1", "code": None, "looks": 0,
             "dry_run": 0, "moved_at": 0}  # fmt: skip
    Ledge(eye, {"plaza": {"posts_per_min": 2}}).moved({"status": "pending"}, after, {})  # type: ignore[arg-type]  # as much of an eye and of rows as it reads
    assert len(told) == broken


def test_a_product_that_overdraws_its_limits_falls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ration, "take", lambda *_, **__: None)
    fallen = [fact for outcome in worlds(range(1, 31)) for fact in outcome.broken]
    assert any("is let through" in fact for fact in fallen)


def test_a_product_that_stops_posts_for_no_reason_falls(monkeypatch: pytest.MonkeyPatch) -> None:
    async def refused(*_: object) -> AuthExpired:
        return AuthExpired()

    monkeypatch.setattr(Inspection, "access", refused)
    fallen = [fact for outcome in worlds(range(1, 21)) for fact in outcome.broken]
    assert any("for no reason" in fact for fact in fallen)
