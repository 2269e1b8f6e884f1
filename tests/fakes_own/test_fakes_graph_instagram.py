from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from fakes.graph import FakeGraph
from fakes.pictures import PictureHost, picture

NOON = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)
BEARER = {"Authorization": "Bearer PAGE-TOKEN"}


class Client:
    def __init__(self, graph: FakeGraph, http: aiohttp.ClientSession) -> None:
        self.graph, self.http = graph, http

    async def __call__(self, method: str, path: str, *, base: str = "", **kwargs: Any) -> tuple[int, Any]:
        kwargs.setdefault("headers", BEARER)
        async with self.http.request(method, f"{base or self.graph.url}/v26.0{path}", **kwargs) as answer:
            return answer.status, await answer.json()

    async def error(self, method: str, path: str, **kwargs: Any) -> tuple[int, int | None]:
        status, body = await self(method, path, **kwargs)
        assert status >= 400, body
        return body["error"]["code"], body["error"].get("error_subcode")

    async def container(self, **params: Any) -> str:
        status, body = await self("POST", "/7007/media", json=params)
        assert status == 200, body
        return str(body["id"])

    async def state(self, container: str) -> str:
        return str((await self("GET", f"/{container}?fields=status_code,status"))[1]["status_code"])

    async def publish(self, container: str) -> tuple[int, Any]:
        return await self("POST", "/7007/media_publish", json={"creation_id": container})


@pytest.fixture
async def graph() -> AsyncIterator[FakeGraph]:
    async with FakeGraph(now=lambda: NOON) as server:
        server.page("1001", "PAGE-TOKEN")
        server.instagram("7007", "IG-TOKEN", username="panaderia", page_id="1001")
        server.instagram("8008", "OWN-TOKEN", username="bolleria", login="instagram")
        yield server


@pytest.fixture
async def host() -> AsyncIterator[PictureHost]:
    async with PictureHost() as server:
        yield server


@pytest.fixture
async def client(graph: FakeGraph) -> AsyncIterator[Client]:
    async with aiohttp.ClientSession() as http:
        yield Client(graph, http)


@pytest.mark.parametrize("token", ["PAGE-TOKEN", "IG-TOKEN"])
async def test_the_pages_token_opens_the_linked_account_too(client: Client, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}"}
    _, body = await client("GET", "/7007?fields=id,username,name", headers=headers)
    assert body == {"id": "7007", "username": "panaderia", "name": "Panadería"}
    assert await client.error("GET", "/8008", headers=headers) == (100, 33)


async def test_the_page_names_its_linked_account(client: Client) -> None:
    _, body = await client("GET", "/1001?fields=instagram_business_account{id,username}")
    assert body["instagram_business_account"] == {"id": "7007", "username": "panaderia"}


@pytest.mark.parametrize("way", ["json", "data", "params"])
async def test_a_picture_is_fetched_then_published_once(
    graph: FakeGraph, client: Client, host: PictureHost, way: str
) -> None:
    graph.polls = 2
    url = host.put(picture(1080, 1350))
    fields = {"image_url": url, "caption": "Hay pan #pan", "alt_text": "Pan"}
    status, body = await client("POST", "/7007/media", **{way: fields})
    assert (status, host.fetched) == (200, [])
    container = body["id"]
    assert [await client.state(container) for _ in range(4)] == ["IN_PROGRESS", "IN_PROGRESS", "FINISHED", "FINISHED"]
    assert host.fetched == ["/0"]
    status, body = await client.publish(container)
    (post,) = graph.posts("7007")
    assert (status, body) == (200, {"id": post.id})
    assert (post.text, post.at, len(post.media)) == ("Hay pan #pan", NOON, 1)
    assert await client.state(container) == "PUBLISHED"
    assert (await client.publish(container))[1]["error"]["error_subcode"] == 2207085
    assert len(graph.posts("7007")) == 1
    fields = "id,permalink,timestamp,media_type,media_product_type,caption"
    _, body = await client("GET", f"/{post.id}?fields={fields}")
    assert body == {
        "id": post.id,
        "permalink": post.permalink,
        "timestamp": "2026-11-21T12:00:00+0000",
        "media_type": "IMAGE",
        "media_product_type": "FEED",
        "caption": "Hay pan #pan",
    }
    assert post.id not in post.permalink


async def test_a_container_that_is_not_finished_cannot_be_published(client: Client, host: PictureHost) -> None:
    container = await client.container(image_url=host.put(picture()))
    assert (await client.publish(container))[1]["error"]["error_subcode"] == 2207027
    assert await client.error("POST", "/7007/media_publish", json={"creation_id": "1"}) == (24, 2207006)


