"""Faults of a platform, scripted by tests: the one model all fake servers share.

`server.fault(where, kind, times=1, **args)`: `where` is a predicate over the `Call` (with its body read) or a pattern
over "METHOD /path" in which `*` and `…` stand for anything: "POST /…/feed", "GET /2/tweets/*". Kinds and their args:

    error(status, body, headers)      answers at once, stores nothing
    html(status)                      the same with a page of HTML
    rate_limited(…)                   the platform's own shape: see the server's `rate_limited`
    expired_token()                   the platform's own shape
    refused(reset)                    the connection ends before the body is read; nothing is stored
    lost(reset)                       stores, then the connection ends without an answer (`reset`: with a TCP RST)
    truncated()                       stores, then half of the answer under its full Content-Length
    store_then_error(status, body)    stores, then answers an error (None: a page of HTML)
    slow(until, when)                 waits for an event (or seconds) "before" or "after" storing; others still apply
    kill(target, when, lands)         SIGKILL to a pid (or a callable is called) in mid-request: "read", "stored" or
                                      "answering". For "read", `lands` tells whether the request takes effect
                                      afterwards: True, False, or an event at which it does
    hide()                            what becomes public from now on is missing from the next `times` lists that
                                      would have shown it

At most one fault (the first scripted) decides a request, after all `slow` ones; `fault()` returns its `Scripted`,
whose `reached` event tells that a request has met it.
"""

import asyncio
import inspect
import os
import re
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from fakes.call import Call, Reply

Where = str | Callable[[Call], bool]
PAGE_OF_HTML = "<!DOCTYPE html><html><body><h1>Sorry, something went wrong.</h1></body></html>"


class Shapes(Protocol):
    """What a fault asks of the platform: how it words the refusals that differ from one to another."""

    @property
    def rate_limited(self) -> Callable[..., Reply]: ...

    def expired_token(self, call: Call) -> Reply: ...


class DroppedError(Exception):
    """The connection ends here, without an answer."""

    def __init__(self, *, reset: bool = False) -> None:
        super().__init__("dropped")
        self.reset = reset


class Fault:
    passes: bool = False
    """Whether later faults still apply to the same request."""
    early: bool = False
    """Whether it strikes before the body is read."""

    async def before(self, call: Call, server: Shapes) -> Reply | None:
        """Before storing. A reply stands instead of the platform's own."""

    async def after(self, reply: Reply) -> Reply:
        """After storing."""
        return reply


def page(status: int) -> Reply:
    return Reply(status, PAGE_OF_HTML, content_type="text/html")


@dataclass
class Error(Fault):
    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)

    async def before(self, call: Call, server: Shapes) -> Reply | None:
        return Reply(self.status, self.body if self.body is not None else "", dict(self.headers))


@dataclass
class Html(Fault):
    status: int = 502

    async def before(self, call: Call, server: Shapes) -> Reply | None:
        return page(self.status)


class RateLimited(Fault):
    def __init__(self, **args: Any) -> None:
        self.args = args

    async def before(self, call: Call, server: Shapes) -> Reply | None:
        return server.rate_limited(call, **self.args)


class ExpiredToken(Fault):
    async def before(self, call: Call, server: Shapes) -> Reply | None:
        return server.expired_token(call)


@dataclass
class Refused(Fault):
    reset: bool = False
    early = True

    async def before(self, call: Call, server: Shapes) -> Reply | None:
        raise DroppedError(reset=self.reset)


@dataclass
class Lost(Fault):
    reset: bool = False

    async def after(self, reply: Reply) -> Reply:
        raise DroppedError(reset=self.reset)


class Truncated(Fault):
    async def after(self, reply: Reply) -> Reply:
        reply.midway = _nothing
        return reply


async def _nothing() -> None: ...


@dataclass
class StoreThenError(Fault):
    status: int = 500
    body: Any = None

    async def after(self, reply: Reply) -> Reply:
        return page(self.status) if self.body is None else Reply(self.status, self.body)


@dataclass
class Slow(Fault):
    until: asyncio.Event | float
    when: Literal["before", "after"] = "before"
    passes = True

    async def before(self, call: Call, server: Shapes) -> Reply | None:
        if self.when == "before":
            await self._wait()
        return None

    async def after(self, reply: Reply) -> Reply:
        if self.when == "after":
            await self._wait()
        return reply

    async def _wait(self) -> None:
        await (self.until.wait() if isinstance(self.until, asyncio.Event) else asyncio.sleep(self.until))


