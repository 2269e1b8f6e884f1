"""X: posts, numbered threads and pictures.

API: https://docs.x.com/x-api/posts/create-post
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, SecretStr, model_validator

from adapters.adapted import Adapted
from adapters.content import fingerprint
from adapters.profile import Hashtags, Links, Pictures, Prices, Profile
from adapters.text import weighted
from publishers.engine.contract import (
    Absent,
    Act,
    Attempt,
    Authorizes,
    Candidate,
    Credentials,
    Identity,
    Platform,
    Publisher,
    Receipt,
    Refreshes,
    Revokes,
    Steps,
    Ticket,
)
from publishers.engine.errors import AuthExpired, MediaRejected, NotPermitted, PublishingError, Rejected, Stale
from publishers.engine.outside import Outside
from publishers.wire.address import Address
from publishers.wire.customs import Customs
from publishers.wire.http import identified
from publishers.wire.insist import insist
from publishers.wire.keys import Bearer, Keys, Signature
from publishers.wire.limits import Limits, Most
from publishers.wire.oauth2 import Client, Server
from publishers.wire.uploads import Uploaded, uploaded
from publishers.wire.x_user import User

SCOPES = ("tweet.read", "tweet.write", "users.read", "media.write", "offline.access")
LEAD = timedelta(minutes=10)
"""Of two hours that an access token lives."""
KEEPS = timedelta(hours=23)
"""An uploaded picture can be attached for 24 hours."""


def current(api_version: Any) -> Any:
    if str(api_version) in {"v1", "v1.1", "1.1"}:
        raise ValueError(f"{api_version} no longer publishes; use v2")
    return api_version


class RateLimits(Limits, frozen=True):
    tweets_per_15min: Most = 300


class Settings(BaseModel, extra="forbid", frozen=True):
    api_version: Annotated[Literal["v2"], BeforeValidator(current)] = "v2"
    api_url: Address = "https://api.x.com"
    authorize_url: Address = "https://x.com/i/oauth2/authorize"
    client_id: str | None = None
    client_secret: SecretStr | None = None
    rate_limits: RateLimits = RateLimits()
    words: Customs = Customs()


VARIABLES = {
    "TWITTER_API_KEY": "api_key",
    "TWITTER_API_SECRET": "api_secret",
    "TWITTER_API_KEY_SECRET": "api_secret",
    "TWITTER_ACCESS_TOKEN": "access_token",
    "TWITTER_ACCESS_TOKEN_SECRET": "access_token_secret",
}
"""Names of the environment; the app's secret goes by two."""


