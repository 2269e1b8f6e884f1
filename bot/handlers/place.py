"""/zona: where a person lives. From then on every hour they read or type is of there."""

from dataclasses import replace

from bot.handlers.desk import Desk
from bot.hours import zones
from bot.render import place as shown
from bot.replies import Replace, Reply, ShowJob
from bot.voices import found
from publishers.engine.people import Question

ZONE = "zone"
SUGGESTED = (
    "Europe/Madrid",
    "Atlantic/Canary",
    "America/Mexico_City",
    "America/Bogota",
    "America/Lima",
    "America/Santiago",
    "America/Argentina/Buenos_Aires",
    "America/New_York",
)
LONGEST = 60
"""Characters of a text that may be the name of a place."""


async def zone_command(desk: Desk) -> list[Reply]:
    """/zona [place]: sets it, or shows the present one and asks."""
    said = desk.event.text.strip()
    if said:
        return await _named(desk, said)
    await desk.unit.questions.ask(desk.event.chat_id, desk.actor.id, Question(ZONE, ""), desk.now)
    others = [name for name in SUGGESTED if name != str(desk.words.zone)]
    return desk.screen(shown.here(others, desk.words, desk.now))


async def zone_tap(desk: Desk, name: str) -> list[Reply]:
    if found(name) is None:
        return desk.tell("reply.gone")
    await _forget(desk)
    return await _move(desk, name)


async def answer(desk: Desk) -> list[Reply] | None:
    """The place that was asked for; None when none was, or when this is no name of a place."""
    question = await desk.unit.questions.open(desk.event.chat_id, desk.actor.id)
    if question is None or question.kind != ZONE:
        return None
    await _forget(desk)  # at the second try it is a draft: nothing that is written gets lost in a question
    said = desk.event.text.strip()
    return await _named(desk, said) if said and len(said) <= LONGEST and "\n" not in said else None


async def _named(desk: Desk, said: str) -> list[Reply]:
    names = zones.find(said)
    if not names:
        answered = None if desk.event.command else desk.event.message_id
        return desk.screen(shown.unknown(said, desk.words, answered), reply=answered is not None)
    if len(names) > 1:
        return desk.screen(shown.which(names, said, desk.words))
    return await _move(desk, names[0])


async def _forget(desk: Desk) -> None:
    question = await desk.unit.questions.open(desk.event.chat_id, desk.actor.id)
    if question is not None and question.kind == ZONE:
        await desk.unit.questions.close(desk.event.chat_id, desk.actor.id)


async def _move(desk: Desk, name: str) -> list[Reply]:
    person = await desk.enter()
    await desk.unit.people.live_in(person.id, name)
    screen = shown.moved(desk.house.words(replace(person, zone=name)), desk.now)
    told = desk.screen(screen)
    if desk.event.callback_id is not None:
        told = [*desk.done(), Replace(desk.event.chat_id, desk.event.message_id, screen)]
    jobs = await desk.unit.jobs.latest(desk.event.chat_id)
    return [*told, *(ShowJob(job.id) for job in jobs if job.approved_by.id == person.id)]
