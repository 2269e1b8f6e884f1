"""kill -9 while pictures come in, are shown and go out: none is lost, none stands twice."""

from collections import Counter

import pytest

from bot.sandbox.chats import Message
from bot.sandbox.phone import Phone
from fakes.pictures import picture
from fakes.process import Process, after_the_page_post
from fakes.stage import CARMEN, INSTAGRAM, PAGE, Act, Stage, X

APPROVE = "✅ Aprobar"
TEXT = "Roscones de hoy: encarga el tuyo antes del viernes."
ALBUM = [picture(640, 480, colour=colour) for colour in ("peru", "olive", "teal")]


@pytest.fixture
def act(stage: Stage) -> Act:
    return Act(stage, None, stage.telegram.phone(CARMEN, "Carmen"))  # type: ignore[arg-type] # the app is elsewhere


async def send(phone: Phone) -> None:
    for number, data in enumerate(ALBUM):
        await phone.send_photo(data, "" if number else TEXT, media_group_id="31")


async def card(act: Act) -> Message:
    """The newest card that shows all three."""

    def found(chat: list[Message]) -> Message | None:
        cards = [m for m in chat if m.from_bot and APPROVE in m.labels and "Con 3 imágenes" in m.text]
        return cards[-1] if cards else None

    shown = await act.phone.until(found, 20.0)
    assert shown is not None
    return shown


def complete(stage: Stage) -> None:
    """Each network has the album once, all of it, in one order."""
    [page], [post], [media] = stage.graph.posts(PAGE), stage.x.posts(X), stage.graph.posts(INSTAGRAM)
    assert (page.text, post.text, media.text) == (TEXT, TEXT, TEXT)
    assert page.media == post.media
    assert (len(set(page.media)), len(media.media)) == (3, 3)


@pytest.mark.parametrize("method", ["getFile", "sendMediaGroup", "sendMessage"])
@pytest.mark.parametrize("when", ["read", "stored"])
async def test_killed_while_an_album_comes_in(stage: Stage, process: Process, act: Act, method: str, when: str) -> None:
    await process.start()
    stage.telegram.kill(lambda: process.pid, method, when=when)  # type: ignore[arg-type] # a literal in the table
    await send(act.phone)
    await process.dead()
    await process.start()
    await act.phone.tap(await card(act), APPROVE)
    await act.says("🎉", timeout=20)
    complete(stage)


def uploads(stage: Stage) -> Counter[str]:
    """How often each picture was sent, by server and its hash."""
    sent = [("graph", asked) for asked in stage.graph.requests] + [("x", asked) for asked in stage.x.requests]
    return Counter(
        f"{server} {value}"
        for server, asked in sent
        for value in asked.params.values()
        if str(value).startswith("sha256:")
    )


@pytest.mark.parametrize(
    ("network", "where", "when"),
    [
        ("x", "POST /2/media/upload", "stored"),
        ("x", "POST /2/tweets", "answering"),
        ("graph", "POST */photos", "stored"),
        ("graph", "POST */media", "stored"),
        ("graph", "POST */media_publish", "read"),
        ("graph", "POST */media_publish", "answering"),
    ],
)
async def test_killed_while_an_album_goes_out(
    stage: Stage, process: Process, act: Act, network: str, where: str, when: str
) -> None:
    await process.start()
    await send(act.phone)
    shown = await card(act)
    server = getattr(stage, network)
    server.fault(where, "kill", target=process.strike, when=when)
    if "photos" not in where:
        server.on_request = after_the_page_post(act, where)
    await act.phone.tap(shown, APPROVE)
    await process.dead()
    before = uploads(stage)
    await process.start()
    done = await act.says("🎉", timeout=20)
    assert done.id == shown.id
    complete(stage)
    again = uploads(stage) - before
    if "photos" not in where and "upload" not in where:
        assert not [name for name in again if name.startswith(network)], "what was uploaded is not uploaded again"


@pytest.mark.parametrize("when", ["read", "stored", "answering"])
async def test_killed_while_a_story_goes_out(stage: Stage, process: Process, act: Act, when: str) -> None:
    await process.start()
    await act.phone.send_photo(ALBUM[0], TEXT)
    await act.says("Con una imagen")
    await act.phone.send("/formato ig historia")
    shown = await act.says("· historia")
    for other in ("✅ Facebook", "✅ X"):
        await act.phone.tap(shown, other)
        await act.phone.until(lambda _, other=other: other not in shown.labels)
    stage.graph.fault("POST */media_publish", "kill", target=process.strike, when=when)
    await act.phone.tap(shown, APPROVE)
    await process.dead()
    await process.start()
    await act.says("🎉", timeout=20)
    assert [story.form for story in stage.graph.posts(INSTAGRAM)] == ["story"]
