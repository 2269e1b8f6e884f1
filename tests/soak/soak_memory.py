"""Where the memory of this process is: resident, in Python's small blocks, in the C heap, in the caches of SQLite."""

import ctypes
import gc
import os
import re
import sqlite3
import sys
from functools import cache
from pathlib import Path
from typing import Any

PAGE = os.sysconf("SC_PAGE_SIZE")


class Mallinfo(ctypes.Structure):
    """glibc's mallinfo2, https://man7.org/linux/man-pages/man3/mallinfo.3.html"""

    _fields_ = tuple(
        (name, ctypes.c_size_t)
        for name in ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks", "fordblks",
                     "keepcost")
    )  # fmt: skip


def memory() -> dict[str, int]:
    """After what is garbage was collected and what is free was given back, all in kB but for the blocks.

    `resident`: pages, with whatever is free inside of them. `blocks`: live ones of Python's own allocator, exact.
    `heap`: in use by C, exact: pictures, TLS, fonts, large strings; without `sqlite`, the caches of the connections to
    the database, which fill as the database grows and have a bound of their own.
    """
    gc.collect()
    trim = getattr(_c(), "malloc_trim", None)
    if trim is not None:
        trim(0)
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    sqlite = _sqlite()
    return {
        "resident": pages * PAGE // 1024,
        "blocks": sys.getallocatedblocks(),
        "heap": _heap() - sqlite,
        "sqlite": sqlite,
    }


@cache
def _c() -> Any:
    return ctypes.CDLL(None)


def _heap() -> int:
    ask = getattr(_c(), "mallinfo2", None)  # of glibc only
    if ask is None:
        return 0
    ask.restype = Mallinfo
    told = ask()
    return int(told.uordblks + told.hblkhd) // 1024


@cache
def _library() -> Any:
    """SQLite's own, where it is one."""
    sqlite3.connect(":memory:").close()
    found = re.search(r"\S*libsqlite3\S*", Path("/proc/self/maps").read_text())
    return ctypes.CDLL(found[0]) if found else None


def _sqlite() -> int:
    library = _library()
    if library is None:
        return 0
    library.sqlite3_memory_used.restype = ctypes.c_int64
    return int(library.sqlite3_memory_used()) // 1024
