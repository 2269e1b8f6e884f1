"""Where the approval comes by a tap: Telegram gives it out until it is confirmed, and the real intake takes it."""

import asyncio
import os
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from types import SimpleNamespace, TracebackType
from typing import Any, Self

from aiohttp import web
from telegram.request import HTTPXRequest, RequestData

from adapters.content import Content
from bot.event import Event
from bot.intake import Intake
from bot.replies import Reply, Toast
from fakes.rigged import Bench
from fakes.shapes import Shape
from fakes.world import CHAT, OWNER
from publishers.engine.decisions import Chosen, approve
from publishers.engine.model import Draft, DraftStatus, Target
from publishers.engine.ports import Unit

UPDATE = {
    "update_id": 501,
    "callback_query": {
        "id": "1", "chat_instance": "1", "data": "ok",
        "from": {"id": OWNER.id, "first_name": OWNER.name, "is_bot": False},
        "message": {"message_id": 1, "date": 1795000000, "chat": {"id": CHAT, "type": "private"}},
    },
}  # fmt: skip


class Telegram:
    """`async with`: one tap is waiting at `url`, until an offset confirms it."""

    def __init__(self) -> None:
        self.confirmed = False
        self.url = ""
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/bot/getUpdates", self._updates)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/bot"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _updates(self, request: web.Request) -> web.Response:
        try:
            form = await request.post()
        except ConnectionResetError:  # who asked is dead
            return web.Response()
        self.confirmed = self.confirmed or int(str(form.get("offset", 0))) > int(str(UPDATE["update_id"]))
        return web.json_response({"ok": True, "result": [] if self.confirmed else [UPDATE]})


class Polling(HTTPXRequest):
    """`empty`: there is nothing more."""

    def __init__(self) -> None:
        super().__init__()
        self.empty = asyncio.Event()

    async def post(self, url: str, request_data: RequestData | None = None, **named: Any) -> Any:
        assert request_data is not None
        long = request_data.parameters["timeout"] > 0
        if long and self.empty.is_set():
            await asyncio.get_running_loop().create_future()
        updates = await super().post(url, request_data, **named)
        if long and not updates:
            self.empty.set()
        return updates


async def taken(bench: Bench, shape: Shape, url: str) -> None:
    """Everything that is waiting is kept, handled and answered."""
    bench.ids = count(os.getpid() * 100)  # ids of another life are other ids
    account = await bench.owned()
    post = await bench.adapted(shape.text, shape.pictures, shape.form)

    async def route(event: Event, unit: Unit) -> list[Reply]:
        draft = Draft(
            id=bench.new_id(), chat_id=CHAT, source_id=next(bench.ids), author=OWNER, version=1,
            status=DraftStatus.PENDING, content=Content(post.parts[0].text), targets=(Target(account.id),),
            created_at=bench.clock.now(),
        )  # fmt: skip
        await unit.drafts.add(draft)
        chosen = [Chosen(account, post, simulated=False)]
        await approve(unit, draft, chosen, actor=OWNER, at=bench.clock.now(), new_id=bench.new_id, dry_run=False)
        return [Toast(str(event.callback_id))]

    await through(bench, route, url)


async def through(bench: Bench, route: Any, url: str) -> None:
    async def give(_: Sequence[Reply]) -> None:
        await asyncio.sleep(0)  # as Telegram would take a while

    async def nothing(_: Event) -> None:
        """A tap brings no pictures."""

    polling = Polling()
    bot: Any = SimpleNamespace(base_url=url, username="obrador_bot", id=99)
    async with polling:
        intake = Intake(bot, polling, bench.store, bench.clock, route, _sorry, give, bench.engine.poke, nothing)
        at_work = [asyncio.create_task(intake.poll()), asyncio.create_task(intake.work())]
        await polling.empty.wait()
        while await _open(bench):
            await asyncio.sleep(0.001)
        for task in at_work:
            task.cancel()
        for task in at_work:
            with suppress(asyncio.CancelledError):
                await task
        await intake.stop()


def _sorry(event: Event) -> list[Reply]:
    raise AssertionError(f"{event.update_id} could not be handled")


async def _open(bench: Bench) -> bool:
    async with bench.store.view() as unit:
        return bool(await unit.inbox.unhandled() or await unit.inbox.unanswered())
