"""Instagram, professional accounts: pictures with a caption, and stories, by either login.

API: https://developers.facebook.com/docs/instagram-platform/content-publishing
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr

from adapters.adapted import Adapted, Part
from adapters.profile import Hashtags, Links, Pictures, Profile
from adapters.text import utf16
from publishers.engine.contract import (
    Absent,
    Act,
    Attempt,
    Credentials,
    Identity,
    Platform,
    Publisher,
    Receipt,
    Seen,
    Steps,
)
from publishers.engine.errors import Rejected
from publishers.engine.outside import Allowance, Outside
from publishers.wire.address import Address
from publishers.wire.beside import beside
from publishers.wire.containers import KEEPS, Containers
from publishers.wire.gallery import Gallery, Picture
from publishers.wire.graph import Graph, moment
from publishers.wire.graph_scopes import App, permits
from publishers.wire.graph_versions import CURRENT, GraphVersion
from publishers.wire.limits import Limits, Most

PERMISSIONS = {
    "facebook_login": ("instagram_basic", "instagram_content_publish", "pages_show_list", "pages_read_engagement"),
    "instagram_login": ("instagram_business_basic", "instagram_business_content_publish"),
}

NECESSARY = ("instagram_basic", "instagram_content_publish")
"""Of those by which the linked page's token is asked what it carries; the other login has no such call."""


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
    permissions: tuple[str, ...] | None = None
    rate_limits: RateLimits = RateLimits()


class ProfessionalCredentials(Credentials, frozen=True, extra="forbid"):
    """`login` None: as `api_type` says. `page_id`: the linked page, which can hold pictures for us."""

    model_config = ConfigDict(coerce_numbers_to_str=True, populate_by_name=True)

    ig_user_id: str = Field(validation_alias=AliasChoices("ig_user_id", "instagram_account_id"), pattern=r"^\d+$")
    access_token: SecretStr
    login: Literal["facebook", "instagram"] | None = None
    page_id: str | None = None

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


@dataclass(frozen=True, slots=True)
class Kind:
    """What a container becomes. `shelf`: the edge that lists it; `listed`: the media type it has there."""

    shelf: str
    listed: str
    keeps: timedelta = KEEPS


PICTURE, STORY_PICTURE = Kind("media", "IMAGE"), Kind("stories", "IMAGE")
CAROUSEL = Kind("media", "CAROUSEL_ALBUM", KEEPS / 2)
"""The pictures in it are kept as long: together no longer than one of them lives."""


@dataclass(frozen=True, slots=True)
class Professional:
    """One account and the token that may publish on it. `page_id` only where the linked page can be used."""

    id: str
    graph: Graph
    page_id: str | None = None

    @property
    def gallery(self) -> Gallery:
        return Gallery(self.graph, self.page_id)

    @property
    def containers(self) -> Containers:
        return Containers(self.graph, self.id)

    async def create(self, picture: Picture, **fields: Any) -> str:
        """A container around a picture (invisible): its id. Raises MediaMissing."""
        return await self.containers.create(image_url=await self.gallery.url(picture), **fields)

    async def recent(self, kind: Kind) -> tuple[list[Seen], timedelta]:
        fields = "id,caption,permalink,timestamp,media_type"
        media, skew = await self.graph.list(self.id, kind.shelf, fields=fields, limit=25)
        return [seen(item) for item in media if item.get("media_type", kind.listed) == kind.listed], skew


def seen(item: dict[str, Any]) -> Seen:
    return Seen(item["id"], moment(item["timestamp"]), item.get("caption", ""), item.get("permalink"))


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
class ProfessionalPublisher(Publisher):
    """Capabilities: Checks, Quotas."""

    account: Professional
    app: App | None = None

    async def publish(self, post: Adapted, steps: Steps) -> Receipt:
        part, account = post.parts[0], self.account
        if not part.media:
            raise Rejected("a picture is needed", code="picture_required")
        kind = STORY_PICTURE if post.format == "story" else CAROUSEL if part.media[1:] else PICTURE
        pictures = await account.gallery.hang(part.media, steps)
        container = await steps.prepare("container", self._container(kind, part, pictures, steps), keeps=kind.keeps)
        await self._ready(container, "container", steps)
        receipt = await steps.commit("post", PublishContainer(account, kind, part.text, container))
        shown, _ = await asyncio.gather(
            account.graph.with_permalink(receipt, "permalink"), account.gallery.clear(pictures)
        )
        return shown

    async def _container(self, kind: Kind, part: Part, pictures: Sequence[Picture], steps: Steps) -> str:
        first = pictures[0]
        if kind is STORY_PICTURE:
            return await self.account.create(first, media_type="STORIES")
        if kind is PICTURE:
            return await self.account.create(first, caption=part.text or None, alt_text=first.alt)
        children = await beside(partial(self._child, steps), pictures)
        return await self.account.containers.around(
            {child: f"child-{number}" for number, child in enumerate(children, 1)},
            media_type="CAROUSEL", caption=part.text or None,
        )  # fmt: skip

    async def _child(self, steps: Steps, picture: Picture) -> str:
        made = self.account.create(picture, is_carousel_item=True, alt_text=picture.alt)
        child = await steps.prepare(f"child-{picture.number}", made, keeps=CAROUSEL.keeps)
        return await self._ready(child, f"child-{picture.number}", steps)

    async def _ready(self, container: str, key: str, steps: Steps) -> str:
        await steps.prepare(f"ready-{container}", self.account.containers.ready(container, key))
        return container

    async def check(self) -> Identity:
        found = await self.account.graph.reads.get_object(self.account.id, fields="id,username")
        await permits(self.account.graph, self.app, NECESSARY)
        return Identity(self.account.id, f"@{found.get('username', self.account.id)}")

    async def quotas(self) -> Sequence[Allowance]:
        return await self.account.containers.quotas("content_publishing_limit")


def connect(settings: Settings, credentials: ProfessionalCredentials, outside: Outside) -> ProfessionalPublisher:
    login = credentials.login or settings.api_type.removesuffix("_login")
    by_page = login == "facebook"
    url = settings.graph_url if by_page else settings.instagram_graph_url
    graph = Graph(outside, url, settings.api_version, credentials.access_token)
    account = Professional(credentials.ig_user_id, graph, credentials.page_id if by_page else None)
    return ProfessionalPublisher(account, App.of(settings.client_id, settings.client_secret) if by_page else None)


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
)
