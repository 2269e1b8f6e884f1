"""The statements of the fence, built once per kind of database: they run for everything that becomes public."""

from functools import cache
from typing import Any

from sqlalchemy import Insert, bindparam, func, literal, select, update

from publishers.engine.model import DeliveryStatus
from storage import tables
from storage.columns import UtcTime
from storage.driver import BEHIND
from storage.upsert import upsert

_STEP = tables.step
_RECEIPT = tables.receipt
_DELIVERY = tables.delivery
_PAUSE = tables.pause
KEYS = ["delivery_id", "key"]
_AT = bindparam("b_at", type_=UtcTime)


@cache
def preparing(dialect: str) -> Insert:
    """Keep a prepared value, in the place of an earlier one."""
    kept = {
        "value": bindparam("b_value", type_=_STEP.c.value.type),
        "made_at": bindparam("b_made_at", type_=UtcTime),
    }
    step = {"delivery_id": bindparam("b_delivery"), "key": bindparam("b_key"), "denied": False, "refused": False}
    statement = upsert(dialect, _STEP).values({**step, **kept})
    return statement.on_conflict_do_update(index_elements=KEYS, set_=kept).execution_options(**{BEHIND: True})


@cache
def arming(dialect: str) -> Insert:
    """Arm a step, if its delivery is publishing at this version and is not to be left out."""
    place = select(func.coalesce(func.max(_STEP.c.place), 0) + 1).where(_STEP.c.delivery_id == bindparam("b_delivery"))
    armed = {
        "place": place.scalar_subquery(),
        "mark": bindparam("b_mark", type_=_STEP.c.mark.type),
        "armed_at": _AT,
        "denied": False,
        "refused": False,
    }
    ours = select(_DELIVERY.c.id, bindparam("b_key", type_=_STEP.c.key.type), *map(_column, armed.values())).where(
        _DELIVERY.c.id == bindparam("b_delivery"),
        _DELIVERY.c.status == DeliveryStatus.PUBLISHING,
        _DELIVERY.c.version == bindparam("b_version"),
        _DELIVERY.c.omit.is_(False),
        ~select(_PAUSE.c.platform).where(_PAUSE.c.platform == _DELIVERY.c.platform).exists(),
    )
    statement = upsert(dialect, _STEP).from_select([*KEYS, *armed], ours)
    return statement.on_conflict_do_update(index_elements=KEYS, set_=armed, where=_STEP.c.armed_at.is_(None))


def _column(value: Any) -> Any:
    return literal(value) if isinstance(value, bool) else value


@cache
def receiving(dialect: str) -> Insert:
    """Keep the receipt of an armed step; a second time it changes nothing."""
    source = (
        select(
            _STEP.c.delivery_id,
            _STEP.c.key,
            _STEP.c.place,
            _DELIVERY.c.account_id,
            bindparam("b_id", type_=_RECEIPT.c.external_id.type),
            bindparam("b_permalink", type_=_RECEIPT.c.permalink.type),
            _AT,
        )
        .join_from(_STEP, _DELIVERY, _DELIVERY.c.id == _STEP.c.delivery_id)
        .where(
            _STEP.c.delivery_id == bindparam("b_delivery"),
            _STEP.c.key == bindparam("b_key"),
            _STEP.c.armed_at.is_not(None),
        )
    )
    names = [*KEYS, "place", "account_id", "external_id", "permalink", "received_at"]
    return upsert(dialect, _RECEIPT).from_select(names, source).on_conflict_do_nothing(index_elements=KEYS)


DONE = (
    update(_STEP)
    .where(
        _STEP.c.delivery_id == bindparam("b_delivery"),
        _STEP.c.key == bindparam("b_key"),
        _STEP.c.armed_at.is_not(None),
        _STEP.c.received_at.is_(None),
    )
    .values(received_at=_AT)
    .execution_options(**{BEHIND: True})
)
"""Armed → done."""
