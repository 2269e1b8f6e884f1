"""Instagram, professional accounts: a picture with its caption, by either login.

API: https://developers.facebook.com/docs/instagram-platform/content-publishing
"""

import asyncio
import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, PositiveInt, SecretStr

from adapters.adapted import Adapted, Media, Part
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
from publishers.engine.errors import NotConfigured, PublishingError, Rejected, Stale, Unavailable, Unconfirmed
from publishers.engine.outside import Outside
from publishers.wire.address import Address
from publishers.wire.graph import ALT_LIMIT, Graph, moment
from publishers.wire.graph_faults import SUBCODES, raised
from publishers.wire.graph_versions import CURRENT, GraphVersion
from publishers.wire.http import identified

KEEPS = timedelta(hours=23)
"""A container lives 24 hours."""
POLLS = (1, 3, 5, 10, 20)
"""Seconds before each look at a container in the making."""
LATER = timedelta(minutes=1)
LOST = frozenset({"container_gone", "not_found"})
PERMISSIONS = {
    "facebook_login": ("instagram_basic", "instagram_content_publish", "pages_show_list", "pages_read_engagement"),
    "instagram_login": ("instagram_business_basic", "instagram_business_content_publish"),
}


def living(api_type: Any) -> Any:
    if api_type == "basic_display":
        raise ValueError(
            "basic_display was shut down on 2024-12-04 and never could publish; use facebook_login or instagram_login"
        )
    return api_type


class RateLimits(BaseModel, extra="forbid", frozen=True):
    posts_per_hour: PositiveInt = 25


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
class Professional:
    """One account and the token that may publish on it. `page_id` only where the linked page can be used."""

    id: str
    graph: Graph
    outside: Outside
    page_id: str | None = None

    async def create(self, caption: str, media: Media, photo: str | None) -> str:
        """Make a container (invisible): its id. `photo`: an unpublished photo of the page to take the picture from."""
        if photo is None:
            await self.outside.media.read(media.sha256)  # nobody is sent to fetch a picture that we lost
        container = await self.graph.reads.put_object(
            self.id,
            "media",
            image_url=await self._source(photo) if photo else self.outside.media.address(media),
            caption=caption or None,
            alt_text=media.alt[:ALT_LIMIT] or None,
        )
        return identified(container, commit=False)

    async def _source(self, photo: str) -> str:
        try:
            found = await self.graph.reads.get_object(photo, fields="images")
        except PublishingError as error:
            raise Stale("photo", error.detail) if error.code in LOST else error from error
        images = found.get("images") or [{}]
        return identified(images[0], commit=False, field="source")

    async def state(self, container: str) -> tuple[str, str]:
        """Status code and status of a container; ("GONE", …) when the platform does not know it."""
        try:
            found = await self.graph.reads.get_object(container, fields="status_code,status")
        except PublishingError as error:
            if error.code in LOST:
                return "GONE", error.detail
            raise
        return str(found.get("status_code", "")), str(found.get("status", ""))

    async def ready(self, container: str) -> str:
        """Wait until it can be published. Raises Stale when it never will, Unavailable when it takes too long."""
        for pause in POLLS:
            await self.outside.clock.sleep(pause)
            code, status = await self.state(container)
            if code in {"FINISHED", "PUBLISHED"}:
                return code
            if code in {"ERROR", "EXPIRED"}:
                raise failure(status) if code == "ERROR" else Stale("container", status)
        # A read may fail to find for some seconds what is there: only the last one is believed.
        if code == "GONE":
            raise Stale("container", status)
        raise Unavailable(status, code="still_processing", retry_at=self.outside.clock.now() + LATER)

    async def recent(self) -> tuple[list[Seen], timedelta]:
        media, skew = await self.graph.list(self.id, "media", fields="id,caption,permalink,timestamp", limit=25)
        return [seen(item) for item in media], skew

    async def discard(self, photo: str | None) -> None:
        """Take an unpublished photo off the page again; whether that works changes nothing."""
        if photo is None:
            return
        try:
            await self.graph.reads.delete_object(photo)
        except PublishingError:
            return


