"""Descriptions of pictures for people who do not see them: /alt, its button, and the answers to what it asks."""

from dataclasses import replace

from adapters.adapt import ALT_LIMIT
from bot.handlers.desk import Desk
from bot.handlers.which import which
from bot.render.replies import describing
from bot.replies import Pictures, Reply, ShowCard
from publishers.engine.model import Draft, DraftStatus
from publishers.engine.people import Question

ALT = "alt"


async def alt_command(desk: Desk) -> list[Reply]:
    """/alt [number] [text]: describes a picture of a draft, or asks for it."""
    draft = await which(desk)
    if not isinstance(draft, Draft):
        return draft
    if not draft.content.images:
        return desk.say("reply.no_pictures")
    number, text = _meant(desk, draft)
    if number is None:
        return desk.say("reply.no_such_picture", most=len(draft.content.images))
    return await _describe(desk, draft, number, text) if text else await _ask(desk, draft, number)


async def alt_tap(desk: Desk, draft_id: str) -> list[Reply]:
    """Asks for one description after the other."""
    draft = await desk.unit.drafts.draft(draft_id)
    if draft is None or draft.status is not DraftStatus.PENDING or not draft.content.images:
        return desk.tell("reply.gone")
    return [*desk.done(), *await _ask(desk, draft, _next(draft, 0) or 0)]


async def answer(desk: Desk) -> list[Reply] | None:
    """The description that was asked for; None when none was."""
    question = await desk.unit.questions.open(desk.event.chat_id, desk.actor.id)
    if question is None or question.kind != ALT:
        return None
    draft_id, _, number = question.subject.partition(":")
    draft = await desk.unit.drafts.draft(draft_id)
    if draft is None or draft.status is not DraftStatus.PENDING or int(number) >= len(draft.content.images):
        await desk.unit.questions.close(desk.event.chat_id, desk.actor.id)
        return None
    return await _describe(desk, draft, int(number), desk.event.text.strip(), go_on=True)


def _meant(desk: Desk, draft: Draft) -> tuple[int | None, str]:
    """Which picture (from 0, None: there is no such one) and what is said of it."""
    count, said = len(draft.content.images), desk.event.text.strip()
    if desk.event.reply_to in draft.pictured_by:
        return draft.pictured_by.index(desk.event.reply_to), said
    head, _, rest = said.partition(" ")
    if count > 1 and head.rstrip(".:").isdecimal():
        number = int(head.rstrip(".:"))
        return (number - 1 if 1 <= number <= count else None), rest.strip()
    return _next(draft, 0) or 0, said


def _next(draft: Draft, start: int) -> int | None:
    """The first picture from there on that nobody described yet."""
    images = draft.content.images
    return next((at for at in range(start, len(images)) if not images[at].alt), None)


async def _describe(desk: Desk, draft: Draft, number: int, text: str, *, go_on: bool = False) -> list[Reply]:
    if len(text) > ALT_LIMIT:
        return desk.say("reply.alt_long", length=len(text), most=ALT_LIMIT)
    if go_on:
        await desk.unit.questions.close(desk.event.chat_id, desk.actor.id)
    images = list(draft.content.images)
    images[number] = replace(images[number], alt=text)
    changed = await desk.unit.drafts.change(draft, content=replace(draft.content, images=tuple(images)))
    if changed is None:
        return [ShowCard(draft.id, anew=True)]
    following = _next(changed, number + 1) if go_on else None
    if following is not None:
        return await _ask(desk, changed, following)
    return [ShowCard(draft.id, anew=True)]


async def _ask(desk: Desk, draft: Draft, number: int) -> list[Reply]:
    """Shows the picture that is meant where there are several."""
    await desk.unit.questions.ask(desk.event.chat_id, desk.actor.id, Question(ALT, f"{draft.id}:{number}"), desk.now)
    image, count = draft.content.images[number], len(draft.content.images)
    prints = desk.house.fitting.shown(draft.content)
    shown = [Pictures(desk.event.chat_id, (prints[number].sha256,))] if count > 1 and number < len(prints) else []
    return [*shown, *desk.screen(describing(desk.words, draft.id, number + 1, count, image.alt))]
