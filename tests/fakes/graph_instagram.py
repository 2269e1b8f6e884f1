"""Instagram by containers: https://developers.facebook.com/docs/instagram-platform/content-publishing"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from fakes.call import Call
from fakes.graph_images import CODES, UnfitError, fetch_feed_image, fetch_video
from fakes.graph_objects import Container, IgUser, Media
from fakes.graph_pages import LIST_PARAMS, Endpoint, asked_fields, within
from fakes.graph_photos import uploaded_as
from fakes.graph_wire import check_fields, graph_time, listing, project, read_params, refuse

if TYPE_CHECKING:
    from fakes.graph import FakeGraph

MAX_CAPTION, MAX_HASHTAGS, MAX_MENTIONS, MAX_ALT_TEXT = 2200, 30, 20, 1000
MAX_CONTAINERS = 400
DAY = timedelta(hours=24)

USER_FIELDS = dict.fromkeys(("id", "username", "name", "profile_picture_url"))
OWN_LOGIN_FIELDS = USER_FIELDS | dict.fromkeys(("user_id", "account_type"))
CONTAINER_FIELDS = dict.fromkeys(("id", "status_code", "status"))
MEDIA_FIELDS = dict.fromkeys(
    (
        "id",
        "caption",
        "permalink",
        "shortcode",
        "timestamp",
        "media_type",
        "media_product_type",
        "media_url",
        "username",
    )
)
QUOTA_FIELDS = {"quota_usage": None, "config": {"quota_total": None, "quota_duration": None}}

COMMON = {"image_url": "text", "video_url": "text", "media_type": "text"}
ITEM = {"is_carousel_item": "bool", "user_tags": "list"}
PARAMS: dict[str, dict[str, str]] = {
    "IMAGE": {"caption": "text", "alt_text": "text", "user_tags": "list", "location_id": "text"}
    | {"collaborators": "list", "is_ai_generated": "bool"},
    "ITEM": ITEM | {"alt_text": "text"},
    "CAROUSEL": {"children": "ids", "caption": "text", "location_id": "text"}
    | {"collaborators": "list", "is_ai_generated": "bool"},
    "REELS": {"caption": "text", "share_to_feed": "bool", "cover_url": "text", "thumb_offset": "number"}
    | {"audio_name": "text", "collaborators": "list", "user_tags": "list", "location_id": "text"},
    "STORIES": {"user_tags": "list"},
    "VIDEO": ITEM,
}
KINDS = frozenset(("CAROUSEL", "REELS", "STORIES", "VIDEO"))


async def read_user(graph: "FakeGraph", call: Call, user: IgUser) -> dict[str, Any]:
    known = OWN_LOGIN_FIELDS if user.login == "instagram" else USER_FIELDS
    own_me = user.login == "instagram" and call.path.endswith("/me")
    full = {"id": f"9{user.id}" if own_me else user.id, "user_id": user.id, "username": user.username}
    full |= {"name": user.name, "account_type": user.account_type}
    shown = project(full, asked_fields(call, {"fields": "fields"}, known, "IGUser", {"id": None}))
    return {"data": [shown]} if own_me and graph.own_login.me_wrapped else shown


async def post_media(graph: "FakeGraph", call: Call, user: IgUser) -> dict[str, Any]:
    kind = _kind(call)
    values = read_params(call, COMMON | PARAMS[kind])
    container = Container(graph.new_id(), user.id, kind, graph.now(), [], values.get("caption", ""))
    container.alt_text = values.get("alt_text")
    container.is_item = values.get("is_carousel_item", False)
    container.url = _url(kind, values)
    container.children = _children(graph, user, values.get("children", [])) if kind == "CAROUSEL" else []
    _refuse_unfit_texts(container)
    _refuse_over_quota(graph, user)
    await _begin(graph, container)
    graph.nodes[container.id] = container
    return {"id": container.id}


def _kind(call: Call) -> str:
    given = call.params.get("media_type")
    is_item = call.params.get("is_carousel_item") in ("true", "1", True)
    if given is None:
        return "ITEM" if is_item else "IMAGE"
    if not isinstance(given, str) or given not in KINDS or (given == "VIDEO" and not is_item):
        raise refuse(100, f"(#100) The media type {given} is unknown or no longer supported", subcode=2207023)
    return given


def _url(kind: str, values: Mapping[str, Any]) -> str | None:
    image, video = values.get("image_url"), values.get("video_url")
    allowed = {"CAROUSEL": (), "STORIES": ("image_url", "video_url")}.get(
        kind, ("video_url",) if kind in {"REELS", "VIDEO"} else ("image_url",)
    )
    given = [name for name in ("image_url", "video_url") if values.get(name)]
    if len(given) != (1 if allowed else 0) or not set(given) <= set(allowed):
        raise refuse(100, f"(#100) For {kind} exactly one of these is needed: {allowed or 'no url'}")
    url: str | None = image or video
    if url is not None and (not url.isascii() or not url.startswith(("http://", "https://"))):
        raise refuse(100, f"(#100) Param {given[0]} is not a valid ASCII URI")
    return url


def _children(graph: "FakeGraph", user: IgUser, names: list[str]) -> list[str]:
    if not 2 <= len(names) <= 10 or len(set(names)) < len(names):
        raise refuse(100, "(#100) A carousel has from 2 to 10 different children", subcode=2207028)
    for name in names:
        child = graph.nodes.get(name)
        if not isinstance(child, Container) or child.user != user.id or not child.is_item or child.media:
            raise refuse(24, f"(#24) The child {name} does not exist or is no carousel item", subcode=2207008)
        if child.expired(graph.now()):
            raise refuse(24, f"(#24) The child {name} is missing or has expired", subcode=2207008)
        if child.state != "FINISHED":
            raise refuse(9007, f"(#9007) The child {name} is not ready", subcode=2207027)
    return names


def _refuse_unfit_texts(container: Container) -> None:
    caption = container.caption
    if len(container.alt_text or "") > MAX_ALT_TEXT:
        raise refuse(100, "(#100) Param alt_text must be at most 1000 characters long")
    hashtags = re.findall(r"(?<!\w)#\w+", caption)
    if len(caption.encode("utf-16-le")) // 2 > MAX_CAPTION or len(hashtags) > MAX_HASHTAGS:
        raise refuse(36004, "The caption was too long: 2,200 characters, 30 hashtags", subcode=2207010)
    if len(re.findall(r"(?<![\w.])@[\w.]+", caption)) > MAX_MENTIONS:
        raise refuse(100, "The caption has more than 20 @ tags", subcode=2207040)


def _refuse_over_quota(graph: "FakeGraph", user: IgUser) -> None:
    made = [each for each in graph.nodes.values() if isinstance(each, Container) and each.user == user.id]
    if len([each for each in made if each.created > graph.now() - DAY]) >= MAX_CONTAINERS:
        raise refuse(9, "(#9) Too many containers were created today", subcode=2207069)


async def _begin(graph: "FakeGraph", container: Container) -> None:
    ready = ["FINISHED"] if graph.ready_after is not None else ["IN_PROGRESS"] * graph.polls + ["FINISHED"]
    container.states = graph.scripted_states.pop(0) if graph.scripted_states else ready
    if graph.checks_at_creation:
        try:
            await _fetch(graph, container)
        except UnfitError as unfit:
            raise refuse(CODES[unfit.subcode], str(unfit), subcode=unfit.subcode) from None
    if container.states == ["FINISHED"] and graph.ready_after is None:
        await _advance(graph, container)


async def _fetch(graph: "FakeGraph", container: Container) -> None:
    if container.url is None or container.sha256 is not None:
        return
    if container.kind in {"REELS", "VIDEO"}:
        container.sha256 = await fetch_video(container.url)
    else:
        picture = await fetch_feed_image(container.url, any_ratio=container.kind == "STORIES")
        container.sha256 = uploaded_as(graph, container.url) or picture.sha256


async def _advance(graph: "FakeGraph", container: Container) -> None:
    """One status read: the next state; before the first FINISHED the picture is fetched and measured."""
    if container.media is not None:
        container.state = "FINISHED" if container.lag > 0 else "PUBLISHED"
        container.lag -= 1
        return
    if container.expired(graph.now()):
        container.state = "EXPIRED"
        return
    if graph.ready_after is not None and graph.now() - container.created < graph.ready_after:
        return
    state, _, why = (container.states.pop(0) if len(container.states) > 1 else container.states[0]).partition(":")
    if container.state != "ERROR":
        container.state, container.error = state, int(why) if why else None
    if container.state == "FINISHED":
        await _finish(graph, container)


async def _finish(graph: "FakeGraph", container: Container) -> None:
    try:
        await _fetch(graph, container)
    except UnfitError as unfit:
        container.state, container.error = "ERROR", unfit.subcode


async def read_container(graph: "FakeGraph", call: Call, container: Container) -> dict[str, Any]:
    asked = asked_fields(call, {"fields": "fields"}, CONTAINER_FIELDS, "IGContainer", {"id": None})
    if "status_code" in asked or "status" in asked:
        await _advance(graph, container)
    words = {
        "ERROR": f"Error: Media upload has failed with error code {container.error or 2207053}",
        "EXPIRED": "Expired: The container was not published within 24 hours",
    }
    status = words.get(container.state, f"{container.state.replace('_', ' ').capitalize()}: Media is on its way")
    return project({"id": container.id, "status_code": container.state, "status": status}, asked)


async def publish_media(graph: "FakeGraph", call: Call, user: IgUser) -> dict[str, Any]:
    name = read_params(call, {"creation_id": "id"}).get("creation_id")
    container = graph.nodes.get(name or "")
    if not isinstance(container, Container) or container.user != user.id:
        raise refuse(24, "(#24) The requested resource does not exist", subcode=2207006)
    if container.state == "PUBLISHED" or (container.is_item and container.media):
        raise refuse(100, "(#100) The container was already published", subcode=2207085)
    if container.expired(graph.now()) or container.state == "EXPIRED":
        raise refuse(24, "(#24) The container is missing or has expired", subcode=2207008)
    if container.state != "FINISHED" or container.is_item:
        raise refuse(9007, "(#9007) Media ID is not available", subcode=2207027)
    if _used(graph, user) >= graph.quota_total:
        raise refuse(9, "(#9) The publishing limit of 24 hours is reached", subcode=2207042)
    return {"id": _publish(graph, user, container).id}


def _publish(graph: "FakeGraph", user: IgUser, container: Container) -> Media:
    shown = [graph.node(child, Container) for child in container.children] or [container]
    hashes = tuple(each.sha256 for each in shown if each.sha256)
    kind = {"CAROUSEL": "CAROUSEL_ALBUM", "REELS": "VIDEO"}.get(container.kind, "IMAGE")
    product = {"REELS": "REELS", "STORIES": "STORY"}.get(container.kind, "FEED")
    media = store_media(graph, user.id, kind, product, container.caption, hashes)
    media.alt_texts = tuple(each.alt_text for each in shown)
    if container.media is None:
        container.lag = graph.status_lag
    container.media, container.state = media.id, "FINISHED" if container.lag > 0 else "PUBLISHED"
    for child in container.children:
        graph.node(child, Container).media = media.id
    graph.published.append((user.id, graph.now()))
    return media


def store_media(
    graph: "FakeGraph", user: str, kind: str, product: str, caption: str, hashes: tuple[str, ...] = ()
) -> Media:
    media = Media(graph.new_id(), user, kind, product, caption, graph.now(), graph.next_serial(), hashes)
    graph.nodes[media.id] = media
    return media


def _used(graph: "FakeGraph", user: IgUser) -> int:
    return sum(1 for owner, moment in graph.published if owner == user.id and moment > graph.now() - DAY)


async def read_quota(graph: "FakeGraph", call: Call, user: IgUser) -> dict[str, Any]:
    asked = asked_fields(call, {"fields": "fields"}, QUOTA_FIELDS, "IGUser", {"quota_usage": None})
    config = {"quota_total": graph.quota_total, "quota_duration": 86400}
    return {"data": [project({"quota_usage": _used(graph, user), "config": config}, asked)]}


def _media_json(graph: "FakeGraph", media: Media) -> dict[str, Any]:
    full = {"id": media.id, "caption": media.caption or None, "permalink": media.permalink}
    full |= {"shortcode": media.shortcode, "timestamp": graph_time(media.created), "media_type": media.kind}
    full |= {"media_product_type": media.product, "username": graph.node(media.user, IgUser).username}
    return full


async def read_media(graph: "FakeGraph", call: Call, media: Media) -> dict[str, Any]:
    asked = asked_fields(call, {"fields": "fields"}, MEDIA_FIELDS, "IGMedia", {"id": None})
    return project(_media_json(graph, media), asked)


async def list_media(graph: "FakeGraph", call: Call, user: IgUser) -> dict[str, Any]:
    return _list(graph, call, user, stories=False)


async def list_stories(graph: "FakeGraph", call: Call, user: IgUser) -> dict[str, Any]:
    return _list(graph, call, user, stories=True)


def _list(graph: "FakeGraph", call: Call, user: IgUser, *, stories: bool) -> dict[str, Any]:
    values = read_params(call, LIST_PARAMS)
    asked = values.get("fields", {"id": None})
    check_fields(asked, MEDIA_FIELDS, "IGMedia")
    own = [each for each in graph.nodes.values() if isinstance(each, Media) and each.user == user.id]
    shelf = [each for each in own if (each.product == "STORY") == stories and each.on_show(graph.now())]
    shown = [each for each in graph.visible(call, shelf) if within(each.created, values)]
    newest = sorted(shown, key=lambda media: media.serial, reverse=True)
    return listing(call, [_media_json(graph, each) for each in newest], values, asked)


async def delete_media(graph: "FakeGraph", call: Call, media: Media) -> dict[str, Any]:
    read_params(call, {})
    del graph.nodes[media.id]
    return {"success": True}


ROUTES: dict[tuple[str, type, str], Endpoint] = {
    ("GET", IgUser, ""): read_user,
    ("POST", IgUser, "media"): post_media,
    ("GET", IgUser, "media"): list_media,
    ("GET", IgUser, "stories"): list_stories,
    ("POST", IgUser, "media_publish"): publish_media,
    ("GET", IgUser, "content_publishing_limit"): read_quota,
    ("GET", Container, ""): read_container,
    ("GET", Media, ""): read_media,
    ("DELETE", Media, ""): delete_media,
}
