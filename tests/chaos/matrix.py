"""The crash matrix: every kind of post of every platform, struck everywhere it can be. See `--help`."""

import argparse
import json
import logging
import os
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

import structlog
from matrix_awaits import awaits, gone, reasons, uncovered, unexplained
from matrix_cases import Case, Trouble
from matrix_crowd import Crowd, Result
from matrix_hook import Spot
from matrix_plan import Record, in_peace, of_full, of_mutants, of_short, stories, triples

from storage.database import sqlite_url
from storage.schema import migrate

WORKERS = 3
"""More than cores: a life waits for its files and its platform."""
FULL_SECONDS = 840
SHORT_TRIPLES = 60
MOST_TRIPLES = 20_000
SHARE_OF_TRIPLES = 0.2


def records(results: Iterable[Result]) -> list[Record]:
    return [Record(Case.read(each.case), each.requests, each.reports) for each in results]


def table(results: Sequence[Result]) -> str:
    rows: dict[str, Counter[str]] = defaultdict(Counter)
    for each in results:
        rig, _, shape = each.case.split()[0].partition("/")
        for row in (f"{rig.partition('-')[0]:<10} {shape}", "total"):
            rows[row].update(cases=1, lost=each.lost, doubled=each.doubled, asked=min(each.asked, 1),
                             told=1 if each.told else 0, deaths=each.deaths, faults=1 if each.fault else 0)  # fmt: skip
    names = ("cases", "lost", "doubled", "asked", "told", "deaths", "faults")
    head = f"{'':<28}" + "".join(f"{name:>9}" for name in names)
    ordered = [*sorted(set(rows) - {"total"}), "total"]
    return "\n".join([head, *(f"{row:<28}" + "".join(f"{rows[row][name]:>9}" for name in names) for row in ordered)])


def missing(results: Iterable[Result]) -> list[str]:
    """Where no life has ended, by what the dead have told: a plan that was not carried out proves nothing."""
    return [f"{each.name} (line {each.line})" for each in unexplained(uncovered(died(results)), reasons())]


def died(results: Iterable[Result]) -> set[Spot]:
    return {tuple(spot) for each in results for _, spots in each.died for spot in spots}  # type: ignore[misc] # it went through JSON


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--case", action="append", default=[], help="this case alone, as it was printed")
    options.add_argument("--short", action="store_true", help="each place once")
    options.add_argument("--seconds", type=float, default=FULL_SECONDS, help="how long the full form may take")
    options.add_argument("--seed", type=int, default=1, help="of the random triples")
    options.add_argument("--workers", type=int, default=WORKERS)
    options.add_argument("--json", type=Path, help="write the outcome here as well")
    options.add_argument("--mutation", help="with one rule taken out, until a case falls")
    options.add_argument("--plan", action="store_true", help="only count the cases")
    asked = options.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    quick = Path("/dev/shm")  # noqa: S108 - a folder of our own in it
    with tempfile.TemporaryDirectory(prefix="matrix-", dir=quick if quick.is_dir() else None) as folder:
        crowd = Crowd(Path(folder), migrated(Path(folder)), asked.workers)
        return go(crowd, asked)


def migrated(folder: Path) -> bytes:
    """An empty database, made in a process of its own: it leaves threads behind."""
    pid = os.fork()
    if not pid:
        migrate(sqlite_url(folder))
        os._exit(0)
    os.waitpid(pid, 0)
    return (folder / "pregonero.db").read_bytes()


