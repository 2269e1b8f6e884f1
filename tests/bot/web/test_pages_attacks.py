"""What others may try with our pages: each leaves every account as it was."""

import asyncio
import re
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fakes.consenting import BOT, CARMEN, CHAT, CONSENT, LUIS, Browser, House
from publishers.engine.linkings import STATE_LIFE
from publishers.engine.model import Account

FOREIGN = {"Sec-Fetch-Site": "cross-site"}
INJECTED = "\"><script>alert(1)</script><img src=x onerror=alert(1)>'\r\nSet-Cookie: a=b"


@pytest.fixture
async def account(house: House) -> Account:
    return await house.known()


async def untouched(house: House, account: Account) -> bool:
    return await house.accounts() == [account] and await house.token(account) == "old"


# -- states ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["", "forged", "secret-", "0" * 5000, "ñ", "\x00", "../../x"])
async def test_a_forged_state_opens_nothing(house: House, browser: Browser, account: Account, state: str) -> None:
    await browser.leave(await house.offer(account=account))
    page = await browser.result(await browser.come_back(code=house.plaza.agree(), state=state))
    assert "ya no sirve" in page.text
    assert house.plaza.exchanged == []
    assert await untouched(house, account)
    assert house.told.outcomes == [], "nobody is disturbed by strangers"


async def test_without_a_state_nothing_happens(house: House, browser: Browser, account: Account) -> None:
    await browser.leave(await house.offer(account=account))
    await browser.come_back(code=house.plaza.agree())
    assert house.plaza.exchanged == []
    assert await untouched(house, account)


async def test_an_answer_counts_once(house: House, browser: Browser, account: Account) -> None:
    left = await browser.leave(await house.offer(account=account))
    answer = {"code": house.plaza.agree(), "state": left.state}
    assert "en orden" in (await browser.result(await browser.come_back(**answer))).text
    assert "ya no sirve" in (await browser.result(await browser.come_back(**answer))).text
    assert (await house.accounts())[0].credentials_version == 2
    assert len(house.plaza.exchanged) == 1


async def test_the_same_answer_many_times_at_once_is_exchanged_once(house: House, browser: Browser) -> None:
    left = await browser.leave(await house.offer())
    house.plaza.gate = asyncio.Event()
    answer = {"code": house.plaza.agree(), "state": left.state}
    coming = [asyncio.create_task(browser.another().come_back(**answer)) for _ in range(9)]
    coming.append(asyncio.create_task(browser.come_back(**answer)))
    async with asyncio.timeout(5):
        while not house.plaza.exchanged or sum(task.done() for task in coming) < 9:
            await asyncio.sleep(0.005)
    house.plaza.gate.set()
    pages = [await browser.result(await task) for task in coming]
    assert len(house.plaza.exchanged) == 1
    assert sum("ya no sirve" in page.text for page in pages) == 9


async def test_an_old_state_is_not_exchanged(house: House, browser: Browser, account: Account) -> None:
    left = await browser.leave(await house.offer(account=account))
    house.clock.advance(STATE_LIFE.total_seconds())
    await browser.come_back(code=house.plaza.agree(), state=left.state)
    assert house.plaza.exchanged == []
    assert await untouched(house, account)


async def test_the_state_of_an_earlier_try_is_void(house: House, browser: Browser, account: Account) -> None:
    link = await house.offer(account=account)
    first = await browser.leave(link)
    await browser.leave(link)
    await browser.come_back(code=house.plaza.agree(), state=first.state)
    assert house.plaza.exchanged == []
    assert await untouched(house, account)


async def test_a_state_for_one_network_does_not_serve_another(house: House, browser: Browser, account: Account) -> None:
    """A network that answers with the code of another one (RFC 9207) learns nothing and connects nothing."""
    left = await browser.leave(await house.offer(account=account))
    answer = {"code": house.plaza.agree(), "state": left.state}
    page = await browser.result(await browser.come_back("diario", **answer), "diario")
    assert "ya no sirve" in page.text
    assert house.plaza.exchanged == []
    await browser.come_back("plaza", **answer)
    assert house.plaza.exchanged == [], "that state is used up"
    assert await untouched(house, account)


async def test_states_cannot_be_guessed(house: House) -> None:
    from bot.clock import new_secret

    secrets = {new_secret() for _ in range(100)}
    assert len(secrets) == 100
    assert all(re.fullmatch(r"[\w-]{43}", secret) for secret in secrets), "256 bits, nothing to quote"


# -- the browser of somebody else ------------------------------------------------------------------------------------


