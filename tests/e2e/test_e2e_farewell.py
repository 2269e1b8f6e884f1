"""A polite stop, seen from the chat: what was being answered is answered before the end."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot import life
from bot.app import build
from bot.courier import Courier
from fakes.stage import CARMEN, Act, spoken, staged

TEXT = "El jueves hay cocido."


@pytest.mark.parametrize("patient", [True, False])
async def test_an_answer_under_way_is_given_or_left_to_the_next_life(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, patient: bool
) -> None:
    sending, reached, goes = Courier.send, asyncio.Event(), asyncio.Event()

    async def send(*args: Any, **options: Any) -> int:
        reached.set()
        await goes.wait()
        return await sending(*args, **options)

    monkeypatch.setattr(Courier, "send", send)
    monkeypatch.setattr(life, "FAREWELL", 5.0 if patient else 0.05)
    async with staged(tmp_path / "data") as stage:
        async with build(stage.settings(), stage.clock) as app:
            serving = asyncio.create_task(app.serve())
            act = Act(stage, app, stage.telegram.phone(CARMEN, "Carmen"))
            await act.phone.send(TEXT)
            await reached.wait()
            serving.cancel()
            await asyncio.wait([serving])
            ending = asyncio.create_task(app.farewell())
            await asyncio.sleep(0)
            if patient:
                goes.set()
            await ending
            assert len(spoken(act)) == patient
            async with app.store.view() as unit:
                assert len(await unit.inbox.unanswered()) == (not patient)
        goes.set()
        async with stage.play() as act:
            await act.until(lambda: len(spoken(act)) == 1)
