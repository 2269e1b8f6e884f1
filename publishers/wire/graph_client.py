"""facebook-sdk made asynchronous at its one choke point. Imported only when the first call is made: it costs 0.2 s.

Why this SDK, and what it costs: docs/decisions/0002-facebook-sdk.md
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import facebook
import structlog
from pydantic import SecretStr

from publishers.engine.outside import Outside
from publishers.wire.graph_faults import TOKEN_CODES, Ruling, classify
from publishers.wire.graph_usage import allowances
from publishers.wire.http import Answer

log = structlog.get_logger(__name__)

TOKEN_EDGE = "oauth/access_token"  # noqa: S105 - the end of an address
SECRET_EDGES = (TOKEN_EDGE, "debug_token")
"""The SDK puts secrets into the query of these: they go as a form instead."""
SECRET_FIELDS = ("access_token", "client_secret", "code", "fb_exchange_token", "input_token")


class GraphClient(facebook.GraphAPI):
    """Every call of the SDK, awaitable. `skew`: the platform's clock minus ours, from the last answer."""

    def __init__(self, outside: Outside, url: str, version: str, token: SecretStr, *, commit: bool) -> None:
        # A session is handed over so that the SDK opens none of its own; `request` never uses it.
        super().__init__(token.get_secret_value(), session=outside.wire)
        self.version = version
        self.skew = timedelta(0)
        self._outside = outside
        self._url = url
        self._commit = commit

    async def request(
        self,
        path: str,
        args: dict[str, Any] | None = None,
        post_args: dict[str, Any] | None = None,
        files: dict[str, Any] | None = None,
        method: str | None = None,
    ) -> dict[str, Any]:
        """The body as an object. Raises the errors of graph_faults."""
        query, form = args or {}, post_args
        if path.endswith(SECRET_EDGES):
            query, form = {}, query
        answer = await self._outside.wire.call(
            method or "GET" if form is None else "POST",
            f"{self._url}/{path}",
            commit=self._commit,
            headers=self._headers(form or {}),
            params=plain(query) or None,
            form=None if form is None else plain(form),
            files=files,
        )
        self.skew = answer.skew
        for allowance in allowances(answer, self._outside.clock.now()):
            self._outside.gauge.saw(allowance)
        secrets = [self.access_token or "", *(str((form or {}).get(name, "")) for name in SECRET_FIELDS)]
        return self._read(answer, secrets, TOKEN_CODES if path.endswith(TOKEN_EDGE) else {})

    def _headers(self, form: Mapping[str, Any]) -> dict[str, str]:
        """The token travels in the header, unless the call brings its own in the body."""
        if "access_token" in form or "client_secret" in form:
            return {}
        return {"Authorization": f"Bearer {self.access_token}"}

    def _read(self, answer: Answer, secrets: Sequence[str], first: Mapping[int, Ruling]) -> dict[str, Any]:
        if not answer.ok or "error" in answer.fault():
            raise classify(answer, self._outside.clock.now(), secrets=secrets, first=first)
        answered = answer.headers.get("facebook-api-version", self.version)
        if answered != self.version:
            log.warning("another version of the Graph API answered", asked=self.version, answered=answered)
        return answer.record()


def plain(values: Mapping[str, Any]) -> dict[str, str]:
    """Form and query values as Meta reads them: lists, objects and booleans as JSON, nothing for None."""
    return {
        key: value if isinstance(value, str) else json.dumps(value)
        for key, value in values.items()
        if value is not None
    }
