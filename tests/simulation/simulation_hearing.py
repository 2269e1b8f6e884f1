"""What the product logs goes into the trace of its world."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from simulation_world import World

PREFIX = "00000000-0000-4000-8000-000000000"
"""Of every id: a trace is easier to read without it."""


@contextmanager
def listening(world: "World") -> Iterator[None]:
    def heard(logger: Any, method: str, event: Any) -> Any:
        told = {key: value for key, value in event.items() if key not in {"event", "exc_info"}}
        facts = " ".join(f"{key}={str(value).replace(PREFIX, '#')}" for key, value in told.items())
        world.counts[f"log: {event['event']}"] += 1
        world.tell(f"· {event['event']} {facts}")
        raise structlog.DropEvent

    before = structlog.get_config()
    structlog.configure(processors=[heard])
    try:
        yield
    finally:
        structlog.configure(**before)
