"""The demonstration: it ends well, shows every state, and does not end well when one is missing."""

import os
import re
from pathlib import Path

import pytest
from console_place import Place

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


async def test_the_tour_ends_well_and_shows_every_state(tmp_path: Path) -> None:
    told = await Place(tmp_path).command("demo", "--tour", seconds=60, TMPDIR=str(tmp_path))
    assert told.code == 0, told.err
    assert "Traceback" not in told.err
    at = 0
    for state in STATES:
        at = told.out.find(state, at)
        assert at >= 0, f"{state} is missing, or too early:\n{told.out}"
    for name in ("facebook", "instagram", "twitter"):
        assert len(re.findall(rf"^  {name}: https://", told.out, re.MULTILINE)) == 1
    assert os.listdir(tmp_path) == [], "a demonstration leaves nothing behind"  # noqa: PTH208 - beside a loop


def nobody(app: App) -> str:
    return "nowhere"


def test_without_the_failure_it_must_show_the_tour_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "_last_network", nobody)
    monkeypatch.setattr(demo, "PATIENCE", 5.0)
    assert main(["demo", "--tour"]) == 1
    err = capsys.readouterr().err
    assert "The story stopped: a network failed never came." in err
    assert "Traceback" not in err


def test_without_a_card_the_tour_fails(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(demo, "DRAFT", "/ayuda")
    monkeypatch.setattr(demo, "PATIENCE", 1.5)
    assert main(["demo", "--tour"]) == 1
    assert "The story stopped: the card never came." in capsys.readouterr().err
