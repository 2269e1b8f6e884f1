"""How the bot is doing, as whoever looks at it from outside can tell."""

from enum import StrEnum
from typing import Protocol


class Doing(StrEnum):
    STARTING = "starting"
    UP = "up"
    DOWN = "down"


class Life(Protocol):
    """A bot that can be killed and comes back. `lives`: how many processes so far."""

    @property
    def state(self) -> Doing: ...

    @property
    def lives(self) -> int: ...

    def kill(self) -> bool:
        """Kill -9. False when there is nothing to kill at this moment."""
