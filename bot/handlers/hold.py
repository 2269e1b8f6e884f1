"""The seconds in which an approval can be undone: Deshacer, a draft again, and the word that such a thing exists."""

from dataclasses import replace

from bot.handlers.desk import Desk
from bot.handlers.drafts import decided
from bot.handlers.reopened import reopened_id
from bot.remaining import origin_of
from bot.replies import Reply, ShowCard, ShowJob
from bot.unbegun import called_off, held
from publishers.engine.decisions import skip
from publishers.engine.model import DeliveryStatus, Draft, DraftStatus, Job
from publishers.engine.people import Notice

HINT = "hold"
"""The notice whose digest is the job that tells of the hold."""


async def undo_tap(desk: Desk, job_id: str) -> list[Reply]:
    """*Deshacer*: nothing of it goes out, and it is a draft again. All or nothing."""
    job = await desk.unit.jobs.job(job_id)
    if job is None:
        return desk.tell("reply.gone")
    if called_off(job):
        return [*desk.tell("reply.undone"), *await again(desk, job)]
    left = [delivery for delivery in job.deliveries if delivery.status is not DeliveryStatus.SKIPPED]
    if not left or not all(held(delivery) for delivery in left):
        return [*desk.tell("reply.undo_late"), ShowJob(job.id)]
    for delivery in left:
        await skip(desk.unit, delivery, actor=desk.actor, at=desk.now, reason="cancelled")
    await desk.unit.jobs.tapped(job.id, desk.now)
    return [*desk.tell("reply.undone"), ShowJob(job.id), *await _draft(desk, job, {each.account_id for each in left})]


async def back_tap(desk: Desk, job_id: str) -> list[Reply]:
    """*Volver a borrador*."""
    job = await desk.unit.jobs.job(job_id)
    if job is None or not called_off(job):
        return desk.tell("reply.gone")
    return [*desk.done(), *await again(desk, job)]


async def again(desk: Desk, job: Job) -> list[Reply]:
    """A new draft of what was called off; the same one however often it is asked for."""
    off = {delivery.account_id for delivery in job.deliveries if delivery.reason == "cancelled"}
    return await _draft(desk, job, off)


async def _draft(desk: Desk, job: Job, accounts: set[str]) -> list[Reply]:
    draft_id = reopened_id(job.id)
    known = await desk.unit.drafts.draft(draft_id)
    if known is not None and known.status is DraftStatus.PENDING:
        return [ShowCard(known.id, anew=True)]
    approved = await desk.unit.drafts.draft(job.draft_id)
    if known is not None or approved is None:
        key, params = decided(desk, known)
        return desk.say(key, **params)
    left = accounts - await desk.unit.repeats.reached(origin_of(approved))
    if not left:
        return desk.say("rest.none")
    following = await desk.unit.repeats.following(origin_of(approved))
    if following is not None:
        return await _join(desk, following, approved, left)
    copy = _copy(approved, draft_id, job.live_id or desk.event.message_id, left)
    added = await desk.unit.drafts.add(replace(copy, created_at=desk.now))
    return [ShowCard(draft_id)] if added else desk.say("reply.gone")


async def _join(desk: Desk, following: Draft, approved: Draft, accounts: set[str]) -> list[Reply]:
    """A draft for the rest waits already: what was called off goes with it."""
    back = {each.account_id: replace(each, on=True) for each in approved.targets if each.account_id in accounts}
    kept = [each for each in following.targets if each.account_id not in back]
    if accounts - {each.account_id for each in following.targets if each.on}:
        await desk.unit.drafts.change(following, targets=[*kept, *back.values()])
    return [ShowCard(following.id, anew=True)]


def _copy(approved: Draft, draft_id: str, source_id: int, accounts: set[str]) -> Draft:
    """The same content for these accounts, as if it had just come in; its card answers the message it came from."""
    return Draft(
        id=draft_id,
        chat_id=approved.chat_id,
        source_id=source_id,
        author=approved.author,
        version=1,
        status=DraftStatus.PENDING,
        content=approved.content,
        targets=tuple(replace(target, on=target.account_id in accounts) for target in approved.targets),
        created_at=approved.created_at,
        pictured_by=approved.pictured_by,
        dry_run=approved.dry_run,
        origin_id=origin_of(approved),
    )


async def hint(desk: Desk, job: Job) -> None:
    """The first real approval of a chat is going to tell that a hold exists, once."""
    if desk.house.hold or desk.house.rehearsal or job.dry_run:
        return
    if await desk.unit.notices.notice(job.chat_id, HINT) is None:
        await desk.unit.notices.noticed(job.chat_id, HINT, Notice(0, job.id))
