"""What a move changes in a delivery, and what the ledger says of it. Pure."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from publishers.engine.contract import Receipt
from publishers.engine.model import SYSTEM, TRANSITIONS, Actor, Delivery, DeliveryStatus, IllegalMove, Move, Wait
from storage.ledger import Event

_S = DeliveryStatus
TIMED = frozenset({_S.WAITING, _S.UNCONFIRMED})
"""Claimed again when their time comes."""


def check(delivery: Delivery, move: Move) -> None:
    """Raises IllegalMove: also for a wait without end, which nothing would ever take up again; only a pause is one."""
    if move.to not in TRANSITIONS[delivery.status]:
        raise IllegalMove(f"{delivery.status} → {move.to}")
    if move.to is _S.WAITING and (move.due_at is None) is not (move.wait is Wait.PAUSE):
        raise IllegalMove("waiting needs a time")


def moved(delivery: Delivery, move: Move, *, actor: Actor, at: datetime) -> Delivery:
    """The delivery after this move; its receipts are as given."""
    return replace(
        delivery,
        status=move.to,
        attempts=delivery.attempts + move.spent,
        looks=_looks(delivery, move),
        due_at=move.due_at,
        wait=move.wait,
        needs=move.needs,
        code=move.code,
        params=dict(move.params),
        reason=move.reason,
        omit=delivery.omit and not takes_back(move, actor),
        version=delivery.version + 1,
        scheduled_at=_scheduled(delivery, move, actor),
        started_at=at if claims(move) and delivery.started_at is None else delivery.started_at,
    )


def claims(move: Move) -> bool:
    return move.to is _S.PUBLISHING


def _scheduled(delivery: Delivery, move: Move, actor: Actor) -> datetime | None:
    """A person who sends it on its way no longer wants it at its hour."""
    if move.wait is Wait.HOUR:
        return move.due_at
    return None if move.to is _S.PENDING and actor.id != SYSTEM.id else delivery.scheduled_at


def _looks(delivery: Delivery, move: Move) -> int:
    """Being claimed ends no doubt; otherwise the move knows."""
    return delivery.looks if move.to is _S.PUBLISHING else move.looks


def takes_back(move: Move, actor: Actor) -> bool:
    """A person who sends it on its way again no longer wants it left out; a retry or a restart decides nothing."""
    return move.to is _S.PUBLISHED or (move.to is _S.PENDING and actor.id != SYSTEM.id)


def events(before: Delivery, after: Delivery, move: Move) -> list[Event]:
    """The ledger's rows for one move."""
    rows = [_event("delivery_moved", after, _facts(before, after, move))]
    if after.started_at is not None and before.started_at is None:
        rows.append(_event("publish_started", after, {"social_account_id": after.account_id}))
    if after.status is _S.PUBLISHED:
        rows.append(_event("publish_successful", after, _proof(after.receipts)))
    if after.status in {_S.FAILED, _S.BLOCKED}:
        rows.append(_event("publish_failed", after, {"error": _error(move)}))
    return rows


def _error(move: Move) -> str:
    return ": ".join(part for part in (move.code, move.detail) if part)


def _event(event_type: str, delivery: Delivery, facts: dict[str, Any]) -> Event:
    named: dict[str, Any] = {"platform": delivery.platform, "publish_log_id": delivery.id}
    if delivery.simulated:
        named["simulated"] = True
    return Event(event_type, "delivery", delivery.id, named | facts)


def _facts(before: Delivery, after: Delivery, move: Move) -> dict[str, Any]:
    facts = {
        "wait": after.wait,
        "needs": after.needs,
        "due_at": _iso(after.due_at),
        "code": after.code,
        "reason": after.reason,
        "detail": move.detail,
        "attempts": after.attempts,
    }
    told = {name: fact for name, fact in facts.items() if fact}
    return {"from": before.status.value, "to": after.status.value} | told


def _proof(receipts: Sequence[Receipt]) -> dict[str, Any]:
    first = receipts[0] if receipts else Receipt(None)
    return {"external_post_id": first.id, "external_url": first.permalink}


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
