"""How the Bot API says no."""

from http import HTTPStatus
from typing import Any


class Refused(Exception):
    """An answer with `ok: false`. `description` is Telegram's own text where Telegram has one."""

    def __init__(self, status: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.retry_after = retry_after

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error_code": self.status, "description": self.description}
        if self.retry_after is not None:
            body["parameters"] = {"retry_after": self.retry_after}
        return body


def bad_request(reason: str) -> Refused:
    return Refused(HTTPStatus.BAD_REQUEST, f"Bad Request: {reason}")


def conflict(reason: str) -> Refused:
    return Refused(HTTPStatus.CONFLICT, f"Conflict: {reason}")


def too_many(retry_after: int) -> Refused:
    return Refused(
        HTTPStatus.TOO_MANY_REQUESTS, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after
    )
