"""One account of X: who it is, what it shows, pictures for its posts.

API: https://docs.x.com/x-api/users/get-my-user, https://docs.x.com/x-api/users/get-posts
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from adapters.adapted import Media
from publishers.engine.contract import Attempt, Seen
from publishers.engine.outside import Outside
from publishers.wire.http import identified
from publishers.wire.keys import Keys
from publishers.wire.timeline import replied, written

if TYPE_CHECKING:
    from publishers.wire.tweets import TweetsClient

LOOKBACK = timedelta(minutes=5)  # the clocks may differ
FEW, MANY = 10, 100
"""Posts read by a look (each costs money): soon after the attempt, and when it lies hours back."""
SOON = timedelta(hours=1)
ALT_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class User:
    """One account. `id` and `name` are None where the credentials do not tell them."""

    id: str | None
    name: str | None
    outside: Outside
    url: str
    keys: Keys

    @property
    def client(self) -> "TweetsClient":
        from publishers.wire.tweets import TweetsClient

        return TweetsClient(self.outside, self.url, self.keys)

    def permalink(self, post_id: str) -> str:
        return f"https://x.com/{self.name or 'i/web'}/status/{post_id}"

    async def me(self) -> dict[str, Any]:
        answer = await self.client.get_me()
        found = answer.get("data")
        return found if isinstance(found, dict) else {}

    async def recent(self, attempt: Attempt, text: str) -> tuple[list[Seen], timedelta]:
        """The user's own timeline since the attempt, links spelled as in `text` where they are the same."""
        client, since = self.client, attempt.since - LOOKBACK
        user_id = self.id or identified(await self.me(), commit=False)
        most = FEW if self.outside.clock.now() - attempt.since < SOON else MANY
        posts = await self._posts(client, user_id, since, most)
        if client.skew < -LOOKBACK:  # our clock is ahead, so the list began too late
            posts = await self._posts(client, user_id, since + client.skew, most)
        return [self._seen(post, text) for post in posts], client.skew

    async def _posts(self, client: "TweetsClient", user_id: str, since: datetime, most: int) -> list[dict[str, Any]]:
        answer = await client.get_users_tweets(
            user_id,
            start_time=since,
            max_results=most,
            exclude=["retweets"],
            tweet_fields=["created_at", "entities", "referenced_tweets"],
        )
        return answer.get("data") or []

    def _seen(self, post: dict[str, Any], text: str) -> Seen:
        at = datetime.fromisoformat(post["created_at"]).astimezone(UTC)
        return Seen(post["id"], at, written(post, text), self.permalink(post["id"]), replied(post))

    async def upload(self, media: Media) -> str:
        """A picture for a post to come, described: its media id. Raises MediaMissing."""
        picture = ("picture", await self.outside.media.read(media.sha256), media.media_type)
        media_id = await self.client.upload(picture)
        if media.alt:
            await self.client.describe(media_id, media.alt[:ALT_LIMIT])
        return media_id
