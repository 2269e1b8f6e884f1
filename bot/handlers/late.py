"""What is late: out with all of it, new hours for it, or off with it. One tap decides about what its card showed."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from bot.handlers.desk import Desk
from bot.late import KIND
from bot.render import late as shown
from bot.render import say
from bot.replies import Replace, Reply, Say, ShowJob
from bot.screen import Screen
from bot.spacing import next_hours
from publishers.engine import decisions
from publishers.engine.model import Job

Act = Callable[[Desk, Sequence[Job]], Awaitable[list[Reply]]]


async def publish_all(desk: Desk) -> list[Reply]:
    """/cola atrasados."""
    jobs = await desk.unit.timetable.late(desk.event.chat_id)
    return await _publish(desk, jobs) if jobs else desk.say("late.none")


async def card_tap(desk: Desk, here: str = "") -> list[Reply]:
    """What can be done: in the place of the question, or as a message of its own."""
    card = _card(desk, await desk.unit.timetable.late(desk.event.chat_id))
    return [*desk.done(), _replaced(desk, card)] if here else desk.screen(card)


async def now_tap(desk: Desk, seal: str) -> list[Reply]:
    return await _with_seal(desk, seal, _publish)


async def spread_tap(desk: Desk, seal: str) -> list[Reply]:
    return await _with_seal(desk, seal, _spread)


async def drop_tap(desk: Desk, seal: str) -> list[Reply]:
    async def ask(desk: Desk, jobs: Sequence[Job]) -> list[Reply]:
        return [*desk.done(), _replaced(desk, shown.dropping(jobs, desk.words))]

    return await _with_seal(desk, seal, ask)


async def dropped_tap(desk: Desk, seal: str) -> list[Reply]:
    return await _with_seal(desk, seal, _drop)


async def _with_seal(desk: Desk, seal: str, act: Act) -> list[Reply]:
    """Only what the person saw is decided: where that changed, they see how it is now."""
    jobs = await desk.unit.timetable.late(desk.event.chat_id)
    if jobs and shown.seal(jobs) == seal:
        return await act(desk, jobs)
    told = desk.done("late.changed" if jobs else "reply.settled_already")
    return [*told, _replaced(desk, _card(desk, jobs))]


async def _publish(desk: Desk, jobs: Sequence[Job]) -> list[Reply]:
    for job in jobs:
        for delivery in shown.overdue(job):
            await decisions.publish_now(desk.unit, delivery, actor=desk.actor, at=desk.now)
    return await _settle(desk, jobs, Screen(desk.words.html_plural("late.publishing", len(jobs))))


async def _spread(desk: Desk, jobs: Sequence[Job]) -> list[Reply]:
    hours = next_hours(len(jobs), desk.now, desk.words.zone, desk.house.slots, await _taken(desk))
    placed = list(zip(jobs, hours, strict=True))
    for job, hour in placed:
        for delivery in shown.overdue(job):
            await decisions.schedule(desk.unit, delivery, hour, actor=desk.actor, at=desk.now)
    return await _settle(desk, jobs, shown.spread(placed, desk.words, desk.now))


async def _drop(desk: Desk, jobs: Sequence[Job]) -> list[Reply]:
    for job in jobs:
        for delivery in shown.overdue(job):
            await decisions.skip(desk.unit, delivery, actor=desk.actor, at=desk.now, reason="cancelled")
    return await _settle(desk, jobs, Screen(desk.words.html_plural("late.dropped", len(jobs))))


async def _taken(desk: Desk) -> list[datetime]:
    count = await desk.unit.timetable.count_scheduled(desk.event.chat_id)
    jobs = await desk.unit.timetable.scheduled(desk.event.chat_id, count)
    return [job.scheduled_at for job in jobs if job.scheduled_at is not None]


async def _settle(desk: Desk, jobs: Sequence[Job], screen: Screen) -> list[Reply]:
    """The card says what became of it, and is the card no longer."""
    for job in jobs:
        await desk.unit.jobs.tapped(job.id, desk.now)
    chat_id = desk.event.chat_id
    card = await desk.unit.notices.notice(chat_id, KIND)
    await desk.unit.notices.drop(chat_id, KIND)
    here = _replaced(desk, screen) if desk.event.callback_id is not None else Say(chat_id, screen)
    there = Replace(chat_id, card.message_id, screen) if card is not None else here
    return [*desk.done(), *dict.fromkeys((there, here)), *(ShowJob(job.id) for job in jobs)]


def _replaced(desk: Desk, screen: Screen) -> Reply:
    return Replace(desk.event.chat_id, desk.event.message_id, screen)


def _card(desk: Desk, jobs: Sequence[Job]) -> Screen:
    if not jobs:
        return say(desk.words, "late.none")
    return shown.late(jobs, desk.house.platforms, desk.words, desk.now, slots=bool(desk.house.slots))
