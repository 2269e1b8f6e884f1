"""Simulated networks in another process, spoken to as real ones are: over the wire, with everything that can go wrong.

What a network holds outlives a death of ours, so the fence is at work: an answer that is lost, or that says nothing
definite, leaves the step armed, and the next run looks. The other side is bot/sandbox/network_server.py.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from adapters.adapted import Media
from publishers.engine.authorization import Authorizes
from publishers.engine.contract import Receipt, Seen
from publishers.engine.errors import (
    AuthExpired,
    PublishingError,
    RateLimited,
    Rejected,
    Stale,
    Unavailable,
    Unconfirmed,
)
from publishers.engine.model import Account
from publishers.engine.outside import Clock
from publishers.engine.remote_consent import RemoteConsent
from publishers.engine.simulator import Listing, Networks, Submission, described, identity, picture_key
from publishers.wire.http import Answer, Wire, identified

PROCESSING = 0.25
"""Seconds between two questions whether a submission has been taken."""
MOST_WAIT = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class RemoteScene(Networks):
    """`url` leads to the server of all simulated networks."""

    url: str
    wire: Wire
    clock: Clock

    async def upload(self, platform: str, media: Media, data: bytes) -> str:
        answer = await self.wire.call(
            "POST", f"{self.url}/{platform}/pictures", content=data, headers={"Content-Type": media.media_type}
        )
        if not answer.ok:
            raise fault(answer, self.clock.now())
        return identified(answer.record(), commit=False)

    async def submit(self, submission: Submission) -> Receipt:
        body = {
            "author": submission.account.name,
            "format": submission.format,
            "text": submission.part.text,
            "pictures": described(submission.part.media, submission.pictures),
            "link": submission.link,
            "reply_to": submission.reply_to,
        }
        where = self._posts(submission.platform, submission.account)
        answer = await self.wire.call("POST", where, json=body, commit=True)
        if not answer.ok:
            raise fault(answer, self.clock.now())
        record = answer.record()
        if record.get("status") == "processing":
            record = await self._taken(f"{where}/{identified(record, commit=True)}")
        return Receipt(identified(record, commit=True), record.get("permalink"))

    async def permitted(self, platform: str, account: Account) -> None:
        answer = await self.wire.call("GET", self._account(platform, account))
        if not answer.ok:
            raise fault(answer, self.clock.now())

    async def posts(self, platform: str, account: Account) -> Listing:
        answer = await self.wire.call("GET", self._posts(platform, account))
        if not answer.ok:
            raise fault(answer, self.clock.now())
        try:
            return Listing([_seen(post) for post in answer.record()["posts"]], answer.skew)
        except (KeyError, TypeError, ValueError) as unreadable:
            raise Unavailable("a list that cannot be read") from unreadable

    def authorizes(self, platform: str) -> Authorizes:
        return RemoteConsent(f"{self.url}/{platform}", self.wire)

    async def _taken(self, where: str) -> dict[str, Any]:
        """What became of a submission. While that cannot be learnt, it may be public."""
        try:
            while (record := (await self.wire.call("GET", where)).record()).get("status") == "processing":
                await self.clock.sleep(PROCESSING)
        except Unavailable as lost:
            raise Unconfirmed(lost.detail) from lost
        if record.get("status") == "rejected":
            raise Rejected(str(record.get("reason", "")), params={"reason": str(record.get("reason", ""))})
        return record

    def _posts(self, platform: str, account: Account) -> str:
        return f"{self._account(platform, account)}/posts"

    def _account(self, platform: str, account: Account) -> str:
        return f"{self.url}/{platform}/accounts/{quote(account.external_id, safe='')}"


def fault(answer: Answer, now: datetime) -> PublishingError:
    """By the code in the body. Without a known one nobody can tell what happened to a commit."""
    said = answer.fault().get("error")
    said = said if isinstance(said, dict) else {}
    known = FAULTS.get(str(said.get("code")))
    if known is not None:
        return known(said, now)
    return (Unconfirmed if answer.commit else Unavailable)(f"HTTP {answer.status}")


def _limited(said: Mapping[str, Any], now: datetime) -> PublishingError:
    seconds = said.get("seconds")
    wait = timedelta(seconds=seconds) if isinstance(seconds, int | float) and seconds >= 0 else MOST_WAIT
    return RateLimited("simulated", retry_at=now + min(wait, MOST_WAIT))


def _rejected(said: Mapping[str, Any], _: datetime) -> PublishingError:
    reason = str(said.get("reason", ""))
    return Rejected(reason, params={"reason": reason})


FAULTS: Mapping[str, Callable[[Mapping[str, Any], datetime], PublishingError]] = {
    "rate_limited": _limited,
    "expired": lambda _said, _now: AuthExpired("simulated"),
    "unavailable": lambda _said, _now: Unavailable("simulated"),
    "rejected": _rejected,
    "picture_gone": lambda said, _now: Stale(picture_key(str(said.get("picture", ""))), detail="simulated"),
}


def _seen(post: Mapping[str, Any]) -> Seen:
    return Seen(
        id=str(post["id"]),
        at=datetime.fromisoformat(post["at"]),
        text=identity(post["text"], post["pictures"]),
        permalink=post.get("permalink"),
        reply_to=post.get("reply_to"),
    )
