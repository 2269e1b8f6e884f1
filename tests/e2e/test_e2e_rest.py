"""To some accounts now, to the rest later: one draft for those that have not got it, whoever asks and however often."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.chats import Message
from fakes.pictures import picture
from fakes.planning import APPROVE, BACK, CANCEL, OTHER, TEXT, UNDO, data_of, old_tap, scheduled, shows
from fakes.stage import Act, Stage, connect, newer, settled, spoken, staged

REST, ONLY_TEXT = "➕ A las demás", "✏️ Solo el texto"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


async def off(act: Act, card: Message, *names: str) -> None:
    for name in names:
        await act.phone.tap(card, f"✅ {name}")
        await act.phone.until(lambda _, name=name: f"⬜ {name}" in card.labels)


async def some(act: Act, *names: str, text: str = TEXT) -> Message:
    """The live message of what went to all but these."""
    card = await act.draft(text)
    await off(act, card, *names)
    await act.phone.tap(card, APPROVE)
    await shows(act, card, "🎉")
    await settled(act)
    return card


async def pending(act: Act) -> list[str]:
    """Texts of what waits, with the networks it may go to."""
    async with act.app.store.view() as unit:
        accounts = {account.id: account.platform for account in await unit.accounts.accounts()}
        drafts = await unit.drafts.pending(7)
    return [f"{each.content.text}: {' '.join(accounts[t.account_id] for t in each.targets)}" for each in drafts]


async def test_the_rest_follows_without_those_that_have_it(stage: Stage) -> None:
    async with stage.play() as act:
        live = await some(act, "Instagram", "X")
        assert live.labels == [REST]
        data = data_of(live, REST)
        await act.phone.tap(live, REST)
        card = await newer(act, live, "LIVE", TEXT)
        assert "Facebook" not in card.text
        assert {"✅ Instagram", "✅ X", APPROVE} <= set(card.labels)
        await off(act, card, "Instagram")
        await act.phone.tap(card, APPROVE)
        await shows(act, card, "🎉")
        await settled(act)
        assert act.public() == {"facebook": [TEXT], "instagram": [], "twitter": [TEXT]}
        await act.phone.tap(card, REST)
        last = await newer(act, card, "LIVE", TEXT)
        assert "✅ Instagram" in last.labels
        assert not any("X" in label for label in last.labels)
        await act.phone.tap(last, APPROVE)
        await shows(act, last, "🎉")
        await settled(act)
        assert REST not in [*last.labels, *live.labels]
        assert "Ya está en todas" in await old_tap(act.phone, live, data).until_answered()
        assert act.public() == {"facebook": [TEXT], "instagram": [TEXT], "twitter": [TEXT]}


async def test_a_second_tap_a_second_phone_and_a_redelivered_one_show_the_same(stage: Stage) -> None:
    async with stage.play() as act:
        live = await some(act, "X")
        data = data_of(live, REST)
        await act.phone.tap(live, REST)
        first = await newer(act, live, "LIVE")
        await settled(act)
        stage.telegram.redeliver(stage.telegram.updates[-1].id)
        await settled(act)
        await old_tap(act.phone, live, data).until_answered()
        second = await newer(act, first, "LIVE")
        assert not first.buttons
        assert APPROVE in second.labels
        await act.phone.send("/resto", reply_to=live)
        await newer(act, second, "LIVE")
        assert await pending(act) == [f"{TEXT}: twitter"]


async def test_it_works_after_a_restart_and_by_command(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage.play("facebook", "twitter") as act:
        await some(act, "X")
    async with stage.play("facebook", "twitter") as act:
        await act.phone.send("/rest")
        card = await act.says("LIVE", TEXT)
        await act.phone.tap(card, APPROVE)
        await shows(act, card, "🎉")
        assert act.public() == {"facebook": [TEXT], "instagram": [], "twitter": [TEXT]}
        await settled(act)
        await act.phone.send("/resto")
        await act.says("Ya está en todas tus cuentas")


async def test_own_words_go_with_it(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(TEXT)
        await act.phone.send(f"x: {OTHER}", reply_to=card)
        card = await newer(act, card, "LIVE", OTHER)
        await off(act, card, "X")
        await act.phone.tap(card, APPROVE)
        await shows(act, card, "🎉")
        await settled(act)
        await act.phone.tap(card, REST)
        following = await newer(act, card, "LIVE", OTHER)
        await act.phone.tap(following, APPROVE)
        await shows(act, following, "🎉")
        assert act.public() == {"facebook": [TEXT], "instagram": [], "twitter": [OTHER]}


async def test_an_account_that_is_connected_later_is_one_of_the_rest(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        live = await some(act)
        assert live.labels == []
        await connect(act.app, "twitter")
        await act.phone.send("/resto", reply_to=live)
        card = await newer(act, live, "LIVE", TEXT)
        assert "✅ X" in card.labels
        assert "Facebook" not in card.text


async def test_what_was_left_out_may_go_after_all(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        stage.x.fault("POST /2/tweets", "error", status=403, body={"title": "Forbidden", "status": 403})
        card = await act.draft(TEXT)
        await act.phone.tap(card, APPROVE)
        await act.says("⚠️", "X")
        await act.phone.send("/omitir x")
        await shows(act, card, "parcialmente")
        await settled(act)
        assert REST not in card.labels, "nobody is pressed"
        await act.phone.send("/resto", reply_to=card)
        following = await newer(act, card, "LIVE", TEXT)
        await act.phone.tap(following, APPROVE)
        await shows(act, following, "🎉")
        assert act.public() == {"facebook": [TEXT], "instagram": [], "twitter": [TEXT]}


async def test_what_may_be_public_is_not_offered_again(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        stage.x.fault("POST /2/tweets", "lost")
        stage.x.hide(99)
        card = await act.draft(TEXT)
        await act.phone.tap(card, APPROVE)
        await act.until(lambda: act.public()["twitter"])
        await act.phone.send("/omitir x")
        await shows(act, card, "parcialmente")
        await settled(act)
        assert REST not in card.labels
        await act.phone.send("/resto")
        await act.says("Ya está en todas tus cuentas")
        assert act.public()["twitter"] == [TEXT]


async def test_what_is_on_its_way_is_not_offered_either(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(TEXT)
        await off(act, card, "X")
        gate = stage.graph.fault("POST /…/feed", "slow", until=0.05)
        await act.phone.send("/aprobar")
        await gate.reached.wait()
        left = await newer(act, card, "Aprobado") if "Aprobado" not in card.text else card
        assert left.labels == [REST]
        await act.phone.tap(left, REST)
        following = await act.says("LIVE", TEXT)
        assert "Facebook" not in following.text
        await act.phone.tap(following, APPROVE)
        await shows(act, following, "🎉")
        await act.until(lambda: act.public()["facebook"])
        assert act.public() == {"facebook": [TEXT], "instagram": [], "twitter": [TEXT]}


async def test_called_off_and_asked_for_is_one_draft(stage: Stage) -> None:
    stage.overrides["approval"] = {"hold": "30s", "reconfirm_first_live": False}
    async with stage.play("facebook", "twitter") as act:
        card = await act.draft(TEXT)
        await off(act, card, "X")
        await act.phone.tap(card, APPROVE)
        await act.phone.until(lambda _: UNDO in card.labels)
        await act.phone.send("/resto", reply_to=card)
        following = await newer(act, card, "LIVE", TEXT)
        assert "Facebook" not in following.text
        await act.phone.tap(card, UNDO)
        joined = await newer(act, following, "LIVE", "Facebook")
        assert {"✅ X", "✅ Facebook"} <= set(joined.labels)
        assert len(await pending(act)) == 1
        await act.phone.tap(joined, APPROVE)
        await act.phone.until(lambda _: UNDO in joined.labels)
        await act.live(40, step=10)
        await shows(act, joined, "🎉")
        await settled(act)
        await act.phone.tap(card, BACK)
        await newer(act, joined, "Ya está en todas tus cuentas")
        assert await pending(act) == []
        assert act.public() == {"facebook": [TEXT], "instagram": [], "twitter": [TEXT]}


async def test_a_draft_that_came_back_does_not_go_twice_to_whoever_has_it(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        live = await some(act, "X")
        await act.phone.tap(live, REST)
        card = await newer(act, live, "LIVE", TEXT)
        async with act.app.store.unit() as unit:  # as an older version may have kept it
            [draft] = await unit.drafts.pending(7)
            [first] = [t for t in (await unit.drafts.draft(draft.origin_id)).targets if t.on]
            await unit.drafts.change(draft, targets=[*draft.targets, first])
        await act.phone.send("/aprobar")
        await act.says("ya lo tiene")
        again = await newer(act, card, "LIVE", TEXT)
        assert "Facebook" not in again.text
        await act.phone.tap(again, APPROVE)
        await shows(act, again, "🎉")
        assert act.public() == {"facebook": [TEXT], "instagram": [], "twitter": [TEXT]}


async def test_the_rest_of_what_is_scheduled_can_go_now(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        first = await scheduled(act)
        await act.phone.tap(first, CANCEL)
        await settled(act)
        await act.phone.send("/resto")
        assert "todas tus cuentas" in (await act.says("ninguna")).text


async def test_a_discarded_one_can_be_asked_for_again(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        live = await some(act, "X")
        await act.phone.tap(live, REST)
        card = await newer(act, live, "LIVE")
        await act.phone.tap(card, "🗑 Descartar")
        await settled(act)
        await act.phone.tap(live, REST)
        again = await newer(act, card, "LIVE")
        assert "✅ X" in again.labels


async def test_the_next_draft_goes_where_the_first_went(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        live = await some(act, "X")
        await act.phone.tap(live, REST)
        card = await newer(act, live, "LIVE")
        await act.phone.tap(card, APPROVE)
        await shows(act, card, "🎉")
        following = await act.draft(OTHER)
        assert {"✅ Facebook", "⬜ X"} <= set(following.labels)


@pytest.mark.parametrize("text", [TEXT, ""])
async def test_pictures_that_are_no_longer_kept_are_told_plainly(stage: Stage, text: str) -> None:
    async with stage.play("facebook", "twitter") as act:
        sent = await act.phone.send_photo(picture(800, 800), text)
        card = await act.card_of(sent)
        await off(act, card, "X")
        await act.phone.tap(card, APPROVE)
        await shows(act, card, "🎉")
        await settled(act)
        stage.clock.advance(timedelta(days=3).total_seconds())
        await act.app.tidying.tidy()
        await act.phone.tap(card, REST)
        told = await newer(act, card, "Ya no guardo las imágenes")
        if not text:
            assert not told.labels
            return
        await act.phone.tap(told, ONLY_TEXT)
        following = await newer(act, told, "LIVE", TEXT)
        assert "imagen" not in following.text
        await act.phone.tap(following, APPROVE)
        await shows(act, following, "🎉")
        assert act.public()["twitter"] == [TEXT]


async def test_with_its_pictures_and_nothing_to_follow(stage: Stage) -> None:
    async with stage.play("facebook", "twitter") as act:
        await act.phone.send("/resto")
        await act.says("Todavía no has publicado nada")
        sent = await act.phone.send_photo(picture(800, 800), TEXT)
        card = await act.card_of(sent)
        await off(act, card, "X")
        await act.phone.tap(card, APPROVE)
        await shows(act, card, "🎉")
        await settled(act)
        await act.phone.tap(card, REST)
        following = await newer(act, card, "LIVE", "Con una imagen")
        await act.phone.tap(following, APPROVE)
        await shows(act, following, "🎉")
        [x], [page] = stage.x.posts("2001"), stage.graph.posts("1001")
        assert x.media == page.media
        assert spoken(act)
