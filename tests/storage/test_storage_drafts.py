"""Drafts: kept once, decided once, at exactly the version that was seen."""

import asyncio
from dataclasses import replace

import pytest
from storage_samples import ANA, CHAT, LUIS, a_content, a_draft, later

from publishers.engine.model import DraftStatus, Target
from storage.store import Store


async def added(store: Store, number: int = 1) -> None:
    async with store.unit() as unit:
        assert await unit.drafts.add(a_draft(number, at=later(number)))


async def test_a_draft_comes_back_as_it_was_kept(store: Store) -> None:
    await added(store)
    async with store.view() as unit:
        assert await unit.drafts.draft("draft-1") == a_draft(1, at=later(1))
        assert await unit.drafts.draft("draft-2") is None


async def test_the_same_message_makes_one_draft(store: Store) -> None:
    await added(store)
    again = replace(a_draft(1), id="another")
    async with store.unit() as unit:
        assert not await unit.drafts.add(again)
        assert await unit.drafts.draft("another") is None


async def test_the_same_message_number_in_another_chat_is_another_draft(store: Store) -> None:
    await added(store)
    async with store.unit() as unit:
        assert await unit.drafts.add(replace(a_draft(1), id="another", chat_id=5))


async def test_pending_drafts_of_a_chat_oldest_first(store: Store) -> None:
    for number in (3, 1, 2):
        await added(store, number)
    async with store.unit() as unit:
        first = await unit.drafts.draft("draft-1")
        assert first is not None
        await unit.drafts.decide(first, actor=ANA, at=later(9), job_id=None)
    async with store.view() as unit:
        assert [draft.id for draft in await unit.drafts.pending(CHAT)] == ["draft-2", "draft-3"]
        assert await unit.drafts.pending(5) == []


async def test_a_change_makes_a_new_version(store: Store) -> None:
    await added(store)
    async with store.unit() as unit:
        changed = await unit.drafts.change(
            a_draft(1, at=later(1)), content=a_content("Otro"), targets=[Target("account-9")], dry_run=True
        )
    assert changed is not None
    assert (changed.version, changed.content.text, changed.dry_run) == (2, "Otro", True)
    async with store.view() as unit:
        assert await unit.drafts.draft("draft-1") == changed


async def test_what_is_not_given_is_not_changed(store: Store) -> None:
    await added(store)
    async with store.unit() as unit:
        changed = await unit.drafts.change(a_draft(1, at=later(1)), dry_run=True)
    assert changed == replace(a_draft(1, at=later(1)), version=2, dry_run=True)


async def test_an_old_version_can_neither_be_changed_nor_decided(store: Store) -> None:
    await added(store)
    async with store.unit() as unit:
        await unit.drafts.change(a_draft(1), dry_run=True)
    async with store.unit() as unit:
        assert await unit.drafts.change(a_draft(1), dry_run=False) is None
        assert not await unit.drafts.decide(a_draft(1), actor=ANA, at=later(2), job_id="job-1")


async def test_a_decided_draft_stays_as_it_is(store: Store) -> None:
    await added(store)
    async with store.unit() as unit:
        assert await unit.drafts.decide(a_draft(1), actor=ANA, at=later(2), job_id="job-1")
        assert await unit.drafts.change(a_draft(1), dry_run=True) is None
        assert not await unit.drafts.decide(a_draft(1), actor=LUIS, at=later(3), job_id=None)
    async with store.view() as unit:
        decided = await unit.drafts.draft("draft-1")
    assert decided is not None
    assert (decided.status, decided.decided_by, decided.decided_at, decided.job_id) == (
        DraftStatus.APPROVED,
        ANA,
        later(2),
        "job-1",
    )


async def test_of_many_approvals_of_one_version_one_wins(store: Store) -> None:
    await added(store)

    async def approve(number: int) -> bool:
        async with store.unit() as unit:
            return await unit.drafts.decide(a_draft(1), actor=ANA, at=later(number), job_id=f"job-{number}")

    assert sorted(await asyncio.gather(*map(approve, range(8)))) == [False] * 7 + [True]


async def test_both_decisions_are_in_the_ledger(store: Store) -> None:
    await added(store, 1)
    await added(store, 2)
    async with store.unit() as unit:
        await unit.drafts.decide(a_draft(1), actor=LUIS, at=later(2), job_id="job-1")
        await unit.drafts.decide(a_draft(2), actor=LUIS, at=later(3), job_id=None)
    async with store.view() as unit:
        events = await unit.ledger.events()
    decisions = [(e["event_type"], e["entity_id"], e["actor"]["name"]) for e in events[2:]]
    assert decisions == [("draft_approved", "draft-1", "Luis"), ("draft_discarded", "draft-2", "Luis")]


async def test_a_card_is_found_by_its_message_even_after_a_newer_one(store: Store) -> None:
    await added(store)
    async with store.unit() as unit:
        await unit.drafts.carded("draft-1", card_id=500, version=1, seal="s1")
        await unit.drafts.carded("draft-1", card_id=501, version=1, seal="s2")
    async with store.view() as unit:
        for message_id in (101, 500, 501):
            found = await unit.drafts.by_message(CHAT, message_id)
            assert found is not None
            assert (found.id, found.card_id, found.card_seal) == ("draft-1", 501, "s2")
        assert await unit.drafts.by_message(CHAT, 502) is None
        assert await unit.drafts.by_message(5, 500) is None


async def test_a_message_that_stands_for_two_drafts_means_the_newer(store: Store) -> None:
    await added(store)
    async with store.unit() as unit:
        await unit.drafts.carded("draft-1", card_id=500, version=1, seal="s1")
        again = replace(a_draft(2), source_id=500, created_at=later(60))
        assert await unit.drafts.add(again)
        found = await unit.drafts.by_message(CHAT, 500)
    assert found is not None
    assert found.id == again.id


@pytest.mark.parametrize(("version", "stale"), [(1, ["draft-1"]), (2, [])])
async def test_drafts_whose_card_shows_an_older_version(store: Store, version: int, stale: list[str]) -> None:
    await added(store)
    async with store.unit() as unit:
        await unit.drafts.change(a_draft(1), dry_run=True)
        await unit.drafts.carded("draft-1", card_id=500, version=version, seal="s")
        assert [draft.id for draft in await unit.drafts.uncarded()] == stale


async def test_drafts_without_a_card(store: Store) -> None:
    await added(store, 1)
    await added(store, 2)
    async with store.unit() as unit:
        await unit.drafts.decide(a_draft(1), actor=ANA, at=later(2), job_id=None)
        assert [draft.id for draft in await unit.drafts.uncarded()] == ["draft-2"]


async def test_last_targets_are_those_of_the_newest_decision(store: Store) -> None:
    async with store.view() as unit:
        assert await unit.drafts.last_targets(CHAT) == ()
    await added(store, 1)
    await added(store, 2)
    async with store.unit() as unit:
        changed = await unit.drafts.change(a_draft(2), targets=[Target("account-9", on=False, format="story")])
        assert changed is not None
        await unit.drafts.decide(changed, actor=ANA, at=later(5), job_id=None)
        await unit.drafts.decide(a_draft(1), actor=ANA, at=later(4), job_id=None)
        assert await unit.drafts.last_targets(CHAT) == (Target("account-9", on=False, format="story"),)
        assert await unit.drafts.last_targets(5) == ()
