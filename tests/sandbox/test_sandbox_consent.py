"""Simulated linking as a network does it: codes for one use and one address, accounts without credentials."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from html import unescape
from random import Random
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import pytest
from pydantic import SecretStr

from bot.accounts import sealed
from bot.clock import SystemClock
from bot.sandbox.changes import Changes
from bot.sandbox.network_server import NetworkServer
from bot.sandbox.networks import MOST_CODES, Network, Networks
from publishers.engine.authorization import Authorizes, Ticket
from publishers.engine.contract import Identity
from publishers.engine.errors import AuthExpired, Unavailable
from publishers.engine.remote_consent import RemoteConsent
from publishers.engine.remote_scene import RemoteScene
from publishers.wire.http import Wire

BACK = "http://127.0.0.1:8080/oauth/plaza/return"
TICKET = Ticket("state-1", SecretStr("verifier"), BACK)
ACCOUNTS = (("plaza-1", "@panaderia"), ("plaza-2", "@obrador"))


@dataclass
class Ground:
    networks: Networks
    url: str
    way: Authorizes
    wire: Wire
    http: aiohttp.ClientSession

    @property
    def plaza(self) -> Network:
        return self.networks.by_key["plaza"]


@pytest.fixture
async def ground() -> AsyncIterator[Ground]:
    clock, network = SystemClock(), Network("plaza", "Plaza", "🏛", accounts=ACCOUNTS)
    networks = Networks([network], Changes(), clock.now, Random(1))  # noqa: S311 - nothing depends on it
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(NetworkServer(networks, "no").open())
        wire = await stack.enter_async_context(Wire(clock))
        http = await stack.enter_async_context(aiohttp.ClientSession())
        networks.page = "http://127.0.0.1:8090/"
        yield Ground(networks, url, RemoteScene(url, wire, clock).authorizes("plaza"), wire, http)


async def test_the_way_leads_to_the_page_that_asks(ground: Ground) -> None:
    address = ground.way.address(TICKET)
    asked = {"response_type": "code", "redirect_uri": BACK, "state": "state-1"}
    assert dict(parse_qsl(urlsplit(address).query)) == asked
    async with ground.http.get(address) as shown:
        text = await shown.text()
    (where,) = re.findall(r'content="0; url=([^"]*)"', text)
    assert unescape(where).startswith("http://127.0.0.1:8090/consent/plaza?")
    assert dict(parse_qsl(urlsplit(unescape(where)).query)) == asked


async def test_back_to_the_chat(ground: Ground) -> None:
    async with ground.http.get(f"{ground.url}/") as shown:
        assert 'url=http://127.0.0.1:8090/"' in await shown.text()


async def test_a_code_opens_the_accounts_once_and_renews_the_permission(ground: Ground) -> None:
    ground.plaza.expired = True
    ground.networks.consented("plaza", "code-1", BACK)
    found = await ground.way.exchange(TICKET, "code-1")
    assert [each.identity for each in found] == [Identity(*account) for account in ACCOUNTS]
    assert [sealed(each.credentials) for each in found] == ["{}", "{}"], "simulated, and marked as such"
    assert not ground.plaza.expired
    with pytest.raises(AuthExpired) as refused:
        await ground.way.exchange(TICKET, "code-1")
    assert refused.value.code == "code_refused"


async def test_a_code_for_another_address_opens_nothing(ground: Ground) -> None:
    ground.plaza.expired = True
    ground.networks.consented("plaza", "code-1", f"{BACK}/")
    with pytest.raises(AuthExpired):
        await ground.way.exchange(TICKET, "code-1")
    assert ground.plaza.expired


async def test_a_network_that_is_not_there_is_away(ground: Ground) -> None:
    with pytest.raises(Unavailable):
        await RemoteConsent(f"{ground.url}/nowhere", ground.wire).exchange(TICKET, "code-1")


@pytest.mark.parametrize("body", ["", "[]", "null", "{}"])
async def test_what_is_no_question_for_accounts_is_refused(ground: Ground, body: str) -> None:
    typed = {"Content-Type": "application/json"}
    async with ground.http.post(f"{ground.url}/plaza/token", data=body, headers=typed) as answer:
        assert answer.status == 400


def test_only_so_many_codes_are_kept() -> None:
    networks = Networks([Network("plaza", "Plaza", "🏛")], Changes(), SystemClock().now, Random(1))  # noqa: S311 - as above
    for number in range(MOST_CODES + 1):
        networks.consented("plaza", f"code-{number}", BACK)
    assert not networks.redeemed("plaza", "code-0", BACK)
    assert networks.redeemed("plaza", "code-1", BACK)
