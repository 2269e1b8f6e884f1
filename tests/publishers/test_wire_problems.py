"""X's errors row by row, in all their shapes."""

import json
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from fakes.clock import FakeClock
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
from publishers.wire.http import Answer
from publishers.wire.problems import TABLE, classify, names, read

NOW = FakeClock().at
API = "https://api.x.com/2/problems/"
OLD_API = "https://api.twitter.com/2/problems/"


def answer(status: int, body: object, *, commit: bool = True, headers: dict[str, str] | None = None) -> Answer:
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Answer(status, httpx.Headers(headers or {}), content, commit)


def problem(detail: str = "", kind: str = "about:blank", title: str = "", **more: object) -> dict[str, object]:
    return {"title": title, "detail": detail, "type": kind, **more}


def invalid(message: str, **parameters: list[str]) -> dict[str, object]:
    errors = [{"message": message, "parameters": parameters}]
    return problem("One or more parameters to your request was invalid.", API + "invalid-request") | {"errors": errors}


def legacy(code: int, message: str = "in their words") -> dict[str, object]:
    return {"errors": [{"code": code, "message": message}]}


Expected = tuple[int, object, type[PublishingError], str]
ROWS: list[Expected] = [
    (402, problem("does not have any credits", API + "credits", "CreditsDepleted"), NotPermitted, "out_of_credits"),
    (402, "", NotPermitted, "out_of_credits"),
    (403, problem("does not have any credits", OLD_API + "credits"), NotPermitted, "out_of_credits"),
    (403, problem("no more", title="CreditsDepleted"), NotPermitted, "out_of_credits"),
    (403, problem("You reached your spend cap", title="SpendCapReached"), NotPermitted, "spend_cap"),
    (429, problem("Monthly spending cap", title="SpendCapReached"), NotPermitted, "spend_cap"),
    (403, problem("Usage cap exceeded", API + "usage-capped"), QuotaExhausted, "usage_capped"),
    (429, problem("Usage cap exceeded: Monthly", OLD_API + "usage-capped"), QuotaExhausted, "usage_capped"),
    (429, problem("Too Many Requests", title="Too Many Requests"), RateLimited, "rate_limited"),
    (429, legacy(88, "Rate limit exceeded"), RateLimited, "rate_limited"),
    (429, "<html>slow down</html>", RateLimited, "rate_limited"),
    (403, legacy(185, "User is over daily status update limit"), RateLimited, "rate_limited"),
    (403, problem("wait", API + "rate-limit-exceeded"), RateLimited, "rate_limited"),
    (401, problem("Unauthorized", title="Unauthorized"), AuthExpired, "auth_expired"),
    (401, legacy(32, "Could not authenticate you."), AuthExpired, "auth_expired"),
    (403, legacy(89, "Invalid or expired token."), AuthExpired, "auth_expired"),
    (400, legacy(32), AuthExpired, "auth_expired"),
    (403, problem("You are not allowed to create a Tweet with duplicate content."), Duplicate, "duplicate"),
    (403, legacy(187, "Status is a duplicate."), Duplicate, "duplicate"),
    (403, problem("Your account is suspended and is not permitted"), NotPermitted, "account_restricted"),
    (403, legacy(64, "x"), NotPermitted, "account_restricted"),
    (403, legacy(326, "To protect our users, this account is locked"), NotPermitted, "account_restricted"),
    (403, problem("attach", API + "client-forbidden", reason="client-not-enrolled"), NotPermitted, "app_not_enrolled"),
    (403, problem("x", reason="client-not-enrolled"), NotPermitted, "app_not_enrolled"),
    (
        403,
        problem("Authenticating with OAuth 2.0 Application-Only is forbidden", API + "unsupported-authentication"),
        NotPermitted,
        "scope_missing",
    ),
    (403, problem("Unsupported Authentication"), NotPermitted, "scope_missing"),
    (403, problem("The token is missing a required scope"), NotPermitted, "scope_missing"),
    (
        403,
        problem("Your client app is not configured with the appropriate oauth1 app permissions for this endpoint."),
        NotPermitted,
        "scope_missing",
    ),
    (
        403,
        problem("Reply to this conversation is not allowed because you have not been mentioned"),
        Rejected,
        "reply_refused",
    ),
    (
        403,
        problem("You attempted to reply to a Tweet that is deleted or not visible to you."),
        Rejected,
        "reply_refused",
    ),
    (403, problem("Posts may have at most one cashtag"), Rejected, "cashtags"),
    (403, problem("This post contains an invalid URL"), Rejected, "link_refused"),
    (403, problem("This url was identified as malicious"), Rejected, "link_refused"),
    (403, problem("The video is longer than allowed"), MediaRejected, "video_refused"),
    (400, invalid("Your media IDs are invalid.", **{"media.media_ids": ["1"]}), MediaRejected, "picture_refused"),
    (403, problem("Invalid media"), MediaRejected, "picture_refused"),
    (403, legacy(186, "Tweet needs to be a bit shorter."), Rejected, "text_too_long"),
    (400, invalid("Your text is too long"), Rejected, "text_too_long"),
    (403, problem("You are not permitted to perform this action."), Rejected, "action_refused"),
    (403, problem("x", API + "disallowed-resource"), Rejected, "action_refused"),
    (403, problem("Forbidden"), NotPermitted, "not_permitted"),
    (403, "<html>", NotPermitted, "not_permitted"),
    (404, problem("Not Found", API + "resource-not-found"), NotPermitted, "not_found"),
    (413, "", MediaRejected, "picture_size"),
    (400, invalid("$.text: integer found, string expected"), Rejected, "bad_request"),
    (400, problem("x", API + "invalid-request"), Rejected, "bad_request"),
    (422, "", Rejected, "bad_request"),
]
OUTAGES = [
    (500, problem("x", API + "internal-error")),
    (503, "<html>Over capacity</html>"),
    (502, ""),
    (504, legacy(130, "Over capacity")),
    (302, ""),
]


