"""The lives of one case, and what its fake does to them: until all is at rest, and then the verdict."""

import asyncio
import json
import os
import signal
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from matrix_cases import Case, Trouble
from matrix_hook import Death, Hook
from matrix_life import Life
from matrix_road import Misfortunes, cut
from matrix_telegram import Telegram
from matrix_time import SharedTime
from matrix_troubles import BETWEEN_LIVES, KINDS, moments
from matrix_verdict import Verdict

from fakes.call import Call, Public
from fakes.rigged import Shelf
from fakes.server import FakeServer
from fakes.shapes import seen

LIVES = 12
"""No case needs as many."""
PATIENCE = 20.0
"""Seconds (real ones) that one life may take."""
HANGS = 99
BETWEEN = 2.0
"""Seconds between a death and the next life."""
SHORT = 0.15
"""Timeout (real seconds) where a call is to be slower than it."""


class Unripe:
    """Requests that are to land later: each with the true time from which it may."""

    def __init__(self, time: SharedTime) -> None:
        self._time = time
        self.waiting: list[tuple[float, asyncio.Event]] = []

    def later(self, seconds: float) -> asyncio.Event:
        event = asyncio.Event()
        self.waiting.append((self._time.cells[0] + seconds, event))
        return event

    async def ripen(self) -> None:
        ripe = [event for at, event in self.waiting if at <= self._time.cells[0]]
        self.waiting = [each for each in self.waiting if each[1] not in ripe]
        for event in ripe:
            event.set()
            await asyncio.sleep(0.005)

    async def let_go(self) -> None:
        """All is over: nobody counts any more what lands now."""
        for _, event in self.waiting:
            event.set()
        await asyncio.sleep(0)


