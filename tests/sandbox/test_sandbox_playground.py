"""The whole sandbox: the bot as a process of its own, killed for real in the middle of publishing."""

import asyncio
import hashlib
import os
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import yaml
from page_desk import Browser, Events

from adapters.profile import Hashtags, Links, Pictures, Profile
from bot.sandbox.life import Doing
from bot.sandbox.networks import Fault, Kind
from bot.sandbox.playground import CONFIG, Playground, Taste, layout, playground, surroundings
from bot.sections import RetryPolicy, Simulator

TEXT = "El domingo hay roscón de reyes. Encarga el tuyo antes del viernes."
PLAIN = Profile(500, len, Hashtags(5), Links.INLINE, Pictures(("image/jpeg",), 4, 1_000_000, 0.5, 2, 1080))
QUICK = Taste(
    simulator=Simulator(latency=(0, 0.01), failure_rate=0),
    retry=RetryPolicy(initial_delay=timedelta(seconds=1)),
    pause=0.05,
)


@pytest.fixture
def gate() -> asyncio.Event:
    """Opened, what is slow goes on."""
    return asyncio.Event()


@pytest.fixture
async def ground(tmp_path: Path, gate: asyncio.Event) -> AsyncIterator[Playground]:
    async def nap(seconds: float) -> None:
        await (gate.wait() if seconds >= 1 else asyncio.sleep(seconds))

    taste = replace(QUICK, sleep=nap)
    async with playground(tmp_path, taste) as ground, ground.supervisor.keep():
        yield ground


@pytest.fixture
async def browser(ground: Playground) -> AsyncIterator[Browser]:
    async with ground.page.open() as address, aiohttp.ClientSession() as session:
        yield Browser(session, address)


async def approved(browser: Browser, events: Events, text: str) -> int:
    """Write it, wait for its card, approve: the id of the message that becomes the live one."""
    await events.until("bot", lambda life: life["state"] == "up", 20)
    await browser.done("/chat/messages", text=text)
    chat = await events.until("chat", lambda chat: button(chat, "approve:"), 20)
    message, data = button(chat, "approve:") or (0, "")
    await browser.done("/chat/taps", message=message, data=data)
    return message


def button(chat: Any, data: str) -> tuple[int, str] | None:
    """The newest message with a button whose data begins so, and all of that data."""
    found = [
        (message["id"], each["data"])
        for message in chat["messages"]
        for row in message["buttons"]
        for each in row
        if (each["data"] or "").startswith(data)
    ]
    return found[-1] if found else None


def says(chat: Any, message: int, *parts: str) -> bool:
    return any(each["id"] == message and all(part in each["html"] for part in parts) for each in chat["messages"])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"pictures": replace(PLAIN.pictures, required=True), "thread": True}, "photos"),
        ({"thread": True, "links": Links.PREVIEW}, "thread"),
        ({"links": Links.PREVIEW}, "page"),
        ({}, "plain"),
    ],
)
def test_the_wall_shows_a_network_by_what_it_can_do(changes: dict[str, Any], expected: str) -> None:
    assert layout(replace(PLAIN, **changes)) == expected


async def test_killed_in_the_middle_each_network_holds_one_post(
    ground: Playground, browser: Browser, gate: asyncio.Event
) -> None:
    """One network dawdles over the death: its post lands when the next life is looking for it already."""
    slow, *others = ground.networks.by_key.values()
    ground.networks.plan(slow.key, Fault(Kind.SLOW, seconds=60))
    async with browser.listening() as events:
        message = await approved(browser, events, TEXT)
        await ground.telegram.until(lambda: slow.received and all(each.posts for each in others), 20)
        assert slow.posts == []
        pid = ground.supervisor.pid
        assert pid is not None
        assert await browser.ask("POST", "/bot/kill") == (204, b"")
        await events.until("bot", lambda life: life == {"state": "down", "lives": 1})
        await events.until("bot", lambda life: life == {"state": "up", "lives": 2}, 20)
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)
        await events.until("chat", lambda chat: says(chat, message, "🔎"), 20)
        assert slow.posts == []
        gate.set()
        await events.until("chat", lambda chat: says(chat, message, "🎉", "🧪"), 20)
        wall = await events.until("wall", lambda wall: all(each["posts"] for each in wall["networks"]))
    for network in wall["networks"]:
        assert [TEXT in post["text"] for post in network["posts"]] == [True], network["key"]
        for picture in network["posts"][0]["pictures"]:
            status, data = await browser.ask("GET", picture["url"])
            assert status == 200
            assert picture["url"].endswith(hashlib.sha256(data).hexdigest())
    assert [network.received for network in ground.networks.by_key.values()] == [1] * len(wall["networks"])
    assert any(network["posts"][0]["pictures"] for network in wall["networks"])


