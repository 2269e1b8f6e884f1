"""The one statement that moves a delivery, and the row with which one begins."""

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, bindparam, case, select, update

from publishers.engine.model import Actor, Delivery, DeliveryStatus, Move
from storage import moves, tables
from storage.columns import UtcTime

_S = DeliveryStatus
_DELIVERY = tables.delivery
_ACCOUNT = tables.account
_MOVED = (
    "status",
    "attempts",
    "looks",
    "due_at",
    "wait",
    "needs",
    "code",
    "params",
    "reason",
    "scheduled_at",
    "started_at",
)

_PRESENT_CREDENTIALS = (
    select(_ACCOUNT.c.credentials_version).where(_ACCOUNT.c.id == _DELIVERY.c.account_id).scalar_subquery()
)

# `omit` and the time of creation are taken from the row itself: one changes without a move, one is not the engine's.
MOVE = (
    update(_DELIVERY)
    .where(
        _DELIVERY.c.id == bindparam("b_id"),
        _DELIVERY.c.version == bindparam("b_version"),
        _DELIVERY.c.status == bindparam("b_from"),
    )
    .values(
        {
            **{name: bindparam(f"b_{name}") for name in _MOVED},
            "version": _DELIVERY.c.version + 1,
            "omit": case((bindparam("b_takes_back", type_=Boolean), False), else_=_DELIVERY.c.omit),
            "ready_at": case(
                (bindparam("b_pending", type_=Boolean), _DELIVERY.c.created_at),
                else_=bindparam("b_ready_at", type_=UtcTime),
            ),
            "unalarmed": bindparam("b_unalarmed", type_=Boolean),
            "moved_at": bindparam("b_moved_at"),
            "credentials_version": case(
                (bindparam("b_tries_credentials", type_=Boolean), _PRESENT_CREDENTIALS),
                else_=_DELIVERY.c.credentials_version,
            ),
            "unshown": True,
        }
    )
)


def binds(before: Delivery, after: Delivery, move: Move, actor: Actor, at: datetime) -> dict[str, Any]:
    """What MOVE is executed with. A claim notes the credentials it will use; a block without one, the present ones."""
    claimed = after.status is _S.PUBLISHING
    blocked_unclaimed = after.status is _S.BLOCKED and before.status is not _S.PUBLISHING
    columns = {f"b_{name}": getattr(after, name) for name in _MOVED}
    return columns | {
        "b_id": before.id,
        "b_version": before.version,
        "b_from": before.status,
        "b_params": dict(after.params),
        "b_takes_back": moves.takes_back(move, actor),
        "b_pending": after.status is _S.PENDING,
        "b_ready_at": _ready_at(after),
        "b_unalarmed": _ready_at(after) is not None,
        "b_moved_at": at,
        "b_tries_credentials": claimed or blocked_unclaimed,
    }


def _ready_at(delivery: Delivery) -> datetime | None:
    """From when it may be claimed; a pending one is ready since it was made, which only its row knows."""
    return delivery.due_at if delivery.status in moves.TIMED else None


def opened(delivery: Delivery, position: int, at: datetime) -> dict[str, Any]:
    """The row of a delivery that has just been approved."""
    columns = {name: getattr(delivery, name) for name in (*_MOVED, "id", "job_id", "account_id", "platform")}
    return columns | {
        "position": position,
        "account_name": delivery.account_name,
        "params": dict(delivery.params),
        "simulated": delivery.simulated,
        "dry_run": delivery.dry_run,
        "omit": delivery.omit,
        "version": delivery.version,
        "created_at": at,
        "moved_at": at,
        "ready_at": at if delivery.status is _S.PENDING else _ready_at(delivery),
        "unalarmed": _ready_at(delivery) is not None,
        "credentials_version": 0,
        "unshown": True,
    }
