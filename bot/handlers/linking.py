"""Permission from the chat: a link to consent, an account to pick or confirm, an address or a key that is typed."""

from collections.abc import Sequence

from pydantic import SecretStr

from bot import pasted
from bot.handlers.desk import Desk
from bot.linking import QUESTION
from bot.render import connected
from bot.render import permissions as shown
from bot.replies import Erase, Link, Replace, Reply, Say
from publishers.engine.errors import Needs
from publishers.engine.model import Account
from publishers.engine.people import Question

KEY = "key"
"""Kind of the question that a key answers; its subject is the linking's id."""
LONGEST_KEY = 500
SHORTEST_CODE = 16
"""Characters of a code that is pasted alone: shorter ones may be words."""


async def way(desk: Desk, platform: str, account: Account | None, *, delegated: bool = False) -> list[Reply]:
    """How to give the permission: a link, a key to type, else what to do at the machine.

    A link is a key to the account's place: in a group it goes to the one who asked, not to everybody.
    """
    linker, title = desk.house.linker, desk.title(platform)
    if linker.links(platform):
        chat_id = desk.actor.id
        offer = await linker.offer(
            desk.unit, platform, account=account, chat_id=chat_id, by=desk.actor, now=desk.now, delegated=delegated
        )
        if offer.pasted:
            await desk.unit.questions.ask(chat_id, desk.actor.id, Question(QUESTION, offer.linking_id), desk.now)
        screen = shown.offer(offer, account, platform, title, desk.words, delegated=delegated)
        return [*_aside(desk), Say(chat_id, screen)]
    if linker.takes_keys(platform) and not delegated:
        return await _key(desk, platform, account)
    if account is None:
        return desk.say("reply.connect", platform=title, name=platform)
    return desk.say("reply.reauthorize", name=platform, platform=title, account=account.name)


def _aside(desk: Desk) -> list[Reply]:
    return desk.done() if desk.event.private else desk.tell("link.in_private")


async def _key(desk: Desk, platform: str, account: Account | None) -> list[Reply]:
    linker, by, now = desk.house.linker, desk.actor, desk.now
    linking_id = await linker.ask_key(desk.unit, platform, account=account, chat_id=by.id, by=by, now=now)
    await desk.unit.questions.ask(by.id, by.id, Question(KEY, linking_id), now)
    return [*_aside(desk), Say(by.id, shown.ask_key(desk.title(platform), desk.words))]


# -- an account is picked or confirmed ---------------------------------------------------------------------------


async def linked_tap(desk: Desk, linking_id: str, index: str) -> list[Reply]:
    linker = desk.house.linker
    number = int(index) if index.isdecimal() else -1
    account = await linker.choose(desk.unit, linking_id, number, desk.actor, desk.now)
    if account is None:
        return desk.tell("reply.gone")
    waiting = await _waiting(desk, account)
    screen = connected(account, desk.title(account.platform), desk.words, desk.now, waiting=waiting)
    return [*desk.done(), Replace(desk.event.chat_id, desk.event.message_id, screen)]


async def not_linked_tap(desk: Desk, linking_id: str) -> list[Reply]:
    await desk.house.linker.reject(desk.unit, linking_id, desk.actor, desk.now)
    return [*desk.done(), Replace(desk.event.chat_id, desk.event.message_id, shown.rejected(desk.words))]


async def _waiting(desk: Desk, account: Account) -> int:
    """Deliveries that wait for this permission only."""
    jobs = await desk.unit.jobs.latest(desk.event.chat_id)
    return sum(
        delivery.account_id == account.id and delivery.needs is Needs.AUTHORIZATION
        for job in jobs
        for delivery in job.deliveries
    )


# -- what is typed -----------------------------------------------------------------------------------------------


async def answer(desk: Desk) -> list[Reply] | None:
    """The address, code or key that was asked for; None when none was, or when this is not one."""
    question = await desk.unit.questions.open(desk.event.chat_id, desk.actor.id)
    if question is None or question.kind not in {QUESTION, KEY} or not desk.event.private:
        return None
    typed = desk.event.text.strip()
    if not _fits(typed, question, replied=desk.event.reply_to is not None):
        return None
    await desk.unit.questions.close(desk.event.chat_id, desk.actor.id)
    held = await desk.unit.linkings.hold(question.subject, SecretStr(typed))
    await desk.unit.inbox.blank(desk.event.update_id)
    erase = Erase(desk.event.chat_id, desk.event.message_id, desk.words("link.erase_yourself"))
    if not held:
        return [erase, *desk.say("link.unknown")]
    return [erase, *desk.say("link.checking"), Link(question.subject, keyed=question.kind == KEY)]


def _fits(typed: str, question: Question, *, replied: bool) -> bool:
    """A draft that is written meanwhile is a draft: it is not mistaken for a secret and erased."""
    if question.kind == KEY:
        return 0 < len(typed) <= LONGEST_KEY and len(typed.split()) == 1
    found = pasted.read(typed)
    return found is not None and (replied or found.state is not None or len(typed) >= SHORTEST_CODE)


# -- who needs it ------------------------------------------------------------------------------------------------


async def ways(desk: Desk, accounts: Sequence[Account]) -> list[Reply]:
    told = [reply for account in accounts for reply in await way(desk, account.platform, account)]
    return list(dict.fromkeys(told))