async def test_the_code_of_an_attacker_in_a_browser_that_never_left_connects_nothing(
    house: House, browser: Browser, account: Account
) -> None:
    """Somebody of the team gives away the address their own consent ended at."""
    attacker = browser.another()
    left = await attacker.leave(await house.offer(by=LUIS, chat_id=LUIS.id))
    page = await browser.result(await browser.come_back(code=house.plaza.agree(), state=left.state))
    assert "Confirma en el chat" in page.text
    assert await untouched(house, account)
    linking = house.told.outcomes[0].linking
    assert linking is not None
    assert (linking.chat_id, linking.by) == (LUIS.id, LUIS), "asked where it was begun, nowhere else"


async def test_the_state_of_somebody_else_does_not_count_as_ours(
    house: House, browser: Browser, account: Account
) -> None:
    """Our browser left too, for a link of our own: its cookie does not open that of another asking."""
    await browser.leave(await house.offer(account=account, by=CARMEN))
    theirs = await browser.another().leave(await house.offer(by=LUIS, chat_id=LUIS.id))
    page = await browser.result(await browser.come_back(code=house.plaza.agree(), state=theirs.state))
    assert "Confirma en el chat" in page.text
    assert await untouched(house, account)


@pytest.mark.parametrize("value", ["", "x", "secret", "a" * 5000])
async def test_a_forged_cookie_is_none(house: House, browser: Browser, account: Account, value: str) -> None:
    left = await browser.leave(await house.offer(account=account))
    browser.cookies = dict.fromkeys(browser.cookies, value)
    page = await browser.result(await browser.come_back(code=house.plaza.agree(), state=left.state))
    assert "Confirma en el chat" in page.text
    assert await untouched(house, account)


async def test_two_tabs_do_not_disturb_each_other(house: House, browser: Browser) -> None:
    first = await browser.leave(await house.offer("plaza"))
    second = await browser.leave(await house.offer("diario"))
    for platform, left in (("plaza", first), ("diario", second)):
        back = await browser.come_back(platform, code=house.plaza.agree(), state=left.state)
        assert "en orden" in (await browser.result(back, platform)).text
    assert browser.cookies == {}, "they have done their work"


