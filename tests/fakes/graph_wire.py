"""How Graph speaks: its error bodies, its typed parameters, its `fields`. Strict where the platform is lax."""

import json
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from fakes.call import Call, File, Refusal, Reply

ALWAYS = frozenset(("access_token", "appsecret_proof"))
Fields = Mapping[str, "Fields | None"]


def graph_error(code: int, message: str = "", *, subcode: int | None = None, transient: bool = False) -> dict[str, Any]:
    """The body of a Graph error, for `error` faults too."""
    error: dict[str, Any] = {
        "message": message or f"(#{code}) An error occurred",
        "type": "OAuthException",
        "code": code,
        "is_transient": transient,
        "fbtrace_id": "A" + secrets.token_urlsafe(16),
    }
    if subcode is not None:
        error |= {"error_subcode": subcode, "error_user_title": "No se pudo", "error_user_msg": f"Motivo {subcode}"}
    return {"error": error}


def refuse(
    code: int, message: str, *, subcode: int | None = None, status: int = 400, transient: bool = False
) -> Refusal:
    return Refusal(Reply(status, graph_error(code, message, subcode=subcode, transient=transient)))


def missing(call: Call, name: str) -> Refusal:
    return refuse(
        100,
        f"Unsupported {call.method.lower()} request. Object with ID '{name}' does not exist, cannot be loaded due to "
        "missing permissions, or does not support this operation.",
        subcode=33,
    )


def graph_time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S+0000")


def read_params(call: Call, spec: Mapping[str, str]) -> dict[str, Any]:
    """The parameters of a call by the kinds of `spec`: see READERS. No others."""
    if call.kind in {"broken", "raw"}:
        raise refuse(100, "(#100) The body is neither a JSON object nor a form")
    given = _indexed(call)
    values: dict[str, Any] = {}
    for name, value in given.items():
        if name in ALWAYS:
            continue
        if name not in spec:
            raise refuse(100, f"(#100) Unexpected parameter: {name}")
        values[name] = READERS[spec[name]](name, value)
    for name, file in call.files.items():
        if spec.get(name) != "file":
            raise refuse(100, f"(#100) Unexpected file: {name}")
        values[name] = file
    return values


def _indexed(call: Call) -> dict[str, Any]:
    """Query and body, `name[0]=…` gathered into a list; the same name twice is a list encoded wrongly."""
    given: dict[str, Any] = {}
    for name, value in [*call.query, *call.fields]:
        stem, _, index = name.partition("[")
        if index:
            given.setdefault(stem, []).append(_json(stem, value))
        elif name in given:
            raise refuse(100, f"(#100) Param {name} was given twice; a list must be a JSON string")
        else:
            given[name] = value
    return given


def _json(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise refuse(100, f"(#100) Param {name} must be an array.") from None


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str):
        raise refuse(100, f"(#100) Param {name} must be a string.")
    return value


def _bool(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if value not in {"true", "false", "1", "0"}:
        raise refuse(100, f"(#100) Param {name} must be a boolean.")
    return value in {"true", "1"}


def _number(name: str, value: Any) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"-?\d+", str(value)):
        raise refuse(100, f"(#100) Param {name} must be an integer.")
    return int(value)


def _list(name: str, value: Any) -> list[Any]:
    found = _json(name, value)
    if not isinstance(found, list):
        raise refuse(100, f"(#100) Param {name} must be an array.")
    return found


def _id(name: str, value: Any) -> str:
    """JSON bodies may hold an id as a number."""
    if isinstance(value, bool) or not re.fullmatch(r"\w+", str(value)):
        raise refuse(100, f"(#100) Param {name} must be an id.")
    return str(value)


def _ids(name: str, value: Any) -> list[str]:
    if isinstance(value, list) or str(value).startswith("["):
        return [str(each) for each in _list(name, value)]
    return [each.strip() for each in _text(name, value).split(",")]


def _time(name: str, value: Any) -> datetime:
    try:
        if re.fullmatch(r"\d+", str(value)):
            return datetime.fromtimestamp(int(value), UTC)
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise refuse(100, f"(#100) Param {name} must be a valid time.") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _file(name: str, value: Any) -> File:
    raise refuse(100, f"(#100) Param {name} must be an uploaded file.")


def _fields(name: str, value: Any) -> dict[str, Any]:
    return parse_fields(_text(name, value))


READERS = {
    "text": _text,
    "bool": _bool,
    "number": _number,
    "list": _list,
    "id": _id,
    "ids": _ids,
    "time": _time,
    "file": _file,
    "fields": _fields,
}


def parse_fields(text: str) -> dict[str, Any]:
    """`id,attachments{media_type,target}` → {"id": None, "attachments": {"media_type": None, "target": None}}"""
    asked: dict[str, Any] = {}
    for piece in _split(text):
        found = re.fullmatch(r"(\w+)(?:\{(.+)\})?", piece)
        if found is None:
            raise refuse(2500, f"Syntax error in fields at {piece!r}")
        asked[found[1]] = parse_fields(found[2]) if found[2] else None
    return asked


def _split(text: str) -> list[str]:
    pieces, depth = [""], 0
    for letter in text:
        depth += (letter == "{") - (letter == "}")
        if letter == "," and depth == 0:
            pieces.append("")
        else:
            pieces[-1] += letter
    return pieces


def check_fields(asked: Mapping[str, Any], known: Fields, node: str) -> None:
    for name, inner in asked.items():
        if name not in known:
            raise refuse(100, f"(#100) Tried accessing nonexisting field ({name}) on node type ({node})")
        if inner:
            check_fields(inner, known[name] or {}, f"{node}.{name}")


def project(full: Mapping[str, Any], asked: Mapping[str, Any]) -> dict[str, Any]:
    """Only what was asked for, and always the id; what has no value is left out, as Graph does."""
    shown = {name: _inner(full[name], inner) for name, inner in asked.items() if full.get(name) is not None}
    return shown | ({"id": full["id"]} if "id" in full else {})


def _inner(value: Any, asked: Mapping[str, Any] | None) -> Any:
    if not asked:
        return value
    if isinstance(value, list):
        return [project(each, asked) for each in value]
    if isinstance(value, dict) and "data" in value:
        return {"data": [project(each, asked) for each in value["data"]]}
    return project(value, asked)


def listing(
    call: Call, full: list[dict[str, Any]], values: Mapping[str, Any], asked: Mapping[str, Any]
) -> dict[str, Any]:
    """One page of a list, newest first, with Graph's cursors. `limit` up to 100."""
    limit = values.get("limit", 25)
    if not 1 <= limit <= 100:
        raise refuse(100, "(#100) Param limit must be between 1 and 100.")
    start = int(values["after"]) if str(values.get("after", "")).isdigit() else 0
    data = [project(each, asked) for each in full[start : start + limit]]
    if not data:
        return {"data": []}
    return {"data": data, "paging": {"cursors": {"before": str(start), "after": str(start + len(data))}}}
