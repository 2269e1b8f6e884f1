"""What the fake does when a case says so, and what happens to files between two lives."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from matrix_cases import Trouble

KINDS: dict[str, tuple[str, dict[str, Any]]] = {
    "kill-read": ("kill", {"target": None, "when": "read"}),
    "kill-unread": ("kill", {"target": None, "when": "read", "lands": False}),
    "kill-stored": ("kill", {"target": None, "when": "stored"}),
    "kill-answering": ("kill", {"target": None, "when": "answering"}),
    "lost": ("lost", {}),
    "reset": ("lost", {"reset": True}),
    "truncated": ("truncated", {}),
    "500-stored": ("store_then_error", {}),
    "500": ("html", {"status": 500}),
    "expired": ("expired_token", {}),
    "limited": ("rate_limited", {}),
    "slow-before": ("slow", {"until": 20.0, "when": "before"}),
    "slow-after": ("slow", {"until": 20.0, "when": "after"}),
}


def moments(troubles: list[Trouble], verb: str) -> frozenset[int]:
    """`where` of them in a row."""
    return frozenset(
        number for each in troubles if each.verb == verb for number in range(each.count, each.count + int(each.where))
    )


def no_pictures(folder: Path) -> None:
    for path in sorted((folder / "media").glob("??/*"))[-1:]:
        path.unlink()


def torn(folder: Path) -> None:
    """The last frame was only half written: a header that promises a page, and half of it."""
    path = folder / "pregonero.db-wal"
    if path.exists() and path.stat().st_size:
        data = path.read_bytes()
        path.write_bytes(data + data[32 : 32 + 24 + 2048])


BETWEEN_LIVES: dict[str, Callable[[Path], None]] = {"media": no_pictures, "torn": torn}
