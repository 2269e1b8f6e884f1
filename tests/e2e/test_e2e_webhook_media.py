"""Our own HTTP server: updates that are pushed, pictures that networks fetch, and whether we live."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr

from bot.sandbox.webhook import SECRET_HEADER
from fakes.stage import INSTAGRAM, Act, Stage, free_port, staged

TEXT = "Mañana abrimos a las 8 con pan de espelta recién hecho."
APPROVE = "✅ Aprobar"
SECRET = "a-long-made-up-secret"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


@pytest.fixture
async def outside() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def with_webhook(stage: Stage) -> str:
    """Have updates pushed from the next `play` on; gives the address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}/hook"
    webhook = {"url": address, "secret_token": SecretStr(SECRET), "port": port}
    stage.overrides["telegram"] = {**stage.settings().telegram.model_dump(), "webhook": webhook}
    return address


def with_public_address(stage: Stage) -> str:
    """Let networks fetch pictures from us from the next `play` on; gives the address."""
    port = free_port()
    stage.overrides["server"] = {"port": port, "public_url": f"http://127.0.0.1:{port}"}
    return f"http://127.0.0.1:{port}"


async def drafts(act: Act) -> int:
    async with act.app.store.view() as unit:
        return len(await unit.drafts.pending(act.phone.user.id))


# -- updates that are pushed -------------------------------------------------------------------------------------


async def test_updates_are_pushed_and_nothing_is_polled(stage: Stage) -> None:
    address = with_webhook(stage)
    async with stage.play("facebook") as act:
        await act.phone.tap(await act.draft(TEXT), APPROVE)
        await act.says("🎉")
        assert act.public()["facebook"] == [TEXT]
        hook = stage.telegram.state.webhook
        assert (hook.url, hook.failure) == (address, None)
        assert not any(call.method == "getUpdates" for call in stage.telegram.calls)


