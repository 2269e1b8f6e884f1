"""Comments under posts of Pages and under Instagram media: the first comment of a publication."""

from typing import TYPE_CHECKING, Any

from fakes.call import Call
from fakes.graph_objects import Comment, Media, Post
from fakes.graph_pages import LIST_PARAMS, Endpoint, within
from fakes.graph_wire import check_fields, graph_time, listing, read_params, refuse

if TYPE_CHECKING:
    from fakes.graph import FakeGraph

COMMENT_FIELDS = {"id": None, "message": None, "created_time": None, "permalink_url": None}
MEDIA_COMMENT_FIELDS = {"id": None, "text": None, "timestamp": None, "username": None}


async def post_comment(graph: "FakeGraph", call: Call, node: Post | Media) -> dict[str, Any]:
    text = read_params(call, {"message": "text"}).get("message", "")
    if not text.strip():
        raise refuse(100, "(#100) Param message must be non-empty")
    name = f"{node.id}_{graph.new_id()}" if isinstance(node, Post) else graph.new_id()
    comment = Comment(name, node.id, graph.owner(node), text, graph.now(), graph.next_serial())
    graph.nodes[comment.id] = comment
    return {"id": comment.id}


async def list_comments(graph: "FakeGraph", call: Call, node: Post | Media) -> dict[str, Any]:
    values = read_params(call, LIST_PARAMS)
    on_page = isinstance(node, Post)
    known = COMMENT_FIELDS if on_page else MEDIA_COMMENT_FIELDS
    asked = values.get("fields", dict.fromkeys(known))
    check_fields(asked, known, "Comment")
    under = [each for each in graph.nodes.values() if isinstance(each, Comment) and each.under == node.id]
    shown = [_json(graph, each, on_page=on_page) for each in graph.visible(call, under) if within(each.created, values)]
    return listing(call, shown, values, asked)


def _json(graph: "FakeGraph", comment: Comment, *, on_page: bool) -> dict[str, Any]:
    moment = graph_time(comment.created)
    if on_page:
        about = {"id": comment.id, "message": comment.text, "created_time": moment}
        return about | {"permalink_url": comment.permalink}
    username = getattr(graph.nodes[comment.account], "username", None)
    return {"id": comment.id, "text": comment.text, "timestamp": moment, "username": username}


async def delete_comment(graph: "FakeGraph", call: Call, comment: Comment) -> dict[str, Any]:
    read_params(call, {})
    del graph.nodes[comment.id]
    return {"success": True}


ROUTES: dict[tuple[str, type, str], Endpoint] = {
    ("POST", Post, "comments"): post_comment,
    ("GET", Post, "comments"): list_comments,
    ("POST", Media, "comments"): post_comment,
    ("GET", Media, "comments"): list_comments,
    ("DELETE", Comment, ""): delete_comment,
}
