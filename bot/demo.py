"""The demonstration: the whole product on a sandbox, with no account anywhere."""

import asyncio
import errno
import os
import signal
import sys
import webbrowser
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.console import ConsoleError, Failed
from bot.sandbox.page_server import PageServer
from bot.sandbox.playground import Playground, Taste, playground
from bot.sandbox.tour import play
from bot.sections import RetryPolicy

PORT = 8090
"""Where the page is served unless somebody else listens there."""
NO_RETRIES = Taste(retry=RetryPolicy(max_retries=0), pause=0.2)
"""For the story, in which it is a person who tries again."""
STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def run(*, tour: bool, port: int | None = None) -> None:
    """Serve the page until interrupted; with `tour`, play the story and end. Raises ConsoleError, Failed."""
    interrupted = asyncio.Event()
    for number in STOPS:
        asyncio.get_running_loop().add_signal_handler(number, interrupted.set)
    with TemporaryDirectory(prefix="pregonero-", ignore_cleanup_errors=True) as folder:
        async with _playing(Path(folder), NO_RETRIES if tour else Taste()) as (ground, keeping):
            await _first(play(ground) if tour else _serve(ground, port), interrupted.wait(), keeping)
    if tour and interrupted.is_set():
        raise Failed("The story was interrupted.")


@asynccontextmanager
async def _playing(folder: Path, taste: Taste) -> AsyncIterator[tuple[Playground, "asyncio.Task[None]"]]:
    """The sandbox with a bot that is kept alive."""
    async with playground(folder, taste) as ground, ground.supervisor.keep() as keeping:
        yield ground, keeping


async def _first(*those: "Coroutine[Any, Any, Any] | asyncio.Task[None]") -> None:
    """Until one of those ends; raises what it raised."""
    tasks = [each if isinstance(each, asyncio.Task) else asyncio.create_task(each) for each in those]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            await task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)


async def _serve(ground: Playground, port: int | None) -> None:
    async with AsyncExitStack() as stack:
        address = await _open(stack, ground.page, port)
        print(  # noqa: T201 - for whoever started it
            f"Pregonero in a sandbox: {address}\nNothing leaves this machine. Ctrl-C stops it.", flush=True
        )
        if sys.stdout.isatty() and has_display(sys.platform, os.environ):
            await asyncio.to_thread(open_browser, address)
        await asyncio.Event().wait()


async def _open(stack: AsyncExitStack, page: PageServer, port: int | None) -> str:
    """At the port asked for; else at the usual one, or any that is free. Raises ConsoleError."""
    try:
        return await stack.enter_async_context(page.open(PORT if port is None else port))
    except OSError as fault:
        if fault.errno not in {errno.EADDRINUSE, errno.EACCES}:
            raise
    if port is not None:
        raise ConsoleError(f"Port {port} cannot be used: choose another one with --port (0: any).")
    return await stack.enter_async_context(page.open(0))


def has_display(platform: str, environment: Mapping[str, str]) -> bool:
    """Whether a browser would have somewhere to appear."""
    if "SSH_CONNECTION" in environment:
        return False
    return platform == "darwin" or bool({"DISPLAY", "WAYLAND_DISPLAY"} & set(environment))


def open_browser(address: str) -> None:
    """A convenience: the address is printed anyway. One that would take over the terminal is left alone."""
    with suppress(webbrowser.Error, OSError):
        browser = webbrowser.get()
        if type(browser) is not webbrowser.GenericBrowser:
            browser.open(address)
