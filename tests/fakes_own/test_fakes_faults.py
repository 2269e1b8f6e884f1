import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import aiohttp
import pytest

from fakes.call import Call
from fakes.faults import pattern
from fakes.graph import FakeGraph, graph_error
from fakes.x import FakeX, problem

NOON = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
FEED = "POST /…/feed"
BEARER = {"Authorization": "Bearer TOKEN"}


@pytest.fixture
async def graph() -> AsyncIterator[FakeGraph]:
    async with FakeGraph(now=lambda: NOON) as server:
        server.page("1001", "TOKEN")
        yield server


@pytest.fixture
async def x() -> AsyncIterator[FakeX]:
    async with FakeX(now=lambda: NOON) as server:
        server.user("42", "panaderia", "TOKEN")
        yield server


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers=BEARER) as session:
        yield session


@asynccontextmanager
async def posting(http: aiohttp.ClientSession, graph: FakeGraph, text: str = "Hay pan") -> AsyncIterator[Any]:
    async with http.post(f"{graph.url}/v26.0/1001/feed", json={"message": text}) as answer:
        yield answer


async def post(http: aiohttp.ClientSession, graph: FakeGraph, text: str = "Hay pan") -> tuple[int, str]:
    async with posting(http, graph, text) as answer:
        return answer.status, await answer.text()


def texts(graph: FakeGraph) -> list[str]:
    return [each.text for each in graph.posts("1001")]


@pytest.mark.parametrize(
    ("where", "line", "fits"),
    [
        ("POST /…/feed", "POST /v26.0/1001/feed", True),
        ("POST */feed", "POST /v26.0/1001/feed", True),
        ("* /2/tweets", "DELETE /2/tweets", True),
        ("POST /2/tweets", "POST /2/tweets/5", False),
        ("GET /…/feed", "POST /v26.0/1001/feed", False),
        ("GET /2/tweets.", "GET /2/tweetsX", False),
    ],
)
def test_patterns(where: str, line: str, fits: bool) -> None:
    assert (pattern(where).fullmatch(line) is not None) == fits


async def test_scripts_with_mistakes_are_refused(graph: FakeGraph) -> None:
    with pytest.raises(ValueError, match="no fault of kind"):
        graph.fault(FEED, "explode")
    with pytest.raises(ValueError, match="METHOD"):
        graph.fault("/feed", "lost")
    with pytest.raises(TypeError):
        graph.fault(FEED, "lost", colour="red")
    with pytest.raises(ValueError, match="refusing to kill"):
        graph.fault(FEED, "kill", target=os.getpid())


async def test_an_error_stores_nothing_and_is_over_after_its_times(
    graph: FakeGraph, http: aiohttp.ClientSession
) -> None:
    scripted = graph.fault(FEED, "error", 2, status=400, body=graph_error(9007, subcode=2207027))
    answers = [await post(http, graph) for _ in range(3)]
    assert [status for status, _ in answers] == [400, 400, 200]
    assert json.loads(answers[0][1])["error"]["error_subcode"] == 2207027
    assert (texts(graph), scripted.left, graph.script.unspent()) == (["Hay pan"], 0, [])


async def test_faults_strike_in_the_order_they_were_scripted(graph: FakeGraph, http: aiohttp.ClientSession) -> None:
    graph.fault(FEED, "error", status=500)
    graph.fault(FEED, "html", status=503)
    assert [(await post(http, graph))[0] for _ in range(3)] == [500, 503, 200]


async def test_a_predicate_sees_the_params(graph: FakeGraph, http: aiohttp.ClientSession) -> None:
    def is_bread(call: Call) -> bool:
        return call.params.get("message") == "Hay pan"

    graph.fault(is_bread, "refused")
    assert (await post(http, graph, "Hay bollos"))[0] == 200
    with pytest.raises(aiohttp.ClientConnectionError):
        await post(http, graph)
    assert texts(graph) == ["Hay bollos"]


async def test_html_is_no_json(graph: FakeGraph, http: aiohttp.ClientSession) -> None:
    graph.fault(FEED, "html", status=502)
    async with posting(http, graph) as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
    assert texts(graph) == []


