"""A real platform on its fake as its rig says: real wire, fence, engine, store and media; and lives that end early."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from aiohttp import web

from adapters.adapt import adapt, order
from adapters.adapted import Adapted
from adapters.content import Content, Image
from adapters.develop import develop
from adapters.manners import Manners
from fakes.call import Public
from fakes.claiming import claim
from fakes.clock import FakeClock
from fakes.faults import pattern
from fakes.pictures import picture
from fakes.rigs import RIGS, Rig
from fakes.server import FakeServer
from fakes.world import OWNER, World
from publishers.engine.connections import Connections
from publishers.engine.contract import Credentials, Identity, Platform, Publisher, Receipt
from publishers.engine.customs import customs, manners
from publishers.engine.decisions import confirm, deny
from publishers.engine.loading import Connected
from publishers.engine.model import Account, Delivery, DeliveryStatus, Job
from publishers.engine.outside import Outside
from publishers.engine.ports import Store
from publishers.engine.steps import Fence
from publishers.wire.http import Wire
from storage.media import MediaFiles

COLOURS = ("peru", "olive", "teal", "navy", "gold", "plum", "tan", "sienna", "coral", "indigo")


@cache
def coloured(colour: str) -> bytes:
    return picture(320, 320, colour=colour)


def platform_of(name: str) -> Platform:
    """The record of a module of publishers/."""
    found = import_module(f"publishers.{name}").PLATFORM
    assert isinstance(found, Platform)
    return found


def with_threads() -> list[Rig]:
    """The rigs of platforms that make a thread of a long text."""
    return [rig for rig in RIGS if platform_of(rig.platform).profile.thread]


@dataclass(kw_only=True)
class Bench(World):
    """The engine with one real platform. `fake.posts` says what is public, `fake.fault` what goes wrong."""

    rig: Rig
    fake: FakeServer
    outside: Outside
    media: MediaFiles

    @property
    def platform(self) -> Platform:
        return self.platforms[self.rig.platform]

    @property
    def credentials(self) -> Credentials:
        return self.platform.credentials.model_validate_json(json.dumps(dict(self.rig.credentials)))

    @property
    def manners(self) -> Manners:
        """What the stanza says of words."""
        settings = self.platform.settings.model_validate(self.rig.stanza(self.fake))
        return manners(customs(settings), self.rig.platform, "")

    def reborn(self, **overrides: Any) -> None:
        super().reborn(**overrides)
        settings = self.platform.settings.model_validate(self.rig.stanza(self.fake))
        connected = {self.rig.platform: Connected(self.platform, settings)}
        self.engine.connections = Connections(connected, self.store, self.outside)

    # -- what is approved --------------------------------------------------------------------------------------------

    async def owned(self) -> Account:
        """The account of the rig, its credentials in the store; once more: renewed."""
        identity, secret = Identity(self.rig.account, "@panaderia"), json.dumps(dict(self.rig.credentials))
        async with self.store.unit() as unit:
            account, _ = await unit.accounts.add(
                self.rig.platform, identity, secret, expires_at=None, at=self.clock.now()
            )
        return account

    async def adapted(self, text: str, pictures: int = 0, form: str = "post") -> Adapted:
        """The text as the platform gets it, with a picture where it takes nothing else."""
        profile, chosen = self.platform.profile, self.manners
        least = 1 if profile.form(form).pictures.required else 0
        content = Content(text, tuple([await self.image(number) for number in range(max(pictures, least))]))
        orders = {form: order(content, profile, form, chosen)}
        prints = develop(content, orders, [form], load=self.media.load, keep=self.media.keep)
        post = adapt(content, profile, form, prints[form], chosen)
        assert post.blocked is None
        return post

    async def image(self, number: int = 0) -> Image:
        data = coloured(COLOURS[number])
        return Image(await self.media.write(data), "image/jpeg", 320, 320, len(data), alt=f"Hogaza {number + 1}")

    async def approved(self, text: str, pictures: int = 0, form: str = "post", *, dry_run: bool = False) -> Job:
        """A job: this text for the account."""
        return await self.approve([await self.owned()], await self.adapted(text, pictures, form), dry_run=dry_run)

    def long_text(self, seed: str = "pan") -> str:
        """Enough for a thread of three parts, in each of which the seed comes up."""
        limit = self.platform.profile.limit
        return " ".join(f"{seed}{number}" for number in range(limit))[: limit * 5 // 2]

    # -- running it --------------------------------------------------------------------------------------------------

    async def publisher(self) -> Publisher:
        account = await self.owned()
        return (await self.engine.connections.connect(account.id)).publisher

    async def claimed(self, job: Job) -> Delivery:
        """The delivery of this job, to be run by hand."""
        async with self.store.unit() as unit:
            claimed = await claim(unit, self.clock.now(), {self.rig.platform: 10}, 10)
        return next(delivery for delivery in claimed if delivery.job_id == job.id)

    async def attempt(self, delivery: Delivery) -> Receipt:
        """One run of the publisher behind the fence: nobody catches what it raises."""
        connection = await self.engine.connections.connect(delivery.account_id)
        return await connection.publisher.publish(delivery.adapted, Fence(self.fences, delivery))

    async def conclude(self, job: Job) -> Delivery:
        """Until nothing moves any more. A person who is asked looks at the network and says what is true."""
        for _ in range(4):
            await self.run_until_rest()
            delivery = await self.delivery(job)
            if delivery.status is not DeliveryStatus.UNCONFIRMED:
                return delivery
            await self.answer(job, delivery)
        raise AssertionError("asked again and again")

    async def answer(self, job: Job, delivery: Delivery) -> None:
        texts = [*(part.text for part in delivery.adapted.parts), delivery.adapted.comment]
        text, form = texts[len(delivery.receipts)], delivery.adapted.format
        there = [post for post in self.public(text) if post.at >= job.approved_at and post.form == form]
        async with self.store.unit() as unit:
            if there:
                await confirm(unit, delivery, there[0].permalink, actor=OWNER, at=self.clock.now())
            else:
                await deny(unit, delivery, actor=OWNER, at=self.clock.now())

    async def landed(self) -> None:
        """Wait until something is public."""
        async with asyncio.timeout(5):
            while not self.public():
                await asyncio.sleep(0.001)

    # -- what came of it ---------------------------------------------------------------------------------------------

    def public(self, text: str | None = None) -> list[Public]:
        """What everybody sees of the account; with this text."""
        return [post for post in self.fake.posts(self.rig.account) if text is None or post.text == text]

    def commit(self, pictures: int = 0, form: str = "post") -> str:
        """The pattern of the call that makes such a post public."""
        if form in self.rig.forms:
            return self.rig.forms[form].commit or self.rig.commit
        return (self.rig.pictured if pictures == 1 else None) or self.rig.commit

    def listing(self, form: str = "post") -> str:
        """The pattern of the call by which a look lists what is public in this format."""
        return self.rig.forms[form].listing if form in self.rig.forms else self.rig.listing

    def by_hand(self, text: str, form: str = "post") -> str:
        """The person publishes it without us: its id."""
        return self.rig.forms[form].by_hand(self.fake) if form in self.rig.forms else self.rig.by_hand(self.fake, text)

    def calls(self, where: str) -> int:
        """How many requests of this pattern came."""
        form = pattern(where)
        return sum(1 for asked in self.fake.requests if form.fullmatch(f"{asked.method} {asked.path}"))

    # -- lives that end early ----------------------------------------------------------------------------------------

    async def live(self, moment: int, *, after: bool) -> int:
        """Run what is due in a process that dies at this write transaction (0: never). How many it lived through."""
        store = self.store
        self.store = mortal = Mortal(store, moment, after=after)
        self.reborn()
        with suppress(Death):
            await self.run_due()
        await self.kill()
        self.store = store
        return mortal.moments


class Death(BaseException):
    """The process is gone: nothing of ours can catch it."""


class Mortal:
    """A store in whose `moment`-th write transaction the process dies: before it began, or after it was committed."""

    def __init__(self, store: Store, moment: int, *, after: bool) -> None:
        self.moments = 0
        self._store = store
        self._moment = moment
        self._after = after
        self._dead = False

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[Any]:
        self._breathe()
        self.moments += 1
        fatal = self.moments == self._moment
        if fatal and not self._after:
            self._die()
        async with self._store.unit() as unit:
            yield unit
        if fatal:
            self._die()

    @asynccontextmanager
    async def view(self) -> AsyncIterator[Any]:
        self._breathe()
        async with self._store.view() as unit:
            yield unit

    def _breathe(self) -> None:
        if self._dead:
            raise Death

    def _die(self) -> None:
        self._dead = True
        raise Death


@asynccontextmanager
async def set_up(rig: Rig, store: Store, folder: Path, *, timeout: float = 5.0) -> AsyncIterator[Bench]:  # noqa: ASYNC109 - the wire's
    """`timeout`: seconds (real ones) that one call may take."""
    clock = FakeClock()
    async with AsyncExitStack() as stack:
        fake = await stack.enter_async_context(rig.serve(now=clock.now))
        wire = await stack.enter_async_context(Wire(clock, timeout=timeout))
        rig.enrol(fake)
        shelf = Shelf()
        if rig.public_address:
            await stack.enter_async_context(shelf)
        media = MediaFiles(folder, key=b"0" * 32, clock=clock, public_url=shelf.url)
        shelf.media = media
        bench = Bench(
            store, clock, {rig.platform: platform_of(rig.platform)},
            rig=rig, fake=fake, outside=Outside(clock, wire, media), media=media,
        )  # fmt: skip
        stack.push_async_callback(bench.kill)
        yield bench


class Shelf:
    """Our public address, where platforms fetch pictures by their links."""

    def __init__(self) -> None:
        self.url: str | None = None
        self.media: MediaFiles | None = None
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> None:
        app = web.Application()
        app.router.add_get("/media/{token}", self._hand_out)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def __aexit__(self, *exc: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _hand_out(self, request: web.Request) -> web.Response:
        assert self.media is not None
        sha256 = self.media.resolve(request.match_info["token"])
        return web.Response(body=await self.media.read(sha256), content_type="image/jpeg")
