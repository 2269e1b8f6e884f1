"""Photos of Pages, published or kept back: https://developers.facebook.com/docs/graph-api/reference/page/photos"""

import secrets
from typing import TYPE_CHECKING, Any

from fakes.call import Call, File
from fakes.graph_images import PAGE_PHOTO_BYTES, PAGE_PHOTO_FORMATS, Picture, UnfitError, decode, fetch
from fakes.graph_objects import Page, Photo, Post
from fakes.graph_pages import Endpoint, asked_fields, forget_photo, refuse_unfit_text, store_post, time_of_showing
from fakes.graph_wire import check_fields, graph_time, project, read_params, refuse

if TYPE_CHECKING:
    from fakes.graph import FakeGraph

PHOTO_FIELDS = {
    "id": None,
    "images": {"height": None, "width": None, "source": None},
    "source": None,
    "link": None,
    "name": None,
    "alt_text": None,
    "alt_text_custom": None,
    "created_time": None,
    "page_story_id": None,
    "width": None,
    "height": None,
}
PHOTO_PARAMS = {
    "source": "file",
    "url": "text",
    "message": "text",
    "caption": "text",
    "alt_text_custom": "text",
    "published": "bool",
    "temporary": "bool",
    "scheduled_publish_time": "time",
    "fields": "fields",
}


async def post_photo(graph: "FakeGraph", call: Call, page: Page) -> dict[str, Any]:
    values = read_params(call, PHOTO_PARAMS)
    check_fields(values.get("fields", {}), PHOTO_FIELDS, "Photo")
    if {"message", "caption"} <= values.keys():
        raise refuse(100, "(#100) message and caption are the same parameter")
    published, text = values.get("published", True), values.get("message", values.get("caption", ""))
    if values.get("temporary") and published:
        raise refuse(100, "(#100) temporary is for unpublished photos")
    shows_at = time_of_showing(graph, values)
    picture = await _picture(values.get("source"), values.get("url"))
    refuse_unfit_text(graph, page, text, public=published)
    photo = _store_photo(graph, page, picture, values.get("alt_text_custom"), text, published=published)
    answer = {"id": photo.id} | project(photo_json(graph, photo), values.get("fields", {}))
    if shows_at is not None:
        answer["post_id"] = store_post(graph, page, text, app=graph.app_id, photos=[photo], shows_at=shows_at).id
    return answer if published else {name: value for name, value in answer.items() if name != "post_id"}


async def _picture(source: File | None, url: str | None) -> Picture:
    if (source is None) == (url is None):
        raise refuse(324, "(#324) Requires upload file: either source or url")
    try:
        data = source.data if source else (await fetch(url or ""))[0]
    except UnfitError as unfit:
        raise refuse(100, str(unfit), subcode=2069019) from None
    picture = decode(data)
    if picture is None:
        raise refuse(100, "Missing or invalid image file", subcode=2069019)
    if len(data) > PAGE_PHOTO_BYTES or picture.format not in PAGE_PHOTO_FORMATS:
        raise refuse(100, "Photos should be less than 4 MB and saved as JPG, PNG, GIF or TIFF", subcode=1366046)
    return picture


def _store_photo(
    graph: "FakeGraph", page: Page, picture: Picture, alt_text: str | None, text: str, *, published: bool
) -> Photo:
    path = f"/cdn/{secrets.token_urlsafe(24)}_n.jpg"
    graph.cdn[path] = picture.as_jpeg()
    size = (picture.width, picture.height)
    photo = Photo(graph.new_id(), page.id, picture.sha256, *size, path, graph.now(), published, alt_text, text or None)
    graph.nodes[photo.id] = photo
    return photo


def uploaded_as(graph: "FakeGraph", url: str) -> str | None:
    """The sha256 of the upload that the CDN serves here, compressed anew."""
    photos = (each for each in graph.nodes.values() if isinstance(each, Photo))
    return next((photo.sha256 for photo in photos if url == f"{graph.origin}{photo.cdn}"), None)


def photo_json(graph: "FakeGraph", photo: Photo) -> dict[str, Any]:
    source = f"{graph.origin}{photo.cdn}"
    images = [{"height": photo.height, "width": photo.width, "source": source}]
    full: dict[str, Any] = {
        "id": photo.id,
        "images": images,
        "source": source,
        "created_time": graph_time(photo.created),
    }
    full |= {"name": photo.caption, "alt_text_custom": photo.alt_text, "alt_text": photo.alt_text or "Una imagen"}
    full |= {"link": f"https://www.facebook.com/photo/{photo.cdn[5:20]}", "page_story_id": photo.used_in}
    return full | {"width": photo.width, "height": photo.height}


async def read_photo(graph: "FakeGraph", call: Call, photo: Photo) -> dict[str, Any]:
    default = {"id": None, "created_time": None}
    return project(photo_json(graph, photo), asked_fields(call, {"fields": "fields"}, PHOTO_FIELDS, "Photo", default))


async def delete_photo(graph: "FakeGraph", call: Call, photo: Photo) -> dict[str, Any]:
    read_params(call, {})
    forget_photo(graph, photo)
    if isinstance(post := graph.nodes.get(photo.used_in or ""), Post):
        post.photos.remove(photo.id)
        if not post.photos:
            del graph.nodes[post.id]
    return {"success": True}


ROUTES: dict[tuple[str, type, str], Endpoint] = {
    ("POST", Page, "photos"): post_photo,
    ("GET", Photo, ""): read_photo,
    ("DELETE", Photo, ""): delete_photo,
}
