"""One browser for all the tests of the page; each test has a page and a server of its own."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from browser import scenes
from browser.chromium import Chromium, Opens, Page, installed, launched
from browser.mock_stand import MockStand


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chromium]:
    if installed() is None:
        pytest.skip("no Chromium here: the page is not tested (install chromium or google-chrome)")
    with launched(tmp_path_factory.mktemp("chromium")) as running:
        yield running


@pytest.fixture
async def stand() -> AsyncIterator[MockStand]:
    async with MockStand(files=scenes.files()) as stand:
        stand.state["chat"] = scenes.chat()
        stand.state["wall"] = {"networks": [scenes.page(), scenes.photos(), scenes.short()]}
        yield stand


@pytest.fixture
def opened(chromium: Chromium, stand: MockStand) -> Opens:
    """`async with opened() as page`: the page on a desk, or with `phone=True` on a phone, once it shows its state."""

    @asynccontextmanager
    async def open_page(*, phone: bool = False, path: str = "/", **dress: object) -> AsyncIterator[Page]:
        size = {"width": 390, "height": 844, "touch": True} if phone else {}
        async with chromium.page(stand.url + path, **size, **dress) as page:  # type: ignore[arg-type] # what a screen has
            await page.until("document.querySelectorAll('.networks > *').length > 0")
            yield page
            refused = [
                fault for fault in page.faults if "ERR_CONNECTION_REFUSED" not in fault and "status of 400" not in fault
            ]
            assert refused == [], "nothing goes wrong in the console, no rule of the server is broken"
            assert [address for address in page.requests if not address.startswith(stand.url)] == []

    return open_page


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    """Three photos on the disk of the person."""
    files = [tmp_path / f"pan-{number}.jpg" for number in range(3)]
    for number, file in enumerate(files):
        file.write_bytes(scenes.photo(number))
    return files
