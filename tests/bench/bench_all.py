"""Measure everything, print the table, and keep it in docs/bench.md and docs/bench.json."""

import asyncio
import json
import sys
from pathlib import Path

from bench_alarms import bearing, burst, crowded, rebuilding, timers
from bench_engine import hanging, overhead
from bench_figures import Figure, table
from bench_images import pictures
from bench_product import approval, jobs, starts

DOCS = Path(__file__).parents[2] / "docs"
MACHINE = "2 cores"
PARTS = (overhead, hanging, starts, approval, jobs, pictures, timers, burst, rebuilding, crowded, bearing)
INTRODUCTION = f"""# Measured

`make bench` on {MACHINE}. Ratios compare two sides in one run, taken in turns; values are medians unless they say
otherwise. The engine is measured on the real database (every write of ours included) with scripted networks that
answer in 300 ms; the product as a process of its own against the sandbox and the wire-level platforms.
"""


async def measure() -> list[Figure]:
    figures: list[Figure] = []
    for part in PARTS:
        say(f"… {part.__name__}")
        figures += await part()
    return figures


def keep(figures: list[Figure]) -> None:
    above = [figure.what for figure in figures if figure.verdict == "ABOVE"]
    verdict = f"Above their bar: {'; '.join(above)}." if above else "All bars are met."
    (DOCS / "bench.md").write_text("\n".join([INTRODUCTION, *table(figures), "", verdict, ""]))
    kept = {"machine": MACHINE, "figures": [figure.dump() for figure in figures]}
    (DOCS / "bench.json").write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n")


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    measured = asyncio.run(measure())
    keep(measured)
    say("\n".join(table(measured)))
