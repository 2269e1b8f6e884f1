"""What every platform that links by consent must do, whatever the person and its servers do meanwhile."""

import logging
import traceback
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from fakes.asking import TICKET, Asking, asks
from fakes.call import Call
from fakes.consent import RefusedError, consent
from fakes.consent_rigs import APP, APP_SECRET, CONSENT_RIGS, OTHER_REDIRECT, REDIRECT, sent_secrets
from fakes.rigged import platform_of
from publishers.engine.authorization import Candidate, Refreshes, Revokes
from publishers.engine.errors import AuthExpired, NotPermitted, PublishingError, RateLimited, Unavailable
from publishers.engine.loading import known_platforms
from publishers.wire.http import quiet


@pytest.fixture(params=CONSENT_RIGS, ids=str)
async def asking(request: pytest.FixtureRequest) -> AsyncIterator[Asking]:
    async with asks(request.param) as found:
        yield found


def test_every_platform_that_links_by_consent_is_here() -> None:
    linking = {name for name in known_platforms() if platform_of(name).authorize is not None}
    assert linking == {rig.platform for rig in CONSENT_RIGS}


# -- the address -----------------------------------------------------------------------------------------------------


async def test_the_address_asks_for_a_code_and_shows_no_secret(asking: Asking) -> None:
    address = asking.authorizes().address(TICKET)
    query = parse_qs(urlsplit(address).query, strict_parsing=True)
    assert {name: query[name] for name in ("client_id", "redirect_uri", "state", "response_type")} == {
        "client_id": [APP], "redirect_uri": [REDIRECT], "state": [TICKET.state], "response_type": ["code"]
    }  # fmt: skip
    assert asking.rig.scope in query["scope"][0].replace(",", " ").split()
    assert APP_SECRET not in address
    assert TICKET.verifier.get_secret_value() not in address
    assert asking.fake.requests == [], "it only makes an address"


async def test_without_our_app_there_is_no_linking(asking: Asking) -> None:
    assert asking.platform.authorize is not None
    bare = asking.platform.settings.model_validate(
        {**asking.rig.stanza(asking.fake), "client_id": None, "client_secret": None}
    )
    assert asking.platform.authorize(bare, asking.outside) is None


async def test_the_platform_asks_only_for_addresses_it_knows(asking: Asking) -> None:
    with pytest.raises(RefusedError):
        await asking.agreed(replace(TICKET, redirect_uri="https://elsewhere.example/oauth/return"))
    with pytest.raises(RefusedError):
        await consent(asking.authorizes(client_id="4711", client_secret="x").address(TICKET))


async def test_who_cancels_comes_back_with_the_state_and_no_code(asking: Asking) -> None:
    back = await asking.agreed(allow=False)
    assert back.location.startswith(REDIRECT)
    assert (back.query["error"], back.query["state"]) == ("access_denied", TICKET.state)
    assert "code" not in back.query


# -- the code --------------------------------------------------------------------------------------------------------


async def test_a_consent_opens_an_account_that_works(asking: Asking) -> None:
    back = await asking.agreed()
    assert back.query["state"] == TICKET.state
    assert back.location.endswith(asking.rig.tail)
    [found] = await asking.authorizes().exchange(TICKET, back.code)
    assert found.identity == asking.rig.account
    assert found.credentials.account == asking.rig.account.id
    assert isinstance(found.credentials, asking.platform.credentials)
    assert await asking.checked(found.credentials) == asking.rig.account
    assert asking.calls(asking.rig.code_call) >= 1


async def test_what_is_linked_says_until_when(asking: Asking) -> None:
    [found] = await asking.linked()
    ends = asking.rig.ends
    assert found.credentials.expires_at == (None if ends is None else asking.clock.now() + ends)


async def test_a_code_copied_by_hand_may_have_the_end_of_its_address_with_it(asking: Asking) -> None:
    back = await asking.agreed()
    [found] = await asking.authorizes().exchange(TICKET, f" {back.code}{asking.rig.tail}\n")
    assert found.identity == asking.rig.account


async def test_a_code_is_good_for_one_use(asking: Asking) -> None:
    code = (await asking.agreed()).code
    await asking.authorizes().exchange(TICKET, code)
    error = await asking.refused(code)
    assert (type(error), error.code) == (AuthExpired, "code_refused")


async def test_a_code_lives_as_long_as_the_platform_says(asking: Asking) -> None:
    code = (await asking.agreed()).code
    asking.clock.advance(asking.rig.life.total_seconds() + 1)
    assert (await asking.refused(code)).code == "code_refused"


