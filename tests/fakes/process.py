"""The real process, `python -m bot run`, to be killed and started again on the same data."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from bot.clock import SystemClock
from bot.records import open_records
from bot.settings import load
from fakes.apps import registered
from fakes.call import Call
from fakes.stage import CARMEN, NAMES, SECRETS, Act, Stage, free_port
from publishers.engine.contract import Identity

ROOT = Path(__file__).parents[2]


@dataclass
class Process:
    """Quick looks, so that a doubt ends in seconds. `log` holds what the process printed.

    `linking`: our apps are registered with the platforms, so that accounts can be linked by consent at `base`.
    """

    stage: Stage
    folder: Path
    linking: bool = False
    base: str = ""
    running: asyncio.subprocess.Process | None = None
    log: list[str] = field(default_factory=list)
    _reading: asyncio.Task[None] | None = None
    _ready: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def pid(self) -> int:
        assert self.running is not None
        return self.running.pid

    def strike(self) -> None:
        os.kill(self.pid, signal.SIGKILL)

    def write_config(self, **extra: object) -> Path:
        port = free_port()
        self.base = f"http://localhost:{port}"
        values = {
            "data_dir": str(self.folder / "data"),
            "telegram": {
                "base_url": self.stage.telegram.base_url,
                "base_file_url": self.stage.telegram.base_file_url,
                "owners": [CARMEN],
            },
            "server": {"port": port},
            "approval": {"reconfirm_first_live": False},
            "publishing": {
                "platforms": self._stanzas(),
                "queue": {"settle": "1s", "silence": "1s", "reconcile_after": ["300ms", "1s", "2s"]},
            },
            **extra,
        }
        path = self.folder / "config.yaml"
        path.write_text(yaml.safe_dump(values))
        return path

    def _stanzas(self) -> dict[str, dict[str, object]]:
        graph, x = self.stage.graph, self.stage.x
        found: dict[str, dict[str, object]] = {name: {"graph_url": graph.url} for name in ("facebook", "instagram")}
        found["twitter"] = {"api_url": x.url}
        if self.linking:
            found = dict(registered(graph, x, self.base))
        for name in ("facebook", "instagram"):
            found[name]["rate_limits"] = {"posts_per_hour": None}  # benches publish many
        return found

    async def command(self, *arguments: str) -> tuple[int, str]:
        """One short command of the console: exit code and all it printed."""
        running = await asyncio.create_subprocess_exec(
            *self._line(*arguments), cwd=ROOT, env=self._environment(), stdout=-1, stderr=asyncio.subprocess.STDOUT
        )
        out, _ = await running.communicate()
        return running.returncode or 0, out.decode()

    async def connect(self) -> None:
        """Keep the three accounts, as `account add` would, but without a process for each."""
        settings = load(self.folder / "config.yaml")
        clock = SystemClock()
        async with open_records(settings, clock) as records, records.store.unit() as unit:
            for platform, secret in SECRETS.items():
                who = Identity(*NAMES[platform])
                await unit.accounts.add(platform, who, secret, expires_at=None, at=clock.now())

    async def start(self) -> None:
        """Returns when the process takes updates."""
        self._ready.clear()
        self.running = await asyncio.create_subprocess_exec(
            *self._line("run"), cwd=ROOT, env=self._environment(), stdout=-1, stderr=asyncio.subprocess.STDOUT
        )
        self._reading = asyncio.create_task(self._read())
        async with asyncio.timeout(20):
            await self._ready.wait()
        assert self.running.returncode is None, "\n".join(self.log)

    async def dead(self) -> None:
        """Wait until somebody killed it."""
        assert self.running is not None
        assert self._reading is not None
        try:
            async with asyncio.timeout(20):
                code = await self.running.wait()
                await self._reading
        except TimeoutError:
            chat = self.stage.telegram.phone(CARMEN, "Carmen").transcript()
            raise AssertionError("\n".join(["still alive:", chat, *self.log])) from None
        assert code == -signal.SIGKILL, "\n".join(self.log)

    async def kill(self) -> None:
        if self.running is not None and self.running.returncode is None:
            self.strike()
            await self.dead()

    async def stop(self) -> int:
        """A polite stop: its exit code."""
        assert self.running is not None
        assert self._reading is not None
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        async with asyncio.timeout(20):
            code = await self.running.wait()
            await self._reading
        return code

    async def _read(self) -> None:
        assert self.running is not None
        assert self.running.stdout is not None
        async for line in self.running.stdout:
            self.log.append(line.decode(errors="replace").rstrip())
            if '"ready"' in self.log[-1] or " ready " in self.log[-1]:
                self._ready.set()
        self._ready.set()

    def _line(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "bot", *arguments, "--config", str(self.folder / "config.yaml")]

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if name in {"PATH", "HOME", "LANG", "COVERAGE_PROCESS_START"}
        }
        return kept | {"TELEGRAM_BOT_TOKEN": self.stage.telegram.token, "PYTHONUNBUFFERED": "1"}


def after_the_page_post(act: Act, where: str) -> Callable[[Call], Awaitable[None]]:
    """The page's own post is out of danger: where a list never means no, a death in mid-request needs a person."""
    path = where.rpartition("/")[2]

    async def hook(call: Call) -> None:
        if call.method == "POST" and call.path.endswith(path):
            await act.until(lambda: act.public()["facebook"])
            await asyncio.sleep(0.05)

    return hook
