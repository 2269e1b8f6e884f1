"""/cola: what waits for its hour, page by page, and what is decided about one entry of it."""

from collections.abc import Awaitable, Callable

from bot.handlers import late
from bot.handlers.desk import Desk
from bot.handlers.which import bare
from bot.render import queue as shown
from bot.render.queue import PER_PAGE, Page, stamp, waits_for_hour
from bot.replies import Replace, Reply, ShowJob
from bot.screen import Screen
from publishers.engine import decisions
from publishers.engine.model import Delivery, Job

Decide = Callable[[Desk, Delivery], Awaitable[Delivery | None]]


async def queue_command(desk: Desk) -> list[Reply]:
    """/cola: the queue. /cola atrasados: all that is overdue goes out."""
    said = bare(desk.event.text)
    if not said:
        return desk.screen(await _page(desk, 0))
    if said in desk.words("talk.late").split(", "):
        return await late.publish_all(desk)
    return desk.say("queue.how", text=desk.event.text)


async def page_tap(desk: Desk, number: str) -> list[Reply]:
    return [*desk.done(), await _turn_to(desk, number)]


async def entry_tap(desk: Desk, job_id: str, page: str) -> list[Reply]:
    """One entry, in the place of the page it stands on."""
    job = await _job(desk, job_id)
    if job is None or job.scheduled_at is None:
        return await _moved_on(desk, page)
    paused = await desk.unit.pauses.paused()
    screen = shown.entry(job, _number(page), desk.house.platforms, desk.words, desk.now, paused=paused)
    return [*desk.done(), _here(desk, screen)]


async def now_tap(desk: Desk, job_id: str, page: str, seen: str) -> list[Reply]:
    return await _decide(desk, (job_id, page, seen), _now, "queue.now")


async def call_off_tap(desk: Desk, job_id: str, page: str, seen: str) -> list[Reply]:
    job = await _job(desk, job_id)
    if job is None or job.scheduled_at is None or stamp(job) != seen:
        return await _moved_on(desk, page)
    return [*desk.done(), _here(desk, shown.calling_off(job, _number(page), desk.words, desk.now))]


async def called_off_tap(desk: Desk, job_id: str, page: str, seen: str) -> list[Reply]:
    return await _decide(desk, (job_id, page, seen), _cancel, "queue.called_off")


async def _now(desk: Desk, delivery: Delivery) -> Delivery | None:
    return await decisions.publish_now(desk.unit, delivery, actor=desk.actor, at=desk.now)


async def _cancel(desk: Desk, delivery: Delivery) -> Delivery | None:
    return await decisions.skip(desk.unit, delivery, actor=desk.actor, at=desk.now, reason="cancelled")


async def _decide(desk: Desk, tapped: tuple[str, str, str], decide: Decide, told: str) -> list[Reply]:
    """For all of the job that waits for the hour that was shown: what somebody moved since then is left alone."""
    job_id, page, seen = tapped
    job = await _job(desk, job_id)
    if job is None or job.scheduled_at is None or stamp(job) != seen:
        return await _moved_on(desk, page)
    waiting = [delivery for delivery in job.deliveries if waits_for_hour(delivery)]
    for delivery in waiting:
        await decide(desk, delivery)
    await desk.unit.jobs.tapped(job.id, desk.now)
    return [*desk.tell(told, networks=desk.titles(waiting)), await _turn_to(desk, page), ShowJob(job.id)]


async def _moved_on(desk: Desk, page: str) -> list[Reply]:
    """Gone out, called off or moved by somebody else meanwhile."""
    return [*desk.done("queue.moved_on"), await _turn_to(desk, page)]


async def _job(desk: Desk, job_id: str) -> Job | None:
    job = await desk.unit.jobs.job(job_id)
    return job if job is not None and job.chat_id == desk.event.chat_id else None


async def _turn_to(desk: Desk, page: str) -> Reply:
    return _here(desk, await _page(desk, _number(page)))


async def _page(desk: Desk, number: int) -> Screen:
    """That page, or the last one where there are fewer by now."""
    total = await desk.unit.timetable.count_scheduled(desk.event.chat_id)
    number = min(number, max(0, total - 1) // PER_PAGE)
    jobs = await desk.unit.timetable.scheduled(desk.event.chat_id, PER_PAGE, number * PER_PAGE)
    return shown.queue(Page(jobs, number, total), desk.house.platforms, desk.words, desk.now)


def _here(desk: Desk, screen: Screen) -> Reply:
    return Replace(desk.event.chat_id, desk.event.message_id, screen)


def _number(page: str) -> int:
    return int(page) if page.isdecimal() else 0
