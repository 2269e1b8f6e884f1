"""The nine networks the texts are read for: three have a module of their own, six are facts without one yet.

Where a network states no number, the comment says whose it is.
"""

import unicodedata

from adapters import hashtags, links
from adapters.profile import Hashtags, Links, Markup, Mentions, Pictures, Place, Profile
from adapters.text import clusters, utf8, utf16
from publishers import facebook, instagram, twitter

RESERVED = frozenset("\\|{}@[]()<>#*_~")
"""Signs that get a backslash in little text, outside of hashtags and addresses."""


def escaped_length(text: str) -> int:
    """Characters with their backslashes: 3,000 must hold for the plain text and for the escaped one."""
    kept = {at for link in links.find(text) for at in range(link.start, link.end)}
    kept |= {at for tag in hashtags.find(text) for at in range(tag.start, tag.end)}
    return len(text) + sum(sign in RESERVED for at, sign in enumerate(text) if at not in kept)


def emoji_by_bytes(text: str) -> int:
    """Emoji as their UTF-8 bytes (stated), all else one a character (assumed: the unit is not stated)."""
    return sum(utf8(cluster) if _pictures(cluster) else len(cluster) for cluster in clusters(text))


def _pictures(cluster: str) -> bool:
    return any(unicodedata.category(sign) == "So" or sign == "\u20e3" for sign in cluster)


_PROFESSIONAL = Profile(
    limit=3000,  # characters of `commentary`, documented for its predecessor, enforced as FIELD_LENGTH_TOO_LONG
    count=escaped_length,
    hashtags=Hashtags(most=30, advised=5),  # ours: no number is stated
    links=Links.INLINE,  # an address can be tapped and is not looked at: no card without an article of our own
    pictures=Pictures(
        media_types=("image/jpeg", "image/png"),  # GIF too, which nobody needs here
        most=20,  # multiImage takes 2 to 20
        max_bytes=8_000_000,  # reported: not published
        min_ratio=0.1,  # ours: none is stated
        max_ratio=10.0,
        max_width=6000,  # below 36,152,320 pixels
    ),
    markup=Markup.LITTLE,
    mentions=Mentions(live=False),  # a mention needs the URN of whom it means: an @ alone leads nowhere
)
_THREADED = Profile(
    limit=500,
    count=emoji_by_bytes,
    hashtags=Hashtags(most=1),  # one topic to a post: the first #
    links=Links.PREVIEW,  # the first address of the text becomes the card; at most five different ones
    pictures=Pictures(
        media_types=("image/jpeg", "image/png"),
        most=20,  # a carousel takes 2 to 20
        max_bytes=8_000_000,
        min_ratio=0.1,  # "up to 10:1"
        max_ratio=10.0,
        max_width=1440,
        min_width=320,
    ),
    thread=True,  # reply_to_id: a post of one's own
)
_ARTICLES = Profile(
    limit=819_200,  # 800 KiB of body_markdown
    count=utf8,
    hashtags=Hashtags(most=4, places=(Place.END, Place.INLINE)),  # tags of an article
    links=Links.INLINE,
    pictures=Pictures(
        media_types=("image/jpeg", "image/png"),
        most=10,  # ours: by address, within the text
        max_bytes=8_000_000,  # ours
        min_ratio=0.1,
        max_ratio=10.0,
        max_width=2048,  # ours
    ),
    markup=Markup.MARKDOWN,
)
_ESSAYS = Profile(
    limit=100_000,  # ours: only the title's 100 are stated
    count=len,
    hashtags=Hashtags(most=3, places=(Place.END, Place.INLINE)),  # of the tags the first three are used
    links=Links.INLINE,
    pictures=Pictures(
        media_types=("image/jpeg", "image/png"),  # GIF and TIFF too
        most=10,  # ours: by address, within the text
        max_bytes=8_000_000,  # ours
        min_ratio=0.1,
        max_ratio=10.0,
        max_width=2048,  # ours
    ),
    markup=Markup.MARKDOWN,
    mentions=Mentions(live=False),  # ours: its interface knows none
)
_CLIPS = Profile(
    limit=2200,  # of a video; the description of photos takes 4,000
    count=utf16,  # stated
    hashtags=Hashtags(most=30),  # ours: no number is stated
    links=Links.DEAD,  # a caption's addresses cannot be tapped
    pictures=Pictures(
        media_types=("image/jpeg", "image/webp"),  # no PNG
        most=35,
        max_bytes=20_000_000,
        min_ratio=0.1,  # ours: none is stated
        max_ratio=10.0,
        max_width=1080,
        max_height=1920,
        required=True,  # there is no post without a picture or video
    ),
)
_VIDEOS = Profile(
    limit=5000,  # of the description
    count=utf8,  # stated: bytes
    hashtags=Hashtags(most=60, advised=3),  # above 60 all are ignored (reported); three are shown above the title
    links=Links.INLINE,
    pictures=Pictures(
        media_types=("image/jpeg", "image/png"),
        most=1,  # the picture in front of the video
        max_bytes=2_000_000,  # of the older documents; now 50 MiB
        min_ratio=0.1,  # ours
        max_ratio=10.0,
        max_width=1280,  # ours
    ),
)

NETWORKS = {
    "facebook": facebook.PROFILE,
    "instagram": instagram.PROFILE,
    "twitter": twitter.PROFILE,
    "linkedin": _PROFESSIONAL,
    "threads": _THREADED,
    "devto": _ARTICLES,
    "medium": _ESSAYS,
    "tiktok": _CLIPS,
    "youtube": _VIDEOS,
}
