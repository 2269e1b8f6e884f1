"""Linkings: one open at a time, states for one use, and nothing readable of what opens an account."""

from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from storage_samples import ANA, CHAT, LUIS, NOON, later

from publishers.engine.authorization import Ticket
from publishers.engine.contract import Identity
from publishers.engine.linkings import Linking, Stage
from publishers.engine.model import Actor
from storage.database import FILE
from storage.store import Store

HOUR = timedelta(hours=1)
UNTIL = later(600)


def a_linking(number: int = 1, *, by: Actor = ANA, platform: str = "plaza", account_id: str | None = None) -> Linking:
    return Linking(f"linking-{number}", platform, CHAT, by, NOON + HOUR, account_id)


def a_ticket(state: str = "state-1") -> Ticket:
    return Ticket(state, SecretStr(f"verifier-of-{state}"), "https://bot.example/oauth/plaza/return")


async def offered(store: Store, linking: Linking, nonce: str = "nonce-1", after: float = 0) -> None:
    async with store.unit() as unit:
        await unit.linkings.offer(linking, nonce, later(after))


async def asked(store: Store, linking_id: str, state: str = "state-1", browser: str | None = None) -> bool:
    async with store.unit() as unit:
        return await unit.linkings.ask(linking_id, a_ticket(state), browser, UNTIL)


async def stage(store: Store, number: int = 1) -> Stage:
    async with store.view() as unit:
        found = await unit.linkings.linking(f"linking-{number}")
    assert found is not None
    return found.stage


async def test_what_is_offered_is_found_by_its_nonce_and_by_its_id(store: Store) -> None:
    async with store.unit() as unit:
        account, _ = await unit.accounts.add("plaza", Identity("1", "@a"), "{}", expires_at=None, at=NOON)
    linking = a_linking(account_id=account.id)
    await offered(store, linking)
    async with store.view() as unit:
        assert await unit.linkings.offered("nonce-1") == linking
        assert await unit.linkings.linking("linking-1") == linking
        assert await unit.linkings.offered("nonce-2") is None
        assert await unit.linkings.offered("linking-1") is None


async def test_a_delegated_one_stays_delegated(store: Store) -> None:
    await offered(store, Linking("linking-1", "plaza", CHAT, ANA, NOON + HOUR, delegated=True))
    async with store.view() as unit:
        found = await unit.linkings.linking("linking-1")
    assert found is not None
    assert found.delegated


async def test_an_earlier_one_for_the_same_ends(store: Store) -> None:
    await offered(store, a_linking(1), "one")
    await asked(store, "linking-1")
    await offered(store, a_linking(2), "two")
    assert [await stage(store, number) for number in (1, 2)] == [Stage.REFUSED, Stage.OFFERED]
    async with store.unit() as unit:
        assert await unit.linkings.answered("state-1") is None


@pytest.mark.parametrize("other", [a_linking(2, by=LUIS), a_linking(2, platform="diario")])
async def test_one_for_somebody_or_something_else_does_not_end_it(store: Store, other: Linking) -> None:
    await offered(store, a_linking(1), "one")
    await offered(store, other, "two")
    assert await stage(store, 1) is Stage.OFFERED


async def test_one_that_is_done_stays_done(store: Store) -> None:
    await offered(store, a_linking(1), "one")
    async with store.unit() as unit:
        assert await unit.linkings.close("linking-1", Stage.DONE, NOON)
    await offered(store, a_linking(2), "two")
    assert await stage(store, 1) is Stage.DONE


async def test_an_answer_finds_what_was_kept_and_uses_the_state_up(store: Store) -> None:
    await offered(store, a_linking())
    assert await asked(store, "linking-1", browser="b" * 64)
    async with store.unit() as unit:
        asking = await unit.linkings.answered("state-1")
        again = await unit.linkings.answered("state-1")
    assert asking is not None
    assert (asking.linking.id, asking.linking.stage) == ("linking-1", Stage.ASKING)
    assert (asking.ticket, asking.browser, asking.until) == (a_ticket(), "b" * 64, UNTIL)
    assert again is None


async def test_asking_anew_voids_the_earlier_state(store: Store) -> None:
    await offered(store, a_linking())
    await asked(store, "linking-1", "first")
    await asked(store, "linking-1", "second")
    async with store.unit() as unit:
        assert await unit.linkings.answered("first") is None
        assert await unit.linkings.answered("second") is not None


async def test_after_a_used_state_it_can_be_asked_again(store: Store) -> None:
    await offered(store, a_linking())
    await asked(store, "linking-1", "first")
    async with store.unit() as unit:
        await unit.linkings.answered("first")
    assert await asked(store, "linking-1", "second")


