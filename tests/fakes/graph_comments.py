"""Comments under posts of Pages and under Instagram media: the first comment of a publication."""

import re
from typing import TYPE_CHECKING, Any

from fakes.call import Call
from fakes.graph_objects import Access, Comment, Media, Node, Post
from fakes.graph_pages import LIST_PARAMS, Endpoint, within
from fakes.graph_wire import check_fields, graph_time, listing, read_params, refuse

if TYPE_CHECKING:
    from fakes.graph import FakeGraph

COMMENT_FIELDS = {"id": None, "message": None, "created_time": None, "permalink_url": None,
                  "from": {"id": None, "name": None}}  # fmt: skip
MEDIA_COMMENT_FIELDS = {"id": None, "text": None, "timestamp": None, "username": None}
PAGE_SCOPE = "pages_manage_engagement"
SCOPES = {"facebook": "instagram_manage_comments", "instagram": "instagram_business_manage_comments"}
"""Below Instagram media, by login: for reading too."""
LONGEST, LONGEST_BELOW_MEDIA, MOST_HASHTAGS = 8000, 2200, 30
ORDERS = frozenset(("chronological", "reverse_chronological", "ranked"))


def guard(call: Call, access: Access, node: Node) -> None:
    """Only who may comment does."""
    if not call.path.endswith("/comments"):
        return
    if isinstance(node, Post) and call.method == "POST" and PAGE_SCOPE not in access.scopes:
        raise refuse(200, f"(#200) Requires {PAGE_SCOPE} permission to make a comment", status=403)
    if isinstance(node, Media) and SCOPES[access.login] not in access.scopes:
        raise refuse(10, "(#10) Application does not have permission for this action", status=403)


async def post_comment(graph: "FakeGraph", call: Call, node: Post | Media) -> dict[str, Any]:
    text = read_params(call, {"message": "text"}).get("message", "")
    if not text.strip():
        raise refuse(100, "(#100) Param message must be non-empty")
    _refuse_unfit(text, node)
    name = f"{node.id}_{graph.new_id()}" if isinstance(node, Post) else graph.new_id()
    comment = Comment(name, node.id, graph.owner(node), text, graph.now(), graph.next_serial())
    graph.nodes[comment.id] = comment
    return {"id": comment.id}


def _refuse_unfit(text: str, node: Post | Media) -> None:
    longest = LONGEST if isinstance(node, Post) else LONGEST_BELOW_MEDIA
    if len(text.encode("utf-16-le")) // 2 > longest:
        raise refuse(100, f"(#100) Param message must be at most {longest} characters long")
    if isinstance(node, Media) and len(re.findall(r"(?<!\w)#\w+", text)) > MOST_HASHTAGS:
        raise refuse(100, "(#100) The comment has too many hashtags")


async def list_comments(graph: "FakeGraph", call: Call, node: Post | Media) -> dict[str, Any]:
    """Below a post oldest first unless asked otherwise, below media always newest first."""
    on_page = isinstance(node, Post)
    values = read_params(call, LIST_PARAMS | ({"order": "text"} if on_page else {}))
    if values.get("order", "ranked") not in ORDERS:
        raise refuse(100, f"(#100) Param order must be one of {sorted(ORDERS)}")
    known = COMMENT_FIELDS if on_page else MEDIA_COMMENT_FIELDS
    asked = values.get("fields", dict.fromkeys(known))
    check_fields(asked, known, "Comment")
    under = [each for each in graph.nodes.values() if isinstance(each, Comment) and each.under == node.id]
    if not on_page or values.get("order") == "reverse_chronological":
        under.reverse()
    shown = [_json(graph, each, on_page=on_page) for each in graph.visible(call, under) if within(each.created, values)]
    return listing(call, shown, values, asked)


def _json(graph: "FakeGraph", comment: Comment, *, on_page: bool) -> dict[str, Any]:
    moment = graph_time(comment.created)
    if on_page:
        about = {"id": comment.id, "message": comment.text, "created_time": moment}
        return about | {"permalink_url": comment.permalink, "from": {"id": comment.author or comment.account}}
    username = comment.author or getattr(graph.nodes[comment.account], "username", None)
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
