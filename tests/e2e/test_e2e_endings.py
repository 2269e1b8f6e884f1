"""Permission that ends: told a week and a day ahead to every owner, once, not at night; solved in the same message."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.sandbox.chats import Message
from bot.sandbox.phone import Phone
from fakes.stage import NAMES, SECRETS, Act, Stage, staged
from publishers.engine.contract import Identity

DAY = timedelta(days=1)
ENDS, RENEWED = "termina", "está renovado"
JUAN = 8


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


async def ends(act: Act, end: datetime | None, platform: str = "twitter") -> None:
    """The account's permission ends then, as `account add` would tell it."""
    async with act.app.store.unit() as unit:
        await unit.accounts.add(
            platform, Identity(*NAMES[platform]), SECRETS[platform], expires_at=end, at=act.stage.clock.now()
        )


async def pass_time(act: Act, span: timedelta, steps: int = 1) -> None:
    """So much time passes, and whatever was to be told after it was told."""
    for _ in range(steps):
        act.advance((span / steps).total_seconds())
        for _ in range(2):
            rounds = act.rounds  # type: ignore[attr-defined] # counted by `counting`
            act.advance(601)
            await act.until(lambda before=rounds: act.rounds > before)  # type: ignore[attr-defined, misc] # as above


def counting(act: Act, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rounds that are over."""
    endings, act.rounds = type(act.app.endings), 0  # type: ignore[attr-defined] # of this test
    tell = endings.tell

    async def counted(self: Any) -> None:
        await tell(self)
        act.rounds += 1  # type: ignore[attr-defined] # as above

    monkeypatch.setattr(endings, "tell", counted)


def told(phone: Phone, what: str = ENDS) -> list[Message]:
    return [
        message for message in phone.chat if message.from_bot and "permiso de" in message.text and what in message.text
    ]


async def test_a_week_and_a_day_ahead_with_the_button_and_solved_in_place(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage.play("twitter") as act:
        counting(act, monkeypatch)
        await ends(act, stage.clock.now() + 10 * DAY)
        await pass_time(act, 2 * DAY)
        assert told(act.phone) == []
        await pass_time(act, 1.5 * DAY, steps=3)
        [week] = told(act.phone)
        assert "𝕏 X (@panaderia) termina el martes 1 de diciembre a las 11:00" in week.text
        assert week.labels == ["🔗 Reautorizar"]
        assert not week.silent
        await pass_time(act, 6 * DAY, steps=6)
        assert len(told(act.phone)) == 2
        await pass_time(act, 1 * DAY, steps=3)
        assert len(told(act.phone)) == 2
        await ends(act, stage.clock.now() + 60 * DAY)
        await pass_time(act, DAY / 24)
        assert told(act.phone) == []
        assert len(told(act.phone, RENEWED)) == 2
        assert not any(message.labels for message in told(act.phone, RENEWED))
        await pass_time(act, 54 * DAY)
        assert len(told(act.phone)) == 1  # of the new ones, anew


async def test_every_owner_is_told_and_a_restart_repeats_nothing(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    juan = stage.telegram.phone(JUAN, "Juan")
    stage.overrides["telegram"] = {
        "bot_token": SecretStr(stage.telegram.token),
        "base_url": stage.telegram.base_url,
        "base_file_url": stage.telegram.base_file_url,
        "owners": [7, JUAN, 9],  # the third never wrote to the bot
    }
    async with stage.play("twitter") as act:
        await juan.send("/estado")
        await act.phone.send("/estado")
        counting(act, monkeypatch)
        await ends(act, stage.clock.now() + 3 * DAY)
        await pass_time(act, DAY / 24)
        assert [len(told(act.phone)), len(told(juan))] == [1, 1]
        async with act.app.store.unit() as unit:  # as if it died before all of them were noted
            [account] = await unit.accounts.accounts()
            await unit.renewing.told(account.id, account.credentials_version, 8)
    monkeypatch.setattr("fakes.stage.connect", as_it_was)
    async with stage.play("twitter") as act:
        counting(act, monkeypatch)
        await pass_time(act, DAY / 24)
        assert [len(told(act.phone)), len(told(juan))] == [1, 1]
        async with act.app.store.view() as unit:
            assert [each.told for each in await unit.renewing.ending(stage.clock.now() + 7 * DAY)] == [7]


async def as_it_was(*_: object) -> None:
    """What an earlier life kept."""


async def test_not_at_night(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is eleven in the morning in Madrid."""
    stage.overrides["approval"] = {"quiet_hours": "10:00-13:00"}
    async with stage.play("twitter") as act:
        counting(act, monkeypatch)
        await ends(act, stage.clock.now() + 3 * DAY)
        await pass_time(act, DAY / 24)
        assert told(act.phone) == []
        await pass_time(act, DAY / 24)
        assert len(told(act.phone)) == 1


async def test_one_that_ended_while_nobody_was_there_is_told_as_such(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage.play("twitter") as act:
        counting(act, monkeypatch)
        await ends(act, stage.clock.now() - DAY)
        await pass_time(act, DAY / 24)
        [over] = told(act.phone, "terminó")
        assert over.labels == ["🔗 Reautorizar"]
        await act.phone.tap(over, "🔗 Reautorizar")
        await act.says("Autoriza X")


async def test_what_is_renewed_in_time_by_itself_worries_nobody(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage.play("twitter") as act:
        counting(act, monkeypatch)
        leads: list[timedelta] = [3 * DAY]

        async def lead(self: Any, account_id: str) -> timedelta:
            return leads[0]

        monkeypatch.setattr(type(act.app.endings.connections), "lead", lead)
        await ends(act, stage.clock.now() + 5 * DAY)
        await pass_time(act, DAY / 24)
        assert told(act.phone) == []
        await pass_time(act, 4 * DAY)  # it should have been renewed two days ago
        assert len(told(act.phone)) == 1


async def test_a_removed_account_leaves_no_dead_button(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage.play("twitter") as act:
        counting(act, monkeypatch)
        await ends(act, stage.clock.now() + 3 * DAY)
        await pass_time(act, DAY / 24)
        assert len(told(act.phone)) == 1
        async with act.app.store.unit() as unit:
            [account] = await unit.accounts.accounts()
            await unit.accounts.remove(account.id, stage.clock.now())
        await pass_time(act, DAY / 24)
        assert told(act.phone) == []
        assert [m.labels for m in act.phone.chat if "ya no hace falta" in m.text] == [[]]


async def test_one_that_is_refused_while_nothing_waits_for_it_is_told_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the keeper may find."""
    async with stage.play("twitter") as act:
        counting(act, monkeypatch)
        await refused(act)
        await pass_time(act, DAY, steps=2)
        [over] = told(act.phone, "ya no acepta")
        assert over.labels == ["🔗 Reautorizar"]
        await ends(act, None)
        await pass_time(act, DAY / 24)
        assert [m.id for m in told(act.phone, RENEWED)] == [over.id]


async def test_one_whose_refusal_a_post_tells_of_is_not_told_twice(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with stage.play("twitter") as act:
        counting(act, monkeypatch)
        card = await act.draft("Hay pan")
        stage.x.bearers.clear()
        await act.phone.tap(card, "✅ Aprobar")
        await act.phone.until(asking, 10.0)
        await pass_time(act, DAY / 24)
        await act.phone.send("/omitir")
        await act.phone.until(lambda chat: not asking(chat), 10.0)
        await pass_time(act, DAY / 24)
        assert told(act.phone, "ya no acepta") == []


def asking(chat: list[Message]) -> list[Message]:
    return [message for message in chat if message.from_bot and "🔗 Reautorizar" in message.labels]


async def refused(act: Act) -> None:
    async with act.app.store.unit() as unit:
        [account] = await unit.accounts.accounts()
        await unit.accounts.refused(account.id, account.credentials_version)
