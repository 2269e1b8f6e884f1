"""The consent pages and token endpoints of the fakes are as strict as the platforms'."""

import base64
import hashlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest

from fakes.clock import FakeClock
from fakes.consent import RefusedError, consent
from fakes.graph import FakeGraph
from fakes.x import FakeX
from fakes.x_tokens import Code

BACK, STATE = "https://bot.example/vuelta?de=x", "st"
BASIC = {"Authorization": "Basic " + base64.b64encode(b"app:secret").decode()}
X_ASKED = {
    "response_type": "code", "client_id": "app", "redirect_uri": BACK, "state": STATE, "scope": "tweet.read users.read",
    "code_challenge": "c" * 43, "code_challenge_method": "S256",
}  # fmt: skip
FB_ASKED = {
    "response_type": "code", "client_id": "990011", "redirect_uri": BACK, "state": STATE, "scope": "pages_show_list",
}  # fmt: skip
IG_ASKED = {
    "response_type": "code", "client_id": "660022", "redirect_uri": BACK, "state": STATE,
    "scope": "instagram_business_basic",
}  # fmt: skip


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def x(clock: FakeClock) -> AsyncIterator[FakeX]:
    async with FakeX(now=clock.now) as server:
        server.client, server.redirect_uris = ("app", "secret"), {BACK}
        server.user("42", "panaderia")
        server.user("43", "luna")
        yield server


@pytest.fixture
async def graph(clock: FakeClock) -> AsyncIterator[FakeGraph]:
    async with FakeGraph(now=clock.now) as server:
        server.login.redirect_uris = server.own_login.redirect_uris = {BACK}
        server.page("1001", "unused", name="Sol")
        server.page("1002", "unused-2", name="Luna")
        server.login.person("501", "1001", "1002")
        server.instagram("17841", "unused-own", login="instagram")
        yield server


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def x_page(x: FakeX, **changes: Any) -> str:
    return _page(x.authorize_url, X_ASKED, changes)


def dialog(graph: FakeGraph, **changes: Any) -> str:
    return _page(f"{graph.dialog_url}/v26.0/dialog/oauth", FB_ASKED, changes)


def own_page(graph: FakeGraph, **changes: Any) -> str:
    return _page(graph.instagram_authorize_url, IG_ASKED, changes)


def _page(url: str, asked: dict[str, str], changes: dict[str, Any]) -> str:
    query = {name: value for name, value in {**asked, **changes}.items() if value is not None}
    return f"{url}?{urlencode(query)}"


WRONG: list[dict[str, Any]] = [
    {"redirect_uri": BACK + "/"},
    {"redirect_uri": "https://bot.example/vuelta"},
    {"redirect_uri": None},
    {"client_id": "other"},
    {"response_type": "token"},
    {"scope": "everything"},
    {"scope": ""},
    {"state": None},
    {"state": ""},
    {"colour": "red"},
]


@pytest.mark.parametrize("change", WRONG, ids=str)
async def test_who_asks_wrongly_sends_nobody_anywhere(x: FakeX, graph: FakeGraph, change: dict[str, Any]) -> None:
    for address in (x_page(x, **change), dialog(graph, **change), own_page(graph, **change)):
        with pytest.raises(RefusedError):
            await consent(address)
    assert [x.codes, graph.login.codes, graph.own_login.codes] == [{}, {}, {}]


@pytest.mark.parametrize(
    "change",
    [{"code_challenge_method": "plain"}, {"code_challenge": None}, {"code_challenge": "c" * 42}, {"state": "s" * 501}],
    ids=str,
)
async def test_x_insists_on_a_challenge(x: FakeX, change: dict[str, Any]) -> None:
    with pytest.raises(RefusedError):
        await consent(x_page(x, **change))


async def test_the_way_back_keeps_what_stood_in_the_address(x: FakeX, graph: FakeGraph) -> None:
    tails = {x_page(x): "", dialog(graph): "#_=_", own_page(graph): "#_"}
    for address, tail in tails.items():
        back = await consent(address)
        assert back.location.startswith(f"{BACK}&")
        assert back.location.endswith(tail)
        assert (back.query["state"], back.query["de"]) == (STATE, "x")
        refused = await consent(address, allow=False)
        assert (refused.query["error"], refused.query["state"]) == ("access_denied", STATE)
        assert refused.location.endswith(tail)
    assert (await consent(dialog(graph), allow=False)).query["error_reason"] == "user_denied"


