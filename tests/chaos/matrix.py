"""The crash matrix: every kind of post of every platform, struck everywhere it can be. See `--help`."""

import argparse
import asyncio
import gc
import json
import logging
import os
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import structlog

from matrix_awaits import awaits, gone, reasons, uncovered, unexplained
from matrix_cases import Case
from matrix_life import warm
from matrix_plan import Record, in_peace, of_full, of_short, stories, triples
from matrix_run import Runner, Verdict
from storage.database import sqlite_url
from storage.schema import migrate

WORKERS = 3
"""More than cores: a life waits for its files and its platform."""
FULL_SECONDS = 700
SHARE_OF_TRIPLES = 0.2


@dataclass
class Result:
    """A verdict as it comes from a worker."""

    case: str
    lost: int
    doubled: int
    asked: int
    told: str
    fault: str
    deaths: int
    requests: list[str]
    reports: list[dict[str, Any]]
    seconds: float

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled or self.fault)


def noted(verdict: Verdict, seconds: float, *, reports: bool) -> str:
    kept = {name: getattr(verdict, name) for name in ("lost", "doubled", "asked", "told", "fault", "deaths")}
    more = {"requests": verdict.requests, "reports": verdict.reports} if reports else {"requests": [], "reports": []}
    return json.dumps({"case": str(verdict.case), **kept, **more, "seconds": seconds})


@dataclass
class Crowd:
    """Workers that share the cases."""

    folder: Path
    empty: bytes
    workers: int

    def run(self, cases: Sequence[Case], *, reports: bool = False, until: float = float("inf")) -> list[Result]:
        pids = []
        for number in range(self.workers):
            pid = os.fork()
            if not pid:
                self._work(number, cases, reports=reports, until=until)
            pids.append(pid)
        codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
        found = [Result(**json.loads(line)) for number in range(self.workers)
                 for line in (self.folder / f"{number}.jsonl").read_text().splitlines()]  # fmt: skip
        if any(codes):
            raise SystemExit(f"a worker has failed: {codes}")
        return found

    def _work(self, number: int, cases: Sequence[Case], *, reports: bool, until: float) -> None:
        code = 70
        try:
            home = self.folder / str(number)
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir()
            runner = Runner(home, self.empty)
            warm()
            asyncio.run(runner.warm())
            gc.collect()
            gc.freeze()
            with (self.folder / f"{number}.jsonl").open("w") as notes:
                asyncio.run(self._each(runner, cases[number :: self.workers], notes, reports=reports, until=until))
            code = 0
        except BaseException:
            import traceback

            traceback.print_exc()
        finally:
            os._exit(code)

    async def _each(self, runner: Runner, cases: Iterable[Case], notes: Any, *, reports: bool, until: float) -> None:
        for case in cases:
            if time.monotonic() > until:
                return
            began = time.monotonic()
            verdict = await runner.run(case, watched=reports)
            print(noted(verdict, time.monotonic() - began, reports=reports), file=notes, flush=True)


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


def missing(results: Iterable[Record]) -> list[str]:
    spots = {spot for record in results for place in record.places().values() for spot in place}
    return [f"{each.name} (line {each.line})" for each in unexplained(uncovered(spots), reasons())]


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--case", action="append", default=[], help="this case alone, as it was printed")
    options.add_argument("--short", action="store_true", help="each place once")
    options.add_argument("--seconds", type=float, default=FULL_SECONDS, help="how long the full form may take")
    options.add_argument("--seed", type=int, default=1, help="of the random triples")
    options.add_argument("--workers", type=int, default=WORKERS)
    options.add_argument("--json", type=Path, help="write the outcome here as well")
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
    if asked.case:
        results = crowd.run([Case.read(text) for text in asked.case], reports=True)
        for each in results:
            print(each.case, "\n  ", {k: v for k, v in asdict(each).items() if k not in {"case", "reports"}})
            for report in each.reports:
                print("  life", report["life"], report["status"], report["needs"], report["code"], report["steps"])
        return not all(each.good for each in results)
    peace = crowd.run(in_peace(short=asked.short), reports=True)
    told = crowd.run([story for each in records(peace) for story in stories(each)], reports=True)
    known = records(peace), records(told)
    bare = missing([*known[0], *known[1]])
    cases = of_short(*known) if asked.short else of_full(*known, asked.seed)
    print(f"{len(peace)} in peace, {len(told)} stories, {len(cases)} cases; {time.monotonic() - began:.0f} s so far")
    bare += [f"{place}: it is listed, and no longer there" for place in gone(reasons())]
    for each in bare:
        print("no case dies at", each)
    results = [*peace, *told]
    if not asked.plan:
        share = 0 if asked.short else SHARE_OF_TRIPLES
        end = float("inf") if asked.short else began + asked.seconds * (1 - share)
        struck = crowd.run(cases, until=end)
        if len(struck) < len(cases):
            print(f"time was over: {len(cases) - len(struck)} cases of {len(cases)} were left out")
        results += struck
        most = 20_000 if not asked.short else 60
        results += crowd.run(list(islice(triples(known[0], asked.seed), most)),
                             until=float("inf") if asked.short else began + asked.seconds)  # fmt: skip
    seconds = time.monotonic() - began
    print(table(results))
    bad = [each for each in results if not each.good]
    for each in bad[:40]:
        print(f"lost {each.lost}, doubled {each.doubled} {each.fault}\n  make chaos CASE='{each.case}'")
    print(
        f"{len(results)} cases in {seconds:.0f} s: {len(results) / seconds * 60:.0f} a minute, "
        f"{sum(each.seconds for each in results) / len(results) * 1000:.0f} ms each; {len(awaits())} awaits"
    )
    if asked.json:
        outcome = {
            "cases": len(results),
            "lost": sum(r.lost for r in results),
            "doubled": sum(r.doubled for r in results),
            "asked": sum(min(r.asked, 1) for r in results),
            "deaths": sum(r.deaths for r in results),
            "bad": [r.case for r in bad],
            "uncovered": bare,
        }
        asked.json.write_text(json.dumps(outcome))
    return bool(bad or bare)


if __name__ == "__main__":
    sys.exit(main())
