"""The Bot API server: HTTP in front of the state, and the controls that tests and the demo hold.

Documented at https://core.telegram.org/bots/api. Stricter than Telegram where leniency would hide a mistake: what it
does not know, it refuses.
"""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any, Literal, NamedTuple, Self

import aiohttp
from aiohttp import web

from bot.sandbox.changes import Found
from bot.sandbox.chats import Chat, User
from bot.sandbox.faults import Cut, Faults, Trouble, When, cut, kill, refuse
from bot.sandbox.files import MEGABYTE, MOST_UPLOAD
from bot.sandbox.flood import Flood
from bot.sandbox.methods import METHODS
from bot.sandbox.parameters import decoded, read_raw
from bot.sandbox.phone import Phone
from bot.sandbox.refusal import Refused
from bot.sandbox.state import State, new_state
from bot.sandbox.updates import Update
from bot.sandbox.webhook import deliver

HOST = "127.0.0.1"
TOKEN = "700000001:made-up-token-of-the-sandbox-000000"  # noqa: S105 - opens nothing but this stand-in


class Call(NamedTuple):
    """One call of the bot, with its parameters decoded. Files are `Upload`."""

    method: str
    params: dict[str, Any]


def _utc() -> datetime:
    return datetime.now(UTC)


class SandboxTelegram:
    """Telegram for one bot, on this machine. `async with` opens the port (0: any free one) and closes it.

    `most` messages and edits per chat within `window` are accepted, the next one is answered 429; 0: no limit.
    """

    def __init__(
        self,
        *,
        token: str = TOKEN,
        username: str = "pregonero_bot",
        name: str = "Pregonero",
        now: Callable[[], datetime] = _utc,
        port: int = 0,
        most: int = 0,
        window: timedelta = timedelta(seconds=1),
        webhook_pause: float = 0.02,
    ) -> None:
        self.token = token
        self.calls: list[Call] = []
        bot = User(int(token.partition(":")[0]), name, username, is_bot=True)
        self.state: State = new_state(now, bot, Flood(now, most, window))
        self._faults = Faults()
        self._port = port
        self._webhook_pause = webhook_pause
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Self:
        runner = web.AppRunner(self._app(), handler_cancellation=True, access_log=None, shutdown_timeout=0.01)
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, HOST, self._port).start()
        self._port = int(runner.addresses[0][1])
        session = await self._stack.enter_async_context(aiohttp.ClientSession())
        delivering = asyncio.create_task(deliver(self.state, session, self._webhook_pause))
        self._stack.push_async_callback(_ended, delivering)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    @property
    def base_url(self) -> str:
        return f"http://{HOST}:{self._port}/bot"

    @property
    def base_file_url(self) -> str:
        return f"http://{HOST}:{self._port}/file/bot"

    @property
    def updates(self) -> list[Update]:
        """Every update there ever was, oldest first."""
        return list(self.state.updates.history.values())

    @property
    def pending(self) -> list[Update]:
        """Those the bot has not confirmed yet."""
        return self.state.updates.peek(len(self.state.updates.pending))

    @property
    def polling(self) -> bool:
        """Whether the bot waits in getUpdates at this moment."""
        return self.state.updates.poll.waiting

    async def until(self, look: Callable[[], Found], seconds: float = 5.0) -> Found:
        """Wait until `look` is true of whatever the server knows. Raises TimeoutError."""
        return await self.state.changes.until(look, seconds)

    def phone(
        self,
        user_id: int,
        first_name: str,
        *,
        username: str | None = None,
        language_code: str = "es",
        met: bool = True,
    ) -> Phone:
        """A person's phone. `met`: the bot may write first; otherwise only after the person has written."""
        user = self.state.chats.users.setdefault(user_id, User(user_id, first_name, username, language_code))
        phone = Phone(self.state, user)
        phone.home = self.state.chats.chats.get(user_id, phone.home)
        if met:
            self.state.chats.chats.setdefault(user_id, phone.home)
        return phone

    def group(self, chat_id: int, title: str) -> Chat:
        """A group the bot is in and reads everything of; its id is negative."""
        if chat_id >= 0:
            raise ValueError("the id of a group is negative")
        kind = "supergroup" if str(chat_id).startswith("-100") else "group"
        return self.state.chats.chats.setdefault(chat_id, Chat(chat_id, kind, title))

    def fault(
        self,
        method: str,
        *,
        status: int = HTTPStatus.INTERNAL_SERVER_ERROR,
        description: str | None = None,
        retry_after: int | None = None,
        times: int = 1,
    ) -> None:
        """Refuse the next calls of a method ("*": of any) without doing anything. `retry_after` makes it a 429."""
        answer = HTTPStatus.TOO_MANY_REQUESTS if retry_after is not None else status
        self._faults.plan(Trouble(method, When.READ, refuse(answer, description, retry_after), times))

    def drop(self, method: str, *, stored: bool, times: int = 1) -> None:
        """Lose the connection: after the call took effect (`stored`), or before."""
        self._faults.plan(Trouble(method, When.STORED if stored else When.READ, cut, times))

    def kill(self, pid: Callable[[], int], method: str, *, when: Literal["read", "stored"]) -> None:
        """Send kill -9 to the bot at its next call of this method, and lose the connection."""
        self._faults.plan(Trouble(method, When(when), kill(pid)))

    def redeliver(self, update_id: int) -> None:
        """Deliver an old update once more, as if its confirmation had been lost. Raises KeyError."""
        self.state.updates.again(update_id)

    def _app(self) -> web.Application:
        app = web.Application(client_max_size=MOST_UPLOAD + MEGABYTE)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        for verb in ("GET", "POST"):
            app.router.add_route(verb, "/bot{token}/{method}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        try:
            return web.json_response({"ok": True, "result": await self._result(request)})
        except Refused as no:
            return _refusal(no)
        except web.HTTPRequestEntityTooLarge:
            return _refusal(_plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE))
        except Cut:
            return _cut_off(request)

    async def _result(self, request: web.Request) -> Any:
        """What the method gives. Raises Refused, Cut."""
        if request.match_info["token"] != self.token:
            raise _plain(HTTPStatus.UNAUTHORIZED)
        method = METHODS.get(request.match_info["method"].lower())
        if method is None:
            raise _plain(HTTPStatus.NOT_FOUND)
        given = decoded(method.name, method.parameters, await read_raw(request))
        self.calls.append(Call(method.name, {**given.values, **given.uploads}))
        trouble = self._faults.next(method.name)
        if trouble and trouble.when is When.READ:
            trouble.strike()
        result = await method.run(self.state, given)
        if trouble:
            trouble.strike()
        return result

    async def _download(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self.token:
            return _refusal(_plain(HTTPStatus.UNAUTHORIZED))
        file = self.state.files.at(request.match_info["path"])
        if file is None:
            return _refusal(_plain(HTTPStatus.NOT_FOUND))
        return web.Response(body=file.data, content_type="application/octet-stream")


def _plain(status: HTTPStatus) -> Refused:
    return Refused(status, status.phrase)


def _refusal(no: Refused) -> web.Response:
    return web.json_response(no.body(), status=no.status)


def _cut_off(request: web.Request) -> web.Response:
    """Closes the connection; what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _ended(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
