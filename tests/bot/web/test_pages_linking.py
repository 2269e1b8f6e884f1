"""Linking an account from a link in the chat to a page that says it is done."""

import pytest

from bot.leaving import DELEGATED_LIFE, LINK_LIFE
from fakes.consenting import BOT, CARMEN, CHAT, EVA, LUIS, Browser, House, candidate
from publishers.engine.errors import AuthExpired, NotPermitted, RateLimited, Rejected, Unavailable
from publishers.engine.linkings import STATE_LIFE, Stage
from publishers.engine.people import Question


async def test_the_page_says_what_will_happen(house: House, browser: Browser) -> None:
    account = await house.known()
    page = await browser.get(await house.offer(account=account))
    assert page.status == 200
    for part in ("Plaza", "@panaderia", "Carmen", "un minuto", "hasta las 11:00", "contraseña", "Seguir en Plaza"):
        assert part in page.text
    assert "<form method=" in page.text
    assert "<script" not in page.text


async def test_for_a_new_account_none_is_named(house: House, browser: Browser) -> None:
    page = await browser.get(await house.offer())
    assert "Conectar Plaza" in page.text
    assert "la cuenta que quieras conectar" in page.text


async def test_it_speaks_as_who_asked_does(house: House, browser: Browser) -> None:
    await house.speaks(CARMEN, "en")
    link = await house.offer()
    page = await browser.get(link)
    assert '<html lang="en">' in page.text
    assert "Continue to Plaza" in page.text
    assert "Back to the chat" in (await browser.link(link)).text


async def test_an_account_is_renewed_and_the_chat_is_told(house: House, browser: Browser) -> None:
    account = await house.known()
    page = await browser.link(await house.offer(account=account))
    assert "Plaza, en orden" in page.text
    assert "@panaderia" in page.text
    assert f'href="{BOT}"' in page.text
    (kept,) = await house.accounts()
    assert (kept.id, kept.credentials_version, kept.usable) == (account.id, 2, True)
    assert await house.token(kept) == "token-1"
    (told,) = house.told.outcomes
    assert (told.stage, told.account) == (Stage.DONE, kept)
    assert house.poked, "what waited goes on"


async def test_a_new_account_is_added_with_its_end(house: House, browser: Browser) -> None:
    found = candidate()
    expiry = house.clock.at.replace(year=2027)
    house.plaza.opens = [
        type(found)(found.identity, found.credentials.model_copy(update={"expires_at": expiry})),
    ]
    page = await browser.link(await house.offer())
    (kept,) = await house.accounts()
    assert (kept.external_id, kept.name, kept.expires_at) == ("1001", "@panaderia", expiry)
    assert "21 de noviembre de 2027" in page.text


async def test_the_name_people_gave_an_account_stays(house: House, browser: Browser) -> None:
    await house.known(name="La panadería")
    await browser.link(await house.offer())
    (kept,) = await house.accounts()
    assert kept.name == "La panadería"


async def test_both_calls_carry_the_same_address_and_a_verifier_nobody_saw(house: House, browser: Browser) -> None:
    link = await house.offer()
    left = await browser.leave(link)
    await browser.come_back(code=house.plaza.agree(), state=left.state)
    ((ticket, code),) = house.plaza.exchanged
    assert (ticket.redirect_uri, code) == ("https://bot.example/oauth/plaza/return", "code-1")
    assert ticket.verifier.get_secret_value() not in left.location + left.text + link
    assert ticket.verifier.get_secret_value() != ticket.state


async def test_one_of_several_that_is_expected_is_taken_by_itself(house: House, browser: Browser) -> None:
    account = await house.known("1002", "@obrador")
    house.plaza.opens = [candidate(), candidate("1002", "@obrador", "token-2")]
    assert "en orden" in (await browser.link(await house.offer(account=account))).text
    (kept,) = await house.accounts()
    assert (kept.external_id, await house.token(kept)) == ("1002", "token-2")


async def test_one_of_several_is_picked_in_the_chat(house: House, browser: Browser) -> None:
    house.plaza.opens = [candidate(), candidate("1002", "@obrador", "token-2")]
    page = await browser.link(await house.offer())
    assert "elige una en el chat" in page.text
    assert await house.accounts() == []
    (told,) = house.told.outcomes
    assert [each.name for each in told.candidates] == ["@panaderia", "@obrador"]
    assert told.linking is not None
    async with house.store.unit() as unit:
        kept = await house.linker.choose(unit, told.linking.id, 1, CARMEN, house.clock.now())
        again = await house.linker.choose(unit, told.linking.id, 0, CARMEN, house.clock.now())
    assert kept is not None
    assert (kept.name, await house.token(kept), again) == ("@obrador", "token-2", None)


