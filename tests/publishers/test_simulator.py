"""Simulated networks, in this process and in another one: marked, and behind the same fence as real ones."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from aiohttp import web

from adapters.adapted import Adapted, Media, Part
from bot.sandbox.changes import Changes
from bot.sandbox.hosting import served
from bot.sandbox.network_server import NetworkServer
from bot.sandbox.networks import Fault, Kind, Network, Networks
from fakes.claiming import claim
from fakes.clock import FakeClock
from fakes.network import Network as Unused
from fakes.network import adapted, scripted
from fakes.world import World
from publishers.engine import simulator
from publishers.engine.contract import Checks, Identity
from publishers.engine.errors import AuthExpired
from publishers.engine.model import Account, Delivery, DeliveryStatus, Job, Wait
from publishers.engine.outside import MediaMissing, Outside
from publishers.engine.ports import Store
from publishers.engine.remote_scene import RemoteScene
from publishers.engine.simulator import Scene
from publishers.wire.http import Wire

PICTURE = b"\xff\xd8\xff the bytes a person approved"
SHA256 = hashlib.sha256(PICTURE).hexdigest()
TEXT = "Hoy hay pan de espelta"
CHANCE = Random(1)  # noqa: S311 - trouble on purpose


class Shelf:
    """A media store of one picture."""

    async def read(self, sha256: str) -> bytes:
        if sha256 != SHA256:
            raise MediaMissing("gone")
        return PICTURE

    def address(self, media: Media) -> str | None:
        return None


@dataclass
class Plaza:
    """One simulated network behind the engine, and an account on it that has no credentials."""

    world: World
    networks: Networks
    clock: FakeClock
    account: Account
    naps: list[float]
    wake: asyncio.Event

    @property
    def network(self) -> Network:
        return self.networks.by_key["plaza"]

    @property
    def texts(self) -> list[str]:
        return [post.what.text for post in self.network.posts]

    def plan(self, kind: Kind, times: int = 1, seconds: float = 0) -> None:
        self.networks.plan("plaza", Fault(kind, times, seconds))

    async def publish(self, post: Adapted | None = None) -> Delivery:
        """As far as it goes by itself at this moment."""
        job = await self.world.approve([self.account], post or adapted(TEXT))
        await self.world.run_due()
        return await self.world.delivery(job)

    async def job(self, delivery: Delivery) -> Job:
        async with self.world.store.view() as unit:
            found = await unit.jobs.job(delivery.job_id)
        assert found is not None
        return found


def networks(clock: FakeClock, **options: Any) -> Networks:
    plaza = Network("plaza", "Plaza", "🏛")
    return Networks([plaza], Changes(), clock.now, CHANCE, latency=(0, 0), **options)


@asynccontextmanager
async def plaza_with(store: Store, clock: FakeClock, known: Networks) -> AsyncIterator[Plaza]:
    naps: list[float] = []
    wake = asyncio.Event()

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        if seconds:
            await wake.wait()

    async with NetworkServer(known, "porque no", nap).open() as url, Wire(clock, timeout=5) as wire:
        world = World(store, clock, {"plaza": scripted(Unused(clock))})
        outside = Outside(clock, wire, Shelf())
        world.engine.connections = replace(
            world.engine.connections, outside=outside, scene=RemoteScene(url, wire, clock)
        )
        async with store.unit() as unit:
            who = Identity("plaza/1", "@panaderia")
            account, _ = await unit.accounts.add("plaza", who, "{}", expires_at=None, at=clock.now())
        yield Plaza(world, known, clock, account, naps, wake)
        await world.kill()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def plaza(store: Store, clock: FakeClock) -> AsyncIterator[Plaza]:
    async with plaza_with(store, clock, networks(clock)) as plaza:
        yield plaza


# -- what arrives ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("trouble", [None, Kind.LOST, Kind.STORED], ids=str)
async def test_what_is_said_below_a_post_arrives_once(plaza: Plaza, trouble: Kind | None) -> None:
    post = replace(adapted(TEXT), comment="#pan")
    if trouble is not None:
        plaza.plan(Kind.SLOW)
        plaza.plan(trouble)
    delivery = await plaza.publish(post)
    await plaza.world.run_until_rest()
    delivery = await plaza.world.delivery(await plaza.job(delivery))
    assert delivery.status is DeliveryStatus.PUBLISHED
    first, below = plaza.network.posts
    assert [(each.what.text, each.what.format) for each in (first, below)] == [(TEXT, "post"), ("#pan", "comment")]
    assert below.what.reply_to == first.id
    assert delivery.permalink == first.permalink


async def test_a_network_gets_exactly_what_was_approved(plaza: Plaza) -> None:
    media = Media(SHA256, "image/jpeg", 1080, 720, len(PICTURE), "Una barra")
    post = Adapted(
        "story", (Part("Primera", (media,)), Part("En https://panaderia.example/")), link="https://panaderia.example/"
    )
    delivery = await plaza.publish(post)
    assert delivery.status is DeliveryStatus.PUBLISHED
    first, second = plaza.network.posts
    assert (first.what.format, first.what.text, first.what.link) == ("story", "Primera", None)
    assert (first.what.author, first.what.account, first.at) == ("@panaderia", "plaza/1", plaza.clock.now())
    [picture] = first.what.pictures
    assert (picture.id, picture.width, picture.height, picture.alt) == (SHA256, 1080, 720, "Una barra")
    assert plaza.networks.pictures == {SHA256: PICTURE}
    assert (second.what.reply_to, second.what.link) == (first.id, "https://panaderia.example/")
    assert [receipt.id for receipt in delivery.receipts] == [first.id, second.id]
    assert delivery.permalink == first.permalink


async def test_an_account_without_credentials_is_served_by_a_simulator_that_says_so(plaza: Plaza) -> None:
    connections = plaza.world.engine.connections
    assert await connections.simulates(plaza.account.id)
    assert (await connections.connect(plaza.account.id)).simulated
    real = await plaza.world.account(external_id="2")
    assert not (await connections.connect(real.id)).simulated


async def test_posts_without_words_are_known_by_their_pictures(plaza: Plaza) -> None:
    plaza.plan(Kind.LOST)
    story = Adapted("story", (Part("", (Media(SHA256, "image/jpeg", 9, 16, len(PICTURE)),)),))
    assert (await plaza.publish(story)).status is DeliveryStatus.PUBLISHED
    assert len(plaza.network.posts) == 1


async def test_a_picture_the_network_lost_is_brought_again(plaza: Plaza) -> None:
    story = Adapted("post", (Part(TEXT, (Media(SHA256, "image/jpeg", 9, 16, len(PICTURE)),)),))
    plaza.plan(Kind.RATE_LIMITED, seconds=30)
    delivery = await plaza.publish(story)
    plaza.networks.pictures.clear()
    plaza.clock.advance(31)
    await plaza.world.run_due()
    assert (await of(plaza, delivery)).status is DeliveryStatus.PUBLISHED
    assert list(plaza.networks.pictures) == [SHA256]


async def of(plaza: Plaza, delivery: Delivery) -> Delivery:
    async with plaza.world.store.view() as unit:
        found = await unit.deliveries.delivery(delivery.id)
    assert found is not None
    return found


# -- trouble -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Kind.STORED, Kind.LOST])
async def test_what_was_stored_and_not_confirmed_is_found_and_not_repeated(plaza: Plaza, kind: Kind) -> None:
    plaza.plan(kind)
    delivery = await plaza.publish()
    assert delivery.status is DeliveryStatus.PUBLISHED
    assert delivery.receipts[0].id == plaza.network.posts[0].id
    assert plaza.network.received == len(plaza.network.posts) == 1


async def test_too_many_waits_as_long_as_the_network_says(plaza: Plaza) -> None:
    plaza.plan(Kind.RATE_LIMITED, seconds=30)
    delivery = await plaza.publish()
    assert (delivery.status, delivery.wait) == (DeliveryStatus.WAITING, Wait.LIMIT)
    assert delivery.due_at == plaza.clock.now() + timedelta(seconds=30)
    assert delivery.attempts == 0
    plaza.clock.advance(30)
    await plaza.world.run_due()
    assert plaza.texts == [TEXT]


async def test_an_expired_permission_waits_for_a_person(plaza: Plaza) -> None:
    plaza.plan(Kind.EXPIRED)
    delivery = await plaza.publish()
    assert (delivery.status, delivery.code) == (DeliveryStatus.BLOCKED, "auth_expired")
    assert plaza.texts == []


async def test_unavailable_is_tried_again_at_once_and_then_later(plaza: Plaza) -> None:
    plaza.plan(Kind.UNAVAILABLE, times=3)
    delivery = await plaza.publish()
    assert (delivery.status, delivery.wait, delivery.attempts) == (DeliveryStatus.WAITING, Wait.RETRY, 1)
    assert plaza.network.received == 3
    await plaza.world.run_until_rest()
    assert plaza.texts == [TEXT]


async def test_refused_at_once(plaza: Plaza) -> None:
    plaza.plan(Kind.REJECTED)
    delivery = await plaza.publish()
    assert (delivery.status, delivery.code, delivery.params) == (
        DeliveryStatus.BLOCKED,
        "rejected",
        {"reason": "porque no"},
    )


async def test_refused_late(plaza: Plaza) -> None:
    before = plaza.clock.now()
    plaza.plan(Kind.REJECTED, seconds=9)
    delivery = await plaza.publish()
    assert (delivery.status, delivery.code) == (DeliveryStatus.BLOCKED, "rejected")
    assert plaza.clock.now() - before >= timedelta(seconds=9)
    assert plaza.texts == []


async def test_chance_strikes_as_often_as_it_was_told_to(store: Store, clock: FakeClock) -> None:
    async with plaza_with(store, clock, networks(clock, failure_rate=1.0)) as plaza:
        delivery = await plaza.publish()
        assert (delivery.status, delivery.code) == (DeliveryStatus.WAITING, "unavailable")
        assert plaza.texts == []


async def test_a_request_that_is_still_under_way_is_awaited_by_the_list(plaza: Plaza) -> None:
    """Killed while the network dawdles: the next life looks, hears of the post once it is there, and adopts it."""
    plaza.plan(Kind.SLOW, seconds=60)
    job = await plaza.world.approve([plaza.account])
    await plaza.world.engine.sweep()
    await until(lambda: 60 in plaza.naps)
    connections = plaza.world.engine.connections
    await plaza.world.restart()
    plaza.world.engine.connections = connections
    await plaza.world.engine.sweep()
    await until(lambda: plaza.world.engine._tasks)
    assert plaza.texts == []
    plaza.wake.set()
    await plaza.world.run_until_rest()
    delivery = await plaza.world.delivery(job)
    assert delivery.status is DeliveryStatus.PUBLISHED
    assert plaza.texts == [TEXT]
    assert plaza.network.received == 1


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.002)


async def test_what_never_left_is_published_once_a_no_can_be_believed(plaza: Plaza, clock: FakeClock) -> None:
    """A death between arming and the first byte."""
    job: Job = await plaza.world.approve([plaza.account])
    delivery = await plaza.world.delivery(job)
    async with plaza.world.store.unit() as unit:
        [claimed] = await claim(unit, clock.now(), {"plaza": 1}, 1)
        await unit.steps.arm(claimed, "post-1", f"{plaza.account.id}|{TEXT}|", clock.now())
        await unit.deliveries.recover(clock.now())
    await plaza.world.run_due()
    assert (await of(plaza, delivery)).status is DeliveryStatus.UNCONFIRMED
    await plaza.world.run_until_rest()
    assert (await of(plaza, delivery)).status is DeliveryStatus.PUBLISHED
    assert plaza.texts == [TEXT]


# -- answers nobody can read ---------------------------------------------------------------------------------------


@asynccontextmanager
async def answering(store: Store, clock: FakeClock, *answers: web.Response | str) -> AsyncIterator[tuple[World, Job]]:
    """A network that gives these answers to what is published, and lists nothing."""
    left = list(answers)

    async def reply(request: web.Request) -> web.StreamResponse:
        await request.read()
        if request.method == "GET" and request.path.endswith("/posts"):
            return web.json_response({"posts": "nothing"} if "unreadable" in left else {"posts": []})
        answer = left.pop(0) if left else "gone"
        return answer if isinstance(answer, web.Response) else web.Response(text=answer)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", reply)
    async with served(app) as url, Wire(clock, timeout=5) as wire:
        world = World(store, clock, {"plaza": scripted(Unused(clock))})
        outside = Outside(clock, wire, Shelf())
        scene = RemoteScene(url, wire, clock)
        world.engine.connections = replace(world.engine.connections, outside=outside, scene=scene)
        async with store.unit() as unit:
            who = Identity("1", "@panaderia")
            account, _ = await unit.accounts.add("plaza", who, "{}", expires_at=None, at=clock.now())
        job = await world.approve([account])
        await world.run_due()
        yield world, job


@pytest.mark.parametrize(
    "answer",
    [
        lambda: web.Response(status=502, text="<h1>Bad gateway</h1>"),
        lambda: web.json_response({"error": {"code": "something new"}}, status=400),
        lambda: web.json_response({"error": "no object"}, status=500),
        lambda: web.json_response({"permalink": "https://plaza.example/1"}, status=201),
        lambda: web.json_response(["not", "a", "record"], status=201),
        lambda: web.json_response({"id": "p-1", "status": "processing"}, status=202),
    ],
)
async def test_an_answer_that_says_nothing_definite_leaves_a_doubt(
    store: Store, clock: FakeClock, answer: Callable[[], web.Response]
) -> None:
    async with answering(store, clock, answer()) as (world, job):
        assert (await world.delivery(job)).status is DeliveryStatus.UNCONFIRMED


async def test_a_list_that_cannot_be_read_says_nothing(store: Store, clock: FakeClock) -> None:
    lost = web.Response(status=500)
    async with answering(store, clock, lost, "unreadable") as (world, job):
        clock.advance(3600)
        await world.run_due()
        assert (await world.delivery(job)).status is DeliveryStatus.UNCONFIRMED


@pytest.mark.parametrize("said", [None, -5, "soon", 10**9])
async def test_a_limit_without_a_sensible_end_waits_a_quarter_of_an_hour(
    store: Store, clock: FakeClock, said: object
) -> None:
    limited = web.json_response({"error": {"code": "rate_limited", "seconds": said}}, status=429)
    async with answering(store, clock, limited) as (world, job):
        assert (await world.delivery(job)).due_at == clock.now() + timedelta(minutes=15)


# -- in this process -----------------------------------------------------------------------------------------------


@pytest.fixture
def inside(store: Store, clock: FakeClock) -> Callable[..., Awaitable[tuple[Scene, Delivery]]]:
    async def published(failure_rate: float = 0.0, times: int = 1) -> tuple[Scene, Delivery]:
        scene = Scene(CHANCE, clock, failure_rate=failure_rate)
        world = World(store, clock, {"plaza": scripted(Unused(clock))})
        outside = Outside(clock, None, Shelf())  # type: ignore[arg-type] # nothing goes over a wire
        world.engine.connections = replace(world.engine.connections, outside=outside, scene=scene)
        async with store.unit() as unit:
            who = Identity("1", "@panaderia")
            account, _ = await unit.accounts.add("plaza", who, "{}", expires_at=None, at=clock.now())
        media = Media(SHA256, "image/jpeg", 9, 16, len(PICTURE))
        jobs = [
            await world.approve([account], Adapted("post", (Part(TEXT, (media,)), Part("2")))) for _ in range(times)
        ]
        await world.run_until_rest()
        return scene, await world.delivery(jobs[-1])

    return published


async def test_a_scene_holds_what_was_published(inside: Any) -> None:
    scene, delivery = await inside()
    assert delivery.status is DeliveryStatus.PUBLISHED
    first, second = scene.shown["plaza", "1"]
    assert (first.text, second.text, second.reply_to) == (TEXT, "2", first.id)
    assert delivery.permalink == first.permalink == simulator.permalink("plaza", "1", 1)


async def test_a_scene_that_always_fails_publishes_nothing(inside: Any) -> None:
    scene, delivery = await inside(failure_rate=1.0)
    assert (delivery.status, delivery.code) == (DeliveryStatus.FAILED, "unavailable")
    assert scene.shown == {}


async def test_the_same_text_twice_in_a_scene_is_two_posts(inside: Any) -> None:
    scene, _ = await inside(times=2)
    assert [post.text for post in scene.shown["plaza", "1"]].count(TEXT) == 2


async def test_nothing_to_publish_is_refused(plaza: Plaza) -> None:
    empty = Adapted("post", ())
    connection = await plaza.world.engine.connections.connect(plaza.account.id)
    with pytest.raises(simulator.Rejected, match="nothing to publish"):
        await connection.publisher.publish(empty, None)  # type: ignore[arg-type] # it is refused before any step


# -- the permission ------------------------------------------------------------------------------------------------


async def test_an_account_whose_permission_holds(plaza: Plaza) -> None:
    connection = await plaza.world.engine.connections.connect(plaza.account.id)
    assert isinstance(connection.publisher, Checks)
    assert await connection.publisher.check() == Identity("plaza/1", "@panaderia")
    assert plaza.network.received == 0


async def test_a_permission_that_is_to_end_has_ended_when_it_is_asked_for_until_it_is_renewed(plaza: Plaza) -> None:
    plaza.plan(Kind.EXPIRED)
    connection = await plaza.world.engine.connections.connect(plaza.account.id)
    assert isinstance(connection.publisher, Checks)
    for _ in range(2):
        with pytest.raises(AuthExpired):
            await connection.publisher.check()
    assert plaza.network.expired
    plaza.networks.renewed("plaza")
    await connection.publisher.check()


async def test_other_trouble_is_left_for_the_post_it_is_meant_for(plaza: Plaza) -> None:
    plaza.plan(Kind.UNAVAILABLE)
    connection = await plaza.world.engine.connections.connect(plaza.account.id)
    assert isinstance(connection.publisher, Checks)
    await connection.publisher.check()
    assert [fault.kind for fault in plaza.network.faults] == [Kind.UNAVAILABLE]


async def test_an_ended_permission_blocks_before_the_hour(plaza: Plaza) -> None:
    plaza.plan(Kind.EXPIRED)
    world = plaza.world
    inspection = replace(world.preflight.inspection, connections=world.engine.connections)
    world.engine.preflight = world.preflight = replace(world.preflight, inspection=inspection, lead=timedelta(hours=1))
    job = await world.schedule(plaza.account, 30)
    await world.run_due()
    delivery = await world.delivery(job)
    assert (delivery.status, delivery.code) == (DeliveryStatus.BLOCKED, "auth_expired")
    assert plaza.network.received == 0


# -- the server is strict ------------------------------------------------------------------------------------------

WHOLE = {"author": "@a", "format": "post", "text": "x", "pictures": [], "link": None, "reply_to": None}


@pytest.mark.parametrize(
    "body",
    [
        [],
        {},
        WHOLE | {"more": 1},
        WHOLE | {"text": 7},
        WHOLE | {"text": ""},
        WHOLE | {"pictures": {}},
        WHOLE | {"pictures": [{"id": "x"}]},
        WHOLE | {"pictures": [{"id": "x", "width": 0, "height": 1, "alt": ""}]},
        WHOLE | {"pictures": [{"id": "x", "width": True, "height": 1, "alt": ""}]},
        WHOLE | {"reply_to": 3},
    ],
)
async def test_a_submission_that_makes_no_sense_is_refused(plaza: Plaza, body: Any) -> None:
    status, answer = await posted(plaza, "/plaza/accounts/1/posts", json=body)
    assert (status, answer) == (400, {"error": {"code": "bad_request"}})
    assert plaza.network.received == 0


async def posted(plaza: Plaza, path: str, **how: Any) -> tuple[int, Any]:
    scene = plaza.world.engine.connections.scene
    assert isinstance(scene, RemoteScene)
    async with scene.wire.reads.post(scene.url + path, **how) as answer:
        return answer.status, json.loads(await answer.read()) if "json" in answer.content_type else None


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example"}, 403),
        ({"Content-Type": "text/plain"}, 403),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 403),
        ({"Host": "localhost:99"}, 201),
        ({"Host": "[::1]"}, 201),
        ({}, 201),
    ],
)
async def test_no_foreign_page_can_post(plaza: Plaza, headers: dict[str, str], status: int) -> None:
    usual = {"Content-Type": "application/json"}
    found, _ = await posted(plaza, "/plaza/accounts/1/posts", data=json.dumps(WHOLE), headers=usual | headers)
    assert found == status
    assert len(plaza.network.posts) == (status == 201)


async def test_places_that_do_not_exist(plaza: Plaza) -> None:
    assert (await posted(plaza, "/nowhere/accounts/1/posts", json=WHOLE))[0] == 404
    assert (await posted(plaza, "/plaza/pictures", data=b"", headers={"Content-Type": "image/png"}))[0] == 400
    gone = WHOLE | {"pictures": [{"id": "0" * 64, "width": 1, "height": 1, "alt": ""}]}
    status, body = await posted(plaza, "/plaza/accounts/1/posts", json=gone)
    assert (status, body["error"]["code"]) == (400, "picture_gone")


async def test_a_bot_that_dies_while_it_speaks_leaves_nothing(plaza: Plaza, caplog: pytest.LogCaptureFixture) -> None:
    scene = plaza.world.engine.connections.scene
    assert isinstance(scene, RemoteScene)
    host, _, port = scene.url.removeprefix("http://").partition(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /plaza/accounts/plaza%2F1/posts HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\n"
    writer.write(f'{head}Content-Length: 500\r\n\r\n{{"text": "a'.encode())
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    assert (await scene.posts("plaza", plaza.account)).seen == []
    assert plaza.network.received == 0
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
