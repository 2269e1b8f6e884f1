"""Where a simulated world does not look while a rule is out: it would see that it is gone, not what comes of it."""

from collections.abc import Callable, Mapping

from simulation_checks import Eye
from simulation_mutations import Put


def armed_or_not(put: Put) -> None:
    put(Eye, "begins", lambda *_: None)


def marks(put: Put) -> None:
    put(Eye, "_armed", lambda self: self.rows("SELECT * FROM step WHERE armed_at IS NOT NULL AND received_at IS NULL"))


BLIND: Mapping[str, Callable[[Put], None]] = {"no_pre_commit_write": armed_or_not, "no_unique_mark": marks}
