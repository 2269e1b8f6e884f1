"""Instagram, professional accounts: pictures with a caption, and stories, by either login.

API: https://developers.facebook.com/docs/instagram-platform/content-publishing
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, ClassVar, Literal

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, SecretStr

from adapters.adapted import Adapted
from adapters.profile import Hashtags, Links, Mentions, Pictures, Place, Profile
from adapters.text import utf16
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
    Refreshes,
    Revokes,
    Steps,
)
from publishers.engine.errors import AuthExpired, Rejected
from publishers.engine.outside import Allowance, Outside
from publishers.wire.address import Address
from publishers.wire.customs import Customs
from publishers.wire.gallery import Picture
from publishers.wire.graph import Graph
from publishers.wire.graph_comments import PROFESSIONALS, Comments
from publishers.wire.graph_login import GraphLogin, Opened, Wanted, give_back
from publishers.wire.graph_scopes import App, Scopes, permits
from publishers.wire.graph_versions import CURRENT, ApiType, GraphVersion
from publishers.wire.limits import Limits, Most
from publishers.wire.own_login import OwnLogin, renewed
from publishers.wire.professional import Kind, Making, Professional, kind_of

PERMISSIONS = {
    "facebook_login": Scopes(
        ("instagram_basic", "instagram_content_publish", "pages_show_list", "pages_read_engagement"),
        comments="instagram_manage_comments",
    ),
    "instagram_login": Scopes(
        ("instagram_business_basic", "instagram_business_content_publish"),
        comments="instagram_business_manage_comments",
    ),
}
NECESSARY = ("instagram_basic", "instagram_content_publish")
"""Of those by which the linked page's token is asked what it carries; the other login has no such call."""
OF_PAGES = "pages_manage_posts"
"""The permission by which a person's consent serves their pages too."""
LEAD = timedelta(days=15)
"""Of sixty days that a token of Instagram's own login lives."""


class RateLimits(Limits, frozen=True):
    posts_per_hour: Most = 25


