"""Replay worlds.

`python tests/simulation/simulation_replay.py SEED` prints the trace of one, the same every time.
`… FIRST LAST` runs many and counts what happened in them; `--cores N` runs them on so many cores (0: on all),
`--mutation NAME` takes a rule out of the product and stops at the first world that falls.
"""

import gc
import multiprocessing
import os
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(Path(__file__).parent)]

from simulation_mutations import MUTATIONS  # noqa: E402 - the path comes first
from simulation_world import Outcome, simulate, worlds  # noqa: E402 - the path is set first

FORK = multiprocessing.get_context("fork")


def tell(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def main() -> int:
    parser = ArgumentParser()
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int, nargs="?")
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument("--mutation", choices=sorted(MUTATIONS))
    given = parser.parse_args()
    if given.mutation:
        MUTATIONS[given.mutation](setattr)
    if given.last is None:
        return _one(given.first)
    return _many(given.first, given.last, given.cores or os.cpu_count() or 1, impatient=bool(given.mutation))


def _one(seed: int) -> int:
    outcome = simulate(seed)
    tell(*outcome.trace)
    return 1 if outcome.broken else 0


def _many(first: int, last: int, cores: int, *, impatient: bool) -> int:
    """Each core takes the next seed when it is done with one."""
    began = perf_counter()
    ended, free = FORK.SimpleQueue(), FORK.Value("q", first)
    gc.collect()
    gc.freeze()
    workers = [FORK.Process(target=_work, args=(free, last, impatient, ended.put), daemon=True) for _ in range(cores)]
    for worker in workers:
        worker.start()
    counts = sum((ended.get() for _ in workers), Counter())
    for worker in workers:
        worker.join()
    counts["seconds"] = round(perf_counter() - began)
    tell(*(f"{number:8d} {name}" for name, number in sorted(counts.items())))
    return 1 if counts["broken"] else 0


def _work(free: Any, last: int, impatient: bool, ended: Callable[[Counter[str]], None]) -> None:  # noqa: FBT001 - a process is given its arguments in order
    gc.set_threshold(50_000)
    counts: Counter[str] = Counter()
    try:
        for outcome in worlds(_seeds(free, last)):
            counts.update(outcome.counts, worlds=1)
            if outcome.broken:
                counts["broken"] += 1
                _fell(outcome)
            if outcome.broken and impatient:
                free.value = last + 1
    except BaseException:
        counts["broken"] += 1
        raise
    finally:
        counts["processor"] = round(process_time())
        ended(counts)


def _seeds(free: Any, last: int) -> Iterator[int]:
    while True:
        with free.get_lock():
            seed = free.value
            free.value += 1
        if seed > last:
            return
        yield seed


def _fell(outcome: Outcome) -> None:
    command = f"python {Path(__file__).relative_to(ROOT)} {outcome.seed}"
    tell(command, *(f"  # {fact}" for fact in outcome.broken))


if __name__ == "__main__":
    sys.exit(main())
