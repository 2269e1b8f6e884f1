"""Deliveries: claims, guarded moves, recovery, release; each with its rows in the ledger."""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from storage_samples import ANA, NOON, a_draft, a_job, add_account, claim_all, go, later, look_up, open_job

from fakes.claiming import claim as claim_due
from publishers.engine.contract import Receipt
from publishers.engine.errors import Needs
from publishers.engine.model import SYSTEM, Delivery, DeliveryStatus, IllegalMove, Move, Wait
from storage.store import Store

S = DeliveryStatus
FREE = {"alpha": 5, "beta": 5}


async def claim(store: Store, at: datetime = NOON, free: dict[str, int] = FREE, most: int = 50) -> list[str]:
    async with store.unit() as unit:
        return [delivery.id for delivery in await claim_due(unit, at, free, most)]


async def events(store: Store, delivery: Delivery) -> list[dict[str, Any]]:
    async with store.view() as unit:
        return await unit.ledger.events(delivery.id)


async def test_a_job_comes_back_as_it_was_opened(store: Store) -> None:
    job = await open_job(store, "alpha beta")
    async with store.view() as unit:
        assert await unit.jobs.job(job.id) == job


async def test_a_claim_moves_to_publishing(store: Store) -> None:
    await open_job(store)
    async with store.unit() as unit:
        [claimed] = await claim_due(unit, NOON, FREE, 50)
    assert (claimed.status, claimed.version) == (S.PUBLISHING, 1)
    assert await look_up(store, claimed) == claimed
    assert await claim(store) == []


async def test_what_waits_is_claimed_when_due(store: Store) -> None:
    await open_job(store)
    [claimed] = await claim_all(store)
    await go(store, claimed, Move(S.WAITING, due_at=later(60), wait=Wait.RETRY, code="unavailable", spent=True))
    assert await claim(store, later(59.9)) == []
    async with store.unit() as unit:
        [again] = await claim_due(unit, later(60), FREE, 50)
    assert (again.attempts, again.due_at, again.wait, again.code) == (1, None, None, None)


async def test_a_doubt_is_claimed_when_a_look_is_due(store: Store) -> None:
    await open_job(store)
    [claimed] = await claim_all(store)
    await go(store, claimed, Move(S.UNCONFIRMED, due_at=later(5), looks=1))
    assert await claim(store, later(4)) == []
    async with store.unit() as unit:
        [again] = await claim_due(unit, later(5), FREE, 50)
    assert again.looks == 1


async def test_a_doubt_that_awaits_a_person_is_not_claimed(store: Store) -> None:
    await open_job(store)
    [claimed] = await claim_all(store)
    await go(store, claimed, Move(S.UNCONFIRMED))
    assert await claim(store, later(9999)) == []


async def test_pending_is_always_due(store: Store) -> None:
    await open_job(store, at=later(100))
    assert await claim(store, NOON) == ["job-1-a"]


async def test_oldest_first_and_at_most_what_is_free(store: Store) -> None:
    for number in (3, 1, 2):
        await open_job(store, "alpha beta", number, at=later(number))
    assert await claim(store, later(9), {"alpha": 2, "beta": 1}) == ["job-1-a", "job-1-b", "job-2-a"]
    assert await claim(store, later(9), {"alpha": 0, "beta": 5}, most=1) == ["job-2-b"]
    assert await claim(store, later(9), {"gamma": 5}) == []
    assert await claim(store, later(9), {}) == []
    assert await claim(store, later(9)) == ["job-3-a", "job-3-b"]


async def test_what_has_no_slot_takes_the_place_of_nobody_else(store: Store) -> None:
    for number in range(1, 5):
        await open_job(store, "alpha beta", number, at=later(number))
    async with store.view() as unit:
        uneven = await unit.deliveries.due(later(9), {"alpha": 0, "beta": 1}, 1)
        taken = await unit.deliveries.due(later(9), FREE, 2, taken={each.account_id: 4 for each in uneven})
    assert [each.id for each in uneven] == ["job-1-b"]
    assert [each.id for each in taken] == ["job-1-a", "job-1-b"]


async def test_two_claims_at_once_are_disjoint(store: Store) -> None:
    for number in range(1, 9):
        await open_job(store, "alpha beta", number)
    claims = await asyncio.gather(*(claim(store, NOON, {"alpha": 2, "beta": 2}) for _ in range(4)))
    claimed = [delivery_id for ids in claims for delivery_id in ids]
    assert len(claimed) == len(set(claimed)) == 16


async def test_a_move_keeps_what_it_says_and_nothing_of_before(store: Store) -> None:
    await open_job(store)
    [claimed] = await claim_all(store)
    move = Move(S.BLOCKED, needs=Needs.EDIT, code="rejected", params={"why": "ñ"}, reason="r", spent=True, detail="No.")
    blocked = await go(store, claimed, move)
    assert await look_up(store, claimed) == blocked
    assert (blocked.needs, blocked.code, blocked.params, blocked.reason, blocked.attempts) == (
        Needs.EDIT,
        "rejected",
        {"why": "ñ"},
        "r",
        1,
    )
    pending = await go(store, blocked, S.PENDING)
    assert (pending.needs, pending.code, pending.params, pending.reason, pending.attempts) == (None, None, {}, None, 1)


