"""The size of the process: what it never uses is not loaded, and what it has freed goes back to the system."""

import ctypes
import sys
from types import ModuleType

UNUSED = ("rich", "pygments")
"""Libraries for coloured consoles. What we use takes them when they are there and does without when they are not."""
HOLLOW = ("sqlalchemy.ext.asyncio.session", "sqlalchemy.ext.asyncio.scoping")
"""Sessions: they would load all of the ORM (6 MB), and nothing here speaks to tables through objects."""

LARGE = 64 * 1024
"""Bytes from which memory is taken from the system and given back by itself: pictures are, and what is sent."""
_HEAPS, _MAPPED, _TRIMMED = -8, -3, -1
"""What glibc's malloc.h calls M_ARENA_MAX, M_MMAP_THRESHOLD, M_TRIM_THRESHOLD."""


class Hollow(ModuleType):
    """A module in which every name is there and stands for nothing."""

    def __getattr__(self, name: str) -> None:
        if name.startswith("__"):
            raise AttributeError(name)


def leave_out() -> None:
    """Before anything else is imported. Changes nothing where one is loaded already."""
    for name in UNUSED:
        sys.modules.setdefault(name, None)  # type: ignore[arg-type] # None is how the language spells "not there"
    for name in HOLLOW:
        sys.modules.setdefault(name, Hollow(name))


def give_back() -> None:
    """Before threads begin: one heap for all of them, instead of one that each fills up to its own highest mark.

    Without effect where the C library is another.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return
    for setting, value in ((_HEAPS, 1), (_MAPPED, LARGE), (_TRIMMED, LARGE)):
        mallopt(setting, value)