class UserCredentials(Credentials, frozen=True, extra="forbid"):
    """OAuth 2 {user_id, username, access_token, refresh_token?}, or the four values of OAuth 1.0a."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    user_id: str | None = None
    username: str | None = None
    access_token: SecretStr
    refresh_token: SecretStr | None = None
    api_key: SecretStr | None = None
    api_secret: SecretStr | None = None
    access_token_secret: SecretStr | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        signing = (self.api_key, self.api_secret, self.access_token_secret)
        if any(signing) and not all(signing):
            raise ValueError("OAuth 1.0a needs api_key, api_secret, access_token and access_token_secret")
        if not any(signing) and not self.user_id:
            raise ValueError("OAuth 2 needs user_id, username and access_token")
        return self

    @classmethod
    def from_env(cls, environment: Mapping[str, str]) -> dict[str, str]:
        """The four values of OAuth 1.0a, as far as they are set."""
        return {VARIABLES[name]: value for name, value in environment.items() if name in VARIABLES and value}

    @property
    def account(self) -> str:
        """An OAuth 1.0a token begins with the id of its user."""
        owner, dash, _ = self.access_token.get_secret_value().partition("-")
        if self.user_id or (dash and owner.isdecimal()):
            return self.user_id or owner
        return f"token-{fingerprint(self.access_token.get_secret_value())[:12]}"

    @property
    def keys(self) -> Keys:
        if self.api_key and self.api_secret and self.access_token_secret:
            return Signature(self.api_key, self.api_secret, self.access_token, self.access_token_secret)
        return Bearer(self.access_token)


PROFILE = Profile(
    limit=280,
    count=weighted,
    hashtags=Hashtags(most=10),
    links=Links.PREVIEW,
    pictures=Pictures(
        media_types=("image/jpeg", "image/png", "image/webp"),
        most=4,
        max_bytes=5_000_000,
        min_ratio=1 / 3,
        max_ratio=3.0,
        max_width=2048,
        max_height=2048,
        card=(1200, 675),
    ),
    thread=True,
    # https://docs.x.com/x-api/getting-started/pricing, as of 2026-04-20
    prices=Prices(post=Decimal("0.015"), linked=Decimal("0.20"), described=Decimal("0.005"), currency="USD"),
)


# -- wire ------------------------------------------------------------------------------------------------------------


def server(settings: Settings, outside: Outside) -> Server | None:
    """Where our app gets, renews and gives back tokens; None where it is not configured."""
    if settings.client_id is None:
        return None
    client = Client(settings.client_id, settings.client_secret)
    oauth = f"{settings.api_url}/2/oauth2"
    return Server(outside, client, settings.authorize_url, f"{oauth}/token", f"{oauth}/revoke")


# -- acts ------------------------------------------------------------------------------------------------------------


class Post(Act):
    """One post, or one part of a thread: then it replies to the part before it."""

    silence: ClassVar[timedelta | None] = timedelta(minutes=2)

    def __init__(self, user: User, text: str, pictures: Sequence[Uploaded], reply_to: str | None) -> None:
        self.user = user
        self.text = text
        self.pictures = pictures
        self.reply_to = reply_to

    async def perform(self) -> Receipt:
        media_ids = [picture.id for picture in self.pictures]
        try:
            answer = await self.user.client.create_tweet(
                text=self.text or None, media_ids=media_ids or None, in_reply_to_tweet_id=self.reply_to
            )
        except MediaRejected as error:
            raise self._ended(error) from error
        post_id = identified(answer.get("data"), commit=True)
        return Receipt(post_id, self.user.permalink(post_id))

    def _ended(self, error: MediaRejected) -> PublishingError:
        """Ids of an earlier run may have ended; those of this one are refused for what is in them."""
        earlier = [picture.key for picture in self.pictures if picture.earlier]
        return Stale(*earlier, detail=error.detail) if earlier and error.code == "picture_refused" else error

    async def find(self, attempt: Attempt) -> Receipt | Absent | None:
        posts, skew = await self.user.recent(attempt, self.text)
        return attempt.match(posts, self.text, reply_to=self.reply_to, skew=skew)


# -- publisher -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UserPublisher(Publisher, Refreshes, Revokes):
    """Capabilities: Checks, Refreshes, Revokes. `server` None: without our app nothing is renewed or given back."""

    user: User
    credentials: UserCredentials
    server: Server | None = None

    async def publish(self, post: Adapted, steps: Steps) -> Receipt:
        # All of them before anything is public: one that is refused must not break a thread off.
        pictures = [
            await uploaded(part.media, self.user.upload, steps, f"media-{number}", keeps=KEEPS)
            for number, part in enumerate(post.parts, start=1)
        ]
        first: Receipt | None = None
        reply_to: str | None = None
        for number, (part, ours) in enumerate(zip(post.parts, pictures, strict=True), start=1):
            receipt = await steps.commit(f"post-{number}", Post(self.user, part.text, ours, reply_to))
            first, reply_to = first or receipt, receipt.id
            if reply_to is None and number < len(post.parts):
                raise Rejected("the post to go on from is not known by its id", code="thread_broken")
        if first is None:
            raise Rejected("nothing to publish", code="empty")
        return first

    async def check(self) -> Identity:
        found = await self.user.me()
        return Identity(identified(found, commit=False), f"@{found.get('username') or self.user.name}")

    @property
    def lead(self) -> timedelta | None:
        return LEAD if self.server and self.credentials.refresh_token else None

    async def refresh(self) -> UserCredentials:
        if self.server is None or self.credentials.refresh_token is None:
            raise AuthExpired("nothing to renew it with")
        grant = await self.server.renew(self.credentials.refresh_token)
        return self.credentials.model_copy(update=grant.kept)

    async def revoke(self) -> None:
        """The refresh token first: what could make new ones."""
        if self.server is None:
            raise NotPermitted("only the app that these belong to could", code="revoke_by_hand")
        for token in filter(None, (self.credentials.refresh_token, self.credentials.access_token)):
            await self.server.revoke(token)


def connect(settings: Settings, credentials: UserCredentials, outside: Outside) -> UserPublisher:
    known = not credentials.account.startswith("token-")
    user_id = credentials.account if known else None
    user = User(user_id, credentials.username, outside, settings.api_url, credentials.keys)
    return UserPublisher(user, credentials, None if credentials.api_key else server(settings, outside))


# -- consent ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UserConsent(Authorizes):
    """A consent opens the one account that is logged in to the browser."""

    server: Server
    api_url: str

    def address(self, ticket: Ticket) -> str:
        return self.server.address(ticket, SCOPES)

    async def exchange(self, ticket: Ticket, code: str) -> Sequence[Candidate]:
        grant = await self.server.redeem(ticket, code)
        grant.require(SCOPES)
        user = User(None, None, self.server.outside, self.api_url, Bearer(grant.access_token))
        found = await insist(self.server.outside, user.me)
        user_id, name = identified(found, commit=False), str(found.get("username") or found.get("id"))
        credentials = UserCredentials(user_id=user_id, username=name, **grant.kept)
        return [Candidate(Identity(user_id, f"@{name}"), credentials)]


def authorize(settings: Settings, outside: Outside) -> UserConsent | None:
    found = server(settings, outside)
    return None if found is None else UserConsent(found, settings.api_url)


PLATFORM = Platform(
    name="twitter",
    title="X",
    icon="𝕏",
    aliases=("x", "tw"),
    profile=PROFILE,
    settings=Settings,
    credentials=UserCredentials,
    connect=connect,
    home="https://x.com/i/user/{id}",
    authorize=authorize,
)
