"""Long polling and webhook: at least once, until confirmed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
import telegram as ptb
from aiohttp import web
from telegram.error import Conflict, NetworkError

from bot.sandbox.phone import Phone
from bot.sandbox.telegram import SandboxTelegram
from bot.sandbox.webhook import SECRET_HEADER


async def test_updates_stay_until_an_offset_confirms_them(bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram) -> None:
    for text in ("uno", "dos", "tres"):
        await phone.send(text)
    first = await bot.get_updates(limit=2)
    assert [u.message.text for u in first if u.message] == ["uno", "dos"]
    assert [u.update_id for u in await bot.get_updates()] == [u.id for u in sandbox.updates]
    rest = await bot.get_updates(offset=first[-1].update_id + 1)
    assert [u.message.text for u in rest if u.message] == ["tres"]
    assert [u.id for u in sandbox.pending] == [rest[0].update_id]
    assert await bot.get_updates(offset=rest[0].update_id + 1) == ()
    assert (len(sandbox.pending), len(sandbox.updates)) == (0, 3)


async def test_a_negative_offset_keeps_the_newest(bot: ptb.Bot, phone: Phone) -> None:
    for text in ("uno", "dos", "tres"):
        await phone.send(text)
    assert [u.message.text for u in await bot.get_updates(offset=-1) if u.message] == ["tres"]
    assert len(await bot.get_updates()) == 1


async def test_a_limit_out_of_range_means_a_hundred(raw: Any, phone: Phone) -> None:
    for _ in range(101):
        await phone.send("x")
    for limit in (0, -5, 101):
        assert len((await raw.call("getUpdates", json={"limit": limit}))["result"]) == 100


async def test_a_poll_waits_for_what_is_said(bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=10))
    await sandbox.until(lambda: sandbox.polling)
    assert not poll.done()
    await phone.send("hola")
    async with asyncio.timeout(2):
        [update] = await poll
    assert update.message is not None
    assert update.message.text == "hola"


async def test_an_empty_poll_ends(bot: ptb.Bot) -> None:
    assert await bot.get_updates(timeout=0) == ()


async def test_two_pollers_conflict(
    bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram, connect: Callable[[SandboxTelegram], ptb.Bot]
) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=10))
    await sandbox.until(lambda: sandbox.polling)
    async with connect(sandbox) as other:
        second = asyncio.create_task(other.get_updates(timeout=10))
        with pytest.raises(Conflict, match="terminated by other getUpdates request; make sure that only one bot"):
            await first
        await phone.send("hola")
        assert len(await second) == 1


async def test_kinds_that_were_not_asked_for_are_never_made(
    bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram
) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    await phone.send("unheard")
    await bot.get_updates(allowed_updates=[])
    await phone.send("heard")
    assert [u.message.text for u in await bot.get_updates() if u.message] == ["heard"]
    assert len(sandbox.updates) == 1


async def test_updates_are_kept_for_a_day(bot: ptb.Bot, phone: Phone, clock: Any) -> None:
    await phone.send("ayer")
    clock.advance(hours=23)
    await phone.send("hoy")
    clock.advance(hours=2)
    assert [u.message.text for u in await bot.get_updates() if u.message] == ["hoy"]


async def test_an_old_update_comes_again_with_its_id(bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram) -> None:
    await phone.send("/aprobar")
    await phone.send("hola")
    first, second = await bot.get_updates()
    assert await bot.get_updates(offset=second.update_id + 1) == ()
    sandbox.redeliver(first.update_id)
    [again] = await bot.get_updates(offset=second.update_id + 1)
    assert again.to_dict() == first.to_dict()
    assert await bot.get_updates(offset=second.update_id + 1) == ()
    with pytest.raises(KeyError):
        sandbox.redeliver(1)


async def test_an_update_that_still_waits_comes_again_only_once(
    bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram
) -> None:
    await phone.send("hola")
    sandbox.redeliver(sandbox.updates[0].id)
    assert len(await bot.get_updates()) == 1


class Hook:
    """The bot's side of a webhook: answers as scripted, then 200."""

    def __init__(self) -> None:
        self.url = ""
        self.statuses: list[int] = []
        self.seen: list[tuple[int, str | None]] = []
        self.enough = asyncio.Condition()

    async def receive(self, request: web.Request) -> web.Response:
        body = await request.json()
        async with self.enough:
            self.seen.append((body["update_id"], request.headers.get(SECRET_HEADER)))
            self.enough.notify_all()
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def until(self, count: int) -> None:
        async with asyncio.timeout(3), self.enough:
            await self.enough.wait_for(lambda: len(self.seen) >= count)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Hook"]:
        app = web.Application()
        app.router.add_post("/hook", self.receive)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        yield self
        await runner.cleanup()


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    async with Hook().listening() as listening:
        yield listening


