"""tweepy's AsyncClient on our wire: the address is a setting, errors are ours, and no token reaches a log.

Imported only when the first call is made: it costs 0.4 s. Why tweepy, at which price: docs/decisions/0003-tweepy.md
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

from tweepy.asynchronous import AsyncClient

from publishers.engine.outside import Outside
from publishers.wire.http import Answer, File, identified
from publishers.wire.keys import Keys
from publishers.wire.problems import allowances, classify, names

CREATE = ("POST", "/2/tweets")
OLD_FIELDS, NEW_FIELDS = "tweet.fields", "post.fields"


@dataclass(frozen=True, slots=True)
class Body:
    """The part of an aiohttp response that tweepy reads."""

    value: dict[str, Any]

    async def json(self) -> dict[str, Any]:
        return self.value


class TweetsClient(AsyncClient):
    """tweepy builds the calls, `request` sends them. `skew`: the platform's clock minus ours, of the last answer."""

    def __init__(self, outside: Outside, url: str, keys: Keys) -> None:
        super().__init__(return_type=dict)
        self.session = outside.wire
        self.skew = timedelta(0)
        self._outside = outside
        self._url = url
        self._keys = keys

    async def request(
        self,
        method: str,
        route: str,
        params: dict[str, Any] | None = None,
        json: Any = None,
        user_auth: bool = False,  # noqa: ARG002 - the keys know how they sign
    ) -> Body:
        """What tweepy sends all its calls through. Raises the errors of problems.py."""
        query = {name: str(value) for name, value in (params or {}).items()}
        answer = await self._send(method, route, query, json=json)
        if OLD_FIELDS in query and names(answer, OLD_FIELDS):
            # Renamed in the newest specification; both spellings are about.
            query[NEW_FIELDS] = query.pop(OLD_FIELDS)
            answer = await self._send(method, route, query, json=json)
        return Body(self._read(answer))

    async def upload(self, picture: File) -> str:
        """A picture for a post to come: its media id. tweepy has no call for it."""
        fields = {"media_category": "tweet_image"}
        answer = await self._send("POST", "/2/media/upload", {}, form=fields, files={"media": picture})
        return identified(self._read(answer).get("data"), commit=False)

    async def describe(self, media_id: str, alt: str) -> None:
        """Attach the description for people who do not see the picture."""
        metadata = {"id": media_id, "metadata": {"alt_text": {"text": alt}}}
        self._read(await self._send("POST", "/2/media/metadata", {}, json=metadata))

    async def _send(self, method: str, route: str, query: Mapping[str, str], **body: Any) -> Answer:
        url = f"{self._url}{route}"
        if query:
            url = f"{url}?{urlencode(query, quote_via=quote)}"
        commit = (method, route) == CREATE
        headers = self._keys.headers(method, url)
        once = self._keys.once
        answer = await self._outside.wire.call(method, url, commit=commit, once=once, headers=headers, **body)
        self.skew = answer.skew
        if commit:  # the limits of other calls are others
            for allowance in allowances(answer):
                self._outside.gauge.saw(allowance)
        return answer

    def _read(self, answer: Answer) -> dict[str, Any]:
        if not answer.ok:
            raise classify(answer, self._outside.clock.now(), self._keys.secrets)
        return answer.record()
