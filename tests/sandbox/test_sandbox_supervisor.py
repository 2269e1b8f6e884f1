"""The bot's keeper, with small programs in the bot's place."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.console import ConsoleError, Failed
from bot.sandbox.changes import Changes
from bot.sandbox.life import Doing
from bot.sandbox.supervisor import MOST_DEATHS, Supervisor, command

ROOT = Path(__file__).parents[2]
READY = """print('{"message": "ready"}', flush=True)"""
WAITS = """
import os, signal, sys, time
def stop(*_):
    os.write(1, b"stopping")
    sys.exit(0)
signal.signal(signal.SIGTERM, stop)
print('{"message": "ready"}', flush=True)
while True:
    time.sleep(60)
"""
STUBBORN = """
import os, signal, time
signal.signal(signal.SIGTERM, lambda *_: os.write(1, b"no"))
print('{"message": "ready"}', flush=True)
while True:
    time.sleep(60)
"""
LEASHED = """
import os, runpy, sys, threading, time
import bot.__main__
def main(arguments=None):
    print("here", flush=True)
    while True:
        time.sleep(60)
bot.__main__.main = main
sys.argv = ["leash"]
runpy.run_module("bot.sandbox.leash", run_name="__main__")
"""


@pytest.fixture
def keeper(tmp_path: Path) -> Callable[..., Supervisor]:
    def made(program: str, **options: float) -> Supervisor:
        line = [sys.executable, "-c", program]
        return Supervisor(line, {"PATH": os.environ["PATH"]}, tmp_path, Changes(), **{"pause": 0, **options})

    return made


@asynccontextmanager
async def kept(supervisor: Supervisor) -> AsyncIterator["asyncio.Task[None]"]:
    async with supervisor.keep() as keeping:
        yield keeping
    assert supervisor.pid is None
    assert supervisor.state is Doing.DOWN


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


async def test_a_life_from_start_to_a_polite_end(keeper: Callable[..., Supervisor]) -> None:
    supervisor = keeper(WAITS)
    states: list[Doing] = []

    async def watch() -> None:
        while True:
            states.append(supervisor.state)
            await supervisor.changes.after(supervisor.changes.revision, None)

    watching = asyncio.create_task(watch())
    async with asyncio.timeout(10), kept(supervisor):
        await supervisor.up()
        pid = supervisor.pid
        assert pid is not None
        assert supervisor.lives == 1
    watching.cancel()
    assert list(supervisor.log)[-1] == "stopping"
    assert not alive(pid)
    assert list(dict.fromkeys(states)) == [Doing.STARTING, Doing.UP, Doing.DOWN]


async def test_killed_it_lives_again(keeper: Callable[..., Supervisor]) -> None:
    supervisor = keeper(WAITS)
    async with asyncio.timeout(10), kept(supervisor):
        await supervisor.up()
        first = supervisor.pid
        assert supervisor.kill()
        assert supervisor.state is Doing.DOWN
        assert not supervisor.kill()
        await supervisor.up(2)
        assert supervisor.lives == 2
        assert supervisor.pid not in {first, None}
        assert first is not None
        assert not alive(first)


async def test_a_wrong_configuration_ends_it_with_the_bots_own_sentence(keeper: Callable[..., Supervisor]) -> None:
    said = "import sys; print('mode: is wrong', file=sys.stderr); print('{\"message\": \"x\"}'); sys.exit(2)"
    supervisor = keeper(said)
    async with asyncio.timeout(10), kept(supervisor) as keeping:
        with pytest.raises(ConsoleError, match=r"^mode: is wrong$"):
            await keeping
    assert supervisor.lives == 1


async def test_one_that_never_gets_up_is_given_up(keeper: Callable[..., Supervisor]) -> None:
    supervisor = keeper("raise SystemExit('the trace of a mistake')")
    async with asyncio.timeout(10), kept(supervisor) as keeping:
        with pytest.raises(Failed, match="The bot does not start: the trace of a mistake"):
            await keeping
    assert supervisor.lives == MOST_DEATHS


async def test_deaths_of_one_that_was_ready_are_not_counted(keeper: Callable[..., Supervisor]) -> None:
    supervisor = keeper(READY)
    async with asyncio.timeout(20), kept(supervisor):
        await supervisor.changes.until(lambda: supervisor.lives > MOST_DEATHS + 1, None)


async def test_one_that_does_not_listen_is_killed_in_the_end(keeper: Callable[..., Supervisor]) -> None:
    supervisor = keeper(STUBBORN, patience=0.15)
    async with asyncio.timeout(10), kept(supervisor):
        await supervisor.up()
        pid = supervisor.pid
    assert pid is not None
    assert not alive(pid)
    assert list(supervisor.log)[-1] == "no"


async def test_long_lines_are_no_trouble(keeper: Callable[..., Supervisor]) -> None:
    supervisor = keeper(f"print('x' * 300_000, flush=True)\n{WAITS}")
    async with asyncio.timeout(10), kept(supervisor):
        await supervisor.up()


async def test_whoever_starts_it_takes_it_along(tmp_path: Path) -> None:
    """The pipe ends when the parent does, however it dies: the child gets SIGTERM."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", LEASHED),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"]},
        cwd=tmp_path,
    )
    assert running.stdin is not None
    assert running.stdout is not None
    async with asyncio.timeout(10):
        assert await running.stdout.readline() == b"here\n"
        running.stdin.close()
        assert await running.wait() == -signal.SIGTERM


def test_the_command_line_is_that_of_the_bot_on_a_leash() -> None:
    assert command("run", "--config", "x")[1:] == ["-m", "bot.sandbox.leash", "run", "--config", "x"]
