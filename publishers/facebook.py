"""Facebook Pages: posts with text, link and pictures.

API: https://developers.facebook.com/docs/pages-api/posts
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated, Any, ClassVar

from pydantic import AfterValidator, AliasChoices, BaseModel, ConfigDict, Field, SecretStr

from adapters.adapted import Adapted, Media, Part
from adapters.profile import Hashtags, Links, Mentions, Pictures, Place, Profile
from adapters.text import code_points
from publishers.engine.contract import (
    Absent,
    Act,
    Attempt,
    Candidate,
    Credentials,
    Identity,
    Platform,
    Publisher,
    Receipt,
    Revokes,
    Seen,
    Steps,
)
from publishers.engine.errors import MediaRejected
from publishers.engine.outside import MediaMissing, Outside
from publishers.wire.address import Address
from publishers.wire.clocks import on_their_clock
from publishers.wire.customs import Customs
from publishers.wire.graph import Graph, described, moment, read_picture
from publishers.wire.graph_comments import PAGES, Comments
from publishers.wire.graph_login import GraphLogin, Opened, Wanted, give_back
from publishers.wire.graph_scopes import App, Scopes, permits
from publishers.wire.graph_versions import CURRENT, GraphVersion
from publishers.wire.http import File, identified
from publishers.wire.limits import Limits, Most
from publishers.wire.uploads import uploaded

NECESSARY = ("pages_show_list", "pages_manage_posts", "pages_read_engagement")
PERMISSIONS = Scopes(NECESSARY, comments="pages_manage_engagement")
OF_INSTAGRAM = "instagram_content_publish"
"""The permission by which a person's consent serves Instagram too."""
LOOKBACK = timedelta(minutes=10)
"""How much earlier than the attempt a list is asked to begin: the clocks may differ."""
KEEPS = timedelta(hours=23)
"""How long an unpublished photo is counted on."""
PICTURED = frozenset({"photo", "album"})
"""How a post with pictures is listed."""


def sufficient(permissions: tuple[str, ...]) -> tuple[str, ...]:
    missing = [name for name in NECESSARY if name not in permissions]
    if missing:
        raise ValueError(f"lacks {', '.join(missing)}, without which nothing can be published")
    return permissions


class RateLimits(Limits, frozen=True):
    posts_per_hour: Most = 25


class Settings(BaseModel, extra="forbid", frozen=True):
    model_config = ConfigDict(coerce_numbers_to_str=True)

    api_version: GraphVersion = CURRENT
    graph_url: Address = "https://graph.facebook.com"
    dialog_url: Address = "https://www.facebook.com"
    upload_url: Address = "https://graph-video.facebook.com"
    client_id: str | None = None
    client_secret: SecretStr | None = None
    config_id: str | None = None
    permissions: Annotated[tuple[str, ...], AfterValidator(sufficient)] = NECESSARY
    rate_limits: RateLimits = RateLimits()
    words: Customs = Customs()


class PageCredentials(Credentials, frozen=True, extra="forbid"):
    """`access_token` is the page's. `user_token`: of the person who gave consent, who alone can take it back."""

    model_config = ConfigDict(coerce_numbers_to_str=True, populate_by_name=True)

    page_id: str = Field(validation_alias=AliasChoices("page_id", "facebook_page_id"), pattern=r"^\d+$")
    access_token: SecretStr
    user_token: SecretStr | None = None

    @property
    def account(self) -> str:
        return self.page_id


PROFILE = Profile(
    limit=63_206,
    count=code_points,
    hashtags=Hashtags(most=30, places=tuple(Place)),
    links=Links.PREVIEW,
    mentions=Mentions(live=False),
    pictures=Pictures(
        media_types=("image/jpeg", "image/png"),
        most=10,
        max_bytes=4_000_000,
        min_ratio=0.1,
        max_ratio=10.0,
        max_width=2048,
        max_height=2048,
        card=(1200, 630),
    ),
)


# -- wire ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """One page and the token that may publish on it. `app_id`: our app, when we know it."""

    id: str
    graph: Graph
    app_id: str | None = None

    async def recent(self, attempt: Attempt) -> tuple[list[Seen], timedelta]:
        """What the page has shown since the attempt, made by our app if we know which that is."""
        posts, skew = await on_their_clock(attempt.since - LOOKBACK, self._published)
        return [seen(post) for post in posts if self._ours(post) and tellable(post)], skew

    async def _published(self, since: datetime) -> tuple[list[dict[str, Any]], timedelta]:
        fields = "id,message,created_time,permalink_url,application,attachments{media_type}"
        at = int(since.timestamp())
        return await self.graph.list(self.id, "published_posts", fields=fields, since=at, limit=100)

    def _ours(self, post: dict[str, Any]) -> bool:
        return self.app_id is None or (post.get("application") or {}).get("id") == self.app_id


def tellable(post: dict[str, Any]) -> bool:
    """Whether it could be ours: without text we publish pictures only."""
    kinds = {item.get("media_type") for item in (post.get("attachments") or {}).get("data") or []}
    return bool(post.get("message") or not kinds or kinds & PICTURED)


def seen(post: dict[str, Any]) -> Seen:
    return Seen(post["id"], moment(post["created_time"]), post.get("message", ""), post.get("permalink_url"))


def itself(page: Mapping[str, Any]) -> Mapping[str, Any]:
    return page


