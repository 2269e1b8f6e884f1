"""How X speaks: three shapes of errors, query parameters, rate headers."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from fakes.call import Call, Refusal, Reply

PROBLEMS = "https://api.x.com/2/problems/"
WINDOW = timedelta(minutes=15)
SHORT = "x-rate-limit"


def problem(status: int, title: str, detail: str, kind: str = "about:blank", **more: Any) -> dict[str, Any]:
    """The first shape, for `error` faults too. `kind` is a problem's name or about:blank."""
    address = kind if kind == "about:blank" else PROBLEMS + kind
    return {"title": title, "detail": detail, "type": address, "status": status} | more


def legacy(code: int, message: str) -> dict[str, Any]:
    """The third shape, as the old API had it."""
    return {"errors": [{"code": code, "message": message}]}


def refuse(status: int, title: str, detail: str, kind: str = "about:blank", **more: Any) -> Refusal:
    return Refusal(Reply(status, problem(status, title, detail, kind, **more), content_type="application/problem+json"))


def invalid(message: str, **parameters: Any) -> Refusal:
    """The second shape: a problem with `errors`, naming the parameters at fault."""
    named = {name.replace("__", "."): [str(value)] for name, value in parameters.items()}
    return invalid_named(message, named)


def invalid_named(message: str, named: Mapping[str, list[str]]) -> Refusal:
    body = problem(400, "Invalid Request", "One or more parameters to your request was invalid.", "invalid-request")
    del body["status"]
    return Refusal(Reply(400, body | {"errors": [{"parameters": dict(named), "message": message}]}))


def forbidden(detail: str) -> Refusal:
    return refuse(403, "Forbidden", detail)


def not_found(kind: str, name: str) -> Reply:
    """A missing thing is a 200 with errors."""
    error = {
        "value": name,
        "detail": f"Could not find {kind} with id: [{name}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": "id",
        "resource_id": name,
        "type": PROBLEMS + "resource-not-found",
    }
    return Reply(body={"errors": [error]})


def x_time(moment: datetime) -> str:
    return f"{moment.strftime('%Y-%m-%dT%H:%M:%S')}.{moment.microsecond // 1000:03d}Z"


def read_query(call: Call, allowed: frozenset[str]) -> dict[str, str]:
    """The query, each name known and given once."""
    query: dict[str, str] = {}
    for name, value in call.query:
        if name not in allowed:
            message = f"The query parameter [{name}] is not one of [{','.join(sorted(allowed))}]"
            raise invalid_named(message, {name: [value]})
        if name in query:
            raise invalid_named(f"The query parameter [{name}] was given twice", {name: [query[name], value]})
        query[name] = value
    return query


def read_list(query: Mapping[str, str], name: str, known: frozenset[str]) -> set[str]:
    given = {each for each in query.get(name, "").split(",") if each}
    for each in sorted(given - known):
        message = f"The `{name}` query parameter value [{each}] is not one of [{','.join(sorted(known))}]"
        raise invalid_named(message, {name: [each]})
    return given


def read_moment(query: Mapping[str, str], name: str) -> datetime | None:
    text = query.get(name)
    if text is None:
        return None
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", text):
        message = f"The `{name}` query parameter value [{text}] is not a valid RFC3339 time (YYYY-MM-DDTHH:mm:ssZ)"
        raise invalid_named(message, {name: [text]})
    return datetime.fromisoformat(text).astimezone(UTC)


def read_document(call: Call, known: Mapping[str, type]) -> dict[str, Any]:
    """A JSON object whose keys are known and whose values have their types."""
    if call.kind != "json":
        raise refuse(400, "Invalid Request", "The body must be one JSON object", "invalid-request")
    document = dict(call.fields)
    check_keys(document, known, "$")
    return document


def check_keys(document: Any, known: Mapping[str, type], where: str) -> None:
    if not isinstance(document, dict):
        raise invalid_named(f"{where}: {type(document).__name__} found, object expected", {where: [str(document)]})
    for name, value in document.items():
        if name not in known:
            raise invalid_named(
                f"{where}.{name}: is not defined in the schema and the schema does not allow additional properties",
                {f"{where}.{name}": [str(value)]},
            )
        if type(value) is not known[name]:
            found, wanted = type(value).__name__, known[name].__name__
            raise invalid_named(f"{where}.{name}: {found} found, {wanted} expected", {f"{where}.{name}": [str(value)]})


class Limits:
    """Calls left per user and endpoint in windows of 15 minutes on the server's clock."""

    def __init__(self) -> None:
        self._windows: dict[tuple[str, str], tuple[datetime, int]] = {}

    def spend(
        self, user: str, endpoint: str, limit: int, now: datetime, *, span: timedelta = WINDOW, name: str = SHORT
    ) -> dict[str, str]:
        """The headers after one more call; `remaining` is -1 when there was none left."""
        start, used = self._windows.get((user, endpoint), (now, 0))
        if now - start >= span:
            start, used = now, 0
        self._windows[user, endpoint] = (start, used + 1)
        return rate_headers(limit, limit - used - 1, start + span, name)


def rate_headers(limit: int, remaining: int, reset: datetime, name: str = SHORT) -> dict[str, str]:
    return {
        f"{name}-limit": str(limit),
        f"{name}-remaining": str(remaining),
        f"{name}-reset": str(int(reset.timestamp())),
    }
