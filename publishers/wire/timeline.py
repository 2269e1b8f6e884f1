"""Posts as X lists them (https://docs.x.com/x-api/users/get-posts): their text as sent, and what they reply to."""

import re
from typing import Any

REPLIED = "replied_to"
OWN_MEDIA = re.compile(r"/status/\d+/(photo|video)/\d+$")
"""Where the link leads that the platform adds to a text for each picture."""


def written(post: dict[str, Any], text: str) -> str:
    """The text as it was sent: every t.co link spelled out again, those of pictures taken away."""
    shown = str(post.get("text", ""))
    for link in (post.get("entities") or {}).get("urls") or []:
        shown = shown.replace(link["url"], spelled(link, text))
    return shown


def spelled(link: dict[str, Any], text: str) -> str:
    full = str(link.get("expanded_url") or link["url"])
    if full not in text and OWN_MEDIA.search(full):
        return ""
    bare = full.removeprefix("https://").removeprefix("http://")
    return next((form for form in (f"{full}/", full, bare) if form in text), full)


def replied(post: dict[str, Any]) -> str | None:
    references = post.get("referenced_tweets") or post.get("referenced_posts") or []
    return next((item["id"] for item in references if item.get("type") == REPLIED), None)
