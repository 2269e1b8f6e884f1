"""The demonstration: it ends well, shows every state, and does not end well when one is missing."""

import errno
import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, closing
from pathlib import Path

import pytest
from aiohttp import web
from console_place import surroundings

from bot import demo
from bot.__main__ import main
from bot.console import ConsoleError
from bot.sandbox import tour
from bot.sandbox.hosting import served
from bot.sandbox.playground import Playground

STATES = (
    "▶ Carmen writes a draft",
    "[✅ Aprobar]",
    "▶ She approves with one tap",
    "⏳",
    "🧪 simulado",
    "⚠️ No responde ahora mismo.",
    "/reintentar: lo intento otra vez",
    "▶ Carmen types /reintentar.",
    "🎉",
    "https://",
    "▶ Carmen writes another one",
    "▶ kill -9, while",
    "https://",
    "▶ That was the whole story",
)
"""In the order in which they must appear."""
UP = {"state": "up", "lives": 1}
LONGEST = 60
"""Seconds after which a process that should have ended is a failure, on a machine that is busy."""


def started(folder: Path, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "bot", "demo", *arguments],
        cwd=folder,
        env={**surroundings(), "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_tour_ends_well_shows_every_state_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with started(tmp_path, "--tour") as running:
        out, err = running.communicate(timeout=LONGEST)
    assert running.returncode == 0, out + err
    assert list(tmp_path.iterdir()) == []
    assert "Traceback" not in err
    at = 0
    for state in STATES:
        at = out.find(state, at)
        assert at >= 0, f"{state} is missing, or too early:\n{out}"
    for name in ("facebook", "instagram", "twitter"):
        assert len(set(re.findall(rf"^  {name}: (https://\S+)", out, re.MULTILINE))) == 2


@pytest.fixture
def serving(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    with started(tmp_path, "--port", "0") as running:
        yield running
        running.kill()


def address_of(serving: "subprocess.Popen[str]") -> str:
    """From the two lines that are printed, once the bot is up."""
    assert serving.stdout is not None
    said = serving.stdout.readline() + serving.stdout.readline()
    assert "Ctrl-C" in said
    [address] = re.findall(r"http://127\.0\.0\.1:\d+/", said)
    host, _, port = address.removeprefix("http://").rstrip("/").partition(":")
    with closing(http.client.HTTPConnection(host, int(port), timeout=LONGEST)) as connection:
        connection.request("GET", "/events")
        with connection.getresponse() as told:
            assert any(line.startswith(b"data: ") and json.loads(line[6:]) == UP for line in told)
    return str(address)


def test_the_page_is_served_until_interrupted(serving: "subprocess.Popen[str]", tmp_path: Path) -> None:
    address_of(serving)
    serving.send_signal(signal.SIGINT)
    out, err = serving.communicate(timeout=LONGEST)
    assert (serving.returncode, out, err) == (0, "", "")
    assert list(tmp_path.iterdir()) == []


def test_killed_it_takes_the_bot_along(serving: "subprocess.Popen[str]", tmp_path: Path) -> None:
    address_of(serving)
    [lock] = tmp_path.glob("*/data/lock")
    bot = int(lock.read_text())
    serving.kill()
    gone = threading.Event()
    for _ in range(LONGEST * 20):
        try:
            os.kill(bot, 0)
        except ProcessLookupError:
            return
        gone.wait(0.05)
    raise AssertionError("the bot lives on without the one that started it")


def test_a_tour_that_is_interrupted_has_not_succeeded(tmp_path: Path) -> None:
    with started(tmp_path, "--tour") as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "\n"
        running.send_signal(signal.SIGTERM)
        _, err = running.communicate(timeout=LONGEST)
    assert (running.returncode, err) == (1, "The story was interrupted.\n")
    assert list(tmp_path.iterdir()) == []


def nobody(ground: Playground) -> str:
    return "nowhere"


def test_without_the_failure_it_must_show_the_tour_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(tour, "_unlucky", nobody)
    monkeypatch.setattr(tour, "PATIENCE", 2.5)
    assert main(["demo", "--tour"]) == 1
    err = capsys.readouterr().err
    assert "The story stopped: a network failed never came." in err
    assert "Traceback" not in err


def test_without_a_card_the_tour_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(tour, "DRAFT", "/ayuda")
    monkeypatch.setattr(tour, "PATIENCE", 1.0)
    assert main(["demo", "--tour"]) == 1
    assert "The story stopped: the card never came." in capsys.readouterr().err


def test_a_port_in_use_is_said_plainly(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["demo", "--port", str(port)]) == 2
    assert capsys.readouterr().err == f"Port {port} cannot be used: choose another one with --port (0: any).\n"


class AnyPage:
    def open(self, port: int) -> AbstractAsyncContextManager[str]:
        return served(web.Application(), port)


async def test_where_the_usual_port_is_taken_another_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    async with AsyncExitStack() as stack:
        first = await demo._open(stack, AnyPage(), 0)  # type: ignore[arg-type] # it can be opened, no more is asked
        monkeypatch.setattr(demo, "PORT", int(first.rpartition(":")[2]))
        second = await demo._open(stack, AnyPage(), None)  # type: ignore[arg-type] # as above
        assert second != first
        with pytest.raises(ConsoleError, match="--port"):
            await demo._open(stack, AnyPage(), demo.PORT)  # type: ignore[arg-type] # as above


@pytest.mark.parametrize(
    ("platform", "environment", "display"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("linux", {"DISPLAY": ":10", "SSH_CONNECTION": "1 2 3 4"}, False),
        ("darwin", {}, True),
        ("darwin", {"SSH_CONNECTION": "1 2 3 4"}, False),
    ],
)
def test_where_a_browser_could_appear(platform: str, environment: dict[str, str], display: bool) -> None:
    assert demo.has_display(platform, environment) is display


class Window(webbrowser.BaseBrowser):
    def __init__(self, fault: Exception | None = None) -> None:
        super().__init__("window")
        self.opened: list[str] = []
        self.fault = fault

    def open(self, url: str, new: int = 0, autoraise: bool = True) -> bool:
        if self.fault:
            raise self.fault
        self.opened.append(url)
        return True


def test_a_browser_is_a_convenience(monkeypatch: pytest.MonkeyPatch) -> None:
    window = Window()
    monkeypatch.setattr(webbrowser, "get", lambda: window)
    demo.open_browser("http://127.0.0.1:1/")
    assert window.opened == ["http://127.0.0.1:1/"]
    for fault in (webbrowser.Error("none"), OSError(errno.ENOENT, "gone")):
        monkeypatch.setattr(webbrowser, "get", lambda fault=fault: Window(fault))
        demo.open_browser("http://127.0.0.1:1/")
    terminal = webbrowser.GenericBrowser(["false", "%s"])
    monkeypatch.setattr(terminal, "open", lambda *_: pytest.fail("it would take the terminal"))
    monkeypatch.setattr(webbrowser, "get", lambda: terminal)
    demo.open_browser("http://127.0.0.1:1/")
