"""What tests of the engine stand on: one network, and an engine that publishes there."""

from collections.abc import AsyncIterator

import pytest

from fakes.clock import FakeClock
from fakes.network import Network, scripted
from fakes.world import World
from publishers.engine.ports import Store


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def plaza(clock: FakeClock) -> Network:
    return Network(clock)


@pytest.fixture
async def world(store: Store, clock: FakeClock, plaza: Network) -> AsyncIterator[World]:
    world = World(store, clock, {"plaza": scripted(plaza)})
    yield world
    await world.kill()
