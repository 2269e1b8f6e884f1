"""The whole product in a browser: the bot as a process of its own, the networks, the page, a person's hands."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from browser.chromium import Chromium, Page

from bot.sandbox.networks import Fault, Kind
from bot.sandbox.playground import Playground, Taste, playground
from bot.sections import RetryPolicy, Simulator

TEXT = "El domingo hay roscón de reyes. Encarga el tuyo antes del viernes."
QUICK = Taste(simulator=Simulator(latency=(0.05, 0.1), failure_rate=0), retry=RetryPolicy(max_retries=0), pause=0.05)
LONG = 20.0


@pytest.fixture
async def ground(tmp_path: Path) -> AsyncIterator[Playground]:
    async with playground(tmp_path, QUICK) as ground, ground.supervisor.keep():
        yield ground


@pytest.fixture
async def page(chromium: Chromium, ground: Playground) -> AsyncIterator[Page]:
    """On a phone, once the bot is up."""
    async with ground.page.open() as address, chromium.page(address, width=390, height=844, touch=True) as page:
        await page.until("document.body.dataset.bot === 'up'", LONG)
        yield page


async def shows(page: Page, *parts: str) -> None:
    """Some message of the bot says all of this."""
    wanted = " && ".join(f"m.textContent.includes({part!r})" for part in parts)
    await page.until(f"[...document.querySelectorAll('.bubble')].some(m => {wanted})", LONG)


async def tap(page: Page, label: str) -> None:
    """The newest key that says so."""
    found = f"[...document.querySelectorAll('.key')].filter(k => k.textContent.includes({label!r})).at(-1)"
    await page.until(f"Boolean({found})", LONG)
    await page.evaluate(f"{found}.scrollIntoView({{block: 'center'}}), {found}.click()")


async def write(page: Page, text: str) -> None:
    await page.click(".field")
    await page.type(text)
    await page.press("Enter")


def held(ground: Playground) -> list[int]:
    return [len(network.posts) for network in ground.networks.by_key.values()]


async def test_a_draft_becomes_a_post_on_every_network(ground: Playground, page: Page) -> None:
    await write(page, TEXT)
    await tap(page, "Aprobar")
    await shows(page, "🎉")
    every = len(ground.networks.by_key)
    assert held(ground) == [1] * every
    await page.until(f"document.querySelectorAll('.card[data-card]').length >= {every}", LONG)


async def test_an_album_is_approved_and_stands_on_the_wall(
    ground: Playground, page: Page, pictures: list[Path]
) -> None:
    await page.choose_files("input[type=file]", pictures)
    await page.wait(".composer img, .composer canvas")
    await page.click(".send")
    await shows(page, "Con 3 imágenes")
    await tap(page, "Aprobar")
    await shows(page, "🎉")
    assert held(ground) == [1] * len(ground.networks.by_key)
    for network in ground.networks.by_key.values():
        assert len(network.posts[0].what.pictures) == 3


async def test_what_failed_is_tried_again_by_a_tap(ground: Playground, page: Page) -> None:
    first = next(iter(ground.networks.by_key))
    ground.networks.plan(first, Fault(Kind.UNAVAILABLE, times=3))
    await write(page, TEXT)
    await tap(page, "Aprobar")
    await tap(page, "Reintentar")
    await shows(page, "🎉")
    assert held(ground) == [1] * len(ground.networks.by_key)


async def test_an_ended_permission_is_renewed_behind_a_link_and_what_waited_goes_out(
    ground: Playground, page: Page
) -> None:
    first = next(iter(ground.networks.by_key))
    ground.networks.plan(first, Fault(Kind.EXPIRED))
    await write(page, TEXT)
    await tap(page, "Aprobar")
    await tap(page, "Reautorizar")
    link = "[...document.querySelectorAll('.bubble a')].find(a => a.href.includes('/o/'))"
    await page.until(f"Boolean({link})", LONG)
    await page.evaluate(f"location.href = {link}.href")
    await page.click("button.go")
    await page.click("a.yes")
    await page.until("document.querySelector('body.good a.go')?.checkVisibility()", LONG)
    await page.click("a.go")
    await page.until("document.body.dataset.bot === 'up'", LONG)
    await shows(page, "🎉")
    await shows(page, "está conectada")
    assert held(ground) == [1] * len(ground.networks.by_key)


async def test_killed_in_the_middle_it_ends_in_the_same_message(ground: Playground, page: Page) -> None:
    slow = next(iter(ground.networks.by_key.values()))
    ground.networks.plan(slow.key, Fault(Kind.SLOW, seconds=1.0))
    await write(page, TEXT)
    await tap(page, "Aprobar")
    await ground.telegram.until(lambda: slow.received, LONG)
    before = await page.count(".bubble")
    ground.supervisor.kill()
    await page.until("document.body.dataset.bot !== 'up'", LONG)
    await page.until("document.body.dataset.bot === 'up'", LONG)
    await shows(page, "🎉")
    assert held(ground) == [1] * len(ground.networks.by_key)
    assert await page.count(".bubble") == before
