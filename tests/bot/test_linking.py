"""Linking when something dies or goes away: a code that was used is never used for nothing."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from bot.outcomes import Found, Outcome, Refused, read, refusal, sentences, written
from bot.render.linked import MOST_CANDIDATES, linked
from bot.screen import Verb
from bot.tidying import LINKINGS_KEPT, Tidying
from fakes.clock import FakeClock
from fakes.consenting import CARMEN, CHAT, House, candidate
from publishers.engine.contract import Identity
from publishers.engine.errors import NotPermitted
from publishers.engine.linkings import Linking, Stage
from publishers.engine.ports import Store
from publishers.engine.retention import Keeps

LINKING = Linking("00000000-0000-4000-8000-000000000001", "plaza", CHAT, CARMEN, FakeClock().at, delegated=True)


@pytest.fixture
def house(store: Store) -> House:
    return House(store)


async def asking(house: House) -> str:
    """The state of a browser that left."""
    link = await house.offer()
    left = await house.linker.leave(link.rpartition("/")[2])
    return str(left.state)  # type: ignore[union-attr] # it could


async def test_who_goes_away_while_a_code_is_exchanged_is_connected_all_the_same(house: House) -> None:
    state = await asking(house)
    house.plaza.gate = asyncio.Event()
    waiting = asyncio.create_task(house.linker.complete(state, house.plaza.agree(), None, None, "plaza"))
    async with asyncio.timeout(5):
        while not house.plaza.exchanged:
            await asyncio.sleep(0.002)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    house.plaza.gate.set()
    await house.linker.stop()
    assert [told.key for told in house.told.outcomes] == ["link.confirm"]


async def test_a_stop_waits_for_a_code_that_is_being_used(house: House) -> None:
    state = await asking(house)
    house.plaza.gate = asyncio.Event()
    waiting = asyncio.create_task(house.linker.complete(state, house.plaza.agree(), None, None, "plaza"))
    async with asyncio.timeout(5):
        while not house.plaza.exchanged:
            await asyncio.sleep(0.002)
    stopping = asyncio.create_task(house.linker.stop())
    await asyncio.sleep(0.01)
    assert not stopping.done()
    house.plaza.gate.set()
    await stopping
    assert (await waiting).stage is Stage.CHOOSING


async def test_a_new_link_while_a_code_is_exchanged_wins(house: House) -> None:
    state = await asking(house)
    house.plaza.gate = asyncio.Event()
    waiting = asyncio.create_task(house.linker.complete(state, house.plaza.agree(), None, None, "plaza"))
    async with asyncio.timeout(5):
        while not house.plaza.exchanged:
            await asyncio.sleep(0.002)
    await house.offer()
    house.plaza.gate.set()
    assert (await waiting).key == "link.unknown"
    assert await house.accounts() == []


async def test_a_network_without_consent_and_without_keys_links_nothing(house: House) -> None:
    assert house.linker.links("plaza")
    assert house.linker.takes_keys("plaza")
    assert not house.linker.links("nowhere")
    assert not house.linker.takes_keys("nowhere")


async def test_a_linking_for_what_was_switched_off_cannot_be_opened(house: House) -> None:
    link = await house.offer()
    del house.linker.leaving.consents.connected["plaza"]  # type: ignore[attr-defined] # a dict here
    assert (await house.linker.look(link.rpartition("/")[2])).fault is not None


async def test_old_linkings_are_tidied_away(house: House) -> None:
    class Nothing:
        async def old(self) -> frozenset[str]:
            return frozenset()

        async def discard(self, sha256s: Any) -> int:
            raise AssertionError(sha256s)

    link = await house.offer()
    tidying = Tidying(house.store, Nothing(), house.clock, Keeps(timedelta(), 0, timedelta()))
    house.clock.advance((LINKINGS_KEPT + timedelta(minutes=59)).total_seconds())
    await tidying.tidy()
    assert (await house.linker.look(link.rpartition("/")[2])).linking is not None
    house.clock.advance(120)
    await tidying.tidy()
    assert (await house.linker.look(link.rpartition("/")[2])).linking is None


# -- as data, and as words ---------------------------------------------------------------------------------------------


def test_candidates_come_back_as_they_were(house: House) -> None:
    expiry = house.clock.at
    found = [Found.of(candidate()), Found(Identity("2", '"ñ"'), '{"a": 1}', expiry)]
    assert read(SecretStr(written(found))) == found


def test_what_a_network_says_of_its_own_is_told_in_its_words(house: House) -> None:
    refused = refusal(NotPermitted(code="personal_account", params={"name": "@ana"}))
    told = sentences(Outcome(Stage.REFUSED, refused.key, refused.params), house.words(None))
    assert told == ("error.personal_account", "error.personal_account.todo")
    assert isinstance(refused, Refused)


def screen_of(house: House, *names: str) -> tuple[str, list[list[tuple[str, str | None]]]]:
    candidates = tuple(Identity(str(number), name) for number, name in enumerate(names))
    outcome = Outcome(Stage.CHOOSING, "link.choose", candidates=candidates, linking=LINKING)
    screen = linked(outcome, "Plaza", house.words(None), house.clock.at)
    return screen.text, [[(button.label, button.data) for button in row] for row in screen.buttons]


def test_one_account_is_confirmed(house: House) -> None:
    text, rows = screen_of(house, "@panadería <b>")
    assert text == "🔗 En <b>Plaza</b> se ha autorizado @panadería &lt;b&gt;. ¿La conecto?"
    assert rows == [
        [("✅ Sí, conectar @panadería <b>", Verb.LINKED(LINKING.id, 0))],
        [("No es esa", Verb.NOT_LINKED(LINKING.id))],
    ]


def test_one_of_several_is_picked(house: House) -> None:
    text, rows = screen_of(house, "@panaderia", "@obrador")
    assert "¿Cuál conecto?" in text
    assert [row[0][1] for row in rows] == [
        Verb.LINKED(LINKING.id, 0),
        Verb.LINKED(LINKING.id, 1),
        Verb.NOT_LINKED(LINKING.id),
    ]


def test_only_so_many_are_shown(house: House) -> None:
    assert len(screen_of(house, *(f"@{number}" for number in range(60)))[1]) == MOST_CANDIDATES + 1
