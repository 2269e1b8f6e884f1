"""Instagram, professional accounts: pictures with a caption, and stories, by either login.

API: https://developers.facebook.com/docs/instagram-platform/content-publishing
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from adapters.adapted import Adapted
from adapters.profile import Hashtags, Links, Mentions, Pictures, Profile
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
from publishers.engine.errors import AuthExpired, NotPermitted, Rejected, Unavailable
from publishers.engine.outside import Allowance, Outside
from publishers.wire.address import Address
from publishers.wire.customs import Customs
from publishers.wire.graph import Graph
from publishers.wire.graph_login import GraphLogin, Opened, Wanted, give_back
from publishers.wire.graph_scopes import App, permits
from publishers.wire.graph_versions import CURRENT, GraphVersion
from publishers.wire.limits import Limits, Most
from publishers.wire.own_login import OwnLogin, renew
from publishers.wire.professional import CAROUSEL, PICTURE, STORY_PICTURE, Kind, Making, Professional

PERMISSIONS = {
    "facebook_login": ("instagram_basic", "instagram_content_publish", "pages_show_list", "pages_read_engagement"),
    "instagram_login": ("instagram_business_basic", "instagram_business_content_publish"),
}

NECESSARY = ("instagram_basic", "instagram_content_publish")
"""Of those by which the linked page's token is asked what it carries; the other login has no such call."""
OF_PAGES = "pages_manage_posts"
"""The permission by which a person's consent serves their pages too."""
LEAD = timedelta(days=15)
"""Of sixty days that a token of Instagram's own login lives."""


def living(api_type: Any) -> Any:
    if api_type == "basic_display":
        raise ValueError(
            "basic_display was shut down on 2024-12-04 and never could publish; use facebook_login or instagram_login"
        )
    return api_type


class RateLimits(Limits, frozen=True):
    posts_per_hour: Most = 25


class Settings(BaseModel, extra="forbid", frozen=True):
    """`permissions` None: those that the login needs."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    api_version: GraphVersion = CURRENT
    api_type: Annotated[Literal["facebook_login", "instagram_login"], BeforeValidator(living)] = "facebook_login"
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
    hashtags=Hashtags(most=30),
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
    hashtags=Hashtags(most=30, advised=5),
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
WANTED = Wanted(PERMISSIONS["facebook_login"], FIELDS, frozenset({"CREATE_CONTENT", "MANAGE"}), linked)


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

    async def publish(self, post: Adapted, steps: Steps) -> Receipt:
        part, account = post.parts[0], self.account
        if not part.media:
            raise Rejected("a picture is needed", code="picture_required")
        kind = STORY_PICTURE if post.format == "story" else CAROUSEL if part.media[1:] else PICTURE
        pictures = await account.gallery.hang(part.media, steps)
        container = await Making(account, steps).made(kind, part, pictures)
        receipt = await steps.commit("post", PublishContainer(account, kind, part.text, container))
        shown, _ = await asyncio.gather(
            account.graph.with_permalink(receipt, "permalink"), account.gallery.clear(pictures)
        )
        return shown

    async def check(self) -> Identity:
        found = await self.account.graph.reads.get_object(self.account.id, fields="id,username")
        await permits(self.account.graph, self.app, NECESSARY)
        return Identity(self.account.id, f"@{found.get('username', self.account.id)}")

    async def quotas(self) -> Sequence[Allowance]:
        return await self.account.containers.quotas("content_publishing_limit")

    @property
    def lead(self) -> timedelta | None:
        return LEAD if self.credentials.login == "instagram" else None

    async def refresh(self) -> ProfessionalCredentials:
        if self.lead is None:
            raise AuthExpired("a page's token cannot be renewed")
        graph = self.account.graph
        try:
            grant = await renew(graph.outside, graph.url, graph.token)
        except (AuthExpired, NotPermitted, Rejected) as error:
            await self.check()  # it is over only if it no longer works; one that is too young does
            raise Unavailable(f"not renewed although it works: {error.detail}") from None
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
    return ProfessionalPublisher(account, credentials, App.of(settings.client_id, settings.client_secret), person)


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
    necessary = PERMISSIONS[settings.api_type]
    scopes = settings.permissions or necessary
    if settings.api_type == "facebook_login":
        hosts = settings.dialog_url, settings.graph_url, version
        return GraphLogin(outside, *hosts, app, scopes, settings.config_id, WANTED, by_page)
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
