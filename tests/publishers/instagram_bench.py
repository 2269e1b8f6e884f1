"""Instagram's publisher on a fake Graph: accounts of both logins, steps and media in memory."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

from fakes.clock import FakeClock
from fakes.graph import FakeGraph
from fakes.standins import MemoryMedia, MemorySteps
from publishers.engine.outside import Outside
from publishers.instagram import PLATFORM, ProfessionalCredentials, ProfessionalPublisher, Settings
from publishers.wire.http import Wire

ACCOUNT, PAGE, TOKEN, OWN_TOKEN = "17841", "1001", "EAAB-page-token", "IGAA-token"
OWN = "17842"


@dataclass
class Bench:
    clock: FakeClock
    graph: FakeGraph
    media: MemoryMedia
    steps: MemorySteps
    outside: Outside

    def publisher(self, *, page_id: str | None = PAGE) -> ProfessionalPublisher:
        return self._connect(ACCOUNT, TOKEN, "facebook", page_id)

    def by_own_login(self) -> ProfessionalPublisher:
        return self._connect(OWN, OWN_TOKEN, "instagram", PAGE)

    def _connect(self, account: str, token: str, login: str, page_id: str | None) -> ProfessionalPublisher:
        stanza = {"graph_url": self.graph.url, "instagram_graph_url": self.graph.instagram_url}
        given = {"ig_user_id": account, "access_token": token, "login": login, "page_id": page_id}
        credentials = ProfessionalCredentials.model_validate(given)
        publisher = PLATFORM.connect(Settings.model_validate(stanza), credentials, self.outside)
        assert isinstance(publisher, ProfessionalPublisher)
        return publisher

    def asked(self, method: str, ending: str) -> int:
        return sum(1 for each in self.graph.requests if each.method == method and each.path.endswith(ending))

    def created(self) -> list[dict[str, object]]:
        """The parameters of every container that was asked for."""
        made = [each for each in self.graph.requests if each.method == "POST" and each.path.endswith("/media")]
        return [each.params for each in made]


@asynccontextmanager
async def opened() -> AsyncIterator[Bench]:
    clock, media = FakeClock(), MemoryMedia()
    async with FakeGraph(now=clock.now) as graph, Wire(clock, timeout=5) as wire:
        graph.page(PAGE, TOKEN)
        graph.instagram(ACCOUNT, TOKEN, page_id=PAGE)
        graph.instagram(OWN, OWN_TOKEN, username="sol", login="instagram")
        yield Bench(clock, graph, media, MemorySteps(clock), Outside(clock, wire, media))


@asynccontextmanager
async def address(bench: Bench) -> AsyncIterator[None]:
    """Our own public address, from which the platform fetches pictures."""

    async def serve(request: web.Request) -> web.Response:
        return web.Response(body=bench.media.files[request.match_info["sha"]], content_type="image/jpeg")

    app = web.Application()
    app.router.add_get("/media/{sha}", serve)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bench.media.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield
    await runner.cleanup()
