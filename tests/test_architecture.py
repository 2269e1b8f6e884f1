"""The rules of the tree, held by walking the sources: who may import whom, who may name whom, how big things get."""

import ast
import re
import statistics
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from publishers.engine.loading import known_platforms, load_platforms

ROOT = Path(__file__).parents[1]
LINE = ("adapters", "publishers", "storage", "bot")
"""Each imports only what stands to its left."""
PLATFORM_MAY_IMPORT = (
    "adapters",
    "publishers.wire",
    "publishers.engine.contract",
    "publishers.engine.errors",
    "publishers.engine.outside",
)
IMPURE = {"asyncio", "aiohttp", "httpx", "socket", "sqlite3", "sqlalchemy", "threading", "subprocess", "urllib.request"}
CHANCE = {"time", "random", "uuid", "secrets"}
MOST_LINES, MOST_FUNCTION_LINES, MEDIAN_FUNCTION_LINES = 300, 45, 10
EMPTY_WORDS = {"util", "utils", "helper", "helpers", "manager", "base", "common", "misc"}
UNFINISHED = re.compile(r"(?:#|//|--)\s*(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b|\b(?:TO" + r"DO|FIX" + r"ME)[:(]")
"""As a mark, not as a word: in Spanish it is one."""
TEXTS = {".py", ".md", ".yaml", ".toml", ".po", ".pot", ".html", ".css", ".js", ".json", ".mako", ".pyi"}


def files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in TEXTS and "__pycache__" not in path.parts:
                yield path


def modules(*folders: str) -> list[Path]:
    found = [path for path in files(*folders) if path.suffix == ".py"]
    assert found, folders
    return found


def name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Every imported name with its line, those inside functions too; `from a import b` gives a.b."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}:{node.lineno}: relative import"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def within(imported: str, package: str) -> bool:
    return imported == package or imported.startswith(f"{package}.")


def broken(paths: list[Path], forbidden: object) -> list[str]:
    assert callable(forbidden)
    return [
        f"{path.relative_to(ROOT)}:{line} imports {imported}"
        for path in paths
        for line, imported in imports(path)
        if forbidden(imported)
    ]


@pytest.mark.parametrize("package", LINE)
def test_imports_go_one_way(package: str) -> None:
    right = LINE[LINE.index(package) + 1 :]
    assert broken(modules(package), lambda imported: imported.partition(".")[0] in {*right, "tests", "fakes"}) == []


def test_the_adapters_are_pure() -> None:
    assert broken(modules("adapters"), lambda imported: any(within(imported, module) for module in IMPURE)) == []


def test_neither_engine_nor_wire_nor_anybody_else_imports_a_platform() -> None:
    platforms = [f"publishers.{platform}" for platform in known_platforms()]
    others = [path for path in modules(*LINE) if name(path) not in platforms]
    assert broken(others, lambda imported: any(within(imported, platform) for platform in platforms)) == []


def test_a_platform_imports_the_contract_only() -> None:
    def forbidden(imported: str) -> bool:
        ours = imported.partition(".")[0] in LINE
        return ours and not any(within(imported, allowed) for allowed in PLATFORM_MAY_IMPORT)

    paths = [ROOT / "publishers" / f"{platform}.py" for platform in known_platforms()]
    assert paths
    assert broken(paths, forbidden) == []


def test_the_engine_takes_time_and_chance_from_outside() -> None:
    def forbidden(imported: str) -> bool:
        return imported.partition(".")[0] in CHANCE and imported != "random.Random"

    assert broken(modules("adapters", "publishers"), forbidden) == []


def names_of_platforms() -> set[str]:
    """Keys, titles and short forms; those of one or two letters are ordinary text."""
    found: set[str] = set()
    for key, connected in load_platforms(dict.fromkeys(known_platforms())).items():
        found |= {key, connected.platform.title, *connected.platform.aliases}
    return {word for word in found if len(word) > 2}


def test_no_platform_is_named_outside_its_own_module() -> None:
    words = "|".join(sorted(map(re.escape, names_of_platforms()), key=len, reverse=True))
    named = re.compile(rf"(?<![a-z0-9])(?:{words})(?![a-z0-9])", re.IGNORECASE)
    assert named.search("A facebook_page")
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:100]}"
        for path in files("adapters", "publishers/engine", "storage", "bot")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if named.search(line)
    ]
    assert found == []


