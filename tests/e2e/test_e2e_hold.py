"""Seconds in which an approval can be undone, and the word that there is such a thing."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.planning import APPROVE, OTHER, TEXT, UNDO, data_of, old_tap, shows
from fakes.stage import Stage, newer, settled, spoken, staged

HINT = "💡"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data", approval={"hold": "30s", "reconfirm_first_live": False}) as stage:
        yield stage


async def test_it_waits_and_then_goes_out_in_the_same_message(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(TEXT)
        tap = await act.phone.tap(card, APPROVE)
        assert "deshacerlo" in await tap.until_answered()
        await shows(act, card, "⏳ Aprobado: sale a las 11:00:3", "X ⏳ sale a las 11:00:3")
        assert card.labels == [UNDO]
        await settled(act)
        edits = card.edits
        await act.live(20, step=5)
        assert card.edits == edits, "nothing is counted down"
        assert act.public()["facebook"] == []
        await act.live(15, step=5)
        await shows(act, card, "🎉")
        await settled(act)
        assert spoken(act)[0] == card
        assert act.public()["facebook"] == act.public()["twitter"] == [TEXT]


async def test_undone_it_is_a_draft_again_and_nothing_went_out(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, "✅ X")
        await act.phone.until(lambda _: "⬜ X" in card.labels)
        await act.phone.tap(card, APPROVE)
        await act.phone.until(lambda _: card.labels == [UNDO])
        assert "no ha salido nada" in await (await act.phone.tap(card, UNDO)).until_answered()
        await shows(act, card, "Cancelado: no se publica")
        draft = await newer(act, card, "LIVE", TEXT)
        assert {"✅ Facebook", "⬜ X", APPROVE} <= set(draft.labels)
        await act.live(60, step=10)
        assert act.public()["facebook"] == []
        await act.phone.send(OTHER, reply_to=draft)
        changed = await newer(act, draft, "LIVE", OTHER)
        await act.phone.tap(changed, APPROVE)
        await act.phone.until(lambda _: changed.labels == [UNDO])
        await act.live(35, step=5)
        await shows(act, changed, "🎉")
        assert act.public() == {"facebook": [OTHER], "instagram": [], "twitter": []}


async def test_two_taps_and_a_redelivered_one_undo_once(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, APPROVE)
        await act.phone.until(lambda _: card.labels == [UNDO])
        data = data_of(card, UNDO)
        await act.phone.tap(card, UNDO)
        first = await newer(act, card, "LIVE", TEXT)
        await settled(act)
        stage.telegram.redeliver(stage.telegram.updates[-1].id)
        await settled(act)
        assert spoken(act)[-1] == first
        assert "no ha salido nada" in await old_tap(act.phone, card, data).until_answered()
        second = await newer(act, first, "LIVE", TEXT)
        assert not first.buttons
        async with act.app.store.view() as unit:
            assert len(await unit.drafts.pending(7)) == 1
        assert APPROVE in second.labels


async def test_too_late_says_so_and_takes_nothing_back(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, APPROVE)
        await act.phone.until(lambda _: card.labels == [UNDO])
        data = data_of(card, UNDO)
        await settled(act)
        await act.live(35, step=5)
        await shows(act, card, "🎉")
        assert "no se puede deshacer" in await old_tap(act.phone, card, data).until_answered()
        assert act.public()["facebook"] == [TEXT]


async def test_a_restart_in_between_undoes_nothing(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        await act.phone.send("/aprobar")
        live = await newer(act, card, "Aprobado: sale")
        await settled(act)
    async with stage.play("facebook") as act:
        await settled(act)
        assert live.labels == [UNDO]
        await act.live(35, step=5)
        await shows(act, live, "🎉")
        assert act.public()["facebook"] == [TEXT]


async def test_a_scheduled_post_is_not_held(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await act.draft(TEXT)
        await act.phone.send("/programar mañana 10:00")
        asked = await act.says("¿Lo programo?")
        await act.phone.tap(asked, "✅ Sí, programar")
        await shows(act, asked, "Programado para")
        await act.phone.tap(asked, "📤 Publicar ahora")
        await shows(act, asked, "🎉")
        assert HINT not in asked.text


async def test_that_it_exists_is_told_once_after_the_first_real_approval(stage: Stage) -> None:
    stage.overrides["approval"] = {"reconfirm_first_live": False}
    async with stage.play("facebook") as act:
        tried = await act.draft("Un ensayo")
        await act.phone.tap(tried, "🧪 Simular")
        await act.phone.until(lambda _: "ENSAYO" in tried.text)
        await act.phone.tap(tried, APPROVE)
        await shows(act, tried, "🎉")
        first = await act.draft(TEXT)
        await act.phone.tap(first, APPROVE)
        await shows(act, first, "🎉", HINT, "approval.hold")
        second = await act.draft(OTHER)
        await act.phone.tap(second, APPROVE)
        await shows(act, second, "🎉")
        await settled(act)
        assert [message for message in spoken(act) if HINT in message.text] == [first]


@pytest.mark.parametrize("mode", ["sandbox", "dry_run"])
async def test_where_nothing_is_real_nothing_is_told_of_it(stage: Stage, mode: str) -> None:
    stage.overrides |= {"mode": mode, "approval": {}, "simulator": {"failure_rate": 0, "latency": [0, 0]}}
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, APPROVE)
        await shows(act, card, "🎉")
        assert HINT not in card.text
