"""Gists: the numbers by which what was said to an account is found again."""

from collections.abc import Sequence

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.content import Content
from adapters.likeness import gist_of
from publishers.engine.model import Delivery
from storage import tables
from storage.driver import BEHIND

_GIST = tables.gist
_KEEP = insert(_GIST).execution_options(**{BEHIND: True})


async def keep(connection: AsyncConnection, deliveries: Sequence[Delivery], content: Content) -> None:
    """Of each of these, which have none yet."""
    rows = [
        {"account_id": delivery.account_id, "delivery_id": delivery.id, "key": key}
        for delivery in deliveries
        for key in dict.fromkeys(gist_of(delivery.adapted, content).keys)
    ]
    if rows:
        await connection.execute(_KEEP, rows)


async def forget(connection: AsyncConnection, delivery_ids: Sequence[str]) -> None:
    await connection.execute(delete(_GIST).where(_GIST.c.delivery_id.in_(delivery_ids)))
