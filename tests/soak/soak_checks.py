"""What a record of a soak must say. Pure: each check is a name, whether it holds, and the figures it was judged by."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median
from typing import Any, NamedTuple

from soak_drive import Record, Sample

NETWORKS = 3
LOG = 8 * 1024
"""kB. SQLite empties a log of 4 MB at the next chance; a crowd of readers may put that off for a moment."""
CACHES = 12 * 1024
"""kB: 2 MB for each of four connections and the one to the alarms, and what SQLite needs besides."""
IDLE = 64
"""Connections kept for the next call: 16 to the chat, and of each network what one round has used beside each other."""
PER_JOB = {
    "draft": 1, "job": 1, "delivery": 3, "adapted": 3, "receipt": 5, "step": 12, "gist": 21, "message": 8, "ledger": 60,
}  # fmt: skip
"""Rows that are kept for ever, and at most how many of them one job leaves."""
FIXED = {"account": 3, "credential": 3, "key_proof": 1, "person": 2, "notice": 2, "allowance": 16}
"""Rows that do not grow with the jobs. Of all other tables there is nothing left when all is over."""
TOLD = ("ledger", "step", "message", "inbox", "prepared", "alarms")
AT_THE_END: dict[str, Any] = {"tasks": {}, "threads": {"MainThread": 1}}


class Check(NamedTuple):
    name: str
    holds: bool
    figures: str


@dataclass(frozen=True, slots=True)
class Bounds:
    """Growth per job over the last half. `resident` and `heap` in kB."""

    resident: float
    heap: float
    blocks: float
    held: float
    """Elements of one container of ours."""


def checks(record: Record, bounds: Bounds) -> list[Check]:
    return [*_posts(record), *_at_rest(record), *_growth(record, bounds), *_on_disk(record), *_last(record)]


# -- what was published ----------------------------------------------------------------------------------------------


def _posts(record: Record) -> Iterator[Check]:
    ends = Counter(line.status for line in record.lines)
    jobs = {line.job_id for line in record.lines}
    whole = len(record.lines) == NETWORKS * len(jobs) and len(jobs) == record.plan.jobs
    yield Check("jobs", whole, f"{len(jobs)} × {NETWORKS} networks in {record.days:.1f} days")
    over = not ends.keys() - {"published", "skipped"}
    yield Check("deliveries by end", over, ", ".join(f"{number} {end}" for end, number in sorted(ends.items())))
    counts = {platform: Counter(texts) for platform, texts in record.public.items()}
    doubled = sum(number > 1 for found in counts.values() for number in found.values())
    published = [(line.platform, text) for line in record.lines if line.status == "published" for text in line.parts]
    lost = sum(not counts[platform][text] for platform, text in published)
    wanted = {(line.platform, text) for line in record.lines for text in line.parts}
    foreign = sum((platform, text) not in wanted for platform, found in counts.items() for text in found)
    fine = not (doubled or lost or foreign)
    total = sum(map(len, record.public.values()))
    yield Check("posts public", fine, f"{total}: {doubled} doubled, {lost} lost, {foreign} nobody approved")


# -- at rest ---------------------------------------------------------------------------------------------------------


def _at_rest(record: Record) -> Iterator[Check]:
    first, last = record.samples[0], record.samples[-1]
    yield _same("tasks at rest", first, last, lambda sample: sample.held["tasks"])
    yield _same("descriptors without sockets", first, last, _plain_descriptors)
    yield _same("sockets outside of pools", first, last, lambda sample: {"sockets": _loose(sample)})
    idle = max(sample.held["pools"]["idle"] for sample in record.samples)
    yield Check("connections kept in pools", idle <= IDLE, f"at most {idle} (≤ {IDLE})")
    yield _same("connections in use", first, last, lambda sample: {"busy": sample.held["pools"]["busy"]})
    yield _same("threads", first, last, lambda sample: sample.held["threads"])
    faults = last.held["faults"]
    yield Check("faults nobody foresaw", not faults, ", ".join(f"{n} × {what}" for what, n in faults.items()) or "none")


def _same(name: str, first: Sample, last: Sample, of: Callable[[Sample], Mapping[str, int]]) -> Check:
    before, after = of(first), of(last)
    changed = [
        f"{key} {before.get(key, 0)} → {after.get(key, 0)}"
        for key in sorted({*before, *after})
        if before.get(key, 0) != after.get(key, 0)
    ]
    return Check(name, not changed, ", ".join(changed) or f"{sum(before.values())} → {sum(after.values())}")


def _plain_descriptors(sample: Sample) -> dict[str, int]:
    return {kind: number for kind, number in sample.held["descriptors"].items() if kind != "socket"}


def _loose(sample: Sample) -> int:
    pools = sample.held["pools"]
    return int(sample.held["descriptors"].get("socket", 0) - pools["idle"] - pools["busy"])


# -- memory ----------------------------------------------------------------------------------------------------------


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Per unit of the first: the median of the slopes between all pairs, which a few outliers do not move."""
    return median((y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(points, 2) if x2 != x1)


def _growth(record: Record, bounds: Bounds) -> Iterator[Check]:
    """Half of the jobs is warm-up: our caches fill. What is left is taken at rest, after garbage was collected, and
    without the caches of SQLite, which have a bound of their own.
    """
    half = record.samples[len(record.samples) // 2 :]
    for name, bound, unit in (
        ("resident", bounds.resident, "kB"),
        ("heap", bounds.heap, "kB"),
        ("blocks", bounds.blocks, "blocks"),
    ):
        points = [(float(sample.jobs), _figure(sample, name)) for sample in half]
        per_job = slope(points)
        figures = f"{per_job:+.2f} {unit} a job (≤ {bound:g}), {points[0][1]:.0f} → {points[-1][1]:.0f}"
        yield Check(f"memory: {name}", per_job <= bound, figures)
    yield _held(record, bounds)
    sqlite = max(sample.held["memory"]["sqlite"] for sample in half)
    yield Check("memory: caches of the database", sqlite <= CACHES, f"at most {sqlite} kB (≤ {CACHES})")


def _figure(sample: Sample, name: str) -> float:
    memory = sample.held["memory"]
    return float(memory[name] - memory["sqlite"] if name == "resident" else memory[name])


def _held(record: Record, bounds: Bounds) -> Check:
    (_, _), (middle, before), (end, after) = record.holders
    more = {name: (held - before.get(name, 0)) / (end - middle) for name, held in after.items()}
    over = [f"{name} {per_job:+.1f} a job" for name, per_job in more.items() if per_job > bounds.held]
    most = max(more, key=lambda name: more[name])
    return Check(
        "memory: containers", not over, ", ".join(over) or f"{len(more)}, at most {more[most]:+.2f} a job: {most}"
    )


def grows(record: Record, bounds: Bounds) -> bool:
    return not all(check.holds for check in _growth(record, bounds))


# -- on disk ---------------------------------------------------------------------------------------------------------


def _on_disk(record: Record) -> Iterator[Check]:
    last = record.tidied
    assert last is not None
    allowed = Counter({name: most * last.jobs for name, most in PER_JOB.items()} | FIXED)
    over = [f"{name} {rows} > {allowed[name]}" for name, rows in last.rows.items() if rows > allowed[name]]
    kept = ", ".join(f"{last.rows[name]} {name}" for name in TOLD)
    yield Check("rows that retention permits", not over, ", ".join(over) or kept)
    most = max(sample.pictures for sample in record.samples)
    left = f"{last.pictures} left, at most {most} on the way"
    yield Check("pictures that retention permits", not last.pictures, left)
    more = sorted({*last.files} - {*record.samples[0].files})
    yield Check("files in the data folder", not more, ", ".join(more[:3]) or f"{len(last.files)}, none more")
    log = max(sample.log for sample in record.samples)
    yield Check("log behind the database", log <= LOG, f"at most {log} kB (≤ {LOG})")


def _last(record: Record) -> Iterator[Check]:
    left = {name: record.left[name] for name in AT_THE_END}
    held = sorted(record.left["descriptors"].keys() & {"db", "data"})
    fine = left == AT_THE_END and not held
    yield Check("after its end", fine, "nothing left" if fine else f"{record.left}")