class Settings(BaseModel, extra="forbid", frozen=True):
    """`permissions` None: those that the login needs."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    api_version: GraphVersion = CURRENT
    api_type: ApiType = "facebook_login"
    graph_url: Address = "https://graph.facebook.com"
    dialog_url: Address = "https://www.facebook.com"
    upload_url: Address = "https://rupload.facebook.com"
    instagram_graph_url: Address = "https://graph.instagram.com"
    token_url: Address = "https://api.instagram.com"  # noqa: S105 - an address
    authorize_url: Address = "https://www.instagram.com/oauth/authorize"
    client_id: str | None = None
    client_secret: SecretStr | None = None
    config_id: str | None = None
    permissions: tuple[str, ...] | None = None
    rate_limits: RateLimits = RateLimits()
    words: Customs = Customs()


class ProfessionalCredentials(Credentials, frozen=True, extra="forbid"):
    """`login` None: as `api_type` says. `page_id`: the linked page, which can hold pictures for us. `user_token`: of
    the person who gave consent by their page, who alone can take it back.
    """

    model_config = ConfigDict(coerce_numbers_to_str=True, populate_by_name=True)

    ig_user_id: str = Field(validation_alias=AliasChoices("ig_user_id", "instagram_account_id"), pattern=r"^\d+$")
    access_token: SecretStr
    login: Literal["facebook", "instagram"] | None = None
    page_id: str | None = None
    user_token: SecretStr | None = None

    @property
    def account(self) -> str:
        return self.ig_user_id


STORY = Profile(
    limit=0,
    count=utf16,
    hashtags=Hashtags(most=30, places=(Place.INLINE,)),
    links=Links.DEAD,
    pictures=Pictures(
        media_types=("image/jpeg",),
        most=1,
        max_bytes=8_000_000,
        min_ratio=0.56,
        max_ratio=0.5635,
        max_width=1080,
        min_width=320,
        required=True,
        card=(1080, 1920),
    ),
)
PROFILE = Profile(
    limit=2200,
    count=utf16,
    hashtags=Hashtags(most=30, advised=5, places=tuple(Place)),
    links=Links.DEAD,
    mentions=Mentions(most=20),
    pictures=Pictures(
        media_types=("image/jpeg",),
        most=10,
        max_bytes=8_000_000,
        min_ratio=0.8,
        max_ratio=1.91,
        max_width=1440,
        min_width=320,
        required=True,
        alike=True,
    ),
    fold=125,
    others={"story": STORY},
)


# -- wire ------------------------------------------------------------------------------------------------------------


def linked(page: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return page.get("instagram_business_account")


FIELDS = "id,name,access_token,tasks,instagram_business_account{id,username}"
WANTED = Wanted(PERMISSIONS["facebook_login"].necessary, FIELDS, frozenset({"CREATE_CONTENT", "MANAGE"}), linked)


# -- acts ------------------------------------------------------------------------------------------------------------


class PublishContainer(Act):
    """The container tells whether it was published, but not as what: the list does. A list alone never means no."""

    silence: ClassVar[timedelta | None] = None

    def __init__(self, account: Professional, kind: Kind, caption: str, container: str) -> None:
        self.account = account
        self.kind = kind
        self.text = caption
        self.container = container

    async def perform(self) -> Receipt:
        return await self.account.containers.publish(self.container, "container")

    async def find(self, attempt: Attempt) -> Receipt | Absent | None:
        code, _ = await self.account.containers.state(self.container)
        if code == "FINISHED":
            return Absent.ABSENT
        listed, skew = await self.account.recent(self.kind)
        found = attempt.match(listed, self.text, skew=skew)
        if code == "PUBLISHED":
            return found or Receipt(id=None)
        # Without a caption the only new thing may be the person's own: then the container alone could tell.
        return found if self.text else None


# -- publisher -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProfessionalPublisher(Publisher, Refreshes, Revokes):
    """Capabilities: Checks, Quotas, Refreshes, Revokes. `person` only where a page was opened to us by one."""

    account: Professional
    credentials: ProfessionalCredentials
    app: App | None = None
    person: Graph | None = None
    necessary: tuple[str, ...] = NECESSARY

    async def publish(self, post: Adapted, steps: Steps) -> Receipt:
        account, media = self.account, post.parts[0].media
        if not media:
            raise Rejected("a picture is needed", code="picture_required")
        pictures = await account.gallery.hang(media, steps)
        receipt = await steps.done("post") or await self._posted(post, pictures, steps)
        shown, _ = await asyncio.gather(
            account.graph.with_permalink(receipt, "permalink"), account.gallery.clear(pictures)
        )
        scope = PERMISSIONS[f"{self.credentials.login}_login"].comments
        await Comments(account.graph, account.id, PROFESSIONALS, scope).say(post.comment, shown, steps)
        return shown

    async def _posted(self, post: Adapted, pictures: Sequence[Picture], steps: Steps) -> Receipt:
        part, kind = post.parts[0], kind_of(post)
        container = await Making(self.account, steps).made(kind, part, pictures)
        return await steps.commit("post", PublishContainer(self.account, kind, part.text, container))

    async def check(self) -> Identity:
        found = await self.account.graph.reads.get_object(self.account.id, fields="id,username")
        await permits(self.account.graph, self.app, self.necessary)
        return Identity(self.account.id, f"@{found.get('username', self.account.id)}")

    async def quotas(self) -> Sequence[Allowance]:
        return await self.account.containers.quotas("content_publishing_limit")

    @property
    def lead(self) -> timedelta | None:
        return LEAD if self.credentials.login == "instagram" else None

    async def refresh(self) -> ProfessionalCredentials:
        if self.lead is None:
            raise AuthExpired("a page's token cannot be renewed")
        grant = await renewed(self.account.graph, self.check)
        return self.credentials.model_copy(update=grant.kept)

    async def revoke(self) -> None:
        await give_back(self.person, self.app, self.credentials.page_id, OF_PAGES)


def connect(settings: Settings, credentials: ProfessionalCredentials, outside: Outside) -> ProfessionalPublisher:
    login = credentials.login or settings.api_type.removesuffix("_login")
    credentials = credentials.model_copy(update={"login": login})
    by_page = login == "facebook"
    url = settings.graph_url if by_page else settings.instagram_graph_url
    graph = Graph(outside, url, settings.api_version, credentials.access_token)
    account = Professional(credentials.ig_user_id, graph, credentials.page_id if by_page else None)
    if not by_page:
        return ProfessionalPublisher(account, credentials)
    person = replace(graph, token=credentials.user_token) if credentials.user_token else None
    app, beside = App.of(settings.client_id, settings.client_secret), PERMISSIONS["facebook_login"].beside
    return ProfessionalPublisher(account, credentials, app, person, (*NECESSARY, *beside(settings.words)))


# -- consent ---------------------------------------------------------------------------------------------------------


def by_page(opened: Opened, shared: dict[str, Any]) -> Candidate:
    kept = {"access_token": opened.token, "page_id": opened.page_id, "login": "facebook", **shared}
    return candidate(opened.id, opened.account, kept)


def by_itself(profile: Mapping[str, Any], kept: dict[str, Any]) -> Candidate:
    return candidate(str(profile["user_id"]), profile, {"login": "instagram", **kept})


def candidate(ig_user_id: str, account: Mapping[str, Any], kept: dict[str, Any]) -> Candidate:
    name = f"@{account.get('username') or ig_user_id}"
    return Candidate(Identity(ig_user_id, name), ProfessionalCredentials(ig_user_id=ig_user_id, **kept))


def authorize(settings: Settings, outside: Outside) -> GraphLogin | OwnLogin | None:
    app, version = App.of(settings.client_id, settings.client_secret), settings.api_version
    if app is None:
        return None
    of = PERMISSIONS[settings.api_type]
    necessary, scopes = of.needed(settings.words), of.asked(settings.permissions, settings.words)
    if settings.api_type == "facebook_login":
        hosts = settings.dialog_url, settings.graph_url, version
        wanted = replace(WANTED, necessary=necessary)
        return GraphLogin(outside, *hosts, app, scopes, settings.config_id, wanted, by_page)
    own = settings.authorize_url, settings.token_url, settings.instagram_graph_url, version
    return OwnLogin(outside, *own, app, scopes, necessary, by_itself)


PLATFORM = Platform(
    name="instagram",
    title="Instagram",
    icon="📸",
    aliases=("ig", "insta"),
    profile=PROFILE,
    settings=Settings,
    credentials=ProfessionalCredentials,
    connect=connect,
    home="https://www.instagram.com/{name}",
    authorize=authorize,
)
