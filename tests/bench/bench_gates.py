"""What other runs hold: the crash matrix, simulated worlds, and the tests themselves."""

import asyncio
import json
import os
import re
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory

from bench_rows import Found, Measured
from bench_size import Size

from fakes.rigs import RIGS
from publishers.engine.loading import known_platforms

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
PACKAGES = ("adapters", "publishers", "storage", "bot")
KEPT = ROOT / "build" / "chaos.json"
"""Where a run of all of the crash matrix may have left its outcome."""
MATRIX = ROOT / "tests" / "chaos" / "matrix.py"
REPLAY = ROOT / "tests" / "simulation" / "simulation_replay.py"


def newest() -> float:
    """When a source of the product was last changed."""
    return max(path.stat().st_mtime for package in PACKAGES for path in (ROOT / package).rglob("*.py"))


def fresh(path: Path) -> bool:
    return path.exists() and path.stat().st_mtime > newest()


async def run(*command: str, **environment: str) -> tuple[int, str]:
    path = os.pathsep.join(map(str, (ROOT, ROOT / "tests", ROOT / "tests" / "chaos", HERE)))
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, cwd=ROOT, env={**os.environ, "PYTHONPATH": path, **environment},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await process.communicate()
    return process.returncode or 0, out.decode()


async def chaos(size: Size) -> Found:
    """What `make chaos` left, if it is younger than the product; else the short form of the matrix."""
    outcome, how = await _matrix(size)
    return {
        "chaos.lost": _struck(outcome, "lost", how),
        "chaos.doubled": _struck(outcome, "doubled", how),
        "chaos.worlds": await _worlds(size.worlds),
    }


def _struck(outcome: dict[str, int] | None, name: str, how: str) -> Measured:
    if outcome is None:
        return Measured(None, note=how)
    return Measured(outcome[name], 1, f"{outcome['cases']:,} cases, {outcome['deaths']:,} deaths, {how}")


async def _matrix(size: Size) -> tuple[dict[str, int] | None, str]:
    if fresh(KEPT):
        return json.loads(KEPT.read_text()), "all of the matrix"
    if not size.struck:
        return None, "the matrix was not run"
    with TemporaryDirectory(prefix="bench-") as folder:
        told = Path(folder) / "outcome.json"
        _, said = await run(str(MATRIX), "--short", "--json", str(told))
        if not told.exists():
            return None, f"the matrix broke off: {said.splitlines()[-1] if said else 'without a word'}"
        return json.loads(told.read_text()), "the short form"


async def _worlds(many: int) -> Measured:
    shares = os.cpu_count() or 1
    share = -(-many // shares)
    starts = range(1, many + 1, share)
    runs = await asyncio.gather(
        *(run(str(REPLAY), str(at), str(max(at + 1, min(at + share - 1, many)))) for at in starts)
    )
    said = "\n".join(text for _, text in runs)
    worlds, broken = (
        sum(map(int, re.findall(rf"^ *(\d+) {name}$", said, re.MULTILINE))) for name in ("worlds", "broken")
    )
    ended = all(code in {0, 1} for code, _ in runs) and worlds > 0
    return Measured(broken if ended else None, 1, f"{worlds:,} worlds")


async def tests(size: Size) -> Found:
    """Coverage of the last `make check`; the conformance suite, and where it connects to."""
    with TemporaryDirectory(prefix="bench-") as folder:
        both = ("-p", "bench_loopback", *size.spread)
        code, said = await run("-m", "pytest", *both, *size.tests, BENCH_BEYOND=folder)
        told = _beyond(Path(folder))
    addresses = sorted(set().union(*told))
    failed = _counted(said, ("failed", "errors?"))
    passed = _counted(said, ("passed",))
    return {
        "tests.branches": await _branches(),
        "tests.platforms": Measured(*_outside(rig.platform for rig in RIGS)),
        "tests.failed": Measured(failed or float(code != 0), 1, f"{passed} pass"),
        "tests.beyond": Measured(len(addresses) if told else None, 1, ", ".join(addresses)),
    }


def _beyond(folder: Path) -> list[set[str]]:
    """Of each process that ran tests."""
    return [set(json.loads(each.read_text())) for each in folder.glob("*.json")]


def _outside(suite: Iterable[str]) -> tuple[int, int, str]:
    known = known_platforms()
    outside = sorted(set(known) - set(suite))
    return len(outside), 1, ", ".join(outside) or f"all {len(known)} are in it"


def _counted(said: str, names: Iterable[str]) -> int:
    return sum(int(number) for name in names for number in re.findall(rf"(\d+) {name}\b", said))


async def _branches() -> Measured:
    gate = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["coverage"]["report"]["fail_under"]
    held = f"make check fails below {gate} %"
    if not fresh(ROOT / ".coverage"):
        return Measured(None, note=f"no coverage younger than the product lies here; {held}")
    _, said = await run("-m", "coverage", "report", "--format=total", "--fail-under=0", "--precision=1")
    return Measured(float(said.split()[-1]), 1, held)
