import hashlib
import io
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from fakes.graph import FakeGraph
from fakes.graph_objects import Photo
from fakes.graph_photos import uploaded_as
from fakes.pictures import picture

NOON = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
BEARER = {"Authorization": "Bearer PAGE-TOKEN"}


class Client:
    """Plain calls to the fake; every answer as (status, body)."""

    def __init__(self, graph: FakeGraph, http: aiohttp.ClientSession) -> None:
        self.graph, self.http = graph, http

    async def __call__(self, method: str, path: str, **kwargs: Any) -> tuple[int, Any]:
        kwargs.setdefault("headers", BEARER)
        async with self.http.request(method, f"{self.graph.url}/v26.0{path}", **kwargs) as answer:
            return answer.status, await answer.json()

    async def error(self, method: str, path: str, **kwargs: Any) -> tuple[int, int | None]:
        """(code, subcode) of a call that must fail."""
        status, body = await self(method, path, **kwargs)
        assert status >= 400, body
        assert {"message", "type", "code", "is_transient", "fbtrace_id"} <= body["error"].keys()
        return body["error"]["code"], body["error"].get("error_subcode")

    async def photo(self, data: bytes | None = None, **fields: str) -> tuple[int, Any]:
        form = aiohttp.FormData(fields)
        form.add_field("source", io.BytesIO(data or picture()), filename="foto.jpg")
        return await self("POST", "/1001/photos", data=form)


@pytest.fixture
async def graph() -> AsyncIterator[FakeGraph]:
    async with FakeGraph(now=lambda: NOON) as server:
        server.page("1001", "PAGE-TOKEN", name="Panadería", username="panaderia")
        server.page("2002", "OTHER-TOKEN", name="Otra")
        yield server


@pytest.fixture
async def client(graph: FakeGraph) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as http:
        yield Client(graph, http)


async def test_a_page_says_who_it_is_with_the_fields_asked_for(client: Client) -> None:
    assert await client("GET", "/1001?fields=id,name,username") == (
        200,
        {"id": "1001", "name": "Panadería", "username": "panaderia"},
    )
    assert (await client("GET", "/me"))[1] == {"id": "1001", "name": "Panadería"}


@pytest.mark.parametrize("prefix", ["", "/graph"])
async def test_a_prefix_before_the_version_is_optional(graph: FakeGraph, client: Client, prefix: str) -> None:
    async with client.http.get(f"{graph.origin}{prefix}/v26.0/1001", headers=BEARER) as answer:
        assert answer.status == 200
        assert answer.headers["facebook-api-version"] == "v26.0"
    assert graph.requests[0].path == "/v26.0/1001"


async def test_answers_carry_the_servers_clock_and_its_usage(graph: FakeGraph, client: Client) -> None:
    graph.usage = 81
    async with client.http.get(f"{graph.url}/v26.0/1001", headers=BEARER) as answer:
        assert answer.headers["Date"] == "Sat, 21 Nov 2026 12:00:00 GMT"
        assert json.loads(answer.headers["X-App-Usage"])["call_count"] == 81
        assert json.loads(answer.headers["X-Business-Use-Case-Usage"])["1001"][0]["type"] == "pages"


@pytest.mark.parametrize(
    "encoded",
    [{"json": {"message": "Hay pan", "published": True}}, {"data": {"message": "Hay pan", "published": "true"}}],
)
async def test_a_post_is_public_and_its_permalink_comes_in_the_same_answer(
    graph: FakeGraph, client: Client, encoded: Any
) -> None:
    status, body = await client("POST", "/1001/feed?fields=id,permalink_url", **encoded)
    (post,) = graph.posts("1001")
    assert (status, body) == (200, {"id": post.id, "permalink_url": post.permalink})
    assert (post.text, post.at) == ("Hay pan", NOON)
    assert post.id.startswith("1001_")
    assert post.id.partition("_")[2] not in post.permalink


