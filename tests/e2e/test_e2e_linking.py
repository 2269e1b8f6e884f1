"""From an ended permission to a post in the same live message, by way of our pages and the network's consent."""

import io
import logging
import re
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
import structlog

from bot.logs import FLOORS, configure
from bot.sandbox.chats import Message
from fakes.consent import consent
from fakes.linked_stage import APP_SECRET, linkable
from fakes.stage import Act, Stage

TEXT = "Hoy hay pan de centeno recién hecho."


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with linkable(tmp_path / "data") as stage:
        yield stage


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        yield session


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Everything that is logged from DEBUG on, as the product writes it and as it came."""
    root, out, hook = logging.getLogger(), io.StringIO(), sys.excepthook
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in FLOORS}
    configure("debug", "json", stream=out)
    raw = logging.StreamHandler(out)
    raw.setFormatter(logging.Formatter("RAW %(name)s %(message)s"))
    root.addHandler(raw)
    yield out
    root.handlers[:], sys.excepthook = handlers, hook
    root.setLevel(level)
    for name, kept in levels.items():
        logging.getLogger(name).setLevel(kept)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


async def blocked(act: Act) -> Message:
    """A draft that stands on one network and waits for the permission of the other: its live message."""
    act.stage.x.expire("x-user-token")
    card = await act.draft(TEXT)
    await act.phone.tap(card, "✅ Aprobar")
    await act.says("🙋", "X")
    return card


async def link_in_chat(act: Act) -> str:
    await act.phone.send("/reautorizar x")
    told = await act.says("/o/")
    found = re.search(r"http://127\.0\.0\.1:\d+/o/[\w-]+", told.text)
    assert found is not None
    return found[0]


async def leave(http: aiohttp.ClientSession, link: str) -> str:
    async with http.post(link, allow_redirects=False) as left:
        assert left.status == 303
        return left.headers["Location"]


async def page(http: aiohttp.ClientSession, address: str) -> str:
    async with http.get(address) as shown:
        return await shown.text()


async def test_what_waited_for_a_permission_goes_out_in_the_same_message(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await blocked(act)
        answered = await consent(await leave(http, await link_in_chat(act)))
        shown = await page(http, answered.location)
        assert "X, en orden" in shown
        assert 'href="https://t.me/' in shown
        told = await act.says("X", "@panaderia", "está conectada", "Lo que esperaba este permiso se publica solo")
        assert "hasta" not in told.text + shown, "two hours, renewed by themselves, are nobody's business"
        await act.until(lambda: "🎉" in card.text)
        assert act.public()["twitter"] == act.public()["facebook"] == [TEXT], "the sibling was left as it was"


async def test_the_wrong_account_keeps_it_waiting_and_another_link_is_there(
    stage: Stage, http: aiohttp.ClientSession
) -> None:
    stage.x.user("2002", "otra")
    async with stage.play("facebook", "twitter") as act:
        card = await blocked(act)
        left = await leave(http, await link_in_chat(act))
        answered = await consent(left, choose={"account": ["2002"]})
        assert "Entraste en X con @otra" in await page(http, answered.location)
        told = await act.says("Entraste en X con @otra", "@panaderia", "/o/")
        assert act.public()["twitter"] == []
        again = re.search(r"http://127\.0\.0\.1:\d+/o/[\w-]+", told.text)
        assert again is not None
        answered = await consent(await leave(http, again[0]), choose={"account": ["2001"]})
        assert "en orden" in await page(http, answered.location)
        await act.until(lambda: "🎉" in card.text)


async def test_a_box_left_unticked_is_named(stage: Stage, http: aiohttp.ClientSession) -> None:
    async with stage.play("facebook", "twitter") as act:
        answered = await consent(await leave(http, await link_in_chat(act)), without=["tweet.write"])
        assert "(tweet.write)" in await page(http, answered.location)
        await act.says("(tweet.write)", "Deja marcadas todas las casillas")


async def test_a_code_that_came_too_late_brings_a_new_link(stage: Stage, http: aiohttp.ClientSession) -> None:
    async with stage.play("facebook", "twitter") as act:
        answered = await consent(await leave(http, await link_in_chat(act)))
        stage.clock.advance(31)
        assert "no ha aceptado la respuesta" in await page(http, answered.location)
        await act.says("no ha aceptado la respuesta", "/o/")


async def test_a_consent_that_was_cancelled_is_said_in_both_places(stage: Stage, http: aiohttp.ClientSession) -> None:
    async with stage.play("facebook", "twitter") as act:
        answered = await consent(await leave(http, await link_in_chat(act)), allow=False)
        assert "No diste el permiso en X" in await page(http, answered.location)
        await act.says("No diste el permiso en X")


async def test_no_line_of_the_log_holds_anything_of_it(
    stage: Stage, http: aiohttp.ClientSession, log: io.StringIO
) -> None:
    async with stage.play("facebook", "twitter") as act:
        card = await blocked(act)
        link = await link_in_chat(act)
        await page(http, link)
        left = await leave(http, link)
        cookies = [cookie.value for cookie in http.cookie_jar]
        state = re.search(r"state=([\w-]+)", left)
        assert state is not None
        assert cookies
        answered = await consent(left)
        await page(http, answered.location)
        await act.until(lambda: "🎉" in card.text)
    written = log.getvalue()
    x = stage.x
    issued = [*x.bearers, *x.refresh_tokens, *x.spent_codes, *x.codes, answered.code]
    secrets = [link.rpartition("/")[2], state[1], APP_SECRET, "x-user-token", *cookies, *issued]
    assert "not published" in written
    assert "RAW bot.linking" in written
    assert len(issued) >= 3
    assert [secret for secret in secrets if secret in written] == []
