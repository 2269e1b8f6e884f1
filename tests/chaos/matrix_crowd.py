"""Workers that share the cases among them, each a process with a fake of its own."""

import asyncio
import gc
import json
import os
import shutil
import time
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from matrix_cases import Case
from matrix_life import warm
from matrix_run import Runner
from matrix_verdict import Verdict


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
    died: list[tuple[str, list[tuple[str, int, int]]]] = field(default_factory=list)
    raised: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled or self.fault)


def noted(verdict: Verdict, seconds: float, *, reports: bool) -> str:
    kept = {
        name: getattr(verdict, name)
        for name in ("lost", "doubled", "asked", "told", "fault", "deaths", "died", "raised")
    }
    more = {"requests": verdict.requests, "reports": verdict.reports} if reports else {"requests": [], "reports": []}
    return json.dumps({"case": str(verdict.case), **kept, **more, "seconds": seconds})


@dataclass
class Crowd:
    """Workers that share the cases."""

    folder: Path
    empty: bytes
    workers: int

    def run(
        self, cases: Sequence[Case], *, reports: bool = False, until: float = float("inf"), impatient: bool = False
    ) -> list[Result]:
        """`until`: a time after which no case begins. `impatient`: nor after one that fell."""
        self.fallen.unlink(missing_ok=True)
        pids = []
        for number in range(self.workers):
            pid = os.fork()
            if not pid:
                self._work(number, cases, reports=reports, until=until, impatient=impatient)
            pids.append(pid)
        codes = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
        found = [Result(**json.loads(line)) for number in range(self.workers)
                 for line in (self.folder / f"{number}.jsonl").read_text().splitlines()]  # fmt: skip
        if any(codes):
            raise SystemExit(f"a worker has failed: {codes}")
        return found

    @property
    def fallen(self) -> Path:
        return self.folder / "fallen"

    def _work(self, number: int, cases: Sequence[Case], *, reports: bool, until: float, impatient: bool) -> None:
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
                share = cases[number :: self.workers]
                asyncio.run(self._each(runner, share, notes, reports=reports, until=until, impatient=impatient))
            code = 0
        finally:
            if code:
                traceback.print_exc()
            os._exit(code)

    async def _each(
        self, runner: Runner, cases: Iterable[Case], notes: Any, *, reports: bool, until: float, impatient: bool
    ) -> None:
        for case in cases:
            if time.monotonic() > until or (impatient and self.fallen.exists()):
                return
            began = time.monotonic()
            verdict = await runner.run(case, watched=reports)
            if not verdict.good:
                self.fallen.touch()
            print(noted(verdict, time.monotonic() - began, reports=reports), file=notes, flush=True)