async def test_of_two_moves_from_one_version_the_second_finds_nothing(store: Store) -> None:
    await open_job(store)
    [claimed] = await claim_all(store)
    published = await go(store, claimed, S.PUBLISHED)
    async with store.unit() as unit:
        assert await unit.deliveries.move(claimed, Move(S.FAILED), actor=SYSTEM, at=NOON) is None
    assert await look_up(store, claimed) == published
    assert [event["event_type"] for event in await events(store, claimed)].count("delivery_moved") == 2


async def test_an_illegal_move_is_refused(store: Store) -> None:
    await open_job(store)
    [claimed] = await claim_all(store)
    async with store.unit() as unit:
        with pytest.raises(IllegalMove):
            await unit.deliveries.move(claimed, Move(S.SKIPPED), actor=ANA, at=NOON)
        with pytest.raises(IllegalMove):
            await unit.deliveries.move(claimed, Move(S.WAITING), actor=ANA, at=NOON)
    assert await look_up(store, claimed) == claimed


async def test_looks_last_as_long_as_the_doubt(store: Store) -> None:
    await open_job(store)
    [claimed] = await claim_all(store)
    doubtful = await go(store, claimed, Move(S.UNCONFIRMED, due_at=NOON, looks=1))
    [looking] = await claim_all(store)
    assert (doubtful.looks, looking.looks) == (1, 1)
    doubtful = await go(store, looking, Move(S.UNCONFIRMED, due_at=NOON, looks=2))
    assert doubtful.looks == 2
    [looking] = await claim_all(store)
    assert (await go(store, looking, S.WAITING)).looks == 0


async def test_a_moved_delivery_has_the_receipts_of_now(store: Store) -> None:
    await open_job(store)
    [claimed] = await claim_all(store)
    async with store.unit() as unit:
        await unit.steps.arm(claimed, "post", "m", NOON)
        await unit.steps.receive(claimed.id, "post", Receipt("x1", "https://example.org/x1"), NOON)
    published = await go(store, claimed, S.PUBLISHED)
    assert published.permalink == "https://example.org/x1"
    assert (await events(store, claimed))[-1]["metadata"] == {
        "platform": "alpha",
        "publish_log_id": claimed.id,
        "external_post_id": "x1",
        "external_url": "https://example.org/x1",
    }


async def test_the_ledger_tells_the_whole_story_once(store: Store) -> None:
    await open_job(store)
    [claimed] = await claim_all(store)
    await go(store, claimed, Move(S.WAITING, due_at=NOON, wait=Wait.RETRY, spent=True))
    [claimed] = await claim_all(store)
    failed = await go(store, claimed, Move(S.FAILED, code="unavailable", detail="HTTP 503", spent=True))
    await go(store, failed, Move(S.SKIPPED, reason="omitted"))
    told = await events(store, claimed)
    assert [(e["event_type"], e["metadata"].get("from"), e["metadata"].get("to")) for e in told] == [
        ("delivery_moved", "pending", "publishing"),
        ("publish_started", None, None),
        ("delivery_moved", "publishing", "waiting"),
        ("delivery_moved", "waiting", "publishing"),
        ("delivery_moved", "publishing", "failed"),
        ("publish_failed", None, None),
        ("delivery_moved", "failed", "skipped"),
    ]
    started, failure = told[1], told[5]
    assert started["metadata"] == {
        "platform": "alpha",
        "publish_log_id": claimed.id,
        "social_account_id": claimed.account_id,
    }
    assert failure["metadata"] == {
        "platform": "alpha",
        "publish_log_id": claimed.id,
        "error": "unavailable: HTTP 503",
    }
    assert told[-1]["actor"] == {"id": ANA.id, "name": ANA.name}


async def test_simulated_deliveries_are_marked_in_the_ledger(store: Store) -> None:
    async with store.unit() as unit:
        account = await add_account(unit)
    job = a_job([account])
    job = replace(job, deliveries=tuple(replace(d, simulated=True, dry_run=True) for d in job.deliveries))
    async with store.unit() as unit:
        await unit.drafts.add(a_draft())
        await unit.deliveries.open(job)
    [claimed] = await claim_all(store)
    assert (claimed.simulated, claimed.dry_run) == (True, True)
    assert all(event["metadata"]["simulated"] for event in await events(store, claimed))


