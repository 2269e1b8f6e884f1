"""A draft arrives, changes, or turns out to be only talk."""

from dataclasses import replace

from adapters.content import Content
from adapters.profile import POST
from bot.event import Kind
from bot.handlers import describe, linking, mentions, networks, place
from bot.handlers.desk import Desk
from bot.handlers.reopened import present
from bot.i18n import Words
from bot.render import is_draft, say
from bot.render.replies import editing
from bot.replies import Replace, Reply, ShowCard
from publishers.engine.model import Account, Draft, DraftStatus, Target
from publishers.engine.people import Question

EDIT = "edit"
PUNCTUATION = ".,;:!¡?¿…\"'()"


async def text(desk: Desk) -> list[Reply]:
    """A text message: the answer to an open question, a correction, talk, or a new draft."""
    for answer in (linking.answer, networks.answer, describe.answer, place.answer, mentions.answer):
        told = await answer(desk)
        if told is not None:
            return told
    meant = await asked_about(desk) or await answered(desk)
    if meant is not None:
        return await rewrite(desk, meant)
    if not desk.event.text.strip():
        return desk.say("reply.blank")
    if _may_be_talk(desk.event.text, desk.words):
        return desk.screen(is_draft(desk.words, str(desk.event.message_id)), reply=True)
    return await add(desk, desk.event.message_id, Content(desk.event.text, spans=desk.event.spans))


async def asked_about(desk: Desk) -> Draft | None:
    """The pending draft whose new content was asked for; the question is answered with this."""
    question = await desk.unit.questions.open(desk.event.chat_id, desk.actor.id)
    if question is None or question.kind != EDIT:
        return None
    await desk.unit.questions.close(desk.event.chat_id, desk.actor.id)
    asked = await desk.unit.drafts.draft(question.subject)
    return asked if asked is not None and asked.status is DraftStatus.PENDING else None


async def answer_draft(desk: Desk, _: str, answer: str) -> list[Reply]:
    """¿Es un borrador? The words stand in the message that was asked about."""
    asked = Replace(desk.event.chat_id, desk.event.message_id, say(desk.words, "reply.just_talk"))
    if answer != "yes":
        return [*desk.done(), asked]
    if desk.event.reply_to is None or not desk.event.replied_text.strip():
        return desk.tell("reply.gone")
    kept = Replace(desk.event.chat_id, desk.event.message_id, say(desk.words, "reply.draft_saved"))
    content = Content(desk.event.replied_text, spans=desk.event.replied_spans)
    return [*desk.done(), kept, *await add(desk, desk.event.reply_to, content)]


async def edit(desk: Desk, draft_id: str) -> list[Reply]:
    """*Editar*: the next message is the new text."""
    draft = await desk.unit.drafts.draft(draft_id)
    if draft is None or draft.status is not DraftStatus.PENDING:
        return await _too_late(desk, draft)
    await desk.unit.questions.ask(desk.event.chat_id, desk.actor.id, Question(EDIT, draft_id), desk.now)
    return desk.screen(editing(desk.words, draft_id))


async def cancel(desk: Desk, _: str = "") -> list[Reply]:
    """/cancelar: leave the open question."""
    question = await desk.unit.questions.open(desk.event.chat_id, desk.actor.id)
    await desk.unit.questions.close(desk.event.chat_id, desk.actor.id)
    if desk.event.callback_id is not None:
        left = Replace(desk.event.chat_id, desk.event.message_id, say(desk.words, "reply.cancelled"))
        return [*desk.done(), left]
    return desk.say("reply.cancelled" if question is not None else "reply.nothing_to_cancel")


async def show(desk: Desk, draft_id: str) -> list[Reply]:
    """The card of a draft again, at the end of the chat."""
    draft = await desk.unit.drafts.draft(draft_id)
    if draft is None or draft.status is not DraftStatus.PENDING:
        return await _too_late(desk, draft)
    return [*desk.done(), ShowCard(draft.id, anew=True)]


async def borrador(desk: Desk) -> list[Reply]:
    """/borrador text: a draft for certain, also in a group."""
    if not desk.event.text.strip():
        return desk.say("reply.blank")
    return await add(desk, desk.event.message_id, Content(desk.event.text, spans=desk.event.spans))


async def unsupported(desk: Desk) -> list[Reply]:
    """What is neither text nor a picture."""
    key = {"animation": "reply.animation", "video": "reply.video"}.get(desk.event.sort, "reply.unsupported")
    return desk.screen(say(desk.words, key), reply=True)


async def add(desk: Desk, source_id: int, content: Content) -> list[Reply]:
    """A new draft; its card follows. Of an album, more pictures may follow."""
    draft = Draft(
        id=desk.house.new_id(),
        chat_id=desk.event.chat_id,
        source_id=source_id,
        author=desk.actor,
        version=1,
        status=DraftStatus.PENDING,
        content=content,
        targets=await targets(desk),
        created_at=desk.now,
        album=desk.event.album,
        pictured_by=(source_id,) if content.images else (),
    )
    if await desk.unit.drafts.add(draft):
        return [ShowCard(draft.id, patient=draft.album is not None)]
    known = await desk.unit.drafts.by_message(desk.event.chat_id, source_id)
    return [ShowCard(known.id, anew=True)] if known is not None else []


async def targets(desk: Desk) -> tuple[Target, ...]:
    """Every connected account, as it was chosen last time in this chat. A story is for one time only, and so are words
    of its own.
    """
    chosen = await desk.unit.drafts.last_targets(desk.event.chat_id)
    last = {target.account_id: replace(target, format=POST, own=None) for target in chosen}
    accounts = [a for a in await desk.unit.accounts.accounts() if a.platform in desk.house.platforms]
    return tuple(last.get(account.id, _default(account)) for account in accounts)


def _default(account: Account) -> Target:
    return Target(account.id, on=account.target)


async def rewrite(desk: Desk, draft: Draft) -> list[Reply]:
    """Other words for a draft; its pictures stay."""
    if draft.status is not DraftStatus.PENDING:
        return await _too_late(desk, draft)
    if not desk.event.text.strip() and not draft.content.images:
        return desk.say("reply.blank")
    changed = await desk.unit.drafts.change(draft, content=draft.content.worded(desk.event.wording))
    in_place = changed is None or desk.event.kind is Kind.EDITED
    return [ShowCard(draft.id, anew=not in_place)]


async def answered(desk: Desk) -> Draft | None:
    """The pending draft whose card or source this message replies to."""
    if desk.event.reply_to is None:
        return None
    draft = await present(desk, await desk.unit.drafts.by_message(desk.event.chat_id, desk.event.reply_to))
    return draft if draft is not None and draft.status is DraftStatus.PENDING else None


async def _too_late(desk: Desk, draft: Draft | None) -> list[Reply]:
    key, params = decided(desk, draft)
    return desk.tell(key, **params)


def decided(desk: Desk, draft: Draft | None) -> tuple[str, dict[str, object]]:
    """Why a draft can no longer be decided: who did what, and when."""
    if draft is None or draft.decided_by is None or draft.decided_at is None:
        return "reply.gone", {}
    key = "reply.already_approved" if draft.status is DraftStatus.APPROVED else "reply.already_discarded"
    return key, {"who": draft.decided_by.name, "when": desk.words.when(draft.decided_at, desk.now)}


def _may_be_talk(text: str, words: Words) -> bool:
    """Nothing but words of courtesy: "ok", "muchas gracias"."""
    talk = set(words("talk.words").split(", "))
    said = [word.strip(PUNCTUATION).casefold() for word in text.split()]
    return all(word in talk for word in said if word)
