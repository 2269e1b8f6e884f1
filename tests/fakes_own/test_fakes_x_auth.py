import base64
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
from oauthlib.oauth1 import SIGNATURE_TYPE_AUTH_HEADER, Client

from fakes.x import FakeX

NOON = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
REDIRECT, VERIFIER = "https://bot.example/vuelta", "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


@pytest.fixture
async def x() -> AsyncIterator[FakeX]:
    async with FakeX(now=lambda: NOON) as server:
        server.user(
            "42", "panaderia", "X-TOKEN", refresh_token="REFRESH-1", consumer=("ck", "c&s"), access=("at", "a s")
        )
        yield server


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def signed(method: str, url: str, *, secret: str = "c&s", token: str = "at", **kwargs: Any) -> dict[str, str]:
    client = Client("ck", secret, token, "a s", signature_type=SIGNATURE_TYPE_AUTH_HEADER, **kwargs)
    return dict(client.sign(url, method)[1])


async def status_of(http: aiohttp.ClientSession, url: str, headers: dict[str, str]) -> int:
    async with http.get(url, headers=headers) as answer:
        return answer.status


async def test_a_bearer_must_be_known_and_unexpired(x: FakeX, http: aiohttp.ClientSession) -> None:
    url = f"{x.url}/2/users/me?user.fields=username,subscription_type"
    async with http.get(url, headers={"Authorization": "Bearer X-TOKEN"}) as answer:
        body = await answer.json()
        assert body["data"] == {"id": "42", "name": "Panaderia", "username": "panaderia", "subscription_type": "None"}
    async with http.get(url, headers={"Authorization": "Bearer WRONG"}) as answer:
        assert (answer.status, (await answer.json())["title"]) == (401, "Unauthorized")
        assert answer.content_type == "application/problem+json"
    assert await status_of(http, url, {}) == 401
    x.expire("X-TOKEN")
    assert await status_of(http, url, {"Authorization": "Bearer X-TOKEN"}) == 401


async def test_a_signature_of_the_address_as_received_is_accepted(x: FakeX, http: aiohttp.ClientSession) -> None:
    url = f"{x.url}/2/users/42/tweets?max_results=5&start_time=2026-11-21T11:00:00Z&tweet.fields=created_at,entities"
    assert await status_of(http, url, signed("GET", url)) == 200
    url = f"{x.url}/2/tweets"
    async with http.post(url, json={"text": "Hay pan"}, headers=signed("POST", url)) as answer:
        assert answer.status == 201
    assert [post.text for post in x.posts("42")] == ["Hay pan"]


@pytest.mark.parametrize(
    "wrong",
    [{"secret": "other"}, {"token": "other"}, {"signature_method": "PLAINTEXT"}, {"signature_method": "HMAC-SHA256"}],
)
async def test_a_wrong_signature_is_refused(x: FakeX, http: aiohttp.ClientSession, wrong: dict[str, str]) -> None:
    url = f"{x.url}/2/users/me"
    async with http.get(url, headers=signed("GET", url, **wrong)) as answer:
        assert (answer.status, await answer.json()) == (
            401,
            {"errors": [{"code": 32, "message": "Could not authenticate you."}]},
        )


async def test_a_signature_for_something_else_or_used_twice_is_refused(x: FakeX, http: aiohttp.ClientSession) -> None:
    url = f"{x.url}/2/users/me"
    once = signed("GET", url)
    assert [await status_of(http, url, once) for _ in range(2)] == [200, 401]
    assert await status_of(http, url, signed("POST", url)) == 401
    assert await status_of(http, f"{url}?user.fields=name", signed("GET", url)) == 401
    assert await status_of(http, url, signed("GET", "https://api.x.com/2/users/me")) == 401
    assert await status_of(http, url, {"Authorization": 'OAuth oauth_token="at"'}) == 401


async def exchange(http: aiohttp.ClientSession, x: FakeX, **kwargs: Any) -> tuple[int, Any]:
    async with http.post(f"{x.url}/2/oauth2/token", **kwargs) as answer:
        return answer.status, await answer.json()


