"""The demonstration: it ends well, shows every state, and does not end well when one is missing."""

import re
import subprocess
import sys
from collections.abc import Iterator

import pytest
from console_place import surroundings

from bot import demo
from bot.__main__ import main
from bot.app import App

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
    "▶ That was the whole story",
)
"""In the order in which they must appear."""


@pytest.fixture(scope="module", autouse=True)
def touring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """Under way while the other tests run."""
    folder = tmp_path_factory.mktemp("demo")
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "demo", "--tour"],
        cwd=folder,
        env={**surroundings(), "TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        yield running
        running.kill()
    assert not list(folder.iterdir()), "a demonstration leaves nothing behind"


def test_the_tour_ends_well_and_shows_every_state(touring: subprocess.Popen[str]) -> None:
    out, err = touring.communicate(timeout=60)
    assert touring.returncode == 0, err
    assert "Traceback" not in err
    at = 0
    for state in STATES:
        at = out.find(state, at)
        assert at >= 0, f"{state} is missing, or too early:\n{out}"
    for name in ("facebook", "instagram", "twitter"):
        assert len(re.findall(rf"^  {name}: https://", out, re.MULTILINE)) == 1


def nobody(app: App) -> str:
    return "nowhere"


def test_without_the_failure_it_must_show_the_tour_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "_last_network", nobody)
    monkeypatch.setattr(demo, "PATIENCE", 4.0)
    assert main(["demo", "--tour"]) == 1
    err = capsys.readouterr().err
    assert "The story stopped: a network failed never came." in err
    assert "Traceback" not in err


def test_without_a_card_the_tour_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(demo, "DRAFT", "/ayuda")
    monkeypatch.setattr(demo, "PATIENCE", 1.5)
    assert main(["demo", "--tour"]) == 1
    assert "The story stopped: the card never came." in capsys.readouterr().err
