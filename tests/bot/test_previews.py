"""Pages that drafts lead to: looked at beside, once, and told of when they are not there."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace

import pytest
from render_samples import EN, ES, POST, draft, target

from adapters.adapted import Adapted, Part
from adapters.profile import Hashtags, Links, Pictures, Profile
from bot.previews import KEPT, MISSED, MOST_KEPT, MOST_WAITING, Previews, previewing
from bot.render import CardLine, card, preview
from bot.render.page import Page
from bot.settings import Settings
from fakes.clock import FakeClock
from fakes.internet import Internet, internet
from publishers.wire.guarded import Fetched, Forbidden, NotFetched, Unreached, Unusable

PLAIN = Profile(280, len, Hashtags(10), Links.PREVIEW, Pictures(("image/jpeg",), 4, 1000, 0.8, 1.91, 1440))
URL = "https://www.panaderia.example/pan?token=abc"
HTML = b"<title>Pan de masa madre</title>"


@dataclass
class Web:
    """What is answered, and what was asked for. `gate` keeps every answer back until it is set."""

    answer: Fetched | NotFetched = field(default_factory=lambda: Fetched(URL, 200, "text/html", "utf-8", HTML))
    asked: list[str] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def __call__(
        self, url: str, *, most: int, types: Sequence[str] = (), seconds: float = 10.0, follow: bool = False
    ) -> Fetched:
        self.asked.append(url)
        await self.gate.wait()
        if isinstance(self.answer, NotFetched):
            raise self.answer
        return self.answer


def line(url: str | None = URL, *, on: bool = True, **rest: object) -> CardLine:
    return replace(target("plaza", on=on), adapted=replace(POST, link=url) if on else None, **rest)


async def seen(web: Web, url: str = URL) -> Page | None:
    previews = Previews(web, FakeClock())
    previews.look([line(url)])
    await previews.settle()
    [told] = previews.told([line(url)])
    return told.page


def answered(status: int) -> Fetched:
    return Fetched(URL, status, "text/html", None, b"")


async def test_a_page_is_known_by_its_title_and_its_host() -> None:
    assert await seen(Web()) == Page("panaderia.example/pan", "panaderia.example", "Pan de masa madre")
    moved = Fetched("https://otra.example/", 200, "text/html", None, b"<p>nada")
    assert await seen(Web(moved)) == Page("panaderia.example/pan", "otra.example")


@pytest.mark.parametrize(
    ("answer", "fault", "status"),
    [
        (answered(404), "refused", 404),
        (answered(410), "refused", 410),
        (answered(500), "refused", 500),
        (answered(503), "refused", 503),
        (answered(401), "", 0),
        (answered(403), "", 0),
        (answered(429), "", 0),
        (answered(999), "", 0),
        (answered(304), "", 0),
        (Unreached("unknown_host"), "unknown_host", 0),
        (Unreached("silent"), "silent", 0),
        (Unreached("insecure"), "silent", 0),
        (Unreached("no_resolver"), "", 0),
        (Unusable("redirects"), "silent", 0),
        (Unusable("media_type"), "", 0),
        (Unusable("encoding"), "", 0),
        (Forbidden("private"), "private", 0),
        (Forbidden("address"), "", 0),
    ],
)
async def test_only_what_is_surely_not_there_is_a_fault(answer: Fetched | NotFetched, fault: str, status: int) -> None:
    assert await seen(Web(answer)) == Page("panaderia.example/pan", "panaderia.example", "", fault, status)


async def test_a_fault_is_told_once_all_is_known_and_a_page_that_is_there_is_not() -> None:
    told: list[str] = []

    async def missing() -> None:
        told.append("missing")

    previews = Previews(Web(), FakeClock())
    previews.look([line()], missing)
    await previews.settle()
    assert told == []
    previews = Previews(Web(answered(404)), FakeClock())
    previews.look([line(), line("https://b.example/"), line()], missing)
    await previews.settle()
    assert told == ["missing"]


async def test_what_is_known_is_not_asked_for_again_until_it_is_old() -> None:
    web, clock = Web(), FakeClock()
    previews = Previews(web, clock)
    for passed, times in ((0.0, 1), (KEPT - 1, 1), (1.0, 2)):
        clock.advance(passed)
        previews.look([line()])
        await previews.settle()
        assert len(web.asked) == times
    web.answer = answered(404)
    for passed, times in ((KEPT, 3), (MISSED - 1, 3), (1.0, 4)):
        clock.advance(passed)
        previews.look([line()])
        await previews.settle()
        assert len(web.asked) == times


async def test_two_drafts_look_at_one_page_once() -> None:
    web, told = Web(answered(404)), []

    def tell(name: str) -> Callable[[], Awaitable[None]]:
        async def missing() -> None:
            told.append(name)

        return missing

    web.gate.clear()
    previews = Previews(web, FakeClock())
    previews.look([line()], tell("uno"))
    previews.look([line()], tell("dos"))
    await asyncio.sleep(0)
    web.gate.set()
    await previews.settle()
    assert (web.asked, sorted(told)) == ([URL], ["dos", "uno"])


async def test_only_what_goes_and_leads_somewhere_is_looked_at() -> None:
    web = Web()
    previews = Previews(web, FakeClock())
    previews.look([line(None), line(on=False), target("plaza")])
    await previews.settle()
    assert web.asked == []
    assert [each.page for each in previews.told([line(None), line(on=False)])] == [None, None]


async def test_beside_pictures_the_first_link_of_the_words_is_looked_at() -> None:
    web = Web(answered(404))
    previews = Previews(web, FakeClock())
    pictured = replace(line(None), adapted=Adapted("post", (Part("Pan"), Part("Mira pan.es/hoy y pan.com"))))
    previews.look([pictured])
    await previews.settle()
    [told] = previews.told([pictured])
    assert web.asked == ["https://pan.es/hoy"]
    assert told.page == Page("pan.es/hoy", "pan.es", "", "refused", 404)


async def test_nothing_grows_without_end_and_nothing_is_left_at_the_end() -> None:
    web = Web()
    previews = Previews(web, FakeClock())
    previews.look([line(f"https://a{at}.example/") for at in range(MOST_KEPT + 5)])
    await previews.settle()
    assert len(previews._kept) == MOST_KEPT
    web.gate.clear()
    for at in range(MOST_WAITING + 9):
        previews.look([line(f"https://b{at}.example/")])
    assert len(previews._looking) == MOST_WAITING
    await asyncio.sleep(0)
    await previews.stop()
    await asyncio.sleep(0)
    assert (previews._looking, previews._reading) == (set(), {})


@pytest.mark.parametrize(
    ("values", "looks"),
    [
        ({}, True),
        ({"mode": "dry_run"}, True),
        ({"mode": "sandbox"}, False),
        ({"previews": False}, False),
        ({"mode": "sandbox", "previews": True}, True),
        ({"telegram": {"base_url": "http://127.0.0.1:8081/bot"}}, False),
        ({"telegram": {"base_url": "http://127.0.0.1:8081/bot"}, "previews": True}, True),
    ],
)
async def test_by_itself_it_goes_outside_only_where_that_can_be_of_use(values: dict[str, object], looks: bool) -> None:
    async with previewing(Settings(**values), FakeClock(), Internet().guarded) as previews:
        assert (previews.fetch is not None) is looks


async def test_a_real_page_is_read_through_the_guard() -> None:
    async with internet() as outside:
        outside.pages["/pan"] = (200, "<meta property='og:title' content='Pan de masa madre'>")
        async with previewing(Settings(previews=True), FakeClock(), outside.guarded) as previews:
            lines = [
                line(outside.url("/pan?utm_source=plaza#hoy")),
                line(outside.url("/no")),
                line("http://10.0.0.1/x"),
            ]
            previews.look(lines)
            await previews.settle()
            pages = [told.page for told in previews.told(lines)]
    where = f"panaderia.example:{outside.port}"
    assert pages == [
        Page(f"{where}/pan", "panaderia.example", "Pan de masa madre"),
        Page(f"{where}/no", "panaderia.example", "", "refused", 404),
        Page("10.0.0.1/x", "10.0.0.1", "", "private"),
    ]
    assert sorted(outside.asked) == ["/no", "/pan?utm_source=plaza"]


# -- as it is said -------------------------------------------------------------------------------------------------

HERE = Page("panaderia.example/pan", "panaderia.example", "Pan <de> masa")


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (replace(HERE, fault="silent"), "⚠️ El enlace no responde: panaderia.example/pan"),
        (replace(HERE, fault="refused", status=404), "⚠️ El enlace no responde: panaderia.example/pan (404)"),
        (replace(HERE, fault="unknown_host"), "⚠️ El enlace no lleva a ninguna parte: panaderia.example no existe"),
        (
            replace(HERE, fault="private"),
            "⚠️ El enlace lleva a una dirección privada: nadie de fuera puede abrir panaderia.example/pan",
        ),
    ],
)
def test_a_card_warns_once_of_a_page_that_is_not_there(page: Page, said: str) -> None:
    lines = [line(page=page), replace(line(page=page), title="Otra"), line("https://a.es", page=HERE)]
    assert card(draft(), lines, ES).text.split("\n\n")[-1] == said
    assert card(draft(), [replace(line(on=False), page=page)], ES).text.count("⚠️") == 0
    [screen] = preview([line(page=page)], {"plaza": PLAIN}, ES)
    assert screen.text.splitlines()[-1] == said
    [screen] = preview([line(None, page=page)], {"plaza": PLAIN}, ES)
    assert screen.text.splitlines()[-1] == said
    assert "⚠️" in card(draft(), lines, EN).text


def test_looking_closely_shows_what_people_will_see() -> None:
    [screen] = preview([line(page=HERE)], {"plaza": PLAIN}, ES)
    assert screen.text.splitlines()[-1] == "🔗 La vista previa dirá: <b>Pan &lt;de&gt; masa</b> · panaderia.example"
    [screen] = preview([line(page=replace(HERE, title=""))], {"plaza": PLAIN}, ES)
    assert screen.text.splitlines()[-1] == "🔗 Con la vista previa de https://www.panaderia.example/pan?token=abc"
    assert card(draft(), [line(page=HERE)], ES).text == card(draft(), [line()], ES).text
