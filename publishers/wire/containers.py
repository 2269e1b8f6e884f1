"""Containers of Meta's networks: what will be published is put into one, made ready there, and published by its id.

The modules of those networks say where this is told.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from publishers.engine.contract import Receipt
from publishers.engine.errors import PublishingError, Rejected, Stale, Unavailable, Unconfirmed
from publishers.engine.outside import Allowance
from publishers.wire.graph import Graph
from publishers.wire.graph_faults import LOST, SUBCODES, raised
from publishers.wire.http import identified

KEEPS = timedelta(hours=23)
"""A container lives 24 hours."""
POLLS = (1, 3, 5, 10, 20)
"""Seconds before each look at a container in the making."""
LATER = timedelta(minutes=1)
QUOTA_HOLDS = timedelta(hours=1)
"""How long what a quota said is believed: its window moves, and when a place gets free it does not say."""
GONE = "GONE"
ENDED = frozenset({GONE, "EXPIRED"})


class State(NamedTuple):
    """What a container says of itself; `code` GONE when the platform does not know it."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Containers:
    """Those of one account. `edge`: where they are made; `told`: the fields with the code of their state and its words.

    A `key` is the name under which the container was prepared: what is gone is forgotten by it.
    """

    graph: Graph
    account: str
    edge: str = "media"
    told: tuple[str, str] = ("status_code", "status")

    async def create(self, **fields: Any) -> str:
        """Make one (invisible): its id."""
        made = await self.graph.reads.put_object(self.account, self.edge, **fields)
        return identified(made, commit=False)

    async def around(self, children: Mapping[str, str], **fields: Any) -> str:
        """Make one around others that are ready, in this order, each with its key. Raises Stale for those gone."""
        try:
            return await self.create(children=",".join(children), **fields)
        except PublishingError as error:
            if error.code not in LOST | {"not_ready"}:
                raise
            gone = [key for child, key in children.items() if (await self.state(child)).code in ENDED]
            raise Stale(*gone, detail=error.detail) if gone else error from error

    async def state(self, container: str) -> State:
        try:
            found = await self.graph.reads.get_object(container, fields=",".join(self.told))
        except PublishingError as error:
            if error.code in LOST:
                return State(GONE, error.detail)
            raise
        code, words = (str(found.get(field, "")) for field in self.told)
        return State(code, words)

    async def ready(self, container: str, key: str) -> str:
        """Wait until it can be published. Raises Stale when it never will, Unavailable when it takes too long."""
        clock = self.graph.outside.clock
        for pause in POLLS:
            await clock.sleep(pause)
            state = await self.state(container)
            if state.code in {"FINISHED", "PUBLISHED"}:
                return state.code
            if state.code == "ERROR":
                raise failure(state.words, key)
            if state.code == "EXPIRED":
                raise Stale(key, detail=state.words)
        # A read may fail to find for some seconds what is there: only the last one is believed.
        if state.code == GONE:
            raise Stale(key, detail=state.words)
        raise Unavailable(state.words, code="still_processing", retry_at=clock.now() + LATER)

    async def publish(self, container: str, key: str) -> Receipt:
        """Make public what is in it."""
        try:
            made = await self.graph.commits.put_object(self.account, f"{self.edge}_publish", creation_id=container)
        except PublishingError as error:
            raise await self._missing(container, key, error) if error.code in LOST else error from error
        return Receipt(identified(made, commit=True))

    async def quotas(self, edge: str) -> list[Allowance]:
        """What is left of the moving day: how many may be published in it, only the answer knows."""
        found, _ = await self.graph.list(self.account, edge, fields="quota_usage,config")
        until = self.graph.outside.clock.now() + QUOTA_HOLDS
        return [allowance for each in found if (allowance := quota(edge, each, until)) is not None]

    async def _missing(self, container: str, key: str, error: PublishingError) -> PublishingError:
        """It is said to be gone, which is also what is said of one that was published."""
        try:
            state = await self.state(container)
        except PublishingError:
            return Unconfirmed(error.detail)
        return Stale(key, detail=error.detail) if state.code in ENDED else Unconfirmed(error.detail)


def quota(name: str, told: Mapping[str, Any], until: datetime) -> Allowance | None:
    """One line of a quota's answer; None when it cannot be read."""
    used, total = told.get("quota_usage"), (told.get("config") or {}).get("quota_total")
    if not isinstance(used, int) or not isinstance(total, int):
        return None
    return Allowance(name, max(0, total - used), until, total)


def failure(words: str, key: str) -> PublishingError:
    """What the words of a container in ERROR mean: the picture is refused, or another container may do."""
    subcode = re.search(r"2207\d{3}", words)
    rule = SUBCODES.get(int(subcode[0])) if subcode else None
    if rule is None:
        rule = SUBCODES[2069019]
    if issubclass(rule.error, Rejected):
        return raised(rule, words, words, None, commit=False)
    return Stale(key, detail=words)