async def test_without_fields_a_post_answers_its_id_alone(client: Client) -> None:
    assert (await client("POST", "/1001/feed", json={"message": "Hay pan"}))[1].keys() == {"id"}


@pytest.mark.parametrize(
    ("path", "encoded"),
    [
        ("/1001/feed", {"json": {"message": "Hay pan", "colour": "red"}}),
        ("/1001/feed?fields=id,likes_total", {"json": {"message": "Hay pan"}}),
        ("/1001/feed", {"json": {"message": ["Hay pan"]}}),
        ("/1001/feed", {"json": {}}),
        ("/1001/feed", {"data": {"message": "Hay pan", "published": "True"}}),
        ("/1001/feed", {"data": [("attached_media", "media_fbid"), ("attached_media", "media_fbid")]}),
        ("/1001/feed", {"data": {"attached_media": "media_fbid"}}),
        ("/1001/feed", {"data": {"attached_media": "[{'media_fbid': '1'}]"}}),
        ("/1001/feed", {"json": {"message": "x" * 63_207}}),
        ("/1001/feed", {"json": {"message": "Hay pan", "link": "pan.example"}}),
        ("/1001/feed", {"json": {"message": "Hay pan", "scheduled_publish_time": 1_795_600_000}}),
        ("/1001/feed", {"json": {"message": "Hay pan", "published": False, "scheduled_publish_time": 1}}),
        ("/1001/feed", {"data": b"[1]", "headers": BEARER | {"Content-Type": "application/json"}}),
        ("/1001/feed", {"data": b"raw", "headers": BEARER | {"Content-Type": "text/plain"}}),
    ],
)
async def test_what_the_platform_would_misread_is_refused(
    graph: FakeGraph, client: Client, path: str, encoded: Any
) -> None:
    assert (await client.error("POST", path, **encoded))[0] == 100
    assert graph.posts("1001") == []


@pytest.mark.parametrize("version", ["v20.0", "v18.0", "v99.0"])
async def test_an_expired_or_unknown_version_is_refused(graph: FakeGraph, client: Client, version: str) -> None:
    async with client.http.get(f"{graph.url}/{version}/1001", headers=BEARER) as answer:
        assert (await answer.json())["error"]["code"] == 12
    async with client.http.get(f"{graph.url}/1001", headers=BEARER) as answer:
        assert (await answer.json())["error"]["code"] == 2500


async def test_tokens_open_their_own_page_only(graph: FakeGraph, client: Client) -> None:
    wrong, other = {"Authorization": "Bearer WRONG"}, {"Authorization": "Bearer OTHER-TOKEN"}
    text = {"message": "Hay pan"}
    assert await client.error("POST", "/1001/feed", json=text, headers={}) == (190, None)
    assert await client.error("POST", "/1001/feed", json=text, headers=wrong) == (190, None)
    assert await client.error("POST", "/1001/feed", json=text, headers=other) == (200, None)
    assert await client.error("GET", "/1001", headers=other) == (100, 33)
    graph.expire("PAGE-TOKEN")
    assert await client.error("POST", "/1001/feed", json=text) == (190, 463)
    assert graph.posts("1001") == []


async def test_a_token_in_the_query_is_noticed_and_recorded_nowhere(graph: FakeGraph, client: Client) -> None:
    await client("POST", "/1001/feed?access_token=PAGE-TOKEN", json={"message": "Hay pan"}, headers={})
    await client("POST", "/1001/feed", data={"message": "Hay bollos", "access_token": "PAGE-TOKEN"}, headers={})
    await client("GET", "/1001")
    assert graph.tokens_in_query == [("POST", "/v26.0/1001/feed")]
    assert len(graph.posts("1001")) == 2
    assert "PAGE-TOKEN" not in repr(graph.requests)
    assert graph.requests[2].headers["Authorization"] == "Bearer ***"


