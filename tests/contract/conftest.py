"""Every case of the contract runs once for each rig: each platform with each kind of credentials."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from fakes.rigged import Bench, set_up
from fakes.rigs import RIGS, Rig
from publishers.engine.ports import Store

FOLDER = Path(__file__).parent
KNOWN = {
    ("test_a_picture_that_is_gone", "instagram-public_address"): "the platform is sent to fetch a picture we lost",
    ("test_a_picture_that_is_gone", "instagram-own_login"): "the platform is sent to fetch a picture we lost",
    ("test_what_is_public_is_found_though_its_picture_is_gone", "facebook-"): (
        "the picture is read before the look, and a run that ends before its look is due again at once, for ever"
    ),
    ("test_a_look_that_fails_proves_nothing", "twitter-oauth1-lost"): (
        "aiohttp sends a GET again by itself when the server hangs up, with the same nonce: taken for an expired token"
    ),
    ("test_a_platform_that_repeats_what_we_sent", "twitter-"): "the platform's words are handed on as they are",
    ("test_what_was_altered_is_missing", "memory_shelf"): "the stand-in does not compare hashes",
    ("test_a_value_that_no_longer_keeps_is_made_again", "memory"): "the stand-in knows no `keeps`",
    ("test_a_doubt_", "memory"): "the stand-in performs what is armed again",
}
"""Faults found here that wait for their repair: words of a case's id → why. Once repaired, a line here fails."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for words, why in KNOWN.items():
            if FOLDER in item.path.parents and all(word in item.name for word in words):
                item.add_marker(pytest.mark.xfail(reason=why, strict=True))


@pytest.fixture(autouse=True)
def _one_context(monkeypatch: pytest.MonkeyPatch, _context: ssl.SSLContext) -> None:
    """Reading the certificates takes 20 ms, and nothing here is encrypted: all wires of the run share them."""
    monkeypatch.setattr(httpx, "create_ssl_context", lambda **_: _context)


@pytest.fixture(scope="session")
def _context() -> ssl.SSLContext:
    return httpx.create_ssl_context()


@pytest.fixture(params=RIGS, ids=str)
def rig(request: pytest.FixtureRequest) -> Rig:
    found = request.param
    assert isinstance(found, Rig)
    return found


@pytest.fixture
async def bench(rig: Rig, store: Store, tmp_path: Path) -> AsyncIterator[Bench]:
    async with set_up(rig, store, tmp_path) as bench:
        yield bench
