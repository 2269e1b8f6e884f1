"""Every place in the product where a task can stop, read from its source, and those where no publication ever does."""

import ast
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from matrix_hook import ROOT, Spot

PACKAGES = ("publishers", "storage")
INTAKE = "bot/intake.py"
"""Of the bot, what stands between an approval and its transaction."""
UNREACHED = Path(__file__).with_name("matrix_unreached.toml")


@dataclass(frozen=True, slots=True)
class Await:
    """One `await`, `async with` or `async for` in a function of a file."""

    file: str
    function: str
    text: str
    line: int
    spans: tuple[tuple[int, int, int, int], ...]
    """First line and column, last line and column, of what its instructions stand for."""

    @property
    def name(self) -> str:
        """It survives lines that move."""
        return f"{self.file} {self.function}: {self.text}"

    def holds(self, spot: Spot) -> bool:
        file, line, column = spot
        return file == self.file and any((line, column) == span[:2] for span in self.spans)


def span(node: ast.AST) -> tuple[int, int, int, int]:
    return (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined] # expressions have them


def awaits_in(file: str, source: str) -> Iterator[Await]:
    def walk(node: ast.AST, within: tuple[str, ...]) -> Iterator[Await]:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            within = (*within, node.name)
        function = ".".join(within)
        if isinstance(node, ast.Await):
            yield Await(file, function, shown(node), node.lineno, (span(node),))
        elif isinstance(node, ast.AsyncWith):
            for item in node.items:
                spans = (span(item.context_expr), span(node))
                yield Await(file, function, f"async with {shown(item.context_expr)}", node.lineno, spans)
        elif isinstance(node, ast.AsyncFor | ast.comprehension) and getattr(node, "is_async", True):
            yield Await(file, function, f"async for {shown(node.iter)}", node.iter.lineno, (span(node.iter),))
        for child in ast.iter_child_nodes(node):
            yield from walk(child, within)

    yield from walk(ast.parse(source), ())


def shown(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 70 else text[:69] + "…"


def awaits() -> list[Await]:
    files = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    files.append(ROOT / INTAKE)
    return [each for path in files for each in awaits_in(str(path.relative_to(ROOT)), path.read_text())]


def reasons() -> dict[str, str]:
    """Why nothing dies there, by the name of an await, or of its function, or of its file."""
    groups = tomllib.loads(UNREACHED.read_text())
    return {place: group["because"] for group in groups.values() for place in group["places"]}


def uncovered(spots: Iterable[Spot]) -> list[Await]:
    """Where no case has ever stopped."""
    by_file: dict[str, set[Spot]] = {}
    for spot in spots:
        by_file.setdefault(spot[0], set()).add(spot)
    return [each for each in awaits() if not any(each.holds(spot) for spot in by_file.get(each.file, ()))]


def places(each: Await) -> set[str]:
    """By which it may be listed."""
    return {each.name, f"{each.file} {each.function}", each.file}


def unexplained(missing: Iterable[Await], known: Iterable[str]) -> list[Await]:
    listed = set(known)
    return [each for each in missing if not places(each) & listed]


def gone(known: Iterable[str]) -> list[str]:
    """What is listed and no longer there."""
    there = {place for each in awaits() for place in places(each)}
    return sorted(set(known) - there)
