"""Trouble on purpose: answers that are refusals, connections that break, a bot that dies in the middle."""

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import NoReturn

from bot.sandbox.methods import METHODS
from bot.sandbox.refusal import Refused

ANY = "*"


class When(StrEnum):
    READ = "read"  # the call is known and nothing has happened yet
    STORED = "stored"  # it has taken effect and the answer has not left


class Cut(Exception):
    """The connection ends here, without an answer."""


@dataclass(slots=True)
class Trouble:
    """`strike` raises Refused or Cut, on the next `times` calls of `method`."""

    method: str
    when: When
    strike: Callable[[], NoReturn]
    times: int = 1


class Faults:
    def __init__(self) -> None:
        self._planned: list[Trouble] = []

    def plan(self, trouble: Trouble) -> None:
        """Raises ValueError for a method that does not exist: its trouble would never come."""
        if trouble.method != ANY and trouble.method.lower() not in METHODS:
            raise ValueError(f"no method {trouble.method}")
        self._planned.append(trouble)

    def next(self, method: str) -> Trouble | None:
        """The oldest planned trouble for this call, used up once."""
        for trouble in self._planned:
            if trouble.method == ANY or trouble.method.lower() == method.lower():
                trouble.times -= 1
                self._planned = [left for left in self._planned if left.times > 0]
                return trouble
        return None


def refuse(status: int, description: str | None, retry_after: int | None) -> Callable[[], NoReturn]:
    if retry_after is not None:
        otherwise = f"Too Many Requests: retry after {retry_after}"
    else:
        otherwise = HTTPStatus(status).phrase

    def strike() -> NoReturn:
        raise Refused(status, description or otherwise, retry_after=retry_after)

    return strike


def cut() -> NoReturn:
    raise Cut


def kill(pid: Callable[[], int]) -> Callable[[], NoReturn]:
    """SIGKILL to the process that `pid` names at that moment."""

    def strike() -> NoReturn:
        os.kill(pid(), signal.SIGKILL)
        raise Cut

    return strike
