"""The stand-in for Telegram, the real bot library that talks to it, and the phone of one person."""

import io
import ssl
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
import telegram as ptb
from PIL import Image
from telegram.request import HTTPXRequest

from bot.sandbox.phone import Phone
from bot.sandbox.telegram import SandboxTelegram


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def advance(self, **amount: float) -> None:
        self.at += timedelta(**amount)


@pytest.fixture(autouse=True)
def _durations(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library warns about its own RetryAfter unless it is told to use timedelta."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def sandbox(clock: Clock) -> AsyncIterator[SandboxTelegram]:
    async with SandboxTelegram(now=clock.now) as server:
        yield server


@pytest.fixture
def phone(sandbox: SandboxTelegram) -> Phone:
    return sandbox.phone(42, "Ana", username="ana_pan")


@pytest.fixture(scope="session")
def connect() -> Callable[[SandboxTelegram], ptb.Bot]:
    """A new client of the real library, as another process would have it."""
    tls = ssl.create_default_context()

    def connected(server: SandboxTelegram) -> ptb.Bot:
        return ptb.Bot(
            server.token,
            base_url=server.base_url,
            base_file_url=server.base_file_url,
            request=HTTPXRequest(httpx_kwargs={"verify": tls}),
            get_updates_request=HTTPXRequest(httpx_kwargs={"verify": tls}),
        )

    return connected


@pytest.fixture
async def bot(sandbox: SandboxTelegram, connect: Callable[[SandboxTelegram], ptb.Bot]) -> AsyncIterator[ptb.Bot]:
    async with connect(sandbox) as client:
        yield client


class Raw:
    """Calls without a library: what no library would send."""

    def __init__(self, server: SandboxTelegram, session: aiohttp.ClientSession) -> None:
        self._server = server
        self._session = session

    async def call(self, method: str, *, verb: str = "POST", token: str | None = None, **how: Any) -> dict[str, Any]:
        url = f"{self._server.base_url}{token or self._server.token}/{method}"
        async with self._session.request(verb, url, **how) as answer:
            body: dict[str, Any] = await answer.json()
            assert body.get("error_code", 200) == answer.status
            return body

    async def refused(self, method: str, **params: Any) -> str:
        body = await self.call(method, json=params)
        assert body["ok"] is False
        return str(body["description"])


@pytest.fixture
async def raw(sandbox: SandboxTelegram) -> AsyncIterator[Raw]:
    async with aiohttp.ClientSession() as session:
        yield Raw(sandbox, session)


@pytest.fixture(scope="session")
def picture() -> Callable[..., bytes]:
    def drawn(width: int = 640, height: int = 480, kind: str = "JPEG") -> bytes:
        out = io.BytesIO()
        Image.new("RGB", (width, height), "orange").save(out, kind)
        return out.getvalue()

    return drawn
