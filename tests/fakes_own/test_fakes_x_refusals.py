"""One row per refusal of the fake X that its words alone tell from the next."""

import io
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from fakes.pictures import picture
from fakes.x import FakeX

POSTS, UPLOAD, START = "POST /2/tweets", "POST /2/media/upload", "POST /2/media/upload/initialize"
VIDEO = {"media_type": "video/mp4", "total_bytes": 3, "media_category": "tweet_video"}


@pytest.fixture
async def x() -> AsyncIterator[FakeX]:
    async with FakeX() as server:
        server.user("42", "panaderia", "TOKEN", consumer=("ck", "cs"), access=("at", "as"))
        yield server


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers={"Authorization": "Bearer TOKEN"}) as session:
        yield session


async def refusal(http: aiohttp.ClientSession, x: FakeX, line: str, **sent: Any) -> str:
    """What is said: the message of the first error, else the detail."""
    method, _, path = line.partition(" ")
    async with http.request(method, x.url + path, **sent) as answer:
        body = await answer.json()
        assert answer.status >= 400, body
        return str(body["errors"][0]["message"] if "errors" in body else body["detail"])


async def done(http: aiohttp.ClientSession, x: FakeX, line: str, **sent: Any) -> Any:
    method, _, path = line.partition(" ")
    async with http.request(method, x.url + path, **sent) as answer:
        assert answer.status < 300, await answer.text()
        return (await answer.json())["data"]


ROWS: list[tuple[str, dict[str, Any], str]] = [
    (POSTS, {"json": {"text": "Hay pan", "media": {"media_ids": [1, 2]}}}, "integer found"),
    (POSTS, {"json": {"text": "Hay pan", "media": {"media_ids": ["1", "1"]}}}, "from 1 to 4 different"),
    (POSTS, {"json": {"text": "Hay pan", "media": "1"}}, "str found, dict expected"),
    (POSTS, {"data": b"[]", "headers": {"Content-Type": "application/json"}}, "one JSON object"),
    (UPLOAD, {"json": {"media_category": "tweet_image"}}, "is missing"),
    (UPLOAD, {"data": {"media_category": "tweet_image"}}, "must be multipart or JSON"),
    (START, {"json": VIDEO | {"total_bytes": 0}}, "are required"),
    (START, {"json": {name: VIDEO[name] for name in ("total_bytes", "media_category")}}, "are required"),
    (START, {"json": VIDEO | {"media_category": "video"}}, "must be one of"),
    ("GET /2/media/upload?command=INIT&media_id=1", {}, "command must be STATUS"),
    ("GET /2/media/upload?media_id=1", {}, "command must be STATUS"),
    ("GET /2/media/upload?command=STATUS&media_id=1", {}, "invalid"),
    ("GET /2/users/me?user.fields=name&user.fields=id", {}, "given twice"),
    ("GET /2/users/me?user.fields=colour", {}, "[colour] is not one of"),
]


@pytest.mark.parametrize(("line", "sent", "words"), ROWS)
async def test_refusals(x: FakeX, http: aiohttp.ClientSession, line: str, sent: dict[str, Any], words: str) -> None:
    assert words in await refusal(http, x, line, **sent)
    assert x.posts("42") == []
    assert x.uploads == {}


@pytest.mark.parametrize(
    "metadata", [{}, {"alt_text": {}}, {"alt_text": {"text": ""}}, {"alt_text": {"text": "x" * 1001}}]
)
async def test_an_alt_text_has_from_1_to_1000_characters(
    x: FakeX, http: aiohttp.ClientSession, metadata: dict[str, Any]
) -> None:
    name = (await done(http, x, START, json=VIDEO))["id"]
    sent = {"json": {"id": name, "metadata": metadata}}
    assert "from 1 to 1000" in await refusal(http, x, "POST /2/media/metadata", **sent)
    assert x.uploads[name].alt_text is None


@pytest.mark.parametrize(
    "metadata", [{"alt_text": "Pan"}, {"alt_text": {"text": "Pan", "language": "es"}}, {"pan": {}}]
)
async def test_metadata_have_their_shape(x: FakeX, http: aiohttp.ClientSession, metadata: dict[str, Any]) -> None:
    name = (await done(http, x, START, json=VIDEO))["id"]
    sent = {"json": {"id": name, "metadata": metadata}}
    assert "$.metadata" in await refusal(http, x, "POST /2/media/metadata", **sent)


@pytest.mark.parametrize(("field", "index"), [("media", ""), ("chunk", "0"), ("media", "first")])
async def test_a_chunk_has_its_index(x: FakeX, http: aiohttp.ClientSession, field: str, index: str) -> None:
    name = (await done(http, x, START, json=VIDEO))["id"]
    chunk = aiohttp.FormData({"segment_index": index} if index else {})
    chunk.add_field(field, io.BytesIO(b"mp4"), filename="trozo")
    said = await refusal(http, x, f"POST /2/media/upload/{name}/append", data=chunk)
    assert said.startswith("segment_index must be" if index == "first" else "append takes")
    assert x.uploads[name].chunks == {}


async def test_an_upload_holds_one_file(x: FakeX, http: aiohttp.ClientSession) -> None:
    form = aiohttp.FormData({"media_category": "tweet_image"})
    for field in ("media", "media2"):
        form.add_field(field, io.BytesIO(picture()), filename="foto")
    assert "with media" in await refusal(http, x, UPLOAD, data=form)


@pytest.mark.parametrize("change", [("HMAC-SHA1", "PLAINTEXT"), ('oauth_timestamp="1', 'oauth_timestamp="x')])
async def test_the_method_and_the_time_of_a_signature_are_checked_first(
    x: FakeX, http: aiohttp.ClientSession, change: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fakes.x.check_signature", lambda *_: None)
    names = {"consumer_key": "ck", "token": "at", "signature_method": "HMAC-SHA1", "timestamp": "1", "nonce": "n"}
    header = "OAuth " + ", ".join(f'oauth_{name}="{value}"' for name, value in (names | {"signature": "s"}).items())
    assert (await done(http, x, "GET /2/users/me", headers={"Authorization": header}))["id"] == "42"
    sent = {"headers": {"Authorization": header.replace(*change).replace('"n"', '"m"')}}
    assert "Could not authenticate" in await refusal(http, x, "GET /2/users/me", **sent)
