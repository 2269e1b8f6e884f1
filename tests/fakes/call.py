"""One request as a platform receives it, and the answer it gives."""

import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, web

SECRET_PARAMS = frozenset(
    ("access_token", "refresh_token", "client_secret", "code", "code_verifier", "token", "fb_exchange_token")
)
SECRET_HEADERS = frozenset(("authorization", "cookie", "proxy-authorization"))


class Recorded(NamedTuple):
    """What tests may inspect of a request: secrets are `***`, a file is `sha256:…`, the prefix is cut off."""

    method: str
    path: str
    params: dict[str, Any]
    headers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Public:
    """One thing everybody can see. `media` are the sha256 of the bytes the platform was given, `alt` what describes
    each of them. `form`: post or story."""

    id: str
    text: str
    at: datetime
    permalink: str
    reply_to: str | None = None
    media: tuple[str, ...] = ()
    alt: tuple[str | None, ...] = ()
    form: str = "post"


@dataclass(frozen=True, slots=True)
class File:
    filename: str
    content_type: str | None
    data: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.data).hexdigest()


@dataclass(slots=True)
class Call:
    """`path` is the platform's own; `prefix` is what stood before it; `url` is as received, without the query.

    `kind` is none, json, form, multipart, raw, or broken (a JSON body that is not one object).
    """

    method: str
    path: str
    prefix: str
    url: str
    query: list[tuple[str, str]]
    headers: Mapping[str, str]
    kind: str = "none"
    fields: list[tuple[str, Any]] = field(default_factory=list)
    files: dict[str, File] = field(default_factory=dict)
    raw: bytes = b""

    @property
    def params(self) -> dict[str, Any]:
        """Query and body together, secrets included: for the fakes themselves and for `where` predicates."""
        return {**dict(self.query), **dict(self.fields), **self.files}

    @property
    def bearer(self) -> str | None:
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" and token else None

    def recorded(self) -> Recorded:
        params = {name: _shown(name, value) for name, value in self.params.items()}
        headers = {name: _masked(name, value) for name, value in self.headers.items()}
        return Recorded(self.method, self.path, params, headers)


def _shown(name: str, value: Any) -> Any:
    if name in SECRET_PARAMS:
        return "***"
    return f"sha256:{value.sha256}" if isinstance(value, File) else value


def _masked(name: str, value: str) -> str:
    return f"{value.partition(' ')[0]} ***" if name.lower() in SECRET_HEADERS else value


@dataclass(slots=True)
class Reply:
    """An answer. With `midway` only its first half is sent, `midway` is awaited, and the connection is closed."""

    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "application/json"
    midway: Callable[[], Awaitable[None]] | None = None

    def payload(self) -> bytes:
        if isinstance(self.body, bytes):
            return self.body
        return self.body.encode() if isinstance(self.body, str) else json.dumps(self.body).encode()


class Refusal(Exception):
    """The platform answers that it will not."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(f"{reply.status}: {reply.body}")
        self.reply = reply


def heading(request: web.Request, prefixes: tuple[str, ...]) -> Call:
    """The call as far as it is known before its body has been read."""
    prefix = next((each for each in prefixes if each and request.path.startswith(each + "/")), "")
    url = f"{request.scheme}://{request.headers.get('Host', request.host).lower()}{request.raw_path.partition('?')[0]}"
    query = parse_qsl(request.raw_path.partition("?")[2], keep_blank_values=True)
    return Call(request.method, request.path[len(prefix) :], prefix, url, query, request.headers)


async def read_body(request: web.Request, call: Call) -> None:
    if not request.body_exists:
        return
    content_type = request.content_type
    if content_type == "multipart/form-data":
        await _read_multipart(request, call)
        return
    call.raw = await request.read()
    if content_type == "application/x-www-form-urlencoded":
        call.kind = "form"
        call.fields = parse_qsl(call.raw.decode(), keep_blank_values=True)
    elif content_type.endswith("json"):
        _read_json(call)
    elif call.raw:
        call.kind = "raw"


def _read_json(call: Call) -> None:
    try:
        document = json.loads(call.raw or b"{}")
    except ValueError:
        document = None
    call.kind = "json" if isinstance(document, dict) else "broken"
    call.fields = list(document.items()) if isinstance(document, dict) else []


async def _read_multipart(request: web.Request, call: Call) -> None:
    call.kind = "multipart"
    reader = await request.multipart()
    async for part in reader:
        if not isinstance(part, BodyPartReader):
            continue
        data = bytes(await part.read(decode=True))
        if part.filename is None:
            call.fields.append((part.name or "", data.decode()))
        else:
            call.files[part.name or ""] = File(part.filename, part.headers.get("Content-Type"), data)
