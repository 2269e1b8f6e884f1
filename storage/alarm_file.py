"""The file of the alarms: ours alone and of this very format, or set aside and made anew.

Its rows are pickles: to read one is to run what it says. So nothing is read from a file that others could have written.
"""

import hashlib
import os
import pickle
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import apscheduler
import structlog

from storage import durable
from storage.database import DatabaseFault

log = structlog.get_logger(__name__)

FILE = "alarms.db"
ASIDE = ".aside"
BESIDE = ("-wal", "-shm", "-journal", "")
"""What SQLite keeps beside a file, and last the file itself."""
_OTHERS, _OTHERS_WRITE = stat.S_IRWXG | stat.S_IRWXO, stat.S_IWGRP | stat.S_IWOTH


def mark_of(form: str) -> int:
    """What stands in a file of this form as its application_id: 31 bits, never the 0 of a file without one."""
    return int.from_bytes(hashlib.sha256(form.encode()).digest()[:4], "big") & 0x7FFFFFFF or 1


def mark(reference: str) -> int:
    """That of this program: the form of its jobs, and who reads and writes them."""
    return mark_of(f"alarms 1 of {reference}; apscheduler {apscheduler.version}; pickle {pickle.HIGHEST_PROTOCOL}")


def connect(path: Path) -> sqlite3.Connection:
    """NORMAL: a lost alarm costs seconds, waiting for the disk at each would hold everything up.

    Nobody else writes there, so a lock is somebody's accident: it is not waited for either.
    """
    connection = sqlite3.connect(path, timeout=0)
    try:
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL"):
            connection.execute(f"PRAGMA {pragma}").close()
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def prepare(path: Path, ours: int) -> bool:
    """Blocking. False: the alarms in it are all that were set. Raises DatabaseFault when no file can be made."""
    try:
        return _prepare(path, ours)
    except OSError as error:
        raise DatabaseFault(f"The file of the alarms, {path}, cannot be written: {error.strerror}.") from error
    except sqlite3.Error as error:
        raise DatabaseFault(f"The file of the alarms, {path}, cannot be made: {error}.") from error


def _prepare(path: Path, ours: int) -> bool:
    durable.make_folder(path.parent)
    wrong = _foreign(path) or _unreadable(path, ours)
    if wrong is not None:
        _set_aside(path)
        log.warning("the alarms are set anew", why=wrong, kept=str(path) + ASIDE)
    if _absent(path):
        _make(path, ours)
    with closing(connect(path)) as connection:
        return not connection.execute("PRAGMA user_version").fetchone()[0]


def _absent(path: Path) -> bool:
    """Also while it is empty: somebody died making it."""
    return not os.path.lexists(path) or path.stat().st_size == 0


def _make(path: Path, ours: int) -> None:
    """The mark comes first and alone, so that whatever dies after it leaves a file that is known as ours."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id={ours}")


def _foreign(path: Path) -> str | None:
    """Why others may have written it; what they can only read is closed to them."""
    for each in (path.with_name(path.name + suffix) for suffix in BESIDE):
        if not os.path.lexists(each):
            continue
        found = each.lstat()
        if not stat.S_ISREG(found.st_mode):
            return "it is not a file"
        if found.st_uid != os.geteuid():
            return "it belongs to somebody else"
        if found.st_mode & _OTHERS_WRITE:
            return "others can write it"
        if found.st_mode & _OTHERS:
            each.chmod(0o600)
    return None


def _unreadable(path: Path, ours: int) -> str | None:
    if _absent(path):
        return None
    try:
        with closing(connect(path)) as connection:
            if connection.execute("PRAGMA application_id").fetchone()[0] != ours:
                return "it is of another program or version"
            [verdict] = connection.execute("PRAGMA quick_check(1)").fetchone()
            return None if verdict == "ok" else "it is damaged"
    except sqlite3.Error as error:
        return str(error)
    except UnicodeDecodeError:  # the library names what is wrong in the very bytes it found
        return "it is damaged"


def _set_aside(path: Path) -> None:
    """In place of what was set aside before: a log that stayed here would be played into the new file."""
    for suffix in BESIDE:
        old, new = path.with_name(path.name + suffix), path.with_name(path.name + ASIDE + suffix)
        if os.path.lexists(old):
            old.replace(new)
        elif suffix:
            new.unlink(missing_ok=True)
