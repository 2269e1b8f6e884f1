"""Words for one account only: asked for by button, given as a reply, taken back."""

from collections.abc import Sequence
from dataclasses import replace

from adapters.content import Wording
from adapters.spans import piece, stripped
from bot.event import Kind
from bot.handlers import drafts
from bot.handlers.approval import with_version
from bot.handlers.desk import Desk
from bot.handlers.drafts import decided
from bot.handlers.reopened import present
from bot.render import CardLine, own_words
from bot.render.card import called
from bot.replies import Reply, ShowCard
from publishers.engine.model import Draft, DraftStatus, Target
from publishers.engine.people import Question

OWN = "own"
"""The question whose answer are the words of one account; its subject names draft and account."""
_LONGEST_NAME = 30


async def edit_tap(desk: Desk, draft_id: str) -> list[Reply]:
    """*Editar*: for all, or for one? Asked where that makes a difference."""
    draft = await desk.unit.drafts.draft(draft_id)
    if draft is None or draft.status is not DraftStatus.PENDING:
        return await drafts.edit(desk, draft_id)
    lines = [line for line in await desk.fitted(draft) if line.on]
    own = any(target.on and target.own is not None for target in draft.targets)
    if len(lines) < 2 and not own:  # noqa: PLR2004 - one alone is all
        return await drafts.edit(desk, draft_id)
    return desk.screen(own_words.which(draft, lines, desk.words))


async def own_tap(desk: Desk, draft_id: str, start: str) -> list[Reply]:
    """*✏️ X*: the next message is the text of this account."""
    draft = await desk.unit.drafts.draft(draft_id)
    if draft is None or draft.status is not DraftStatus.PENDING:
        key, params = decided(desk, draft)
        return desk.tell(key, **params)
    meant = next((each.account_id for each in draft.targets if each.account_id.startswith(start)), None)
    return await _ask(desk, draft, meant) if meant is not None else desk.tell("reply.gone")


async def common_tap(desk: Desk, draft_id: str, version: str, index: str) -> list[Reply]:
    """*↩️ Como el resto*."""

    async def act(desk: Desk, draft: Draft) -> list[Reply]:
        chosen = draft.targets[int(index)]
        await desk.unit.drafts.change(draft, targets=_with(draft, replace(chosen, own=None)))
        name = await _name(desk, draft, chosen.account_id)
        return [
            *desk.done("own.taken_back", name=name),
            ShowCard(draft.id, anew=desk.event.message_id != draft.card_id),
        ]

    return await with_version(desk, draft_id, version, act)


async def answer(desk: Desk) -> list[Reply] | None:
    """A text that is meant for one account: the one that was asked about, or whose preview or name it answers."""
    asked = await _asked(desk)
    if asked is not None:
        await desk.unit.questions.close(desk.event.chat_id, desk.actor.id)
        return await _give(desk, *asked, _said(desk))
    if desk.event.reply_to is None:
        return None
    draft = await present(desk, await desk.unit.drafts.by_message(desk.event.chat_id, desk.event.reply_to))
    account_id = await desk.unit.previews.account(desk.event.chat_id, desk.event.reply_to)
    if draft is None:
        return None
    if account_id is not None:
        return await _give(desk, draft, account_id, _said(desk))
    return await _named(desk, draft) if draft.status is DraftStatus.PENDING else None


async def edited(desk: Desk) -> list[Reply] | None:
    """The person edited the message with the words of one account."""
    account_id = await desk.unit.previews.account(desk.event.chat_id, desk.event.message_id)
    draft = await present(desk, await desk.unit.drafts.by_message(desk.event.chat_id, desk.event.message_id))
    if account_id is None or draft is None:
        return None
    head, colon, _ = desk.event.text.partition(":")
    named = colon and desk.house.platform(head.strip()) is not None
    return await _give(desk, draft, account_id, _said(desk, len(head) + 1 if named else 0))


async def picture(desk: Desk) -> list[Reply] | None:
    """A picture where words for one account are meant: pictures are for all."""
    asked, replied = await _asked(desk), desk.event.reply_to
    preview = replied is not None and await desk.unit.previews.account(desk.event.chat_id, replied) is not None
    return desk.say("own.no_picture") if asked is not None or preview else None


async def _asked(desk: Desk) -> tuple[Draft, str] | None:
    """The pending draft and the account whose words were asked for."""
    question = await desk.unit.questions.open(desk.event.chat_id, desk.actor.id)
    if question is None or question.kind != OWN:
        return None
    draft_id, _, account_id = question.subject.partition(":")
    draft = await desk.unit.drafts.draft(draft_id)
    return (draft, account_id) if draft is not None and draft.status is DraftStatus.PENDING else None


async def _named(desk: Desk, draft: Draft) -> list[Reply] | None:
    """What begins with the name of a network and a colon is for it alone. Without a text it is asked for."""
    head, colon, _ = desk.event.text.partition(":")
    platform = desk.house.platform(head.strip()) if colon and len(head) <= _LONGEST_NAME else None
    if platform is None:
        return None
    account_id = await _main(desk, draft, platform.name)
    if account_id is None:
        return desk.say("own.no_account", network=platform.title)
    said = _said(desk, len(head) + 1)
    return await (_give(desk, draft, account_id, said) if said.text else _ask(desk, draft, account_id))


def _said(desk: Desk, start: int = 0) -> Wording:
    """What the person wrote, from there on."""
    wording = desk.event.wording
    return stripped(piece(wording, start, len(wording.text)))


async def _main(desk: Desk, draft: Draft, platform: str) -> str | None:
    """The account of this network that is meant: one it goes to before others, the main one before satellites."""
    on = {target.account_id: target.on for target in draft.targets}
    ours = [each for each in await desk.unit.accounts.accounts() if each.platform == platform and each.id in on]
    return max(ours, key=lambda each: (on[each.id], each.main)).id if ours else None


async def _ask(desk: Desk, draft: Draft, account_id: str) -> list[Reply]:
    question = Question(OWN, f"{draft.id}:{account_id}")
    await desk.unit.questions.ask(desk.event.chat_id, desk.actor.id, question, desk.now)
    target = next(each for each in draft.targets if each.account_id == account_id)
    name = await _name(desk, draft, account_id)
    return desk.screen(own_words.asking(draft, name, draft.content_of(target).text, desk.words))


async def _give(desk: Desk, draft: Draft, account_id: str, said: Wording) -> list[Reply]:
    """The words of all, given to one, are no words of its own."""
    target = next((each for each in draft.targets if each.account_id == account_id), None)
    if draft.status is not DraftStatus.PENDING or target is None:
        key, params = decided(desk, draft)
        return desk.say(key, **params)
    if not said.text:
        return desk.say("reply.blank")
    own = None if said == draft.content.wording else said
    await desk.unit.drafts.change(draft, targets=_with(draft, replace(target, own=own, on=True)))
    chat_id, message_id = desk.event.chat_id, desk.event.message_id
    await desk.unit.previews.previewed(chat_id, message_id, draft_id=draft.id, account_id=account_id)
    return [ShowCard(draft.id, anew=desk.event.kind is not Kind.EDITED)]


def _with(draft: Draft, changed: Target) -> Sequence[Target]:
    return [changed if target.account_id == changed.account_id else target for target in draft.targets]


async def _name(desk: Desk, draft: Draft, account_id: str) -> str:
    """As its buttons call it."""
    lines: Sequence[CardLine] = await desk.fitted(draft)
    found = next((line for line in lines if line.account.id == account_id), None)
    return called(found, lines) if found is not None else ""
