"""Files that are wholly there or not at all, also after the power went."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

HALF = ".part"
"""How the name of a file ends while it is being written."""


def make_folder(path: Path) -> None:
    """Make it and its parents, for the owner only, so that they survive."""
    if path.is_dir():
        return
    make_folder(path.parent)
    path.mkdir(mode=0o700, exist_ok=True)
    sync_folder(path.parent)


def write(path: Path, data: bytes) -> None:
    """Put `data` there (mode 0600), in place of what there was."""
    _put(path, data, os.replace)


def create(path: Path, data: bytes) -> None:
    """Put `data` there (mode 0600). Raises FileExistsError when something is there already."""
    _put(path, data, os.link)


def sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _put(path: Path, data: bytes, publish: Callable[[str, Path], None]) -> None:
    make_folder(path.parent)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=HALF)
    try:
        with open(descriptor, "wb") as file:  # noqa: PTH123 - it is open already, under a name nobody else has
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        publish(draft, path)
    finally:
        Path(draft).unlink(missing_ok=True)
    sync_folder(path.parent)
