"""X: what is asked for, renewed and given back, with and without our app."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from fakes.asking import TICKET, Asking, asks
from fakes.call import Call
from fakes.consent_rigs import PUBLIC_X_RIG, USER, X_RIG
from publishers.engine.errors import AuthExpired, NotPermitted, Unavailable
from publishers.twitter import UserCredentials


@pytest.fixture
async def asking() -> AsyncIterator[Asking]:
    async with asks(X_RIG) as found:
        yield found


SIGNING = UserCredentials(
    api_key=SecretStr("k"),
    api_secret=SecretStr("s"),
    access_token=SecretStr("1-t"),
    access_token_secret=SecretStr("ts"),
)


async def test_all_scopes_are_asked_for_with_a_challenge(asking: Asking) -> None:
    address = asking.authorizes().address(TICKET)
    assert address.startswith(f"{asking.fake.authorize_url}?")
    assert "scope=tweet.read%20tweet.write%20users.read%20media.write%20offline.access" in address
    query = parse_qs(urlsplit(address).query)
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["code_challenge"][0]) == 43


async def test_what_is_kept_of_a_consent(asking: Asking) -> None:
    [found] = await asking.linked()
    kept = found.credentials
    assert isinstance(kept, UserCredentials)
    assert (kept.user_id, kept.username) == (USER.id, "panaderia")
    assert kept.refresh_token is not None
    assert kept.expires_at == asking.clock.now() + timedelta(hours=2)
    publisher: Any = asking.publisher(kept)
    assert publisher.lead == timedelta(minutes=10)


@pytest.mark.parametrize("scope", ["tweet.read", "tweet.write", "users.read", "media.write", "offline.access"])
async def test_every_scope_is_necessary(asking: Asking, scope: str) -> None:
    error = await asking.refused((await asking.agreed(without={scope})).code)
    assert (error.code, error.params) == ("missing_scope", {"scopes": scope})


async def test_an_answer_without_scopes_means_all_of_them(asking: Asking) -> None:
    code = (await asking.agreed()).code
    asking.fake.user("77", "luna", "given-token")
    asking.fake.fault("POST /2/oauth2/token", "error", status=200, body={"access_token": "given-token"})
    [found] = await asking.authorizes().exchange(TICKET, code)
    assert (found.identity.name, found.credentials.expires_at) == ("@luna", None)


async def test_an_app_without_a_secret_names_itself_in_the_form() -> None:
    async with asks(PUBLIC_X_RIG) as asking:
        calls: list[Call] = []
        asking.fake.on_request = calls.append
        [found] = await asking.linked()
        publisher: Any = asking.publisher(found.credentials)
        await publisher.refresh()
        told = [call for call in calls if call.path == "/2/oauth2/token"]
        assert [("Authorization" in call.headers, dict(call.fields)["client_id"]) for call in told] == [
            (False, "990011")
        ] * 2


async def test_an_old_refresh_token_used_again_ends_the_new_one_too(asking: Asking) -> None:
    """Why only one may renew at a time."""
    [found] = await asking.linked()
    publisher: Any = asking.publisher(found.credentials)
    renewed = await publisher.refresh()
    with pytest.raises(AuthExpired):
        await publisher.refresh()
    with pytest.raises(AuthExpired):
        await asking.checked(renewed)
    assert (asking.fake.refresh_reuses, asking.fake.token_calls("refresh_token")) == (1, 2)


async def test_a_lost_answer_uses_the_refresh_token_up(asking: Asking) -> None:
    [found] = await asking.linked()
    publisher: Any = asking.publisher(found.credentials)
    asking.fake.fault("POST /2/oauth2/token", "lost")
    with pytest.raises(Unavailable):
        await publisher.refresh()
    assert asking.fake.token_calls("refresh_token") == 1, "nobody below us sends it again"
    with pytest.raises(AuthExpired):
        await publisher.refresh()


async def test_both_tokens_are_given_back_the_renewing_one_first(asking: Asking) -> None:
    [found] = await asking.linked()
    kept = found.credentials
    assert isinstance(kept, UserCredentials)
    assert kept.refresh_token is not None
    publisher: Any = asking.publisher(kept)
    await publisher.revoke()
    assert asking.fake.revoked == [kept.refresh_token.get_secret_value(), kept.access_token.get_secret_value()]
    with pytest.raises(AuthExpired):
        await publisher.refresh()


async def test_without_our_app_nothing_is_renewed_or_given_back(asking: Asking) -> None:
    [found] = await asking.linked()
    settings = asking.settings(client_id=None, client_secret=None)
    before = len(asking.fake.requests)
    for credentials, with_app in ((found.credentials, False), (SIGNING, True), (SIGNING, False)):
        publisher: Any = asking.platform.connect(
            asking.settings() if with_app else settings, credentials, asking.outside
        )
        assert publisher.lead is None
        with pytest.raises(AuthExpired):
            await publisher.refresh()
        with pytest.raises(NotPermitted, match="revoke_by_hand"):
            await publisher.revoke()
    assert len(asking.fake.requests) == before


async def test_without_a_refresh_token_there_is_no_renewal(asking: Asking) -> None:
    credentials = UserCredentials(user_id="1", username="x", access_token=SecretStr("t"))
    publisher: Any = asking.publisher(credentials)
    assert publisher.lead is None
    await publisher.revoke()
    assert asking.fake.revoked == ["t"]
