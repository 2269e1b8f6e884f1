"""The family of publishing errors. Platforms raise them; exactly one place, the orchestrator, catches them.

    PublishingError
    ├── Unavailable        nothing left us, or a read failed: try again soon
    ├── Unconfirmed        a request left and no clear answer came: it may be public
    ├── RateLimited        the platform says wait (retry_at)
    ├── QuotaExhausted     the allowance of a window is used up (retry_at)
    ├── AuthExpired        the permission has ended: refresh once, else the person authorizes again
    ├── NotPermitted       the account or the app may not do this: the person acts on the platform
    ├── NotConfigured      no usable credentials here
    ├── Rejected           the platform refuses the content (reason in its own words)
    │   ├── MediaRejected  … because of a picture or a video
    │   └── Duplicate      … because the same is already there
    ├── Stale              prepared values are gone: forget them (keys) and prepare again
    ├── NotYourTurn        the same text is on its way to the same account (raised by the fence only)
    ├── Broken             our own fault, or a picture of ours is gone (raised by the orchestrator only)
    └── Omitted            a person left this out while it was being published (raised by the fence only)

Each carries `code` (a stable key of the catalogue), `params` for that text, `retry_at` (aware UTC), `needs`
(what a person must do) and `detail` (the platform's own words, for the log only, never a secret).
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class Needs(StrEnum):
    """What a person must do before the delivery can go on."""

    AUTHORIZATION = "authorization"
    EDIT = "edit"
    HOUR = "hour"  # its hour is long over: now, later, or not at all


class PublishingError(Exception):
    """One failed attempt, classified. Never raised itself."""

    default_code: ClassVar[str]
    needs: ClassVar[Needs | None] = None
    definite: ClassVar[bool] = True
    """Whether it proves that the request made nothing public."""

    def __init__(
        self,
        detail: str = "",
        *,
        code: str | None = None,
        params: dict[str, str] | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        self.code = code or self.default_code
        self.params = params or {}
        self.retry_at = retry_at
        self.detail = detail
        super().__init__(f"{self.code}: {detail}" if detail else self.code)


class Unavailable(PublishingError):
    default_code = "unavailable"


class Unconfirmed(PublishingError):
    default_code = "unconfirmed"
    definite = False


class RateLimited(PublishingError):
    default_code = "rate_limited"


class QuotaExhausted(PublishingError):
    default_code = "quota_exhausted"


class AuthExpired(PublishingError):
    default_code = "auth_expired"
    needs = Needs.AUTHORIZATION


class NotPermitted(PublishingError):
    default_code = "not_permitted"
    needs = Needs.AUTHORIZATION


class NotConfigured(PublishingError):
    default_code = "not_configured"
    needs = Needs.AUTHORIZATION


class Rejected(PublishingError):
    default_code = "rejected"
    needs = Needs.EDIT


class MediaRejected(Rejected):
    default_code = "media_rejected"


class Duplicate(Rejected):
    default_code = "duplicate"


class Stale(PublishingError):
    """The prepared values stored under `keys` no longer exist on the platform. `key`: the first of them."""

    default_code = "stale"

    def __init__(self, key: str, *others: str, detail: str = "") -> None:
        super().__init__(detail, params={"key": key})
        self.key = key
        self.keys = (key, *others)


class NotYourTurn(PublishingError):
    default_code = "turn"


class Omitted(PublishingError):
    default_code = "omitted"


class Broken(PublishingError):
    """Not the platform's doing. `needs` an edit when what was approved is gone."""

    default_code = "internal"


class MediaGone(Broken):
    default_code = "media_missing"
    needs = Needs.EDIT
