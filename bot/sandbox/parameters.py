"""Reading what a call brings: from the address, a form, JSON or multipart, strictly as declared."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.sandbox.refusal import bad_request

Kind = Callable[[str, Any], Any]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with the call."""

    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Given:
    """The parameters of one call, decoded, and its attached files by part name."""

    values: Mapping[str, Any] = field(default_factory=dict)
    uploads: Mapping[str, Upload] = field(default_factory=dict)

    def get(self, name: str, otherwise: Any = None) -> Any:
        return self.values.get(name, otherwise)


def integer(name: str, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(r"-?\d+", value, re.ASCII):
        return int(value)
    raise bad_request(f"parameter '{name}' must be an integer")


def boolean(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise bad_request(f"parameter '{name}' must be true or false")


def string(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    raise bad_request(f"parameter '{name}' must be a string")


def chat(name: str, value: Any) -> int | str:
    """An id, or a @username left as it is."""
    if isinstance(value, str) and not re.fullmatch(r"-?\d+", value, re.ASCII):
        return value
    return integer(name, value)


def obj(name: str, value: Any) -> dict[str, Any]:
    decoded = _decoded(name, value)
    if isinstance(decoded, dict):
        return decoded
    raise bad_request(f"object expected as {name.replace('_', ' ')}")


def array(name: str, value: Any) -> list[Any]:
    decoded = _decoded(name, value)
    if isinstance(decoded, list):
        return decoded
    raise bad_request(f"array expected as {name.replace('_', ' ')}")


def file(name: str, value: Any) -> Upload | str:
    """Bytes, or a file id, a URL, attach://part."""
    if isinstance(value, Upload | str):
        return value
    raise bad_request(f"parameter '{name}' must be a file")


def decoded(method: str, declared: Mapping[str, Kind], raw: Mapping[str, Any]) -> Given:
    """Check a call against its declaration. Raises Refused."""
    attached = {part for part, value in raw.items() if isinstance(value, Upload) and _mentioned(part, raw)}
    for name in raw:
        if name not in declared and name not in attached:
            raise bad_request(f"the sandbox does not know parameter '{name}' of {method}")
    values = {name: kind(name, raw[name]) for name, kind in declared.items() if name in raw}
    return Given(values, {part: raw[part] for part in attached})


async def read_raw(request: web.Request) -> dict[str, Any]:
    """Every parameter as it came: strings of a form, values of JSON, Upload for files. Raises Refused."""
    raw: dict[str, Any] = dict(request.query)
    if request.content_type == "application/json":
        try:
            body = await request.json()
        except ValueError:
            raise bad_request("can't parse JSON object") from None
        raw.update(obj("request", body))
    elif request.method == "POST":
        raw.update({name: _part(value) for name, value in (await request.post()).items()})
    return raw


def _part(value: Any) -> Any:
    if isinstance(value, web.FileField):
        with value.file as opened:
            return Upload(value.filename, value.content_type, opened.read())
    return value


def _mentioned(part: str, raw: Mapping[str, Any]) -> bool:
    return any(isinstance(value, str) and f"attach://{part}" in value for value in raw.values())


def _decoded(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object") from None