def refreshing(token: str) -> dict[str, str]:
    return {"grant_type": "refresh_token", "refresh_token": token, "client_id": "app"}


async def test_a_refresh_token_is_good_for_one_use(x: FakeX, http: aiohttp.ClientSession) -> None:
    status, pair = await exchange(http, x, data=refreshing("REFRESH-1"))
    assert (status, pair["expires_in"], pair["token_type"]) == (200, 7200, "bearer")
    assert await exchange(http, x, data=refreshing("REFRESH-1")) == (
        400,
        {"error": "invalid_request", "error_description": "Value passed for the token was invalid."},
    )
    assert (x.refresh_reuses, x.token_calls("refresh_token")) == (1, 2)
    assert "REFRESH-1" not in repr(x.requests)


async def test_a_refresh_token_used_twice_ends_all_that_came_of_its_consent(
    x: FakeX, http: aiohttp.ClientSession
) -> None:
    _, pair = await exchange(http, x, data=refreshing("REFRESH-1"))
    headers = {"Authorization": f"Bearer {pair['access_token']}"}
    assert await status_of(http, f"{x.url}/2/users/me", headers) == 200
    await exchange(http, x, data=refreshing("REFRESH-1"))
    assert await status_of(http, f"{x.url}/2/users/me", headers) == 401
    assert (await exchange(http, x, data=refreshing(pair["refresh_token"])))[0] == 400


async def test_an_access_token_lives_two_hours(x: FakeX, http: aiohttp.ClientSession) -> None:
    _, pair = await exchange(http, x, data=refreshing("REFRESH-1"))
    headers = {"Authorization": f"Bearer {pair['access_token']}"}
    x.now = lambda: NOON + timedelta(hours=2)
    assert await status_of(http, f"{x.url}/2/users/me", headers) == 401


async def test_the_token_endpoint_takes_forms_from_its_client_only(x: FakeX, http: aiohttp.ClientSession) -> None:
    form = refreshing("REFRESH-1")
    assert (await exchange(http, x, json=form))[0] == 400
    assert (await exchange(http, x, data=form | {"colour": "red"}))[0] == 400
    assert (await exchange(http, x, data={**form, "client_id": ""}))[0] == 401
    x.client = ("app", "secret")
    assert (await exchange(http, x, data=form))[0] == 401
    form.pop("client_id")
    basic = "Basic " + base64.b64encode(b"app:secret").decode()
    assert (await exchange(http, x, data=form, headers={"Authorization": basic}))[0] == 200


@pytest.mark.parametrize(
    ("change", "seconds", "status"),
    [
        ({}, 30, 200),
        ({}, 31, 400),
        ({"code_verifier": "w" * 43}, 0, 400),
        ({"redirect_uri": REDIRECT + "/"}, 0, 400),
        ({"code": "other"}, 0, 400),
    ],
)
async def test_a_code_lives_thirty_seconds_with_its_verifier(
    x: FakeX, http: aiohttp.ClientSession, change: dict[str, str], seconds: int, status: int
) -> None:
    x.code("42", "CODE", redirect_uri=REDIRECT, challenge=CHALLENGE)
    x.now = lambda: NOON + timedelta(seconds=seconds)
    form = {"grant_type": "authorization_code", "code": "CODE", "redirect_uri": REDIRECT, "code_verifier": VERIFIER}
    assert (await exchange(http, x, data=form | {"client_id": "app"} | change))[0] == status
    assert (await exchange(http, x, data=form | {"client_id": "app", "code": "CODE"}))[0] == (
        200 if change.get("code") == "other" else 400
    )


async def test_a_revoked_token_is_dead(x: FakeX, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{x.url}/2/oauth2/revoke", data={"token": "X-TOKEN", "client_id": "app"}) as answer:
        assert await answer.json() == {"revoked": True}
    assert await status_of(http, f"{x.url}/2/users/me", {"Authorization": "Bearer X-TOKEN"}) == 401
