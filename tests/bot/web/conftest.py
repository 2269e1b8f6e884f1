"""The pages on a real socket, with networks that can be linked behind them."""

from collections.abc import AsyncIterator

import pytest

from fakes.consenting import Browser, House
from publishers.engine.ports import Store


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


@pytest.fixture
async def browser(house: House) -> AsyncIterator[Browser]:
    async with house.open() as browser:
        yield browser
