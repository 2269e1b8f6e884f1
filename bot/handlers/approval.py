"""The card's decisions: approve, discard, switch a network, rehearse, look closely."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from bot.fitting import seal
from bot.handlers.desk import Desk
from bot.handlers.drafts import decided
from bot.handlers.hold import hint
from bot.remaining import remaining
from bot.render import CardLine, choose, confirm, pictured, preview, say
from bot.render.own_words import below
from bot.render.rest import offering
from bot.replies import Pictures, Preview, Replace, Reply, ShowCard, ShowJob
from bot.screen import Screen
from bot.standing import standing
from publishers.engine.decisions import Chosen, Later, approve
from publishers.engine.model import Draft, DraftStatus, Job, Wait
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
    draft = await seen(desk, draft_id, version)
    return await act(desk, draft) if isinstance(draft, Draft) else draft


async def seen(desk: Desk, draft_id: str, version: str) -> Draft | list[Reply]:
    """The draft as the person saw it; otherwise what to say."""
    draft = await desk.unit.drafts.draft(draft_id)
    if draft is None or draft.status is not DraftStatus.PENDING:
        key, params = decided(desk, draft)
        return desk.tell(key, **params)
    if str(draft.version) != version:
        return [*desk.tell("reply.changed"), ShowCard(draft.id, anew=True)]
    return draft


@dataclass(frozen=True, slots=True)
class Passed:
    """A draft that this person may approve as it is. `lines`: all of its card."""

    draft: Draft
    lines: tuple[CardLine, ...]

    @property
    def going(self) -> tuple[CardLine, ...]:
        return tuple(line for line in self.lines if line.goes)


async def check(desk: Desk, draft: Draft) -> Passed | list[Reply]:
    """Everything that keeps an approval from being one, but the question before the first."""
    if draft.status is not DraftStatus.PENDING:
        key, params = decided(desk, draft)
        return desk.tell(key, **params)
    if desk.house.second_person and draft.author.id == desk.actor.id:
        return desk.tell("reply.second_person")
    got = await _got_already(desk, draft)
    if got:
        return got
    passed = Passed(draft, tuple(await desk.fitted(draft)))
    if draft.card_seal is not None and draft.card_seal != seal(passed.lines):
        return [*desk.tell("reply.changed"), ShowCard(draft.id, anew=True)]
    if not passed.going:
        return [*desk.tell("reply.nowhere"), ShowCard(draft.id, anew=True)]
    return passed


async def _got_already(desk: Desk, draft: Draft) -> list[Reply]:
    """Of what follows another draft: an account that has it by now gets it no second time."""
    if draft.origin_id is None:
        return []
    reached = await desk.unit.repeats.reached(draft.origin_id)
    if not any(target.on and target.account_id in reached for target in draft.targets):
        return []
    left = [target for target in draft.targets if target.account_id not in reached]
    await desk.unit.drafts.change(draft, targets=left)
    return [*desk.tell("rest.got_already"), ShowCard(draft.id, anew=True)]


async def unproven(desk: Desk, passed: Passed) -> list[CardLine]:
    """Where it goes for real and nothing real has gone before."""
    if not desk.house.reconfirm or desk.house.rehearsal or passed.draft.dry_run:
        return []
    return [line for line in passed.going if not await desk.unit.accounts.proven(line.account.id)]


async def _approve(desk: Desk, draft: Draft, *, sure: bool = False) -> list[Reply]:
    passed = await check(desk, draft)
    if not isinstance(passed, Passed):
        return passed
    if not sure and await _asks_first(desk, passed):
        return desk.screen(confirm(draft, passed.lines, desk.words))
    hold = desk.house.hold
    return await publish(desk, passed, Later(desk.now + hold, Wait.HOLD) if hold else None)


async def _asks_first(desk: Desk, passed: Passed) -> bool:
    """Before the first live approval on an account. Typing the command a second time is a yes."""
    if not await unproven(desk, passed):
        return False
    question = Question(SURE, f"{passed.draft.id}:{passed.draft.version}")
    asked = await desk.unit.questions.open(desk.event.chat_id, desk.actor.id)
    if desk.event.callback_id is None and asked == question:
        await desk.unit.questions.close(desk.event.chat_id, desk.actor.id)
        return False
    await desk.unit.questions.ask(desk.event.chat_id, desk.actor.id, question, desk.now)
    return True


async def publish(desk: Desk, passed: Passed, later: Later | None) -> list[Reply]:
    """It becomes a job: at once, after the hold, or at its hour."""
    draft, by_hour = passed.draft, later is not None and later.wait is Wait.HOUR
    live_id = _becomes_live(desk, draft, by_hour=by_hour)
    job = await approve(
        desk.unit,
        draft,
        [await _chosen(desk, line) for line in passed.going],
        actor=desk.actor,
        at=desk.now,
        new_id=desk.house.new_id,
        live_id=live_id,
        dry_run=draft.dry_run or desk.house.dry_run,
        later=later,
    )
    if job is None:
        return [*desk.done("reply.changed"), ShowCard(draft.id, anew=True)]
    await hint(desk, job)
    replies: list[Reply] = [*desk.done(_told(later)), ShowJob(job.id)]
    left = await _left(desk, job, draft, by_hour=by_hour)
    dead = dict.fromkeys(each for each in (draft.card_id, _tapped(desk)) if each is not None and each != live_id)
    followed = await desk.unit.drafts.draft(draft.origin_id) if draft.origin_id is not None else None
    replies += [ShowJob(followed.job_id)] if followed is not None and followed.job_id is not None else []
    return [*replies, *(Replace(draft.chat_id, message_id, left) for message_id in dead)]


async def _left(desk: Desk, job: Job, draft: Draft, *, by_hour: bool) -> Screen:
    """What the card becomes where another message tells how it goes on."""
    left = say(desk.words, "reply.card_planned" if by_hour else "reply.card_approved", text=draft.content.text)
    some = await remaining(desk.unit, job, draft, desk.house.platforms)
    return replace(left, buttons=offering(job.id, desk.words)) if some else left


def _told(later: Later | None) -> str:
    if later is None:
        return "reply.approved"
    return "reply.planned" if later.wait is Wait.HOUR else "reply.held"


def _becomes_live(desk: Desk, draft: Draft, *, by_hour: bool) -> int | None:
    """What was tapped goes on living while it is the last message of the chat: the card, or the question of the hour.

    A question before the first approval does not: it stands below its card.
    """
    tapped = _tapped(desk)
    if tapped is None or not (by_hour or tapped == draft.card_id):
        return None
    return tapped if desk.house.courier.is_last(draft.chat_id, tapped) else None


def _tapped(desk: Desk) -> int | None:
    return desk.event.message_id if desk.event.callback_id is not None else None


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
    """*Ver por red*: the exact texts, each in a message that stands for its account, and the exact pictures."""

    async def act(desk: Desk, draft: Draft) -> list[Reply]:
        fitted = await desk.fitted(draft)
        lines = await standing(desk.unit, draft, fitted, desk.house.connected, desk.now)
        desk.house.fitting.previews.look(lines)
        lines = desk.house.fitting.previews.told(lines)
        profiles = {name: platform.profile for name, platform in desk.house.platforms.items()}
        acting = desk.house.rehearsal or draft.dry_run
        shown = [line for line in lines if line.on and line.adapted is not None]
        texts: list[Reply] = []
        for line in shown:
            screens = preview([line], profiles, desk.words, acting=acting)
            texts += _previews(desk, draft, screens, line, shown)
        nothing = [] if shown else desk.screen(preview([], profiles, desk.words)[0])
        return [*desk.done(), *texts, *nothing, *_pictures(desk, lines)]

    return await with_version(desk, draft_id, version, act)


def _previews(
    desk: Desk, draft: Draft, screens: Sequence[Screen], line: CardLine, shown: Sequence[CardLine]
) -> list[Reply]:
    """Of one account. The last of its messages has the buttons."""
    *first, last = screens
    whole = (*first, replace(last, buttons=below(draft, line, shown, desk.words)))
    return [Preview(desk.event.chat_id, screen, draft.id, line.account.id) for screen in whole]


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
