"""One row per refusal of the fake Graph, told apart by its code and words."""

import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from fakes.graph import FakeGraph
from fakes.pictures import PictureHost, picture

JPEG = picture()
JSON = {"Content-Type": "application/json"}


@pytest.fixture
async def graph() -> AsyncIterator[FakeGraph]:
    async with FakeGraph() as server:
        server.page("1001", "TOKEN")
        server.instagram("7007", "TOKEN", page_id="1001")
        yield server


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer TOKEN"}) as session:
        yield session


async def refusal(http: aiohttp.ClientSession, method: str, url: str, **kwargs: Any) -> tuple[int, int | None, str]:
    async with http.request(method, url, **kwargs) as answer:
        body = await answer.json()
        assert answer.status >= 400, body
        return body["error"]["code"], body["error"].get("error_subcode"), body["error"]["message"]


def form(files: dict[str, bytes], **fields: str) -> aiohttp.FormData:
    """Good for one request."""
    made = aiohttp.FormData(fields)
    for name, data in files.items():
        made.add_field(name, io.BytesIO(data), filename="foto.jpg")
    return made


FEED, PHOTOS, MEDIA = "POST /v26.0/1001/feed", "POST /v26.0/1001/photos", "POST /v26.0/7007/media"
ROWS: list[tuple[str, dict[str, Any], int, str]] = [
    (FEED, {"data": b"[1]", "headers": JSON}, 100, "neither a JSON object nor a form"),
    (FEED, {"data": b"{", "headers": JSON}, 100, "neither a JSON object nor a form"),
    (FEED, {"data": b"raw", "headers": {"Content-Type": "text/plain"}}, 100, "neither a JSON object nor a form"),
    (FEED, {"data": [("message", "Hay"), ("message", "pan")]}, 100, "given twice"),
    (FEED + "?message=Hay", {"data": {"message": "pan"}}, 100, "given twice"),
    (FEED, {"data": {"attached_media": "media_fbid"}}, 100, "attached_media must be an array."),
    (FEED, {"data": {"attached_media": '{"media_fbid": "1"}'}}, 100, "attached_media must be an array."),
    (FEED, {"data": {"attached_media[0]": "media_fbid"}}, 100, "attached_media must be an array."),
    (FEED, {"json": {"attached_media": [{"media_fbid": 1}]}}, 100, "must be an array of"),
    (FEED, {"json": {"attached_media": ["1"]}}, 100, "must be an array of"),
    (FEED, {"json": {"attached_media": [{"media_fbid": "1", "alt": "Pan"}]}}, 100, "must be an array of"),
    (FEED, {"json": {"attached_media": [{"media_fbid": "1"}]}}, 100, "No photo 1 of this Page"),
    (FEED, {"files": {"message": b"Hay pan"}}, 100, "Unexpected file: message"),
    (FEED + "?fields=id,attachments{url", {"json": {"message": "Hay pan"}}, 2500, "Syntax error in fields"),
    (FEED, {"json": {"message": "Hay pan", "published": "yes"}}, 100, "published must be a boolean"),
    (PHOTOS, {"json": {"source": "foto.jpg"}}, 100, "source must be an uploaded file"),
    (PHOTOS, {"files": {"file": b"foto"}}, 100, "Unexpected file: file"),
    (PHOTOS, {"files": {"source": JPEG}, "fields": {"message": "Hay", "caption": "pan"}}, 100, "the same parameter"),
    (PHOTOS, {"files": {"source": JPEG}, "fields": {"temporary": "true"}}, 100, "for unpublished photos"),
    (PHOTOS, {"json": {"url": "http://127.0.0.1:9/foto.jpg"}}, 100, "could not be fetched"),
    (PHOTOS, {"json": {"url": "file:///foto.jpg"}}, 100, "could not be fetched"),
    (MEDIA, {"json": {"image_url": "http://127.0.0.1/a", "user_tags": {"username": "pan"}}}, 100, "user_tags must be"),
    (MEDIA, {"json": {"media_type": "REELS", "video_url": "http://a", "thumb_offset": "soon"}}, 100, "an integer"),
    ("POST /v26.0/7007/media_publish", {"json": {"creation_id": True}}, 100, "must be an id"),
    ("POST /v26.0/7007/media_publish", {"json": {"creation_id": "no id"}}, 100, "must be an id"),
    ("GET /v26.0/1001/published_posts?limit=many", {}, 100, "limit must be an integer"),
    ("GET /1001/feed", {}, 2500, "must name its version"),
    ("GET /v26.0", {}, 2500, "/v26.0"),
    ("GET /v26.0//feed", {}, 2500, "/v26.0//feed"),
]


