"""Meta's errors row by row, its versions, and the SDK on our wire."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx
import pytest
from pydantic import BaseModel, SecretStr, ValidationError

from fakes.clock import FakeClock
from fakes.graph import FakeGraph
from fakes.standins import MemoryMedia
from publishers.engine.contract import Receipt
from publishers.engine.errors import (
    AuthExpired,
    Duplicate,
    MediaRejected,
    NotPermitted,
    PublishingError,
    QuotaExhausted,
    RateLimited,
    Rejected,
    Unavailable,
    Unconfirmed,
)
from publishers.engine.outside import Outside
from publishers.wire.graph import Graph
from publishers.wire.graph_client import plain
from publishers.wire.graph_faults import CODES, PAIRS, SUBCODES, classify
from publishers.wire.graph_versions import CURRENT, ENDS, GraphVersion, checked
from publishers.wire.http import Answer, Wire

NOW = FakeClock().at
TOKEN = "EAAB-page-token"


def answer(status: int, body: object, *, commit: bool = False, headers: dict[str, str] | None = None) -> Answer:
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Answer(status, httpx.Headers(headers or {}), content, commit)


def fault(code: int | None, subcode: int | None = None, **more: Any) -> dict[str, Any]:
    error = {"message": "in their words", "type": "OAuthException", "code": code, "fbtrace_id": "Abc", **more}
    return {"error": error if subcode is None else error | {"error_subcode": subcode}}


# -- rows ------------------------------------------------------------------------------------------------------------

Expected = tuple[int | None, int | None, type[PublishingError], str, type[PublishingError]]
ROWS: list[Expected] = [
    # code, subcode, error, code of the catalogue, error after a commit
    (1, None, Unavailable, "unavailable", Unconfirmed),
    (1, 99, Unavailable, "unavailable", Unconfirmed),
    (2, None, Unavailable, "unavailable", Unconfirmed),
    (3, None, NotPermitted, "capability_missing", NotPermitted),
    (4, None, RateLimited, "rate_limited", RateLimited),
    (4, 2207051, Rejected, "spam_block", Unconfirmed),
    (9, None, QuotaExhausted, "quota_exhausted", QuotaExhausted),
    (10, None, NotPermitted, "not_permitted", NotPermitted),
    (12, None, Rejected, "api_changed", Rejected),
    (17, None, RateLimited, "rate_limited", RateLimited),
    (25, None, NotPermitted, "account_restricted", NotPermitted),
    (32, None, RateLimited, "rate_limited", RateLimited),
    (100, None, Rejected, "bad_request", Rejected),
    (100, 33, NotPermitted, "not_found", NotPermitted),
    (100, 2069019, MediaRejected, "picture_refused", MediaRejected),
    (102, None, AuthExpired, "auth_expired", AuthExpired),
    (190, None, AuthExpired, "auth_expired", AuthExpired),
    (190, 458, AuthExpired, "auth_app_removed", AuthExpired),
    (190, 459, AuthExpired, "auth_checkpoint", AuthExpired),
    (190, 460, AuthExpired, "auth_password_changed", AuthExpired),
    (190, 463, AuthExpired, "auth_expired", AuthExpired),
    (190, 464, AuthExpired, "auth_unconfirmed_user", AuthExpired),
    (190, 467, AuthExpired, "auth_expired", AuthExpired),
    (190, 492, NotPermitted, "page_role_lost", NotPermitted),
    *((code, None, NotPermitted, "not_permitted", NotPermitted) for code in range(200, 300)),
    (341, None, RateLimited, "rate_limited", RateLimited),
    (352, None, MediaRejected, "video_refused", MediaRejected),
    (352, 2207026, MediaRejected, "video_refused", MediaRejected),
    (368, None, Rejected, "spam_block", Rejected),
    (368, 1390008, RateLimited, "too_fast", RateLimited),
    (506, None, Duplicate, "duplicate", Duplicate),
    (506, 1455006, Duplicate, "duplicate", Duplicate),
    (613, None, RateLimited, "rate_limited", RateLimited),
    (613, 1996, RateLimited, "rate_limited", RateLimited),
    (803, None, NotPermitted, "not_found", NotPermitted),
    (2500, None, Rejected, "bad_request", Rejected),
    (80001, None, RateLimited, "rate_limited", RateLimited),
    (80002, None, RateLimited, "rate_limited", RateLimited),
    (1609005, None, Rejected, "link_refused", Rejected),
    (100, 1609005, Rejected, "link_refused", Rejected),
    # pages, seen in production
    (324, 1366046, MediaRejected, "picture_refused", MediaRejected),
    (506, 1366051, Duplicate, "duplicate", Duplicate),
    (100, 1346003, Rejected, "rejected", Rejected),
    (100, 1404102, Rejected, "rejected", Rejected),
    (100, 1404006, Rejected, "rejected", Rejected),
    (100, 1404078, NotPermitted, "identity_needed", NotPermitted),
    (100, 4854002, NotPermitted, "identity_needed", NotPermitted),
    (100, 1404112, NotPermitted, "account_restricted", NotPermitted),
    (100, 1609008, Rejected, "link_refused", Rejected),
    (100, 2061006, Rejected, "link_refused", Rejected),
    (100, 1349125, Rejected, "bad_request", Rejected),
    (100, 1363047, Unavailable, "unavailable", Unconfirmed),
    (100, 1609010, Unavailable, "unavailable", Unconfirmed),
    (100, 1363040, MediaRejected, "video_refused", MediaRejected),
    (100, 1363127, MediaRejected, "video_refused", MediaRejected),
    (100, 1363128, MediaRejected, "video_refused", MediaRejected),
    (100, 1363129, MediaRejected, "video_refused", MediaRejected),
    (100, 1363008, Unavailable, "unavailable", Unconfirmed),
    # containers
    (-2, None, Unavailable, "picture_unreachable", Unavailable),
    (-2, 2207003, Unavailable, "picture_unreachable", Unavailable),
    (-2, 2207020, Unavailable, "container_gone", Unavailable),
    (-1, None, Unavailable, "unavailable", Unconfirmed),
    (-1, 2207001, Unavailable, "unavailable", Unconfirmed),
    (-1, 2207032, Unavailable, "unavailable", Unconfirmed),
    (-1, 2207053, Unavailable, "unavailable", Unconfirmed),
    (1, 2207057, MediaRejected, "video_refused", MediaRejected),
    (9, 2207042, QuotaExhausted, "quota_exhausted", QuotaExhausted),
    (9, 2207069, QuotaExhausted, "quota_exhausted", QuotaExhausted),
    (24, 2207006, NotPermitted, "not_permitted", NotPermitted),
    (24, 2207008, Unavailable, "container_gone", Unavailable),
    (25, 2207050, NotPermitted, "account_restricted", NotPermitted),
    (100, 2207023, Rejected, "bad_request", Rejected),
    (100, 2207028, Rejected, "bad_request", Rejected),
    (100, 2207035, Rejected, "bad_request", Rejected),
    (100, 2207036, Rejected, "bad_request", Rejected),
    (100, 2207037, Rejected, "bad_request", Rejected),
    (100, 2207040, Rejected, "text_refused", Rejected),
    (9004, None, Unavailable, "picture_unreachable", Unavailable),
    (9004, 2207052, Unavailable, "picture_unreachable", Unavailable),
    (9007, None, Unavailable, "not_ready", Unavailable),
    (9007, 2207027, Unavailable, "not_ready", Unavailable),
    (36000, None, MediaRejected, "picture_size", MediaRejected),
    (36000, 2207004, MediaRejected, "picture_size", MediaRejected),
    (36001, None, MediaRejected, "picture_format", MediaRejected),
    (36001, 2207005, MediaRejected, "picture_format", MediaRejected),
    (36003, None, MediaRejected, "picture_ratio", MediaRejected),
    (36003, 2207009, MediaRejected, "picture_ratio", MediaRejected),
    (36004, None, Rejected, "text_too_long", Rejected),
    (36004, 2207010, Rejected, "text_too_long", Rejected),
    (100, 2207077, Unavailable, "unavailable", Unconfirmed),
    (100, 2207082, Unavailable, "unavailable", Unconfirmed),
    (100, 2207081, Rejected, "bad_request", Rejected),
    (100, 2207085, Rejected, "rejected", Unconfirmed),
    (24, 4279009, Unavailable, "not_ready", Unavailable),
    (100, 4279013, NotPermitted, "account_restricted", NotPermitted),
]


@pytest.mark.parametrize(("code", "subcode", "error", "name", "_after_commit"), ROWS)
def test_a_row_of_the_table(
    code: int, subcode: int | None, error: type[PublishingError], name: str, _after_commit: object
) -> None:
    raised = classify(answer(400, fault(code, subcode)), NOW)
    assert (type(raised), raised.code) == (error, name)
    assert str(code) in raised.detail


@pytest.mark.parametrize(("code", "subcode", "_error", "_name", "error"), ROWS)
def test_a_row_of_the_table_after_a_commit(
    code: int, subcode: int | None, _error: object, _name: str, error: type[PublishingError]
) -> None:
    raised = classify(answer(400, fault(code, subcode), commit=True), NOW)
    assert type(raised) is error


def test_no_row_goes_untested() -> None:
    tested = {(code, subcode) for code, subcode, *_ in ROWS}
    assert {code for code, subcode in tested if subcode is None} == set(CODES)
    assert tested >= set(PAIRS)
    assert {subcode for _, subcode in tested} >= set(SUBCODES)


@pytest.mark.parametrize(
    ("status", "body", "error", "after_commit"),
    [
        (500, "<html>Sorry</html>", Unavailable, Unconfirmed),
        (502, "", Unavailable, Unconfirmed),
        (503, fault(None), Unavailable, Unconfirmed),
        (200, "<html>", Unavailable, Unconfirmed),
        (302, "", Unavailable, Unconfirmed),
        (400, fault(777, is_transient=True), Unavailable, Unconfirmed),
        (400, fault(777), Rejected, Rejected),
        (400, [1], Rejected, Rejected),
        (401, "", AuthExpired, AuthExpired),
        (403, fault(777), NotPermitted, NotPermitted),
        (404, "<html>", NotPermitted, NotPermitted),
        (413, "<html>", MediaRejected, MediaRejected),
        (429, "", RateLimited, RateLimited),
        (400, {"error_type": "OAuthException", "code": 190, "error_message": "no"}, AuthExpired, AuthExpired),
    ],
)
def test_what_names_no_code_is_judged_by_status(
    status: int, body: object, error: type[PublishingError], after_commit: type[PublishingError]
) -> None:
    assert type(classify(answer(status, body), NOW)) is error
    assert type(classify(answer(status, body, commit=True), NOW)) is after_commit


def test_a_known_code_wins_over_status_and_transience() -> None:
    assert isinstance(classify(answer(500, fault(190)), NOW), AuthExpired)
    assert isinstance(classify(answer(403, fault(4, is_transient=True)), NOW), RateLimited)


def usage(*minutes: object) -> dict[str, str]:
    entries = {str(n): [{"type": "pages", "estimated_time_to_regain_access": m}] for n, m in enumerate(minutes)}
    return {"X-Business-Use-Case-Usage": json.dumps(entries)}


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        (usage(5, 42, 0), timedelta(minutes=42)),
        (usage("7"), timedelta(minutes=7)),
        (usage(99_999), timedelta(hours=24)),
        (usage(0), timedelta(minutes=15)),
        (usage(None), timedelta(minutes=15)),
        ({}, timedelta(minutes=15)),
        ({"X-Business-Use-Case-Usage": "broken"}, timedelta(minutes=15)),
        ({"X-Business-Use-Case-Usage": '{"1": [3], "2": 4}'}, timedelta(minutes=15)),
        ({"X-Business-Use-Case-Usage": "[1]"}, timedelta(minutes=15)),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], wait: timedelta) -> None:
    assert classify(answer(400, fault(80001), headers=headers), NOW).retry_at == NOW + wait


def test_their_words_reach_the_person_and_the_trace_the_log_but_no_token() -> None:
    body = fault(190, 460, error_user_msg=f"Vuelve a entrar {TOKEN}")
    body["error"]["message"] = f"Malformed access token {TOKEN}"
    raised = classify(answer(400, body), NOW, secrets=[TOKEN])
    assert raised.params == {"reason": "Vuelve a entrar ***"}
    assert "Abc" in raised.detail
    assert TOKEN not in str(raised) + repr(raised.params)


# -- versions --------------------------------------------------------------------------------------------------------


class Stanza(BaseModel):
    api_version: GraphVersion


@pytest.mark.parametrize("version", ["v18.0", "v19.0", "v20.0", "v17.0", "v2.8"])
def test_an_ended_version_stops_the_start_with_the_replacement(version: str) -> None:
    with pytest.raises(ValidationError, match=rf"{version} ended .*; use {CURRENT}"):
        Stanza(api_version=version)


@pytest.mark.parametrize("version", ["v21.0", "v25.0", "v26.0", "v27.0"])
def test_a_living_or_newer_version_is_taken(version: str) -> None:
    assert Stanza(api_version=version).api_version == version


@pytest.mark.parametrize("version", ["26.0", "v26", "latest", "v26.0/me", ""])
def test_what_is_no_version_is_refused(version: str) -> None:
    with pytest.raises(ValidationError, match="must look like"):
        Stanza(api_version=version)


def test_a_version_ends_on_its_day() -> None:
    end = ENDS["v21.0"]
    assert checked("v21.0", end - timedelta(days=1)) == "v21.0"
    with pytest.raises(ValueError, match="ended"):
        checked("v21.0", end)
    with pytest.raises(ValidationError, match="ended"):
        Stanza.model_validate({"api_version": "v21.0"}, context={"today": date(2027, 2, 1)})


# -- the SDK on our wire ---------------------------------------------------------------------------------------------


@pytest.fixture
async def fake() -> AsyncIterator[FakeGraph]:
    async with FakeGraph() as server:
        server.page("1001", TOKEN)
        yield server


@pytest.fixture
async def graph(fake: FakeGraph) -> AsyncIterator[Graph]:
    clock = FakeClock()
    async with Wire(clock, timeout=5) as wire:
        yield Graph(Outside(clock, wire, MemoryMedia()), fake.url, "v26.0", SecretStr(TOKEN))


async def test_reads_and_writes_of_the_sdk_are_awaitable(graph: Graph, fake: FakeGraph) -> None:
    made = await graph.commits.put_object("1001", "feed", message="Pan", fields="id,permalink_url")
    assert [post.text for post in fake.posts("1001")] == ["Pan"]
    read = await graph.reads.get_object(made["id"], fields="message,permalink_url")
    assert (read["message"], read["permalink_url"]) == ("Pan", made["permalink_url"])
    listed, _ = await graph.list("1001", "published_posts", fields="id", limit=5)
    assert listed == [{"id": made["id"]}]
    await graph.reads.delete_object(made["id"])
    assert fake.posts("1001") == []


async def test_the_token_travels_in_a_header_only(graph: Graph, fake: FakeGraph) -> None:
    made = await graph.commits.put_object("1001", "feed", message="Pan")
    await graph.reads.get_object("1001", fields="id")
    await graph.reads.delete_object(made["id"])
    assert fake.tokens_in_query == []
    assert all(request.headers["Authorization"] == "Bearer ***" for request in fake.requests)
    assert not any("access_token" in request.params for request in fake.requests)


async def test_secrets_of_token_calls_travel_in_the_body(graph: Graph, fake: FakeGraph) -> None:
    fake.fault("* /*", "error", times=3, status=200, body={"access_token": "new"})
    assert await graph.reads.extend_access_token("app", "app-secret") == {"access_token": "new"}
    await graph.reads.get_access_token_from_code("code", "https://example.com/", "app", "app-secret")
    await graph.reads.debug_access_token("input", "app", "app-secret")
    assert [request.method for request in fake.requests] == ["POST"] * 3
    assert fake.tokens_in_query == []
    assert not any("Authorization" in request.headers for request in fake.requests)


async def test_an_error_in_a_200_is_an_error(graph: Graph, fake: FakeGraph) -> None:
    fake.fault("* /*", "error", times=2, status=200, body=fault(190))
    with pytest.raises(AuthExpired):
        await graph.reads.get_object("1001")
    with pytest.raises(AuthExpired):
        await graph.commits.put_object("1001", "feed", message="Pan")


async def test_another_version_that_answers_is_no_error(graph: Graph, fake: FakeGraph) -> None:
    fake.fault("* /*", "error", status=200, body={"id": "1001"}, headers={"facebook-api-version": "v21.0"})
    assert await graph.reads.get_object("1001") == {"id": "1001"}


@pytest.mark.parametrize("missing", [None, "rehearsal-post"])
async def test_no_permalink_is_asked_for_what_has_no_id_of_theirs(
    graph: Graph, fake: FakeGraph, missing: str | None
) -> None:
    assert await graph.with_permalink(Receipt(missing), "permalink_url") == Receipt(missing)
    assert fake.requests == []


async def test_a_permalink_that_cannot_be_read_is_no_failure(graph: Graph, fake: FakeGraph) -> None:
    fake.fault("GET /*", "html", times=1, status=503)
    assert await graph.with_permalink(Receipt("17"), "permalink_url") == Receipt("17")


def test_forms_are_written_as_meta_reads_them() -> None:
    values = {"a": "text", "b": False, "c": [{"id": "1"}], "d": 7, "e": None}
    assert plain(values) == {"a": "text", "b": "false", "c": '[{"id": "1"}]', "d": "7"}


def test_times_are_aware() -> None:
    from publishers.wire.graph import moment

    assert moment("2026-11-21T10:00:00+0000") == datetime(2026, 11, 21, 10, tzinfo=UTC)
