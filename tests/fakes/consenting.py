"""A platform that can be linked, without a wire: it hands out codes and knows what each of them opens."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp
from pydantic import SecretStr

from bot.consents import Consents
from bot.leaving import Leaving
from bot.linking import Linker
from bot.outcomes import Outcome
from bot.roles import Guests
from bot.settling import Settling
from bot.voices import voices
from bot.web.front import Front, application, listen
from bot.web.pages import Pages
from fakes.clock import FakeClock
from fakes.network import Network, ScriptedCredentials, ScriptedSettings, scripted
from publishers.engine.authorization import Candidate, Ticket
from publishers.engine.contract import Identity, Platform
from publishers.engine.errors import AuthExpired
from publishers.engine.loading import Connected
from publishers.engine.model import Account, Actor
from publishers.engine.outside import Outside
from publishers.engine.people import Person
from publishers.engine.ports import Store

CARMEN, LUIS, EVA = Actor(7, "Carmen"), Actor(8, "Luis"), Actor(9, "Eva")
"""An owner, an editor and an author."""
CHAT = 70
CONSENT = "https://www.plaza.example/dialog"
BOT = "https://t.me/pregonero_bot"


def candidate(number: str = "1001", name: str = "@panaderia", token: str = "token-1") -> Candidate:
    return Candidate(Identity(number, name), ScriptedCredentials(user_id=number, access_token=SecretStr(token)))


@dataclass
class Plaza:
    """`opens`: what the next consents open, or how the exchange fails. Codes are for one use and one address."""

    opens: Sequence[Candidate] | Exception = field(default_factory=lambda: [candidate()])
    gate: asyncio.Event | None = None
    """While set and not open, an exchange hangs."""
    exchanged: list[tuple[Ticket, str]] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    numbers: Any = field(default_factory=lambda: count(1))

    def address(self, ticket: Ticket) -> str:
        return f"{CONSENT}?{urlencode({'redirect_uri': ticket.redirect_uri, 'state': ticket.state})}"

    def agree(self) -> str:
        """A person gives consent: the code for it."""
        code = f"code-{next(self.numbers)}"
        self.codes.add(code)
        return code

    async def exchange(self, ticket: Ticket, code: str) -> Sequence[Candidate]:
        self.exchanged.append((ticket, code))
        if self.gate is not None:
            await self.gate.wait()
        if code not in self.codes:
            raise AuthExpired(code="code_refused")
        self.codes.discard(code)
        if isinstance(self.opens, Exception):
            raise self.opens
        return self.opens


@dataclass
class Told:
    """A herald that only remembers."""

    outcomes: list[Outcome] = field(default_factory=list)

    def tell(self, outcome: Outcome) -> None:
        self.outcomes.append(outcome)

    async def stop(self) -> None:
        """Nothing is under way."""


@dataclass
class House:
    """The pages, the service behind them, and two networks that can be linked: plaza and diario."""

    store: Store
    clock: FakeClock = field(default_factory=FakeClock)
    public_url: str | None = "https://bot.example"
    plaza: Plaza = field(default_factory=Plaza)
    told: Told = field(default_factory=Told)
    poked: list[None] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))
    url: str = ""

    def __post_init__(self) -> None:
        self.networks: dict[str, Platform] = {
            name: replace(
                scripted(Network(self.clock), name),
                authorize=lambda _settings, _outside: self.plaza,
                keyed=lambda key: ScriptedCredentials(user_id="1001", access_token=key),
            )
            for name in ("plaza", "diario")
        }
        connected = {name: Connected(platform, ScriptedSettings()) for name, platform in self.networks.items()}
        outside = Outside(self.clock, wire=None, media=None)  # type: ignore[arg-type] # nothing here needs them
        consents = Consents(connected, outside, None, self.public_url, 8080)
        guests = Guests((CARMEN.id,), (LUIS.id,), (EVA.id,))
        leaving = Leaving(self.store, self.clock, consents, guests, self.new_id, self.secret)
        self.linker = Linker(leaving, Settling(leaving, lambda: self.poked.append(None)), self.told)  # type: ignore[arg-type] # as a Herald
        self.words = voices("es", self.clock.at.tzinfo)  # type: ignore[arg-type] # it is UTC

    def new_id(self) -> str:
        return f"00000000-0000-4000-8000-{next(self.numbers):012d}"

    def secret(self) -> str:
        return f"secret-{next(self.numbers):040d}"

    async def known(self, number: str = "1001", name: str = "@panaderia", platform: str = "plaza") -> Account:
        """An account whose permission may have ended."""
        secret = f'{{"user_id": "{number}", "access_token": "old"}}'
        async with self.store.unit() as unit:
            account, _ = await unit.accounts.add(
                platform, Identity(number, name), secret, expires_at=None, at=self.clock.now()
            )
        return account

    async def speaks(self, who: Actor, locale: str, role: str = "owner") -> None:
        async with self.store.unit() as unit:
            await unit.people.join(Person(who.id, who.name, role, locale), self.clock.now())

    async def offer(self, platform: str = "plaza", *, by: Actor = CARMEN, **options: Any) -> str:
        """The address that stands in the chat."""
        given = {"account": None, "chat_id": CHAT, "by": by, "now": self.clock.now()} | options
        async with self.store.unit() as unit:
            return (await self.linker.offer(unit, platform, **given)).url

    async def accounts(self) -> list[Account]:
        async with self.store.view() as unit:
            return await unit.accounts.accounts()

    async def token(self, account: Account) -> str:
        async with self.store.view() as unit:
            secret = await unit.accounts.secret(account.id)
        assert secret is not None
        return str(ScriptedCredentials.model_validate_json(secret.get_secret_value()).access_token.get_secret_value())

    @asynccontextmanager
    async def open(self) -> AsyncIterator["Browser"]:
        """Our server on a real socket, and a browser in front of it."""
        pages = Pages(self.linker, self.words, self.networks, self.clock, self.secret, lambda: BOT)
        listening = listen("127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        app = application(None, None, pages.routes())  # type: ignore[arg-type] # no pictures here
        async with Front(app, [listening]), Browser.opened(self) as browser:
            yield browser


@dataclass
class Shown:
    status: int
    headers: Any
    text: str

    @property
    def location(self) -> str:
        return str(self.headers["Location"])

    @property
    def state(self) -> str:
        return dict(parse_qsl(urlsplit(self.location).query))["state"]


@dataclass
class Browser:
    """Cookies by name, sent back as a browser would; redirects are followed by hand."""

    house: House
    http: aiohttp.ClientSession
    cookies: dict[str, str] = field(default_factory=dict)

    @classmethod
    @asynccontextmanager
    async def opened(cls, house: House) -> AsyncIterator["Browser"]:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            yield cls(house, http)

    def another(self) -> "Browser":
        return Browser(self.house, self.http)

    async def ask(self, method: str, address: str, headers: dict[str, str] | None = None, **options: Any) -> Shown:
        """`address`: as people see it, or a path of ours."""
        path = address.removeprefix(self.house.public_url or "http://localhost:8080")
        sent = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())} if self.cookies else {}
        asked = self.http.request(
            method, self.house.url + path, headers=sent | (headers or {}), allow_redirects=False, **options
        )
        async with asked as answer:
            for name, morsel in answer.cookies.items():
                self.cookies[name] = morsel.value
                if morsel["max-age"] == "0":
                    del self.cookies[name]
            return Shown(answer.status, answer.headers, await answer.text())

    async def get(self, address: str, **options: Any) -> Shown:
        return await self.ask("GET", address, **options)

    async def leave(self, link: str, headers: dict[str, str] | None = None) -> Shown:
        """Tap the big button."""
        return await self.ask("POST", link, {"Sec-Fetch-Site": "same-origin"} | (headers or {}))

    async def come_back(self, platform: str = "plaza", **answer: str) -> Shown:
        return await self.get(f"/oauth/{platform}/return?{urlencode(answer)}")

    async def result(self, back: Shown, platform: str = "plaza") -> Shown:
        """The page at the clean address."""
        assert back.status == 303, back.text
        return await self.get(f"/oauth/{platform}/{back.location}")

    async def link(self, link: str, **changes: str) -> Shown:
        """The whole way: there, consent, back; the page it ends at."""
        left = await self.leave(link)
        answer = {"code": self.house.plaza.agree(), "state": left.state} | changes
        return await self.result(await self.come_back(**answer))