@dataclass
class Trial:
    """The lives of one case."""

    time: SharedTime
    case: Case
    verdict: Verdict
    fake: FakeServer
    shelf: Shelf
    folder: Path
    watched: bool
    telegram: Telegram | None = None
    pid: int = 0
    number: int = 0
    asked_of: int = 0

    @cached_property
    def unripe(self) -> Unripe:
        return Unripe(self.time)

    async def go(self) -> None:
        self._script()
        answer, renew = None, False
        for self.number in range(1, LIVES + 1):
            code = await self._live(answer, renew=renew)
            if code == -signal.SIGKILL:
                self.verdict.deaths += 1
                self._last_word()
                self._between()
                continue
            if code:
                self.verdict.fault = f"life {self.number} ended with {code}"
                return
            report = {"life": self.number, **json.loads((self.folder / "report.json").read_text())}
            if report["approved"] != 1:
                self.verdict.lost, self.verdict.doubled = int(report["approved"] == 0), max(report["approved"] - 1, 0)
                return
            self.verdict.reports.append(report)
            self.verdict.raised += report["raised"]
            answer, renew = None, False
            if report["status"] == "unconfirmed" and not report["due"]:
                self.verdict.asked += 1
                answer = self._truth(report)
            elif report["status"] == "blocked" and report["needs"] == "authorization":
                self.verdict.asked += 1
                renew = True
            else:
                self._judge(report)
                return
        self.verdict.fault = "asked again and again"

    async def _live(self, answer: str | None, *, renew: bool) -> int:
        time = self.time
        troubles = [each for each in self.case.troubles if each.life == self.number]
        hook = Hook(
            deaths=tuple(Death(each.where, each.count) for each in troubles if each.verb == "die"),
            note=self.folder / "died",
            jumps={each.count: partial(time.jump, float(each.where)) for each in troubles if each.verb == "clock"},
        )
        life = Life(
            self.case.rig, self.fake, self.folder, time, answer=answer, renew=renew, shelf=self.shelf.url, hook=hook,
            timeout=SHORT if any(each.where.startswith("slow") for each in self.case.troubles) else 5.0,
            locked=moments(troubles, "locked"), full=moments(troubles, "full"),
            watched=self.watched or bool(hook.deaths or hook.jumps),
            tapped=None if self.telegram is None else (self.case.shape, self.telegram.url),
            misfortunes=Misfortunes(
                busy=moments(troubles, "busy"), grown=moments(troubles, "grown"), no_room=moments(troubles, "no-room"),
                power=max((each.count for each in troubles if each.verb == "power"), default=0),
            ),
        )  # fmt: skip
        code = await (self._apart(life) if life.watched or self._deadly() else self._here(life))
        await self._calm()
        return code

    def _deadly(self) -> bool:
        """Whether the platform may still kill the one that lives now."""
        return any(
            (each.verb == "fake" and each.where.startswith("kill") and each.count > self.asked_of)
            or (each.verb == "power" and each.life == self.number)
            for each in self.case.troubles
        )

    def _last_word(self) -> None:
        """Of the one that died at a place of the hook."""
        note = self.folder / "died"
        if note.exists():
            self.verdict.died.append(json.loads(note.read_text()))
            note.unlink()

    async def _apart(self, life: Life) -> int:
        """In a process of its own."""
        self.pid = life.fork()
        try:
            async with asyncio.timeout(PATIENCE):
                return await ended(self.pid)
        except TimeoutError:
            os.kill(self.pid, signal.SIGKILL)
            await ended(self.pid)
            return HANGS

    async def _here(self, life: Life) -> int:
        try:
            async with asyncio.timeout(PATIENCE):
                return await life.here()
        except TimeoutError:
            return HANGS

    async def _calm(self) -> None:
        """What the dead one has sent off is read, and its connections are seen to end, before any time passes."""
        runner = self.fake._runner
        assert runner is not None
        assert runner.server is not None
        for _ in range(15_000):
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            left = runner.server.connections
            if len(left) <= len(self.unripe.waiting) and all(each.transport is None for each in left):
                return
            await asyncio.sleep(0.001)
        self.verdict.fault = f"the fake does not come to rest: {runner.server.connections}"

    def _between(self) -> None:
        """What happens while nobody lives."""
        self.time.advance(BETWEEN)
        self.time.reboot()
        for each in self.case.troubles:
            if each.verb == "after" and each.life == self.number:
                BETWEEN_LIVES[each.where](self.folder)
            if each.verb == "power" and each.life == self.number:
                cut(self.folder, int(each.where))

    # -- the fake's part -----------------------------------------------------------------------------------------

    def _script(self) -> None:
        self.fake.on_request = self._count
        for each in self.case.troubles:
            if each.verb == "fake":
                self._fault(each)

    async def _count(self, _: Call) -> None:
        self.asked_of += 1
        await self.unripe.ripen()

    def _fault(self, trouble: Trouble) -> None:
        def where(_: Call) -> bool:
            return self.asked_of == trouble.count

        kind, args = KINDS[trouble.where]
        given = {name: getattr(self, f"_{name}")(value) if name in {"target", "until"} else value
                 for name, value in args.items()}  # fmt: skip
        if "until" in given:
            given["until"] = asyncio.Event()
            self._ripens(where, given["until"], args["until"])
        self.fake.fault(where, kind, **given)

    def _ripens(self, where: Callable[[Call], bool], event: asyncio.Event, seconds: float) -> None:
        """From the moment the request is there."""
        count = self.fake.on_request
        assert count is not None

        async def hook(call: Call) -> None:
            await count(call)  # type: ignore[misc] # it is one of ours
            if where(call):
                self.unripe.waiting.append((self.time.cells[0] + seconds, event))

        self.fake.on_request = hook

    def _until(self, seconds: float) -> float:
        return seconds

    def _target(self, _: object) -> Callable[[], None]:
        def strike() -> None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

        return strike

    # -- what came of it -----------------------------------------------------------------------------------------

    def _truth(self, report: dict[str, Any]) -> str:
        """The person looks: a link when it is there."""
        form, text, media = report["expected"][report["receipts"]]
        there = [post for post in self._public() if (post.form, post.text, list(post.media)) == (form, text, media)]
        return there[0].permalink if there else ""

    def _public(self) -> list[Public]:
        return self.fake.posts(self.case.rig.account)

    def _judge(self, report: dict[str, Any]) -> None:
        public = [(form, text, list(media)) for form, text, media in seen(self._public())]
        wanted = [(form, text, media) for form, text, media in report["expected"]]
        whole = report["status"] == "published"
        if not whole:
            self.verdict.told = report["code"] or report["status"]
        self.verdict.doubled = (Counter(map(repr, public)) - Counter(map(repr, wanted))).total()
        missing = sum(1 for each in wanted if each not in public)
        if whole and missing:
            self.verdict.lost = missing
        elif whole and report["receipts"] != len(wanted):
            self.verdict.fault = f"published, with {report['receipts']} receipts of {len(wanted)}"
        elif public != wanted[: len(public)] and not self.verdict.doubled:
            self.verdict.fault = f"public is not what was approved: {public}"
        if not whole and report["status"] not in {"blocked", "failed"}:
            self.verdict.lost = 1
            self.verdict.fault = f"at rest as {report['status']}"


async def ended(pid: int) -> int:
    """Its exit code; a signal is negative."""
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    descriptor = os.pidfd_open(pid)
    loop.add_reader(descriptor, over.set)
    try:
        await over.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])  # noqa: ASYNC222 - it has ended