HEAVY = {"tweepy", "facebook", "requests", "alembic", "fastapi", "PIL", "segno"}
"""Each costs a tenth of a second or more at every start, whether it is used or not."""
IMPORT_ALL = """
import importlib, os, pkgutil, sys, threading
seen = []
def watch(event, arguments):
    if event == "socket.bind" and arguments[1] == ("::1", 0):
        return  # urllib3 sees in this way whether there is IPv6
    if event in {"socket.connect", "socket.bind", "socket.getaddrinfo", "sqlite3.connect", "subprocess.Popen",
                 "os.mkdir", "os.remove", "os.rename", "os.system", "os.fork", "tempfile.mkstemp"}:
        seen.append(f"{event} {arguments}")
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        seen.append(f"{event} {arguments}")
sys.addaudithook(watch)
count = 0
for package in ("adapters", "publishers", "storage", "bot"):
    root = importlib.import_module(package)
    for found in pkgutil.walk_packages(root.__path__, f"{package}."):
        if not found.name.startswith("storage.migrations"):
            importlib.import_module(found.name)
            count += 1
assert count > 20, count
assert threading.active_count() == 1, threading.enumerate()
assert not seen, seen
"""


def interpret(program: str, folder: Path) -> None:
    """In an interpreter of its own, from the checkout, in an empty folder."""
    command = [sys.executable, "-B", "-W", "error", "-W", "ignore:invalid escape:SyntaxWarning"]
    command += ["-W", "ignore:invalid escape:DeprecationWarning", "-c", program]
    environment = {"PYTHONPATH": str(ROOT), "HOME": str(folder)}
    done = subprocess.run(  # noqa: S603 -- our own interpreter and text
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_importing_every_module_opens_nothing(tmp_path: Path) -> None:
    interpret(IMPORT_ALL, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_what_a_start_does_not_need_is_not_loaded(tmp_path: Path) -> None:
    names = ["bot.__main__", "bot.cli", "bot.app", *(f"publishers.{platform}" for platform in known_platforms())]
    program = f"import importlib, sys\nfor name in {names}: importlib.import_module(name)\n"
    interpret(f"{program}loaded = {HEAVY} & set(sys.modules)\nassert not loaded, loaded", tmp_path)


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


def hand_written() -> list[Path]:
    """Migrations are lists of columns, written once and never changed."""
    return [path for path in modules(*LINE) if "versions" not in path.parts]


def test_modules_and_functions_stay_small() -> None:
    lines = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in hand_written()}
    sizes = dict(size for path in hand_written() for size in functions(path))
    median = statistics.median(sizes.values())
    longest_module, longest_function = max(lines, key=lines.__getitem__), max(sizes, key=sizes.__getitem__)
    print(  # noqa: T201 -- the numbers are for whoever runs the test
        f"\n{len(lines)} modules, median {statistics.median(lines.values()):g} lines, "
        f"longest {lines[longest_module]} ({longest_module}); "
        f"{len(sizes)} functions, median {median:g} lines, longest {sizes[longest_function]} ({longest_function})"
    )
    assert {module: count for module, count in lines.items() if count > MOST_LINES} == {}
    assert {function: count for function, count in sizes.items() if count > MOST_FUNCTION_LINES} == {}
    assert median < MEDIAN_FUNCTION_LINES


def test_nothing_is_left_for_later() -> None:
    everywhere = [*files(*LINE, "tests", "docs"), *(path for path in ROOT.iterdir() if path.suffix in TEXTS)]
    assert [str(path.relative_to(ROOT)) for path in everywhere if UNFINISHED.search(path.read_text())] == []


def test_every_module_has_a_name_that_says_something() -> None:
    empty = [name(path) for path in modules(*LINE) if EMPTY_WORDS & set(path.stem.lower().split("_"))]
    assert empty == []


EXCEPTION = re.compile(r"#\s*(?:noqa|type:\s*ignore|pragma:\s*no)\b(?P<rest>.*)")
MARKS = re.compile(r"^(?::?\s*(?:[A-Z]+[0-9]+(?:,\s*)?)+|\[[\w,\s-]+\]|\s*(?:cover|branch))")


def unexplained(path: Path) -> Iterator[str]:
    with path.open("rb") as source:
        for token in tokenize.tokenize(source.readline):
            found = EXCEPTION.search(token.string) if token.type == tokenize.COMMENT else None
            if found and len(re.findall(r"[A-Za-z]{2,}", MARKS.sub("", found["rest"]))) < 1:
                yield f"{path.relative_to(ROOT)}:{token.start[0]}: {token.string}"


def test_every_exception_from_the_checks_says_why() -> None:
    assert [line for path in modules(*LINE, "tests") for line in unexplained(path)] == []


@pytest.mark.parametrize(
    ("comment", "explained"),
    [
        ("noqa: S105", False),
        ("noqa", False),
        ("noqa: S105, E501", False),
        ("type: ignore[arg-type]", False),
        ("noqa: S105 - an address", True),
        ("type: ignore[arg-type]  # wrong on purpose", True),
        ("pragma: no cover", False),
        ("pragma: no cover - only on another system", True),
    ],
)
def test_what_counts_as_a_reason(
    tmp_path: Path, comment: str, explained: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules[__name__], "ROOT", tmp_path)
    (tmp_path / "m.py").write_text(f"x = 1  # {comment}\n")
    assert (list(unexplained(tmp_path / "m.py")) == []) is explained