@pytest.mark.parametrize("moment", ["the first request arrives", "the first post is public"])
async def test_killed_at_another_moment_each_network_holds_one_post(
    ground: Playground, browser: Browser, moment: str
) -> None:
    every = list(ground.networks.by_key.values())
    async with browser.listening() as events:
        message = await approved(browser, events, TEXT)
        await ground.telegram.until(
            lambda: any(each.received if "arrives" in moment else each.posts for each in every), 20
        )
        ground.supervisor.kill()
        await events.until("chat", lambda chat: says(chat, message, "🎉"), 30)
    assert [len(network.posts) for network in every] == [1] * len(every)


async def test_trouble_from_the_page_is_seen_in_the_chat_and_ends_well(ground: Playground, browser: Browser) -> None:
    kinds = ["stored", "lost", "unavailable"]
    for key, kind in zip(ground.networks.by_key, kinds, strict=False):
        await browser.done(f"/networks/{key}/faults", kind=kind)
    async with browser.listening() as events:
        message = await approved(browser, events, TEXT)
        await events.until("chat", lambda chat: says(chat, message, "🎉"), 20)
        assert await events.until("toast")
    assert [len(network.posts) for network in ground.networks.by_key.values()] == [1] * len(ground.networks.by_key)


async def test_an_expired_permission_is_renewed_on_the_page_and_what_waited_goes_out(
    ground: Playground, browser: Browser
) -> None:
    first = next(iter(ground.networks.by_key.values()))
    await browser.done(f"/networks/{first.key}/faults", kind="expired")
    async with browser.listening() as events:
        message = await approved(browser, events, TEXT)
        wall = await events.until("wall", lambda wall: wall["networks"][0]["consent"], 20)
        await events.until("chat", lambda chat: button(chat, "reauth:"), 20)
        path = wall["networks"][0]["consent"]
        _, page = await browser.ask("GET", path)
        [token] = re.findall(r'name="token" value="([^"]+)"', page.decode())
        async with browser.session.post(browser.url(path), data={"token": token}, allow_redirects=False) as answer:
            assert answer.status == 303
        await events.until("chat", lambda chat: says(chat, message, "🎉"), 20)
    assert len(first.posts) == 1


async def test_what_was_received_is_what_was_approved(ground: Playground, browser: Browser, tmp_path: Path) -> None:
    async with browser.listening() as events:
        message = await approved(browser, events, TEXT)
        await events.until("chat", lambda chat: says(chat, message, "🎉"), 20)
    kept = {path.read_bytes() for path in (tmp_path / "data" / "media").rglob("*") if path.is_file()}
    assert set(ground.networks.pictures.values()) <= kept
    shown = [picture for network in ground.networks.by_key.values() for picture in network.posts[0].what.pictures]
    assert shown
    for picture in shown:
        assert hashlib.sha256(ground.networks.pictures[picture.id]).hexdigest() == picture.id


async def test_the_bots_configuration_holds_no_secret_and_cannot_be_overruled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODE", "live")
    monkeypatch.setenv("Telegram__Owners", "[1]")
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:somebody-elses")
    monkeypatch.setenv("PREGONERO_CONFIG", "/elsewhere")
    monkeypatch.setenv("PYTHONPATH", "/mine")
    async with playground(tmp_path, QUICK) as ground:
        written = (tmp_path / CONFIG).read_text()
        assert ground.telegram.token not in written
        assert yaml.safe_load(written)["mode"] == "sandbox"
        environment = ground.supervisor.environment
        assert environment["TELEGRAM_BOT_TOKEN"] == ground.telegram.token
        assert not {"MODE", "Telegram__Owners", "PREGONERO_CONFIG"} & set(environment)
        assert environment["PYTHONPATH"].endswith(f"{os.pathsep}/mine")
        assert ground.supervisor.state is Doing.STARTING
    assert surroundings({"A": "b"})["A"] == "b"


async def test_a_bot_that_cannot_start_says_why(tmp_path: Path) -> None:
    async with playground(tmp_path, QUICK) as ground:
        (tmp_path / CONFIG).write_text("mode: rehearsal")
        async with asyncio.timeout(20), ground.supervisor.keep() as keeping:
            with pytest.raises(Exception, match="mode: 'rehearsal'"):
                await keeping