async def test_recovery_voids_every_claim(store: Store) -> None:
    await open_job(store, "alpha beta gamma")
    armed, done, fresh = await claim_all(store)
    async with store.unit() as unit:
        await unit.steps.arm(armed, "post", "m", NOON)
        await unit.steps.arm(done, "post", "other", NOON)
        await unit.steps.receive(done.id, "post", Receipt("x1"), NOON)
    async with store.unit() as unit:
        assert await unit.deliveries.recover(later(9)) == 3
        assert await unit.deliveries.recover(later(9)) == 0
    states = [await look_up(store, delivery) for delivery in (armed, done, fresh)]
    assert [(state.status, state.due_at) for state in states] == [
        (S.UNCONFIRMED, later(9)),
        (S.PENDING, None),
        (S.PENDING, None),
    ]
    assert [state.version for state in states] == [2, 2, 2]


async def test_skipping_what_is_armed_leaves_the_fence_to_its_caller(store: Store) -> None:
    await open_job(store)
    [claimed] = await claim_all(store)
    async with store.unit() as unit:
        await unit.steps.arm(claimed, "post", "m", NOON)
    doubtful = await go(store, claimed, S.UNCONFIRMED)
    await go(store, doubtful, Move(S.SKIPPED, reason="omitted"))
    async with store.view() as unit:
        assert await unit.steps.armed(claimed.id) is not None


async def test_recovery_leaves_what_was_not_claimed(store: Store) -> None:
    await open_job(store)
    [claimed] = await claim_all(store)
    blocked = await go(store, claimed, S.BLOCKED)
    async with store.unit() as unit:
        assert await unit.deliveries.recover(later(9)) == 0
    assert await look_up(store, claimed) == blocked


async def test_omit_survives_a_restart_and_a_wait(store: Store) -> None:
    await open_job(store, "alpha beta")
    first, second = await claim_all(store)
    async with store.unit() as unit:
        await unit.deliveries.omit(first.id)
        await unit.deliveries.omit(second.id)
        waiting = await unit.deliveries.move(first, Move(S.WAITING, due_at=NOON), actor=SYSTEM, at=NOON)
    async with store.unit() as unit:
        await unit.deliveries.recover(NOON)
    assert waiting is not None
    assert waiting.omit
    assert [delivery.omit for delivery in await claim_all(store)] == [True, True]


async def test_a_person_who_sends_it_again_takes_omit_back(store: Store) -> None:
    await open_job(store)
    [claimed] = await claim_all(store)
    async with store.unit() as unit:
        await unit.deliveries.omit(claimed.id)
    failed = await go(store, claimed, S.FAILED)
    assert failed.omit
    assert not (await go(store, failed, S.PENDING)).omit
    assert not (await look_up(store, claimed)).omit


async def test_only_what_is_publishing_can_be_told_to_stop(store: Store) -> None:
    job = await open_job(store)
    async with store.unit() as unit:
        await unit.deliveries.omit(job.deliveries[0].id)
    assert not (await look_up(store, job.deliveries[0])).omit


class TestRelease:
    blocked = Move(S.BLOCKED, needs=Needs.AUTHORIZATION, code="auth_expired")

    @staticmethod
    async def release(store: Store) -> list[str]:
        async with store.unit() as unit:
            return await unit.deliveries.release(later(9))

    @staticmethod
    async def renew(store: Store) -> None:
        async with store.unit() as unit:
            await add_account(unit, "alpha")

    async def test_new_credentials_free_what_waited_for_them(self, store: Store) -> None:
        await open_job(store, "alpha alpha beta")
        for delivery in await claim_all(store):
            await go(store, delivery, self.blocked)
        assert await self.release(store) == []
        await self.renew(store)
        assert await self.release(store) == ["job-1"]
        assert await claim(store) == ["job-1-a", "job-1-b"]

    async def test_what_must_be_edited_stays(self, store: Store) -> None:
        await open_job(store)
        [claimed] = await claim_all(store)
        await go(store, claimed, replace(self.blocked, needs=Needs.EDIT))
        await self.renew(store)
        assert await self.release(store) == []

    async def test_refused_and_removed_accounts_free_nothing(self, store: Store) -> None:
        job = await open_job(store)
        [claimed] = await claim_all(store)
        await go(store, claimed, self.blocked)
        await self.renew(store)
        account_id = job.deliveries[0].account_id
        async with store.unit() as unit:
            await unit.accounts.refused(account_id, 2)
        assert await self.release(store) == []
        await self.renew(store)
        async with store.unit() as unit:
            await unit.accounts.remove(account_id, NOON)
        assert await self.release(store) == []

    async def test_credentials_that_came_while_it_ran_count_as_newer(self, store: Store) -> None:
        await open_job(store)
        [claimed] = await claim_all(store)
        await self.renew(store)
        await go(store, claimed, self.blocked)
        assert await self.release(store) == ["job-1"]

    async def test_a_block_without_a_try_counts_from_the_present_credentials(self, store: Store) -> None:
        await open_job(store)
        [claimed] = await claim_all(store)
        waiting = await go(store, claimed, S.WAITING)
        await self.renew(store)
        await go(store, waiting, self.blocked)
        assert await self.release(store) == []
        await self.renew(store)
        assert await self.release(store) == ["job-1"]
