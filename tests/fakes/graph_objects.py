"""What lives behind Graph ids. Permalinks are drawn by lot: nobody can compose one from an id."""

import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

CONTAINER_LIFE = STORY_LIFE = timedelta(hours=24)


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
    id: str
    under: str
    account: str
    text: str
    created: datetime
    serial: int
    permalink: str = field(default_factory=lambda: f"https://www.facebook.com/permalink/c{secrets.token_hex(16)}")


@dataclass(slots=True)
class IgUser:
    """`login` is the route its token belongs to: facebook or instagram."""

    id: str
    username: str
    name: str
    page: str | None
    login: str


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


Node = Page | Photo | Post | Comment | IgUser | Container | Media
