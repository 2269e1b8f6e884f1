"""A whole story at debug level, and no secret anywhere: not printed, not in the database, in no address."""

import asyncio
import base64
import json
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import pytest
import pytest_asyncio
from console_place import Place

from bot.sandbox.chats import Message
from bot.sandbox.telegram import TOKEN
from fakes.call import Call
from fakes.process import Process
from fakes.stage import CARMEN, INSTAGRAM, PAGE, Act, Stage, X, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")

PAGE_TOKEN = "EAAB-page-8QmV2tLx0ZrWc7"
CONSUMER = ("ck-Tz5uQ1pLr8", "cs-9vB4nXk2Wm7Yj")
ACCESS, RENEWED = (f"{X}-at-Hd6sPw3", "as-K8rG5tZq1Ln"), (f"{X}-at-Uy2cMe9", "as-B4jF7hVx6Do")
VAULT_KEY = base64.urlsafe_b64encode(b"a vault key made up for a test 1").decode()
SECRETS = {
    "bot token": TOKEN,
    "secret half of the bot token": TOKEN.partition(":")[2],
    "page token": PAGE_TOKEN,
    "api key": CONSUMER[0],
    "api secret": CONSUMER[1],
    "access token": ACCESS[0],
    "access token secret": ACCESS[1],
    "new access token": RENEWED[0],
    "new access token secret": RENEWED[1],
    "vault key": VAULT_KEY,
}
FIRST, SECOND, THIRD = "Hoy hay pan de centeno.", "Mañana hay pan de maíz.", "El jueves hay pan de nueces."


class Guarded(Process):
    """The process with a vault key and signing values in its environment."""

    def _environment(self) -> dict[str, str]:
        return {**super()._environment(), "VAULT_KEY": VAULT_KEY}


@dataclass
class Story:
    """What is left when it is over. `printed` is from both lives and all commands."""

    folder: Path
    printed: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    public: dict[str, list[str]] = field(default_factory=dict)


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def story(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Story]:
    story = Story(tmp_path_factory.mktemp("story"))
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(staged(story.folder / "data"))
        prepare(stage, story)
        process = Guarded(stage, story.folder)
        stack.push_async_callback(process.kill)
        await live_through(stage, process, story)
        story.printed += process.log
        story.public = Act(stage, None, stage.telegram.phone(CARMEN, "Carmen")).public()  # type: ignore[arg-type] # lives elsewhere
    yield story


def prepare(stage: Stage, story: Story) -> None:
    for server in (stage.graph, stage.x):
        server.now = lambda: datetime.now(UTC)
        server.on_request = lambda call: story.addresses.append(address(call))
    stage.graph.polls = 0
    stage.graph.page(PAGE, PAGE_TOKEN)
    stage.graph.instagram(INSTAGRAM, PAGE_TOKEN, page_id=PAGE)
    stage.x.user(X, "panaderia", consumer=CONSUMER, access=ACCESS)


def address(call: Call) -> str:
    return f"{call.method} {call.url} {call.query}"


async def live_through(stage: Stage, process: Process, story: Story) -> None:
    """Approve, publish on three networks, lose a permission, get it back, start again, publish."""
    act = Act(stage, None, stage.telegram.phone(CARMEN, "Carmen"))  # type: ignore[arg-type] # it lives elsewhere
    process.write_config(logging={"level": "debug", "format": "console"})
    place = Place(story.folder, {"VAULT_KEY": VAULT_KEY, "TELEGRAM_BOT_TOKEN": TOKEN})
    await connect(place, story)
    await process.start()
    stage.telegram.fault("answerCallbackQuery", status=400, description="query is too old")
    await publish(act, FIRST)
    stage.x.user(X, "panaderia", consumer=CONSUMER, access=RENEWED)
    refused = await approve(act, SECOND)
    await act.says("🙋", "X", timeout=20)
    await account(place, story, "add", "twitter", "--from-env", code=1, **signing(ACCESS))
    await account(place, story, "add", "twitter", "--from-env", **signing(RENEWED))
    await act.until(lambda: "🎉" in refused.text)
    assert await process.stop() == 0
    process.write_config(logging={"level": "debug", "format": "json"})
    await process.start()
    await publish(act, THIRD)
    await asyncio.gather(account(place, story, "check"), account(place, story, "list"))
    assert await process.stop() == 0


