"""Pauses: networks on which nothing new is published until a person lets them go on."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from publishers.engine import timetable
from publishers.engine.gate import unpaused
from publishers.engine.model import Actor, Delivery, DeliveryStatus, Wait
from storage import tables
from storage.database import foreseen
from storage.deliveries import Deliveries
from storage.ledger import Event, Ledger
from storage.reading import deliveries

_PAUSE = tables.pause
_DELIVERY = tables.delivery
PAUSED = "SELECT platform FROM pause"
"""Asked by every claim; goes ahead of a transaction where it can."""


class Pauses(timetable.Pauses):
    def __init__(self, connection: AsyncConnection, ledger: Ledger, moving: Deliveries) -> None:
        self._connection = connection
        self._ledger = ledger
        self._moving = moving
        self._changed = False

    async def paused(self) -> frozenset[str]:
        rows = None if self._changed else foreseen(self._connection, PAUSED)
        found = (await self._connection.exec_driver_sql(PAUSED)).all() if rows is None else rows
        return frozenset(platform for (platform,) in found)

    async def pause(self, platforms: Collection[str], *, actor: Actor, at: datetime) -> list[str]:
        fresh = sorted(set(platforms) - await self.paused())
        if fresh:
            rows = [{"platform": platform, "paused_at": at} for platform in fresh]
            await self._connection.execute(insert(_PAUSE), rows)
            self._changed = True
            self._ledger.append([_event("paused", platform) for platform in fresh], actor=actor, at=at)
        return fresh

    async def resume(self, platforms: Collection[str], *, actor: Actor, at: datetime) -> list[str]:
        freed = sorted(set(platforms) & await self.paused())
        if freed:
            await self._connection.execute(delete(_PAUSE).where(_PAUSE.c.platform.in_(freed)))
            self._changed = True
            self._ledger.append([_event("resumed", platform) for platform in freed], actor=actor, at=at)
            await self._go_on(freed, at)
        return freed

    async def held(self, platforms: Collection[str]) -> list[Delivery]:
        held = (_DELIVERY.c.status == DeliveryStatus.WAITING) & (_DELIVERY.c.wait == Wait.PAUSE)
        return await deliveries(self._connection, held & _DELIVERY.c.platform.in_(platforms))

    async def _go_on(self, platforms: Collection[str], at: datetime) -> None:
        found = await self.held(platforms)
        await self._moving.move_all([(delivery, unpaused(delivery, at)) for delivery in found], at)


def _event(event_type: str, platform: str) -> Event:
    return Event(f"network_{event_type}", "account", platform, {"platform": platform})