async def test_a_code_of_somebody_elses_asking_is_refused(asking: Asking) -> None:
    code = (await asking.agreed()).code
    assert (await asking.refused(code, replace(TICKET, redirect_uri=OTHER_REDIRECT))).code == "code_refused"
    if asking.rig.pkce:
        code = (await asking.agreed()).code
        other = replace(TICKET, verifier=SecretStr("another0" * 8))
        assert (await asking.refused(code, other)).code == "code_refused"


@pytest.mark.parametrize("code", ["", "made-up", "a" * 3000, "x&grant_type=y", "ñ\n#_"])
async def test_what_is_no_code_is_refused(asking: Asking, code: str) -> None:
    error = await asking.refused(code)
    assert (type(error), error.code) == (AuthExpired, "code_refused")


# -- what the person leaves out --------------------------------------------------------------------------------------


async def test_a_box_that_was_unticked_is_named(asking: Asking) -> None:
    code = (await asking.agreed(without={asking.rig.scope})).code
    error = await asking.refused(code)
    assert (type(error), error.code) == (NotPermitted, "missing_scope")
    assert error.params == {"scopes": asking.rig.scope}


async def test_a_consent_that_opens_no_account(asking: Asking) -> None:
    if asking.rig.none is None:
        pytest.skip("there is always one")
    asking.rig.none(asking.fake)
    error = await asking.refused((await asking.agreed()).code)
    assert (type(error), error.code) == (NotPermitted, "no_account")


async def test_a_consent_that_opens_several_accounts(asking: Asking) -> None:
    if asking.rig.more is None:
        pytest.skip("it opens one at most")
    expected = asking.rig.more(asking.fake)
    found = await asking.linked()
    assert len(expected) > 1
    assert [each.identity for each in found] == list(expected)
    for each in found:
        assert await asking.checked(each.credentials) == each.identity
    assert len({each.credentials.account for each in found}) == len(found)


# -- what the platform does ------------------------------------------------------------------------------------------

OUTAGES: list[tuple[str, dict[str, Any]]] = [
    ("html", {"status": 502}),
    ("html", {"status": 404}),
    ("lost", {}),
    ("truncated", {}),
    ("refused", {}),
    ("error", {"status": 503}),
    ("store_then_error", {"status": 200}),
    ("error", {"status": 200, "body": b"{}"}),
    ("error", {"status": 200, "body": b'{"access_token": null}'}),
    ("error", {"status": 200, "body": b"[]"}),
]


@pytest.mark.parametrize(("kind", "args"), OUTAGES)
async def test_an_outage_says_nothing_of_the_code(asking: Asking, kind: str, args: dict[str, Any]) -> None:
    code = (await asking.agreed()).code
    asking.fake.fault(asking.rig.code_call, kind, **args)
    assert isinstance(await asking.refused(code), Unavailable)
    assert asking.calls(asking.rig.code_call) <= 1, "a code is sent once"


async def test_too_many_calls_is_told_with_an_hour(asking: Asking) -> None:
    code = (await asking.agreed()).code
    asking.fake.fault(asking.rig.code_call, "rate_limited")
    error = await asking.refused(code)
    assert isinstance(error, RateLimited)
    assert error.retry_at is not None
    assert error.retry_at > asking.clock.now()


async def test_one_read_that_fails_does_not_cost_the_person_the_way(asking: Asking) -> None:
    """The code is used up: it is asked once more."""
    for where in asking.rig.later_calls:
        code = (await asking.agreed()).code
        asking.fake.fault(where, "html", status=503)
        [found] = await asking.authorizes().exchange(TICKET, code)
        assert found.identity == asking.rig.account
        assert asking.fake.script.unspent() == []


async def test_reads_that_fail_twice_are_an_outage(asking: Asking) -> None:
    for where in asking.rig.later_calls:
        code = (await asking.agreed()).code
        asking.fake.fault(where, "html", 9, status=503)
        assert isinstance(await asking.refused(code), Unavailable), where


