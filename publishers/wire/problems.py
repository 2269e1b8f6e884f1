"""What X's error bodies mean, as a table: the first row that fits decides.

Three shapes come: a problem {title, detail, type, status}; the same with errors [{message, parameters}]; and the old
{errors: [{code, message}]}. Servers in front of it answer HTML. Source: https://docs.x.com/x-api/fundamentals/response-codes-and-errors
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import SecretStr

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
from publishers.engine.outside import Allowance
from publishers.wire.http import Answer
from publishers.wire.masking import without

WINDOW = timedelta(minutes=15)
DAY = timedelta(hours=24)
LONGEST_REASON = 300
LATEST = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())
MOST_DIGITS = 12
LIMITS = ("x-app-limit-24hour", "x-user-limit-24hour", "x-rate-limit")
"""Each with -limit, -remaining and -reset; the longest window first."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One answer in one form: `types` are the last pieces of problem types, `words` all texts in small letters."""

    status: int
    types: frozenset[str]
    codes: frozenset[int]
    words: str
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """What is named must fit; what is empty fits all. `pause` is for answers that do not say how long to wait."""

    error: type[PublishingError]
    code: str
    statuses: Sequence[int] = ()
    types: frozenset[str] = frozenset()
    codes: frozenset[int] = frozenset()
    words: str = ""
    pause: timedelta | None = None

    def fits(self, problem: Problem) -> bool:
        if self.statuses and problem.status not in self.statuses:
            return False
        if not (self.types or self.codes or self.words):
            return True
        named = bool(self.types & problem.types or self.codes & problem.codes)
        return named or bool(self.words and re.search(self.words, problem.words))


REFUSALS = (400, 403)
TABLE: tuple[Row, ...] = (
    Row(NotPermitted, "out_of_credits", statuses=(402,)),
    Row(NotPermitted, "out_of_credits", types=frozenset({"credits"}), words=r"credits ?depleted"),
    Row(NotPermitted, "spend_cap", statuses=(403, 429), words=r"spend(ing)? ?cap"),
    Row(QuotaExhausted, "usage_capped", statuses=(403, 429), types=frozenset({"usage-capped"}), pause=DAY),
    Row(RateLimited, "rate_limited", statuses=(429,), pause=WINDOW),
    Row(
        RateLimited,
        "rate_limited",
        statuses=REFUSALS,
        types=frozenset({"rate-limit-exceeded"}),
        codes=frozenset({88, 185}),
        pause=WINDOW,
    ),
    Row(AuthExpired, "auth_expired", statuses=(401,)),
    Row(AuthExpired, "auth_expired", statuses=REFUSALS, codes=frozenset({32, 89})),
    Row(
        Duplicate,
        "duplicate",
        statuses=REFUSALS,
        codes=frozenset({187}),
        words=r"duplicate (content|status|tweet|post)",
    ),
    Row(
        NotPermitted,
        "account_restricted",
        statuses=REFUSALS,
        codes=frozenset({64, 326}),
        words=r"suspended|temporarily locked|account is locked",
    ),
    Row(
        NotPermitted,
        "app_not_enrolled",
        statuses=(403,),
        types=frozenset({"client-forbidden", "client-not-enrolled"}),
        words=r"client-not-enrolled",
    ),
    Row(
        NotPermitted,
        "scope_missing",
        statuses=(403,),
        types=frozenset({"unsupported-authentication"}),
        words=r"unsupported authentication|missing .*scope|scopes? .*(missing|required)|oauth1? ?app permissions",
    ),
    Row(
        Rejected,
        "reply_refused",
        statuses=REFUSALS,
        words=r"reply to this (conversation|tweet|post) is not allowed|not been mentioned|reply to a .*deleted",
    ),
    Row(Rejected, "cashtags", statuses=REFUSALS, words=r"cashtag"),
    Row(Rejected, "link_refused", statuses=REFUSALS, words=r"invalid url|url .*(malicious|invalid)"),
    Row(MediaRejected, "video_refused", statuses=REFUSALS, words=r"video .*longer|longer .*video"),
    Row(
        MediaRejected,
        "picture_refused",
        statuses=REFUSALS,
        words=r"media ids? .*invalid|invalid media|media.*not found",
    ),
    Row(Rejected, "text_too_long", statuses=REFUSALS, codes=frozenset({186}), words=r"too long|exceeds .*characters"),
    Row(Rejected, "action_refused", statuses=(403,), words=r"not permitted to perform this action"),
    Row(Rejected, "action_refused", types=frozenset({"disallowed-resource"})),
    Row(NotPermitted, "not_permitted", statuses=(403,)),
    Row(NotPermitted, "not_found", statuses=(404,)),
    Row(MediaRejected, "picture_size", statuses=(413,)),
    Row(Rejected, "bad_request", statuses=range(400, 500)),
)


def classify(answer: Answer, now: datetime, secrets: Sequence[SecretStr] = ()) -> PublishingError:
    """Everything that is no success → the error to raise. Outages after a commit prove nothing: Unconfirmed.

    `secrets` are cut out of the platform's words.
    """
    problem = read(answer)
    row = next((row for row in TABLE if row.fits(problem)), None)
    reason = without((secret.get_secret_value() for secret in secrets), problem.reason)
    detail = f"HTTP {answer.status}: {reason}"
    if row is None:
        return Unconfirmed(detail) if answer.commit else Unavailable(detail)
    retry_at = None if row.pause is None else reset(answer) or now + row.pause
    params = {"reason": reason[:LONGEST_REASON]}
    return row.error(detail, code=row.code, params=params, retry_at=retry_at)


def read(answer: Answer) -> Problem:
    body = answer.fault()
    faults = [fault for fault in _list(body.get("errors")) if isinstance(fault, dict)]
    texts = [text for part in (body, *faults) for text in _texts(part)]
    types = {str(part.get("type", "")).rpartition("/")[2] for part in (body, *faults)}
    codes = {part["code"] for part in faults if isinstance(part.get("code"), int)}
    reason = next((text for text in reversed(texts) if text), answer.headers.get("content-type", ""))
    words = "\n".join([*texts, str(body.get("reason", ""))]).lower()
    return Problem(answer.status, frozenset(types - {""}), frozenset(codes), words, reason)


def allowances(answer: Answer) -> Iterator[Allowance]:
    """What the headers of an answer say is left for calls like this one; the longest window first."""
    for limit in LIMITS:
        most, remaining, at = (_number(answer, f"{limit}-{name}") for name in ("limit", "remaining", "reset"))
        if remaining is not None and at is not None and at <= LATEST:
            yield Allowance(limit, remaining, datetime.fromtimestamp(at, UTC), most)


def _number(answer: Answer, header: str) -> int | None:
    value = answer.headers.get(header, "")
    return int(value) if value.isascii() and value.isdecimal() and len(value) < MOST_DIGITS else None


def reset(answer: Answer) -> datetime | None:
    """When the window ends whose allowance is used up: a daily one may be, while the short one is not."""
    return next((each.resets_at for each in allowances(answer) if not each.remaining), None)


def names(answer: Answer, parameter: str) -> bool:
    """Whether this is a refusal of that query parameter."""
    return answer.status == REFUSALS[0] and parameter in answer.text


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(part: dict[str, Any]) -> Iterator[str]:
    for key in ("title", "detail", "message"):
        if isinstance(part.get(key), str):
            yield part[key]
