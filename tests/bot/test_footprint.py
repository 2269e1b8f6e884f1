"""What the process does without."""

import subprocess
import sys
from pathlib import Path

from bot.footprint import HOLLOW, UNUSED, Hollow

LOADED = """
import sys
from bot.__main__ import main
main(["version"])
import bot.app
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
print(*(name for name in sys.argv[1:] if sys.modules.get(name) is not None))
"""
RESIDENT = """
from bot.footprint import give_back
give_back()
def size():
    return int(open("/proc/self/statm").read().split()[1]) * 4096
before = size()
held, beside = [], []
for _ in range(100):
    held.append(b"x" * 100_000)
    beside.append(b"x" * 600)
filled = size()
del held
print(filled - before > 9_000_000, size() - before < 2_000_000)
"""
HEAVY = (*UNUSED, "sqlalchemy.orm", "sqlalchemy.dialects.postgresql", "alembic", "fastapi", "tweepy", "facebook", "PIL")


def said(code: str, *arguments: str) -> list[str]:
    """The lines a process of its own prints."""
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", code, *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)  # noqa: S603 - ours
    return ran.stdout.splitlines()


def test_a_process_loads_nothing_it_never_uses_and_nothing_heavy_before_its_time() -> None:
    [_, loaded] = said(LOADED, *HEAVY)
    assert loaded == ""


def test_what_is_hollow_has_every_name_but_those_of_the_language() -> None:
    hollow = Hollow(HOLLOW[0])
    assert hollow.AsyncSession is None
    assert not hasattr(hollow, "__path__")


def test_large_blocks_are_given_back_when_they_are_freed() -> None:
    """It holds for the whole of a process, and only with glibc."""
    assert said(RESIDENT) == ["True True"]
