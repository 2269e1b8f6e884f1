"""Posts of X: create, read, list, delete: https://docs.x.com/x-api/posts"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from fakes.call import Call, Reply
from fakes.x_media import Upload, own
from fakes.x_text import LONGEST, ShortLink, cashtags, is_valid, new_short_link, shorten, weighted_length
from fakes.x_wire import (
    check_keys,
    forbidden,
    invalid,
    invalid_named,
    not_found,
    read_document,
    read_list,
    read_moment,
    read_query,
    x_time,
)

if TYPE_CHECKING:
    from fakes.x import FakeX, User

CREATE_KEYS: dict[str, type] = {
    "text": str,
    "media": dict,
    "reply": dict,
    "reply_settings": str,
    "made_with_ai": bool,
    "paid_partnership": bool,
    "quote_tweet_id": str,
}
MEDIA_KEYS: dict[str, type] = {"media_ids": list, "tagged_user_ids": list}
REPLY_KEYS: dict[str, type] = {"in_reply_to_tweet_id": str, "exclude_reply_user_ids": list}
REPLY_SETTINGS = frozenset(("following", "mentionedUsers", "subscribers", "verified"))
MOST_PHOTOS = 4

DEFAULT_FIELDS = frozenset(("id", "text", "edit_history_tweet_ids"))
FIELDS = DEFAULT_FIELDS | {
    "attachments",
    "author_id",
    "conversation_id",
    "created_at",
    "entities",
    "in_reply_to_user_id",
    "public_metrics",
    "referenced_tweets",
    "reply_settings",
}
EXPANSIONS = frozenset(("author_id", "attachments.media_keys", "in_reply_to_user_id", "referenced_tweets.id"))
LIST_QUERY = frozenset(
    ("max_results", "start_time", "end_time", "since_id", "until_id", "exclude", "expansions", "pagination_token")
)


@dataclass(slots=True)
class XPost:
    """`text` is what was sent, `shown` what the API shows."""

    id: str
    user: str
    text: str
    shown: str
    links: list[ShortLink]
    pictures: list[Upload]
    reply_to: str | None
    conversation: str
    created: datetime
    serial: int


async def create(x: "FakeX", call: Call, user: "User") -> Reply:
    document = read_document(call, CREATE_KEYS)
    text = document.get("text", "")
    pictures = _pictures(x, user, document.get("media"))
    parent = _parent(x, user, document.get("reply"))
    if not text.strip() and not pictures:
        raise invalid("$.text: is missing but it is required", text=text)
    if document.get("reply_settings", "following") not in REPLY_SETTINGS:
        raise invalid("$.reply_settings: is not one of its values", reply_settings=document["reply_settings"])
    if "quote_tweet_id" in document:
        raise forbidden("Quoting a post is not available on your access level.")
    _refuse_unfit_text(x, user, text)
    post = store(x, user, text, pictures, parent)
    return Reply(201, {"data": {"id": post.id, "text": post.shown, "edit_history_tweet_ids": [post.id]}})


def _pictures(x: "FakeX", user: "User", media: dict[str, Any] | None) -> list[Upload]:
    if media is None:
        return []
    check_keys(media, MEDIA_KEYS, "$.media")
    names = media.get("media_ids", [])
    if not 1 <= len(names) <= MOST_PHOTOS or len(set(map(str, names))) < len(names):
        raise invalid("$.media.media_ids: must have from 1 to 4 different items", media__media_ids=names)
    if not all(isinstance(name, str) for name in names):
        raise invalid("$.media.media_ids: integer found, string expected", media__media_ids=names)
    found = [own(x, user, name) for name in names]
    if not all(each.ready for each in found):
        raise invalid("Your media IDs are invalid.", media__media_ids=names)
    if len(found) > 1 and any(each.category != "tweet_image" for each in found):
        raise forbidden("You are not permitted to perform this action: one GIF or one video, or up to four photos.")
    return found


def _parent(x: "FakeX", user: "User", reply: dict[str, Any] | None) -> "XPost | None":
    if reply is None:
        return None
    check_keys(reply, REPLY_KEYS, "$.reply")
    parent = x.live.get(reply.get("in_reply_to_tweet_id", ""))
    if parent is None:
        raise forbidden("You attempted to reply to a Tweet that is deleted or not visible to you.")
    if parent.user != user.id:
        raise forbidden("Reply to this conversation is not allowed: you have not been mentioned or otherwise engaged.")
    return parent


def _refuse_unfit_text(x: "FakeX", user: "User", text: str) -> None:
    if not is_valid(text):
        raise invalid("$.text: has invalid characters", text="…")
    if weighted_length(text) > LONGEST or cashtags(text) > 1:
        raise forbidden("You are not permitted to perform this action.")
    since = x.now() - x.duplicate_window
    recent = [post.text.strip() for post in x.live.values() if post.user == user.id and post.created > since]
    if text.strip() and text.strip() in recent:
        raise forbidden("You are not allowed to create a Tweet with duplicate content.")


def store(x: "FakeX", user: "User", text: str, pictures: list[Upload], parent: "XPost | None") -> XPost:
    shown, links = shorten(text)
    name = x.new_id()
    if pictures:
        shown += (" " if shown else "") + (url := new_short_link())
        end = len(shown)
        address = f"https://x.com/{user.username}/status/{name}/photo/1"
        links += [ShortLink(end - len(url), end, url, address)]
    reply_to, conversation = (parent.id, parent.conversation) if parent else (None, name)
    post = XPost(name, user.id, text, shown, links, pictures, reply_to, conversation, x.now(), x.next_serial())
    x.live[name] = post
    return post


async def delete(x: "FakeX", call: Call, user: "User", name: str) -> Reply:
    read_query(call, frozenset())
    post = x.live.get(name)
    if post is not None and post.user != user.id:
        raise forbidden("You are not authorized to delete this Tweet.")
    if post is None:
        return not_found("tweet", name)
    del x.live[name]
    return Reply(body={"data": {"deleted": True}})


async def read(x: "FakeX", call: Call, user: "User", name: str) -> Reply:
    query = read_query(call, frozenset(("expansions",)) | x.fields_names)
    asked = _asked(x, query)
    post = x.live.get(name)
    return Reply(body={"data": post_json(x, post, asked)}) if post else not_found("tweet", name)


SETTLED = timedelta(seconds=10)
"""So long ago a list may begin at the latest."""


def _asked(x: "FakeX", query: dict[str, str]) -> frozenset[str]:
    read_list(query, "expansions", EXPANSIONS)
    return DEFAULT_FIELDS | read_list(query, x.fields_name, FIELDS)


async def timeline(x: "FakeX", call: Call, user: "User", owner: str) -> Reply:
    query = read_query(call, LIST_QUERY | x.fields_names)
    asked = _asked(x, query)
    size = query.get("max_results", "10")
    if not size.isdigit() or not 5 <= int(size) <= 100:
        message = f"The `max_results` query parameter value [{size}] is not between 5 and 100"
        raise invalid_named(message, {"max_results": [size]})
    begin = read_moment(query, "start_time")
    if begin is not None and begin > x.now() - SETTLED:
        message = f"Invalid 'start_time':'{query['start_time']}'. It must be at least 10 seconds before the request"
        raise invalid_named(message, {"start_time": [query["start_time"]]})
    if owner not in x.users:
        return not_found("user", owner)
    shown = _within(x.visible(call, [post for post in x.live.values() if post.user == owner]), query)
    start = int(query.get("pagination_token", "0"))
    page = shown[start : start + int(size)]
    meta: dict[str, Any] = {"result_count": len(page)}
    if page:
        meta |= {"newest_id": page[0].id, "oldest_id": page[-1].id}
    if len(shown) > start + len(page):
        meta["next_token"] = str(start + len(page))
    data = {"data": [post_json(x, post, asked) for post in page]} if page else {}
    return Reply(body=data | {"meta": meta})


def _within(posts: list[XPost], query: dict[str, str]) -> list[XPost]:
    """Newest first; `since_id` and `until_id` are exclusive, times to the second."""
    exclude = read_list(query, "exclude", frozenset(("replies", "retweets")))
    since, until = read_moment(query, "start_time"), read_moment(query, "end_time")
    for name in ("since_id", "until_id", "pagination_token"):
        if not query.get(name, "0").isdigit():
            raise invalid_named(f"The `{name}` query parameter is no number", {name: [query[name]]})
    above, below = int(query.get("since_id", "0")), int(query.get("until_id", "0"))
    kept = [
        post
        for post in posts
        if not (post.reply_to and "replies" in exclude)
        and (since is None or post.created >= since)
        and (until is None or post.created < until)
        and int(post.id) > above
        and (not below or int(post.id) < below)
    ]
    return sorted(kept, key=lambda post: int(post.id), reverse=True)


def post_json(x: "FakeX", post: XPost, asked: frozenset[str]) -> dict[str, Any]:
    parent = x.live.get(post.reply_to or "")
    replied = [{"type": "replied_to", "id": post.reply_to}] if post.reply_to else None
    full = {
        "id": post.id,
        "text": post.shown,
        "edit_history_tweet_ids": [post.id],
        "author_id": post.user,
        "conversation_id": post.conversation,
        "created_at": x_time(post.created),
        "entities": {"urls": [_link_json(link) for link in post.links]} if post.links else None,
        "attachments": {"media_keys": [each.key for each in post.pictures]} if post.pictures else None,
        "in_reply_to_user_id": parent.user if parent else (post.user if post.reply_to else None),
        "referenced_tweets": replied,
        "reply_settings": "everyone",
        "public_metrics": {"retweet_count": 0, "reply_count": 0, "like_count": 0, "quote_count": 0},
    }
    return {name: value for name, value in full.items() if name in asked and value is not None}


def _link_json(link: ShortLink) -> dict[str, Any]:
    display = link.expanded.partition("://")[2][:27]
    about = {"start": link.start, "end": link.end, "url": link.url}
    return about | {"expanded_url": link.expanded, "display_url": display}
