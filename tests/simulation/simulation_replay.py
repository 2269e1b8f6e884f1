"""Replay worlds: `python tests/simulation/simulation_replay.py SEED` prints the trace of one, the same every time."""

import sys
from collections import Counter
from pathlib import Path
from time import perf_counter, process_time

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(Path(__file__).parent)]

from simulation_world import simulate  # noqa: E402


def main(first: int, last: int) -> int:
    began, busy = perf_counter(), process_time()
    counts: Counter[str] = Counter()
    broken = []
    for seed in range(first, last + 1):
        outcome = simulate(seed)
        counts.update(outcome.counts)
        if outcome.broken:
            broken.append(seed)
            print(seed, outcome.broken)
        if first == last:
            print("\n".join(outcome.trace))
    spent, busy = perf_counter() - began, process_time() - busy
    for name, number in sorted(counts.items()):
        print(f"{number:8d} {name}")
    print(f"{last - first + 1} worlds in {spent:.1f} s ({busy:.1f} s of processor), broken: {broken}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[-1])))
