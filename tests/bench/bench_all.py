"""Measure everything, print the tables, and keep them in docs/bench.md and docs/bench.json.

With words (`make bench ROWS='pickup due'`): only the parts of these names, and nothing is kept.
"""

import asyncio
import json
import os
import platform
import signal
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from bench_alarms import bearing, burst, crowd
from bench_celery import installed
from bench_edits import edits
from bench_engine import hanging
from bench_gates import chaos, tests
from bench_images import pictures
from bench_kills import kills
from bench_product import jobs, start, tap
from bench_rows import ROWS, Found, Measured, dump, keys_of, missed, part_of, tables
from bench_size import FULL, Size
from bench_wire import due, overhead, pickup

DOCS = Path(__file__).parents[2] / "docs"
Part = Callable[[Size], Awaitable[Found]]
PARTS: Mapping[str, Part] = {
    part.__name__: part
    for part in (
        overhead, pickup, due, hanging, start, tap, jobs, edits, burst, crowd, bearing, pictures, kills,
        chaos, tests,
    )
}  # fmt: skip
INTRODUCTION = """# Measured

`make bench` on {machine}, {minutes:.0f} minutes, load {load}.{busy}

Every row is a median of its samples unless it names a percentile or a worst case; ratios compare two sides in one run,
taken in turns. Three kinds of ground: the *whole product* as a process of its own against the sandbox and the
wire-level platforms; the *engine* on its real database, every write of ours included; and the same posts sent to nine
scripted networks (a process of their own, {answer} ms for each answer) by our engine, by *bare aiohttp* without a
database (the floor), and by *Celery + Redis*.

{celery}"""
CELERY = """\
Celery: one task for each delivery, acknowledged late, three retries; one worker of {threads} threads (the quickest of
what was tried: 64 processes take four times as long for 50 jobs, gevent runs out of connections), one connection
pool, no results, no gossip. *with fsync*: Redis writes each change to the disk before it answers, as our database
does; without these words Redis keeps nothing. Celery's side has no approvals, drafts, ledger or chat. Where it is
killed, a new worker gets the tasks of the old one after 2 s (an hour unless it is set); ours looks after 1 s."""
BUSY = """
**The machine was busy with other work**: what works takes longer, and ratios to what only waits are higher."""
ABSENT = "Celery + Redis is not beside it: redis-server is not installed, or Celery could not be."


def chosen(words: Sequence[str]) -> Mapping[str, Part]:
    """The parts of these names; none named: all. Raises SystemExit for a name there is none of."""
    unknown = sorted({part_of(word) for word in words} - set(PARTS))
    if unknown:
        raise SystemExit(f"There is no part called {', '.join(unknown)}. There are: {', '.join(PARTS)}.")
    wanted = {part_of(word) for word in words}
    return {name: part for name, part in PARTS.items() if not wanted or name in wanted}


async def measure(parts: Mapping[str, Part], size: Size) -> Found:
    found: Found = {}
    for name, part in parts.items():
        began = time.monotonic()
        found |= await survived(name, part, size)
        say(f"… {name}: {time.monotonic() - began:.0f} s")
    return {key: found[key] for key in ROWS if key in found}


async def survived(name: str, part: Part, size: Size) -> Found:
    """A part that breaks takes only its own rows with it."""
    try:
        return await part(size)
    except Exception as fault:  # noqa: BLE001 - what the other parts have measured in ten minutes must not be lost
        traceback.print_exc()
        broke = Measured(None, note=f"broke off: {type(fault).__name__}")
        return dict.fromkeys(keys_of(name), broke)


def machine() -> str:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def load(before: tuple[float, ...], after: tuple[float, ...]) -> str:
    return f"{before[0]:.1f} before and {after[0]:.1f} after it"


def keep(found: Found, minutes: float, loads: str) -> None:
    """`loads` begins with the load before."""
    busy = float(loads.split(maxsplit=1)[0]) > (os.cpu_count() or 1) / 2
    facts = {"machine": machine(), "minutes": round(minutes, 1), "load": loads}
    celery = CELERY.format(threads=FULL.threads) if installed() else ABSENT
    head = INTRODUCTION.format(
        machine=machine(),
        minutes=minutes,
        load=loads,
        busy=BUSY if busy else "",
        answer=round(FULL.answer * 1000),
        celery=celery,
    )
    above = [f"{ROWS[key].what} ({key})" for key in missed(found)]
    verdict = ["Bars that were missed:", "", *(f"- {row}" for row in above)] if above else ["All bars are met."]
    (DOCS / "bench.md").write_text("\n".join([head, "", *verdict, *tables(found), ""]))
    kept = {**facts, "rows": [dump(key, measured) for key, measured in found.items()]}
    (DOCS / "bench.json").write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    words = sys.argv[1:]
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # no server of ours stays behind
    before, began = os.getloadavg(), time.monotonic()
    found = asyncio.run(measure(chosen(words), FULL))
    say("\n".join(tables(found)))
    if words:
        return
    keep(found, (time.monotonic() - began) / 60, load(before, os.getloadavg()))
    broken = [key for key, measured in found.items() if "broke off" in measured.note]
    absent = sorted({*broken, *(set(ROWS) - set(found))})
    if absent:
        raise SystemExit(f"Declared, but not measured: {', '.join(absent)}.")


if __name__ == "__main__":
    main()