@pytest.mark.parametrize(("line", "sent", "code", "words"), ROWS, ids=[f"{row[0]}-{row[3]}" for row in ROWS])
async def test_refusals(
    graph: FakeGraph, http: aiohttp.ClientSession, line: str, sent: dict[str, Any], code: int, words: str
) -> None:
    method, _, path = line.partition(" ")
    if "files" in sent:
        sent = {"data": form(sent["files"], **sent.get("fields", {}))}
    found, _, message = await refusal(http, method, graph.url + path, **sent)
    assert (found, words in message) == (code, True), message
    assert graph.posts("1001") == graph.posts("7007") == []


async def test_a_post_shows_ten_different_photos_at_most(graph: FakeGraph, http: aiohttp.ClientSession) -> None:
    names = []
    for _ in range(11):
        async with http.post(
            f"{graph.url}/v26.0/1001/photos", data=form({"source": picture(60, 60)}, published="false")
        ) as answer:
            names.append((await answer.json())["id"])
    for chosen in (names, names[:1] * 2):
        attached = {"attached_media": [{"media_fbid": name} for name in chosen]}
        assert "too many" in (await refusal(http, "POST", f"{graph.url}/v26.0/1001/feed", json=attached))[2]
    attached = {"attached_media": [{"media_fbid": name} for name in names[:10]]}
    async with http.post(f"{graph.url}/v26.0/1001/feed", json=attached) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("message", "words"),
    [(" ", "non-empty"), ("a" * 8001, "8000"), ("é" * 2201, "2200"), ("#a " * 31, "too many hashtags")],
)
async def test_a_comment_says_something_and_not_too_much(
    graph: FakeGraph, http: aiohttp.ClientSession, message: str, words: str
) -> None:
    under = graph.put_post("1001", "Hay pan") if words == "8000" else graph.put_media("7007", "Hay pan")
    for access in graph.tokens.values():
        access.scopes |= {"pages_manage_engagement", "instagram_manage_comments"}
    where = f"{graph.url}/v26.0/{under}/comments"
    assert words in (await refusal(http, "POST", where, json={"message": message}))[2]
    assert (await refusal(http, "GET", f"{where}?order=oldest"))[0] == 100


async def test_comments_are_said_below_what_is_there(graph: FakeGraph, http: aiohttp.ClientSession) -> None:
    for access in graph.tokens.values():
        access.scopes.add("pages_manage_engagement")
    sent = {"json": {"message": "#pan"}}
    assert (await refusal(http, "POST", f"{graph.url}/v26.0/1001_99/comments", **sent))[:2] == (100, 33)


async def test_containers_of_a_day_are_counted(graph: FakeGraph, http: aiohttp.ClientSession) -> None:
    url, sent = f"{graph.url}/v26.0/7007/media", {"json": {"image_url": "http://127.0.0.1:9/a.jpg"}}
    for _ in range(400):
        async with http.post(url, **sent) as answer:
            assert answer.status == 200
    assert (await refusal(http, "POST", url, **sent))[:2] == (9, 2207069)


async def test_a_reel_is_a_video(graph: FakeGraph, http: aiohttp.ClientSession) -> None:
    graph.polls = 0
    async with PictureHost() as host:
        for data, content_type, state in ((picture(), "image/jpeg", "ERROR"), (b"\0mp4", "video/mp4", "FINISHED")):
            sent = {"media_type": "REELS", "video_url": host.put(data, content_type)}
            async with http.post(f"{graph.url}/v26.0/7007/media", json=sent) as answer:
                container = (await answer.json())["id"]
            async with http.get(f"{graph.url}/v26.0/{container}?fields=status_code") as answer:
                assert (await answer.json())["status_code"] == state


async def test_photos_are_put_by_hand_on_pages_only(graph: FakeGraph) -> None:
    with pytest.raises(KeyError):
        graph.put_post("7007", "Hay pan")
