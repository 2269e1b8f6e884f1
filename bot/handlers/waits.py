"""A wait for a limit that takes more than an hour: waited out, left out, or given another hour."""

from bot.handlers.desk import Desk
from bot.replies import Reply, ShowJob
from publishers.engine import decisions


async def wait_tap(desk: Desk, delivery_id: str) -> list[Reply]:
    """*Esperar*: not asked again for this wait."""
    delivery = await desk.unit.deliveries.delivery(delivery_id)
    if delivery is None:
        return desk.tell("reply.gone")
    waiting = await decisions.accept_wait(desk.unit, delivery, actor=desk.actor, at=desk.now)
    await desk.unit.jobs.tapped(delivery.job_id, desk.now)
    if waiting is None or waiting.due_at is None:
        return [*desk.tell("reply.settled_already"), ShowJob(delivery.job_id)]
    until = desk.words.until(waiting.due_at, desk.now)
    told = desk.tell("wait.accepted", network=desk.title(delivery.platform), until=until)
    return [*told, ShowJob(delivery.job_id)]