@pytest.mark.parametrize(("status", "body", "error", "code"), ROWS)
def test_a_row_of_the_table(status: int, body: object, error: type[PublishingError], code: str) -> None:
    for commit in (True, False):
        raised = classify(answer(status, body, commit=commit), NOW)
        assert (type(raised), raised.code) == (error, code)
        assert raised.detail.startswith(f"HTTP {status}")


@pytest.mark.parametrize(("status", "body"), OUTAGES)
def test_an_outage_proves_nothing_after_a_commit(status: int, body: object) -> None:
    assert type(classify(answer(status, body), NOW)) is Unconfirmed
    assert type(classify(answer(status, body, commit=False), NOW)) is Unavailable


def test_no_row_goes_untested() -> None:
    met = {next(row for row in TABLE if row.fits(read(answer(status, body)))) for status, body, *_ in ROWS}
    assert met == set(TABLE)


def at(seconds: int) -> str:
    return str(int(NOW.timestamp()) + seconds)


def limit(name: str, remaining: int, seconds: int) -> dict[str, str]:
    return {f"{name}-remaining": str(remaining), f"{name}-reset": at(seconds)}


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        (limit("x-rate-limit", 0, 300), 300),
        (limit("x-rate-limit", 99, 300) | limit("x-user-limit-24hour", 0, 5000), 5000),
        (limit("x-rate-limit", 99, 300) | limit("x-app-limit-24hour", 0, 7000), 7000),
        (limit("x-rate-limit", 0, 300) | limit("x-user-limit-24hour", 0, 5000), 5000),
        (limit("x-rate-limit", 3, 300), 900),
        ({}, 900),
        ({"x-rate-limit-remaining": "0", "x-rate-limit-reset": "soon"}, 900),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], wait: int) -> None:
    raised = classify(answer(429, problem("Too Many Requests"), headers=headers), NOW)
    assert raised.retry_at == NOW + timedelta(seconds=wait)


def test_a_cap_without_an_end_waits_a_day() -> None:
    assert classify(answer(429, problem("", API + "usage-capped")), NOW).retry_at == NOW + timedelta(days=1)


def test_times_are_aware() -> None:
    raised = classify(answer(429, "", headers=limit("x-rate-limit", 0, 60)), NOW)
    assert raised.retry_at == datetime.fromtimestamp(int(at(60)), UTC)


def test_the_most_precise_words_reach_the_person() -> None:
    assert classify(answer(400, invalid("$.text: is missing")), NOW).params == {"reason": "$.text: is missing"}
    assert classify(answer(403, problem("Be shorter", title="Forbidden")), NOW).params == {"reason": "Be shorter"}


@pytest.mark.parametrize("body", ['{"errors": "no"}', '{"errors": [3]}', '{"errors": [{"code": "x"}]}', "[1]", "null"])
def test_odd_bodies_are_judged_by_status(body: str) -> None:
    assert isinstance(classify(answer(400, body), NOW), Rejected)


def test_a_refused_parameter_is_recognised() -> None:
    refusal = invalid("The query parameter [tweet.fields] is not one of [post.fields]", **{"tweet.fields": ["x"]})
    assert names(answer(400, refusal), "tweet.fields")
    assert not names(answer(400, invalid("other")), "tweet.fields")
    assert not names(answer(403, refusal), "tweet.fields")
