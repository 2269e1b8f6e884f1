"""Replay worlds.

`python tests/simulation/simulation_replay.py SEED` prints the trace of one, the same every time.
`… FIRST LAST` runs many and counts what happened in them; `--cores N` runs them on so many cores (0: on all),
`--mutation NAME` takes a rule out of the product and stops at the first world that falls.
"""

import gc
import os
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage
from time import perf_counter

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(Path(__file__).parent)]

from simulation_birth import template  # noqa: E402 - the path comes first
from simulation_blind import BLIND  # noqa: E402 - the path comes first
from simulation_mutations import MUTATIONS  # noqa: E402 - the path comes first
from simulation_world import Outcome, simulate, worlds  # noqa: E402 - the path is set first

SLICE = 20
"""Seeds a process takes at once."""
SLICES = 10
"""… and how often, before a fresh one takes its place: one that has seen thousands of worlds takes twice as long."""


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
        BLIND.get(given.mutation, lambda _: None)(setattr)
    if given.last is None:
        return _one(given.first)
    return _many(given.first, given.last, given.cores or os.cpu_count() or 1, impatient=bool(given.mutation))


def _one(seed: int) -> int:
    outcome = simulate(seed)
    tell(*outcome.trace)
    return 1 if outcome.broken else 0


def _many(first: int, last: int, cores: int, *, impatient: bool) -> int:
    began, busy = perf_counter(), _processor()
    counts: Counter[str] = Counter(broken=0)
    slices = [range(start, min(start + SLICE, last + 1)) for start in range(first, last + 1, SLICE)]
    with _crowd(cores) as run:
        for outcome in chain.from_iterable(run(_outcomes, slices)):
            counts.update(outcome.counts, worlds=1)
            if outcome.broken:
                counts["broken"] += 1
                _fell(outcome)
            if outcome.broken and impatient:
                break
    counts.update(seconds=round(perf_counter() - began), processor=round(_processor() - busy))
    tell(*(f"{number:8d} {name}" for name, number in sorted(counts.items())))
    return 1 if counts["broken"] else 0


def _outcomes(seeds: Iterable[int]) -> list[Outcome]:
    return [replace(outcome, trace=[]) for outcome in worlds(seeds)]


@contextmanager
def _crowd(cores: int) -> Iterator[Callable[..., Iterable[list[Outcome]]]]:
    """A `map` over so many processes, which share what is loaded and the template."""
    template()
    gc.collect()
    gc.freeze()  # it stays: nobody needs to look through it again
    gc.set_threshold(50_000)
    if cores == 1:
        yield map
        return
    with get_context("fork").Pool(cores, maxtasksperchild=SLICES) as crowd:
        yield crowd.imap


def _processor() -> float:
    """Seconds, ours and those of processes that have ended."""
    return sum(sum(getrusage(who)[:2]) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))


def _fell(outcome: Outcome) -> None:
    command = f"python {Path(__file__).relative_to(ROOT)} {outcome.seed}"
    tell(command, *(f"  # {fact}" for fact in outcome.broken))


if __name__ == "__main__":
    sys.exit(main())
