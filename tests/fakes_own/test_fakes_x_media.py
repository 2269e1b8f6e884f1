"""Uploads of the fake X: pictures, GIFs, videos in chunks, alt texts."""

import base64
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from fakes.pictures import picture
from fakes.x import FakeX

NOON = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
BEARER = {"Authorization": "Bearer X-TOKEN"}


class Client:
    def __init__(self, x: FakeX, http: aiohttp.ClientSession) -> None:
        self.x, self.http = x, http

    async def __call__(self, method: str, path: str, **kwargs: Any) -> tuple[int, Any]:
        kwargs.setdefault("headers", BEARER)
        async with self.http.request(method, self.x.url + path, **kwargs) as answer:
            return answer.status, await answer.json()

    async def post(self, text: str, **more: Any) -> tuple[int, Any]:
        return await self("POST", "/2/tweets", json={"text": text, **more})

    async def upload(self, data: bytes, category: str = "tweet_image") -> tuple[int, Any]:
        form = aiohttp.FormData({"media_category": category})
        form.add_field("media", io.BytesIO(data), filename="foto")
        return await self("POST", "/2/media/upload", data=form)


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


async def test_pictures_are_attached_and_linked(x: FakeX, client: Client) -> None:
    (_, first), (_, second) = (await client.upload(picture()), await client.upload(picture(colour="red", kind="PNG")))
    names = [body["data"]["id"] for body in (first, second)]
    alt_text = {"id": names[0], "metadata": {"alt_text": {"text": "Pan"}}}
    assert (await client("POST", "/2/media/metadata", json=alt_text))[0] == 200
    assert x.uploads[names[0]].alt_text == "Pan"
    status, body = await client.post("Hay pan", media={"media_ids": names})
    assert status == 201
    assert body["data"]["text"].startswith("Hay pan https://t.co/")
    (post,) = x.posts("42")
    assert post.alt == ("Pan", None)
    assert post.media == (x.held(names[0]), x.held(names[1]))
    assert x.held("nothing") is None
    assert len(set(post.media)) == 2
    _, body = await client("GET", f"/2/tweets/{post.id}?tweet.fields=entities,attachments")
    assert body["data"]["entities"]["urls"][0]["expanded_url"] == f"{post.permalink}/photo/1"
    assert body["data"]["attachments"] == {"media_keys": [f"3_{name}" for name in names]}


async def test_pictures_belong_to_their_user_and_expire(x: FakeX, client: Client) -> None:
    name = (await client.upload(picture()))[1]["data"]["id"]
    other = {"Authorization": "Bearer OTHER-TOKEN"}
    document = {"text": "Hay pan", "media": {"media_ids": [name]}}
    assert (await client("POST", "/2/tweets", json=document, headers=other))[0] == 400
    x.now = lambda: NOON + timedelta(hours=24)
    assert (await client("POST", "/2/tweets", json=document))[0] == 400


@pytest.mark.parametrize(
    ("data", "category"),
    [
        (b"no picture", "tweet_image"),
        (b"", "tweet_image"),
        (picture(kind="BMP"), "tweet_image"),
        (picture(kind="GIF"), "tweet_image"),
        (picture(), "tweet_gif"),
        (picture(), "photo"),
        (picture() + b"\0" * 5 * 1024 * 1024, "tweet_image"),
    ],
    ids=["text", "empty", "BMP", "GIF as photo", "photo as GIF", "category", "weight"],
)
async def test_unfit_uploads_are_refused(x: FakeX, client: Client, data: bytes, category: str) -> None:
    assert (await client.upload(data, category))[0] == 400
    assert x.uploads == {}


async def test_an_upload_may_be_json_and_nothing_unknown(client: Client) -> None:
    document = {"media": base64.b64encode(picture()).decode(), "media_category": "tweet_image"}
    assert (await client("POST", "/2/media/upload", json=document))[0] == 200
    assert (await client("POST", "/2/media/upload", json=document | {"command": "INIT"}))[0] == 400
    assert (await client("POST", "/2/media/upload", json=document | {"media": "~"}))[0] == 400
    alt_text = {"id": "1", "metadata": {"alt_text": {"text": "x" * 1001}}}
    assert (await client("POST", "/2/media/metadata", json=alt_text))[0] == 400


async def test_a_gif_stands_alone(client: Client) -> None:
    gif = (await client.upload(picture(kind="GIF"), "tweet_gif"))[1]["data"]["id"]
    photo = (await client.upload(picture()))[1]["data"]["id"]
    assert (await client.post("Hay pan", media={"media_ids": [gif, photo]}))[0] == 403
    assert (await client.post("Hay pan", media={"media_ids": [gif]}))[0] == 201


async def test_a_video_comes_in_chunks_and_is_processed(x: FakeX, client: Client) -> None:
    begin = {"media_type": "video/mp4", "total_bytes": 6, "media_category": "tweet_video"}
    name = (await client("POST", "/2/media/upload/initialize", json=begin))[1]["data"]["id"]

    async def append(index: str, data: bytes) -> int:
        form = aiohttp.FormData({"segment_index": index})
        form.add_field("media", io.BytesIO(data), filename="trozo")
        return (await client("POST", f"/2/media/upload/{name}/append", data=form))[0]

    assert (await append("0", b"abc"), await append("1000", b"def")) == (200, 400)
    assert (await client("POST", f"/2/media/upload/{name}/finalize"))[0] == 400
    assert await append("1", b"def") == 200
    _, body = await client("POST", f"/2/media/upload/{name}/finalize")
    assert body["data"]["processing_info"]["state"] == "pending"
    assert (await client.post("Hay pan", media={"media_ids": [name]}))[0] == 400
    states = []
    for _ in range(2):
        _, body = await client("GET", f"/2/media/upload?command=STATUS&media_id={name}")
        states.append(body["data"]["processing_info"]["state"])
    assert states == ["in_progress", "succeeded"]
    assert (await client.post("Hay pan", media={"media_ids": [name]}))[0] == 201
