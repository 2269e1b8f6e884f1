"""One HTTP client for the whole process, and one rule: whether bytes left us is a fact, not an exception class.

Calls that make something public go out on a fresh connection of their own (a kept one may be dying); all others share
a pool. Both are aiohttp sessions with the same trace, which notes the moment the head of a request is handed over.
"""

import asyncio
import json as jsonlib
import logging
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Any, Protocol, Self

import aiohttp
import httpx
from httpx_aiohttp import AiohttpTransport

from publishers.engine.errors import Unavailable, Unconfirmed

TRANSPORT_FAULTS = (httpx.RequestError, aiohttp.ClientError, OSError, TimeoutError)
CONNECT_SECONDS = 10.0
TALKATIVE = ("httpx", "httpcore", "tweepy", "oauthlib", "requests_oauthlib", "urllib3")
"""Loggers that print addresses, headers or signatures, and with them tokens."""

File = tuple[str, bytes, str]
"""File name, bytes, media type."""


class Clock(Protocol):
    def now(self) -> datetime: ...


@dataclass(slots=True)
class Departure:
    """Whether the head of a request was handed to a connection. A holder, so that copies of a context share it."""

    sent: bool = False


_departure: ContextVar[Departure | None] = ContextVar("departure", default=None)


async def mark_sent(*_: object) -> None:
    """Note on the exchange around us that a request leaves now (shape: aiohttp's on_request_headers_sent)."""
    departure = _departure.get()
    if departure is not None:
        departure.sent = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `skew`: the platform's clock minus ours (its Date header), zero when it told none."""

    status: int
    headers: httpx.Headers
    content: bytes
    commit: bool = False
    skew: timedelta = timedelta(0)

    @property
    def ok(self) -> bool:
        return httpx.codes.is_success(self.status)

    @property
    def text(self) -> str:
        return self.content.decode("utf-8", errors="replace")

    def json(self) -> Any:
        """The body. Not JSON: raises Unconfirmed after a commit (it may be public), else Unavailable."""
        try:
            return jsonlib.loads(self.content)
        except ValueError:
            raise self._unreadable() from None

    def record(self) -> dict[str, Any]:
        """The body as a JSON object; raises as `json` does."""
        body = self.json()
        if not isinstance(body, dict):
            raise self._unreadable()
        return body

    def fault(self) -> dict[str, Any]:
        """The body of an error as a JSON object; empty when it is HTML, a list or nothing at all."""
        try:
            body = jsonlib.loads(self.content)
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}

    def _unreadable(self) -> Unconfirmed | Unavailable:
        detail = f"HTTP {self.status} with a body that cannot be read ({len(self.content)} bytes)"
        return Unconfirmed(detail) if self.commit else Unavailable(detail)


@dataclass(frozen=True, slots=True)
class _Lane:
    """One aiohttp session and the httpx client that speaks over it."""

    session: aiohttp.ClientSession
    client: httpx.AsyncClient


class Wire:
    """`timeout`: seconds one call may take from first to last byte; stays well below the engine's job_timeout."""

    def __init__(self, clock: Clock, *, timeout: float = 30.0) -> None:
        self._clock = clock
        self._timeout = timeout
        self._stack: AsyncExitStack | None = None
        self._lanes: dict[bool, _Lane] = {}
        self.tls = httpx.create_ssl_context()
        """Costs 15 ms and most of a megabyte: once, and shared by all."""

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            for fresh in (False, True):
                self._lanes[fresh] = await _open_lane(stack, self.tls, fresh=fresh)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stack, self._stack = self._stack, None
        self._lanes.clear()
        if stack is not None:
            await stack.aclose()

    @property
    def reads(self) -> aiohttp.ClientSession:
        """The pooled session, for a library that brings its own requests; use it inside `exchange`."""
        return self._lane(commit=False).session

    @property
    def commits(self) -> aiohttp.ClientSession:
        """The session of fresh connections; use it inside `exchange(commit=True)`."""
        return self._lane(commit=True).session

    def _lane(self, *, commit: bool) -> _Lane:
        if self._stack is None:
            raise RuntimeError("the wire is not open")
        return self._lanes[commit]

    @asynccontextmanager
    async def exchange(self, *, commit: bool = False, timeout: float | None = None) -> AsyncIterator[Departure]:  # noqa: ASYNC109 - the limit is part of what an exchange means
        """A block around one request: any fault of the transport in it becomes Unconfirmed or Unavailable."""
        departure = Departure()
        token = _departure.set(departure)
        try:
            async with asyncio.timeout(self._timeout if timeout is None else timeout):
                yield departure
        except TRANSPORT_FAULTS as fault:
            error = Unconfirmed if commit and departure.sent else Unavailable
            raise error(type(fault).__name__) from fault
        finally:
            _departure.reset(token)

    async def call(
        self,
        method: str,
        url: str,
        *,
        commit: bool = False,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        form: Mapping[str, str] | None = None,
        json: Any = None,
        files: Mapping[str, File] | None = None,
        content: bytes | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 - handed on to `exchange`
        once: bool = False,
    ) -> Answer:
        """One request, no redirect followed: an Answer of any status. Raises Unavailable; a commit also Unconfirmed.

        `once`: a read that must not be sent a second time either, as when it is signed for one use.
        """
        client = self._lane(commit=commit or once).client
        request = client.build_request(
            method, url, headers=headers, params=params, data=form, json=json, files=files, content=content
        )
        await request.aread()
        async with self.exchange(commit=commit, timeout=timeout):
            response = await client.send(request)
        return Answer(
            response.status_code, response.headers, response.content, commit, _skew(response.headers, self._clock.now())
        )


async def _open_lane(stack: AsyncExitStack, context: ssl.SSLContext, *, fresh: bool) -> _Lane:
    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(mark_sent)
    session = aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=context, force_close=fresh, limit=0),
        cookie_jar=aiohttp.DummyCookieJar(),
        trace_configs=[trace],
    )
    # A GET whose connection ends is sent again by the library: on this lane nothing goes out twice unasked.
    session._retry_connection = not fresh  # noqa: SLF001 - it has no public switch
    await stack.enter_async_context(session)
    client = httpx.AsyncClient(
        transport=AiohttpTransport(client=session, verify=context),
        # Accounts share this client: a cookie set for one must never go out for another.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        timeout=httpx.Timeout(None, connect=CONNECT_SECONDS),
        headers={"User-Agent": "pregonero"},
        follow_redirects=False,
        trust_env=False,
    )
    await stack.enter_async_context(client)
    return _Lane(session, client)


def _skew(headers: httpx.Headers, now: datetime) -> timedelta:
    try:
        date = parsedate_to_datetime(headers.get("date", ""))
    except ValueError:
        return timedelta(0)
    return (date if date.tzinfo else date.replace(tzinfo=UTC)) - now


def identified(body: Any, *, commit: bool, field: str = "id") -> str:
    """The id in an answer that must have one. Raises as `Answer.json`: without it nobody knows what happened."""
    if isinstance(body, dict) and body.get(field):
        return str(body[field])
    raise (Unconfirmed if commit else Unavailable)(f"an answer without {field}")


def quiet() -> None:
    """Keep libraries that print tokens at DEBUG or INFO from saying anything but warnings."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