async def connect(place: Place, story: Story) -> None:
    page = place.credentials("page", page_id=PAGE, access_token=PAGE_TOKEN)
    values = {"ig_user_id": INSTAGRAM, "access_token": PAGE_TOKEN, "login": "facebook", "page_id": PAGE}
    await asyncio.gather(
        account(place, story, "add", "facebook", "--credentials", page),
        account(place, story, "add", "instagram", "--credentials", place.credentials("picture", **values)),
        account(place, story, "add", "twitter", "--from-env", **signing(ACCESS)),
    )


def signing(access: tuple[str, str]) -> dict[str, str]:
    names = ("TWITTER_API_KEY", "TWITTER_API_SECRET", "TWITTER_ACCESS_TOKEN", "TWITTER_ACCESS_TOKEN_SECRET")
    return dict(zip(names, (*CONSUMER, *access), strict=True))


async def account(place: Place, story: Story, *arguments: str, code: int = 0, **environment: str) -> None:
    told = await place.command("account", *arguments, **environment)
    assert told.code == code, told
    story.printed += [told.out, told.err]


async def approve(act: Act, text: str) -> Message:
    card = await act.draft(text)
    await act.phone.tap(card, "✅ Aprobar")
    return card


async def publish(act: Act, text: str) -> None:
    card = await approve(act, text)
    await act.until(lambda: "🎉" in card.text)


def disguises(secret: str) -> set[str]:
    """As it is, as it stands in an address, in JSON, and in base64 wherever it begins within three bytes."""
    encoded = {base64.b64encode(b"\0" * shift + secret.encode()).decode()[4:-4] for shift in range(3)}
    return {secret, quote(secret, safe=""), json.dumps(secret)[1:-1], *encoded}


def found_in(text: str) -> list[str]:
    return [name for name, secret in SECRETS.items() if any(form in text for form in disguises(secret))]


def cells(database: Path) -> Iterator[tuple[str, str]]:
    """(table.column, value) of everything there is, but what the vault has sealed."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for table in tables:
            rows = connection.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names from the database itself
            columns = [column[0] for column in rows.description]
            for row in rows:
                yield from ((f"{table}.{name}", str(value)) for name, value in zip(columns, row, strict=True))


async def test_the_story_was_a_whole_one(story: Story) -> None:
    """Otherwise the other tests would look at nothing."""
    assert story.public == {name: [FIRST, SECOND, THIRD] for name in ("facebook", "instagram", "twitter")}
    printed = "\n".join(story.printed)
    assert len([line for line in story.printed if "ready" in line and "platforms" in line]) == 2
    assert "[debug" in printed
    assert "X refused these credentials" in printed
    assert "Renewed: X · @panaderia." in printed


async def test_nothing_that_was_printed_holds_a_secret(story: Story) -> None:
    leaks = [(found, line) for line in story.printed if (found := found_in(line))]
    assert leaks == []
    assert not [line for line in story.printed if "Traceback" in line]


async def test_no_column_of_the_database_holds_a_secret(story: Story) -> None:
    every = dict.fromkeys(cell for cell in cells(story.folder / "data" / "pregonero.db"))
    columns = {column for column, _ in every}
    assert {"credential.sealed", "ledger.metadata", "inbox.raw", "step.value", "receipt.permalink"} <= columns
    assert [(column, found) for column, value in every if (found := found_in(value))] == []


async def test_no_byte_of_the_data_dir_is_a_secret(story: Story) -> None:
    """Of rows that were deleted and pages that were freed too: what is sealed is not to be read."""
    files = [path for path in (story.folder / "data").rglob("*") if path.is_file()]
    assert "pregonero.db" in {path.name for path in files}
    assert [(path.name, found) for path in files if (found := found_in(path.read_bytes().decode("latin-1")))] == []


async def test_no_address_a_network_was_asked_at_holds_a_secret(story: Story) -> None:
    assert any("/2/tweets" in address for address in story.addresses)
    assert any("/media_publish" in address for address in story.addresses)
    assert [(found, address) for address in story.addresses if (found := found_in(address))] == []


@pytest.mark.parametrize("name", SECRETS)
async def test_the_search_would_find_it(name: str) -> None:
    secret = SECRETS[name]
    for around in (f"x{secret}y", f"?a={quote(secret, safe='')}", base64.b64encode(f"ab{secret}cd".encode()).decode()):
        assert name in found_in(around)


async def test_the_addresses_are_as_they_came_in() -> None:
    """Not as the fakes record them, with what is secret crossed out."""
    assert found_in(address(Call("GET", "/me", "", "http://x/me", [("access_token", PAGE_TOKEN)], {}))) == [
        "page token"
    ]
