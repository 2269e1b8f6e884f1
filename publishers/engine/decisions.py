"""What people decide. Each is called inside one unit; None means that someone else was first."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from adapters.adapted import Adapted
from publishers.engine.contract import Receipt
from publishers.engine.errors import Needs
from publishers.engine.gate import again
from publishers.engine.model import Account, Actor, Delivery, DeliveryStatus, Draft, Job, Move, Wait
from publishers.engine.ports import Unit

RETRYABLE = frozenset({DeliveryStatus.FAILED, DeliveryStatus.WAITING, DeliveryStatus.BLOCKED})
SKIPPABLE = RETRYABLE | {DeliveryStatus.PENDING, DeliveryStatus.UNCONFIRMED, DeliveryStatus.PUBLISHING}
MOVABLE = frozenset({DeliveryStatus.WAITING, DeliveryStatus.BLOCKED})
"""What can be given another hour. What is pending goes out this very moment."""

UNSURE = "unsure"
"""The reason of what was left out though it may be public."""
ACCEPTED = "accepted"
"""The reason of a wait that a person agreed to."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """One account a draft goes to, with the exact form the person saw."""

    account: Account
    adapted: Adapted
    simulated: bool


@dataclass(frozen=True, slots=True)
class Later:
    """Not at once: at the hour a person gave, or after the seconds in which the approval can be undone."""

    at: datetime
    wait: Wait = Wait.HOUR


async def approve(
    unit: Unit,
    draft: Draft,
    chosen: Sequence[Chosen],
    *,
    actor: Actor,
    at: datetime,
    new_id: Callable[[], str],
    live_id: int | None = None,
    dry_run: bool = False,
    later: Later | None = None,
) -> Job | None:
    """The draft at exactly this version becomes a job with its deliveries, in this one transaction.

    `live_id` is the message that becomes the live one, if there is such a message.
    """
    job_id = new_id()
    if not await unit.drafts.decide(draft, actor=actor, at=at, job_id=job_id):
        return None
    job = Job(
        id=job_id,
        draft_id=draft.id,
        chat_id=draft.chat_id,
        content=draft.content,
        approved_by=actor,
        approved_at=at,
        dry_run=dry_run,
        deliveries=tuple(_delivery(new_id(), job_id, choice, later, dry_run=dry_run) for choice in chosen),
        live_id=live_id,
        last_tap_at=at,
    )
    await unit.deliveries.open(job)
    return job


def _delivery(delivery_id: str, job_id: str, choice: Chosen, later: Later | None, *, dry_run: bool) -> Delivery:
    delivery = Delivery(
        id=delivery_id,
        job_id=job_id,
        account_id=choice.account.id,
        platform=choice.account.platform,
        account_name=choice.account.name,
        adapted=choice.adapted,
        simulated=choice.simulated or dry_run,
        dry_run=dry_run,
    )
    if later is None:
        return delivery
    hour = later.at if later.wait is Wait.HOUR else None
    return replace(delivery, status=DeliveryStatus.WAITING, wait=later.wait, due_at=later.at, scheduled_at=hour)


async def schedule(unit: Unit, delivery: Delivery, hour: datetime, *, actor: Actor, at: datetime) -> Delivery | None:
    """Another hour for what waits or stands still."""
    if delivery.status not in MOVABLE:
        return None
    move = Move(DeliveryStatus.WAITING, due_at=hour, wait=Wait.HOUR, reason="scheduled")
    return await unit.deliveries.move(delivery, move, actor=actor, at=at)


async def publish_now(unit: Unit, delivery: Delivery, *, actor: Actor, at: datetime) -> Delivery | None:
    """Do not wait for the hour."""
    if delivery.status not in MOVABLE:
        return None
    return await unit.deliveries.move(delivery, Move(DeliveryStatus.PENDING, reason="now"), actor=actor, at=at)


async def retry(unit: Unit, delivery: Delivery, *, actor: Actor, at: datetime) -> Delivery | None:
    """Try again: now, or at its hour while that is to come. What may be public is looked for, never repeated."""
    if delivery.status not in RETRYABLE or delivery.wait in {Wait.HOUR, Wait.PAUSE}:
        return None
    return await unit.deliveries.move(delivery, again(delivery, at, "retried"), actor=actor, at=at)


def rewordable(delivery: Delivery) -> bool:
    """The platform refused what it says, or it failed for good; and nothing of it is public."""
    refused = delivery.status is DeliveryStatus.BLOCKED and delivery.needs is Needs.EDIT
    return (refused or delivery.status is DeliveryStatus.FAILED) and not delivery.receipts


async def reword(unit: Unit, delivery: Delivery, adapted: Adapted, *, actor: Actor, at: datetime) -> Delivery | None:
    """Another form for what was refused, which goes on with it. What was prepared for the old one is forgotten."""
    if not rewordable(delivery) or await unit.steps.armed(delivery.id) is not None:
        return None
    moved = await unit.deliveries.move(delivery, again(delivery, at, "reworded"), actor=actor, at=at)
    if moved is None:
        return None
    await unit.deliveries.reword(delivery, adapted, actor=actor, at=at)
    for step in (await unit.many.steps([delivery.id])).get(delivery.id, ()):
        await unit.steps.forget(delivery.id, step.key)
    return replace(moved, adapted=adapted)


async def accept_wait(unit: Unit, delivery: Delivery, *, actor: Actor, at: datetime) -> Delivery | None:
    """*Esperar*: a person knows how long this wait for a limit is, or that there will be one at its hour."""
    if delivery.status is not DeliveryStatus.WAITING or delivery.wait not in {Wait.LIMIT, Wait.HOUR}:
        return None
    if delivery.reason == ACCEPTED:
        return delivery
    same = Move(
        DeliveryStatus.WAITING,
        due_at=delivery.due_at,
        wait=delivery.wait,
        code=delivery.code,
        params=delivery.params,
        reason=ACCEPTED,
    )
    return await unit.deliveries.move(delivery, same, actor=actor, at=at)


async def skip(
    unit: Unit, delivery: Delivery, *, actor: Actor, at: datetime, reason: str = "omitted"
) -> Delivery | None:
    """Leave this network out. While it is being published, that takes effect before the next part; where only the
    first comment is left, it is published without one.

    `reason`: omitted, or cancelled when the whole job is called off.
    """
    if delivery.status is DeliveryStatus.PUBLISHING:
        await unit.deliveries.omit(delivery.id)
        return replace(delivery, omit=True)
    if delivery.status not in SKIPPABLE:
        return None
    armed = await unit.steps.armed(delivery.id)
    unsure = armed is not None and not delivery.uncommented
    to = DeliveryStatus.PUBLISHED if delivery.uncommented else DeliveryStatus.SKIPPED
    left = Move(to, reason=UNSURE if unsure else reason)
    moved = await unit.deliveries.move(delivery, left, actor=actor, at=at)
    if moved is not None and armed is not None:
        await unit.steps.disarm(delivery.id, armed.key)
    return moved


async def confirm(unit: Unit, delivery: Delivery, link: str | None, *, actor: Actor, at: datetime) -> Delivery | None:
    """*Ya está*: a person saw it. What remains of a thread goes on from there."""
    armed = await unit.steps.armed(delivery.id)
    if delivery.status is not DeliveryStatus.UNCONFIRMED or armed is None:
        return None
    await unit.steps.receive(delivery.id, armed.key, Receipt(id=None, permalink=link), at)
    return await unit.deliveries.move(delivery, Move(DeliveryStatus.PENDING, reason="confirmed"), actor=actor, at=at)


async def deny(unit: Unit, delivery: Delivery, *, actor: Actor, at: datetime) -> Delivery | None:
    """*No está, publicar*: one more look first; then, once a *no* can be believed, it is published."""
    if delivery.status is not DeliveryStatus.UNCONFIRMED:
        return None
    await unit.steps.deny(delivery.id)
    return await look(unit, delivery, actor=actor, at=at)


async def look(unit: Unit, delivery: Delivery, *, actor: Actor, at: datetime) -> Delivery | None:
    """*Mirar otra vez*: the delivery runs again, and its armed step is looked for."""
    if delivery.status is not DeliveryStatus.UNCONFIRMED:
        return None
    return await unit.deliveries.move(
        delivery, Move(DeliveryStatus.PENDING, looks=delivery.looks, reason="look"), actor=actor, at=at
    )
