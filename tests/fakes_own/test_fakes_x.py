from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from fakes.x import FakeX
from fakes.x_text import shorten, weighted_length

NOON = datetime(2026, 11, 21, 12, 0, 0, 500_000, tzinfo=UTC)
BEARER = {"Authorization": "Bearer X-TOKEN"}
NOT_PERMITTED = "You are not permitted to perform this action."


class Client:
    def __init__(self, x: FakeX, http: aiohttp.ClientSession) -> None:
        self.x, self.http = x, http

    async def __call__(self, method: str, path: str, **kwargs: Any) -> tuple[int, Any]:
        kwargs.setdefault("headers", BEARER)
        async with self.http.request(method, self.x.url + path, **kwargs) as answer:
            return answer.status, await answer.json()

    async def post(self, text: str, **more: Any) -> tuple[int, Any]:
        return await self("POST", "/2/tweets", json={"text": text, **more})


@pytest.fixture
async def x() -> AsyncIterator[FakeX]:
    async with FakeX(now=lambda: NOON) as server:
        server.user("42", "panaderia", "X-TOKEN")
        server.user("43", "vecina", "OTHER-TOKEN")
        yield server


@pytest.fixture
async def client(x: FakeX) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as http:
        yield Client(x, http)


async def test_a_post_is_public_and_shown_behind_tco(x: FakeX, client: Client) -> None:
    text = "Pan & bollos: https://pan.example/hoy y obrador.es"
    status, body = await client.post(text)
    (post,) = x.posts("42")
    assert status == 201
    assert body["data"].keys() == {"id", "text", "edit_history_tweet_ids"}
    assert body["data"]["text"].startswith("Pan &amp; bollos: https://t.co/")
    assert (post.id, post.text, post.at, post.reply_to) == (body["data"]["id"], text, NOON, None)
    assert post.permalink == f"https://x.com/panaderia/status/{post.id}"
    _, body = await client("GET", f"/2/tweets/{post.id}?tweet.fields=created_at,entities")
    assert body["data"]["created_at"] == "2026-11-21T12:00:00.500Z"
    assert [each["expanded_url"] for each in body["data"]["entities"]["urls"]] == [
        "https://pan.example/hoy",
        "http://obrador.es",
    ]


@pytest.mark.parametrize(
    "document",
    [
        {"text": "Hay pan", "colour": "red"},
        {"text": 5},
        {},
        {"text": "  "},
        {"text": "Hay \ufeffpan"},
        {"text": "Hay pan", "reply_settings": "everyone"},
        {"text": "Hay pan", "media": {"media_ids": []}},
        {"text": "Hay pan", "media": {"media_ids": [1]}},
        {"text": "Hay pan", "media": {"media_ids": ["1"]}},
        {"text": "Hay pan", "media": {"ids": ["1"]}},
        {"text": "Hay pan", "reply": "1"},
    ],
)
async def test_a_post_outside_the_schema_is_refused(x: FakeX, client: Client, document: dict[str, Any]) -> None:
    status, body = await client("POST", "/2/tweets", json=document)
    assert (status, body["title"], bool(body["errors"])) == (400, "Invalid Request", True)
    assert x.posts("42") == []


async def test_a_form_is_not_json(x: FakeX, client: Client) -> None:
    status, body = await client("POST", "/2/tweets", data={"text": "Hay pan"})
    assert (status, body["type"].rpartition("/")[2]) == (400, "invalid-request")
    assert (await client("POST", "/2/walls", json={}))[0] == 404


@pytest.mark.parametrize("text", ["x" * 281, "字" * 141, "$PAN $BOLLO", "x" * 257 + " https://a.example"])
async def test_a_text_that_weighs_too_much_is_not_permitted(x: FakeX, client: Client, text: str) -> None:
    status, body = await client.post(text)
    assert (status, body["detail"]) == (403, NOT_PERMITTED)
    assert x.posts("42") == []


@pytest.mark.parametrize("text", ["x" * 280, "字" * 140, "x" * 256 + " https://a.example/" + "y" * 99])
async def test_a_text_that_just_fits_is_taken(client: Client, text: str) -> None:
    assert (await client.post(text))[0] == 201


@pytest.mark.parametrize(
    ("text", "weight"),
    [
        ("čšž", 3),
        ("…", 2),
        ("€", 2),
        ("“–”", 3),
        ("cafe\u0301", 4),
        ("👨‍👩‍👧‍👦", 2),
        ("👍🏽", 2),
        ("🇪🇸", 2),
        ("1️⃣", 2),
        ("❤️", 2),
        ("©", 1),
        ("pan.example.com", 23),
        ("a@b.com", 7),
        ("Node.js", 7),
        ("(https://pan.example/a).", 26),
    ],
)
def test_weights(text: str, weight: int) -> None:
    assert weighted_length(text) == weight


def test_a_url_ends_before_the_punctuation() -> None:
    shown, links = shorten("Mira https://pan.example/a?b=1, y pasa.")
    assert [link.expanded for link in links] == ["https://pan.example/a?b=1"]
    assert shown[links[0].start : links[0].end] == links[0].url
    assert shown.endswith(", y pasa.")