async def test_updates_are_posted_with_the_secret(
    bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram, hook: Hook
) -> None:
    await phone.send("antes")
    await bot.set_webhook(hook.url, secret_token="s3cret_-", allowed_updates=["message"], max_connections=5)
    await phone.send("después")
    await hook.until(2)
    assert hook.seen == [(u.id, "s3cret_-") for u in sandbox.updates]
    info = await bot.get_webhook_info()
    assert (info.url, info.max_connections, info.allowed_updates) == (hook.url, 5, ("message",))


async def test_an_update_is_posted_until_it_is_accepted(
    bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram, hook: Hook
) -> None:
    hook.statuses = [500, 302, 503]
    await bot.set_webhook(hook.url)
    await phone.send("uno")
    await phone.send("dos")
    await hook.until(5)
    one, two = (u.id for u in sandbox.updates)
    assert [update_id for update_id, _ in hook.seen] == [one, one, one, one, two]
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"
    assert info.last_error_date is not None


async def test_a_deaf_webhook_keeps_everything(bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram) -> None:
    await bot.set_webhook("http://127.0.0.1:9/")
    await phone.send("uno")
    await sandbox.until(lambda: sandbox.state.webhook.failure)
    info = await bot.get_webhook_info()
    assert (info.pending_update_count, info.last_error_message) == (1, "Connection refused")
    await bot.delete_webhook()
    assert len(await bot.get_updates()) == 1


async def test_polling_and_webhook_exclude_each_other(
    bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram, hook: Hook
) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=10))
    await sandbox.until(lambda: sandbox.polling)
    await bot.set_webhook(hook.url)
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
        await bot.get_updates()
    await bot.set_webhook("")
    assert await bot.get_updates() == ()


async def test_pending_updates_can_be_dropped(bot: ptb.Bot, phone: Phone, hook: Hook) -> None:
    await phone.send("viejo")
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()
    await phone.send("viejo")
    await bot.set_webhook(hook.url, drop_pending_updates=True)
    await phone.send("nuevo")
    await hook.until(1)
    assert len(hook.seen) == 1


async def test_a_poller_that_went_away_takes_nothing_with_it(
    bot: ptb.Bot, phone: Phone, sandbox: SandboxTelegram, connect: Callable[[SandboxTelegram], ptb.Bot]
) -> None:
    await phone.send("/aprobar")
    [first] = await bot.get_updates()
    async with connect(sandbox) as dying:
        poll = asyncio.create_task(dying.get_updates(offset=first.update_id + 1, timeout=10))
        await sandbox.until(lambda: sandbox.polling)
        poll.cancel()
        with pytest.raises(asyncio.CancelledError):
            await poll
    await sandbox.until(lambda: not sandbox.polling)
    sandbox.redeliver(first.update_id)
    [again] = await bot.get_updates(offset=first.update_id + 1)
    assert again.update_id == first.update_id


async def test_the_server_closes_while_somebody_polls(
    clock: Any, connect: Callable[[SandboxTelegram], ptb.Bot]
) -> None:
    async with SandboxTelegram(now=clock.now) as server, connect(server) as client:
        poll = asyncio.create_task(client.get_updates(timeout=10))
        await server.until(lambda: server.polling)
        async with asyncio.timeout(2):
            await server.__aexit__()
            with pytest.raises(NetworkError):
                await poll


async def test_a_given_port_is_used(unused_tcp_port: int) -> None:
    async with SandboxTelegram(port=unused_tcp_port) as server:
        assert server.base_url == f"http://127.0.0.1:{unused_tcp_port}/bot"
        assert server.base_file_url == f"http://127.0.0.1:{unused_tcp_port}/file/bot"
        assert server.state.now().utcoffset() == timedelta(0)
