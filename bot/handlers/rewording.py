"""Other words for one network that refused what it was given: written, looked at, and published in its place."""

from dataclasses import replace

from adapters.content import Wording
from adapters.spans import stripped
from bot.handlers.desk import Desk
from bot.render import CardLine, preview, rewording, say
from bot.render.card import note
from bot.replies import Replace, Reply, Say, ShowJob
from publishers.engine import decisions
from publishers.engine.model import Delivery, Target
from publishers.engine.people import Question

REWORD = "reword"
"""The question whose answer is the new text; its subject is the delivery."""


async def reword_tap(desk: Desk, delivery_id: str) -> list[Reply]:
    """*Editar*: the next message is the text for this network."""
    delivery = await desk.unit.deliveries.delivery(delivery_id)
    if delivery is None or not decisions.rewordable(delivery):
        return _too_late(desk, delivery)
    await desk.unit.questions.ask(desk.event.chat_id, desk.actor.id, Question(REWORD, delivery.id), desk.now)
    await desk.unit.jobs.tapped(delivery.job_id, desk.now)
    return desk.screen(rewording.asking(delivery, desk.title(delivery.platform), desk.words))


async def answer(desk: Desk) -> list[Reply] | None:
    """The text that was asked for: shown as it will go out. Until then the next message is one more try."""
    question = await desk.unit.questions.open(desk.event.chat_id, desk.actor.id)
    if question is None or question.kind != REWORD:
        return None
    delivery = await desk.unit.deliveries.delivery(question.subject)
    if delivery is None or not decisions.rewordable(delivery):
        await desk.unit.questions.close(desk.event.chat_id, desk.actor.id)
        return _too_late(desk, delivery)
    said = stripped(desk.event.wording)
    return await _show(desk, delivery, said, desk.event.message_id) if said.text else desk.say("reply.blank")


async def reworded_tap(desk: Desk, delivery_id: str, seal: str) -> list[Reply]:
    """*Publicar*: exactly what was shown. The words stand in the message that this one answers."""
    delivery, said = await desk.unit.deliveries.delivery(delivery_id), stripped(desk.event.replied_wording)
    if delivery is None or not decisions.rewordable(delivery):
        return _too_late(desk, delivery)
    if desk.event.reply_to is None or not said.text:
        return desk.tell("reword.lost")
    if desk.house.second_person and desk.event.replied_by == desk.actor.id:
        return desk.tell("reply.second_person")
    line = await _fitted(desk, delivery, said)
    if line is None or line.adapted is None or line.adapted.digest[: rewording.SEAL] != seal:
        return [*desk.done("reword.changed"), *await _show(desk, delivery, said, desk.event.reply_to)]
    moved = await decisions.reword(desk.unit, delivery, line.adapted, actor=desk.actor, at=desk.now)
    if moved is None:
        return _too_late(desk, delivery)
    return await _sent(desk, moved)


async def _sent(desk: Desk, delivery: Delivery) -> list[Reply]:
    question = await desk.unit.questions.open(desk.event.chat_id, desk.actor.id)
    if question == Question(REWORD, delivery.id):
        await desk.unit.questions.close(desk.event.chat_id, desk.actor.id)
    await desk.unit.jobs.tapped(delivery.job_id, desk.now)
    told = say(desk.words, "reword.sent", name=desk.title(delivery.platform))
    gone = Replace(desk.event.chat_id, desk.event.message_id, told)
    return [*desk.done("reword.publishing"), gone, ShowJob(delivery.job_id)]


async def _show(desk: Desk, delivery: Delivery, said: Wording, source_id: int) -> list[Reply]:
    """As an answer to the message with the words, which is where they are read again."""
    line = await _fitted(desk, delivery, said)
    if line is None or line.adapted is None:
        return desk.tell("reply.gone")
    if line.adapted.blocked is not None:
        why = note(line.adapted.blocked, desk.words)
        return desk.say("reword.cannot", name=desk.title(delivery.platform), why=why)
    profiles = {name: platform.profile for name, platform in desk.house.platforms.items()}
    screens = preview([line], profiles, desk.words, acting=delivery.simulated)
    title = desk.title(delivery.platform)
    shown = rewording.offered(screens, delivery, line.adapted.digest, title, desk.words)
    return [Say(desk.event.chat_id, screen, source_id) for screen in shown]


async def _fitted(desk: Desk, delivery: Delivery, said: Wording) -> CardLine | None:
    """The content of its job with these words, in its form; None where the account is gone."""
    job = await desk.unit.jobs.job(delivery.job_id)
    approved = await desk.unit.drafts.draft(job.draft_id) if job is not None else None
    if job is None or approved is None:
        return None
    target = Target(delivery.account_id, format=delivery.adapted.format)
    content = job.content.worded(said)
    return next(iter(await desk.fitted(replace(approved, content=content, targets=(target,)))), None)


def _too_late(desk: Desk, delivery: Delivery | None) -> list[Reply]:
    """Why it cannot be given other words."""
    if delivery is None:
        return desk.tell("reply.gone")
    return [*desk.tell("reword.public" if delivery.receipts else "reply.settled_already"), ShowJob(delivery.job_id)]
