"""What the page sends, read strictly: a request that makes no sense changes nothing and is answered in one sentence."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from bot.sandbox.files import MOST_UPLOAD

MOST_JSON = 64 * 1024
"""Bytes; the server's own limit for a body that is read whole."""
MOST_TOGETHER = 2 * MOST_UPLOAD
MOST_FIELD = 16 * 1024
MOST_NAME = 120
MOST_PICTURES = 10
UNSENDABLE = re.compile("[\x00\ud800-\udfff]")
"""What no phone sends: a zero byte, half of a character."""


class Unclear(Exception):
    """Refused: `code` is the end of a key of the catalogue (sandbox.…)."""

    def __init__(self, code: str, *, status: int = 400, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.status = status
        self.params = params


async def read_json(request: web.Request, **kinds: type | tuple[type, ...]) -> dict[str, Any]:
    """The fields named, each of its kind; one that may be left out has None among them. Raises Unclear."""
    if request.content_type != "application/json":
        raise Unclear("not_json")
    try:
        body = json.loads(await request.read())
    except (ValueError, RecursionError):
        raise Unclear("not_json") from None
    if not isinstance(body, dict):
        raise Unclear("not_json")
    if unknown := sorted(set(body) - set(kinds)):
        raise Unclear("unknown_field", name=str(unknown[0])[:40])
    return {name: _checked(name, body.get(name), kind) for name, kind in kinds.items()}


def _checked(name: str, value: Any, kind: type | tuple[type, ...]) -> Any:
    if isinstance(value, bool) or not isinstance(value, kind):
        raise Unclear("bad_field", name=name)
    if isinstance(value, str) and UNSENDABLE.search(value):
        raise Unclear("bad_field", name=name)
    return value


@dataclass(slots=True)
class Sent:
    """Pictures from the page: (name, bytes) in order."""

    pictures: list[tuple[str, bytes]] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)


async def read_pictures(request: web.Request, fields: set[str]) -> Sent:
    """Raises Unclear."""
    if request.content_type != "multipart/form-data":
        raise Unclear("not_json")
    if (request.content_length or 0) > MOST_TOGETHER + MOST_FIELD * len(fields):
        raise Unclear("too_much", status=413)
    sent = Sent()
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                raise Unclear("not_json")
            await _take(part, sent, fields)
    except (ValueError, AssertionError):
        raise Unclear("not_json") from None
    if not sent.pictures:
        raise Unclear("no_picture")
    return sent


async def _take(part: BodyPartReader, sent: Sent, fields: set[str]) -> None:
    name = part.name or ""
    if name == "picture":
        if len(sent.pictures) == MOST_PICTURES:
            raise Unclear("too_many_pictures", most=MOST_PICTURES)
        left = MOST_TOGETHER - sum(len(data) for _, data in sent.pictures)
        title = UNSENDABLE.sub("", part.filename or "")[-MOST_NAME:] or f"{len(sent.pictures) + 1}"
        sent.pictures.append((title, await _bytes(part, min(left, MOST_UPLOAD))))
    elif name in fields and name not in sent.fields:
        text = (await _bytes(part, MOST_FIELD)).decode("utf-8", "strict")
        sent.fields[name] = text.replace("\r\n", "\n")  # as forms write the ends of lines
    else:
        raise Unclear("unknown_field", name=name[:40])


async def _bytes(part: BodyPartReader, most: int) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk():
        data += chunk
        if len(data) > most:
            raise Unclear("too_much", status=413)
    return bytes(data)