GARBAGE = (
    b"",
    b"null",
    b"[]",
    b'"x"',
    b"{",
    b"\xff\xfe",
    b"{}",
    b'{"data": null}',
    b'{"data": []}',
    b'{"data": [null]}',
    b'{"data": 7}',
    b'{"data": {"id": {}}}',
    b'{"data": [{"id": "x y", "access_token": 7}], "paging": []}',
    b'{"data": {"scopes": "x", "granular_scopes": 7, "expires_at": "x"}}',
    b'{"data": {"scopes": [], "granular_scopes": [{"scope": "x", "target_ids": 7}], "expires_at": 99999999999999}}',
    b'{"user_id": "x", "username": 7}',
    b'{"access_token": "t", "expires_in": {}, "scope": 7, "permissions": 7, "user_id": []}',
)


@pytest.mark.parametrize("body", GARBAGE)
async def test_an_answer_without_sense_is_never_a_mistake_of_ours(asking: Asking, body: bytes) -> None:
    """Something is opened all the same, or an error of the family is raised."""
    for where in (asking.rig.code_call, *asking.rig.later_calls):
        code = (await asking.agreed()).code
        asking.fake.fault(where, "error", 9, status=200, body=body)
        with suppress(PublishingError):
            assert await asking.authorizes().exchange(TICKET, code)
        asking.fake.script.scripted.clear()


async def test_an_app_the_platform_does_not_know_is_no_fault_of_the_code(asking: Asking) -> None:
    """Some platforms cannot tell the two apart: then a new code is asked for, which is at least true."""
    code = (await asking.agreed()).code
    with pytest.raises(PublishingError) as raised:
        await asking.authorizes(client_secret="another").exchange(TICKET, code)
    assert raised.value.code in {"client_refused", "code_refused"}


# -- renewing --------------------------------------------------------------------------------------------------------


async def refreshing(asking: Asking) -> tuple[Refreshes, Candidate]:
    """What renews the account just linked, as soon as it may be."""
    [found] = await asking.linked()
    asking.clock.advance(asking.rig.ripe.total_seconds())
    publisher = asking.publisher(found.credentials)
    if asking.rig.renewal is None:
        assert not isinstance(publisher, Refreshes) or publisher.lead is None
        pytest.skip("it cannot be renewed")
    assert isinstance(publisher, Refreshes)
    return publisher, found


async def test_what_is_renewed_works_and_lasts_longer(asking: Asking) -> None:
    publisher, found = await refreshing(asking)
    assert publisher.lead is not None
    assert asking.rig.ends is not None
    assert timedelta(0) < publisher.lead < asking.rig.ends / 2
    renewed = await publisher.refresh()
    assert type(renewed) is type(found.credentials)
    assert renewed.account == found.credentials.account
    assert renewed.expires_at == asking.clock.now() + asking.rig.ends
    assert renewed != found.credentials
    assert await asking.checked(renewed) == asking.rig.account
    again = asking.publisher(renewed)
    assert isinstance(again, Refreshes)
    asking.clock.advance(asking.rig.ripe.total_seconds())
    assert (await again.refresh()).account == found.credentials.account


async def test_what_is_over_cannot_be_renewed(asking: Asking) -> None:
    publisher, _ = await refreshing(asking)
    asking.rig.over(asking.fake)
    with pytest.raises(AuthExpired):
        await publisher.refresh()


@pytest.mark.parametrize(("kind", "args"), OUTAGES)
async def test_an_outage_while_renewing_is_not_definite(asking: Asking, kind: str, args: dict[str, Any]) -> None:
    publisher, _ = await refreshing(asking)
    assert asking.rig.renewal is not None
    asking.fake.fault(asking.rig.renewal, kind, 9, **args)
    with pytest.raises(Unavailable):
        await publisher.refresh()


async def test_too_many_calls_while_renewing(asking: Asking) -> None:
    publisher, _ = await refreshing(asking)
    assert asking.rig.renewal is not None
    asking.fake.fault(asking.rig.renewal, "rate_limited")
    with pytest.raises(RateLimited):
        await publisher.refresh()


# -- giving back -----------------------------------------------------------------------------------------------------


async def revoking(asking: Asking) -> tuple[Revokes, Candidate]:
    [found] = await asking.linked()
    publisher = asking.publisher(found.credentials)
    assert isinstance(publisher, Revokes)
    return publisher, found


async def test_a_permission_given_back_is_over(asking: Asking) -> None:
    publisher, found = await revoking(asking)
    if asking.rig.giving_back is None:
        with pytest.raises(NotPermitted) as raised:
            await publisher.revoke()
        assert raised.value.code == "revoke_by_hand"
        return
    await publisher.revoke()
    with pytest.raises(AuthExpired):
        await asking.checked(found.credentials)


