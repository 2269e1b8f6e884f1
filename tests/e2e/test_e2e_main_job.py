"""The main job, as the person on the phone sees it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from fakes.stage import Stage, connect, staged

TEXT = "Mañana abrimos a las 8 con pan de espelta recién hecho. #panadería"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


async def test_a_draft_approved_with_one_tap_stands_on_three_networks(stage: Stage) -> None:
    async with stage.play() as act:
        card = await act.draft(TEXT)
        for part in ("Facebook", "Instagram", "X", "espelta"):
            assert part in card.text
        tap = await act.phone.tap(card, "✅ Aprobar")
        done = await act.says("🎉")
        assert done.id == card.id, "the card itself becomes the live message"
        assert tap.answer
        assert act.public() == {"facebook": [TEXT], "instagram": [TEXT], "twitter": [TEXT]}
        for post in (*stage.graph.posts("1001"), *stage.x.posts("2001")):
            assert post.permalink in "".join(str(each) for each in done.said.entities) + done.text
        assert not done.buttons


async def test_approval_by_command_starts_a_message_of_its_own(stage: Stage) -> None:
    async with stage.play() as act:
        card = await act.draft(TEXT)
        await act.phone.send("/aprobar")
        done = await act.says("🎉")
        assert done.id > card.id
        assert "Aprobado" in (await act.says("Aprobado")).text
        assert not any("✅ Aprobar" in message.labels for message in act.phone.chat), "no dead button is left"


async def test_one_network_fails_is_retried_and_joins_the_others(stage: Stage) -> None:
    async with stage.play() as act:
        stage.x.fault("POST /2/tweets", "error", status=503, body="<html>down</html>")
        card = await act.draft(TEXT)
        await act.phone.tap(card, "✅ Aprobar")
        await act.until(lambda: act.public()["facebook"] and act.public()["instagram"])
        await act.says("X 🔎")
        await act.live(130)
        await act.until(lambda: "🎉" in card.text)
        told = await act.says("🎉")
        assert told.reply_to == card.id, "what ends long after the tap notifies by a reply"
        assert act.public() == {"facebook": [TEXT], "instagram": [TEXT], "twitter": [TEXT]}


async def test_an_expired_permission_blocks_only_its_network_and_resumes_by_itself(stage: Stage) -> None:
    async with stage.play() as act:
        stage.x.expire("x-user-token")
        card = await act.draft(TEXT)
        await act.phone.tap(card, "✅ Aprobar")
        alert = await act.says("🙋", "X")
        assert act.public()["twitter"] == []
        await act.phone.send("/reautorizar x")
        assert "account add" in (await act.says("account add")).text
        stage.x.user("2001", "panaderia", "x-new-token")
        await connect(act.app, "twitter", x_user_token="x-new-token")
        act.app.engine.poke()
        done = await act.says("🎉")
        assert act.public() == {"facebook": [TEXT], "instagram": [TEXT], "twitter": [TEXT]}
        assert done.id == card.id
        assert alert.id != card.id
        assert len(stage.graph.posts("1001")) == 1


async def test_a_rejected_network_can_be_left_out(stage: Stage) -> None:
    async with stage.play() as act:
        detail = "You are not permitted to perform this action."
        refusal = {"title": "Forbidden", "detail": detail, "type": "about:blank", "status": 403}
        stage.x.fault("POST /2/tweets", "error", status=403, body=refusal)
        card = await act.draft(TEXT)
        await act.phone.tap(card, "✅ Aprobar")
        await act.says("⚠️", "X")
        await act.phone.send("/omitir x")
        done = await act.says("parcialmente")
        assert done.id == card.id
        assert act.public()["twitter"] == []


async def test_a_long_text_becomes_a_thread_on_x_only(stage: Stage) -> None:
    text = " ".join(f"Esta es la frase número {n} de un aviso bastante largo." for n in range(1, 15))
    async with stage.play() as act:
        card = await act.draft(text)
        assert "hilo" in card.text
        await act.phone.tap(card, "✅ Aprobar")
        await act.says("🎉")
        thread = stage.x.posts("2001")
        assert len(thread) > 2
        assert [post.reply_to for post in thread] == [None, *(post.id for post in thread[:-1])]
        assert all(f"({n}/{len(thread)})" in post.text for n, post in enumerate(thread, start=1))
        assert act.public()["facebook"] == [text]


async def test_instagram_gets_the_drawn_picture_that_was_previewed(stage: Stage) -> None:
    async with stage.play("instagram") as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, "👀 Ver por red")
        shown = await act.phone.until(lambda chat: [m for m in chat if m.sender.is_bot and m.photo], 10.0)
        await act.phone.tap(card, "✅ Aprobar")
        await act.says("🎉")
        assert shown
        [post] = stage.graph.posts("17841400000000001")
        assert len(post.media) == 1


async def test_rehearsing_publishes_nothing_and_says_so(stage: Stage) -> None:
    async with stage.play() as act:
        card = await act.draft(TEXT)
        await act.phone.tap(card, "🧪 Simular")
        acting = await act.says("ENSAYO")
        await act.phone.tap(acting, "✅ Aprobar")
        done = await act.says("🧪", "Facebook")
        assert done
        await act.until(lambda: not act.app.engine._tasks)
        assert act.public() == {"facebook": [], "instagram": [], "twitter": []}
