"""What lives behind Graph ids. Permalinks are drawn by lot: nobody can compose one from an id."""

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

CONTAINER_LIFE = STORY_LIFE = timedelta(hours=24)


SCOPES = ("pages_show_list", "pages_manage_posts", "pages_read_engagement", "instagram_basic",
          "instagram_content_publish")  # fmt: skip


@dataclass(slots=True)
class Access:
    """What one token opens. `login` is the route it was given on: facebook or instagram."""

    owner: str
    login: str
    accounts: set[str] = field(default_factory=set)
    expired: bool = False
    scopes: set[str] = field(default_factory=lambda: set(SCOPES))
    only: dict[str, list[str]] = field(default_factory=dict)
    """Scopes that were granted for these pages only."""
    kind: str = "PAGE"
    """Or USER, where a person's."""
    person: str | None = None
    """Who gave the consent that it comes from."""
    pages: tuple[str, ...] = ()
    """Those that the person opened."""
    page_tokens: dict[str, str] = field(default_factory=dict)
    issued: datetime | None = None
    until: datetime | None = None
    """None: it does not end by itself."""
    long: bool = False

    def over(self, now: datetime) -> bool:
        return self.expired or (self.until is not None and self.until <= now)


@dataclass(slots=True)
class Person:
    """`pages`: the tasks they have on each; `declined`: permissions they refused when they were last asked."""

    id: str
    pages: dict[str, tuple[str, ...]]
    declined: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Page:
    id: str
    name: str
    username: str
    instagram: str | None = None


@dataclass(slots=True)
class Photo:
    """`used_in` is the post that shows it; `cdn` the path under which its JPEG is served."""

    id: str
    page: str
    sha256: str
    width: int
    height: int
    cdn: str
    created: datetime
    published: bool
    alt_text: str | None = None
    caption: str | None = None
    used_in: str | None = None


@dataclass(slots=True)
class Post:
    """`shows_at` is None for an unpublished post without a schedule."""

    id: str
    page: str
    text: str
    created: datetime
    shows_at: datetime | None
    serial: int
    app: str | None
    link: str | None = None
    photos: list[str] = field(default_factory=list)
    permalink: str = field(default_factory=lambda: f"https://www.facebook.com/permalink/pfbid0{secrets.token_hex(24)}")

    def public(self, now: datetime) -> bool:
        return self.shows_at is not None and self.shows_at <= now


@dataclass(slots=True)
class Comment:
    """`author`: somebody else, by id below a post and by name below media; None: the account itself."""

    id: str
    under: str
    account: str
    text: str
    created: datetime
    serial: int
    author: str | None = None
    permalink: str = field(default_factory=lambda: f"https://www.facebook.com/permalink/c{secrets.token_hex(16)}")


@dataclass(slots=True)
class IgUser:
    """`login` is the route its token belongs to: facebook or instagram."""

    id: str
    username: str
    name: str
    page: str | None
    login: str
    account_type: str = "BUSINESS"


@dataclass(slots=True)
class Container:
    """`states` are those its next status reads will show, the last one for ever."""

    id: str
    user: str
    kind: str
    created: datetime
    states: list[str]
    caption: str = ""
    url: str | None = None
    alt_text: str | None = None
    children: list[str] = field(default_factory=list)
    is_item: bool = False
    state: str = "IN_PROGRESS"
    error: int | None = None
    sha256: str | None = None
    media: str | None = None
    lag: int = 0
    """Status reads that still say FINISHED after publishing."""

    @property
    def handed(self) -> str | None:
        """The sha256 of a picture that was handed over by its address, with a hash in it."""
        found = re.search(r"/media/([0-9a-f]{64})", self.url or "")
        return found[1] if found else None

    def expired(self, now: datetime) -> bool:
        return self.media is None and now - self.created > CONTAINER_LIFE


@dataclass(slots=True)
class Media:
    """Something published on Instagram. `kind` is IMAGE, VIDEO or CAROUSEL_ALBUM; `product` FEED, REELS or STORY."""

    id: str
    user: str
    kind: str
    product: str
    caption: str
    created: datetime
    serial: int
    sha256: tuple[str, ...] = ()
    alt_texts: tuple[str | None, ...] = ()
    shortcode: str = field(default_factory=lambda: secrets.token_urlsafe(8))

    def on_show(self, now: datetime) -> bool:
        """A story is listed for a day."""
        return self.product != "STORY" or now - self.created < STORY_LIFE

    @property
    def permalink(self) -> str:
        shelf = {"REELS": "reel", "STORY": "stories"}.get(self.product, "p")
        return f"https://www.instagram.com/{shelf}/{self.shortcode}/"


Node = Person | Page | Photo | Post | Comment | IgUser | Container | Media
