"""The accounts a job did not go to: those that can still get the same."""

from collections.abc import Container
from dataclasses import replace

from publishers.engine.model import Draft, Job, JobStatus, Target
from publishers.engine.ports import Store, Unit


def origin_of(draft: Draft) -> str:
    """The first draft of its family."""
    return draft.origin_id or draft.id


async def remaining(unit: Unit, job: Job, approved: Draft, platforms: Container[str]) -> tuple[Target, ...]:
    """Connected accounts to which nothing of the family of this draft goes or went; what was left out may go after all.

    Without those it was meant for and could not go to: the same content still cannot.
    """
    reached = await unit.repeats.reached(origin_of(approved))
    tried = reached | {delivery.account_id for delivery in job.deliveries}
    known = await _chosen(unit, approved)
    return tuple(
        replace(known.get(account.id, Target(account.id)), on=True)
        for account in await unit.accounts.accounts()
        if account.platform in platforms and account.id not in reached
        if account.id in tried or account.id not in known or not known[account.id].on
    )


async def has_rest(store: Store, job: Job, platforms: Container[str]) -> bool:
    """Asked of what is over, and somewhere public: the rest may want it too. What a person left out is not pressed upon
    them.
    """
    if job.status not in {JobStatus.PUBLISHED, JobStatus.PARTIAL}:
        return False
    async with store.view() as unit:
        approved = await unit.drafts.draft(job.draft_id)
        left = () if approved is None else await remaining(unit, job, approved, platforms)
    return not {target.account_id for target in left} <= {delivery.account_id for delivery in job.deliveries}


async def _chosen(unit: Unit, approved: Draft) -> dict[str, Target]:
    """As the family chose them, the latest choice first."""
    origin = None if approved.origin_id is None else await unit.drafts.draft(approved.origin_id)
    earlier = () if origin is None else origin.targets
    return {target.account_id: target for target in (*earlier, *approved.targets)}
