"""What platforms say is left: heard with their answers, on success and on error, read as their documents say."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from instagram_bench import ACCOUNT, opened

from fakes.clock import FakeClock
from fakes.graph import FakeGraph
from fakes.network import adapted
from fakes.standins import MemoryMedia, MemorySteps
from fakes.x import FakeX
from publishers import facebook, twitter
from publishers.engine.contract import Quotas
from publishers.engine.errors import RateLimited
from publishers.engine.outside import Allowance, Outside
from publishers.wire import graph_usage, problems
from publishers.wire.containers import quota
from publishers.wire.http import Answer, Wire

NOW = FakeClock().at
RESET = NOW + timedelta(minutes=7)
AT = str(int(RESET.timestamp()))
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def answer(status: int = 200, **headers: str) -> Answer:
    return Answer(status, httpx.Headers({name.replace("_", "-"): value for name, value in headers.items()}), b"{}")


# -- headers with numbers and a time ---------------------------------------------------------------------------------


def test_every_limit_that_is_told_is_heard() -> None:
    headers = {
        f"{limit}-{name}": value
        for limit, left in (("x-rate-limit", "99"), ("x-user-limit-24hour", "16"), ("x-app-limit-24hour", "0"))
        for name, value in (("limit", "100"), ("remaining", left), ("reset", AT))
    }
    assert list(problems.allowances(answer(**headers))) == [
        Allowance("x-app-limit-24hour", 0, RESET, 100),
        Allowance("x-user-limit-24hour", 16, RESET, 100),
        Allowance("x-rate-limit", 99, RESET, 100),
    ]


@pytest.mark.parametrize("value", ["", "-1", "soon", "1e9", "9" * 30, "9" * 11])
def test_a_time_or_a_number_that_cannot_be_read_is_not_believed(value: str) -> None:
    left = {"x-rate-limit-remaining": value, "x-rate-limit-reset": value}
    assert list(problems.allowances(answer(**left))) == []
    assert problems.reset(answer(**left)) is None


def test_without_the_whole_the_rest_is_heard_all_the_same() -> None:
    told = problems.allowances(answer(x_rate_limit_remaining="3", x_rate_limit_reset=AT))
    assert list(told) == [Allowance("x-rate-limit", 3, RESET, None)]


# -- headers in per cent ---------------------------------------------------------------------------------------------


def usage(kind: str = "pages", *, wait: object = 0, **counters: object) -> str:
    load = {"call_count": 28, "total_cputime": 25, "total_time": 25} | counters
    return json.dumps({"1001": [{"type": kind, **load, "estimated_time_to_regain_access": wait}]})


def heard(**headers: str) -> list[Allowance]:
    return list(graph_usage.allowances(answer(**headers), NOW))


def test_what_is_not_used_up_says_nothing_of_posts() -> None:
    assert heard(x_business_use_case_usage=usage(call_count=99), x_app_usage=json.dumps({"call_count": 99})) == []


@pytest.mark.parametrize("counter", graph_usage.COUNTERS)
def test_any_counter_may_be_the_full_one(counter: str) -> None:
    full: dict[str, Any] = {counter: 100}
    assert heard(x_business_use_case_usage=usage(wait=12, **full)) == [Allowance("calls pages", 0, NOW + 12 * MINUTE)]
    assert heard(x_app_usage=json.dumps(full)) == [Allowance("calls app", 0, NOW + 15 * MINUTE)]


def test_a_wait_that_is_told_is_believed_whatever_the_counters_say() -> None:
    told = heard(x_business_use_case_usage=usage("instagram", wait=3))
    assert told == [Allowance("calls instagram", 0, NOW + 3 * MINUTE)]


def test_a_wait_that_is_not_told_is_a_quarter_of_an_hour() -> None:
    told = heard(x_business_use_case_usage=usage(call_count=100))
    assert told == [Allowance("calls pages", 0, NOW + 15 * MINUTE)]


def test_limits_of_advertisements_stop_no_post() -> None:
    assert heard(x_business_use_case_usage=usage("ads_management", wait=30, call_count=100)) == []


@pytest.mark.parametrize(
    "told", ["", "no JSON", "[]", "7", '{"1": 2}', '{"1": [3]}', '{"1": [{"estimated_time_to_regain_access": "x"}]}']
)
def test_a_header_of_other_form_is_nothing(told: str) -> None:
    assert heard(x_business_use_case_usage=told, x_app_usage=told) == []


@pytest.mark.parametrize("wait", [1e400, 10**30, -5])
def test_a_wait_without_measure_has_an_end(wait: object) -> None:
    for each in heard(x_business_use_case_usage=usage(wait=wait, call_count=100)):
        assert NOW < each.resets_at <= NOW + timedelta(hours=24)


# -- a quota call ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ({"quota_usage": 2, "config": {"quota_total": 50, "quota_duration": 86400}}, 48),
        ({"quota_usage": 60, "config": {"quota_total": 50}}, 0),
        ({"quota_usage": 2}, None),
        ({"quota_usage": "2", "config": {"quota_total": 50}}, None),
        ({"config": {"quota_total": 50}}, None),
        ({}, None),
    ],
)
def test_a_quota_is_what_the_answer_says(told: dict[str, Any], left: int | None) -> None:
    found = quota("content_publishing_limit", told, RESET)
    assert found == (None if left is None else Allowance("content_publishing_limit", left, RESET, 50))


async def test_the_quota_of_a_professional_account_is_read() -> None:
    async with opened() as bench:
        bench.graph.quota_total = 7
        publisher = bench.publisher()
        assert isinstance(publisher, Quotas)
        bench.graph.published = [(ACCOUNT, bench.clock.now())] * 2
        assert list(await publisher.quotas()) == [Allowance("content_publishing_limit", 5, bench.clock.now() + HOUR, 7)]


# -- heard on the wire -----------------------------------------------------------------------------------------------


async def test_a_post_tells_what_is_left_for_posts_and_other_calls_tell_nothing() -> None:
    clock = FakeClock()
    async with FakeX(now=clock.now) as x, Wire(clock, timeout=5) as wire:
        x.user("2244", "panaderia", "token")
        x.daily, x.app_daily, x.limits = 17, 500, {"POST /2/tweets": 3}
        outside = Outside(clock, wire, MemoryMedia())
        credentials = twitter.UserCredentials.model_validate({"user_id": "2244", "access_token": "token"})
        publisher = twitter.connect(twitter.Settings(api_url=x.url), credentials, outside)
        await publisher.check()
        assert outside.gauge.heard == {}
        await publisher.publish(adapted("uno"), MemorySteps(clock))
        assert {name: (each.remaining, each.most) for name, each in outside.gauge.heard.items()} == {
            "x-rate-limit": (2, 3),
            "x-user-limit-24hour": (16, 17),
            "x-app-limit-24hour": (499, 500),
        }
        x.daily = 2
        await publisher.publish(adapted("dos"), MemorySteps(clock))
        with pytest.raises(RateLimited) as refused:
            await publisher.publish(adapted("tres"), MemorySteps(clock))
        assert outside.gauge.heard["x-user-limit-24hour"].remaining == 0
        assert refused.value.retry_at == outside.gauge.heard["x-user-limit-24hour"].resets_at
        assert refused.value.retry_at == clock.now() + timedelta(hours=24)


@pytest.fixture
def numbers() -> Iterator[int]:
    return iter(range(100))


async def test_calls_that_are_used_up_are_heard_on_success_and_on_error(numbers: Iterator[int]) -> None:
    clock = FakeClock()
    async with FakeGraph(now=clock.now) as graph, Wire(clock, timeout=5) as wire:
        graph.page("1001", "token")
        graph.most_calls = 3
        outside = Outside(clock, wire, MemoryMedia())
        credentials = facebook.PageCredentials.model_validate({"page_id": "1001", "access_token": "token"})
        publisher = facebook.connect(facebook.Settings(graph_url=graph.url), credentials, outside)
        await publisher.check()
        assert outside.gauge.heard == {}
        await publisher.publish(adapted(f"pan {next(numbers)}"), MemorySteps(clock))  # and its permalink
        assert outside.gauge.heard["calls pages"] == Allowance("calls pages", 0, clock.now() + 15 * MINUTE)
        clock.advance(600)
        with pytest.raises(RateLimited) as refused:
            await publisher.publish(adapted(f"pan {next(numbers)}"), MemorySteps(clock))
        assert outside.gauge.heard["calls pages"].resets_at == refused.value.retry_at == NOW + HOUR


def test_a_window_in_the_past_is_a_fact_and_no_fault() -> None:
    past = str(int(datetime(2020, 1, 1, tzinfo=UTC).timestamp()))
    (told,) = problems.allowances(answer(x_rate_limit_remaining="0", x_rate_limit_reset=past))
    assert told.resets_at < NOW