async def test_without_polls_a_container_is_finished_at_once(
    graph: FakeGraph, client: Client, host: PictureHost
) -> None:
    graph.polls = 0
    assert (await client.publish(await client.container(image_url=host.put(picture()))))[0] == 200


async def test_a_container_may_need_time_instead_of_polls(graph: FakeGraph, client: Client, host: PictureHost) -> None:
    graph.ready_after = timedelta(seconds=1)
    container = await client.container(image_url=host.put(picture()))
    assert [await client.state(container) for _ in range(2)] == ["IN_PROGRESS"] * 2
    graph.now = lambda: NOON + timedelta(seconds=1)
    assert await client.state(container) == "FINISHED"


def bad_pictures(host: PictureHost) -> dict[str, tuple[str, int]]:
    good = host.put(picture())
    return {
        "redirect": (host.put(b"", status=302, location=good), 2207052),
        "missing": (f"{host.origin}/nothing", 2207052),
        "unreachable": ("http://127.0.0.1:9/foto.jpg", 2207052),
        "page of HTML": (host.put(b"<html>", "text/html"), 2207052),
        "PNG": (host.put(picture(kind="PNG"), "image/png"), 2207005),
        "PNG under a false name": (host.put(picture(kind="PNG")), 2207005),
        "JPEG under a false name": (host.put(picture(), "image/png"), 2207005),
        "cut off": (host.put(picture()[:1000]), 2207005),
        "too tall": (host.put(picture(1080, 1351)), 2207009),
        "too wide": (host.put(picture(1920, 1000)), 2207009),
        "too heavy": (host.put(picture() + b"\0" * 8 * 1024 * 1024), 2207004),
    }


@pytest.mark.parametrize("fault", list(bad_pictures(PictureHost())))
@pytest.mark.parametrize("at_creation", [True, False])
async def test_a_bad_picture_is_refused(
    graph: FakeGraph, client: Client, host: PictureHost, fault: str, at_creation: bool
) -> None:
    url, subcode = bad_pictures(host)[fault]
    graph.polls, graph.checks_at_creation = 0, at_creation
    if at_creation:
        assert (await client.error("POST", "/7007/media", json={"image_url": url}))[1] == subcode
        return
    container = await client.container(image_url=url)
    _, body = await client("GET", f"/{container}?fields=status_code,status")
    assert body["status_code"] == "ERROR"
    assert str(subcode) in body["status"]
    assert (await client.publish(container))[1]["error"]["code"] == 9007


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"image_url": "http://127.0.0.1/a.jpg", "caption": "x" * 2201}, (36004, 2207010)),
        ({"image_url": "http://127.0.0.1/a.jpg", "caption": "🥖" * 1101}, (36004, 2207010)),
        ({"image_url": "http://127.0.0.1/a.jpg", "caption": " ".join(f"#a{n}" for n in range(31))}, (36004, 2207010)),
        ({"image_url": "http://127.0.0.1/a.jpg", "caption": " ".join(f"@a{n}" for n in range(21))}, (100, 2207040)),
        ({"image_url": "http://127.0.0.1/a.jpg", "alt_text": "x" * 1001}, (100, None)),
        ({"image_url": "http://127.0.0.1/panadería.jpg"}, (100, None)),
        ({"image_url": "http://127.0.0.1/a.jpg", "colour": "red"}, (100, None)),
        ({"image_url": "http://127.0.0.1/a.jpg", "media_type": "IMAGE"}, (100, 2207023)),
        ({"image_url": "http://127.0.0.1/a.jpg", "media_type": "STORIES", "caption": "Hay pan"}, (100, None)),
        ({"image_url": "http://127.0.0.1/a.jpg", "is_carousel_item": True, "caption": "Hay pan"}, (100, None)),
        ({"video_url": "http://127.0.0.1/a.mp4", "media_type": "VIDEO"}, (100, 2207023)),
        ({"caption": "Sin foto"}, (100, None)),
        ({"image_url": "http://127.0.0.1/a.jpg", "media_type": "STORIES", "alt_text": "Pan"}, (100, None)),
        ({"image_url": "http://127.0.0.1/a.jpg", "media_type": "STORIES", "is_carousel_item": True}, (100, None)),
        ({"media_type": "CAROUSEL", "children": "1,2", "alt_text": "Pan"}, (100, None)),
        ({"media_type": "CAROUSEL", "children": "1,2", "image_url": "http://127.0.0.1/a.jpg"}, (100, None)),
        ({"media_type": "CAROUSEL", "children": ",".join(map(str, range(11)))}, (100, 2207028)),
        ({"media_type": "CAROUSEL", "children": "1"}, (100, 2207028)),
        ({"media_type": "CAROUSEL", "children": "1,2"}, (24, 2207008)),
    ],
)
async def test_a_container_outside_the_rules_is_refused(
    client: Client, params: dict[str, Any], expected: tuple[int, int | None]
) -> None:
    assert await client.error("POST", "/7007/media", json=params) == expected


