"""The card's decisions: approve, discard, switch a network, rehearse, look closely."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from bot.fitting import seal
from bot.handlers.desk import Desk
from bot.handlers.drafts import decided
from bot.render import CardLine, choose, confirm, pictured, preview, say
from bot.replies import Pictures, Replace, Reply, ShowCard, ShowJob
from bot.standing import standing
from publishers.engine.decisions import Chosen, approve
from publishers.engine.model import Draft, DraftStatus
from publishers.engine.people import Question

SURE = "sure"
Act = Callable[[Desk, Draft], Awaitable[list[Reply]]]


async def approve_command(desk: Desk) -> list[Reply]:
    """/aprobar: as a reply that one, exactly one pending that one, several: asks."""
    if desk.event.reply_to is not None:
        answered = await desk.unit.drafts.by_message(desk.event.chat_id, desk.event.reply_to)
        if answered is not None:
            return await _approve(desk, answered)
    pending = await desk.unit.drafts.pending(desk.event.chat_id)
    if len(pending) == 1:
        return await _approve(desk, pending[0])
    return desk.screen(choose(pending, desk.words)) if pending else desk.say("reply.nothing_pending")


async def approve_tap(desk: Desk, draft_id: str, version: str) -> list[Reply]:
    return await with_version(desk, draft_id, version, _approve)


async def sure_tap(desk: Desk, draft_id: str, version: str) -> list[Reply]:
    """The first live approval, confirmed."""

    async def surely(desk: Desk, draft: Draft) -> list[Reply]:
        return await _approve(desk, draft, sure=True)

    return await with_version(desk, draft_id, version, surely)


async def with_version(desk: Desk, draft_id: str, version: str, act: Act) -> list[Reply]:
    """Only what the person saw is decided: an older card is replaced by the present one."""
    draft = await desk.unit.drafts.draft(draft_id)
    if draft is None or draft.status is not DraftStatus.PENDING:
        key, params = decided(desk, draft)
        return desk.tell(key, **params)
    if str(draft.version) != version:
        return [*desk.tell("reply.changed"), ShowCard(draft.id, anew=True)]
    return await act(desk, draft)


async def _approve(desk: Desk, draft: Draft, *, sure: bool = False) -> list[Reply]:
    if draft.status is not DraftStatus.PENDING:
        key, params = decided(desk, draft)
        return desk.tell(key, **params)
    if desk.house.second_person and draft.author.id == desk.actor.id:
        return desk.tell("reply.second_person")
    lines = await desk.fitted(draft)
    if draft.card_seal is not None and draft.card_seal != seal(lines):
        return [*desk.tell("reply.changed"), ShowCard(draft.id, anew=True)]
    going = [line for line in lines if line.goes]
    if not going:
        return [*desk.tell("reply.nowhere"), ShowCard(draft.id, anew=True)]
    if not sure and await _asks_first(desk, draft, going):
        return desk.screen(confirm(draft, lines, desk.words))
    return await _publish(desk, draft, going)


async def _asks_first(desk: Desk, draft: Draft, going: Sequence[CardLine]) -> bool:
    """Before the first live approval on an account. Typing the command a second time is a yes."""
    if not desk.house.reconfirm or desk.house.rehearsal or draft.dry_run:
        return False
    if not [line for line in going if not await desk.unit.accounts.proven(line.account.id)]:
        return False
    question = Question(SURE, f"{draft.id}:{draft.version}")
    asked = await desk.unit.questions.open(desk.event.chat_id, desk.actor.id)
    if desk.event.callback_id is None and asked == question:
        await desk.unit.questions.close(desk.event.chat_id, desk.actor.id)
        return False
    await desk.unit.questions.ask(desk.event.chat_id, desk.actor.id, question, desk.now)
    return True


async def _publish(desk: Desk, draft: Draft, going: Sequence[CardLine]) -> list[Reply]:
    live_id = _card_becomes_live(desk, draft)
    job = await approve(
        desk.unit,
        draft,
        [await _chosen(desk, line) for line in going],
        actor=desk.actor,
        at=desk.now,
        new_id=desk.house.new_id,
        live_id=live_id,
        dry_run=draft.dry_run or desk.house.dry_run,
    )
    if job is None:
        return [*desk.done("reply.changed"), ShowCard(draft.id, anew=True)]
    replies: list[Reply] = [*desk.done("reply.approved"), ShowJob(job.id)]
    tapped = desk.event.message_id if desk.event.callback_id is not None else None
    left = say(desk.words, "reply.card_approved", text=draft.content.text)
    dead = dict.fromkeys(each for each in (draft.card_id, tapped) if each is not None and each != live_id)
    return [*replies, *(Replace(draft.chat_id, message_id, left) for message_id in dead)]


def _card_becomes_live(desk: Desk, draft: Draft) -> int | None:
    """The card itself goes on living when it was tapped and is still the last message of the chat."""
    tapped = desk.event.message_id if desk.event.callback_id is not None else None
    if tapped is None or tapped != draft.card_id:
        return None
    return tapped if desk.house.courier.is_last(draft.chat_id, tapped) else None


async def _chosen(desk: Desk, line: CardLine) -> Chosen:
    if line.adapted is None:
        raise ValueError("only what goes is chosen")
    return Chosen(line.account, line.adapted, await desk.house.connections.simulates(line.account.id))


async def discard(desk: Desk, draft_id: str, version: str) -> list[Reply]:
    async def act(desk: Desk, draft: Draft) -> list[Reply]:
        if not await desk.unit.drafts.decide(draft, actor=desk.actor, at=desk.now, job_id=None):
            return [*desk.done("reply.changed"), ShowCard(draft.id, anew=True)]
        gone = say(desk.words, "reply.discarded", text=draft.content.text)
        return [*desk.done(), Replace(draft.chat_id, desk.event.message_id, gone)]

    return await with_version(desk, draft_id, version, act)


async def toggle(desk: Desk, draft_id: str, version: str, index: str) -> list[Reply]:
    """One account on or off."""

    async def act(desk: Desk, draft: Draft) -> list[Reply]:
        account = (await desk.fitted(draft))[int(index)].account
        switched = [replace(target, on=target.on is not (target.account_id == account.id)) for target in draft.targets]
        await desk.unit.drafts.change(draft, targets=switched)
        return [*desk.done(), ShowCard(draft.id)]

    return await with_version(desk, draft_id, version, act)


async def rehearse(desk: Desk, draft_id: str, version: str) -> list[Reply]:
    """*Simular*: everything but the public step, or for real again."""

    async def act(desk: Desk, draft: Draft) -> list[Reply]:
        await desk.unit.drafts.change(draft, dry_run=not draft.dry_run)
        return [*desk.done("reply.for_real" if draft.dry_run else "reply.rehearsing"), ShowCard(draft.id)]

    return await with_version(desk, draft_id, version, act)


async def look_closely(desk: Desk, draft_id: str, version: str) -> list[Reply]:
    """*Ver por red*: the exact texts and the exact pictures."""

    async def act(desk: Desk, draft: Draft) -> list[Reply]:
        fitted = await desk.fitted(draft)
        lines = await standing(desk.unit, draft, fitted, desk.house.connected, desk.now)
        profiles = {name: platform.profile for name, platform in desk.house.platforms.items()}
        screens = preview(lines, profiles, desk.words, acting=desk.house.rehearsal or draft.dry_run)
        texts = [reply for screen in screens for reply in desk.screen(screen)]
        return [*texts, *_pictures(desk, lines)]

    return await with_version(desk, draft_id, version, act)


def _pictures(desk: Desk, lines: Sequence[CardLine]) -> list[Reply]:
    """The exact pictures, with the networks and the part that get them; those that get the same ones share."""
    shown: dict[tuple[str, ...], list[str]] = {}
    for line in lines:
        if not line.goes or line.adapted is None:
            continue
        parts = line.adapted.parts
        for number, part in enumerate(parts, start=1):
            name = pictured(line, number if len(parts) > 1 else 0, desk.words)
            shown.setdefault(tuple(media.sha256 for media in part.media), []).append(name)
    chat_id = desk.event.chat_id
    return [Pictures(chat_id, sha256s, desk.words.names(names)) for sha256s, names in shown.items() if sha256s]
