"""Trouble by chance: every tenth call on a wire meets one of the faults that its server knows."""

from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from bot.sandbox.faults import Trouble, When, cut, refuse
from fakes.call import Call
from fakes.faults import KINDS, Fault, Hide, Script

RATE = 0.1
LEFT_OUT = {"kill"}
"""The process of a soak lives on: make chaos kills it."""
ARGUMENTS: dict[str, list[dict[str, Any]]] = {
    "error": [{"status": 500, "body": {}}, {"status": 503, "body": ""}],
    "html": [{"status": 502}],
    "rate_limited": [{}],
    "expired_token": [{}],
    "refused": [{"reset": False}, {"reset": True}],
    "lost": [{"reset": False}, {"reset": True}],
    "truncated": [{}],
    "store_then_error": [{"status": 500}, {"status": 504, "body": {}}],
    "slow": [{"until": 0.02, "when": "before"}, {"until": 0.02, "when": "after"}],
    "hide": [{}],
}
assert ARGUMENTS.keys() == KINDS.keys() - LEFT_OUT, "a fault that is never drawn"

TELEGRAM: dict[str, tuple[When, Callable[[], Any]]] = {
    "refused": (When.READ, cut),
    "lost": (When.STORED, cut),
    "error": (When.READ, refuse(502, None, None)),
    "store_then_error": (When.STORED, refuse(500, None, None)),
    "rate_limited": (When.READ, refuse(429, None, 3)),
}


class Chance(Script):
    """Instead of a script. `drawn` counts the faults by kind, `calls` all calls."""

    def __init__(self, name: str, random: Random, serial: Callable[[], int], rate: float = RATE) -> None:
        super().__init__()
        self.name = name
        self.rate = rate
        self.calls = 0
        self.drawn: Counter[str] = Counter()
        self._random = random
        self._serial = serial

        self._waiting: dict[int, Fault] = {}

    def take_early(self, call: Call) -> Fault | None:
        """Each call comes by here once, before its body is read."""
        self.calls += 1
        if self._random.random() >= self.rate:
            return None
        kind = self._random.choice(list(ARGUMENTS))
        self.drawn[kind] += 1
        arguments = self._random.choice(ARGUMENTS[kind])
        if kind == "hide":
            self.add("GET *", kind, times=2, serial=self._serial(), args=arguments)
            return None
        fault: Fault = KINDS[kind](**arguments)
        if fault.early:
            return fault
        self._waiting[id(call)] = fault
        return None

    def take(self, call: Call) -> list[Fault]:
        fault = self._waiting.pop(id(call), None)
        self.scripted = [each for each in self.scripted if each.left > 0 and isinstance(each.fault, Hide)]
        return [] if fault is None else [fault]


class ChatChance:
    """The same for the chat, in place of its plan of faults. Off until the bot has introduced itself."""

    def __init__(self, random: Random, rate: float = RATE) -> None:
        self.name = "chat"
        self.rate = 0.0
        self.calls = 0
        self.drawn: Counter[str] = Counter()
        self._wanted = rate
        self._random = random

    def begin(self) -> None:
        self.rate = self._wanted

    def next(self, method: str) -> Trouble | None:
        self.calls += 1
        if self._random.random() >= self.rate:
            return None
        kind = self._random.choice(list(TELEGRAM))
        self.drawn[kind] += 1
        when, strike = TELEGRAM[kind]
        return Trouble(method, when, strike)