async def test_lists_in_a_form_must_be_json(client: Client) -> None:
    form = {"image_url": "http://127.0.0.1/a.jpg", "user_tags": "username"}
    assert (await client.error("POST", "/7007/media", data=form))[0] == 100


async def test_a_carousel_needs_finished_children(graph: FakeGraph, client: Client, host: PictureHost) -> None:
    urls = [host.put(picture(colour=colour)) for colour in ("red", "blue")]
    children = [await client.container(image_url=url, is_carousel_item=True) for url in urls]
    parent = {"media_type": "CAROUSEL", "children": ",".join(children), "caption": "Hay pan"}
    assert await client.error("POST", "/7007/media", json=parent) == (9007, 2207027)
    for child in children * 2:
        await client.state(child)
    assert (await client.publish(children[0]))[1]["error"]["code"] == 9007
    graph.polls = 0
    assert (await client.publish(await client.container(**parent)))[0] == 200
    (post,) = graph.posts("7007")
    assert len(set(post.media)) == 2
    assert (await client("GET", f"/{post.id}?fields=media_type"))[1]["media_type"] == "CAROUSEL_ALBUM"


async def test_a_carousel_needs_living_children(graph: FakeGraph, client: Client, host: PictureHost) -> None:
    graph.polls = 0
    made = [await client.container(image_url=host.put(picture()), is_carousel_item=True) for _ in range(2)]
    graph.now = lambda: NOON + timedelta(hours=24, seconds=1)
    parent = {"media_type": "CAROUSEL", "children": ",".join(made)}
    assert await client.error("POST", "/7007/media", json=parent) == (24, 2207008)


async def test_each_picture_of_a_carousel_keeps_its_description(
    graph: FakeGraph, client: Client, host: PictureHost
) -> None:
    graph.polls = 0
    urls = [host.put(picture(colour=colour)) for colour in ("red", "blue")]
    children = [
        await client.container(image_url=url, is_carousel_item=True, alt_text=f"Pan {number}")
        for number, url in enumerate(urls)
    ]
    for child in children:
        await client.state(child)
    parent = await client.container(media_type="CAROUSEL", children=",".join(reversed(children)))
    await client.publish(parent)
    assert graph.posts("7007")[0].alt == ("Pan 1", "Pan 0")


async def test_scripted_states(client: Client, graph: FakeGraph, host: PictureHost) -> None:
    url = host.put(picture())
    graph.next_container("IN_PROGRESS", "ERROR:2207053")
    graph.next_container("EXPIRED")
    failing, gone = await client.container(image_url=url), await client.container(image_url=url)
    assert [await client.state(failing) for _ in range(3)] == ["IN_PROGRESS", "ERROR", "ERROR"]
    assert await client.state(gone) == "EXPIRED"
    assert (await client.publish(gone))[1]["error"]["error_subcode"] == 2207008


async def test_a_container_expires_after_a_day(client: Client, graph: FakeGraph, host: PictureHost) -> None:
    graph.polls = 0
    container = await client.container(image_url=host.put(picture()))
    graph.now = lambda: NOON + timedelta(hours=24, seconds=1)
    assert (await client.publish(container))[1]["error"]["error_subcode"] == 2207008
    assert await client.state(container) == "EXPIRED"


async def test_while_the_status_lags_a_second_publish_makes_a_double(
    client: Client, graph: FakeGraph, host: PictureHost
) -> None:
    graph.polls, graph.status_lag = 0, 2
    container = await client.container(image_url=host.put(picture()))
    await client.publish(container)
    assert [await client.state(container) for _ in range(2)] == ["FINISHED", "FINISHED"]
    assert (await client.publish(container))[0] == 200
    assert len(graph.posts("7007")) == 2
    assert await client.state(container) == "PUBLISHED"
    assert (await client.publish(container))[0] == 400


