"""Many jobs in little time, every tenth call on a wire in trouble: nothing doubled, nothing lost, nothing leaks."""

import asyncio
import os
import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

os.environ.setdefault("PTB_TIMEDELTA", "1")  # the library warns about its own old way of telling a wait

from soak_checks import Bounds, Check, checks, grows
from soak_drive import Plan, Record, Sample, soak
from soak_ground import Hung
from soak_probe import growth

LONG = Bounds(resident=6.0, heap=1.0, blocks=16.0, held=0.5)
"""Resident memory grows by holes in its pages when nothing else does: the others are exact, and strict.

Of one container half an element: pictures that were fetched are remembered, a quarter of the jobs has one, up to 256.
"""
EVERY = 100


def table(record: Record, found: Iterable[Check]) -> str:
    lines = [f"{'✓' if check.holds else '✗'} {check.name:32} {check.figures}" for check in found]
    return "\n".join([*lines, "", *_troubles(record)])


def _troubles(record: Record) -> list[str]:
    drawn = sum((Counter(kinds) for kinds in record.drawn.values()), Counter())
    calls, faults = sum(record.calls.values()), drawn.total()
    told = ", ".join(f"{number} {kind}" for kind, number in drawn.most_common())
    said = ", ".join(f"{number} {verb}" for verb, number in sorted(record.answers.items()))
    stranded = f"left unpublished on the Page, where removing is tried once: {record.stranded} photos"
    return [f"{faults} of {calls} calls met a fault: {told}", f"asked, the person: {said or 'nothing'}", stranded]


def suspects(record: Record) -> str:
    """Where to look when memory grew."""
    more = growth(*record.kinds[1:])
    return "\n".join(["more objects than in the middle:", *more, "allocated and kept:", *record.traced])


def _tell(sample: Sample) -> None:
    if sample.jobs % EVERY == 0 or sample.jobs == 10:
        memory, pools = sample.held["memory"], sample.held["pools"]
        sockets = f"{sample.held['descriptors']['socket']:3d} sockets ({pools['idle']} kept)"
        held = f"{memory['resident']:8d} kB  {memory['heap']:6d} kB heap  {memory['blocks']:7d} blocks  {sockets}"
        _say(f"{sample.jobs:6d} jobs  {held}  {sample.log:5d} kB log")


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - what it is for


def main() -> int:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    began = perf_counter()
    with TemporaryDirectory(prefix="soak-") as folder:
        plan = Plan(given.jobs, given.seed, trace=100)
        try:
            record = asyncio.run(soak(Path(folder), plan, _tell, lambda seen: grows(seen, LONG)))
        except Hung as fault:
            _say(f"seed {given.seed}: {fault}")
            return 1
    found = checks(record, LONG)
    _say("\n" + table(record, found))
    if grows(record, LONG):
        _say(suspects(record))
    _say(f"seed {given.seed}, {perf_counter() - began:.0f} s")
    return 0 if all(check.holds for check in found) else 1


if __name__ == "__main__":
    sys.exit(main())