def failure(status: str) -> PublishingError:
    """What the status of a container in ERROR means: the picture is refused, or another container may do."""
    subcode = re.search(r"2207\d{3}", status)
    rule = SUBCODES.get(int(subcode[0])) if subcode else None
    if rule is None:
        rule = SUBCODES[2069019]
    if issubclass(rule.error, Rejected):
        return raised(rule, status, status, None, commit=False)
    return Stale("container", status)


def seen(item: dict[str, Any]) -> Seen:
    return Seen(item["id"], moment(item["timestamp"]), item.get("caption", ""), item.get("permalink"))


# -- acts ------------------------------------------------------------------------------------------------------------


class PublishContainer(Act):
    """The container tells whether it was published, but not as what: the list does. A list alone never means no."""

    silence: ClassVar[timedelta | None] = None

    def __init__(self, account: Professional, caption: str, container: str) -> None:
        self.account = account
        self.text = caption
        self.container = container

    async def perform(self) -> Receipt:
        try:
            media = await self.account.graph.commits.put_object(
                self.account.id, "media_publish", creation_id=self.container
            )
        except PublishingError as error:
            if error.code in LOST:
                raise await self._missing(error) from error
            raise
        return Receipt(identified(media, commit=True))

    async def _missing(self, error: PublishingError) -> PublishingError:
        """It is said to be gone, which is also what is said of one that was published."""
        try:
            code, _ = await self.account.state(self.container)
        except PublishingError:
            return Unconfirmed(error.detail)
        if code in {"GONE", "EXPIRED"}:
            return Stale("container", error.detail)
        return Unconfirmed(error.detail)

    async def find(self, attempt: Attempt) -> Receipt | Absent | None:
        code, _ = await self.account.state(self.container)
        if code == "FINISHED":
            return Absent.ABSENT
        listed, skew = await self.account.recent()
        found = attempt.match(listed, self.text, skew=skew)
        return found or (Receipt(id=None) if code == "PUBLISHED" else None)


# -- publisher -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProfessionalPublisher(Publisher):
    """Capabilities: Checks."""

    account: Professional

    async def publish(self, post: Adapted, steps: Steps) -> Receipt:
        part = post.parts[0]
        photo = await self._photo(part, steps)
        made = self.account.create(part.text, part.media[0], photo)
        container = await steps.prepare("container", made, keeps=KEEPS)
        await steps.prepare(f"ready-{container}", self.account.ready(container))
        receipt = await steps.commit("post", PublishContainer(self.account, part.text, container))
        shown, _ = await asyncio.gather(
            self.account.graph.with_permalink(receipt, "permalink"), self.account.discard(photo)
        )
        return shown

    async def _photo(self, part: Part, steps: Steps) -> str | None:
        """Where the platform fetches the picture: None when from our own address, else a photo on the linked page."""
        if not part.media:
            raise Rejected("a picture is needed", code="picture_required")
        if self.account.outside.media.address(part.media[0]) is not None:
            return None
        if self.account.page_id is None:
            raise NotConfigured("no public address for pictures and no linked page", code="no_public_address")
        return await steps.prepare("photo", self.account.graph.upload(self.account.page_id, part.media[0]), keeps=KEEPS)

    async def check(self) -> Identity:
        found = await self.account.graph.reads.get_object(self.account.id, fields="id,username")
        return Identity(self.account.id, f"@{found.get('username', self.account.id)}")


def connect(settings: Settings, credentials: ProfessionalCredentials, outside: Outside) -> ProfessionalPublisher:
    login = credentials.login or settings.api_type.removesuffix("_login")
    by_page = login == "facebook"
    url = settings.graph_url if by_page else settings.instagram_graph_url
    graph = Graph(outside, url, settings.api_version, credentials.access_token)
    return ProfessionalPublisher(
        Professional(credentials.ig_user_id, graph, outside, credentials.page_id if by_page else None)
    )


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
