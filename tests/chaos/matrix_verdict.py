"""What came of a case."""

from dataclasses import dataclass, field
from typing import Any

from matrix_cases import Case


@dataclass
class Verdict:
    case: Case
    lost: int = 0
    doubled: int = 0
    asked: int = 0
    told: str = ""
    """What the person was told instead of a publication: its code."""
    fault: str = ""
    """What else was wrong: a life that hangs, a fake that broke."""
    deaths: int = 0
    died: list[Any] = field(default_factory=list)
    """Where: "suspend", "resume" or "end", and the spots of the chain that stood there."""
    raised: list[str] = field(default_factory=list)
    """What SQLite has said."""
    reports: list[dict[str, Any]] = field(default_factory=list)
    """What each life that came to rest has told."""
    requests: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        return not (self.lost or self.doubled or self.fault)
