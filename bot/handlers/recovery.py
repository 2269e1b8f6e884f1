"""The answers to a network that failed: try again, leave out, authorize again. And to one in doubt."""

from collections.abc import Awaitable, Callable, Sequence

from bot.handlers import linking
from bot.handlers.desk import Desk
from bot.replies import Reply, ShowJob
from bot.unbegun import unbegun
from publishers.engine import decisions
from publishers.engine.errors import Needs
from publishers.engine.model import Delivery, DeliveryStatus, Job, Wait

Decide = Callable[[Desk, Delivery], Awaitable[Delivery | None]]
_S = DeliveryStatus
_RESTING = frozenset({Wait.HOUR, Wait.HOLD, Wait.PAUSE})
"""Nothing is wrong with what waits so."""


# -- /reintentar -------------------------------------------------------------------------------------------------


async def retry_command(desk: Desk) -> list[Reply]:
    found = await _chosen(desk, _retryable, "reply.nothing_to_retry")
    if isinstance(found, str):
        return desk.say(found, text=desk.event.text, networks=_connected(desk))
    return await _act(desk, found, _retry, "reply.retrying")


async def retry_tap(desk: Desk, delivery_id: str) -> list[Reply]:
    return await _one(desk, delivery_id, _retry, "reply.retrying")


async def retry_all_tap(desk: Desk, job_id: str) -> list[Reply]:
    return await _all(desk, job_id, _retryable, _retry, "reply.retrying")


async def _retry(desk: Desk, delivery: Delivery) -> Delivery | None:
    return await decisions.retry(desk.unit, delivery, actor=desk.actor, at=desk.now)


def _retryable(delivery: Delivery) -> bool:
    """Where repeating is safe and not in vain: never what may be public, nor what lacks a permission."""
    able = delivery.status in decisions.RETRYABLE and delivery.needs is not Needs.AUTHORIZATION
    return able and delivery.wait not in _RESTING


# -- /omitir -----------------------------------------------------------------------------------------------------


async def skip_command(desk: Desk) -> list[Reply]:
    named, replied = bool(desk.event.text.strip()), await _replied(desk) is not None

    def meant(delivery: Delivery) -> bool:
        """What has an hour is meant only by those who answer its message."""
        return (replied or not unbegun(delivery)) and (_skippable if named else _stuck)(delivery)

    found = await _chosen(desk, meant, "reply.nothing_to_skip")
    if isinstance(found, str):
        return desk.say(found, text=desk.event.text, networks=_connected(desk))
    return await _act(desk, found, _skip, "reply.skipped")


async def skip_tap(desk: Desk, delivery_id: str) -> list[Reply]:
    return await _one(desk, delivery_id, _skip, "reply.skipped")


async def skip_all_tap(desk: Desk, job_id: str) -> list[Reply]:
    return await _all(desk, job_id, _standing, _skip, "reply.skipped")


async def _skip(desk: Desk, delivery: Delivery) -> Delivery | None:
    return await decisions.skip(desk.unit, delivery, actor=desk.actor, at=desk.now)


def _skippable(delivery: Delivery) -> bool:
    return delivery.status in decisions.SKIPPABLE


def _stuck(delivery: Delivery) -> bool:
    return delivery.asks_person or delivery.status is _S.WAITING


def _standing(delivery: Delivery) -> bool:
    """What its message asks about: not what waits for its hour beside it."""
    return _stuck(delivery) and delivery.wait not in _RESTING


# -- /reautorizar ------------------------------------------------------------------------------------------------


async def reauthorize_command(desk: Desk) -> list[Reply]:
    """Gives a link, or says how; what waits only for the permission goes on by itself when it comes."""
    accounts = [a for a in await desk.unit.accounts.accounts() if a.platform in desk.house.platforms]
    wanted = desk.event.text.strip()
    if wanted:
        platform = desk.house.platform(wanted)
        if platform is None:
            return desk.say("reply.unknown_network", text=wanted, networks=_connected(desk))
        accounts = [account for account in accounts if account.platform == platform.name]
        return await (linking.ways(desk, accounts) if accounts else linking.way(desk, platform.name, None))
    waiting = {delivery.account_id for delivery in await _of_latest(desk) if delivery.needs is Needs.AUTHORIZATION}
    needed = [account for account in accounts if account.id in waiting or not account.usable]
    return await linking.ways(desk, needed) if needed else desk.say("reply.nothing_to_reauthorize")


