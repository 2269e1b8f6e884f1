"""¿A qué hora? From the button or the command to an hour that a person has confirmed in words."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from bot.handlers import drafts, own_words, rewording, scheduled
from bot.handlers.approval import Passed, check, publish, seen, unproven
from bot.handlers.desk import Desk
from bot.hours import Hour, Reading, read
from bot.i18n import languages
from bot.offers import Offers, minute, moment, offers
from bot.render import CardLine, choose
from bot.render.hours import Plan, asking, choices, not_an_hour, sure, unclear
from bot.render.needs import excerpt
from bot.replies import Replace, Reply
from bot.screen import Screen, Verb
from bot.unbegun import unbegun
from publishers.engine.decisions import MOVABLE, Later
from publishers.engine.model import Delivery, Draft, DraftStatus, Job
from publishers.engine.people import Question

HOUR = "hour"
"""The question whose answer is an hour; its subject names what is to be given one, and the version of it."""
ANOTHER = "another_hour"
"""An hour waits for its yes: a text that is one takes its place, any other text is not meant for it."""
MOST_TAKEN = 1000
Book = Callable[[datetime], Awaitable[list[Reply]]]


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be given an hour, and what giving it does."""

    plan: Plan
    book: Book


# -- /programar ----------------------------------------------------------------------------------------------------


async def plan_command(desk: Desk) -> list[Reply]:
    """/programar [hora]: as a reply that one, exactly one pending that one, several: asks."""
    replied = await _replied(desk)
    if replied is not None:
        return await _begin(desk, await _of(desk, replied))
    pending = await desk.unit.drafts.pending(desk.event.chat_id)
    if len(pending) == 1:
        return await _begin(desk, await _of(desk, pending[0]))
    return desk.screen(_which(desk, pending)) if pending else desk.say("reply.nothing_to_plan")


async def _replied(desk: Desk) -> Draft | Job | None:
    """What the message stands for to which this is a reply."""
    if desk.event.reply_to is None:
        return None
    draft = await desk.unit.drafts.by_message(desk.event.chat_id, desk.event.reply_to)
    if draft is not None and draft.status is DraftStatus.PENDING:
        return draft
    job = await desk.unit.jobs.by_message(desk.event.chat_id, desk.event.reply_to)
    if job is None and draft is not None and draft.job_id is not None:
        job = await desk.unit.jobs.job(draft.job_id)
    return job or draft


def _which(desk: Desk, pending: list[Draft]) -> Screen:
    """Several: which one? With the hour that was given already, if it is one."""
    reading = _read(desk) if desk.event.text.strip() else None

    def tap(draft: Draft) -> str:
        if isinstance(reading, Hour):
            return Verb.PICK(draft.id, draft.version, minute(reading.at))
        return Verb.PLAN(draft.id, draft.version)

    return choose(pending, desk.words, head="list.which_plan", button="button.plan_one", tap=tap)


async def _begin(desk: Desk, subject: Subject | list[Reply]) -> list[Reply]:
    if not isinstance(subject, Subject):
        return subject
    if desk.event.text.strip():
        return await _understand(desk, subject)
    return desk.screen(choices(subject.plan, await _offers(desk), desk.words, desk.now))


async def text(desk: Desk) -> list[Reply]:
    """The answer to ¿a qué hora?; any other text is another's."""
    question = await desk.unit.questions.open(desk.event.chat_id, desk.actor.id)
    if question is None or question.kind not in {HOUR, ANOTHER}:
        return await _others(desk)
    subject_id, _, version = question.subject.partition(":")
    subject = await _find(desk, subject_id, version)
    if question.kind == ANOTHER and (_read(desk) is None or not isinstance(subject, Subject)):
        await desk.unit.questions.close(desk.event.chat_id, desk.actor.id)
        return await _others(desk)
    if isinstance(subject, Subject):
        return await _understand(desk, subject)
    await desk.unit.questions.close(desk.event.chat_id, desk.actor.id)
    return subject


async def _others(desk: Desk) -> list[Reply]:
    """For one account only, or for everybody."""
    for answer in (rewording.answer, own_words.answer):
        told = await answer(desk)
        if told is not None:
            return told
    return await drafts.text(desk)


async def _understand(desk: Desk, subject: Subject) -> list[Reply]:
    """What was typed. While it is no hour that can be taken, the next message is one more try."""
    reading, plan = _read(desk), subject.plan
    await _ask(desk, plan, ANOTHER if isinstance(reading, Hour) else HOUR)
    if isinstance(reading, Hour):
        return desk.screen(sure(plan, moment(minute(reading.at)), desk.words, desk.now))
    if reading is None and not desk.event.command:
        return desk.screen(not_an_hour(plan, desk.words, desk.event.message_id), reply=True)
    return desk.screen(unclear(plan, reading, desk.words, desk.now))


# -- taps ----------------------------------------------------------------------------------------------------------


async def plan_tap(desk: Desk, draft_id: str, version: str) -> list[Reply]:
    return await _begin_tap(desk, draft_id, version)


async def move_tap(desk: Desk, waiting_id: str) -> list[Reply]:
    return await _begin_tap(desk, waiting_id, "")


async def _begin_tap(desk: Desk, subject_id: str, version: str) -> list[Reply]:
    subject = await _find(desk, subject_id, version)
    if not isinstance(subject, Subject):
        return subject
    return desk.screen(choices(subject.plan, await _offers(desk), desk.words, desk.now))


