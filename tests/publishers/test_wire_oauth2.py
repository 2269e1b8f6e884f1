"""OAuth 2.0 as the standards have it, and what its answers mean."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from fakes.clock import FakeClock
from fakes.standins import MemoryMedia
from fakes.x import FakeX
from publishers.engine.contract import Ticket
from publishers.engine.errors import AuthExpired, NotPermitted, PublishingError, RateLimited, Unavailable
from publishers.engine.outside import Outside
from publishers.wire.http import Wire
from publishers.wire.insist import insist
from publishers.wire.oauth2 import Client, Grant, Server, bare, challenge, demand, ending, located

VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
TICKET = Ticket("state", SecretStr(VERIFIER), "https://bot.example/oauth/x/return")


@pytest.fixture
async def x() -> AsyncIterator[FakeX]:
    async with FakeX(now=FakeClock().now) as server:
        yield server


@pytest.fixture
async def server(x: FakeX) -> AsyncIterator[Server]:
    clock = FakeClock()
    async with Wire(clock, timeout=5) as wire:
        client = Client("app", SecretStr("app-secret"))
        oauth = f"{x.url}/2/oauth2"
        yield Server(Outside(clock, wire, MemoryMedia()), client, x.authorize_url, f"{oauth}/token", f"{oauth}/revoke")


def test_the_challenge_of_the_standard_s_own_example() -> None:
    assert challenge(SecretStr(VERIFIER)) == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"


def test_an_app_with_a_secret_names_itself_in_the_header_only() -> None:
    client = Client("app id", SecretStr("s:e/c"))
    assert client.headers == {"Authorization": "Basic YXBwJTIwaWQ6cyUzQWUlMkZj"}
    assert client.form == {}
    assert (Client("app").headers, Client("app").form) == ({}, {"client_id": "app"})
    assert "s:e/c" not in repr(client)


@given(st.text(min_size=1, max_size=500), st.lists(st.from_regex(r"[a-z.]{1,20}", fullmatch=True), min_size=1))
def test_whatever_is_in_an_address_comes_out_of_it_again(state: str, scopes: list[str]) -> None:
    address = located("https://x.example/authorize", state=state, scope=" ".join(scopes))
    assert parse_qs(urlsplit(address).query, keep_blank_values=True) == {"state": [state], "scope": [" ".join(scopes)]}
    assert "+" not in urlsplit(address).query.replace("%2B", "")


@given(st.from_regex(r"[A-Za-z0-9_-]{1,80}", fullmatch=True), st.sampled_from(["", "#_", "#_=_", "#", " ", "\n"]))
def test_a_code_is_what_stands_before_the_fragment(code: str, tail: str) -> None:
    assert bare(f"{code}{tail}") == code


@pytest.mark.parametrize(
    ("seconds", "left"),
    [(7200, 7200), ("7200", 7200), (None, None), ("x", None), (0, None), (-5, None), (10**12, None), ([], None)],
)
def test_how_long_a_token_lives_where_that_can_be_told(seconds: Any, left: int | None) -> None:
    now = FakeClock().now()
    assert ending(seconds, now) == (None if left is None else now + timedelta(seconds=left))


def test_what_was_left_out_is_named_in_order() -> None:
    demand([])
    with pytest.raises(NotPermitted) as raised:
        demand(["b", "a"])
    assert (raised.value.code, raised.value.params) == ("missing_scope", {"scopes": "b, a"})


def test_where_scopes_are_not_told_all_were_granted() -> None:
    Grant(SecretStr("t"), None, None).require(["a"])
    Grant(SecretStr("t"), None, None, frozenset("ab")).require(["a"])
    with pytest.raises(NotPermitted):
        Grant(SecretStr("t"), None, None, frozenset()).require(["a"])


def test_without_a_new_refresh_token_the_old_one_stays() -> None:
    assert "refresh_token" not in Grant(SecretStr("t"), None, None).kept
    assert Grant(SecretStr("t"), SecretStr("r"), None).kept["refresh_token"] == SecretStr("r")


ANSWERS: list[tuple[int, Any, type[PublishingError], str, str]] = [
    (400, {"error": "invalid_grant"}, AuthExpired, "code_refused", "auth_expired"),
    (400, {"error": "invalid_request"}, AuthExpired, "code_refused", "auth_expired"),
    (401, {"error": "invalid_client"}, NotPermitted, "client_refused", "client_refused"),
    (401, {"error": "unauthorized_client"}, NotPermitted, "client_refused", "client_refused"),
    (400, {"error": "temporarily_unavailable"}, Unavailable, "unavailable", "unavailable"),
    (400, {"error": {"code": 1}}, Unavailable, "unavailable", "unavailable"),
    (400, "invalid_grant", Unavailable, "unavailable", "unavailable"),
    (403, "<html>Attention Required!</html>", Unavailable, "unavailable", "unavailable"),
    (302, "", Unavailable, "unavailable", "unavailable"),
    (500, {"error": "server_error"}, Unavailable, "unavailable", "unavailable"),
    (429, "", RateLimited, "rate_limited", "rate_limited"),
]


@pytest.mark.parametrize(("status", "body", "error", "of_code", "of_token"), ANSWERS)
async def test_only_what_is_worded_as_the_standard_says_is_definite(
    server: Server, x: FakeX, status: int, body: Any, error: type[PublishingError], of_code: str, of_token: str
) -> None:
    x.fault("POST /2/oauth2/token", "error", 2, status=status, body=body)
    with pytest.raises(error) as redeemed:
        await server.redeem(TICKET, "code")
    with pytest.raises(error) as renewed:
        await server.renew(SecretStr("refresh"))
    assert (redeemed.value.code, renewed.value.code) == (of_code, of_token)


@pytest.mark.parametrize(("told", "seconds"), [("120", 120), ("", 60), ("soon", 60), ("9999999999", 60)])
async def test_how_long_to_wait_is_the_platform_s_to_say(server: Server, x: FakeX, told: str, seconds: int) -> None:
    x.fault("POST /2/oauth2/token", "error", status=429, headers={"Retry-After": told})
    with pytest.raises(RateLimited) as raised:
        await server.renew(SecretStr("refresh"))
    assert raised.value.retry_at == server.outside.clock.now() + timedelta(seconds=seconds)


async def test_a_token_that_is_unknown_can_be_given_back(server: Server, x: FakeX) -> None:
    await server.revoke(SecretStr("never-given"))
    assert x.revoked == ["never-given"]


async def test_secrets_go_in_a_header_or_a_form(server: Server, x: FakeX) -> None:
    addresses: list[str] = []
    x.on_request = lambda call: addresses.extend([call.url, *(value for _, value in call.query)])
    with pytest.raises(AuthExpired):
        await server.redeem(TICKET, "the-code")
    with pytest.raises(AuthExpired):
        await server.renew(SecretStr("the-refresh"))
    assert set(addresses) == {f"{x.url}/2/oauth2/token"}


async def test_a_read_that_fails_is_tried_once_more(server: Server) -> None:
    tried: list[int] = []

    async def read(good: int) -> int:
        tried.append(good)
        if len(tried) < good:
            raise Unavailable("no")
        return len(tried)

    async def other() -> None:
        tried.append(0)
        raise AuthExpired("over")

    clock = server.outside.clock
    start = clock.now()
    assert await insist(server.outside, lambda: read(2)) == 2
    assert clock.now() - start == timedelta(seconds=1)
    tried.clear()
    with pytest.raises(Unavailable):
        await insist(server.outside, lambda: read(3))
    assert len(tried) == 2
    tried.clear()
    with pytest.raises(AuthExpired):
        await insist(server.outside, other)
    assert tried == [0]
