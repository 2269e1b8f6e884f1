"""/pausa and /reanudar: networks stand still and go on. Nothing is lost: what is due there waits."""

from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby
from operator import attrgetter

from bot.handlers.desk import Desk
from bot.handlers.seeing import account_list
from bot.render import pauses as shown
from bot.replies import Replace, Reply, Say, ShowJob
from bot.screen import Screen
from publishers.engine.errors import Needs
from publishers.engine.gate import Gate
from publishers.engine.model import Delivery, Job

Switch = Callable[[Desk, Sequence[str]], Awaitable[tuple[str, Screen | None, list[Reply]]]]
"""(what to say in one line, the whole story if anything happened, what else is to be shown)"""


async def pause_command(desk: Desk) -> list[Reply]:
    return await _command(desk, _pause)


async def resume_command(desk: Desk) -> list[Reply]:
    return await _command(desk, _resume)


async def pause_tap(desk: Desk, platform: str = "", where: str = "") -> list[Reply]:
    return await _tap(desk, platform, where, _pause)


async def resume_tap(desk: Desk, platform: str = "", where: str = "") -> list[Reply]:
    return await _tap(desk, platform, where, _resume)


async def _command(desk: Desk, switch: Switch) -> list[Reply]:
    """One network by any of its names, or all that are connected."""
    wanted = desk.event.text.strip()
    platform = desk.house.platform(wanted) if wanted else None
    if wanted and platform is None:
        networks = desk.words.names([each.title for each in desk.house.platforms.values()])
        return desk.say("reply.unknown_network", text=wanted, networks=networks)
    platforms = [platform.name] if platform is not None else await _all(desk)
    if not platforms:
        return desk.say("accounts.none")
    line, screen, more = await switch(desk, platforms)
    return [Say(desk.event.chat_id, screen), *more] if screen is not None else desk.say(line)


async def _tap(desk: Desk, platform: str, where: str, switch: Switch) -> list[Reply]:
    """In the list of accounts, or on an answer of ours that now tells the contrary."""
    known = await _all(desk)
    if platform and platform not in known:
        return desk.tell("reply.gone")
    line, screen, more = await switch(desk, [platform] if platform else known)
    here = await account_list(desk) if where == shown.LIST else screen
    told = [Replace(desk.event.chat_id, desk.event.message_id, here)] if here is not None else []
    return [*desk.done(line), *told, *more]


async def _all(desk: Desk) -> list[str]:
    """Platforms with an account, and whatever stands still already."""
    connected = {account.platform for account in await desk.unit.accounts.accounts()}
    paused = await desk.unit.pauses.paused()
    known = [name for name in desk.house.platforms if name in connected | paused]
    return [*known, *sorted(paused - set(known))]


async def _pause(desk: Desk, platforms: Sequence[str]) -> tuple[str, Screen | None, list[Reply]]:
    fresh = await desk.unit.pauses.pause(platforms, actor=desk.actor, at=desk.now)
    if not fresh:
        return "pause.already", None, []
    return "pause.told", shown.paused(fresh, desk.house.platforms, desk.words), []


async def _resume(desk: Desk, platforms: Sequence[str]) -> tuple[str, Screen | None, list[Reply]]:
    held = await desk.unit.pauses.held(platforms)
    freed = await desk.unit.pauses.resume(platforms, actor=desk.actor, at=desk.now)
    if not freed:
        return "resume.nothing", None, []
    late = await _late(desk, held)
    going = {each.job_id for each in held} - {job.id for job, _ in late}
    screen = shown.resumed(freed, desk.house.platforms, desk.words, desk.now, going=len(going), late=late)
    return "resume.told", screen, [ShowJob(job_id) for job_id in dict.fromkeys(each.job_id for each in held)]


async def _late(desk: Desk, held: Sequence[Delivery]) -> list[tuple[Job, list[Delivery]]]:
    """What went on so late that it will not go out by itself."""
    gate = Gate(desk.now, desk.house.grace)
    freed = [each for one in held if (each := await desk.unit.deliveries.delivery(one.id)) is not None]
    behind = [each for each in freed if _misses(gate, each)]
    by_job = groupby(sorted(behind, key=attrgetter("job_id")), key=attrgetter("job_id"))
    jobs = [(await desk.unit.jobs.job(job_id), list(deliveries)) for job_id, deliveries in by_job]
    return [(job, deliveries) for job, deliveries in jobs if job is not None]


def _misses(gate: Gate, delivery: Delivery) -> bool:
    move = gate.move(delivery)
    return move is not None and move.needs is Needs.HOUR