@pytest.mark.parametrize("index", [-1, 1, 99])
async def test_nothing_is_picked_that_was_not_shown(house: House, browser: Browser, index: int) -> None:
    await browser.another().link(await house.offer(delegated=True))
    (told,) = house.told.outcomes
    assert told.linking is not None
    async with house.store.unit() as unit:
        assert await house.linker.choose(unit, told.linking.id, index, CARMEN, house.clock.now()) is None
    assert await house.accounts() == []


async def test_another_browser_leaves_the_last_word_to_who_asked(house: House, browser: Browser) -> None:
    account = await house.known()
    left = await browser.leave(await house.offer(account=account))
    native = browser.another()
    back = await native.come_back(code=house.plaza.agree(), state=left.state)
    page = await native.result(back)
    assert "Confirma en el chat que la cuenta es @panaderia" in page.text
    assert (await house.accounts())[0].credentials_version == 1
    (told,) = house.told.outcomes
    assert (told.stage, told.key) == (Stage.CHOOSING, "link.confirm")


async def test_a_delegated_link_is_confirmed_even_in_the_same_browser(house: House, browser: Browser) -> None:
    link = await house.offer(delegated=True)
    assert "Carmen te pide que conectes" in (await browser.get(link)).text
    page = await browser.link(link)
    assert "Carmen confirmará en su chat que la cuenta es @panaderia" in page.text
    assert BOT not in page.text, "the chat is not theirs"
    assert await house.accounts() == []


@pytest.mark.parametrize(("who", "may"), [(CARMEN, True), (LUIS, True), (EVA, False)])
async def test_who_asked_decides_and_an_owner_may_too(house: House, browser: Browser, who: object, may: bool) -> None:
    await browser.link(await house.offer(delegated=True, by=LUIS))
    (told,) = house.told.outcomes
    assert told.linking is not None
    async with house.store.unit() as unit:
        kept = await house.linker.choose(unit, told.linking.id, 0, who, house.clock.now())  # type: ignore[arg-type] # people
    assert (kept is not None) is may


async def test_another_editor_does_not_decide(house: House, browser: Browser) -> None:
    await browser.link(await house.offer(delegated=True, by=CARMEN))
    linking = house.told.outcomes[0].linking
    assert linking is not None
    async with house.store.unit() as unit:
        assert await house.linker.choose(unit, linking.id, 0, LUIS, house.clock.now()) is None
        await house.linker.reject(unit, linking.id, LUIS, house.clock.now())
        assert await unit.linkings.proposed(linking.id) is not None
        await house.linker.reject(unit, linking.id, CARMEN, house.clock.now())
        assert await unit.linkings.proposed(linking.id) is None
        assert await house.linker.choose(unit, linking.id, 0, CARMEN, house.clock.now()) is None


# -- what goes wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (NotPermitted(code="missing_scope", params={"scopes": "posts.write"}), "(posts.write)"),
        (NotPermitted(code="no_account"), "no abre ninguna cuenta"),
        (NotPermitted(), "Comprueba allí que la administras"),
        (NotPermitted(code="never_heard_of"), "Comprueba allí que la administras"),
        (AuthExpired(code="code_refused"), "no ha aceptado la respuesta"),
        (Rejected("odd"), "no ha dado el permiso"),
        ([], "no abre ninguna cuenta"),
    ],
)
async def test_a_definite_refusal_is_said_and_a_new_link_works(
    house: House, browser: Browser, fault: Exception, said: str
) -> None:
    link = await house.offer()
    house.plaza.opens = fault
    page = await browser.link(link)
    assert said in page.text
    assert "no se ha conectado" in page.text
    (told,) = house.told.outcomes
    assert told.again is not None
    assert told.again.url in page.text, "the page and the chat offer the same link"
    assert "caducado" in (await browser.get(link)).text
    house.plaza.opens = [candidate()]
    assert "en orden" in (await browser.link(told.again.url)).text


@pytest.mark.parametrize("error", ["access_denied", "user_denied", "server_error"])
async def test_a_consent_that_was_cancelled_changes_nothing(house: House, browser: Browser, error: str) -> None:
    account = await house.known()
    left = await browser.leave(await house.offer(account=account))
    page = await browser.result(await browser.come_back(error=error, error_description="no", state=left.state))
    assert "Intentar de nuevo" in page.text
    assert house.plaza.exchanged == []
    assert await house.accounts() == [account]


async def test_the_wrong_account_is_refused_by_name(house: House, browser: Browser) -> None:
    account = await house.known("2002", "@obrador")
    page = await browser.link(await house.offer(account=account))
    assert "Entraste en Plaza con @panaderia" in page.text
    assert "@obrador" in page.text
    assert await house.accounts() == [account], "nothing was kept"
    assert house.told.outcomes[0].key == "link.wrong_account"


