"""/redes: the accounts, one by one: connect, renew, rename, main or satellite, target or not, disconnect."""

from bot.handlers import linking
from bot.handlers.desk import Desk
from bot.handlers.seeing import account_list
from bot.render import permissions as shown
from bot.replies import Part, Replace, Reply
from bot.screen import Screen
from publishers.engine.model import Account
from publishers.engine.people import Question

NAME = "name"
"""Kind of the question that a new name answers; its subject is the account's id."""
LONGEST_NAME = 60


async def accounts_command(desk: Desk) -> list[Reply]:
    """/redes: every account with its state."""
    return desk.screen(await account_list(desk))


async def accounts_tap(desk: Desk) -> list[Reply]:
    return _here(desk, await account_list(desk))


async def account_tap(desk: Desk, account_id: str) -> list[Reply]:
    account = await desk.unit.accounts.account(account_id)
    return await _show(desk, account) if account is not None else desk.tell("reply.gone")


# -- one more ----------------------------------------------------------------------------------------------------


async def connect_tap(desk: Desk, platform: str = "") -> list[Reply]:
    """Which network? Then how."""
    if not platform:
        return _here(desk, shown.connectable(desk.house.platforms, desk.words))
    if platform not in desk.house.platforms:
        return desk.tell("reply.gone")
    return await linking.way(desk, platform, None)


async def delegate_tap(desk: Desk, subject: str) -> list[Reply]:
    """A link for somebody else: for one account, or for any of a network."""
    account = await desk.unit.accounts.account(subject)
    platform = account.platform if account is not None else subject
    if platform not in desk.house.platforms or not desk.house.linker.links(platform):
        return desk.tell("reply.gone")
    return await linking.way(desk, platform, account, delegated=True)


# -- what it is called and used for ------------------------------------------------------------------------------


async def rename_tap(desk: Desk, account_id: str) -> list[Reply]:
    account = await desk.unit.accounts.account(account_id)
    if account is None:
        return desk.tell("reply.gone")
    await desk.unit.questions.ask(desk.event.chat_id, desk.actor.id, Question(NAME, account_id), desk.now)
    return desk.say("accounts.ask_name", account=account.name)


async def answer(desk: Desk) -> list[Reply] | None:
    """The name that was asked for; None when none was, or when this is too long to be one."""
    question = await desk.unit.questions.open(desk.event.chat_id, desk.actor.id)
    if question is None or question.kind != NAME:
        return None
    await desk.unit.questions.close(desk.event.chat_id, desk.actor.id)
    name = desk.event.text.strip()
    account = await desk.unit.accounts.account(question.subject)
    if account is None or not name or len(name) > LONGEST_NAME or "\n" in name:
        return None
    await desk.unit.accounts.rename(account.id, name, actor=desk.actor, at=desk.now)
    return await _show(desk, account)


async def main_tap(desk: Desk, account_id: str) -> list[Reply]:
    account = await desk.unit.accounts.account(account_id)
    if account is None:
        return desk.tell("reply.gone")
    await desk.unit.accounts.promote(account_id, actor=desk.actor, at=desk.now)
    return await _show(desk, account)


async def aim_tap(desk: Desk, account_id: str, whether: str) -> list[Reply]:
    account = await desk.unit.accounts.account(account_id)
    if account is None or whether not in {"on", "off"}:
        return desk.tell("reply.gone")
    await desk.unit.accounts.aim(account_id, target=whether == "on", actor=desk.actor, at=desk.now)
    return await _show(desk, account)


# -- no more -----------------------------------------------------------------------------------------------------


async def part_tap(desk: Desk, account_id: str) -> list[Reply]:
    account = await desk.unit.accounts.account(account_id)
    if account is None:
        return desk.tell("reply.gone")
    return _here(desk, shown.parting(account, desk.house.platforms, desk.words))


async def parted_tap(desk: Desk, account_id: str) -> list[Reply]:
    account = await desk.unit.accounts.account(account_id)
    if account is None:
        return desk.tell("reply.gone")
    gone = shown.parted(account, desk.house.platforms, desk.words)
    return [*_here(desk, gone), Part(account_id, desk.event.chat_id, desk.actor)]


# ----------------------------------------------------------------------------------------------------------------


async def _show(desk: Desk, account: Account) -> list[Reply]:
    """As it is now: in its place after a tap, as a message after what was typed."""
    now = await desk.unit.accounts.account(account.id) or account
    linker = desk.house.linker
    others = [each for each in await desk.unit.accounts.accounts() if each.platform == account.platform]
    screen = shown.account(
        now,
        desk.house.platforms,
        desk.words,
        desk.now,
        links=linker.links(now.platform),
        several=len(others) > 1,
        renewed=bool(await desk.renewed([now])),
    )
    return _here(desk, screen) if desk.event.callback_id is not None else desk.screen(screen)


def _here(desk: Desk, screen: Screen) -> list[Reply]:
    return [*desk.done(), Replace(desk.event.chat_id, desk.event.message_id, screen)]