async def test_a_page_is_html_and_looking_at_it_gives_nothing(x: FakeX, http: aiohttp.ClientSession) -> None:
    async with http.get(x_page(x)) as shown:
        assert (shown.status, shown.content_type) == (200, "text/html")
        assert "@luna" in await shown.text()
    assert x.codes == {}


async def test_the_person_picks_the_account_and_the_scopes(x: FakeX) -> None:
    await consent(x_page(x), choose={"account": ["43"]}, without={"tweet.read"})
    [code] = x.codes.values()
    assert (code.user, code.scopes) == ("43", ("users.read",))
    x.logged_in = "43"
    await consent(x_page(x))
    assert [code.user for code in x.codes.values()] == ["43", "43"]


async def test_without_offline_access_there_is_no_refresh_token_and_scopes_hold(
    x: FakeX, http: aiohttp.ClientSession
) -> None:
    x.codes["C"] = x_code("42", ("tweet.read", "users.read"), x)
    form = {"grant_type": "authorization_code", "code": "C", "redirect_uri": BACK, "code_verifier": "v" * 43}
    async with http.post(f"{x.url}/2/oauth2/token", data=form, headers=BASIC) as answer:
        given = await answer.json()
    assert given["scope"] == "tweet.read users.read"
    assert "refresh_token" not in given
    headers = {"Authorization": f"Bearer {given['access_token']}"}
    async with http.get(f"{x.url}/2/users/me", headers=headers) as answer:
        assert answer.status == 200
    async with http.post(f"{x.url}/2/tweets", json={"text": "Hay pan"}, headers=headers) as answer:
        assert (answer.status, "tweet.write" in (await answer.json())["detail"]) == (403, True)
    async with http.post(f"{x.url}/2/oauth2/token", data=form, headers=BASIC) as answer:
        assert answer.status == 400
    async with http.get(f"{x.url}/2/users/me", headers=headers) as answer:
        assert answer.status == 401, "a code used twice ends what it gave"


def x_code(user: str, scopes: tuple[str, ...], x: FakeX) -> Code:
    challenge = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 43).digest()).decode().rstrip("=")
    return Code(user, BACK, challenge, x.now(), scopes)


# -- facebook --------------------------------------------------------------------------------------------------------


async def meta(http: aiohttp.ClientSession, graph: FakeGraph, path: str, **values: Any) -> tuple[int, Any]:
    async with http.post(f"{graph.url}/v26.0/{path}", data=values) as answer:
        return answer.status, await answer.json()


APP = {"client_id": "990011", "client_secret": "app-secret"}


async def short(http: aiohttp.ClientSession, graph: FakeGraph, **answer: Any) -> str:
    code = (await consent(dialog(graph, scope="pages_show_list,pages_manage_posts"), **answer)).code
    _, body = await meta(http, graph, "oauth/access_token", code=code, redirect_uri=BACK, **APP)
    return str(body["access_token"])


async def long(http: aiohttp.ClientSession, graph: FakeGraph, token: str) -> tuple[int, Any]:
    return await meta(http, graph, "oauth/access_token", grant_type="fb_exchange_token", fb_exchange_token=token, **APP)


async def test_a_refused_permission_is_asked_for_again_only_on_purpose(
    graph: FakeGraph, http: aiohttp.ClientSession
) -> None:
    await consent(dialog(graph), without={"pages_show_list"})
    for auth_type, shown in (({}, False), ({"auth_type": "rerequest"}, True)):
        async with http.get(dialog(graph, **auth_type)) as page:
            assert ("pages_show_list" in await page.text()) is shown
    with pytest.raises(RefusedError):
        await consent(dialog(graph, auth_type="whatever"))
    with pytest.raises(RefusedError):
        await consent(dialog(graph, config_id="1"))


async def test_tokens_of_people(graph: FakeGraph, http: aiohttp.ClientSession, clock: FakeClock) -> None:
    first = await short(http, graph)
    status, body = await long(http, graph, first)
    assert (status, body["expires_in"], body["token_type"]) == (200, 5184000, "bearer")
    assert body["access_token"] != first
    clock.advance(5100)
    assert (await long(http, graph, first))[1]["error"]["code"] == 190, "what is over cannot be exchanged"
    assert (await long(http, graph, "made-up"))[1]["error"]["code"] == 190
    assert (await long(http, graph, "unused"))[1]["error"]["code"] == 190, "a page's token is none of a person"
    assert (await long(http, graph, body["access_token"]))[0] == 200


