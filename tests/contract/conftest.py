"""Every case of the contract runs once for each rig: each platform with each kind of credentials."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from fakes.rigged import Bench, set_up
from fakes.rigs import RIGS, Rig
from publishers.engine.ports import Store


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
