"""Which permissions a token of Meta really carries: https://developers.facebook.com/docs/graph-api/reference/debug_token

A person can leave boxes unticked, and grant single pages only; the token works all the same until it is used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

import structlog
from pydantic import SecretStr

from publishers.engine.errors import NotPermitted, PublishingError
from publishers.wire.customs import Customs
from publishers.wire.graph import Graph

log = structlog.get_logger(__name__)

LATEST = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())


@dataclass(frozen=True, slots=True)
class App:
    """Our application, as Meta knows it: only it may ask what a token carries."""

    id: str
    secret: SecretStr

    @classmethod
    def of(cls, client_id: str | None, client_secret: SecretStr | None) -> Self | None:
        return None if client_id is None or client_secret is None else cls(client_id, client_secret)


@dataclass(frozen=True, slots=True)
class Scopes:
    """What a network demands of us; `comments`: that too, where something is said below posts."""

    necessary: tuple[str, ...]
    comments: str

    def beside(self, words: Customs) -> tuple[str, ...]:
        return (self.comments,) if words.comments else ()

    def needed(self, words: Customs) -> tuple[str, ...]:
        return (*self.necessary, *self.beside(words))

    def asked(self, chosen: tuple[str, ...] | None, words: Customs) -> tuple[str, ...]:
        """Of a person; `chosen`: in place of what is necessary."""
        return tuple(dict.fromkeys((*(chosen or self.necessary), *self.beside(words))))


@dataclass(frozen=True, slots=True)
class Inspection:
    """What Meta says of a token; what it does not say is taken for granted."""

    told: Mapping[str, Any]

    def lacks(self, necessary: Sequence[str], *ids: str) -> list[str]:
        """Those that were not granted: at all, or not for any of these ids where they were granted for some only."""
        return [scope for scope in necessary if not self._granted(scope, ids)]

    def has(self, scope: str) -> bool:
        scopes = self.told.get("scopes")
        return isinstance(scopes, list) and scope in scopes

    @property
    def expires_at(self) -> datetime | None:
        """When it ends, or when data may no longer be read with it, whichever comes first. None: never."""
        moments = [self.told.get(name) for name in ("expires_at", "data_access_expires_at")]
        ends = [moment for moment in moments if isinstance(moment, int) and 0 < moment < LATEST]
        return datetime.fromtimestamp(min(ends), UTC) if ends else None

    def _granted(self, scope: str, ids: Sequence[str]) -> bool:
        if not isinstance(self.told.get("scopes"), list):
            return True
        targets = self._targets(scope)
        return self.has(scope) and (not ids or not targets or any(each in targets for each in ids))

    def _targets(self, scope: str) -> list[str]:
        granular = self.told.get("granular_scopes")
        return [
            str(target)
            for each in (granular if isinstance(granular, list) else [])
            if isinstance(each, dict) and each.get("scope") == scope
            for target in (each["target_ids"] if isinstance(each.get("target_ids"), list) else [])
        ]


async def inspected(graph: Graph, app: App) -> Inspection:
    """What the token of this graph carries. Raises as any call does."""
    answer = await graph.reads.debug_access_token(graph.token.get_secret_value(), app.id, app.secret.get_secret_value())
    told = answer.get("data")
    return Inspection(told if isinstance(told, dict) else {})


async def permits(graph: Graph, app: App | None, necessary: Sequence[str], page_id: str | None = None) -> None:
    """Raises NotPermitted when something necessary was not granted, at all or for this page.

    An answer that cannot be had says nothing: keys of ours that are wrong are no fault of the account.
    """
    if app is None:
        return
    try:
        inspection = await inspected(graph, app)
    except PublishingError as error:
        log.info("the permissions of a token were not told", code=error.code, detail=error.detail)
        return
    lacking = inspection.lacks(necessary, *([page_id] if page_id else []))
    if lacking:
        names = ", ".join(lacking)
        raise NotPermitted(f"without {names}", code="scope_missing", params={"scopes": names})
