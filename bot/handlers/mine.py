"""/misdatos: everything that is kept about a person, as a file; and how to have it erased."""

from bot.handlers import team
from bot.handlers.desk import Desk
from bot.render import mine as shown
from bot.replies import Dossier, Replace, Reply


async def mine_command(desk: Desk) -> list[Reply]:
    return desk.screen(shown.mine(desk.words)) if desk.event.private else desk.say("mine.private")


async def export_tap(desk: Desk) -> list[Reply]:
    if not desk.event.private:
        return desk.tell("mine.private")
    return [*desk.done("mine.gathering"), Dossier(desk.event.chat_id, desk.actor.id)]


async def erase_tap(desk: Desk) -> list[Reply]:
    """Asked once: what is on its way is never lost by it."""
    refused = await _refusal(desk)
    return refused or [*desk.done(), Replace(desk.event.chat_id, desk.event.message_id, shown.erasing(desk.words))]


async def erased_tap(desk: Desk) -> list[Reply]:
    refused = await _refusal(desk)
    if refused:
        return refused
    told = [*desk.done(), Replace(desk.event.chat_id, desk.event.message_id, shown.erased(desk.words))]
    await desk.unit.dossiers.erase(desk.actor.id)
    await desk.unit.people.leave(desk.actor.id)
    return told


async def _refusal(desk: Desk) -> list[Reply]:
    if not desk.event.private:
        return desk.tell("mine.private")
    under_way = await desk.unit.dossiers.unfinished(desk.actor.id)
    if under_way:
        return desk.screen(shown.under_way(under_way, desk.words))
    return desk.tell("team.last_owner") if await team.indispensable(desk) else []