def go(crowd: Crowd, asked: argparse.Namespace) -> int:
    began = time.monotonic()
    if asked.mutation:
        return without(asked.mutation, crowd)
    if asked.case:
        return again(crowd, [Case.read(text) for text in asked.case])
    peace = crowd.run(in_peace(short=asked.short), reports=True)
    told = crowd.run([story for each in records(peace) for story in stories(each)], reports=True)
    known = records(peace), records(told)
    must, may = (of_short(*known), []) if asked.short else of_full(*known, asked.seed)
    say(f"{len(peace)} in peace, {len(told)} stories; {len(must)} cases that must be, {len(may)} that may; "
        f"{time.monotonic() - began:.0f} s so far")  # fmt: skip
    if asked.plan:
        return 0
    done = crowd.run(must, until=began + asked.seconds if not asked.short else float("inf"))
    results = [*peace, *told, *done]
    say(f"{len(done)} of {len(must)} that must be are through; {time.monotonic() - began:.0f} s so far")
    results += struck(crowd, may, known[0], asked, began)
    bare = [*missing(results), *(f"{place}: listed, and no longer there" for place in gone(reasons()))]
    summary(results, bare, time.monotonic() - began)
    if asked.json:
        asked.json.parent.mkdir(parents=True, exist_ok=True)
        asked.json.write_text(json.dumps(outcome(results, bare)))
    return any(not each.good for each in results) or bool(bare) or len(done) < len(must)


def without(rule: str, crowd: Crowd) -> int:
    """What a platform can do to the act itself, on a product without this rule."""
    from simulation_mutations import MUTATIONS

    MUTATIONS[rule](setattr)
    results = crowd.run(in_peace(short=True), reports=True, impatient=True)
    if all(each.good for each in results):
        peace = records(results)
        tapped = crowd.run([peace[0].case.also(Trouble(0, "tap", "approves"))], reports=True)
        results += crowd.run(of_mutants(peace, records(tapped)), impatient=True)
    fallen(results)
    return any(not each.good for each in results)


def again(crowd: Crowd, cases: Sequence[Case]) -> int:
    """Some cases, told in full."""
    results = crowd.run(cases, reports=True)
    for each in results:
        say(each.case, {name: value for name, value in asdict(each).items() if name not in {"case", "reports"}})
        for report in each.reports:
            say("  life", *(report[name] for name in ("life", "status", "needs", "code", "steps")))
    return any(not each.good for each in results)


def struck(
    crowd: Crowd, cases: Sequence[Case], peace: Sequence[Record], asked: argparse.Namespace, began: float
) -> list[Result]:
    """What time allows, and then triples at random: some in the short form, in the full one till the end."""
    if asked.short:
        return crowd.run(list(islice(triples(peace, asked.seed), SHORT_TRIPLES)))
    left = began + asked.seconds - time.monotonic()
    done = crowd.run(cases, until=began + asked.seconds - left * SHARE_OF_TRIPLES)
    if len(done) < len(cases):
        say(f"time was over: of {len(cases)} cases that may be {len(cases) - len(done)} were left out")
    return done + crowd.run(list(islice(triples(peace, asked.seed), MOST_TRIPLES)), until=began + asked.seconds)


def summary(results: Sequence[Result], bare: Sequence[str], seconds: float) -> None:
    say(table(results))
    for place in bare:
        say("no case dies at", place)
    fallen(results)
    share = sum(each.seconds for each in results) / len(results) * 1000
    say(f"{len(results)} cases in {seconds:.0f} s: {len(results) / seconds * 60:.0f} a minute, {share:.0f} ms each; "
        f"a life has ended at {len(awaits()) - len(uncovered(died(results)))} of {len(awaits())} awaits")  # fmt: skip
    for said, times in Counter(fault for each in results for fault in each.raised).most_common():
        say(f"SQLite said {times} times: {said}")


def fallen(results: Sequence[Result]) -> None:
    for each in [each for each in results if not each.good][:40]:
        say(f"lost {each.lost}, doubled {each.doubled} {each.fault}\n  make chaos CASE='{each.case}'")


def outcome(results: Sequence[Result], bare: Sequence[str]) -> dict[str, Any]:
    sums = {name: sum(getattr(each, name) for each in results) for name in ("lost", "doubled", "deaths")}
    asked = sum(1 for each in results if each.asked)
    bad = [each.case for each in results if not each.good]
    where = sorted(died(results))
    return {"cases": len(results), **sums, "asked": asked, "bad": bad, "uncovered": list(bare), "died": where}


def say(*words: object) -> None:
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
