"""What is scheduled: another hour, now, or not at all."""

from collections.abc import Sequence
from datetime import datetime

from bot.handlers.desk import Desk
from bot.render import say
from bot.render.hours import called_back, unplanning
from bot.render.needs import excerpt
from bot.replies import Replace, Reply, ShowJob
from bot.unbegun import called_off, unbegun
from publishers.engine.decisions import publish_now, schedule, skip
from publishers.engine.errors import Needs
from publishers.engine.model import Delivery, Job, Wait


async def move(desk: Desk, job: Job, deliveries: Sequence[Delivery], hour: datetime) -> list[Reply]:
    """Another hour for these, which all wait; those of the job that are on their way stay so."""
    for delivery in deliveries:
        await schedule(desk.unit, delivery, hour, actor=desk.actor, at=desk.now)
    await desk.unit.jobs.tapped(job.id, desk.now)
    told = say(desk.words, "reply.moved", when=desk.words.on(hour, desk.now), networks=desk.titles(deliveries))
    return [*desk.done(), Replace(desk.event.chat_id, desk.event.message_id, told), ShowJob(job.id)]


async def now_tap(desk: Desk, waiting_id: str) -> list[Reply]:
    """*Publicar ahora*, a whole job or one network of it: the content was approved, so nothing more is asked."""
    waiting = [each for each in await _deliveries(desk, waiting_id) if _for_hour(each)]
    if not waiting:
        return desk.tell("reply.settled_already")
    for delivery in waiting:
        await publish_now(desk.unit, delivery, actor=desk.actor, at=desk.now)
    await desk.unit.jobs.tapped(waiting[0].job_id, desk.now)
    return [*desk.tell("reply.now", networks=desk.titles(waiting)), ShowJob(waiting[0].job_id)]


async def _deliveries(desk: Desk, waiting_id: str) -> Sequence[Delivery]:
    job = await desk.unit.jobs.job(waiting_id)
    delivery = await desk.unit.deliveries.delivery(waiting_id) if job is None else None
    return job.deliveries if job is not None else [delivery] if delivery is not None else []


async def unplan_tap(desk: Desk, job_id: str) -> list[Reply]:
    """*Cancelar*: asked once."""
    job = await desk.unit.jobs.job(job_id)
    if job is None or not any(unbegun(delivery) for delivery in job.deliveries):
        return desk.tell("reply.settled_already")
    hour = job.scheduled_at
    when = desk.words.on(hour, desk.now) if hour is not None else desk.words("hour.not_yet")
    return desk.screen(unplanning(job.id, excerpt(job, desk.words), when, desk.words))


async def unplanned_tap(desk: Desk, job_id: str) -> list[Reply]:
    """Surely: what has not begun is called off, and can be a draft again."""
    job = await desk.unit.jobs.job(job_id)
    waiting = [] if job is None else [each for each in job.deliveries if unbegun(each)]
    if job is None or not waiting:
        key = "reply.unplanned" if job is not None and called_off(job) else "reply.settled_already"
        return [*desk.done(), _left(desk, key)]
    for delivery in waiting:
        await skip(desk.unit, delivery, actor=desk.actor, at=desk.now, reason="cancelled")
    await desk.unit.jobs.tapped(job.id, desk.now)
    gone = called_back(excerpt(job, desk.words), job.id, desk.words)
    return [*desk.done(), Replace(desk.event.chat_id, desk.event.message_id, gone), ShowJob(job.id)]


def _for_hour(delivery: Delivery) -> bool:
    return delivery.wait is Wait.HOUR or delivery.needs is Needs.HOUR


def _left(desk: Desk, key: str) -> Reply:
    return Replace(desk.event.chat_id, desk.event.message_id, say(desk.words, key))
