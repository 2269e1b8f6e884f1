"""The same work for Celery and Redis, where redis-server is installed, in an environment made when it is first needed.

One task for each delivery, acknowledged late, tried again; a worker of threads, one for each delivery of the largest
batch. Of what was tried that is the quickest: processes (prefork, 64) take four times as long for 50 jobs, gevent
stumbles over the limit of connections. Without monitoring, gossip and results.
"""

import asyncio
import hashlib
import json
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench_networks import Networks
from bench_size import Size

HERE = Path(__file__).parent
VENV = HERE.parents[1] / "build" / "bench-celery"
LOCK = HERE / "celery.lock"
STAMP = VENV / "installed"
BIN = VENV / "bin"
PLAIN, FSYNC = "", "with fsync"
QUIETLY = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "CRITICAL")
Order = list[list[tuple[str, str]]]
"""For each job its deliveries: address, text."""


def redis() -> str | None:
    return shutil.which("redis-server")


def digest() -> str:
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def installed() -> bool:
    return STAMP.exists() and STAMP.read_text() == digest()


async def install(size: Size) -> str:
    """What stands in the way of measuring Celery; empty: nothing."""
    if not size.celery:
        return "left out"
    if redis() is None:
        return "redis-server is not installed"
    if installed():
        return ""
    pip = (str(BIN / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    for command in ((sys.executable, "-m", "venv", "--clear", str(VENV)), (*pip, "--require-hashes", "-r", str(LOCK))):
        process = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
        if await process.wait():
            return "Celery could not be installed"
    STAMP.write_text(digest())
    return ""


@dataclass
class Celery:
    """A Redis, a worker, and the process that gives it work."""

    broker: str
    redis: asyncio.subprocess.Process
    driver: asyncio.subprocess.Process
    worker: asyncio.subprocess.Process | None
    threads: int
    settings: dict[str, str]

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {
            **kept,
            **self.settings,
            "PYTHONPATH": str(HERE),
            "BENCH_BROKER": self.broker,
            "PYTHONWARNINGS": "ignore",
        }

    async def order(self, jobs: Order, eta: float | None = None) -> list[float]:
        """The moments at which the tasks of each job began to be put into the queue."""
        assert self.driver.stdin is not None
        assert self.driver.stdout is not None
        self.driver.stdin.write(json.dumps({"jobs": jobs, "eta": eta}).encode() + b"\n")
        await self.driver.stdin.drain()
        began: list[float] = json.loads(await self.driver.stdout.readline())["began"]
        return began

    async def work(self) -> None:
        """Start the worker; in a group of processes of its own, to be killed as one."""
        pool = ("-P", "threads", "-c", str(self.threads))
        self.worker = await asyncio.create_subprocess_exec(
            str(BIN / "celery"), "-A", "celery_app", "worker", *pool, *QUIETLY,
            env=self.environment, start_new_session=True, stdout=-3, stderr=-3,
        )  # fmt: skip

    async def stop(self) -> None:
        if self.worker is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.worker.pid, signal.SIGKILL)
            await self.worker.wait()

    def memory(self) -> float:
        """Resident MB of worker and Redis together."""
        assert self.worker is not None
        return resident(self.worker.pid) + resident(self.redis.pid)


def resident(pid: int) -> float:
    """VmRSS in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@asynccontextmanager
async def celery(served: Networks, threads: int, *, fsync: bool = False, **settings: str) -> AsyncIterator[Celery]:
    """Warmed: the worker has published once. Settings: see celery_app."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(TemporaryDirectory(prefix="bench-redis-"))
        redis_ = await _redis(stack, folder, fsync=fsync)
        here: Any = Celery(f"redis+socket://{folder}/redis", redis_, redis_, None, threads, settings)
        command = (str(BIN / "python"), str(HERE / "celery_driver.py"))
        here.driver = await asyncio.create_subprocess_exec(*command, env=here.environment, stdin=-1, stdout=-1)
        stack.push_async_callback(_end, here.driver)
        await here.work()
        stack.push_async_callback(here.stop)
        await here.order([[(served.urls[0], "warm")]])
        await served.until(1)
        await served.told()
        yield here


async def _redis(stack: AsyncExitStack, folder: str, *, fsync: bool) -> asyncio.subprocess.Process:
    """Without a port. Nothing is kept, or each write is on the disk before it is answered."""
    kept = ("--appendonly", "yes", "--appendfsync", "always") if fsync else ("--appendonly", "no")
    where = ("--port", "0", "--unixsocket", f"{folder}/redis", "--dir", folder, "--save", "")
    program = redis()
    assert program is not None
    process = await asyncio.create_subprocess_exec(program, *where, *kept, stdout=-3)
    stack.push_async_callback(_end, process)
    while not os.path.exists(f"{folder}/redis"):  # noqa: ASYNC240, PTH110 - a look at a small folder
        await asyncio.sleep(0.01)
    return process


async def _end(process: asyncio.subprocess.Process) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    await process.wait()


@asynccontextmanager
async def both(served: Networks, size: Size) -> AsyncIterator[tuple[dict[str, Celery], str]]:
    """Celery on a Redis that keeps nothing and on one that keeps all; without them: why."""
    missing = await install(size)
    async with AsyncExitStack() as stack:
        sides: dict[str, Celery] = {}
        if not missing:
            for name in (PLAIN, FSYNC):
                sides[name] = await stack.enter_async_context(celery(served, size.threads, fsync=name == FSYNC))
        yield sides, missing and f"no Celery: {missing}"
