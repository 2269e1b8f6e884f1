"""What is measured: every row with its bar. The part that measures a row is named before the point of its key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

MANY = 100_000


@dataclass(frozen=True, slots=True)
class Row:
    """`bar` None: shown for information. `sign`: how what was measured has to stand to its bar."""

    what: str
    unit: str = ""
    bar: float | None = None
    sign: Literal["≤", "<", "≥"] = "≤"

    def met(self, value: float) -> bool:
        if self.bar is None:
            return True
        return {"≤": value <= self.bar, "<": value < self.bar, "≥": value >= self.bar}[self.sign]


@dataclass(frozen=True, slots=True)
class Measured:
    """`value` None: could not be measured, and `note` says why. `celery`: of the same work there, by setting."""

    value: float | None
    samples: int = 1
    note: str = ""
    floor: float | None = None
    celery: Mapping[str, float] = field(default_factory=dict)


Found = dict[str, Measured]
"""By key."""

FANS = (1, 10, 50)
"""Jobs at once, nine networks each."""

GROUPS: Mapping[str, Mapping[str, Row]] = {
    "A job beside the slowest network": {
        "overhead.1x9": Row("slowest job ÷ slowest network: 1 job × 9", "×", 1.05),
        "overhead.10x9": Row("slowest job ÷ slowest network: 10 × 9", "×", 1.10),
        "overhead.50x9": Row("slowest job ÷ slowest network: 50 × 9", "×", 1.5),
        "overhead.1x9.all": Row("start → last request answered: 1 × 9", "ms"),
        "overhead.10x9.all": Row("start → last request answered: 10 × 9", "ms"),
        "overhead.50x9.all": Row("start → last request answered: 50 × 9", "ms"),
    },
    "The whole product: 300 ms for each request, Instagram ready in 1 s": {
        "jobs.1x3": Row("1 job × 3: tap → last post public", "s", 10),
        "jobs.10x3": Row("10 jobs × 3 within one second: first tap → last post public", "s", 10),
        "jobs.1x3.shown": Row("1 job × 3: tap → the message says so", "s", 10),
        "jobs.10x3.shown": Row("10 jobs × 3: first tap → all messages say so", "s"),
        "jobs.1x9": Row("1 job × 9: tap → last post public", "s", 10),
        "jobs.10x9": Row("10 jobs × 9 within one second: first tap → last post public", "s", 10),
    },
    "One network hangs": {
        "hanging.1": Row("1 job stuck on it: the others ÷ alone", "×", 1.05),
        "hanging.10": Row("10 jobs stuck on it: the others ÷ alone", "×", 1.05),
    },
    "Approval → first request on the wire": {
        "tap.p50": Row("tap in the chat → first request, idle, p50", "ms"),
        "tap.p95": Row("tap in the chat → first request, idle, p95", "ms", 50),
        "tap.busy.p99": Row("the same while 10 jobs run and a network hangs, p99", "ms", 1000, "<"),
        "pickup.p50": Row("engine alone: approval → first request, p50", "ms"),
        "pickup.p95": Row("engine alone: approval → first request, p95", "ms"),
        "crowd.p95": Row(f"engine alone, p95: {MANY:,} scheduled ÷ none", "×", 1.3),
    },
    "Due time → first request": {
        "due.p50": Row("one at a time, idle, p50", "ms"),
        "due.p95": Row("one at a time, idle, p95", "ms", 250),
        "burst.held": Row("500 due in one second: the loop held, longest", "ms", 25),
        "burst.begun": Row("500 due in one second: the last one begins after", "s", 10),
        "crowd.taken": Row(f"{MANY:,} alarms set anew", "s"),
        "crowd.held": Row(f"{MANY:,} alarms set anew: the loop held, longest", "ms", 25),
    },
    "The chat": {
        "tap.edit": Row("network's result → edit on the wire, median", "s", 1.2),
        "tap.edit.p95": Row("network's result → edit on the wire, p95", "s"),
        "edits.restart": Row("network's result → edit on the wire, first job after a restart", "s", 1.2),
        "edits.rate": Row("live messages of one chat: sent or edited each second, busiest 10 s", "", 1.1),
        "edits.refused": Row("of these refused (429) by a chat that takes 4 in 3 s", "", 0),
        "edits.group": Row("live messages of one group: sent or edited, busiest minute", "", 20),
        "edits.group.refused": Row("of these refused (429) by a group that takes 20 a minute", "", 0),
        "edits.behind": Row("messages whose last state is not that of their job", "", 0),
    },
    "Pictures": {
        "pictures.four": Row("four variants of a 12 MP photo ÷ naive decode for each", "×", 0.25),
        "pictures.all": Row("every network, format and the chat, photo held upright ÷ naive", "×", 0.25),
        "pictures.held": Row("four variants in a thread: the loop held, longest", "ms", 25),
        "pictures.memory": Row("memory for four variants of 12 MP", "MB"),
        "pictures.memory.80": Row("memory for four variants of 80 MP", "MB"),
        "pictures.albums": Row("ten albums of four 12 MP photos at once: memory", "MB", 100),
        "pictures.albums.held": Row("ten albums of four 12 MP photos at once: the loop held, longest", "ms", 25),
    },
    "The process": {
        "start.update": Row("process start → first update handled", "s", 2.5),
        "start.memory": Row("resident memory, idle (after /ayuda)", "MB", 130),
        "start.memory.card": Row("resident memory after the first draft's card", "MB", 130),
        "tap.memory": Row("resident memory after 40 publications of text", "MB", 130),
        "jobs.memory": Row("resident memory after 55 publications with drawn pictures", "MB", 130),
        "bearing.update": Row(f"start → first update with {MANY:,} scheduled", "s", 2.5),
        "bearing.lost": Row(f"the same with {MANY:,} scheduled and no file of alarms", "s", 2.5),
        "bearing.memory": Row(f"resident memory with {MANY:,} scheduled", "MB", 130),
        "bearing.rebuilt": Row(f"resident memory after setting {MANY:,} alarms anew", "MB", 130),
    },
    "Killed with -9": {
        "kills.stored.doubled": Row("9 posts stored, none answered, killed: published twice", "", 0),
        "kills.stored.lost": Row("9 posts stored, none answered, killed: not public in the end", "", 0),
        "kills.read.doubled": Row("9 requests read, none stored, killed: published twice", "", 0),
        "kills.read.lost": Row("9 requests read, none stored, killed: not public in the end", "", 0),
        "chaos.lost": Row("at every await and by the network in flight: lost", "", 0),
        "chaos.doubled": Row("at every await and by the network in flight: published twice", "", 0),
        "chaos.worlds": Row("simulated worlds that lost or doubled something", "", 0),
    },
    "Tests": {
        "tests.branches": Row("branches covered", "%", 90, "≥"),
        "tests.platforms": Row("platforms outside the conformance suite", "", 0),
        "tests.failed": Row("conformance tests that fail", "", 0),
        "tests.beyond": Row("addresses beyond loopback they connect to", "", 0),
    },
}
ROWS: Mapping[str, Row] = {key: row for group in GROUPS.values() for key, row in group.items()}


def part_of(key: str) -> str:
    return key.partition(".")[0]


def keys_of(part: str) -> set[str]:
    return {key for key in ROWS if part_of(key) == part}


def verdict(key: str, measured: Measured) -> str:
    if measured.value is None:
        return "not measured"
    if ROWS[key].bar is None:
        return "–"
    return "met" if ROWS[key].met(measured.value) else "MISSED"


def missed(found: Mapping[str, Measured]) -> list[str]:
    return [key for key in ROWS if key in found and verdict(key, found[key]) == "MISSED"]


def dump(key: str, measured: Measured) -> dict[str, Any]:
    row = ROWS[key]
    group = next(title for title, rows in GROUPS.items() if key in rows)
    return {
        "key": key, "group": group, "what": row.what, "value": _rounded(measured.value), "unit": row.unit,
        "bar": row.bar, "sign": row.sign, "verdict": verdict(key, measured), "samples": measured.samples,
        "floor": _rounded(measured.floor), "celery": {name: _rounded(value) for name, value in measured.celery.items()},
        "note": measured.note,
    }  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


HEAD = ("what", "measured", "bar", "verdict", "floor", "Celery + Redis", "note")


def tables(found: Mapping[str, Measured]) -> list[str]:
    """Markdown: a heading and a table with straight columns for each group of which there is a row."""
    lines: list[str] = []
    for title, rows in GROUPS.items():
        cells = [_cells(key, found[key]) for key in rows if key in found]
        if cells:
            lines += ["", f"## {title}", "", *_table([HEAD, *cells])]
    return lines


def _cells(key: str, measured: Measured) -> tuple[str, ...]:
    row = ROWS[key]
    bar = "–" if row.bar is None else f"{row.sign} {row.bar:g} {row.unit}".rstrip()
    value = "–" if measured.value is None else _with(measured.value, row.unit)
    floor = "" if measured.floor is None else _with(measured.floor, row.unit)
    celery = " · ".join(f"{_with(value, row.unit)}{name and f' {name}'}" for name, value in measured.celery.items())
    samples = f"{measured.samples} ×" if measured.samples > 1 else ""
    note = "; ".join(part for part in (samples, measured.note) if part)
    return row.what, value, bar, verdict(key, measured), floor, celery, note


def _with(value: float, unit: str) -> str:
    return f"{shown(value)} {unit}".rstrip()


def shown(value: float) -> str:
    if value == int(value):
        return str(int(value))
    return f"{value:.0f}" if value >= 1000 else f"{value:.1f}" if value >= 10 else f"{value:.3f}"


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [_line(row, widths) for row in rows]
    return [lines[0], _line(["-" * width for width in widths], widths), *lines[1:]]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