@dataclass
class Kill(Fault):
    target: int | Callable[[], Any]
    when: Literal["read", "stored", "answering"] = "read"
    lands: bool | asyncio.Event = True

    def __post_init__(self) -> None:
        if isinstance(self.target, int) and self.target in (0, 1, os.getpid()):
            raise ValueError(f"refusing to kill process {self.target}")

    async def before(self, call: Call, server: Shapes) -> Reply | None:
        if self.when == "read":
            await self._strike()
            if isinstance(self.lands, asyncio.Event):
                await self.lands.wait()
            elif not self.lands:
                raise DroppedError
        return None

    async def after(self, reply: Reply) -> Reply:
        if self.when == "stored":
            await self._strike()
            raise DroppedError
        if self.when == "answering":
            reply.midway = self._strike
        return reply

    async def _strike(self) -> None:
        if isinstance(self.target, int):
            os.kill(self.target, signal.SIGKILL)
            return
        outcome = self.target()
        if inspect.isawaitable(outcome):
            await outcome


class Hide(Fault):
    passes = True


KINDS: dict[str, type[Fault]] = {
    "error": Error,
    "html": Html,
    "rate_limited": RateLimited,
    "expired_token": ExpiredToken,
    "refused": Refused,
    "lost": Lost,
    "truncated": Truncated,
    "store_then_error": StoreThenError,
    "slow": Slow,
    "kill": Kill,
    "hide": Hide,
}


@dataclass
class Scripted:
    """One fault waiting for its requests. `left` counts down; `serial` is the server's when it was scripted."""

    where: Where
    fault: Fault
    left: int
    serial: int
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._pattern = pattern(self.where) if isinstance(self.where, str) else None

    def fits(self, call: Call, *, early: bool = False) -> bool:
        if self.left < 1 or (early and not (self.fault.early and self._pattern)):
            return False
        if self._pattern is not None:
            return self._pattern.fullmatch(f"{call.method} {call.path}") is not None
        return callable(self.where) and bool(self.where(call))

    def spend(self) -> Fault:
        self.left -= 1
        self.reached.set()
        return self.fault


def pattern(where: str) -> re.Pattern[str]:
    if " " not in where:
        raise ValueError(f"{where!r} is no fault pattern: write METHOD /path, * for any")
    return re.compile(".*".join(re.escape(piece) for piece in re.split(r"[*…]+", where)))


class Script:
    """The faults of one server, in the order they were scripted."""

    def __init__(self) -> None:
        self.scripted: list[Scripted] = []

    def add(self, where: Where, kind: str, *, times: int, serial: int, args: dict[str, Any]) -> Scripted:
        if kind not in KINDS:
            raise ValueError(f"no fault of kind {kind!r}; there are {', '.join(KINDS)}")
        self.scripted.append(Scripted(where, KINDS[kind](**args), times, serial))
        return self.scripted[-1]

    def take_early(self, call: Call) -> Fault | None:
        """The fault that strikes before the body is read, unless an earlier one will decide this request."""
        for each in self.scripted:
            if each.fits(call, early=True):
                return each.spend()
            if not each.fault.passes and not callable(each.where) and each.fits(call):
                return None
        return None

    def take(self, call: Call) -> list[Fault]:
        """All `slow` faults for this request and then the one that decides it."""
        fitting = [each for each in self.scripted if not isinstance(each.fault, Hide) and each.fits(call)]
        deciding = next((each for each in fitting if not each.fault.passes), None)
        chosen = [each for each in fitting if each.fault.passes] + ([deciding] if deciding else [])
        return [each.spend() for each in chosen]

    def hidden_since(self, call: Call, newest: int) -> int | None:
        """The serial after which this list shows nothing; None: it shows everything. `newest`: the list's newest."""
        for each in self.scripted:
            if isinstance(each.fault, Hide) and newest > each.serial and each.fits(call):
                each.spend()
                return each.serial
        return None

    def unspent(self) -> list[Scripted]:
        return [each for each in self.scripted if each.left > 0]
