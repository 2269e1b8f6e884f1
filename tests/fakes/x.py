"""An X server as strict as the platform's: posts, uploads, OAuth 2.0 and OAuth 1.0a.

Tests register accounts with `user`, read what is public with `posts`, and may set the attributes of `FakeX` at any
time. Errors come in all three shapes of the platform; `problem` and `legacy` build bodies for `error` faults.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fakes import x_media, x_posts, x_tokens
from fakes.call import Call, Public, Refusal, Reply
from fakes.server import FakeServer, utc_now
from fakes.x_oauth1 import check_signature, not_authenticated, read_header
from fakes.x_tokens import Bearer, Code, Family
from fakes.x_wire import WINDOW, Limits, legacy, problem, rate_headers, read_list, read_query, refuse

__all__ = ["FakeX", "legacy", "problem"]

EPOCH_MS = 1288834974657
USER_FIELDS = frozenset(("id", "name", "username", "verified", "verified_type", "subscription_type"))


@dataclass(slots=True)
class User:
    """`consumer` and `access` are the two pairs (key, secret) of OAuth 1.0a."""

    id: str
    username: str
    consumer: tuple[str, str] | None = None
    access: tuple[str, str] | None = None


async def read_me(x: "FakeX", call: Call, user: User) -> Reply:
    query = read_query(call, frozenset(("user.fields", "expansions")) | x.fields_names)
    asked = {"id", "name", "username"} | read_list(query, "user.fields", USER_FIELDS)
    full: dict[str, Any] = {"id": user.id, "name": user.username.title(), "username": user.username}
    full |= {"verified": False, "verified_type": "none", "subscription_type": "None"}
    return Reply(body={"data": {name: value for name, value in full.items() if name in asked}})


Endpoint = Callable[..., Awaitable[Reply]]
READ, WRITE, MEDIA = ("tweet.read", "users.read"), ("tweet.read", "users.read", "tweet.write"), ("media.write",)
ROUTES: tuple[tuple[str, str, Endpoint, int, tuple[str, ...]], ...] = (
    ("POST", r"/2/tweets", x_posts.create, 100, WRITE),
    ("GET", r"/2/tweets/(\d+)", x_posts.read, 900, READ),
    ("DELETE", r"/2/tweets/(\d+)", x_posts.delete, 50, WRITE),
    ("GET", r"/2/users/me", read_me, 75, READ),
    ("GET", r"/2/users/(\d+)/tweets", x_posts.timeline, 900, READ),
    ("POST", r"/2/media/upload", x_media.upload, 500, MEDIA),
    ("GET", r"/2/media/upload", x_media.status, 1000, MEDIA),
    ("POST", r"/2/media/upload/initialize", x_media.initialize, 1875, MEDIA),
    ("POST", r"/2/media/upload/(\d+)/append", x_media.append, 1875, MEDIA),
    ("POST", r"/2/media/upload/(\d+)/finalize", x_media.finalize, 1875, MEDIA),
    ("POST", r"/2/media/metadata", x_media.describe, 500, MEDIA),
)
"""(method, path, endpoint, calls per user in 15 minutes, scopes it needs)"""
OPEN_ROUTES: dict[tuple[str, str], Callable[["FakeX", Call], Awaitable[Reply]]] = {
    ("POST", "/2/oauth2/token"): x_tokens.token,
    ("POST", "/2/oauth2/revoke"): x_tokens.revoke,
    ("GET", "/i/oauth2/authorize"): x_tokens.authorize,
    ("POST", "/i/oauth2/authorize"): x_tokens.authorize,
}


class FakeX(FakeServer):
    def __init__(self, *, now: Callable[[], datetime] = utc_now) -> None:
        super().__init__(now=now)
        self.duplicate_window = timedelta(hours=24)
        self.fields_name = "tweet.fields"
        """The one accepted: "tweet.fields" or "post.fields"."""
        self.processing: tuple[str, ...] = ("pending", "in_progress", "succeeded")
        """States a finished video goes through, the last for ever; () for none."""
        self.client: tuple[str, str] | None = None
        """The app's (client_id, client_secret) if the token endpoint is to check them; secret "" = public client."""
        self.redirect_uris: set[str] = set()
        """Those that are registered, letter by letter; without `client` nobody is asked for consent."""
        self.logged_in: str | None = None
        """Who uses the browser; None: the first user there is."""
        self.limits: dict[str, int] = {}
        """Other limits per 15 minutes by "METHOD /path", the path as in ROUTES."""
        self.daily: int | None = None
        """Posts of one user in 24 hours; None: no such limit, and no headers of it."""
        self.app_daily: int | None = None
        """As `daily`, of all users together."""
        self.users: dict[str, User] = {}
        self.live: dict[str, x_posts.XPost] = {}
        self.uploads: dict[str, x_media.Upload] = {}
        self.bearers: dict[str, Bearer] = {}
        self.refresh_tokens: dict[str, Family] = {}
        self.spent_refresh_tokens: dict[str, Family] = {}
        self.refresh_reuses = 0
        """How often a refresh token was used a second time."""
        self.codes: dict[str, Code] = {}
        self.spent_codes: dict[str, Family] = {}
        self.revoked: list[str] = []
        self._limits = Limits()
        self._nonces: set[tuple[str, str, str]] = set()
        self._last_id = 0

    def user(
        self,
        user_id: str,
        username: str,
        token: str | None = None,
        *,
        refresh_token: str | None = None,
        consumer: tuple[str, str] | None = None,
        access: tuple[str, str] | None = None,
    ) -> User:
        """A token given here never expires by itself: see `expire`."""
        self.users[user_id] = user = User(user_id, username, consumer, access)
        if token is not None:
            self.bearers[token] = Bearer(user_id, None)
        if refresh_token is not None:
            self.refresh_tokens[refresh_token] = Family(
                user_id, tokens={each for each in (token, refresh_token) if each}
            )
        return user

    @property
    def authorize_url(self) -> str:
        return f"{self.origin}/i/oauth2/authorize"

    def token_calls(self, grant: str) -> int:
        """How often the token endpoint was asked for this: "authorization_code" or "refresh_token"."""
        asked = [each.params.get("grant_type") for each in self.requests if each.path == "/2/oauth2/token"]
        return asked.count(grant)

    def expire(self, token: str) -> None:
        del self.bearers[token]

    def code(self, user_id: str, code: str, *, redirect_uri: str, challenge: str) -> None:
        """As if this user had just agreed in the browser. `challenge` is that of PKCE, S256."""
        self.codes[code] = Code(user_id, redirect_uri, challenge, self.now())

    def put_post(self, user_id: str, text: str, *, reply_to: str | None = None) -> str:
        """A post the person made by hand."""
        parent = self.live[reply_to] if reply_to else None
        return x_posts.store(self, self.users[user_id], text, [], parent).id

    def posts(self, account: str) -> list[Public]:
        return [self._public(post) for post in self.live.values() if post.user == self.users[account].id]

    def held(self, name: str) -> str | None:
        made = self.uploads.get(name)
        return made.sha256 if made else None

    @property
    def fields_names(self) -> frozenset[str]:
        """The names of field lists that a read accepts beside its own."""
        return frozenset((self.fields_name, "media.fields", "user.fields"))

    def new_id(self) -> str:
        """Ids grow with the clock, as the platform's do."""
        moment = int(self.now().timestamp() * 1000) - EPOCH_MS
        self._last_id = max(moment << 22, self._last_id + 1)
        return str(self._last_id)

    def rate_limited(self, call: Call, *, seconds: int = 900, shape: str = "problem", remaining: int = 0) -> Reply:
        """`shape` is problem or legacy. With `remaining` above 0 the daily limit is the one that is used up."""
        reset = self.now() + timedelta(seconds=seconds)
        headers = rate_headers(100, remaining, reset)
        if remaining:
            daily = {"limit": "17", "remaining": "0", "reset": str(int(reset.timestamp()))}
            headers |= {f"x-user-limit-24hour-{name}": value for name, value in daily.items()}
            headers["x-rate-limit-reset"] = str(int((self.now() + WINDOW).timestamp()))
        body = problem(429, "Too Many Requests", "Too Many Requests")
        return Reply(429, legacy(88, "Rate limit exceeded") if shape == "legacy" else body, headers)

    def expired_token(self, call: Call) -> Reply:
        return _unauthorized().reply

    async def answer(self, call: Call) -> Reply:
        if (opened := OPEN_ROUTES.get((call.method, call.path))) is not None:
            return await opened(self, call)
        for method, path, endpoint, limit, scopes in ROUTES:
            found = re.fullmatch(path, call.path)
            if found and method == call.method:
                user = self._authenticated(call, scopes)
                key = f"{method} {path}"
                rate = self._limits.spend(user.id, key, self.limits.get(key, limit), self.now())
                if endpoint is x_posts.create:
                    rate |= self._daily(user)
                return await self._limited(endpoint(self, call, user, *found.groups()), call, rate)
        raise refuse(404, "Not Found", f"No such endpoint: {call.method} {call.path}")

    def _daily(self, user: User) -> dict[str, str]:
        """Of each day, where the plan has such a limit: first of the user, then of the whole app."""
        day, now = timedelta(hours=24), self.now()
        headers: dict[str, str] = {}
        for name, limit, who in (
            ("x-user-limit-24hour", self.daily, user.id),
            ("x-app-limit-24hour", self.app_daily, ""),
        ):
            if limit is not None:
                headers |= self._limits.spend(who, name, limit, now, span=day, name=name)
        return headers

    async def _limited(self, pending: Any, call: Call, rate: dict[str, str]) -> Reply:
        """Whichever limit is used up; its remaining is then 0, as the platform tells it."""
        if any(int(left) < 0 for name, left in rate.items() if name.endswith("-remaining")):
            pending.close()
            told = {name: "0" if name.endswith("-remaining") and int(left) < 0 else left for name, left in rate.items()}
            return Reply(429, problem(429, "Too Many Requests", "Too Many Requests"), told)
        try:
            reply: Reply = await pending
        except Refusal as refusal:
            refusal.reply.headers |= rate
            raise
        reply.headers |= rate
        return reply

    def _authenticated(self, call: Call, scopes: tuple[str, ...]) -> User:
        if call.headers.get("Authorization", "").startswith("OAuth "):
            return self._signed(call)
        bearer = self.bearers.get(call.bearer or "")
        if bearer is None or (bearer.until is not None and bearer.until <= self.now()):
            raise _unauthorized()
        if missing := [scope for scope in scopes if scope not in bearer.scopes]:
            raise refuse(403, "Forbidden", f"The token is missing a required scope: {', '.join(missing)}")
        return self.users[bearer.user]

    def _signed(self, call: Call) -> User:
        oauth = read_header(call.headers["Authorization"])
        keys = (oauth["oauth_consumer_key"], oauth["oauth_token"])
        for user in self.users.values():
            if user.consumer and user.access and keys == (user.consumer[0], user.access[0]):
                check_signature(call, oauth, user.consumer[1], user.access[1])
                once = (oauth["oauth_token"], oauth["oauth_timestamp"], oauth["oauth_nonce"])
                if once in self._nonces:
                    raise not_authenticated()
                self._nonces.add(once)
                return user
        raise not_authenticated()

    def _public(self, post: x_posts.XPost) -> Public:
        permalink = f"https://x.com/{self.users[post.user].username}/status/{post.id}"
        hashes = tuple(each.sha256 for each in post.pictures)
        alts = tuple(each.alt_text for each in post.pictures)
        return Public(post.id, post.text, post.created, permalink, post.reply_to, hashes, alts)


def _unauthorized() -> Refusal:
    return refuse(401, "Unauthorized", "Unauthorized")
