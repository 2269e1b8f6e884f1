"""Keeps the bot alive as a process of its own: starts it, starts it again when it dies, ends it politely."""

import asyncio
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections import deque
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from bot.console import ConsoleError, Failed
from bot.sandbox.changes import Changes
from bot.sandbox.life import Doing

READY = '"message": "ready"'
"""Part of the line by which the bot says that it takes updates (its log is JSON)."""
LOUD = ('"level": "error"', '"level": "critical"')
"""What whoever started all this should see."""
WRONG = 2
"""Exit code of a bot whose configuration or surroundings are wrong: starting it again would not help."""
MOST_DEATHS = 3
"""Deaths in a row before it was ever ready."""
KEPT_LINES = 200
LONGEST_LINE = 1024 * 1024


def command(*arguments: str) -> list[str]:
    """`python -m bot …`, on the leash of this process."""
    return [sys.executable, "-m", "bot.sandbox.leash", *arguments]


@dataclass
class Supervisor:
    """`pause`: seconds between a death and the next start. `patience`: seconds a polite stop may take."""

    line: Sequence[str]
    environment: Mapping[str, str]
    folder: Path
    changes: Changes
    pause: float = 1.0
    patience: float = 15.0
    state: Doing = Doing.STARTING
    lives: int = 0
    log: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT_LINES))
    """What the bot printed last."""
    _process: Process | None = None
    _was_ready: bool = False

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process is not None and self._process.returncode is None else None

    def kill(self) -> bool:
        """Kill -9. False when there is no process at this moment."""
        if self._process is None or self._process.returncode is not None or self.state is Doing.DOWN:
            return False
        self._process.kill()
        self._now(Doing.DOWN)
        return True

    @asynccontextmanager
    async def keep(self) -> AsyncIterator["asyncio.Task[None]"]:
        """The bot lives while the block runs. The task given ends by itself only when it cannot be kept alive."""
        keeping = asyncio.create_task(self._keep(), name="supervisor")
        try:
            yield keeping
        finally:
            keeping.cancel()
            with suppress(asyncio.CancelledError, ConsoleError):
                await keeping

    async def up(self, lives: int = 1) -> None:
        """Wait until its process number `lives`, or a later one, takes updates."""
        await self.changes.until(lambda: self.state is Doing.UP and self.lives >= lives, None)

    async def _keep(self) -> None:
        """Raises ConsoleError with the bot's own sentence when it cannot be kept alive."""
        deaths = 0
        while True:
            code = await self._live()
            if code == WRONG:
                raise ConsoleError(self._last_words())
            deaths = 0 if self._was_ready else deaths + 1
            if deaths == MOST_DEATHS:
                raise Failed(f"The bot does not start: {self._last_words()}")
            await asyncio.sleep(self.pause)

    async def _live(self) -> int:
        """One life, from start to end: its exit code."""
        self._was_ready = False
        self.lives += 1
        self._now(Doing.STARTING)
        try:
            self._process = await self._start()
            return await self._attend(self._process)
        finally:
            self._now(Doing.DOWN)

    async def _start(self) -> Process:
        return await asyncio.create_subprocess_exec(
            *self.line,
            cwd=self.folder,
            env=dict(self.environment),
            stdin=PIPE,
            stdout=PIPE,
            stderr=STDOUT,
            limit=LONGEST_LINE,
            start_new_session=True,  # Ctrl-C is for us; the bot is told by us
        )

    async def _attend(self, process: Process) -> int:
        try:
            await self._listen(process)
            return await process.wait()
        finally:
            await asyncio.shield(self._end(process))

    async def _listen(self, process: Process) -> None:
        if process.stdout is None:
            return
        async for line in process.stdout:
            self.log.append(line.decode(errors="replace").rstrip())
            self._heard(self.log[-1])

    def _heard(self, line: str) -> None:
        if READY in line and self.state is Doing.STARTING:
            self._was_ready = True
            self._now(Doing.UP)
        if any(level in line for level in LOUD):
            sys.stderr.write(f"{line}\n")

    async def _end(self, process: Process) -> None:
        """SIGTERM, patience, then SIGKILL. What it prints meanwhile must be read, or it could not end."""
        if process.returncode is not None:
            return
        with suppress(ProcessLookupError):
            process.terminate()
        listening = asyncio.create_task(self._listen(process))
        try:
            async with asyncio.timeout(self.patience):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
        await listening

    def _now(self, doing: Doing) -> None:
        self.state = doing
        self.changes.happened()

    def _last_words(self) -> str:
        said = [line for line in self.log if line.strip() and not line.startswith("{")]
        return "\n".join(said[-8:]) or "it said nothing."
