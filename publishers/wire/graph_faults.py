"""What Meta's error bodies mean, as a table. Decided by subcode, then code, then is_transient, then HTTP status.

Sources: https://developers.facebook.com/docs/graph-api/guides/error-handling
https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/error-codes
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from publishers.engine.errors import (
    AuthExpired,
    Duplicate,
    MediaRejected,
    NotPermitted,
    PublishingError,
    QuotaExhausted,
    RateLimited,
    Rejected,
    Unavailable,
    Unconfirmed,
)
from publishers.wire.graph_usage import regain
from publishers.wire.http import Answer
from publishers.wire.masking import without

LONGEST_REASON = 300
TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Ruling:
    """One row: what to raise. `doubt`: after a commit the same answer proves nothing, so it is Unconfirmed.

    `pause` is how long to wait when the platform does not say it.
    """

    error: type[PublishingError]
    code: str
    doubt: bool = False
    pause: timedelta | None = None

    def at(self, now: datetime, told: timedelta | None) -> datetime | None:
        wait = told or self.pause
        return None if wait is None else now + wait


_OUTAGE = Ruling(Unavailable, "unavailable", doubt=True)
_LIMIT = Ruling(RateLimited, "rate_limited", pause=timedelta(minutes=15))
_QUOTA = Ruling(QuotaExhausted, "quota_exhausted", pause=timedelta(hours=1))
_FORBIDDEN = Ruling(NotPermitted, "not_permitted")
_RESTRICTED = Ruling(NotPermitted, "account_restricted")
_IDENTITY = Ruling(NotPermitted, "identity_needed")
_MALFORMED = Ruling(Rejected, "bad_request")
_REFUSED = Ruling(Rejected, "rejected")
_LINK = Ruling(Rejected, "link_refused")
_SPAM = Ruling(Rejected, "spam_block")
_PICTURE = Ruling(MediaRejected, "picture_refused")
_VIDEO = Ruling(MediaRejected, "video_refused")
_NOT_READY = Ruling(Unavailable, "not_ready", pause=timedelta(seconds=10))
_UNKNOWN_OBJECT = Ruling(NotPermitted, "not_found")
_GONE = Ruling(Unavailable, "container_gone")

PAIRS: Mapping[tuple[int, int], Ruling] = {
    (1, 99): _OUTAGE,
    (100, 33): _UNKNOWN_OBJECT,
    (190, 458): Ruling(AuthExpired, "auth_app_removed"),
    (190, 459): Ruling(AuthExpired, "auth_checkpoint"),
    (190, 460): Ruling(AuthExpired, "auth_password_changed"),
    (190, 463): Ruling(AuthExpired, "auth_expired"),
    (190, 464): Ruling(AuthExpired, "auth_unconfirmed_user"),
    (190, 467): Ruling(AuthExpired, "auth_expired"),
    (190, 492): Ruling(NotPermitted, "page_role_lost"),
}
"""Small subcodes mean something only beside their code."""

SUBCODES: Mapping[int, Ruling] = {
    1346003: _REFUSED,
    1349125: _MALFORMED,
    1363008: _OUTAGE,
    1363040: _VIDEO,
    1363047: _OUTAGE,
    1363127: _VIDEO,
    1363128: _VIDEO,
    1363129: _VIDEO,
    1366046: _PICTURE,
    1366051: Ruling(Duplicate, "duplicate"),
    1390008: Ruling(RateLimited, "too_fast", pause=timedelta(hours=1)),
    1404006: _REFUSED,
    1404078: _IDENTITY,
    1404102: _REFUSED,
    1404112: _RESTRICTED,
    1609005: _LINK,
    1609008: _LINK,
    1609010: _OUTAGE,
    2061006: _LINK,
    2069019: _PICTURE,
    2207001: _OUTAGE,
    2207003: Ruling(Unavailable, "picture_unreachable"),
    2207004: Ruling(MediaRejected, "picture_size"),
    2207005: Ruling(MediaRejected, "picture_format"),
    2207006: _FORBIDDEN,
    2207008: _GONE,
    2207009: Ruling(MediaRejected, "picture_ratio"),
    2207010: Ruling(Rejected, "text_too_long"),
    2207020: _GONE,
    2207023: _MALFORMED,
    2207026: _VIDEO,
    2207027: _NOT_READY,
    2207028: _MALFORMED,
    2207032: _OUTAGE,
    2207035: _MALFORMED,
    2207036: _MALFORMED,
    2207037: _MALFORMED,
    2207040: Ruling(Rejected, "text_refused"),
    2207042: _QUOTA,
    2207050: _RESTRICTED,
    # Seen on the publishing call although the post went live.
    2207051: Ruling(Rejected, "spam_block", doubt=True),
    2207052: Ruling(Unavailable, "picture_unreachable"),
    2207053: _OUTAGE,
    2207057: _VIDEO,
    2207069: _QUOTA,
    2207077: _OUTAGE,
    2207081: _MALFORMED,
    2207082: _OUTAGE,
    # "Used container": it may be our own earlier call that used it.
    2207085: Ruling(Rejected, "rejected", doubt=True),
    4279009: _NOT_READY,
    4279013: _RESTRICTED,
    4854002: _IDENTITY,
}

CODES: Mapping[int, Ruling] = {
    -2: Ruling(Unavailable, "picture_unreachable"),
    -1: _OUTAGE,
    1: _OUTAGE,
    2: _OUTAGE,
    3: Ruling(NotPermitted, "capability_missing"),
    4: _LIMIT,
    9: _QUOTA,
    10: _FORBIDDEN,
    12: Ruling(Rejected, "api_changed"),
    17: _LIMIT,
    25: _RESTRICTED,
    32: _LIMIT,
    100: _MALFORMED,
    102: Ruling(AuthExpired, "auth_expired"),
    190: Ruling(AuthExpired, "auth_expired"),
    **dict.fromkeys(range(200, 300), _FORBIDDEN),
    341: _LIMIT,
    352: _VIDEO,
    368: _SPAM,
    506: Ruling(Duplicate, "duplicate"),
    613: _LIMIT,
    803: _UNKNOWN_OBJECT,
    2500: _MALFORMED,
    9004: Ruling(Unavailable, "picture_unreachable"),
    9007: _NOT_READY,
    36000: Ruling(MediaRejected, "picture_size"),
    36001: Ruling(MediaRejected, "picture_format"),
    36003: Ruling(MediaRejected, "picture_ratio"),
    36004: Ruling(Rejected, "text_too_long"),
    80001: _LIMIT,
    80002: _LIMIT,
    1609005: _LINK,
}

_CODE = Ruling(AuthExpired, "code_refused")
_CLIENT = Ruling(NotPermitted, "client_refused")
TOKEN_CODES: Mapping[int, Ruling] = {1: _CLIENT, 100: _CODE, 101: _CLIENT, 190: _CODE, 191: _CODE, 400: _CODE}
"""What a refusal of the token endpoints means, where it is not said to pass. 400 is the code of their own shape."""

LOST = frozenset({_GONE.code, _UNKNOWN_OBJECT.code})
"""Codes that say that a thing is not there."""

STATUSES: Mapping[int, Ruling] = {
    401: Ruling(AuthExpired, "auth_expired"),
    403: _FORBIDDEN,
    404: _UNKNOWN_OBJECT,
    413: _PICTURE,
    TOO_MANY: _LIMIT,
}
"""Only for bodies that name no code we know."""


def ruling(
    status: int,
    code: int | None,
    subcode: int | None,
    *,
    transient: bool = False,
    first: Mapping[int, Ruling] = MappingProxyType({}),
) -> Ruling:
    """The row that decides. `first`: rows by code that go before all others, where only what has a code is definite."""
    if first and code is None and status != TOO_MANY:
        return _OUTAGE  # a page of whatever stands before the platform
    named = None if transient or not 400 <= status < 500 else first.get(code or 0)  # noqa: PLR2004 - the classes of HTTP
    found = named or PAIRS.get((code or 0, subcode or 0)) or SUBCODES.get(subcode or 0) or CODES.get(code or 0)
    if found is not None:
        return found
    if transient:
        return _OUTAGE
    if 400 <= status < 500:  # noqa: PLR2004 - the classes of HTTP
        return STATUSES.get(status, _MALFORMED)
    return _OUTAGE


def raised(rule: Ruling, detail: str, reason: str, retry_at: datetime | None, *, commit: bool) -> PublishingError:
    """The error of one row. Reasons are the platform's own words, in the person's language when it knows it."""
    if commit and rule.doubt:
        return Unconfirmed(detail)
    return rule.error(detail, code=rule.code, params={"reason": reason[:LONGEST_REASON]}, retry_at=retry_at)


def classify(
    answer: Answer, now: datetime, *, secrets: Sequence[str] = (), first: Mapping[int, Ruling] = MappingProxyType({})
) -> PublishingError:
    """Everything that is no success → the error to raise. `secrets` are cut out of the platform's words."""
    body = answer.fault()
    fault = body.get("error")
    if not isinstance(fault, dict):
        fault = {"message": body.get("error_message", ""), "code": body.get("code")}
    code, subcode = _number(fault.get("code")), _number(fault.get("error_subcode"))
    rule = ruling(answer.status, code, subcode, transient=fault.get("is_transient") is True, first=first)
    message = without(secrets, str(fault.get("message") or ""))
    reason = without(secrets, str(fault.get("error_user_msg") or message))
    detail = f"HTTP {answer.status}, {code}/{subcode}: {message} [{fault.get('fbtrace_id', '')}]"
    return raised(rule, detail, reason, rule.at(now, regain(answer)), commit=answer.commit)


def _number(value: Any) -> int | None:
    try:
        return int(value)
    except (TypeError, ValueError):
        return None
