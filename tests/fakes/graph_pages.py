"""Pages and their posts: https://developers.facebook.com/docs/pages-api/posts"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from fakes.call import Call
from fakes.graph_objects import Page, Photo, Post
from fakes.graph_wire import check_fields, graph_time, listing, project, read_params, refuse

if TYPE_CHECKING:
    from fakes.graph import FakeGraph

Endpoint = Callable[["FakeGraph", Call, Any], Awaitable[dict[str, Any]]]

MAX_TEXT = 63_206
MAX_PHOTOS = 10
SOONEST, LATEST = timedelta(minutes=10), timedelta(days=30)

PAGE_FIELDS = {
    "id": None,
    "name": None,
    "username": None,
    "link": None,
    "category": None,
    "instagram_business_account": {"id": None, "username": None},
}
TARGET = {"id": None, "url": None}
POST_FIELDS: dict[str, Any] = {
    "id": None,
    "message": None,
    "created_time": None,
    "updated_time": None,
    "permalink_url": None,
    "is_published": None,
    "scheduled_publish_time": None,
    "application": {"id": None, "name": None},
    "attachments": {"media_type": None, "target": TARGET, "url": None, "type": None},
    "from": {"id": None, "name": None},
}
LIST_PARAMS = {"fields": "fields", "since": "time", "until": "time", "limit": "number", "after": "text"}
FEED_PARAMS = {
    "message": "text",
    "link": "text",
    "attached_media": "list",
    "published": "bool",
    "scheduled_publish_time": "time",
    "fields": "fields",
}


async def read_page(graph: "FakeGraph", call: Call, page: Page) -> dict[str, Any]:
    asked = asked_fields(call, {"fields": "fields"}, PAGE_FIELDS, "Page", {"id": None, "name": None})
    user = graph.nodes.get(page.instagram or "")
    linked = {"id": user.id, "username": getattr(user, "username", None)} if user else None
    link = f"https://www.facebook.com/{page.username}"
    about = {"id": page.id, "name": page.name, "username": page.username, "link": link, "category": "Panadería"}
    return project(about | {"instagram_business_account": linked}, asked)


async def post_feed(graph: "FakeGraph", call: Call, page: Page) -> dict[str, Any]:
    values = read_params(call, FEED_PARAMS)
    check_fields(values.get("fields", {}), POST_FIELDS, "Post")
    text, link = values.get("message", ""), values.get("link")
    photos = [_attachable(graph, page, each) for each in values.get("attached_media", [])]
    if not text.strip() and not link and not photos:
        raise refuse(100, "(#100) Requires one of the params: message, link, attached_media")
    if len(photos) > MAX_PHOTOS or len({photo.id for photo in photos}) < len(photos):
        raise refuse(100, "(#100) Param attached_media holds too many photos, or one of them twice")
    if link is not None and not link.startswith(("http://", "https://")):
        raise refuse(100, "(#100) The url you supplied is invalid", subcode=2061006)
    shows_at = time_of_showing(graph, values)
    refuse_unfit_text(graph, page, text, public=values.get("published", True))
    post = store_post(graph, page, text, app=graph.app_id, link=link, photos=photos, shows_at=shows_at)
    return project(post_json(graph, post), values.get("fields", {}))


def _attachable(graph: "FakeGraph", page: Page, item: Any) -> Photo:
    if not isinstance(item, dict) or item.keys() != {"media_fbid"} or not isinstance(item["media_fbid"], str):
        raise refuse(100, '(#100) Param attached_media must be an array of {"media_fbid": "…"}')
    photo = graph.nodes.get(item["media_fbid"])
    if not isinstance(photo, Photo) or photo.page != page.id:
        raise refuse(100, f"(#100) No photo {item['media_fbid']} of this Page")
    if photo.published or photo.used_in:
        raise refuse(506, "These photos were already posted.", subcode=1366051)
    return photo


def time_of_showing(graph: "FakeGraph", values: Mapping[str, Any]) -> datetime | None:
    """When the new thing becomes public; None: unpublished for good."""
    planned = values.get("scheduled_publish_time")
    if values.get("published", True):
        if planned is not None:
            raise refuse(100, "(#100) You cannot specify a scheduled publish time on a published post")
        return graph.now()
    if planned is not None and not SOONEST <= planned - graph.now() <= LATEST:
        raise refuse(100, "(#100) The specified scheduled publish time is invalid.")
    return planned if isinstance(planned, datetime) else None


def refuse_unfit_text(graph: "FakeGraph", page: Page, text: str, *, public: bool) -> None:
    if len(text) > MAX_TEXT:
        raise refuse(100, f"(#100) Param message must be at most {MAX_TEXT} characters long")
    now = graph.now()
    shown = [post for post in posts_of(graph, page) if post.public(now) and now - post.created < graph.duplicate_window]
    if public and text and shown and shown[0].text == text:
        raise refuse(506, "(#506) Duplicate status message", subcode=1455006)


def store_post(
    graph: "FakeGraph",
    page: Page,
    text: str,
    *,
    app: str | None,
    shows_at: datetime | None,
    link: str | None = None,
    photos: list[Photo] | None = None,
) -> Post:
    name = f"{page.id}_{graph.new_id()}"
    ids = [photo.id for photo in photos or []]
    post = Post(name, page.id, text, shows_at or graph.now(), shows_at, graph.next_serial(), app, link, ids)
    for photo in photos or []:
        photo.used_in = post.id
    graph.nodes[post.id] = post
    return post


def posts_of(graph: "FakeGraph", page: Page) -> list[Post]:
    """Newest first."""
    found = [each for each in graph.nodes.values() if isinstance(each, Post) and each.page == page.id]
    return sorted(found, key=lambda post: (post.created, post.serial), reverse=True)


async def list_posts(graph: "FakeGraph", call: Call, page: Page) -> dict[str, Any]:
    return _list_posts(graph, call, [post for post in posts_of(graph, page) if post.public(graph.now())])


async def list_scheduled(graph: "FakeGraph", call: Call, page: Page) -> dict[str, Any]:
    waiting = [post for post in posts_of(graph, page) if post.shows_at is not None and not post.public(graph.now())]
    return _list_posts(graph, call, waiting)


def _list_posts(graph: "FakeGraph", call: Call, posts: list[Post]) -> dict[str, Any]:
    values = read_params(call, LIST_PARAMS)
    asked = values.get("fields", {"created_time": None, "message": None})
    check_fields(asked, POST_FIELDS, "Post")
    shown = [each for each in graph.visible(call, posts) if within(each.created, values)]
    return listing(call, [post_json(graph, each) for each in shown], values, asked)


def within(moment: datetime, values: Mapping[str, Any]) -> bool:
    """`since` and `until` are whole seconds, both included."""
    second = moment.replace(microsecond=0)
    return bool(values.get("since", second) <= second <= values.get("until", second))


def post_json(graph: "FakeGraph", post: Post) -> dict[str, Any]:
    page = graph.node(post.page, Page)
    kind = "photo" if len(post.photos) == 1 else "album"
    attached = [{"media_type": kind, "target": {"id": photo}, "type": kind} for photo in post.photos]
    if post.link and not attached:
        attached = [{"media_type": "link", "target": {"url": post.link}, "url": post.link, "type": "share"}]
    full: dict[str, Any] = {"id": post.id, "message": post.text or None, "created_time": graph_time(post.created)}
    full |= {"updated_time": graph_time(post.created), "permalink_url": post.permalink}
    full |= {"is_published": post.public(graph.now()), "from": {"id": page.id, "name": page.name}}
    full |= {"application": {"id": post.app, "name": "App"} if post.app else None}
    return full | {"attachments": {"data": attached} if attached else None}


async def read_post(graph: "FakeGraph", call: Call, post: Post) -> dict[str, Any]:
    default = {"id": None, "created_time": None, "message": None}
    return project(post_json(graph, post), asked_fields(call, {"fields": "fields"}, POST_FIELDS, "Post", default))


async def edit_post(graph: "FakeGraph", call: Call, post: Post) -> dict[str, Any]:
    values = read_params(call, {"message": "text"})
    if post.app != graph.app_id:
        raise refuse(200, "(#200) Only posts of the same app can be edited", status=403)
    post.text = values.get("message", post.text)
    return {"success": True}


async def delete_post(graph: "FakeGraph", call: Call, post: Post) -> dict[str, Any]:
    read_params(call, {})
    for photo in post.photos:
        forget_photo(graph, graph.node(photo, Photo))
    del graph.nodes[post.id]
    return {"success": True}


def forget_photo(graph: "FakeGraph", photo: Photo) -> None:
    graph.cdn.pop(photo.cdn, None)
    graph.nodes.pop(photo.id, None)


def asked_fields(
    call: Call, spec: dict[str, str], known: Mapping[str, Any], node: str, default: dict[str, Any]
) -> dict[str, Any]:
    asked: dict[str, Any] = read_params(call, spec).get("fields", default)
    check_fields(asked, known, node)
    return asked


ROUTES: dict[tuple[str, type, str], Endpoint] = {
    ("GET", Page, ""): read_page,
    ("POST", Page, "feed"): post_feed,
    ("GET", Page, "published_posts"): list_posts,
    ("GET", Page, "posts"): list_posts,
    ("GET", Page, "feed"): list_posts,
    ("GET", Page, "scheduled_posts"): list_scheduled,
    ("GET", Post, ""): read_post,
    ("POST", Post, ""): edit_post,
    ("DELETE", Post, ""): delete_post,
}