async def test_store_then_error(graph: FakeGraph, http: aiohttp.ClientSession) -> None:
    graph.fault(FEED, "store_then_error")
    graph.fault(FEED, "store_then_error", status=400, body=graph_error(4, subcode=2207051))
    assert (await post(http, graph))[0] == 500
    assert json.loads((await post(http, graph, "Hay bollos"))[1])["error"]["code"] == 4
    assert texts(graph) == ["Hay pan", "Hay bollos"]


@pytest.mark.parametrize("reset", [False, True])
async def test_a_lost_answer(graph: FakeGraph, http: aiohttp.ClientSession, reset: bool) -> None:
    graph.fault(FEED, "lost", reset=reset)
    with pytest.raises(aiohttp.ClientOSError if reset else aiohttp.ServerDisconnectedError):
        await post(http, graph)
    assert texts(graph) == ["Hay pan"]


@pytest.mark.parametrize("reset", [False, True])
async def test_a_refused_connection(graph: FakeGraph, http: aiohttp.ClientSession, reset: bool) -> None:
    graph.fault(FEED, "refused", reset=reset)
    with pytest.raises(aiohttp.ClientConnectionError):
        await post(http, graph)
    assert (texts(graph), graph.requests) == ([], [])


async def test_a_refusal_of_the_connection_waits_for_its_turn(graph: FakeGraph, http: aiohttp.ClientSession) -> None:
    graph.fault(FEED, "error", status=500)
    graph.fault(FEED, "refused")
    assert (await post(http, graph))[0] == 500
    with pytest.raises(aiohttp.ClientConnectionError):
        await post(http, graph)


async def test_a_truncated_answer(graph: FakeGraph, http: aiohttp.ClientSession) -> None:
    graph.fault(FEED, "truncated")
    async with posting(http, graph) as answer:
        assert (answer.status, answer.content_type) == (200, "application/json")
        with pytest.raises(aiohttp.ClientPayloadError):
            await answer.read()
    assert texts(graph) == ["Hay pan"]


@pytest.mark.parametrize(("when", "meanwhile"), [("before", []), ("after", ["Hay pan"])])
async def test_a_slow_answer_waits_for_an_event(
    graph: FakeGraph, http: aiohttp.ClientSession, when: str, meanwhile: list[str]
) -> None:
    go_on = asyncio.Event()
    slow = graph.fault(FEED, "slow", until=go_on, when=when)
    pending = asyncio.create_task(post(http, graph))
    await slow.reached.wait()
    await asyncio.sleep(0.01)
    assert (texts(graph), pending.done()) == (meanwhile, False)
    go_on.set()
    assert (await pending)[0] == 200
    assert texts(graph) == ["Hay pan"]


async def test_a_request_whose_client_has_given_up_still_lands(graph: FakeGraph, http: aiohttp.ClientSession) -> None:
    go_on, landed = asyncio.Event(), asyncio.Event()
    slow = graph.fault(FEED, "slow", until=go_on)
    graph.fault(FEED, "kill", target=landed.set, when="stored")
    pending = asyncio.create_task(post(http, graph))
    await slow.reached.wait()
    pending.cancel()
    await asyncio.gather(pending, return_exceptions=True)
    go_on.set()
    await landed.wait()
    assert texts(graph) == ["Hay pan"]


async def test_a_request_that_waits_does_not_hold_up_the_end() -> None:
    async with aiohttp.ClientSession(headers=BEARER) as http:
        async with FakeGraph() as graph:
            graph.page("1001", "TOKEN")
            slow = graph.fault(FEED, "slow", until=asyncio.Event())
            pending = asyncio.create_task(post(http, graph))
            await slow.reached.wait()
        with pytest.raises(aiohttp.ClientConnectionError):
            await pending


async def test_hidden_posts_are_missing_from_the_next_lists(graph: FakeGraph, http: aiohttp.ClientSession) -> None:
    async def listed() -> list[str]:
        async with http.get(f"{graph.url}/v26.0/1001/published_posts") as answer:
            return [each["message"] for each in (await answer.json())["data"]]

    await post(http, graph, "Ayer")
    graph.hide(2)
    assert await listed() == ["Ayer"]
    await post(http, graph, "Hoy")
    assert [await listed() for _ in range(3)] == [["Ayer"], ["Ayer"], ["Hoy", "Ayer"]]