WANTED = Wanted(NECESSARY, "id,name,access_token,tasks", frozenset({"CREATE_CONTENT"}), itself)


# -- acts ------------------------------------------------------------------------------------------------------------


class PagePost(Act):
    """Something on a page. The list lags and hides, so an empty one never means no: a person is asked."""

    silence: ClassVar[timedelta | None] = None

    def __init__(self, page: Page, text: str) -> None:
        self.page = page
        self.text = text

    async def find(self, attempt: Attempt) -> Receipt | Absent | None:
        posts, skew = await self.page.recent(attempt)
        return attempt.match(posts, self.text, skew=skew)


class FeedPost(PagePost):
    """Text, with the preview of a link or with pictures that were uploaded before (ids of unpublished photos)."""

    def __init__(self, page: Page, text: str, *, link: str | None = None, photos: tuple[str, ...] = ()) -> None:
        super().__init__(page, text)
        self.link = link
        self.photos = photos

    async def perform(self) -> Receipt:
        attached = [{"media_fbid": photo} for photo in self.photos]
        post = await self.page.graph.commits.put_object(
            self.page.id,
            "feed",
            message=self.text or None,
            link=self.link,
            attached_media=json.dumps(attached) if attached else None,
        )
        return Receipt(identified(post, commit=True))


class PhotoPost(PagePost):
    """One picture with its text: the bytes travel in the same call."""

    def __init__(self, page: Page, text: str, media: Media, picture: File | None) -> None:
        """`picture` None: it is gone from our disk. What was sent before can be found without it."""
        super().__init__(page, text)
        self.media = media
        self.picture = picture

    async def perform(self) -> Receipt:
        if self.picture is None:
            raise MediaRejected("the picture is gone from our disk", code="media_missing")
        photo = await self.page.graph.commits.put_photo(
            self.picture, f"{self.page.id}/photos", message=self.text or None, published=True, **described(self.media)
        )
        return Receipt(identified(photo, commit=True, field="post_id" if photo.get("post_id") else "id"))


# -- publisher -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PagePublisher(Publisher, Revokes):
    """Capabilities: Checks, Revokes. A page's token has no end that could be put off: nothing is renewed."""

    page: Page
    outside: Outside
    app: App | None = None
    person: Graph | None = None
    necessary: tuple[str, ...] = NECESSARY

    async def publish(self, post: Adapted, steps: Steps) -> Receipt:
        done = await steps.done("post")
        receipt = done or await steps.commit("post", await self._act(post, post.parts[0], steps))
        shown = await self.page.graph.with_permalink(receipt, "permalink_url")
        await Comments(self.page.graph, self.page.id, PAGES, PERMISSIONS.comments).say(post.comment, shown, steps)
        return shown

    async def _act(self, post: Adapted, part: Part, steps: Steps) -> Act:
        if len(part.media) == 1:
            return PhotoPost(self.page, part.text, part.media[0], await self._picture(part.media[0]))
        upload = partial(self.page.graph.upload, self.page.id)
        photos = [photo.id for photo in await uploaded(part.media, upload, steps, "photo", keeps=KEEPS)]
        return FeedPost(self.page, part.text, link=None if photos else post.link, photos=tuple(photos))

    async def _picture(self, media: Media) -> File | None:
        try:
            return await read_picture(self.outside, media)
        except MediaMissing:
            return None

    async def check(self) -> Identity:
        page = await self.page.graph.reads.get_object(self.page.id, fields="id,name")
        await permits(self.page.graph, self.app, self.necessary, self.page.id)
        return Identity(identified(page, commit=False), str(page.get("name") or self.page.id))

    async def revoke(self) -> None:
        await give_back(self.person, self.app, self.page.id, OF_INSTAGRAM)


def connect(settings: Settings, credentials: PageCredentials, outside: Outside) -> PagePublisher:
    graph = Graph(outside, settings.graph_url, settings.api_version, credentials.access_token)
    app = App.of(settings.client_id, settings.client_secret)
    person = replace(graph, token=credentials.user_token) if credentials.user_token else None
    page = Page(credentials.page_id, graph, settings.client_id)
    return PagePublisher(page, outside, app, person, PERMISSIONS.needed(settings.words))


# -- consent ---------------------------------------------------------------------------------------------------------


def candidate(page: Opened, shared: dict[str, Any]) -> Candidate:
    credentials = PageCredentials(page_id=page.id, access_token=page.token, **shared)
    return Candidate(Identity(page.id, page.page_name), credentials)


def authorize(settings: Settings, outside: Outside) -> GraphLogin | None:
    """A consent opens the pages that a person picks in the dialog."""
    app = App.of(settings.client_id, settings.client_secret)
    if app is None:
        return None
    hosts = settings.dialog_url, settings.graph_url, settings.api_version
    scopes = PERMISSIONS.asked(settings.permissions, settings.words)
    wanted = replace(WANTED, necessary=PERMISSIONS.needed(settings.words))
    return GraphLogin(outside, *hosts, app, scopes, settings.config_id, wanted, candidate)


PLATFORM = Platform(
    name="facebook",
    title="Facebook",
    icon="📘",
    aliases=("fb",),
    profile=PROFILE,
    settings=Settings,
    credentials=PageCredentials,
    connect=connect,
    home="https://www.facebook.com/{id}",
    authorize=authorize,
)
