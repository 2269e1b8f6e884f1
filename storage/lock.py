"""Locks: one process at a time works in a data_dir, and nobody changes the key while somebody uses it."""

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

FILE = "lock"
KEY = "vault.lock"
"""Shared by all who seal or open something; whoever changes the key holds it alone."""


class DataDirFault(Exception):
    """The data_dir cannot be used; the text says why in one sentence."""


class DataDirTaken(DataDirFault):
    """Another process works in this data_dir."""


class Lock:
    """Holds `data_dir` while a `with` block runs; the system lets go when the process dies. Raises DataDirFault."""

    def __init__(self, data_dir: Path, file: str = FILE, *, shared: bool = False) -> None:
        self._path = data_dir / file
        self._kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
        self._descriptor: int | None = None

    def __enter__(self) -> Self:
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise DataDirFault(f"The folder {self._path.parent} cannot be written: {error.strerror}.") from error
        self._take(self._descriptor)
        # A forked child shares the open file, and with it the lock, unless it closes it.
        os.register_at_fork(after_in_child=self._let_go)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._let_go()

    def _take(self, descriptor: int) -> None:
        try:
            fcntl.flock(descriptor, self._kind | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
            self._let_go()
            raise DataDirTaken(f"{self._path.parent} is in use by another process (id {holder}).") from None
        if self._kind == fcntl.LOCK_SH:
            return
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)

    def _let_go(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
