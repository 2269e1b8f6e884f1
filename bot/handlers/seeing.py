"""What waits, what is on its way, which accounts there are."""

from bot.handlers.desk import Desk
from bot.render import accounts, pending, status
from bot.render.lists import Ahead
from bot.replies import Reply
from bot.screen import Screen
from publishers.engine.model import JobStatus

_MOVING = frozenset({JobStatus.PUBLISHING, JobStatus.WAITING, JobStatus.NEEDS_PERSON})


async def pending_command(desk: Desk) -> list[Reply]:
    """/pendientes: what needs you first, then the drafts."""
    jobs = await desk.unit.jobs.latest(desk.event.chat_id)
    drafts = await desk.unit.drafts.pending(desk.event.chat_id)
    return desk.screen(pending(jobs, drafts, desk.house.platforms, desk.words, desk.now, ahead=await _ahead(desk)))


async def status_command(desk: Desk) -> list[Reply]:
    """/estado: what is on its way now, and what is to come."""
    jobs = [job for job in await desk.unit.jobs.latest(desk.event.chat_id) if job.status in _MOVING]
    drafts = await desk.unit.drafts.pending(desk.event.chat_id)
    platforms, ahead, tries = desk.house.platforms, await _ahead(desk), desk.house.tries
    return desk.screen(status(jobs, len(drafts), platforms, desk.words, desk.now, ahead=ahead, tries=tries))


async def account_list(desk: Desk) -> Screen:
    known = await desk.unit.accounts.accounts()
    renewed = await desk.renewed(known)
    paused = await desk.unit.pauses.paused()
    return accounts(known, desk.house.platforms, desk.words, desk.now, paused, renewed=renewed)


async def _ahead(desk: Desk) -> Ahead:
    timetable, chat_id = desk.unit.timetable, desk.event.chat_id
    first = await timetable.scheduled(chat_id, 1)
    return Ahead(
        late=await timetable.late(chat_id),
        scheduled=await timetable.count_scheduled(chat_id),
        first=first[0].scheduled_at if first else None,
        paused=sorted(await desk.unit.pauses.paused()),
    )
