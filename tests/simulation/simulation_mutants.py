"""Take one rule after the other out of the product, and see which simulated world and which case of the matrix falls.

Prints a table; exit code 1 when a mutation survives everywhere. Names as arguments: these alone.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(HERE)]

from simulation_mutations import MUTATIONS  # noqa: E402 - the path is set first

MOST_SEEDS = 3000
LONG = ("settle_0", "alarm_before_commit", "renewal_kept_once_or_never")
"""They need hundreds of worlds; the others a few."""
BEYOND_MATRIX = {
    "settle_0": "what its platforms deny, they refuse to do afterwards",
    "no_shield": "nobody stops waiting there while an act goes on",
    "no_unique_mark": "needs two posts",
    "find_without_taken": "needs two posts",
    "receipt_written_later": "its clock never stands still between an answer and a death",
    "silence_0": "its faults land, or never do, before the first list is read",
    "hours_are_ignored": "has no hours",
    "alarm_before_commit": "has no alarm file",
    "tokens_used_before_kept": "its tokens never end",
    "renewal_kept_once_or_never": "its tokens never end",
    "no_renewal_lease": "its tokens never end",
    "unclear_renewal_repeated": "its tokens never end",
    "unclear_renewal_refused": "its tokens never end",
    "refused_renewal_not_kept": "its tokens never end",
    "renewal_over_a_consent": "its tokens never end",
}
"""What one publication at a time cannot show, and why."""
FALLEN_WORLD = re.compile(r"^python \S+ (\d+)\n  # (.*)$", re.MULTILINE)
FALLEN_CASE = re.compile(r"^(.*)\n  make chaos CASE='([^']*)'$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Finding:
    mutation: str
    where: str
    what: str
    why: str
    seconds: float

    @property
    def caught(self) -> bool:
        """A mutation that no longer fits what it changes falls by itself, which shows nothing."""
        return bool(self.why) and "TypeError" not in self.why


def run(*command: object) -> str:
    path = os.pathsep.join(map(str, (ROOT, ROOT / "tests", ROOT / "tests/chaos", HERE)))
    done = subprocess.run(  # noqa: S603 - our own scripts
        [sys.executable, *map(str, command)],
        capture_output=True, text=True, cwd=ROOT, env=os.environ | {"PYTHONPATH": path}, check=False,
    )  # fmt: skip
    if done.stderr and not done.stdout:
        raise SystemExit(done.stderr)
    return done.stdout


def in_worlds(mutation: str, most_seeds: int) -> Finding:
    began = time.monotonic()
    told = run(HERE / "simulation_replay.py", 1, most_seeds, "--mutation", mutation)
    found = FALLEN_WORLD.search(told)
    what, why = (f"seed {found[1]}", found[2]) if found else (f"{most_seeds} worlds", "")
    return Finding(mutation, "simulation", what, why, time.monotonic() - began)


def in_matrix(mutation: str) -> Finding:
    began = time.monotonic()
    told = run(ROOT / "tests/chaos/matrix.py", "--mutation", mutation, "--workers", 1)
    found = FALLEN_CASE.search(told)
    what, why = (found[2], found[1].strip()) if found else ("every case", "")
    return Finding(mutation, "matrix", what, why, time.monotonic() - began)


def findings(names: Sequence[str], most_seeds: int, *, matrix: bool) -> Iterator[Finding]:
    """Those that take longest begin first; they come in the order of their names."""
    with ThreadPoolExecutor(os.cpu_count()) as crowd:
        worlds = {
            name: crowd.submit(in_worlds, name, most_seeds) for name in sorted(names, key=LONG.__contains__)[::-1]
        }
        both = [name for name in names if matrix and name not in BEYOND_MATRIX]
        cases = {name: crowd.submit(in_matrix, name) for name in both}
        for name in names:
            yield worlds[name].result()
            if name in cases:
                yield cases[name].result()


def main(names: Sequence[str], *, most_seeds: int = MOST_SEEDS, matrix: bool = True) -> int:
    caught = set()
    say("| mutation | caught by | first seed or case | seconds | what fell |")
    say("| --- | --- | --- | ---: | --- |")
    for each in findings(names, most_seeds, matrix=matrix):
        say(row(each))
        if each.caught:
            caught.add(each.mutation)
    survivors = [name for name in names if name not in caught]
    for name in survivors:
        say(f"{name.replace('_', ' ')} survives: nothing that we run would notice")
    return 1 if survivors else 0


def row(each: Finding) -> str:
    by = each.where if each.caught else f"not by the {each.where}"
    why = re.sub(r"0{8}-0000-4000-8000-0*(\d+)", r"#\1", each.why)
    return f"| {each.mutation.replace('_', ' ')} | {by} | {each.what} | {each.seconds:.0f} | {why} |"


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:] or tuple(MUTATIONS)))
