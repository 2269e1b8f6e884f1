"""Replay worlds.

`python tests/simulation/simulation_replay.py SEED` prints the trace of one, the same every time.
`… FIRST LAST` runs many and counts what happened in them; `--mutation NAME` takes a rule out of the product and stops
at the first world that falls.
"""

import sys
from argparse import ArgumentParser
from collections import Counter
from pathlib import Path
from time import perf_counter, process_time

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(Path(__file__).parent)]

from simulation_blind import BLIND  # noqa: E402 - the path comes first
from simulation_mutations import MUTATIONS  # noqa: E402 - the path comes first
from simulation_world import simulate  # noqa: E402 - the path is set first


def tell(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def main() -> int:
    parser = ArgumentParser()
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int, nargs="?")
    parser.add_argument("--mutation", choices=sorted(MUTATIONS))
    given = parser.parse_args()
    if given.mutation:
        MUTATIONS[given.mutation](setattr)
        BLIND.get(given.mutation, lambda _: None)(setattr)
    last = given.first if given.last is None else given.last
    return _one(given.first) if last == given.first else _many(given.first, last, impatient=bool(given.mutation))


def _one(seed: int) -> int:
    outcome = simulate(seed)
    tell(*outcome.trace)
    return 1 if outcome.broken else 0


def _many(first: int, last: int, *, impatient: bool) -> int:
    began, busy = perf_counter(), process_time()
    counts: Counter[str] = Counter()
    broken = 0
    for seed in range(first, last + 1):
        outcome = simulate(seed)
        counts.update(outcome.counts, worlds=1)
        if outcome.broken:
            broken += 1
            tell(f"python {Path(__file__).relative_to(ROOT)} {seed}", *(f"  # {fact}" for fact in outcome.broken))
            if impatient:
                break
    counts.update(seconds=round(perf_counter() - began), processor=round(process_time() - busy), broken=broken)
    for name, number in sorted(counts.items()):
        tell(f"{number:8d} {name}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
