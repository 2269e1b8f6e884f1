"""Which permissions a token of Meta really carries: https://developers.facebook.com/docs/graph-api/reference/debug_token

A person can leave boxes unticked, and grant single pages only; the token works all the same until it is used.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

import structlog
from pydantic import SecretStr

from publishers.engine.errors import NotPermitted, PublishingError
from publishers.wire.graph import Graph

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class App:
    """Our application, as Meta knows it: only it may ask what a token carries."""

    id: str
    secret: SecretStr

    @classmethod
    def of(cls, client_id: str | None, client_secret: SecretStr | None) -> Self | None:
        return None if client_id is None or client_secret is None else cls(client_id, client_secret)


async def permits(graph: Graph, app: App | None, necessary: Sequence[str], page_id: str | None = None) -> None:
    """Raises NotPermitted when something necessary was not granted, at all or for this page.

    An answer that cannot be had says nothing: keys of ours that are wrong are no fault of the account.
    """
    if app is None:
        return
    try:
        answer = await graph.reads.debug_access_token(
            graph.token.get_secret_value(), app.id, app.secret.get_secret_value()
        )
    except PublishingError as error:
        log.info("the permissions of a token were not told", code=error.code, detail=error.detail)
        return
    told = answer.get("data")
    lacking = [scope for scope in necessary if isinstance(told, dict) and not _granted(told, scope, page_id)]
    if lacking:
        names = ", ".join(lacking)
        raise NotPermitted(f"without {names}", code="scope_missing", params={"scopes": names})


def _granted(told: Mapping[str, Any], scope: str, page_id: str | None) -> bool:
    scopes = told.get("scopes")
    if not isinstance(scopes, list):
        return True
    granular = told.get("granular_scopes")
    targets = [
        target
        for each in (granular if isinstance(granular, list) else [])
        if isinstance(each, dict) and each.get("scope") == scope
        for target in each.get("target_ids") or []
    ]
    return scope in scopes and (page_id is None or not targets or page_id in targets)
