"""Meta's login: what its dialog is asked, and the shapes of its answers."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from fakes.asking import TICKET, Asking, asks
from fakes.consent import RefusedError, consent
from fakes.consent_rigs import BY_PAGE_RIG, FACEBOOK_RIG, PAGE, PERSON, PROFESSIONAL
from fakes.graph import graph_error
from publishers.engine.contract import Identity
from publishers.engine.errors import AuthExpired, NotPermitted, RateLimited, Unavailable
from publishers.facebook import PageCredentials
from publishers.instagram import ProfessionalCredentials
from publishers.wire.graph_scopes import Inspection

DAY = timedelta(days=1)


@pytest.fixture
async def pages() -> AsyncIterator[Asking]:
    async with asks(FACEBOOK_RIG) as asking:
        yield asking


@pytest.fixture
async def linked() -> AsyncIterator[Asking]:
    async with asks(BY_PAGE_RIG) as asking:
        yield asking


# -- the dialog ------------------------------------------------------------------------------------------------------


def asked(asking: Asking, **settings: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(asking.authorizes(**settings).address(TICKET)).query)


async def test_the_dialog_asks_for_what_the_stanza_says_and_again_for_what_was_refused(pages: Asking) -> None:
    address = pages.authorizes().address(TICKET)
    assert address.startswith(f"{pages.fake.dialog_url}/v26.0/dialog/oauth?")
    assert asked(pages)["scope"] == ["pages_show_list,pages_manage_posts,pages_read_engagement"]
    assert asked(pages)["auth_type"] == ["rerequest"]
    more = ["pages_show_list", "pages_manage_posts", "pages_read_engagement", "pages_manage_engagement"]
    assert asked(pages, permissions=more)["scope"] == [",".join(more)]
    await pages.agreed(without={"pages_manage_posts"})
    [found] = await pages.linked()
    assert found.identity == PAGE


COMMENTS = {"words": {"hashtags": "comment"}}


async def test_the_permission_to_comment_is_asked_for_where_comments_are_made(pages: Asking, linked: Asking) -> None:
    [scopes] = asked(pages, **COMMENTS)["scope"]
    assert scopes == "pages_show_list,pages_manage_posts,pages_read_engagement,pages_manage_engagement"
    [scopes] = asked(linked, **COMMENTS)["scope"]
    assert scopes.split(",")[-1] == "instagram_manage_comments"
    [own] = asked(linked, permissions=["instagram_basic"], **COMMENTS)["scope"]
    assert own == "instagram_basic,instagram_manage_comments"
    assert "instagram_manage_comments" not in asked(linked)["scope"][0]


async def test_without_the_permission_to_comment_nothing_is_linked(pages: Asking) -> None:
    login = pages.authorizes(**COMMENTS)
    answered = await consent(login.address(TICKET), without={"pages_manage_engagement"})
    with pytest.raises(NotPermitted) as raised:
        await login.exchange(TICKET, answered.code)
    assert (raised.value.code, raised.value.params) == ("missing_scope", {"scopes": "pages_manage_engagement"})


async def test_a_login_for_businesses_is_asked_by_its_own_id(pages: Asking) -> None:
    pages.fake.login.configs["4711"] = ("pages_show_list", "pages_manage_posts", "pages_read_engagement")
    assert asked(pages, config_id="4711")["config_id"] == ["4711"]
    assert "scope" not in asked(pages, config_id="4711")
    login = pages.authorizes(config_id="4711")
    [found] = await login.exchange(TICKET, (await consent(login.address(TICKET))).code)
    assert found.identity == PAGE
    with pytest.raises(RefusedError):
        await consent(pages.authorizes(config_id="4712").address(TICKET))


async def test_what_is_not_necessary_may_be_left_out(pages: Asking) -> None:
    more = ["pages_show_list", "pages_manage_posts", "pages_read_engagement", "pages_manage_engagement"]
    login = pages.authorizes(permissions=more)
    back = await consent(login.address(TICKET), without={"pages_manage_engagement"})
    assert [each.identity for each in await login.exchange(TICKET, back.code)] == [PAGE]


# -- tokens ----------------------------------------------------------------------------------------------------------


async def test_the_person_s_token_is_made_long_and_kept_beside_the_page_s(pages: Asking) -> None:
    [found] = await pages.linked()
    assert isinstance(found.credentials, PageCredentials)
    assert found.credentials.user_token is not None
    user = pages.fake.tokens[found.credentials.user_token.get_secret_value()]
    page = pages.fake.tokens[found.credentials.access_token.get_secret_value()]
    assert (user.kind, user.long, page.kind, page.until) == ("USER", True, "PAGE", None)
    assert pages.calls("POST /*/oauth/access_token") == 2


async def test_no_secret_stands_in_an_address(pages: Asking) -> None:
    """Where the platform writes its logs."""
    await pages.linked()
    assert pages.fake.tokens_in_query == []


async def test_both_ends_are_heeded_the_earlier_one_counts() -> None:
    at = {name: int((datetime(2026, 11, 21, tzinfo=UTC) + days * DAY).timestamp()) for name, days in
          {"soon": 5, "late": 90}.items()}  # fmt: skip
    ends = datetime(2026, 11, 26, tzinfo=UTC)
    assert Inspection({"expires_at": 0, "data_access_expires_at": at["soon"]}).expires_at == ends
    assert Inspection({"expires_at": at["soon"], "data_access_expires_at": at["late"]}).expires_at == ends
    assert Inspection({"expires_at": at["soon"], "data_access_expires_at": 0}).expires_at == ends
    assert Inspection({"expires_at": 0}).expires_at is None
    assert Inspection({}).expires_at is None


@pytest.mark.parametrize(
    ("status", "body", "error", "code"),
    [
        (400, graph_error(100, "This authorization code has been used.", subcode=36009), AuthExpired, "code_refused"),
        (400, graph_error(190, "Session has expired", subcode=463), AuthExpired, "code_refused"),
        (400, graph_error(191, "The redirect_uri URL must be absolute"), AuthExpired, "code_refused"),
        (400, graph_error(101, "Error validating application."), NotPermitted, "client_refused"),
        (400, graph_error(1, "Error validating client secret."), NotPermitted, "client_refused"),
        (500, graph_error(1, "An unknown error occurred"), Unavailable, "unavailable"),
        (400, graph_error(1, "Please try again", transient=True), Unavailable, "unavailable"),
        (400, graph_error(2, "Service temporarily unavailable"), Unavailable, "unavailable"),
        (400, graph_error(4, "Application request limit reached"), RateLimited, "rate_limited"),
        (429, "", RateLimited, "rate_limited"),
        (400, "<html>", Unavailable, "unavailable"),
    ],
)
async def test_what_the_token_endpoint_answers(
    pages: Asking, status: int, body: Any, error: type[Exception], code: str
) -> None:
    given = (await pages.agreed()).code
    pages.fake.fault("POST /*/oauth/access_token", "error", 9, status=status, body=body)
    raised = await pages.refused(given)
    assert (type(raised), raised.code) == (error, code)


async def test_a_wrong_secret_of_ours_is_said(pages: Asking) -> None:
    with pytest.raises(NotPermitted) as raised:
        await pages.authorizes(client_secret="another").exchange(TICKET, (await pages.agreed()).code)
    assert raised.value.code == "client_refused"


# -- pages -----------------------------------------------------------------------------------------------------------


async def test_pages_of_many_lists(pages: Asking) -> None:
    names = {str(number): f"Tienda {number}" for number in range(2001, 2006)}
    for page_id, name in names.items():
        pages.fake.page(page_id, f"unused-{page_id}", name=name)
    pages.fake.login.person(PERSON, *names)
    pages.fake.login.most_listed = 2
    assert [each.identity for each in await pages.linked()] == [Identity(*each) for each in names.items()]
    assert pages.calls("GET /*/me/accounts") == 3
    assert pages.calls("POST /*/debug_token") == 2, "however many pages there are"
    assert pages.fake.tokens_in_query == [], "the address of the next list holds a token"


async def test_a_list_without_end_ends(pages: Asking) -> None:
    code = (await pages.agreed()).code
    page = {"id": "1", "name": "x", "access_token": "t", "tasks": []}
    body = {"data": [page], "paging": {"next": "https://x.example", "cursors": {"after": "1"}}}
    pages.fake.fault("GET /*/me/accounts", "error", 1000, status=200, body=body)
    assert (await pages.refused(code)).code == "page_task_missing"
    assert pages.calls("GET /*/me/accounts") == 20


async def test_only_pages_the_person_picked_are_offered(pages: Asking) -> None:
    pages.fake.page("1002", "unused", name="Panadería Luna")
    pages.fake.login.person(PERSON, PAGE.id, "1002")
    assert [each.identity.id for each in await pages.linked(choose={"page": ["1002"]})] == ["1002"]
    error = await pages.refused((await pages.agreed(choose={"page": []})).code)
    assert (type(error), error.code) == (NotPermitted, "no_account")


async def test_pages_on_which_nothing_may_be_created_are_left_out_and_named(
    pages: Asking, capsys: pytest.CaptureFixture[str]
) -> None:
    pages.fake.page("1002", "unused", name="Panadería Luna")
    person = pages.fake.login.person(PERSON, PAGE.id, "1002")
    person.pages["1002"] = ("ANALYZE", "MODERATE")
    assert [each.identity for each in await pages.linked()] == [PAGE]
    assert "Panadería Luna" in capsys.readouterr().out
    person.pages[PAGE.id] = ("ADVERTISE",)
    error = await pages.refused((await pages.agreed()).code)
    assert (type(error), error.code) == (NotPermitted, "page_task_missing")
    assert error.params == {"pages": "Panadería Sol, Panadería Luna"}


async def test_a_permission_for_other_pages_only(pages: Asking) -> None:
    """Two boxes of one dialog can disagree."""
    pages.fake.page("1002", "unused", name="Panadería Luna")
    pages.fake.login.person(PERSON, PAGE.id, "1002")
    code = (await pages.agreed()).code
    issue = pages.fake.login._given

    def narrow(access: Any, life: timedelta) -> Any:
        access.only["pages_manage_posts"] = ["1002"]
        return issue(access, life)

    pages.fake.login._given = narrow
    assert [each.identity.id for each in await pages.authorizes().exchange(TICKET, code)] == ["1002"]
    error = await pages.refused((await pages.agreed(choose={"page": [PAGE.id]})).code)
    assert (error.code, error.params) == ("missing_scope", {"scopes": "pages_manage_posts"})


async def test_where_tasks_are_not_told_the_page_is_offered(pages: Asking) -> None:
    code = (await pages.agreed()).code
    page = {"id": "1001", "name": "Panadería", "access_token": "unused-page-token"}
    rest = [{"id": "1002", "name": "Sin token"}, {"id": "x/../me", "access_token": "t"}, 7]
    pages.fake.fault("GET /*/me/accounts", "error", status=200, body={"data": [page, *rest]})
    assert [each.identity.id for each in await pages.authorizes().exchange(TICKET, code)] == ["1001"]


async def test_an_account_behind_a_page_keeps_the_page(linked: Asking) -> None:
    [found] = await linked.linked()
    assert isinstance(found.credentials, ProfessionalCredentials)
    assert (found.credentials.page_id, found.credentials.login) == (PAGE.id, "facebook")
    person = linked.fake.login.people[PERSON]
    person.pages[PAGE.id] = ("MANAGE",)
    assert [each.identity for each in await linked.linked()] == [PROFESSIONAL]
    person.pages[PAGE.id] = ("ANALYZE",)
    assert (await linked.refused((await linked.agreed()).code)).code == "page_task_missing"


# -- giving back -----------------------------------------------------------------------------------------------------


async def given_back(asking: Asking, credentials: Any) -> str:
    """The code of the refusal, or who was forgotten."""
    publisher: Any = asking.publisher(credentials)
    try:
        await publisher.revoke()
    except NotPermitted as error:
        assert asking.fake.login.deauthorized == []
        return error.code
    return str(asking.fake.login.deauthorized)


async def test_a_permission_that_serves_other_pages_too_is_left_alone(pages: Asking) -> None:
    pages.fake.page("1002", "unused", name="Panadería Luna")
    pages.fake.login.person(PERSON, PAGE.id, "1002")
    first, second = await pages.linked()
    assert await given_back(pages, first.credentials) == "permission_shared"
    assert await pages.checked(second.credentials) == second.identity


@pytest.mark.parametrize(
    ("rig", "foreign"), [(FACEBOOK_RIG, "instagram_content_publish"), (BY_PAGE_RIG, "pages_manage_posts")], ids=str
)
async def test_a_permission_that_serves_the_other_network_too_is_left_alone(rig: Any, foreign: str) -> None:
    async with asks(rig) as asking:
        own = asking.authorizes().address(TICKET)
        [scopes] = parse_qs(urlsplit(own).query)["scope"]
        login = asking.authorizes(permissions=[*scopes.split(","), foreign])
        [found] = await login.exchange(TICKET, (await consent(login.address(TICKET))).code)
        assert await given_back(asking, found.credentials) == "permission_shared"
        assert await asking.checked(found.credentials) == rig.account


async def test_without_the_person_s_token_or_our_app_only_a_person_can(pages: Asking) -> None:
    [found] = await pages.linked()
    without = found.credentials.model_copy(update={"user_token": None})
    assert await given_back(pages, without) == "revoke_by_hand"
    settings = pages.settings(client_id=None, client_secret=None)
    publisher: Any = pages.platform.connect(settings, found.credentials, pages.outside)
    with pytest.raises(NotPermitted, match="revoke_by_hand"):
        await publisher.revoke()
    assert await given_back(pages, found.credentials) == f"['{PERSON}']"


async def test_a_person_s_token_that_is_over_gives_nothing_back(pages: Asking) -> None:
    """The page's lives on: that is said, and not taken for done."""
    [found] = await pages.linked()
    pages.clock.advance(61 * DAY.total_seconds())
    publisher: Any = pages.publisher(found.credentials)
    with pytest.raises(AuthExpired):
        await publisher.revoke()
    assert await pages.checked(found.credentials) == PAGE


def test_a_credentials_file_may_hold_the_person_s_token() -> None:
    kept = PageCredentials.model_validate({"page_id": "1", "access_token": "a", "user_token": "b"})
    assert kept.user_token == SecretStr("b")
