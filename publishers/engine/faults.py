"""From a failed validation to lines a person can act on: key, what is wrong, what is allowed."""

import re
import typing
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, SecretStr, ValidationError

SECRET_KEY = re.compile(r"(secret|token|password|passphrase|api_key|vault_key)$", re.IGNORECASE)
"""Keys whose values are never shown."""

EXPECTED: Mapping[str, str] = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "string": "text (put it in quotes)",
    "list": "a list",
    "tuple": "a list",
    "dict": "a section of keys",
    "model": "a section of keys",
    "datetime": "an ISO 8601 time like 2026-12-31T10:00:00Z",
}
"""By the first word of pydantic's error type."""

BOUNDS: Mapping[str, str] = {
    "greater_than": "more than {gt}",
    "greater_than_equal": "{ge} or more",
    "less_than": "less than {lt}",
    "less_than_equal": "{le} or less",
    "too_short": "{min_length} or more of them",
    "too_long": "{max_length} or fewer of them",
    "string_too_short": "{min_length} characters or more",
    "string_too_long": "{max_length} characters or fewer",
}


class Misconfigured(Exception):
    """What stops the start: one line per fault, none of them with a secret in it."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


def describe(error: ValidationError, shape: type[BaseModel], *, under: str = "", secret: bool = False) -> list[str]:
    """One line per fault. `under` is written before each key; with `secret` no value is shown at all."""
    lines = []
    for fault in error.errors():
        path = [str(part) for part in fault["loc"]]
        key = ".".join([under, *path] if under else path)
        hidden = secret or any(SECRET_KEY.search(part) for part in path)
        wrong = _wrong(fault, shape, path, hidden=hidden)
        lines.append(f"{key}: {wrong}" if key else wrong)
    return list(dict.fromkeys(lines))


def unknown(name: str, known: Iterable[str]) -> str:
    """Why a name is refused: the near one, then all of them."""
    allowed = sorted(known)
    near = get_close_matches(name.lower(), allowed, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    return f"{hint}allowed: {', '.join(allowed) or 'nothing'}"


def _wrong(fault: Any, shape: type[BaseModel], path: Sequence[str], *, hidden: bool) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "extra_forbidden":
        return f"unknown key; {unknown(path[-1], _keys(shape, path[:-1]))}"
    if kind == "missing":
        return "missing"
    if kind == "value_error":
        return str(context["error"])
    shown = "this value" if hidden or isinstance(fault["input"], SecretStr) else _shown(fault["input"])
    return f"{shown} {_refused(kind, context, fault['msg'])}"


def _refused(kind: str, context: Mapping[str, Any], message: str) -> str:
    if kind in {"literal_error", "enum"}:
        return f"is not allowed; allowed: {context['expected']}"
    if kind in BOUNDS:
        bounds = {name: f"{bound:g}" if isinstance(bound, float) else bound for name, bound in context.items()}
        return f"is out of range; allowed: {BOUNDS[kind].format(**bounds)}"
    if kind == "string_pattern_mismatch":
        return f"has the wrong form; allowed: what matches {context['pattern']}"
    expected = EXPECTED.get(kind.split("_", maxsplit=1)[0])
    return f"is not {expected}" if expected else f"is refused: {_sentence(message)}"


def _shown(value: object, most: int = 60) -> str:
    if isinstance(value, Mapping | list | tuple):
        return "a section" if isinstance(value, Mapping) else "a list"
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= most else f"{text[:most]}…"


def _sentence(message: str) -> str:
    return message[:1].lower() + message[1:]


def _keys(shape: type[BaseModel], path: Sequence[str]) -> list[str]:
    """The keys a section may have, found by walking the models along `path`."""
    section: type[BaseModel] | None = shape
    for part in path:
        field = section.model_fields.get(part) if section else None
        if field is not None:
            section = _model(field.annotation)
    return list(section.model_fields) if section else []


def _model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type):
        return annotation if issubclass(annotation, BaseModel) else None
    return next((model for inner in typing.get_args(annotation) if (model := _model(inner))), None)
