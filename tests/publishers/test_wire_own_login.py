"""Instagram's own login: the shapes of its answers, and its renewal."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from fakes.asking import TICKET, Asking, asks
from fakes.call import Call
from fakes.consent_rigs import OWN_RIG, PROFESSIONAL
from fakes.graph import graph_error
from publishers.engine.errors import AuthExpired, NotPermitted, RateLimited, Unavailable
from publishers.instagram import ProfessionalCredentials
from publishers.wire.own_login import first, permissions

HOUR, DAY = 3600, 86400


@pytest.fixture
async def asking() -> AsyncIterator[Asking]:
    async with asks(OWN_RIG) as found:
        yield found


async def test_the_address_is_the_one_of_the_configuration(asking: Asking) -> None:
    address = asking.authorizes().address(TICKET)
    assert address.startswith(f"{asking.fake.instagram_authorize_url}?")
    query = parse_qs(urlsplit(address).query)
    assert query["scope"] == ["instagram_business_basic,instagram_business_content_publish"]
    assert "code_challenge" not in query


async def test_the_permission_to_comment_is_asked_for_where_comments_are_made(asking: Asking) -> None:
    address = asking.authorizes(words={"hashtags": "comment"}).address(TICKET)
    [scopes] = parse_qs(urlsplit(address).query)["scope"]
    assert scopes.split(",")[-1] == "instagram_business_manage_comments"


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"access_token": "t"}, {"access_token": "t"}),
        ({"data": [{"access_token": "t"}]}, {"access_token": "t"}),
        ({"data": []}, {}),
        ({"data": [7]}, {}),
        ({"data": {"x": 1}}, {"data": {"x": 1}}),
    ],
)
def test_one_record_wrapped_or_flat(told: dict[str, Any], found: dict[str, Any]) -> None:
    assert first(told) == found


@pytest.mark.parametrize(
    ("told", "granted"),
    [
        ("a,b", {"a", "b"}),
        ("a, b", {"a", "b"}),
        (["a", "b"], {"a", "b"}),
        ("", {""}),
        ([], set()),
        (None, None),
        (7, None),
    ],
)
def test_permissions_as_text_or_list(told: Any, granted: set[str] | None) -> None:
    assert permissions({"permissions": told}) == granted


@pytest.mark.parametrize("wrapped", [True, False])
@pytest.mark.parametrize("me_wrapped", [True, False])
@pytest.mark.parametrize("kind", ["BUSINESS", "business", "Media_Creator"])
async def test_every_shape_of_the_way(asking: Asking, wrapped: bool, me_wrapped: bool, kind: str) -> None:
    asking.fake.own_login.wrapped, asking.fake.own_login.me_wrapped = wrapped, me_wrapped
    asking.fake.nodes[PROFESSIONAL.id].account_type = kind
    [found] = await asking.linked()
    assert isinstance(found.credentials, ProfessionalCredentials)
    assert (found.identity, found.credentials.ig_user_id) == (PROFESSIONAL, PROFESSIONAL.id)
    assert (found.credentials.login, found.credentials.page_id) == ("instagram", None)


async def test_a_personal_account_is_refused_by_name(asking: Asking) -> None:
    asking.fake.nodes[PROFESSIONAL.id].account_type = "PERSONAL"
    error = await asking.refused((await asking.agreed()).code)
    assert (type(error), error.code) == (NotPermitted, "personal_account")
    assert error.params == {"name": "@panaderia"}


async def test_a_type_that_is_not_told_is_no_fault(asking: Asking) -> None:
    code = (await asking.agreed()).code
    asking.fake.fault("GET /*/me", "error", status=200, body={"user_id": PROFESSIONAL.id})
    [found] = await asking.authorizes().exchange(TICKET, code)
    assert found.identity.name == f"@{PROFESSIONAL.id}"


@pytest.mark.parametrize(
    ("status", "body", "error", "code"),
    [
        (400, {"error_type": "OAuthException", "code": 400, "error_message": "used"}, AuthExpired, "code_refused"),
        (200, {"error_type": "OAuthException", "code": 400, "error_message": "used"}, Unavailable, "unavailable"),
        (400, graph_error(190, "over"), AuthExpired, "code_refused"),
        (400, graph_error(1, "Error validating client secret."), NotPermitted, "client_refused"),
        (
            429,
            {"error_type": "OAuthRateLimitException", "code": 429, "error_message": "slow"},
            RateLimited,
            "rate_limited",
        ),
        (500, {"error_type": "OAuthException", "code": 500, "error_message": "sorry"}, Unavailable, "unavailable"),
    ],
)
async def test_what_the_token_endpoint_answers(
    asking: Asking, status: int, body: Any, error: type[Exception], code: str
) -> None:
    given = (await asking.agreed()).code
    asking.fake.fault("POST /oauth/access_token", "error", status=status, body=body)
    raised = await asking.refused(given)
    assert (type(raised), raised.code) == (error, code)


async def test_the_code_goes_as_a_form_and_only_two_calls_have_a_token_in_the_address(asking: Asking) -> None:
    seen: dict[str, list[str]] = {}

    def look(call: Call) -> None:
        seen[call.path] = [name for name, _ in call.query]

    asking.fake.on_request = look
    await asking.linked()
    assert seen == {
        "/oauth/authorize": ["client_id", "redirect_uri", "response_type", "scope", "state"],
        "/oauth/access_token": [],
        "/access_token": ["grant_type", "client_secret", "access_token"],
        "/v26.0/me": ["fields"],
    }


async def renewal(asking: Asking, age: float) -> Any:
    [found] = await asking.linked()
    asking.clock.advance(age)
    return asking.publisher(found.credentials)


async def test_a_token_lives_sixty_days_from_its_last_renewal(asking: Asking) -> None:
    publisher = await renewal(asking, 45 * DAY)
    assert publisher.lead == timedelta(days=15)
    renewed = await publisher.refresh()
    assert renewed.expires_at == asking.clock.now() + timedelta(days=60)
    asking.clock.advance(59 * DAY)
    assert await asking.checked(renewed) == PROFESSIONAL
    with pytest.raises(AuthExpired):
        await publisher.check()


async def test_a_token_too_young_to_be_renewed_is_not_over(asking: Asking) -> None:
    publisher = await renewal(asking, 23 * HOUR)
    with pytest.raises(Unavailable, match="although it works"):
        await publisher.refresh()
    asking.clock.advance(HOUR)
    assert (await publisher.refresh()).account == PROFESSIONAL.id


async def test_a_token_that_is_over_is_definite(asking: Asking) -> None:
    publisher = await renewal(asking, 60 * DAY)
    with pytest.raises(AuthExpired):
        await publisher.refresh()


async def test_a_file_may_leave_the_login_to_the_configuration(asking: Asking) -> None:
    """Then it is renewed as well."""
    asking.fake.instagram("17841400000000009", "old-token", username="luna", login="instagram")
    given = ProfessionalCredentials(ig_user_id="17841400000000009", access_token=SecretStr("old-token"))
    publisher: Any = asking.publisher(given)
    renewed = await publisher.refresh()
    assert (renewed.login, renewed.ig_user_id) == ("instagram", "17841400000000009")


async def test_an_account_by_its_page_is_never_renewed(asking: Asking) -> None:
    given = ProfessionalCredentials(ig_user_id="1", access_token=SecretStr("t"), login="facebook", page_id="2")
    publisher: Any = asking.publisher(given)
    assert publisher.lead is None
    with pytest.raises(AuthExpired):
        await publisher.refresh()
    assert asking.fake.requests == []