async def test_hiding_works_for_timelines_too(x: FakeX, http: aiohttp.ClientSession) -> None:
    x.fault("GET /2/users/*/tweets", "hide")
    x.put_post("42", "Hay pan")
    counts = []
    for _ in range(2):
        async with http.get(f"{x.url}/2/users/42/tweets") as answer:
            counts.append((await answer.json())["meta"]["result_count"])
    assert counts == [0, 1]


@pytest.mark.parametrize("code", [4, 32, 80001])
async def test_rate_limits_in_the_shape_of_graph(graph: FakeGraph, http: aiohttp.ClientSession, code: int) -> None:
    graph.fault(FEED, "rate_limited", code=code, minutes=7)
    async with posting(http, graph) as answer:
        usage = json.loads(answer.headers["X-Business-Use-Case-Usage"])["1001"][0]
        assert (answer.status, (await answer.json())["error"]["code"]) == (400, code)
        assert usage["estimated_time_to_regain_access"] == 7
    assert texts(graph) == []


async def test_rate_limits_in_the_shapes_of_x(x: FakeX, http: aiohttp.ClientSession) -> None:
    for args in ({"seconds": 60}, {"seconds": 60, "shape": "legacy"}, {"seconds": 7200, "remaining": 3}):
        x.fault("POST /2/tweets", "rate_limited", **args)
    answers = []
    for _ in range(3):
        async with http.post(f"{x.url}/2/tweets", json={"text": "Hay pan"}) as answer:
            answers.append((answer.status, dict(answer.headers), await answer.json()))
    assert [status for status, _, _ in answers] == [429] * 3
    assert answers[0][1]["x-rate-limit-reset"] == str(int(NOON.timestamp()) + 60)
    assert answers[0][2]["title"] == "Too Many Requests"
    assert answers[1][2]["errors"][0]["code"] == 88
    assert answers[2][1]["x-rate-limit-remaining"] == "3"
    assert answers[2][1]["x-user-limit-24hour-reset"] == str(int(NOON.timestamp()) + 7200)
    assert x.posts("42") == []


async def test_expired_tokens_in_each_shape(graph: FakeGraph, x: FakeX, http: aiohttp.ClientSession) -> None:
    graph.fault(FEED, "expired_token")
    x.fault("POST *", "expired_token")
    assert json.loads((await post(http, graph))[1])["error"]["error_subcode"] == 463
    async with http.post(f"{x.url}/2/tweets", json={"text": "Hay pan"}) as answer:
        assert answer.status == 401
    assert (await post(http, graph))[0] == 200


async def test_an_error_of_x_may_have_any_body(x: FakeX, http: aiohttp.ClientSession) -> None:
    credits_gone = problem(402, "CreditsDepleted", "No credits", "credits", account_id=1)
    x.fault("POST /2/tweets", "error", status=402, body=credits_gone)
    async with http.post(f"{x.url}/2/tweets", json={"text": "Hay pan"}) as answer:
        assert (answer.status, await answer.json()) == (402, credits_gone)
        assert answer.headers["Date"] == "Sat, 21 Nov 2026 12:00:00 GMT"


async def test_a_request_is_heard_before_it_is_answered(graph: FakeGraph, http: aiohttp.ClientSession) -> None:
    heard = []

    async def hear(call: Call) -> None:
        await asyncio.sleep(0)
        heard.append((call.method, call.path, call.params["message"], texts(graph)))

    graph.on_request = hear
    await post(http, graph)
    assert heard == [("POST", "/v26.0/1001/feed", "Hay pan", [])]


async def test_a_bug_of_the_fake_fails_its_test(http: aiohttp.ClientSession) -> None:
    async def meet_the_bug() -> None:
        async with FakeGraph() as graph:
            graph.page("1001", "TOKEN")
            graph.nodes["1001"] = "no node"  # type: ignore[assignment]  # the bug
            assert (await post(http, graph))[0] == 500

    with pytest.raises(ExceptionGroup, match="the fake itself"):
        await meet_the_bug()