@pytest.mark.parametrize(
    "headers",
    [FOREIGN, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": "none"}, {"Origin": "https://evil.example"}],
)
async def test_no_foreign_page_sends_a_person_to_the_network(
    house: House, browser: Browser, headers: dict[str, str]
) -> None:
    """Login CSRF: who consented before would be linked to the chat of an attacker without a tap."""
    page = await browser.ask("POST", await house.offer(delegated=True), headers)
    assert page.status == 403
    assert "Location" not in page.headers
    assert "Seguir en Plaza" in page.text, "the person can still do it on purpose"


@pytest.mark.parametrize("headers", [{}, {"Origin": "null"}, {"Origin": "https://bot.example"}])
async def test_an_old_browser_is_served(house: House, browser: Browser, headers: dict[str, str]) -> None:
    assert (await browser.ask("POST", await house.offer(), headers)).status == 303


async def test_an_account_authorized_by_a_delegated_link_waits_for_the_owner(
    house: House, browser: Browser, account: Account
) -> None:
    """Login CSRF the other way: who holds the link cannot put an account of theirs into the product alone."""
    await browser.link(await house.offer(delegated=True))
    assert await untouched(house, account)
    assert house.poked == []
    linking = house.told.outcomes[0].linking
    assert linking is not None
    assert (linking.chat_id, linking.by) == (CHAT, CARMEN)


# -- robots ----------------------------------------------------------------------------------------------------------


async def test_looking_at_a_link_uses_nothing_up(house: House, browser: Browser) -> None:
    link = await house.offer()
    for method in ("GET", "HEAD", "GET", "HEAD"):
        assert (await browser.ask(method, link, {"User-Agent": "TelegramBot (like TwitterBot)"})).status == 200
    assert browser.cookies == {}
    assert "en orden" in (await browser.link(link)).text


async def test_a_head_of_the_answer_uses_nothing_up(house: House, browser: Browser) -> None:
    left = await browser.leave(await house.offer())
    answer = f"/oauth/plaza/return?code={house.plaza.agree()}&state={left.state}"
    assert (await browser.ask("HEAD", answer)).status == 200
    assert "en orden" in (await browser.result(await browser.get(answer))).text


# -- parameters ------------------------------------------------------------------------------------------------------

GIVEN = ("state", "code", "error", "error_description", "error_reason", "redirect_uri", "next", "url", "scope")


@pytest.mark.parametrize("name", GIVEN)
@pytest.mark.parametrize("value", [INJECTED, "https://evil.example/", "//evil.example", "javascript:alert(1)"])
async def test_nothing_given_is_shown_or_followed(house: House, browser: Browser, name: str, value: str) -> None:
    left = await browser.leave(await house.offer())
    answer = {"code": house.plaza.agree(), "state": left.state} | {name: value}
    back = await browser.come_back(**answer)
    page = await browser.result(back)
    for shown in (back, page):
        assert "evil.example" not in shown.text + str(dict(shown.headers))
        assert "<script" not in shown.text
        assert "onerror" not in shown.text
        assert shown.headers.getall("Set-Cookie", []) == [] or "a=b" not in str(shown.headers.getall("Set-Cookie"))
    assert re.fullmatch(r"done/[\w-]+", back.location), "a clean address of ours, with nothing in it"


@pytest.mark.parametrize("query", ["?next=//evil.example", "?platform=diario", f"?x={quote(INJECTED)}"])
async def test_the_short_page_takes_no_parameters(house: House, browser: Browser, query: str) -> None:
    link = await house.offer()
    assert (await browser.get(link + query)).text == (await browser.get(link)).text
    left = await browser.leave(link + query)
    assert left.location.startswith(CONSENT)


@pytest.mark.parametrize("nonce", [quote(INJECTED, safe=""), "x" * 6000, "%00", "%2e%2e%2fetc", "%F0%9F%8D%9E", "%ff"])
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_strange_link_is_unknown(browser: Browser, nonce: str, method: str) -> None:
    page = await browser.ask(method, f"/o/{nonce}", {"Sec-Fetch-Site": "same-origin"})
    assert page.status == 404
    assert "<script" not in page.text


@pytest.mark.parametrize("name", ["state", "code", "error"])
async def test_very_long_parameters_are_refused(house: House, browser: Browser, account: Account, name: str) -> None:
    left = await browser.leave(await house.offer(account=account))
    answer = {"code": house.plaza.agree(), "state": left.state} | {name: "x" * 20_000}
    page = await browser.result(await browser.come_back(**answer))
    assert "no se ha conectado" in page.text or "ya no sirve" in page.text
    assert house.plaza.exchanged == []
    assert await untouched(house, account)


async def test_a_name_from_the_network_is_only_text(house: House, browser: Browser) -> None:
    from fakes.consenting import candidate

    house.plaza.opens = [candidate("1", INJECTED)]
    page = await browser.link(await house.offer())
    assert "<script" not in page.text
    assert "&lt;script&gt;" in page.text


@given(st.dictionaries(st.sampled_from(GIVEN), st.text(max_size=30), max_size=5))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_comes_back_is_answered(browser: Browser, answer: dict[str, str]) -> None:
    readable = {name: value.encode("utf-8", "replace").decode() for name, value in answer.items()}
    back = await browser.come_back(**readable)
    assert (back.status, (await browser.result(back)).status) == (303, 200)


# -- methods, hosts, networks that are not there -----------------------------------------------------------------------


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"])
@pytest.mark.parametrize("path", ["/o/x", "/oauth/plaza/return", "/oauth/plaza/done/x"])
async def test_other_methods_are_refused(browser: Browser, method: str, path: str) -> None:
    answer = await browser.ask(method, path)
    assert answer.status == 405
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


async def test_a_posted_answer_is_refused(house: House, browser: Browser) -> None:
    left = await browser.leave(await house.offer())
    answer = {"code": house.plaza.agree(), "state": left.state}
    assert (await browser.ask("POST", "/oauth/plaza/return", data=answer)).status == 405
    assert house.plaza.exchanged == []


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}])
async def test_addresses_are_ours_whatever_host_was_named(
    house: House, browser: Browser, headers: dict[str, str]
) -> None:
    link = await house.offer()
    left = await browser.leave(link, headers)
    assert quote("https://bot.example/oauth/plaza/return", safe="") in left.location
    back = await browser.ask(
        "GET", f"/oauth/plaza/return?code={house.plaza.agree()}&state={left.state}", headers=headers
    )
    page = await browser.ask("GET", f"/oauth/plaza/{back.location}", headers=headers)
    for shown in (await browser.ask("GET", link, headers), left, back, page):
        assert "evil.example" not in shown.text + str(dict(shown.headers))
    assert BOT in page.text


async def test_a_network_that_is_not_there_has_no_answers(browser: Browser) -> None:
    page = await browser.result(await browser.come_back("nowhere", code="c", state="s"), "nowhere")
    assert "ya no sirve" in page.text


async def test_a_result_of_somebody_else_cannot_be_found(browser: Browser) -> None:
    assert "Mira el chat" in (await browser.get("/oauth/plaza/done/guessed")).text