async def test_the_same_text_within_the_window_is_a_duplicate(x: FakeX, client: Client) -> None:
    await client.post("Hay pan")
    status, body = await client.post("Hay pan ")
    assert (status, body["type"]) == (403, "about:blank")
    assert "duplicate content" in body["detail"]
    other = {"Authorization": "Bearer OTHER-TOKEN"}
    assert (await client("POST", "/2/tweets", json={"text": "Hay pan"}, headers=other))[0] == 201
    x.now = lambda: NOON + timedelta(hours=25)
    assert (await client.post("Hay pan"))[0] == 201
    assert len(x.posts("42")) == 2


async def test_replies_go_to_own_posts_that_exist(x: FakeX, client: Client) -> None:
    first = (await client.post("Uno"))[1]["data"]["id"]
    _, body = await client.post("Dos", reply={"in_reply_to_tweet_id": first})
    assert [post.reply_to for post in x.posts("42")] == [None, first]
    _, body = await client("GET", f"/2/tweets/{body['data']['id']}?tweet.fields=conversation_id,referenced_tweets")
    assert body["data"]["conversation_id"] == first
    assert body["data"]["referenced_tweets"] == [{"type": "replied_to", "id": first}]
    assert (await client.post("Tres", reply={"in_reply_to_tweet_id": "1"}))[0] == 403
    theirs = x.put_post("43", "¿Hay pan?")
    assert (await client.post("Sí", reply={"in_reply_to_tweet_id": theirs}))[0] == 403
    assert (await client.post("Miren", quote_tweet_id=first))[0] == 403


async def test_a_deleted_post_is_gone(x: FakeX, client: Client) -> None:
    name = (await client.post("Hay pan"))[1]["data"]["id"]
    theirs = x.put_post("43", "¿Hay pan?")
    assert (await client("DELETE", f"/2/tweets/{theirs}"))[0] == 403
    assert await client("DELETE", f"/2/tweets/{name}") == (200, {"data": {"deleted": True}})
    assert x.posts("42") == []
    status, body = await client("GET", f"/2/tweets/{name}")
    assert (status, "data" in body) == (200, False)
    assert body["errors"][0]["type"].endswith("/resource-not-found")


async def test_the_timeline_is_newest_first_and_narrowed_by_the_query(x: FakeX, client: Client) -> None:
    names: list[str] = []
    for minute, text in enumerate(("Uno", "Dos", "Tres")):
        x.now = lambda minute=minute: NOON + timedelta(minutes=minute)
        names.append(x.put_post("42", text, reply_to=names[0] if text == "Tres" else None))

    async def listed(query: str) -> list[str]:
        status, body = await client("GET", f"/2/users/42/tweets?{query}")
        assert status == 200, body
        assert body["meta"]["result_count"] == len(body.get("data", []))
        return [each["text"] for each in body.get("data", [])]

    assert await listed("max_results=5") == ["Tres", "Dos", "Uno"]
    assert await listed(f"since_id={names[1]}&tweet.fields=created_at") == ["Tres"]
    assert await listed("start_time=2026-11-21T12:01:00Z") == ["Tres", "Dos"]
    assert await listed("exclude=replies,retweets") == ["Dos", "Uno"]
    assert await listed("start_time=2026-11-21T12:01:30Z") == ["Tres"]
    assert (await client("GET", "/2/users/42/tweets?start_time=2026-11-21T12:01:55Z"))[0] == 400


@pytest.mark.parametrize(
    "query",
    [
        "max_results=4",
        "max_results=101",
        "limit=10",
        "tweet.fields=colour",
        "post.fields=created_at",
        "start_time=2026-11-21T12:00:00%2B00:00",
        "start_time=1795000000",
        "since_id=abc",
        "exclude=posts",
    ],
)
async def test_a_timeline_refuses_what_it_does_not_know_and_names_it(client: Client, query: str) -> None:
    status, body = await client("GET", f"/2/users/42/tweets?{query}")
    assert status == 400
    assert set(body["errors"][0]["parameters"]) == {query.partition("=")[0]}


async def test_the_name_of_the_fields_can_change(x: FakeX, client: Client) -> None:
    x.fields_name = "post.fields"
    assert (await client("GET", "/2/users/42/tweets?tweet.fields=created_at"))[0] == 400
    assert (await client("GET", "/2/users/42/tweets?post.fields=created_at"))[0] == 200


async def test_long_timelines_come_in_pages(x: FakeX, client: Client) -> None:
    for number in range(7):
        x.put_post("42", f"Post {number}")
    _, body = await client("GET", "/2/users/42/tweets?max_results=5")
    token = body["meta"]["next_token"]
    _, body = await client("GET", f"/2/users/42/tweets?max_results=5&pagination_token={token}")
    assert [each["text"] for each in body["data"]] == ["Post 1", "Post 0"]


async def test_every_answer_tells_what_is_left_and_the_limit_is_kept(x: FakeX, client: Client) -> None:
    x.limits["POST /2/tweets"] = 2

    async def remaining(text: str) -> tuple[int, str, str]:
        async with client.http.post(f"{x.url}/2/tweets", json={"text": text}, headers=BEARER) as answer:
            headers = answer.headers
            return answer.status, headers["x-rate-limit-remaining"], headers["x-rate-limit-reset"]

    reset = str(int((NOON + timedelta(minutes=15)).timestamp()))
    assert await remaining("Uno") == (201, "1", reset)
    assert await remaining("Uno") == (403, "0", reset)
    assert (await remaining("Dos"))[:2] == (429, "0")
    x.now = lambda: NOON + timedelta(minutes=15)
    assert (await remaining("Dos"))[0] == 201
