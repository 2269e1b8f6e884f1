"""A permission given on a phone: from the link in the chat to the network's own page, back, and on in the chat."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from browser.chromium import Chromium, Page

from fakes.linked_stage import chat_page, linkable
from fakes.stage import Act, Stage

TEXT = "El sábado hay empanada de atún recién hecha."
LONG = 20.0
LINK = "[...document.querySelectorAll('.bubble a')].findLast(a => a.href.includes('/o/'))"


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    """The network lives on another site than we do, as real ones: only then cookies and forms are held to the rules."""
    async with linkable(tmp_path / "data") as stage:
        platforms: dict[str, Any] = stage.overrides["publishing"]["platforms"]
        platforms["twitter"]["authorize_url"] = stage.x.authorize_url.replace("127.0.0.1", "localhost")
        yield stage


@pytest.fixture
async def act(stage: Stage) -> AsyncIterator[Act]:
    async with stage.play("facebook", "twitter") as act:
        yield act


@pytest.fixture
async def page(chromium: Chromium, stage: Stage, act: Act) -> AsyncIterator[Page]:
    async with chat_page(stage) as address, chromium.page(address, width=390, height=844, touch=True) as page:
        await page.until("document.body.dataset.bot === 'up'", LONG)
        yield page


async def tap(page: Page, label: str) -> None:
    found = f"[...document.querySelectorAll('.key')].filter(k => k.textContent.includes({label!r})).at(-1)"
    await page.until(f"Boolean({found})", LONG)
    await page.evaluate(f"{found}.scrollIntoView({{block: 'center'}}), {found}.click()")


async def arrives(page: Page, selector: str) -> None:
    """Another page is there, however slow the machine is."""
    await page.until(f"document.querySelector({selector!r})?.checkVisibility()", LONG)


async def follow_link(page: Page, act: Act) -> str:
    """A post is blocked for its permission; the link from the chat is opened. The address of the chat."""
    act.stage.x.expire("x-user-token")
    await page.click(".field")
    await page.type(TEXT)
    await page.press("Enter")
    await tap(page, "Aprobar")
    await tap(page, "Reautorizar")
    await page.until(f"Boolean({LINK})", LONG)
    chat = str(await page.evaluate("location.href"))
    await page.evaluate(f"location.href = {LINK}.href")
    await arrives(page, "button.go")
    return chat


async def ours_in_history(page: Page, stage: Stage) -> list[str]:
    entries = (await page.ask("Page.getNavigationHistory"))["entries"]
    base = stage.settings().server.public_url
    assert base is not None
    return [entry["url"].removeprefix(base) for entry in entries if entry["url"].startswith(base)]


async def test_a_permission_is_given_and_what_waited_goes_out(page: Page, act: Act, stage: Stage) -> None:
    chat = await follow_link(page, act)
    assert "@panaderia" in await page.text("main")
    await page.click("button.go")
    await arrives(page, "button[value=allow]")
    assert await page.evaluate("location.hostname") == "localhost"
    await page.click("button[value=allow]")
    await arrives(page, "body.good")
    assert "X, en orden" in await page.text("h1")
    history = await ours_in_history(page, stage)
    assert len(history) == 2
    assert history[1].startswith("/oauth/twitter/done/")
    assert not any(word in address for address in history for word in ("code=", "state="))
    assert [fault for fault in page.faults if "localhost" not in fault] == [], "no rule of ours is broken"
    assert await page.evaluate("document.cookie") == ""
    await page.goto(chat)
    await page.until("[...document.querySelectorAll('.bubble')].some(m => m.textContent.includes('🎉'))", LONG)
    await act.says("@panaderia está conectada")
    assert act.public()["twitter"] == [TEXT]
    draft = next(message for message in act.phone.chat if message.text == TEXT)
    live = [message for message in act.phone.chat if message.reply_to == draft.id]
    assert len(live) == 1, "the card became the live message and stayed it"
    assert "🎉" in live[0].text


async def test_one_who_cancels_can_try_again_on_the_spot(page: Page, act: Act) -> None:
    await follow_link(page, act)
    await page.click("button.go")
    await arrives(page, "button[value=cancel]")
    await page.click("button[value=cancel]")
    await arrives(page, "body.bad")
    assert "No diste el permiso en X" in await page.text("main")
    await page.click("a.go")
    await page.click("button.go")
    await arrives(page, "button[value=allow]")
    await page.click("button[value=allow]")
    await arrives(page, "body.good")
    await act.says("@panaderia está conectada")


async def test_the_answer_cannot_be_sent_again_from_the_history(page: Page, act: Act, stage: Stage) -> None:
    await follow_link(page, act)
    await page.click("button.go")
    await arrives(page, "button[value=allow]")
    await page.click("button[value=allow]")
    await arrives(page, "body.good")
    redeemed = list(stage.x.spent_codes)
    assert len(redeemed) == 1
    await page.ask("Page.reload")
    await arrives(page, "body.good")
    assert list(stage.x.spent_codes) == redeemed
    assert "X, en orden" in await page.text("h1")


@pytest.mark.parametrize("dark", [False, True])
async def test_the_page_fits_a_phone_and_a_thumb(chromium: Chromium, page: Page, act: Act, dark: bool) -> None:
    await follow_link(page, act)
    address = str(await page.evaluate("location.href"))
    async with chromium.page(address, width=390, height=844, touch=True, dark=dark) as phone:
        (button,) = await phone.boxes("button.go")
        assert button.height >= 48
        assert button.width >= 300
        assert button.top + button.height <= 844, "in reach without scrolling"
        assert await phone.evaluate("document.documentElement.scrollWidth") <= 390
        paper, ink = await phone.evaluate(
            "(style => [style.backgroundColor, style.color])(getComputedStyle(document.body))"
        )
        assert (brightness(paper) < brightness(ink)) is dark
        assert phone.faults == []


def brightness(colour: str) -> int:
    """Of "rgb(1, 2, 3)"."""
    return sum(int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(","))
