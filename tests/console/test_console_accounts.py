"""Accounts by the real commands, beside a real process that holds the lock."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from console_place import Place, Told

from fakes.process import Process
from fakes.stage import CARMEN, INSTAGRAM, PAGE, SECRETS, Act, Stage, X, staged

pytestmark = pytest.mark.asyncio(loop_scope="module")

FREED_WITHIN = 5.0
SLACK = 0.5
"""Seconds a busy machine may take on top."""
SIGNED = {
    "TWITTER_API_KEY": "consumer-key-1",
    "TWITTER_API_SECRET": "consumer-secret-1",
    "TWITTER_ACCESS_TOKEN": "4001-token-1",
    "TWITTER_ACCESS_TOKEN_SECRET": "token-secret-1",
}


@dataclass
class Town:
    """A bot at work, and a shell in its folder."""

    stage: Stage
    process: Process
    place: Place
    act: Act

    async def says(self, *arguments: str, **environment: str) -> Told:
        told = await self.place.command(*arguments, **environment)
        assert "Traceback" not in told.err
        return told

    async def add(self, platform: str, *options: str, **values: str) -> Told:
        file = self.place.credentials(f"{platform}-{values.get('access_token', '')}", **values)
        return await self.says("account", "add", platform, "--credentials", file, *options)

    async def listed(self) -> list[list[str]]:
        return [line.split() for line in (await self.says("account", "list")).out.splitlines()[1:]]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(staged(folder / "data"))
        for server in (stage.graph, stage.x):
            server.now = lambda: datetime.now(UTC)
        stage.graph.polls = 0
        process, place = Process(stage, folder), Place(folder)
        process.write_config()
        town = Town(stage, process, place, Act(stage, None, stage.telegram.phone(CARMEN, "Carmen")))  # type: ignore[arg-type] # the app lives in another process
        await connect(town)
        await process.start()
        stack.push_async_callback(process.kill)
        yield town
        assert process.running is not None
        assert process.running.returncode is None, "no command disturbs the process that runs"


async def connect(town: Town) -> None:
    """All at once on an empty folder: whoever comes first makes data_dir, key and tables."""
    for platform, secret in SECRETS.items():
        town.place.write(f"{platform}.json", secret)
    adding = (town.says("account", "add", name, "--credentials", f"{name}.json") for name in SECRETS)
    told = await asyncio.gather(*adding)
    assert [(each.code, each.err) for each in told] == [(0, "")] * 3
    assert [each.out for each in told] == [
        "Added: Facebook · Panadería. It is the main account.\n",
        "Added: Instagram · @panaderia. It is the main account.\n",
        "Added: X · @panaderia. It is the main account.\n",
    ]


async def test_the_list_shows_the_three_while_the_bot_runs(town: Town) -> None:
    listed = await town.listed()
    for row in (["facebook", "Panadería", PAGE], ["instagram", "@panaderia", INSTAGRAM], ["twitter", "@panaderia", X]):
        assert [*row, "main", "-", "yes"] in listed


async def test_the_same_account_again_is_a_renewal_and_says_so(town: Town) -> None:
    town.stage.graph.page(PAGE, "EAAB-page-token-2")
    told = await town.add("facebook", page_id=PAGE, access_token="EAAB-page-token-2")
    assert (told.code, told.out) == (0, "Renewed: Facebook · Panadería. It is the main account.\n")
    checked = await town.says("account", "check", "fb")
    assert (checked.code, checked.out) == (0, "facebook · Panadería: works\n")


async def test_a_wrong_token_is_refused_and_changes_nothing(town: Town) -> None:
    before = await town.listed()
    told = await town.add("twitter", user_id=X, username="panaderia", access_token="x-wrong-token-7")
    assert told.code == 1
    assert told.err.startswith("X refused these credentials: they are wrong, revoked or expired")
    assert len(told.lines) == 1
    assert "x-wrong-token-7" not in told.err
    assert await town.listed() == before


async def test_the_credentials_of_somebody_else_are_refused(town: Town) -> None:
    town.stage.x.user("5001", "vecina", "x-neighbour-token")
    told = await town.add("twitter", user_id="5002", username="otra", access_token="x-neighbour-token")
    assert told.code == 1
    assert told.err == "These credentials belong to @vecina (5001) on X, not to 5002.\n"


async def test_a_labelled_account_that_nobody_checked_is_kept_found_out_and_removed(town: Town) -> None:
    values = {"user_id": "3001", "username": "obrador", "access_token": "x-unproven-token"}
    told = await town.add("twitter", "--no-check", "--label", "Obrador", **values)
    assert (told.code, told.out, told.err) == (0, "Added: X · Obrador.\n", "")
    assert ["twitter", "Obrador", "3001", "-", "-", "yes"] in await town.listed()
    checked = await town.says("account", "check", "twitter")
    assert checked.code == 1
    assert "twitter · Obrador: X refused these credentials" in checked.out
    assert checked.err == "Not every account is ready.\n"
    removed = await town.says("account", "remove", "x", "Obrador")
    assert (removed.code, removed.out) == (0, "Removed: X · Obrador.\n")
    assert "3001" not in {row[2] for row in await town.listed()}


async def test_the_four_signing_values_come_from_the_environment(town: Town) -> None:
    town.stage.x.user(
        "4001", "firmada", consumer=("consumer-key-1", "consumer-secret-1"), access=("4001-token-1", "token-secret-1")
    )
    told = await town.says("account", "add", "twitter", "--from-env", **SIGNED)
    assert (told.code, told.out, told.err) == (0, "Added: X · @firmada.\n", "")
    wrong = SIGNED | {"TWITTER_ACCESS_TOKEN_SECRET": "another-secret-1"}
    refused = await town.says("account", "add", "twitter", "--from-env", **wrong)
    assert refused.code == 1
    assert not any(value in refused.err for value in wrong.values())
    removed = await town.says("account", "remove", "twitter", "4001")
    assert removed.out == "Removed: X · @firmada.\n"


async def test_a_second_process_on_the_same_data_is_refused(town: Town) -> None:
    told = await town.says("run", TELEGRAM_BOT_TOKEN=town.stage.telegram.token)
    assert told.code == 2
    assert told.err == f"{town.place.data} is in use by another process (id {town.process.pid}).\n"


async def test_a_delivery_without_permission_is_freed_by_adding_the_account_again(town: Town) -> None:
    text = "El lunes hay torrijas recién hechas."
    for token in list(town.stage.x.bearers):
        if town.stage.x.bearers[token].user == X:
            town.stage.x.expire(token)
    card = await town.act.draft(text)
    await town.act.phone.tap(card, "✅ Aprobar")
    await town.act.says("🙋", "X", timeout=20)
    assert text not in town.act.public()["twitter"]
    town.stage.x.user(X, "panaderia", "x-fresh-token")
    told = await town.add("twitter", user_id=X, username="panaderia", access_token="x-fresh-token")
    added = time.monotonic()
    assert told.out == "Renewed: X · @panaderia. It is the main account.\n"
    await town.act.until(lambda: text in town.act.public()["twitter"], timeout=20)
    assert time.monotonic() - added <= FREED_WITHIN + SLACK
    await town.act.until(lambda: "🎉" in card.text)
    assert {name: texts.count(text) for name, texts in town.act.public().items()} == dict.fromkeys(SECRETS, 1)
