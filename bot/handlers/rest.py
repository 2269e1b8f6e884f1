"""➕ A las demás: what went to some accounts becomes a draft for the rest of them, once."""

from dataclasses import replace

from adapters.content import Content
from bot.handlers.desk import Desk
from bot.remaining import origin_of, remaining
from bot.render import rest
from bot.replies import Reply, ShowCard, ShowJob
from publishers.engine.model import Draft, DraftStatus, Job, Target


async def rest_command(desk: Desk) -> list[Reply]:
    """/resto: of the job it answers, else of the newest one that has not gone everywhere."""
    answered = await _answered(desk)
    jobs = [answered] if answered is not None else await desk.unit.jobs.latest(desk.event.chat_id)
    for job in jobs:
        approved = await desk.unit.drafts.draft(job.draft_id)
        if approved is not None and await remaining(desk.unit, job, approved, desk.house.platforms):
            return await _rest(desk, job)
    return desk.say("rest.none" if jobs else "rest.nothing")


async def rest_tap(desk: Desk, job_id: str) -> list[Reply]:
    job = await desk.unit.jobs.job(job_id)
    return desk.tell("reply.gone") if job is None else await _rest(desk, job)


async def rest_text_tap(desk: Desk, job_id: str) -> list[Reply]:
    """*Solo el texto*: its pictures are gone."""
    job = await desk.unit.jobs.job(job_id)
    return desk.tell("reply.gone") if job is None else await _rest(desk, job, bare=True)


async def _answered(desk: Desk) -> Job | None:
    """The job for which the message stands that this answers: its live message, or the card it was."""
    if desk.event.reply_to is None:
        return None
    job = await desk.unit.jobs.by_message(desk.event.chat_id, desk.event.reply_to)
    draft = await desk.unit.drafts.by_message(desk.event.chat_id, desk.event.reply_to) if job is None else None
    return await desk.unit.jobs.job(draft.job_id) if draft is not None and draft.job_id is not None else job


async def _rest(desk: Desk, job: Job, *, bare: bool = False) -> list[Reply]:
    """One pending draft follows: whoever asks for it next sees the same."""
    approved = await desk.unit.drafts.draft(job.draft_id)
    if approved is None:
        return desk.tell("reply.gone")
    following = await desk.unit.repeats.following(origin_of(approved))
    if following is not None:
        return [*desk.done(), ShowCard(following.id, anew=True)]
    targets = await remaining(desk.unit, job, approved, desk.house.platforms)
    if not targets:
        return [*desk.tell("rest.none"), ShowJob(job.id)]
    content = replace(approved.content, images=()) if bare else approved.content
    if content == replace(content, text="", images=(), spans=()):
        return desk.tell("reply.gone")
    if not _there(desk, content):
        return desk.screen(rest.bare(job.id, desk.words)) if content.text.strip() else desk.say("rest.only_pictures")
    draft = _draft(desk, approved, content, targets)
    await desk.unit.drafts.add(draft)
    return [*desk.done(), ShowCard(draft.id)]


def _there(desk: Desk, content: Content) -> bool:
    """Whether its pictures are still kept. They stay while the draft is made."""
    return all(desk.house.fitting.shelf.renew(image.sha256) for image in content.images)


def _draft(desk: Desk, approved: Draft, content: Content, targets: tuple[Target, ...]) -> Draft:
    """It came from no message of the chat: the update that asked for it stands in the place of one."""
    return Draft(
        id=desk.house.new_id(),
        chat_id=approved.chat_id,
        source_id=-desk.event.update_id,
        author=approved.author,
        version=1,
        status=DraftStatus.PENDING,
        content=content,
        targets=targets,
        created_at=desk.now,
        dry_run=approved.dry_run,
        origin_id=origin_of(approved),
    )
