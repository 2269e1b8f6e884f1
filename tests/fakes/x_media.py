"""Uploads of X: one-shot, in chunks, and alt texts: https://docs.x.com/x-api/media"""

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from fakes.call import Call, Reply
from fakes.graph_images import decode
from fakes.x_wire import check_keys, invalid, read_document, read_query, refuse

if TYPE_CHECKING:
    from fakes.x import FakeX, User

LIFE = timedelta(seconds=86400)
IMAGE_BYTES, GIF_BYTES = 5 * 1024 * 1024, 15 * 1024 * 1024
IMAGE_FORMATS = frozenset(("JPEG", "PNG", "GIF", "WEBP"))
CATEGORIES = frozenset(("tweet_image", "tweet_gif", "tweet_video", "amplify_video"))
UPLOAD_KEYS: dict[str, type] = {
    "media": str,
    "media_category": str,
    "media_type": str,
    "additional_owners": list,
    "shared": bool,
}
INITIALIZE_KEYS: dict[str, type] = {"media_type": str, "total_bytes": int, "media_category": str} | {
    "additional_owners": list,
    "shared": bool,
}


@dataclass(slots=True)
class Upload:
    """One media id. `states` are those its next status reads will show; `ready` when it may be attached."""

    id: str
    user: str
    category: str
    created: datetime
    total: int = 0
    chunks: dict[int, bytes] = field(default_factory=dict)
    data: bytes = b""
    alt_text: str | None = None
    states: list[str] = field(default_factory=list)
    ready: bool = False

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()

    @property
    def key(self) -> str:
        return f"3_{self.id}"


async def upload(x: "FakeX", call: Call, user: "User") -> Reply:
    if call.kind == "json":
        document = read_document(call, UPLOAD_KEYS)
        try:
            data = base64.b64decode(document.get("media", ""), validate=True)
        except binascii.Error:
            raise invalid("$.media: is not base64", media="…") from None
    else:
        if call.kind != "multipart" or set(call.files) - {"media"}:
            raise refuse(400, "Invalid Request", "The body must be multipart or JSON, with media", "invalid-request")
        document = dict(call.fields)
        check_keys(document, {name: str for name in UPLOAD_KEYS if name != "media"}, "$")
        data = call.files["media"].data if "media" in call.files else b""
    made = Upload(x.new_id(), user.id, _category(document), x.now(), data=data)
    _refuse_unfit(made)
    return _finished(x, made)


def _category(document: dict[str, Any]) -> str:
    category = document.get("media_category")
    if category not in CATEGORIES:
        raise invalid(f"$.media_category: must be one of {sorted(CATEGORIES)}", media_category=category)
    return str(category)


def _refuse_unfit(made: Upload) -> None:
    if not made.data:
        raise invalid("$.media: is missing but it is required", media="")
    if made.category in {"tweet_video", "amplify_video"}:
        return
    picture = decode(made.data)
    if picture is None or picture.format not in IMAGE_FORMATS:
        raise invalid("media type unrecognized", media=made.category)
    if (picture.format == "GIF") != (made.category == "tweet_gif"):
        raise invalid(f"{picture.format} is no {made.category}", media_category=made.category)
    if len(made.data) > (GIF_BYTES if made.category == "tweet_gif" else IMAGE_BYTES):
        raise invalid("File size exceeds the limit", media=made.category)


def _finished(x: "FakeX", made: Upload) -> Reply:
    x.uploads[made.id] = made
    made.states = list(x.processing) if made.category.endswith("video") else []
    made.ready = not made.states
    about = {"id": made.id, "media_key": made.key, "size": len(made.data), "expires_after_secs": 86400}
    return Reply(body={"data": about | _processing(made)})


def _processing(made: Upload) -> dict[str, Any]:
    if not made.states:
        return {}
    state = made.states[0]
    info: dict[str, Any] = {"state": state}
    if state in {"pending", "in_progress"}:
        info["check_after_secs"] = 1
    if state == "failed":
        info["error"] = {"code": 3, "name": "UnsupportedMedia", "message": "Unsupported video format"}
    return {"processing_info": info}


async def initialize(x: "FakeX", call: Call, user: "User") -> Reply:
    document = read_document(call, INITIALIZE_KEYS)
    if document.get("total_bytes", 0) < 1 or not document.get("media_type"):
        raise invalid("$.total_bytes and $.media_type are required", total_bytes=document.get("total_bytes"))
    made = Upload(x.new_id(), user.id, _category(document), x.now(), total=document["total_bytes"])
    x.uploads[made.id] = made
    return Reply(body={"data": {"id": made.id, "media_key": made.key, "expires_after_secs": 86400}})


async def append(x: "FakeX", call: Call, user: "User", name: str) -> Reply:
    made = own(x, user, name)
    given = dict(call.fields)
    index = given.get("segment_index", "")
    if call.kind != "multipart" or set(given) != {"segment_index"} or set(call.files) != {"media"}:
        raise invalid("append takes segment_index and media", segment_index=index)
    if not index.isdigit() or int(index) > 999:
        raise invalid("segment_index must be from 0 to 999", segment_index=index)
    made.chunks[int(index)] = call.files["media"].data
    return Reply(body={"data": {"expires_at": int((made.created + LIFE).timestamp())}})


async def finalize(x: "FakeX", call: Call, user: "User", name: str) -> Reply:
    made = own(x, user, name)
    made.data = b"".join(made.chunks[index] for index in sorted(made.chunks))
    if len(made.data) != made.total or sorted(made.chunks) != list(range(len(made.chunks))):
        raise invalid("Segments do not add up to provided total file size", total_bytes=made.total)
    _refuse_unfit(made)
    return _finished(x, made)


async def status(x: "FakeX", call: Call, user: "User") -> Reply:
    query = read_query(call, frozenset(("command", "media_id")))
    if query.get("command") != "STATUS":
        raise invalid("command must be STATUS", command=query.get("command"))
    made = own(x, user, query.get("media_id", ""))
    if len(made.states) > 1:
        made.states.pop(0)
    made.ready = not made.states or made.states == ["succeeded"]
    return Reply(body={"data": {"id": made.id, "media_key": made.key, "size": len(made.data)} | _processing(made)})


async def describe(x: "FakeX", call: Call, user: "User") -> Reply:
    document = read_document(call, {"id": str, "metadata": dict})
    check_keys(document.get("metadata", {}), {"alt_text": dict}, "$.metadata")
    alt_text = document.get("metadata", {}).get("alt_text", {})
    check_keys(alt_text, {"text": str}, "$.metadata.alt_text")
    made, text = own(x, user, document.get("id", "")), alt_text.get("text", "")
    if not 1 <= len(text) <= 1000:
        raise invalid("alt_text must have from 1 to 1000 characters", alt_text=text[:20])
    made.alt_text = text
    return Reply(body={"data": {"id": made.id, "associated_metadata": {"alt_text": {"text": text}}}})


def own(x: "FakeX", user: "User", name: str) -> Upload:
    """An unexpired upload of this user."""
    made = x.uploads.get(name)
    if made is None or made.user != user.id or x.now() - made.created >= LIFE:
        raise invalid("Your media IDs are invalid.", media_ids=name)
    return made