@pytest.mark.parametrize("headers", [{}, {SECRET_HEADER: "wrong"}, {SECRET_HEADER: SECRET + "x"}, {SECRET_HEADER: "ñ"}])
async def test_without_the_secret_nothing_is_accepted(
    stage: Stage, outside: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    address = with_webhook(stage)
    async with stage.play("facebook") as act:
        await act.draft(TEXT)
        forged = {**stage.telegram.updates[-1].body, "update_id": 1}
        async with outside.post(address, json=forged, headers=headers) as answer:
            assert answer.status == 404
        async with act.app.store.view() as unit:
            assert await unit.inbox.unhandled() == []
        assert await drafts(act) == 1


async def test_telegram_is_answered_only_when_the_update_is_safe(stage: Stage) -> None:
    with_webhook(stage)
    async with stage.play("facebook") as act:
        await act.draft(TEXT)
        await act.until(lambda: not stage.telegram.pending)
        async with act.app.store.unit():
            await act.phone.send("Otro aviso para el domingo.")
            for _ in range(8):
                await asyncio.sleep(0.005)
            assert len(stage.telegram.pending) == 1, "nobody can write now, so nothing is confirmed"
        await act.says("LIVE", "domingo")
        await act.until(lambda: not stage.telegram.pending)
        assert await drafts(act) == 2


async def test_an_update_that_is_pushed_again_counts_once(stage: Stage, outside: aiohttp.ClientSession) -> None:
    address = with_webhook(stage)
    async with stage.play("facebook") as act:
        await act.draft(TEXT)
        await act.phone.send("/aprobar")
        again = stage.telegram.updates[-1].body
        await act.says("🎉")
        later = await act.draft("Otro aviso para el domingo.")
        async with outside.post(address, json=again, headers={SECRET_HEADER: SECRET}) as answer:
            assert answer.status == 200
        await act.phone.send("/estado")
        await act.says("en marcha")
        assert act.public()["facebook"] == [TEXT]
        assert APPROVE in later.labels


async def test_a_body_that_is_no_update_is_refused_and_harms_nothing(
    stage: Stage, outside: aiohttp.ClientSession
) -> None:
    address = with_webhook(stage)
    async with stage.play("facebook") as act:
        for body in (b"", b"{", b"[]", b"7", b"{}", b'{"update_id": "uno"}', b"\xff\xfe"):
            headers = {SECRET_HEADER: SECRET, "Connection": "close"}
            async with outside.post(address, data=body, headers=headers) as answer:
                assert answer.status >= 400, body
        assert await act.draft(TEXT)


async def test_what_was_sent_while_nobody_listened_is_pushed_later(stage: Stage) -> None:
    with_webhook(stage)
    async with stage.play("facebook") as act:
        await act.draft(TEXT)
        await act.until(lambda: not stage.telegram.pending)
    phone = stage.telegram.phone(7, "Carmen")
    await phone.send("/aprobar")
    async with stage.play("facebook") as act:
        await act.says("🎉")
        assert act.public()["facebook"] == [TEXT]


async def test_going_back_to_polling_ends_the_webhook(stage: Stage) -> None:
    with_webhook(stage)
    async with stage.play("facebook") as act:
        await act.draft(TEXT)
    stage.overrides.clear()
    async with stage.play("facebook") as act:
        await act.phone.send("/aprobar")
        await act.says("🎉")
        assert not stage.telegram.state.webhook.url


# -- pictures ----------------------------------------------------------------------------------------------------


async def fetched(act: Act) -> str:
    """The address that Instagram was given for the picture of the only post."""
    await act.phone.tap(await act.draft(TEXT), APPROVE)
    await act.says("🎉")
    made = [call for call in act.stage.graph.requests if call.path.endswith(f"/{INSTAGRAM}/media")]
    addresses: list[Any] = [call.params["image_url"] for call in made if call.method == "POST"]
    assert len(addresses) == 1
    return str(addresses[0])


async def test_with_a_public_address_the_picture_is_fetched_from_us(
    stage: Stage, outside: aiohttp.ClientSession
) -> None:
    ours = with_public_address(stage)
    async with stage.play("instagram") as act:
        address = await fetched(act)
        assert address.startswith(f"{ours}/media/")
        assert not any(call.path.endswith("/photos") for call in stage.graph.requests), "no photo on the page"
        [post] = stage.graph.posts(INSTAGRAM)
        async with outside.get(address) as answer:
            assert (answer.status, answer.content_type) == (200, "image/jpeg")
            assert post.media[0] in address
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert len(await answer.read()) > 1000


async def test_without_one_the_picture_goes_by_the_page_and_leaves_nothing_there(stage: Stage) -> None:
    async with stage.play("instagram") as act:
        assert (await fetched(act)).startswith(stage.graph.origin)
        assert stage.graph.cdn == {}


async def test_a_link_that_was_altered_or_is_old_leads_nowhere(stage: Stage, outside: aiohttp.ClientSession) -> None:
    ours = with_public_address(stage)
    async with stage.play("instagram") as act:
        address = await fetched(act)
        base, _, token = address.rpartition("/")
        name, expiry, signature = token.split("-")
        forged = [
            f"{name}-{int(expiry) + 1}-{signature}",
            f"{name}-{expiry}-{signature[::-1]}",
            f"{'0' * 64}-{expiry}-{signature}",
            name,
            f"{name}-{expiry}",
            "..%2f..%2fpregonero.db",
            "%00",
            "x" * 5000,
        ]
        for each in forged:
            async with outside.get(f"{base}/{each}") as answer:
                assert answer.status == 404, each
        act.stage.clock.advance(timedelta(hours=23).total_seconds())
        async with outside.get(address) as answer:
            assert answer.status == 200
        act.stage.clock.advance(timedelta(hours=2).total_seconds())
        async with outside.get(address) as answer:
            assert answer.status == 404
        async with outside.get(f"{ours}/pregonero.db") as answer:
            assert answer.status == 404


async def test_a_link_outlives_a_restart(stage: Stage, outside: aiohttp.ClientSession) -> None:
    with_public_address(stage)
    async with stage.play("instagram") as act:
        address = await fetched(act)
    async with stage.play("instagram") as act, outside.get(address) as answer:
        assert answer.status == 200
        assert act.app


# -- health ------------------------------------------------------------------------------------------------------


async def test_the_server_says_that_it_lives(stage: Stage, outside: aiohttp.ClientSession) -> None:
    ours = with_public_address(stage)
    async with stage.play("facebook") as act:
        assert act.app
        async with outside.get(f"{ours}/health/live") as answer:
            assert answer.status == 200
        async with outside.get(f"{ours}/") as answer:
            assert answer.status == 404
    with pytest.raises(aiohttp.ClientConnectionError):
        await outside.get(f"{ours}/health/live")