async def test_the_quota_is_told_and_kept(client: Client, graph: FakeGraph, host: PictureHost) -> None:
    graph.polls, graph.quota_total = 0, 1
    await client.publish(await client.container(image_url=host.put(picture())))
    _, body = await client("GET", "/7007/content_publishing_limit?fields=quota_usage,config")
    assert body == {"data": [{"quota_usage": 1, "config": {"quota_total": 1, "quota_duration": 86400}}]}
    again = await client.container(image_url=host.put(picture()))
    assert (await client.publish(again))[1]["error"]["error_subcode"] == 2207042
    graph.now = lambda: NOON + timedelta(hours=25)
    assert (await client.publish(await client.container(image_url=host.put(picture()))))[0] == 200


async def test_a_story_is_listed_apart(client: Client, graph: FakeGraph, host: PictureHost) -> None:
    graph.polls = 0
    await client.publish(await client.container(image_url=host.put(picture(1080, 1920)), media_type="STORIES"))
    by_hand = graph.put_media("7007", "Lo puse yo")
    _, body = await client("GET", "/7007/media?fields=id,caption,permalink,timestamp,media_type&limit=10")
    assert [each["id"] for each in body["data"]] == [by_hand]
    _, body = await client("GET", "/7007/stories?fields=id,media_product_type")
    assert [each["media_product_type"] for each in body["data"]] == ["STORY"]
    assert [public.form for public in graph.posts("7007")] == ["story", "post"]
    assert (await client.error("GET", "/7007/media?fields=id,text"))[0] == 100


async def test_a_story_is_listed_for_a_day(client: Client, graph: FakeGraph) -> None:
    story, post = graph.put_story("7007"), graph.put_media("7007", "Hay pan")
    graph.now = lambda: NOON + timedelta(hours=24)
    assert (await client("GET", "/7007/stories"))[1]["data"] == []
    assert [each["id"] for each in (await client("GET", "/7007/media"))[1]["data"]] == [post]
    assert {public.id for public in graph.posts("7007")} == {story, post}


async def test_what_was_handed_over_is_known_by_its_id(client: Client, graph: FakeGraph, host: PictureHost) -> None:
    sha256 = "ab" * 32
    with_hash = await client.container(image_url=f"http://127.0.0.1/media/{sha256}-1-x")
    without = await client.container(image_url=host.put(picture()))
    assert [graph.held(name) for name in (with_hash, without, "7007", "nothing")] == [sha256, None, None, None]


async def test_media_can_be_commented_and_deleted_by_the_facebook_login(client: Client, graph: FakeGraph) -> None:
    media = graph.put_media("7007", "Hay pan")
    said = {"json": {"message": "Hasta las dos"}}
    assert (await client.error("POST", f"/{media}/comments", **said))[0] == 10
    assert (await client.error("GET", f"/{media}/comments"))[0] == 10
    graph.tokens["PAGE-TOKEN"].scopes.add("instagram_manage_comments")
    await client("POST", f"/{media}/comments", **said)
    assert (await client("GET", f"/{media}/comments?fields=text"))[1]["data"][0]["text"] == "Hasta las dos"
    assert (await client("DELETE", f"/{media}"))[1] == {"success": True}
    own = {"Authorization": "Bearer OWN-TOKEN"}
    kept = graph.put_media("8008", "Hay bollos")
    assert (await client.error("DELETE", f"/{kept}", base=graph.instagram_url, headers=own))[0] == 10


async def test_each_host_knows_the_tokens_of_its_own_login(client: Client, graph: FakeGraph) -> None:
    own = {"Authorization": "Bearer OWN-TOKEN"}
    _, body = await client("GET", "/me?fields=user_id,username", base=graph.instagram_url, headers=own)
    assert body == {"id": "98008", "user_id": "8008", "username": "bolleria"}, "the id is the app's own"
    assert (await client.error("GET", "/me", headers=own))[0] == 190
    assert (await client.error("GET", "/me", base=graph.instagram_url))[0] == 190


async def test_a_token_of_the_instagram_login_can_be_refreshed(client: Client, graph: FakeGraph) -> None:
    query = {"grant_type": "ig_refresh_token", "access_token": "OWN-TOKEN"}
    async with client.http.get(f"{graph.instagram_url}/refresh_access_token", params=query) as answer:
        token = (await answer.json())["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert (await client("GET", "/me", base=graph.instagram_url, headers=headers))[1] == {"id": "98008"}
    async with client.http.get(
        f"{graph.instagram_url}/refresh_access_token", params=query | {"access_token": "PAGE-TOKEN"}
    ) as answer:
        assert answer.status == 400