async def reauthorize_tap(desk: Desk, account_id: str) -> list[Reply]:
    account = await desk.unit.accounts.account(account_id)
    return await linking.ways(desk, [account]) if account is not None else desk.tell("reply.gone")


# -- ¿Se publicó? ------------------------------------------------------------------------------------------------


async def there_tap(desk: Desk, delivery_id: str) -> list[Reply]:
    async def act(desk: Desk, delivery: Delivery) -> Delivery | None:
        return await decisions.confirm(desk.unit, delivery, None, actor=desk.actor, at=desk.now)

    return await _one(desk, delivery_id, act, "reply.confirmed")


async def look_tap(desk: Desk, delivery_id: str) -> list[Reply]:
    async def act(desk: Desk, delivery: Delivery) -> Delivery | None:
        return await decisions.look(desk.unit, delivery, actor=desk.actor, at=desk.now)

    return await _one(desk, delivery_id, act, "reply.looking")


async def absent_tap(desk: Desk, delivery_id: str) -> list[Reply]:
    async def act(desk: Desk, delivery: Delivery) -> Delivery | None:
        return await decisions.deny(desk.unit, delivery, actor=desk.actor, at=desk.now)

    return await _one(desk, delivery_id, act, "reply.looking_once_more")


# -- which deliveries --------------------------------------------------------------------------------------------


async def _one(desk: Desk, delivery_id: str, decide: Decide, told: str) -> list[Reply]:
    delivery = await desk.unit.deliveries.delivery(delivery_id)
    if delivery is None:
        return desk.tell("reply.gone")
    return await _act(desk, [delivery], decide, told)


async def _all(desk: Desk, job_id: str, fits: Callable[[Delivery], bool], decide: Decide, told: str) -> list[Reply]:
    job = await desk.unit.jobs.job(job_id)
    if job is None:
        return desk.tell("reply.gone")
    return await _act(desk, [delivery for delivery in job.deliveries if fits(delivery)], decide, told)


async def _act(desk: Desk, deliveries: Sequence[Delivery], decide: Decide, told: str) -> list[Reply]:
    """Decide for each; what somebody else moved first is left alone and said so."""
    moved = [delivery for delivery in deliveries if await decide(desk, delivery) is not None]
    jobs = list(dict.fromkeys(delivery.job_id for delivery in deliveries))
    for job_id in jobs:
        await desk.unit.jobs.tapped(job_id, desk.now)
    shown: list[Reply] = [ShowJob(job_id) for job_id in jobs]
    if not moved:
        return [*desk.tell("reply.settled_already"), *shown]
    return [*desk.tell(told, networks=desk.titles(moved)), *shown]


async def _chosen(desk: Desk, fits: Callable[[Delivery], bool], none: str) -> list[Delivery] | str:
    """The deliveries a command means: of the job it replies to, else of the newest job that has any.

    A text of the catalogue when there is nothing, or no such network.
    """
    wanted = desk.event.text.strip()
    platform = desk.house.platform(wanted) if wanted else None
    if wanted and platform is None:
        return "reply.unknown_network"
    for job in await _jobs(desk):
        found = [d for d in job.deliveries if fits(d) and (platform is None or d.platform == platform.name)]
        if found:
            return found
    return none


async def _jobs(desk: Desk) -> list[Job]:
    answered = await _replied(desk)
    return [answered] if answered is not None else await desk.unit.jobs.latest(desk.event.chat_id)


async def _replied(desk: Desk) -> Job | None:
    """The job whose message the command answers."""
    if desk.event.reply_to is None:
        return None
    return await desk.unit.jobs.by_message(desk.event.chat_id, desk.event.reply_to)


async def _of_latest(desk: Desk) -> list[Delivery]:
    return [delivery for job in await desk.unit.jobs.latest(desk.event.chat_id) for delivery in job.deliveries]


def _connected(desk: Desk) -> str:
    return desk.words.names([platform.title for platform in desk.house.platforms.values()])