async def test_pages_hold_what_was_opened_and_their_tokens_last(
    graph: FakeGraph, http: aiohttp.ClientSession, clock: FakeClock
) -> None:
    token = (await long(http, graph, await short(http, graph, choose={"page": ["1002"]})))[1]["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    url = f"{graph.url}/v26.0/me/accounts?fields=id,name,access_token,tasks"
    async with http.get(url, headers=headers) as answer:
        [page] = (await answer.json())["data"]
    assert (page["id"], "CREATE_CONTENT" in page["tasks"]) == ("1002", True)
    async with http.get(url, headers=headers) as answer:
        assert (await answer.json())["data"][0]["access_token"] == page["access_token"], "the same each time"
    told = await meta(http, graph, "debug_token", input_token=page["access_token"], access_token="990011|app-secret")
    about = told[1]["data"]
    assert (about["type"], about["expires_at"], about["profile_id"]) == ("PAGE", 0, "1002")
    assert about["data_access_expires_at"] - about["issued_at"] == 90 * 86400
    assert {"scope": "pages_manage_posts", "target_ids": ["1002"]} in about["granular_scopes"]
    clock.advance(61 * 86400)
    async with http.get(url, headers=headers) as answer:
        assert answer.status == 401
    async with http.get(
        f"{graph.url}/v26.0/1002", headers={"Authorization": f"Bearer {page['access_token']}"}
    ) as answer:
        assert answer.status == 200


async def test_taking_everything_back_ends_all_tokens_of_a_person(
    graph: FakeGraph, http: aiohttp.ClientSession
) -> None:
    token = await short(http, graph)
    headers = {"Authorization": f"Bearer {token}"}
    async with http.get(f"{graph.url}/v26.0/me/accounts", headers=headers) as answer:
        page = (await answer.json())["data"][0]["access_token"]
    async with http.delete(f"{graph.url}/v26.0/me/permissions", headers=headers) as answer:
        assert await answer.json() == {"success": True}
    for ended in (token, page):
        async with http.get(f"{graph.url}/v26.0/1001", headers={"Authorization": f"Bearer {ended}"}) as answer:
            assert answer.status == 401
    assert graph.login.deauthorized == ["501"]


async def test_a_secret_in_an_address_is_noticed(graph: FakeGraph, http: aiohttp.ClientSession) -> None:
    code = (await consent(dialog(graph))).code
    query = {"code": code, "redirect_uri": BACK, **APP}
    async with http.get(f"{graph.url}/v26.0/oauth/access_token", params=query) as answer:
        assert answer.status == 200
    assert graph.tokens_in_query == [("GET", "/v26.0/oauth/access_token")]
    assert code not in repr(graph.requests)


# -- instagram -------------------------------------------------------------------------------------------------------


async def test_a_code_of_instagram_is_redeemed_by_form_on_its_own_host(
    graph: FakeGraph, http: aiohttp.ClientSession, clock: FakeClock
) -> None:
    form = {"client_id": "660022", "client_secret": "instagram-app-secret", "grant_type": "authorization_code"}
    form |= {"redirect_uri": BACK, "code": (await consent(own_page(graph))).code}
    url = f"{graph.instagram_token_url}/oauth/access_token"
    async with http.post(url, params=form) as answer:
        assert (answer.status, (await answer.json())["error_type"]) == (400, "OAuthException")
    async with http.post(url, data=form) as answer:
        [given] = (await answer.json())["data"]
    assert (given["user_id"], given["permissions"]) == ("17841", "instagram_business_basic")
    async with http.post(url, data=form) as answer:
        assert answer.status == 400, "used"
    base = f"{graph.instagram_url}/access_token"
    query = {"grant_type": "ig_exchange_token", "client_secret": "instagram-app-secret"}
    async with http.get(base, params=query | {"access_token": given["access_token"]}) as answer:
        token = (await answer.json())["access_token"]
    async with http.get(base, params=query | {"access_token": token}) as answer:
        assert answer.status == 400, "it is long already"
    renewing = {"grant_type": "ig_refresh_token", "access_token": token}
    for days, status in ((0.9, 400), (0.2, 200), (60, 400)):
        clock.advance(timedelta(days=days).total_seconds())
        async with http.get(f"{graph.instagram_url}/refresh_access_token", params=renewing) as answer:
            assert answer.status == status
