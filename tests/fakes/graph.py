"""A Graph server as strict as Meta's: Facebook Pages, and Instagram by either login.

`graph.url` is the address of the Facebook host, `graph.instagram_url` that of the Instagram-login host; the bare
`graph.origin` serves both. Tests register accounts with `page` and `instagram`, read what is public with `posts`, and
may set the attributes of `FakeGraph` at any time.
"""

import json
import math
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from fakes import graph_comments, graph_instagram, graph_pages, graph_photos
from fakes.call import Call, Public, Refusal, Reply
from fakes.graph_login import Logins
from fakes.graph_objects import SCOPES, Access, Comment, Container, IgUser, Media, Node, Page, Person, Photo, Post
from fakes.graph_own_login import SCOPES as OWN_SCOPES
from fakes.graph_own_login import OwnLogins
from fakes.graph_wire import graph_error, missing, refuse
from fakes.server import FakeServer, utc_now

__all__ = ["FakeGraph", "graph_error"]

LIVE_VERSIONS = frozenset(f"v{number}.0" for number in range(21, 27))
HOUR = timedelta(hours=1)
ROUTES = graph_pages.ROUTES | graph_photos.ROUTES | graph_comments.ROUTES | graph_instagram.ROUTES


class FakeGraph(FakeServer):
    prefixes = ("/graph", "/instagram", "/www-facebook", "/www-instagram", "/api-instagram")

    def __init__(self, *, now: Callable[[], datetime] = utc_now) -> None:
        super().__init__(now=now)
        self.app_id = "990011"
        """The app that makes every post that comes in over the wire."""
        self.app_secret = "app-secret"
        self.usage = 7
        """Per cent of the hourly budget, as the usage headers say."""
        self.most_calls: int | None = None
        """Calls of one token in an hour, all others are refused; None: `usage` is told and nothing is refused."""
        self.duplicate_window = timedelta(hours=24)
        self.polls = 1
        """Status reads of a container that say IN_PROGRESS; 0: it is FINISHED at once."""
        self.ready_after: timedelta | None = None
        """Instead of `polls`: containers are ready when this time has passed on the clock."""
        self.status_lag = 0
        """Status reads that still say FINISHED after publishing; meanwhile a second publish makes a double."""
        self.checks_at_creation = False
        """Whether a bad picture is refused by POST /media itself, not by the state of its container."""
        self.quota_total = 50
        self.tokens_in_query: list[tuple[str, str]] = []
        self.nodes: dict[str, Node] = {}
        self.tokens: dict[str, Access] = {}
        self.cdn: dict[str, bytes] = {}
        self.scripted_states: list[list[str]] = []
        self.published: list[tuple[str, datetime]] = []
        """Every media_publish: (Instagram user, time); deleting gives no quota back."""
        self.login = Logins(self)
        self.own_login = OwnLogins(self)
        self._called: dict[str, list[datetime]] = {}
        self._last_id = 17_000_000_000_000

    @property
    def instagram_url(self) -> str:
        return f"{self.origin}/instagram"

    @property
    def dialog_url(self) -> str:
        return f"{self.origin}/www-facebook"

    @property
    def instagram_authorize_url(self) -> str:
        return f"{self.origin}/www-instagram/oauth/authorize"

    @property
    def instagram_token_url(self) -> str:
        return f"{self.origin}/api-instagram"

    def page(self, page_id: str, token: str, *, name: str = "Panadería", username: str | None = None) -> Page:
        page = Page(page_id, name, username or f"pagina.{page_id}")
        self.nodes[page_id] = page
        self._grant(token, page_id, "facebook")
        return page

    def instagram(
        self,
        ig_user_id: str,
        token: str,
        *,
        username: str = "panaderia",
        name: str = "Panadería",
        page_id: str | None = None,
        login: str = "facebook",
    ) -> IgUser:
        user = IgUser(ig_user_id, username, name, page_id, login)
        self.nodes[ig_user_id] = user
        self._grant(token, ig_user_id, login)
        if page_id is not None and isinstance(page := self.nodes.get(page_id), Page):
            page.instagram = ig_user_id
        return user

    @property
    def pages(self) -> list[str]:
        return [node.id for node in self.nodes.values() if isinstance(node, Page)]

    def expire(self, token: str) -> None:
        self.tokens[token].expired = True

    def next_container(self, *states: str) -> None:
        """The next container shows these states, one per status read, the last for ever. "ERROR:2207053" names why."""
        self.scripted_states.append(list(states))

    def put_post(self, page_id: str, text: str, *, app: str | None = None) -> str:
        """A post the people of the Page made by hand (or by another app)."""
        return graph_pages.store_post(self, self.node(page_id, Page), text, app=app, shows_at=self.now()).id

    def put_media(self, ig_user_id: str, caption: str) -> str:
        """A picture the people of the account published by hand."""
        return graph_instagram.store_media(self, ig_user_id, "IMAGE", "FEED", caption).id

    def put_story(self, ig_user_id: str, *, kind: str = "IMAGE") -> str:
        """A story the people of the account published by hand."""
        return graph_instagram.store_media(self, ig_user_id, kind, "STORY", "").id

    def put_comment(self, under: str, text: str, *, author: str | None = None) -> str:
        """What a person says by hand below something of the account: somebody else, or its own people."""
        node = self.node(under, Post | Media)
        comment = Comment(self.new_id(), under, self.owner(node), text, self.now(), self.next_serial(), author)
        self.nodes[comment.id] = comment
        return comment.id

    def posts(self, account: str) -> list[Public]:
        if account not in self.nodes:
            raise KeyError(account)
        found = [self._public(each) for each in self.nodes.values() if self.owner(each) == account]
        return sorted((each for each in found if each is not None), key=lambda public: public.at)

    def held(self, name: str) -> str | None:
        node = self.nodes.get(name)
        if isinstance(node, Photo):
            return node.sha256
        return node.handed if isinstance(node, Container) else None

    def new_id(self) -> str:
        self._last_id += 1 + secrets.randbelow(1000)
        return str(self._last_id)

    def node(self, name: str, kind: type[Any]) -> Any:
        """The object behind an id. Raises KeyError when there is none of that kind."""
        found = self.nodes.get(name)
        if not isinstance(found, kind):
            raise KeyError(name)
        return found

    def owner(self, node: Node) -> str:
        if isinstance(node, Person | Page | IgUser):
            return node.id
        if isinstance(node, Photo | Post):
            return node.page
        return node.account if isinstance(node, Comment) else node.user

    def rate_limited(
        self, call: Call, *, code: int = 4, minutes: int = 5, status: int = 400, subcode: int | None = None
    ) -> Reply:
        """Graph says it with a 400 or 403; how long, only the header of usage says, in minutes."""
        body = graph_error(code, f"(#{code}) Application request limit reached", subcode=subcode, transient=True)
        return Reply(status, body, self._usage(call, 100, minutes))

    def expired_token(self, call: Call, *, status: int = 400, subcode: int = 463) -> Reply:
        message = "Error validating access token: Session has expired."
        return Reply(status, graph_error(190, message, subcode=subcode), {"WWW-Authenticate": "OAuth"})

    def headers(self, call: Call) -> dict[str, str]:
        version = call.path.split("/")[1]
        answered = {"facebook-api-version": version} if version in LIVE_VERSIONS else {}
        per_cent = self.usage if self.most_calls is None else len(self._lately(call)) * 100 // self.most_calls
        return answered | {"x-fb-trace-id": secrets.token_urlsafe(8)} | self._usage(call, min(per_cent, 100), 0)

    async def answer(self, call: Call) -> Reply:
        if call.path.startswith("/cdn/"):
            return self._cdn(call)
        if "access_token" in dict(call.query):
            self.tokens_in_query.append((call.method, call.path))
        if (login := self._own_login(call) or self._login(call)) is not None:
            return login
        names = self._below_version(call)
        access = self._access(call)
        self._count(call, names[0])
        if access.kind == "USER" and names[0] == "me":
            return Reply(body=self.login.answer(call, access, names))
        node = self._node(call, access, names[0])
        endpoint = ROUTES.get((call.method, type(node), names[1] if len(names) > 1 else ""))
        if endpoint is None or len(names) > 2:
            raise (
                refuse(2500, f"Unknown path components: /{'/'.join(names[1:])}")
                if names[1:]
                else missing(call, names[0])
            )
        return Reply(body=await endpoint(self, call, node))

    def _own_login(self, call: Call) -> Reply | None:
        """What stands on Instagram's hosts without a version."""
        where = (call.prefix, call.method, call.path)
        if call.prefix == "/www-instagram" and call.path == "/oauth/authorize" and call.method in {"GET", "POST"}:
            return self.own_login.authorize(call)
        if where == ("/api-instagram", "POST", "/oauth/access_token"):
            return Reply(body=self.own_login.redeem(call))
        if where == ("/instagram", "GET", "/access_token"):
            return Reply(body=self.own_login.extend(call))
        if call.prefix in {"", "/instagram"} and where[1:] == ("GET", "/refresh_access_token"):
            return Reply(body=self.own_login.refresh(call))
        return None

    def _login(self, call: Call) -> Reply | None:
        """What is asked without a token of an account."""
        where = (call.prefix, *self._below_version(call))
        if where == ("/www-facebook", "dialog", "oauth") and call.method in {"GET", "POST"}:
            return self.login.dialog(call)
        if call.prefix in {"", "/graph"} and where[1:] == ("debug_token",):
            return Reply(body=self.login.inspected(call))
        if call.prefix in {"", "/graph"} and where[1:] == ("oauth", "access_token") and call.method in {"GET", "POST"}:
            return Reply(body=self.login.token(call))
        return None

    def _lately(self, call: Call) -> list[datetime]:
        """When this token was used in the last hour."""
        calls = self._called.get(call.bearer or "", [])
        return [moment for moment in calls if moment > self.now() - HOUR]

    def _count(self, call: Call, name: str) -> None:
        lately = self._lately(call)
        if self.most_calls is not None and len(lately) >= self.most_calls:
            wait = lately[-self.most_calls] + HOUR - self.now()
            code = 80002 if isinstance(self.nodes.get(name), IgUser | Container | Media) else 80001
            raise Refusal(self.rate_limited(call, code=code, minutes=math.ceil(wait.total_seconds() / 60)))
        self._called[call.bearer or ""] = [*lately, self.now()]

    def _grant(self, token: str, account: str, login: str) -> None:
        scopes = set(OWN_SCOPES if login == "instagram" else SCOPES)
        made = Access(account, login, scopes=scopes, long=login == "instagram")
        self.tokens.setdefault(token, made).accounts.add(account)

    def _cdn(self, call: Call) -> Reply:
        if call.path not in self.cdn:
            return Reply(404, "URL signature expired", content_type="text/plain")
        return Reply(body=self.cdn[call.path], content_type="image/jpeg")

    def _below_version(self, call: Call) -> list[str]:
        version, *names = call.path.strip("/").split("/")
        if version not in LIVE_VERSIONS:
            if version.startswith("v") and version[1:].replace(".", "").isdigit():
                raise refuse(12, f"(#12) Version {version} is deprecated or unknown")
            raise refuse(2500, f"Unknown path components: {call.path} (a call must name its version)")
        if not names or not all(names):
            raise refuse(2500, f"Unknown path components: {call.path}")
        return names

    def _access(self, call: Call) -> Access:
        token = call.bearer or call.params.get("access_token")
        access = self.tokens.get(token) if isinstance(token, str) else None
        foreign = (
            access is not None
            and {"/graph": "facebook", "/instagram": "instagram"}.get(call.prefix, access.login) != access.login
        )
        if access is None or foreign:
            raise refuse(190, "Invalid OAuth access token - Cannot parse access token")
        if access.over(self.now()):
            raise refuse(190, "Error validating access token: Session has expired.", subcode=463, status=401)
        return access

    def _node(self, call: Call, access: Access, name: str) -> Node:
        node = self.nodes.get(access.owner if name == "me" else name)
        if node is None:
            raise missing(call, name)
        if not self._opens(access, node):
            if call.method == "GET":
                raise missing(call, name)
            raise refuse(200, "(#200) The token does not have the permission to act for this account", status=403)
        publishing = (
            "instagram_business_content_publish" if access.login == "instagram" else "instagram_content_publish"
        )
        scope = {Page: "pages_manage_posts", IgUser: publishing}.get(type(node))
        if scope is not None and call.method == "POST" and scope not in access.scopes:
            raise refuse(200, f"(#200) Requires {scope} permission", status=403)
        graph_comments.guard(call, access, node)
        if isinstance(node, Media) and call.method == "DELETE" and access.login == "instagram":
            raise refuse(10, "(#10) Deleting media needs the Facebook login")
        return node

    def _opens(self, access: Access, node: Node) -> bool:
        owner = self.owner(node)
        user = self.nodes.get(owner)
        linked = isinstance(user, IgUser) and user.login == "facebook" and user.page in access.accounts
        return owner in access.accounts or linked

    def _usage(self, call: Call, per_cent: int, minutes: int) -> dict[str, str]:
        load = {"call_count": per_cent, "total_cputime": per_cent, "total_time": per_cent}
        name = [*call.path.split("/"), "", ""][2]
        kind = "instagram" if isinstance(self.nodes.get(name), IgUser | Container | Media) else "pages"
        business = {name or "0": [{"type": kind, **load, "estimated_time_to_regain_access": minutes}]}
        return {"X-App-Usage": json.dumps(load), "X-Business-Use-Case-Usage": json.dumps(business)}

    def _public(self, node: Node) -> Public | None:
        if isinstance(node, Post) and node.public(self.now()):
            photos = [self.node(photo, Photo) for photo in node.photos]
            hashes, alts = tuple(each.sha256 for each in photos), tuple(each.alt_text for each in photos)
            return Public(node.id, node.text, node.created, node.permalink, media=hashes, alt=alts)
        if isinstance(node, Comment) and node.author is None:
            return Public(node.id, node.text, node.created, node.permalink, reply_to=node.under)
        if isinstance(node, Media):
            form = "story" if node.product == "STORY" else "post"
            return Public(
                node.id, node.caption, node.created, node.permalink, None, node.sha256, node.alt_texts, form=form
            )
        return None