async def test_the_same_text_as_the_previous_post_is_a_duplicate(graph: FakeGraph, client: Client) -> None:
    first = (await client("POST", "/1001/feed", json={"message": "Hay pan"}))[1]["id"]
    assert (await client.error("POST", "/1001/feed", json={"message": "Hay pan"}))[0] == 506
    graph.now = lambda: NOON + timedelta(minutes=1)
    await client("POST", "/1001/feed", json={"message": "Hay bollos"})
    assert (await client("POST", "/1001/feed", json={"message": "Hay pan"}))[0] == 200
    await client("DELETE", f"/{first}")
    assert [post.text for post in graph.posts("1001")] == ["Hay bollos", "Hay pan"]


async def test_a_published_photo_has_a_post_and_a_hidden_one_has_none(graph: FakeGraph, client: Client) -> None:
    _, shown = await client.photo(message="Hay pan", alt_text_custom="Pan en un horno")
    assert shown.keys() == {"id", "post_id"}
    _, hidden = await client.photo(published="false")
    assert hidden.keys() == {"id"}
    (post,) = graph.posts("1001")
    assert (post.id, len(post.media)) == (shown["post_id"], 1)


async def test_hidden_photos_become_one_post_once(graph: FakeGraph, client: Client) -> None:
    red, blue = picture(colour="red"), picture(colour="blue")
    names = [(await client.photo(each, published="false"))[1]["id"] for each in (red, blue)]
    attached = json.dumps([{"media_fbid": name} for name in names])
    status, body = await client("POST", "/1001/feed", data={"message": "Hay pan", "attached_media": attached})
    assert status == 200
    again = {"message": "Otra vez", "attached_media[0]": json.dumps({"media_fbid": names[0]})}
    assert await client.error("POST", "/1001/feed", data=again) == (506, 1366051)
    (post,) = graph.posts("1001")
    assert (post.id, len(set(post.media))) == (body["id"], 2)
    assert graph.requests[0].params["source"].removeprefix("sha256:") == post.media[0]


async def test_photos_are_really_decoded_and_weighed(graph: FakeGraph, client: Client) -> None:
    for data, subcode in ((b"no picture", 2069019), (picture()[:900], 2069019), (picture(kind="WEBP"), 1366046)):
        status, body = await client.photo(data)
        assert (status, body["error"]["error_subcode"]) == (400, subcode)
    status, body = await client.photo(picture() + b"\0" * 4 * 1024 * 1024)
    assert body["error"]["error_subcode"] == 1366046
    assert await client.error("POST", "/1001/photos", json={"message": "Sin foto"}) == (324, None)
    assert graph.posts("1001") == []


async def test_a_hidden_photo_can_be_fetched_until_it_is_deleted(graph: FakeGraph, client: Client) -> None:
    name = (await client.photo(picture(600, 400), published="false"))[1]["id"]
    _, body = await client("GET", f"/{name}?fields=images,source")
    assert body["images"][0] == {"height": 400, "width": 600, "source": body["source"]}
    async with client.http.get(body["source"]) as answer:
        assert (answer.status, answer.content_type) == (200, "image/jpeg")
        assert (await answer.read()).startswith(b"\xff\xd8")
    assert (await client("DELETE", f"/{name}"))[1] == {"success": True}
    async with client.http.get(body["source"]) as answer:
        assert answer.status == 404
    assert await client.error("GET", f"/{name}") == (100, 33)


async def test_a_photo_keeps_its_bytes_and_its_description(graph: FakeGraph, client: Client) -> None:
    sent = picture(600, 400)
    name = (await client.photo(sent, published="false", alt_text_custom="Pan"))[1]["id"]
    assert graph.held(name) == hashlib.sha256(sent).hexdigest()
    await client("POST", "/1001/feed", json={"attached_media": [{"media_fbid": name}]})
    (post,) = graph.posts("1001")
    assert (post.media, post.alt) == ((graph.held(name),), ("Pan",))
    url = f"{graph.origin}{graph.node(name, Photo).cdn}"
    assert (uploaded_as(graph, url), uploaded_as(graph, "http://127.0.0.1/")) == (graph.held(name), None)