async def test_what_is_over_is_not_asked(store: Store) -> None:
    await offered(store, a_linking())
    async with store.unit() as unit:
        await unit.linkings.close("linking-1", Stage.REFUSED, NOON)
    assert not await asked(store, "linking-1")
    assert not await asked(store, "linking-404")


async def test_the_newest_that_waits_for_an_answer_is_open(store: Store) -> None:
    await offered(store, a_linking(1), "one")
    await offered(store, a_linking(2, platform="diario"), "two", after=5)
    await offered(store, a_linking(3, platform="muro"), "three", after=9)
    await offered(store, a_linking(4, by=LUIS), "four", after=10)
    for number in (1, 2, 4):
        await asked(store, f"linking-{number}", f"state-{number}")
    async with store.view() as unit:
        newest = await unit.linkings.open(CHAT, ANA.id)
        named = await unit.linkings.open(CHAT, ANA.id, "plaza")
        elsewhere = await unit.linkings.open(CHAT + 1, ANA.id)
    assert newest is not None
    assert named is not None
    assert (newest.linking.id, newest.ticket.state, named.linking.id) == ("linking-2", "state-2", "linking-1")
    assert elsewhere is None
    async with store.unit() as unit:
        assert await unit.linkings.answered("state-2") is not None, "looking at it used nothing up"
        left = await unit.linkings.open(CHAT, ANA.id)
    assert left is not None
    assert left.linking.id == "linking-1"


async def test_candidates_are_kept_until_it_is_closed(store: Store) -> None:
    await offered(store, a_linking())
    await asked(store, "linking-1")
    async with store.unit() as unit:
        assert await unit.linkings.propose("linking-1", '["token"]', NOON)
        assert not await unit.linkings.propose("linking-1", '["other"]', NOON), "it is no longer asking"
        kept = await unit.linkings.proposed("linking-1")
        assert await unit.linkings.close("linking-1", Stage.DONE, NOON)
        assert not await unit.linkings.close("linking-1", Stage.REFUSED, NOON)
        assert await unit.linkings.proposed("linking-1") is None
    assert kept == SecretStr('["token"]')
    assert await stage(store) is Stage.DONE


async def test_nothing_is_proposed_for_one_that_was_replaced(store: Store) -> None:
    await offered(store, a_linking(1), "one")
    await asked(store, "linking-1")
    await offered(store, a_linking(2), "two")
    async with store.unit() as unit:
        assert not await unit.linkings.propose("linking-1", "[]", NOON)
        assert await unit.linkings.proposed("linking-1") is None


def written(data_dir: Path) -> list[bytes]:
    """The bytes of the database and of what stands beside it."""
    return [path.read_bytes() for path in data_dir.glob(f"{FILE}*")]


async def test_no_secret_stands_in_the_file(store: Store, data_dir: Path) -> None:
    secrets = [b"nonce-of-a-link", b"state-of-a-link", b"verifier-of-state", b"token-of-a-candidate"]
    await offered(store, a_linking(), "nonce-of-a-link")
    await asked(store, "linking-1", "state-of-a-link")
    found = written(data_dir)
    assert any(b"linking-1" in data for data in found)
    async with store.unit() as unit:
        await unit.linkings.propose("linking-1", "token-of-a-candidate", NOON)
    found += written(data_dir)
    assert [secret for secret in secrets if any(secret in data for data in found)] == []


async def test_the_ledger_tells_who_asked_and_how_it_ended(store: Store) -> None:
    await offered(store, a_linking())
    await asked(store, "linking-1")
    async with store.unit() as unit:
        await unit.linkings.propose("linking-1", "[]", NOON)
        await unit.linkings.close("linking-1", Stage.DONE, NOON)
        events = await unit.ledger.events("linking-1")
    assert [event["event_type"] for event in events] == ["linking_offered", "linking_proposed", "linking_done"]
    assert {str(event["actor"]) for event in events} == {str(events[0]["actor"])}
    assert ANA.name in str(events[0]["actor"]) or str(ANA.id) in str(events[0]["actor"])


async def test_what_ended_long_ago_is_forgotten(store: Store) -> None:
    for number, by in enumerate((ANA, LUIS, Actor(9, "Eva")), start=1):
        await offered(store, a_linking(number, by=by), f"nonce-{number}")
    async with store.unit() as unit:
        await unit.linkings.close("linking-1", Stage.DONE, later(60))
        await unit.linkings.close("linking-2", Stage.DONE, later(120))
        assert await unit.linkings.purge(later(61)) == 1
        assert await unit.linkings.linking("linking-1") is None
        assert await unit.linkings.purge(NOON + HOUR + timedelta(seconds=1)) == 2