async def hours_tap(desk: Desk, subject_id: str, version: str) -> list[Reply]:
    """Hours to choose from, in the message that was tapped."""
    subject = await _find(desk, subject_id, version)
    return await _choices(desk, subject.plan) if isinstance(subject, Subject) else subject


async def when_tap(desk: Desk, subject_id: str, version: str) -> list[Reply]:
    """*Otra hora…*: the next message is the hour."""
    subject = await _find(desk, subject_id, version)
    if not isinstance(subject, Subject):
        return subject
    await _ask(desk, subject.plan, HOUR)
    return _instead(desk, asking(subject.plan, desk.words, group=not desk.event.private))


async def pick_tap(desk: Desk, subject_id: str, version: str, number: str) -> list[Reply]:
    """An hour was chosen: is this it?"""
    subject = await _find(desk, subject_id, version)
    if not isinstance(subject, Subject):
        return subject
    at = moment(int(number))
    if at <= desk.now:
        return await _choices(desk, subject.plan, lead="hour.over")
    await _ask(desk, subject.plan, ANOTHER)
    return _instead(desk, sure(subject.plan, at, desk.words, desk.now))


async def book_tap(desk: Desk, subject_id: str, version: str, number: str) -> list[Reply]:
    """*Sí, programar*. An hour that went by meanwhile is asked again, and so is what has moved."""
    subject = await _find(desk, subject_id, version)
    if not isinstance(subject, Subject):
        return subject
    at = moment(int(number))
    if at <= desk.now:
        return await _choices(desk, subject.plan, lead="hour.over")
    if str(subject.plan.version) != version:
        return await _choices(desk, subject.plan, lead="hour.moved_meanwhile")
    await _close(desk)
    return await subject.book(at)


async def _choices(desk: Desk, plan: Plan, *, lead: str = "hour.when") -> list[Reply]:
    await _close(desk)
    return _instead(desk, choices(plan, await _offers(desk), desk.words, desk.now, lead=lead))


def _instead(desk: Desk, screen: Screen) -> list[Reply]:
    return [*desk.done(), Replace(desk.event.chat_id, desk.event.message_id, screen)]


# -- what is meant -------------------------------------------------------------------------------------------------


async def _find(desk: Desk, subject_id: str, version: str) -> Subject | list[Reply]:
    """A draft as it was seen, or what waits of a job; otherwise what to say."""
    if await desk.unit.drafts.draft(subject_id) is not None:
        draft = await seen(desk, subject_id, version)
        return await _of(desk, draft) if isinstance(draft, Draft) else draft
    delivery = await desk.unit.deliveries.delivery(subject_id)
    if delivery is not None:
        return _waiting(desk, await desk.unit.jobs.job(delivery.job_id), [delivery], subject_id)
    job = await desk.unit.jobs.job(subject_id)
    return desk.tell("reply.gone") if job is None else await _of(desk, job)


async def _of(desk: Desk, meant: Draft | Job) -> Subject | list[Reply]:
    if isinstance(meant, Job):
        return _waiting(desk, meant, [each for each in meant.deliveries if unbegun(each)], meant.id)
    passed = await check(desk, meant)
    if not isinstance(passed, Passed):
        return passed
    plan = Plan(
        id=meant.id,
        version=meant.version,
        excerpt=excerpt(meant, desk.words),
        networks=_names(desk, passed.going),
        acting=meant.dry_run or desk.house.rehearsal,
        first=_names(desk, await unproven(desk, passed)),
    )

    async def book(at: datetime) -> list[Reply]:
        return await publish(desk, passed, Later(at))

    return Subject(plan, book)


def _waiting(desk: Desk, job: Job | None, deliveries: list[Delivery], subject_id: str) -> Subject | list[Reply]:
    movable = [delivery for delivery in deliveries if delivery.status in MOVABLE]
    if job is None or not movable:
        return desk.tell("reply.nothing_to_move")
    plan = Plan(
        id=subject_id,
        version=sum(delivery.version for delivery in deliveries),
        excerpt=excerpt(job, desk.words),
        networks=desk.titles(movable),
        moving=True,
        acting=all(delivery.simulated for delivery in movable),
    )
    return Subject(plan, partial(scheduled.move, desk, job, movable))


def _names(desk: Desk, lines: list[CardLine] | tuple[CardLine, ...]) -> str:
    return desk.words.names([f"{line.title} ({line.account.name})" for line in lines]) if lines else ""


# -- hours ---------------------------------------------------------------------------------------------------------


def _read(desk: Desk) -> Reading | None:
    """In the person's language first."""
    spoken = (desk.words.locale, *(each for each in languages() if each != desk.words.locale))
    return read(desk.event.text, desk.now, desk.words.zone, spoken)


async def _offers(desk: Desk) -> Offers:
    slots = desk.house.slots
    jobs = await desk.unit.timetable.scheduled(desk.event.chat_id, MOST_TAKEN) if slots else []
    hours = {each.due_at for job in jobs for each in job.deliveries if unbegun(each) and each.due_at is not None}
    return offers(desk.now, desk.words.zone, slots, {minute(hour) for hour in hours})


async def _ask(desk: Desk, plan: Plan, kind: str) -> None:
    question = Question(kind, f"{plan.id}:{plan.version}")
    await desk.unit.questions.ask(desk.event.chat_id, desk.actor.id, question, desk.now)


async def _close(desk: Desk) -> None:
    """The question of an hour, and no other."""
    question = await desk.unit.questions.open(desk.event.chat_id, desk.actor.id)
    if question is not None and question.kind in {HOUR, ANOTHER}:
        await desk.unit.questions.close(desk.event.chat_id, desk.actor.id)
