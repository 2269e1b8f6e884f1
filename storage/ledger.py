"""The ledger: what happened, in order, each row bound to the one before it by its hash."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.content import fingerprint
from publishers.engine import ports
from publishers.engine.model import Actor
from storage import tables
from storage.database import foreseen
from storage.driver import BEHIND

GENESIS = "0" * 64
"""What the first row has in place of the hash before it."""
_LEDGER = tables.ledger
TAIL = "SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1"
"""Of a transaction that will write to the ledger; goes ahead of it where it can."""
_INSERT = insert(_LEDGER).execution_options(**{BEHIND: True})


@dataclass(frozen=True, slots=True)
class Event:
    """One row to be written. `metadata` is plain JSON and never holds a secret."""

    event_type: str
    entity_type: str
    entity_id: str
    metadata: Mapping[str, Any] = field(default_factory=dict)


class Ledger(ports.Ledger):
    """Rows of one transaction are kept together, by `flush`: nobody else writes between two of them."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self._told: list[tuple[Event, Actor, datetime]] = []
        self._last: tuple[int, str] | None = None
        """`seq` and `hash` of what this transaction wrote last."""

    async def write(
        self,
        event_type: str,
        entity_type: str,
        entity_id: str,
        *,
        actor: Actor,
        at: datetime,
        metadata: Mapping[str, Any],
    ) -> None:
        self.append([Event(event_type, entity_type, entity_id, metadata)], actor=actor, at=at)

    def append(self, events: Sequence[Event], *, actor: Actor, at: datetime) -> None:
        """Several rows of one moment and one actor, in the order given. They are written with `flush`."""
        self._told += ((event, actor, at) for event in events)

    async def flush(self) -> None:
        """Called at the end of a unit, before it commits."""
        if not self._told:
            return
        told, self._told = self._told, []
        seq, previous = self._last or await self._tail()
        rows = []
        for place, (event, actor, at) in enumerate(told, seq + 1):
            rows.append(_row(event, place, actor, at, previous))
            previous = rows[-1]["hash"]
        self._last = (rows[-1]["seq"], previous)
        await self._connection.execute(_INSERT, rows)

    async def _tail(self) -> tuple[int, str]:
        rows = foreseen(self._connection, TAIL)
        found: Sequence[Any] = (await self._connection.exec_driver_sql(TAIL)).all() if rows is None else rows
        return (found[0][0], found[0][1]) if found else (0, GENESIS)

    async def events(self, entity_id: str | None = None) -> list[dict[str, Any]]:
        await self.flush()
        query = select(_LEDGER).order_by(_LEDGER.c.seq)
        if entity_id is not None:
            query = query.where(_LEDGER.c.entity_id == entity_id)
        return [_event(row) for row in await self._connection.execute(query)]

    async def verify(self) -> int | None:
        """The first `seq` that is not what was written, or does not follow the row before it; None: all is well."""
        previous, expected = GENESIS, 1
        for event in await self.events():
            if event["seq"] != expected or event["prev_hash"] != previous or event["hash"] != _hash(event):
                return expected
            previous, expected = event["hash"], expected + 1
        return None


def _row(event: Event, seq: int, actor: Actor, at: datetime, previous: str) -> dict[str, Any]:
    shown = {
        "seq": seq,
        "at": _iso(at),
        "event_type": event.event_type,
        "entity_type": event.entity_type,
        "entity_id": event.entity_id,
        "actor": {"id": actor.id, "name": actor.name},
        "metadata": dict(event.metadata),
        "prev_hash": previous,
    }
    stored = {key: value for key, value in shown.items() if key != "actor"}
    return stored | {"at": at, "actor_id": actor.id, "actor_name": actor.name, "hash": _hash(shown)}


def _event(row: Row[Any]) -> dict[str, Any]:
    event = dict(row._mapping)  # noqa: SLF001 - the documented way to a row's names
    actor = {"id": event.pop("actor_id"), "name": event.pop("actor_name")}
    return event | {"at": _iso(row.at), "actor": actor}


def _hash(event: Mapping[str, Any]) -> str:
    return fingerprint({key: value for key, value in event.items() if key != "hash"})


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