@pytest.mark.parametrize(("kind", "args"), [("html", {"status": 502}), ("lost", {}), ("refused", {})])
async def test_an_outage_while_giving_back(asking: Asking, kind: str, args: dict[str, Any]) -> None:
    if asking.rig.giving_back is None:
        pytest.skip("only a person can")
    publisher, _ = await revoking(asking)
    asking.fake.fault(asking.rig.giving_back, kind, 9, **args)
    with pytest.raises((Unavailable, AuthExpired) if kind == "lost" else Unavailable):
        await publisher.revoke()  # asked once more below us, what was lost may turn out to be done


# -- secrets ---------------------------------------------------------------------------------------------------------


def told(error: BaseException) -> str:
    """All that could be printed of an error."""
    details = [repr(vars(error))] if isinstance(error, PublishingError) else []
    return "\n".join([str(error), repr(error), *details, *traceback.format_exception(error)])


@dataclass
class Ears:
    """All that was logged or printed, and all that nobody may read in it."""

    asking: Asking
    caplog: pytest.LogCaptureFixture
    capsys: pytest.CaptureFixture[str]
    secrets: set[str]

    def hear(self, call: Call) -> None:
        self.secrets.update(value for value in sent_secrets(call) if len(value) > 5)

    def leaks(self, *shown: str) -> list[str]:
        printed = self.capsys.readouterr()
        text = "\n".join([*shown, self.caplog.text, printed.out, printed.err])
        return [secret for secret in self.secrets | set(self.asking.rig.issued(self.asking.fake)) if secret in text]


@pytest.fixture
def ears(asking: Asking, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]) -> Ears:
    for name in logging.root.manager.loggerDict:
        caplog.set_level(logging.NOTSET, logger=name)  # whatever level an earlier test left behind
    caplog.set_level(logging.DEBUG)
    quiet()
    found = Ears(asking, caplog, capsys, {APP_SECRET, TICKET.verifier.get_secret_value()})
    asking.fake.on_request = found.hear
    return found


TROUBLES = ("html", "lost", "truncated", "refused", "rate_limited", "expired_token")


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_no_log_and_no_error_of_a_consent_shows_a_secret(asking: Asking, ears: Ears, trouble: str) -> None:
    for where in (asking.rig.code_call, *asking.rig.later_calls):
        code = (await asking.agreed()).code
        asking.fake.fault(where, trouble, 9)  # the library below asks for a read again by itself
        error = await asking.refused(code)
        assert ears.leaks(told(error)) == []
        for each in asking.fake.script.unspent():
            each.left = 0
    assert len(ears.secrets) > 2
    logging.getLogger("aiohttp.client").debug("still there")
    assert "still there" in ears.caplog.text, "the logs were listened to"


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_no_log_and_no_error_afterwards_shows_a_secret(asking: Asking, ears: Ears, trouble: str) -> None:
    [found] = await asking.linked()
    asking.clock.advance(asking.rig.ripe.total_seconds())
    publisher: Any = asking.publisher(found.credentials)
    assert ears.leaks(repr(found), repr(publisher), repr(asking.authorizes())) == []
    for where, act in ((asking.rig.renewal, "refresh"), (asking.rig.giving_back, "revoke")):
        if where is not None:
            asking.fake.fault(where, trouble, 9)
            with pytest.raises(PublishingError) as raised:
                await getattr(publisher, act)()
            assert ears.leaks(told(raised.value)) == []


async def test_a_platform_that_repeats_what_we_sent_does_not_make_us_tell_a_secret(asking: Asking, ears: Ears) -> None:
    [found] = await asking.linked()
    publisher: Any = asking.publisher(found.credentials)
    asking.clock.advance(asking.rig.ripe.total_seconds())

    async def parrot(call: Call) -> None:
        ears.hear(call)
        words = " ".join(sent_secrets(call))
        body = {"error": {"message": words, "code": 100}, "error_message": words, "detail": words}
        oauth = {"error": "invalid_grant", "error_description": words}
        asking.fake.script.scripted.clear()
        asking.fake.fault("* *", "error", status=400, body=oauth if asking.rig.platform == "twitter" else body)

    code = (await asking.agreed()).code
    asking.fake.on_request = parrot
    errors = [await asking.refused(code)]
    for where, act in ((asking.rig.renewal, "refresh"), (asking.rig.giving_back, "revoke")):
        if where is not None:
            with pytest.raises(PublishingError) as raised:
                await getattr(publisher, act)()
            errors.append(raised.value)
    assert ears.leaks(*map(told, errors)) == []
