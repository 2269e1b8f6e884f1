"""Jobs: found by their messages, and told of until the chat knows their last word."""

from storage_samples import CHAT, NOON, claim_all, go, later, open_job

from publishers.engine.model import DeliveryStatus, Job
from storage.database import Database
from storage.store import Store
from storage.vault import Vault


async def open_jobs(store: Store) -> list[str]:
    async with store.view() as unit:
        return await unit.jobs.open_jobs()


async def shown(store: Store, job: Job, live_id: int = 900, digest: str = "d") -> None:
    async with store.unit() as unit:
        await unit.jobs.shown(job.id, live_id=live_id, digest=digest)


async def finish(store: Store) -> None:
    for delivery in await claim_all(store):
        await go(store, delivery, DeliveryStatus.PUBLISHED)


async def test_the_newest_jobs_of_a_chat(store: Store) -> None:
    for number in (2, 1, 3):
        await open_job(store, "alpha beta", number, at=later(number))
    async with store.view() as unit:
        newest = await unit.jobs.latest(CHAT, 2)
        assert [job.id for job in newest] == ["job-3", "job-2"]
        assert [delivery.id for delivery in newest[1].deliveries] == ["job-2-a", "job-2-b"]
        assert await unit.jobs.latest(5) == []
        assert await unit.jobs.job("job-9") is None


async def test_a_job_is_found_by_its_live_messages_and_its_alert(store: Store) -> None:
    job = await open_job(store)
    await shown(store, job, 900)
    await shown(store, job, 901)
    async with store.unit() as unit:
        await unit.jobs.alerted(job.id, alert_id=950, digest="a")
    async with store.view() as unit:
        for message_id in (900, 901, 950):
            found = await unit.jobs.by_message(CHAT, message_id)
            assert found is not None
            assert (found.id, found.live_id, found.alert_id) == (job.id, 901, 950)
        assert await unit.jobs.by_message(CHAT, 902) is None
        assert await unit.jobs.by_message(5, 900) is None


async def test_a_card_may_become_the_live_message(store: Store) -> None:
    job = await open_job(store)
    async with store.unit() as unit:
        await unit.drafts.carded("draft-1", card_id=900, version=1, seal="s")
        await unit.jobs.shown(job.id, live_id=900, digest="d")
    async with store.view() as unit:
        draft, found = await unit.drafts.by_message(CHAT, 900), await unit.jobs.by_message(CHAT, 900)
    assert draft is not None
    assert found is not None
    assert (draft.id, found.id) == ("draft-1", "job-1")


async def test_what_the_messages_said_last(store: Store) -> None:
    job = await open_job(store)
    async with store.unit() as unit:
        assert await unit.jobs.digests(job.id) == (None, None)
        await unit.jobs.shown(job.id, live_id=900, digest="live")
        await unit.jobs.alerted(job.id, alert_id=950, digest="alert")
        assert await unit.jobs.digests(job.id) == ("live", "alert")
        assert await unit.jobs.digests("job-9") == (None, None)


async def test_unfinished_jobs_are_open_shown_or_not(store: Store) -> None:
    second = await open_job(store, "alpha", 2, at=later(2))
    await open_job(store, "alpha", 1, at=later(1))
    await shown(store, second)
    assert await open_jobs(store) == ["job-1", "job-2"]


async def test_a_finished_job_is_open_until_it_is_shown(store: Store) -> None:
    job = await open_job(store, "alpha beta")
    await shown(store, job)
    await finish(store)
    assert await open_jobs(store) == [job.id]
    await shown(store, job)
    assert await open_jobs(store) == []


async def test_a_failed_job_that_is_moved_again_is_open_again(store: Store) -> None:
    job = await open_job(store)
    [claimed] = await claim_all(store)
    failed = await go(store, claimed, DeliveryStatus.FAILED)
    await shown(store, job)
    assert await open_jobs(store) == []
    await go(store, failed, DeliveryStatus.SKIPPED)
    assert await open_jobs(store) == [job.id]


async def test_the_next_life_looks_once_at_what_was_told_last(store: Store, database: Database, vault: Vault) -> None:
    """The earlier life may have told of an older state than the last one."""
    job = await open_job(store)
    await finish(store)
    await shown(store, job)
    next_life = Store(database, vault)
    assert await open_jobs(next_life) == [job.id]
    assert await open_jobs(next_life) == []


async def test_the_last_tap_is_kept(store: Store) -> None:
    job = await open_job(store)
    async with store.unit() as unit:
        await unit.jobs.tapped(job.id, NOON)
        kept = await unit.jobs.job(job.id)
    assert kept is not None
    assert kept.last_tap_at == NOON
