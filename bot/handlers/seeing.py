"""What waits, what is on its way, which accounts there are."""

from bot.handlers.desk import Desk
from bot.render import accounts, pending, status
from bot.replies import Reply
from publishers.engine.model import JobStatus

_MOVING = frozenset({JobStatus.PUBLISHING, JobStatus.WAITING, JobStatus.NEEDS_PERSON})


async def pending_command(desk: Desk) -> list[Reply]:
    """/pendientes: what needs you first, then the drafts."""
    jobs = await desk.unit.jobs.latest(desk.event.chat_id)
    drafts = await desk.unit.drafts.pending(desk.event.chat_id)
    return desk.screen(pending(jobs, drafts, desk.house.platforms, desk.words, desk.now))


async def status_command(desk: Desk) -> list[Reply]:
    """/estado: what is on its way now."""
    jobs = [job for job in await desk.unit.jobs.latest(desk.event.chat_id) if job.status in _MOVING]
    drafts = await desk.unit.drafts.pending(desk.event.chat_id)
    return desk.screen(status(jobs, len(drafts), desk.house.platforms, desk.words, desk.now, tries=desk.house.tries))


async def accounts_command(desk: Desk) -> list[Reply]:
    """/redes: every account with its state."""
    known = await desk.unit.accounts.accounts()
    return desk.screen(accounts(known, desk.house.platforms, desk.words, desk.now))