@pytest.mark.parametrize("fault", [Unavailable("away"), RateLimited("later")])
async def test_while_the_network_is_away_the_link_stays_good(house: House, browser: Browser, fault: Exception) -> None:
    link = await house.offer()
    house.plaza.opens = fault
    page = await browser.link(link)
    assert "no responde ahora" in page.text
    assert link in page.text
    assert house.told.outcomes == [], "the page is enough"
    house.plaza.opens = [candidate()]
    assert "en orden" in (await browser.link(link)).text


async def test_an_exchange_that_takes_too_long_is_given_up(
    house: House, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.settling.PATIENCE", 0.01)
    house.plaza.gate = __import__("asyncio").Event()
    assert "no responde ahora" in (await browser.link(await house.offer())).text


async def test_an_answer_after_ten_minutes_is_too_late_and_the_link_is_not(house: House, browser: Browser) -> None:
    link = await house.offer()
    left = await browser.leave(link)
    house.clock.advance(STATE_LIFE.total_seconds())
    page = await browser.result(await browser.come_back(code=house.plaza.agree(), state=left.state))
    assert "más de diez minutos" in page.text
    assert link in page.text
    assert house.plaza.exchanged == []
    assert "en orden" in (await browser.link(link)).text


@pytest.mark.parametrize(("delegated", "life"), [(False, LINK_LIFE), (True, DELEGATED_LIFE)])
async def test_a_link_that_expired_says_so(house: House, browser: Browser, delegated: bool, life: object) -> None:
    link = await house.offer(delegated=delegated)
    house.clock.advance(life.total_seconds() - 1)  # type: ignore[attr-defined] # a timedelta
    assert (await browser.get(link)).status == 200
    house.clock.advance(1)
    for page in (await browser.get(link), await browser.leave(link)):
        assert page.status == 410
        assert "Ha caducado" in page.text
        assert ("Pide a Carmen" in page.text) is delegated
        assert (f'href="{BOT}"' in page.text) is not delegated


async def test_a_refused_delegated_link_is_not_prolonged(house: House, browser: Browser) -> None:
    link = await house.offer(delegated=True)
    house.clock.advance(DELEGATED_LIFE.total_seconds() - 60)
    house.plaza.opens = NotPermitted(code="no_account")
    await browser.link(link)
    again = house.told.outcomes[0].again
    assert again is not None
    house.clock.advance(60)
    assert (await browser.get(again.url)).status == 410


async def test_a_link_that_was_used_says_so(house: House, browser: Browser) -> None:
    link = await house.offer()
    await browser.link(link)
    assert "Ya se usó" in (await browser.get(link)).text
    assert "Ya se usó" in (await browser.leave(link)).text


async def test_an_unknown_link_says_how_to_get_one(browser: Browser) -> None:
    page = await browser.get("/o/never-offered")
    assert page.status == 404
    assert "/reautorizar" in page.text


async def test_who_left_the_team_links_nothing_any_more(house: House, browser: Browser) -> None:
    await house.speaks(EVA, "es", "editor")
    link = await house.offer(by=EVA)
    left = await browser.leave(link)
    await house.speaks(EVA, "es", "author")
    page = await browser.result(await browser.come_back(code=house.plaza.agree(), state=left.state))
    assert await house.accounts() == []
    assert "no se ha conectado" in page.text
    assert (await browser.get(link)).status == 410


async def test_an_account_removed_meanwhile_does_not_come_back(house: House, browser: Browser) -> None:
    account = await house.known()
    link = await house.offer(account=account)
    left = await browser.leave(link)
    async with house.store.unit() as unit:
        await unit.accounts.remove(account.id, house.clock.now())
    await browser.come_back(code=house.plaza.agree(), state=left.state)
    assert await house.accounts() == []
    assert (await browser.get(link)).status == 410


async def test_a_result_is_shown_for_a_while(house: House, browser: Browser) -> None:
    left = await browser.leave(await house.offer())
    back = await browser.come_back(code=house.plaza.agree(), state=left.state)
    assert "en orden" in (await browser.result(back)).text
    assert "en orden" in (await browser.result(back)).text, "a page can be looked at again"
    house.clock.advance(600)
    assert "Mira el chat" in (await browser.result(back)).text


# -- without a public address ----------------------------------------------------------------------------------------


@pytest.fixture
def indoors(house: House) -> House:
    return House(house.store, public_url=None)


async def test_without_an_address_the_link_leads_to_the_network(indoors: House) -> None:
    async with indoors.store.unit() as unit:
        now = indoors.clock.now()
        offer = await indoors.linker.offer(unit, "plaza", account=None, chat_id=CHAT, by=CARMEN, now=now)
        asking = await unit.linkings.open(CHAT, CARMEN.id)
    assert (offer.pasted, offer.button) == (True, True)
    assert offer.url.startswith("https://www.plaza.example/dialog?")
    assert asking is not None
    assert asking.ticket.redirect_uri == "http://localhost:8080/oauth/plaza/return"
    assert (asking.linking.id, asking.ticket.state in offer.url) == (offer.linking_id, True)


async def pasting(house: House, text: str) -> tuple[str, str]:
    """What is pasted, with the state and a good code in it; the linking's id and what came of it."""
    from pydantic import SecretStr

    await house.offer()
    async with house.store.view() as unit:
        asking = await unit.linkings.open(CHAT, CARMEN.id)
    assert asking is not None
    pasted = text.format(code=house.plaza.agree(), state=asking.ticket.state)
    outcome = await house.linker.finish(asking.linking.id, SecretStr(pasted))
    return asking.linking.id, outcome.key


@pytest.mark.parametrize(
    "text",
    [
        "http://localhost:8080/oauth/plaza/return?code={code}&state={state}#_=_",
        "localhost:8080/oauth/plaza/return?state={state}&code={code}",
        "code={code}&state={state}",
    ],
)
async def test_the_final_address_is_confirmed_in_the_chat(indoors: House, text: str) -> None:
    linking_id, key = await pasting(indoors, text)
    assert key == "link.confirm"
    async with indoors.store.unit() as unit:
        assert await indoors.linker.choose(unit, linking_id, 0, CARMEN, indoors.clock.now()) is not None


async def test_a_bare_code_is_enough(indoors: House) -> None:
    indoors.plaza.numbers = iter([123456789])
    _, key = await pasting(indoors, "{code}#_")
    assert key == "link.confirm"


@pytest.mark.parametrize("text", ["?code={code}&state=forged", "hola", "https://bot.example/"])
async def test_what_answers_another_question_is_refused_and_the_link_stays_good(indoors: House, text: str) -> None:
    from pydantic import SecretStr

    linking_id, key = await pasting(indoors, text)
    assert key == "link.foreign"
    assert indoors.plaza.exchanged == []
    async with indoors.store.view() as unit:
        asking = await unit.linkings.open(CHAT, CARMEN.id)
    assert asking is not None
    good = SecretStr(f"?code={indoors.plaza.agree()}&state={asking.ticket.state}")
    assert (await indoors.linker.finish(linking_id, good)).key == "link.confirm"
    assert (await indoors.linker.finish(linking_id, good)).key == "link.unknown", "once"


async def test_a_pasted_answer_that_is_refused_brings_a_new_link_and_its_question(indoors: House) -> None:
    indoors.plaza.opens = Unavailable("away")
    await pasting(indoors, "?code={code}&state={state}")
    (told,) = indoors.told.outcomes
    assert (told.key, told.stage) == ("link.away", Stage.REFUSED)
    assert told.again is not None
    assert told.again.pasted
    async with indoors.store.view() as unit:
        assert await unit.questions.open(CHAT, CARMEN.id) == Question("link", told.again.linking_id)


async def test_a_browser_on_this_machine_comes_back_by_itself_and_is_confirmed(indoors: House) -> None:
    await indoors.offer()
    async with indoors.store.view() as unit:
        asking = await unit.linkings.open(CHAT, CARMEN.id)
    assert asking is not None
    async with indoors.open() as browser:
        page = await browser.result(await browser.come_back(code=indoors.plaza.agree(), state=asking.ticket.state))
    assert "Confirma en el chat" in page.text


# -- with a key ------------------------------------------------------------------------------------------------------


async def keying(house: House, key: str = "a-key", **options: object) -> str:
    from pydantic import SecretStr

    asked = {"account": None, "chat_id": CHAT, "by": CARMEN, "now": house.clock.now()} | options
    async with house.store.unit() as unit:
        linking_id = await house.linker.ask_key(unit, "plaza", **asked)  # type: ignore[arg-type] # as above
    return (await house.linker.keyed(linking_id, SecretStr(key))).key


async def test_a_key_is_proven_and_kept(house: House) -> None:
    assert await keying(house) == "link.connected"
    (kept,) = await house.accounts()
    assert (kept.name, await house.token(kept)) == ("@1001", "a-key")
    assert [told.stage for told in house.told.outcomes] == [Stage.DONE]


async def test_a_key_of_another_account_is_refused(house: House) -> None:
    account = await house.known("2002", "@obrador")
    assert await keying(house, account=account) == "link.wrong_account"
    assert await house.accounts() == [account]
