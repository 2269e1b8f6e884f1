"""What is measured, as numbers with their bars."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """`bar` is the most that is allowed; None: shown for information."""

    what: str
    value: float
    unit: str
    bar: float | None = None
    samples: int = 1
    note: str = ""

    @property
    def verdict(self) -> str:
        if self.bar is None:
            return "–"
        return "met" if self.value <= self.bar else "ABOVE"

    def row(self) -> list[str]:
        bar = "–" if self.bar is None else f"≤ {self.bar:g} {self.unit}".rstrip()
        return [self.what, f"{shown(self.value)} {self.unit}".rstrip(), bar, self.verdict, str(self.samples), self.note]

    def dump(self) -> dict[str, Any]:
        return {
            "what": self.what,
            "value": round(self.value, 4),
            "unit": self.unit,
            "bar": self.bar,
            "verdict": self.verdict,
            "samples": self.samples,
            "note": self.note,
        }


def shown(value: float) -> str:
    return f"{value:.1f}" if value >= 10 else f"{value:.3f}"


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * int(share * 100) // 100) - 1))]


HEAD = ["what", "measured", "bar", "verdict", "samples", "note"]


def table(figures: Sequence[Figure]) -> list[str]:
    """Lines of a Markdown table with straight columns."""
    rows = [HEAD, *(figure.row() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    lines = [_line(row, widths) for row in rows]
    return [lines[0], _line(["-" * width for width in widths], widths), *lines[1:]]


def _line(row: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
