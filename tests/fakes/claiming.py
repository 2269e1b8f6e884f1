"""What the engine does with what is due, in one step."""

from collections.abc import Mapping
from datetime import datetime

from publishers.engine.model import Delivery, DeliveryStatus, Move
from publishers.engine.ports import Unit


async def claim(unit: Unit, now: datetime, free: Mapping[str, int], most: int) -> list[Delivery]:
    """Everything due → publishing."""
    due = await unit.deliveries.due(now, free, most)
    return await unit.deliveries.move_all([(delivery, Move(DeliveryStatus.PUBLISHING)) for delivery in due], now)