async def test_the_list_shows_who_made_a_post_and_when(graph: FakeGraph, client: Client) -> None:
    await client("POST", "/1001/feed", json={"message": "Hay pan", "link": "https://pan.example"})
    graph.now = lambda: NOON + timedelta(minutes=5)
    by_hand = graph.put_post("1001", "Lo escribí yo")
    fields = "id,message,created_time,is_published,application{id},attachments{media_type,url}"
    _, body = await client("GET", f"/1001/published_posts?fields={fields}&since={int(NOON.timestamp())}&limit=10")
    newest, oldest = body["data"]
    assert newest == {
        "id": by_hand,
        "message": "Lo escribí yo",
        "created_time": "2026-11-21T12:05:00+0000",
        "is_published": True,
    }
    assert oldest["application"] == {"id": graph.app_id}
    assert oldest["attachments"] == {"data": [{"media_type": "link", "url": "https://pan.example"}]}
    _, body = await client("GET", f"/1001/published_posts?since={int(NOON.timestamp()) + 1}")
    assert [each["message"] for each in body["data"]] == ["Lo escribí yo"]
    _, body = await client("GET", "/1001/published_posts?limit=1")
    _, body = await client("GET", f"/1001/published_posts?limit=1&after={body['paging']['cursors']['after']}")
    assert [each["message"] for each in body["data"]] == ["Hay pan"]


@pytest.mark.parametrize("query", ["fields=id,text", "limit=101", "fields=attachments{colour}", "page=2", "since=soon"])
async def test_a_list_refuses_what_it_does_not_know(client: Client, query: str) -> None:
    assert (await client.error("GET", f"/1001/published_posts?{query}"))[0] == 100


async def test_a_scheduled_post_is_public_when_its_time_has_come(graph: FakeGraph, client: Client) -> None:
    later = NOON + timedelta(hours=1)
    planned = {"message": "Mañana", "published": False, "scheduled_publish_time": int(later.timestamp())}
    await client("POST", "/1001/feed", json=planned)
    await client("POST", "/1001/feed", json={"message": "Nunca", "published": False})
    assert graph.posts("1001") == []
    assert [each["message"] for each in (await client("GET", "/1001/scheduled_posts"))[1]["data"]] == ["Mañana"]
    graph.now = lambda: later
    assert [post.at for post in graph.posts("1001")] == [later]


async def test_a_post_can_be_read_edited_commented_and_deleted(graph: FakeGraph, client: Client) -> None:
    name = (await client("POST", "/1001/feed", json={"message": "Hay pam"}))[1]["id"]
    assert (await client("POST", f"/{name}", json={"message": "Hay pan"}))[1] == {"success": True}
    assert (await client("GET", f"/{name}?fields=message"))[1] == {"id": name, "message": "Hay pan"}
    said = {"json": {"message": "Hasta las dos"}}
    assert (await client.error("POST", f"/{name}/comments", **said))[0] == 200
    graph.tokens["PAGE-TOKEN"].scopes.add("pages_manage_engagement")
    comment = (await client("POST", f"/{name}/comments", **said))[1]["id"]
    assert (await client("GET", f"/{name}/comments?fields=id,message"))[1]["data"] == [
        {"id": comment, "message": "Hasta las dos"}
    ]
    assert {post.reply_to for post in graph.posts("1001")} == {None, name}
    await client("DELETE", f"/{comment}")
    await client("DELETE", f"/{name}")
    assert graph.posts("1001") == []
    assert await client.error("DELETE", f"/{name}") == (100, 33)


async def test_posts_of_others_cannot_be_edited_and_unknown_paths_are_refused(graph: FakeGraph, client: Client) -> None:
    name = graph.put_post("1001", "Lo escribí yo")
    assert (await client.error("POST", f"/{name}", json={"message": "Otra cosa"}))[0] == 200
    assert (await client.error("POST", "/1001/walls", json={}))[0] == 2500
    with pytest.raises(KeyError):
        graph.posts("3003")
