"""What became of a linking: as data, for the page and for the chat."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import SecretStr

from bot.accounts import sealed
from bot.i18n import Words
from publishers.engine.authorization import Candidate
from publishers.engine.contract import Identity
from publishers.engine.errors import AuthExpired, NotPermitted, PublishingError, RateLimited, Unavailable, Unconfirmed
from publishers.engine.linkings import Linking, Stage
from publishers.engine.model import Account


@dataclass(frozen=True, slots=True)
class Offer:
    """A link for a person.

    `pasted`: it leads to the network itself, and the address it ends at must be pasted into the chat.
    `button`: it may stand behind a button; else it is shown as a plain link.
    """

    linking_id: str
    url: str
    pasted: bool
    button: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """`key` and `params`: the sentence for it, or the code of the network's error. `again`: a link to try once more."""

    stage: Stage
    key: str
    params: Mapping[str, str] = field(default_factory=dict)
    account: Account | None = None
    candidates: tuple[Identity, ...] = ()
    linking: Linking | None = None
    again: Offer | None = None


class Refused(Exception):
    """Why no account came of it. `passing`: nothing is decided, the same link may be opened again."""

    def __init__(self, key: str, params: Mapping[str, str] | None = None, *, passing: bool = False) -> None:
        super().__init__(key)
        self.key = key
        self.params = params or {}
        self.passing = passing


def refusal(error: PublishingError) -> Refused:
    """What a failed exchange or check means for the person."""
    if isinstance(error, Unavailable | Unconfirmed | RateLimited):
        return Refused("link.away", passing=True)
    if error.code in {"missing_scope", "scope_missing"}:
        return Refused("link.missing_scope", {"scopes": error.params.get("scopes", "")})
    if error.code == "no_account":
        return Refused("link.no_account")
    if isinstance(error, NotPermitted):
        return Refused("link.not_permitted" if error.code == NotPermitted.default_code else error.code, error.params)
    return Refused("link.code_refused" if isinstance(error, AuthExpired) else "link.failed")


def sentences(outcome: Outcome, words: Words) -> tuple[str, ...]:
    """Keys of what is said of it: a sentence of linking, or what the catalogue knows of the network's own error."""
    if outcome.key.startswith("link."):
        return (outcome.key,)
    given = ["platform", *outcome.params]
    own = [key for key in (f"error.{outcome.key}", f"error.{outcome.key}.todo") if words.knows(key, given)]
    return tuple(own) or ("link.not_permitted",)


@dataclass(frozen=True, slots=True)
class Found:
    """An account that can be kept, with its credentials as they are sealed."""

    identity: Identity
    secret: str
    expires_at: datetime | None

    @classmethod
    def of(cls, candidate: Candidate) -> "Found":
        return cls(candidate.identity, sealed(candidate.credentials), candidate.credentials.expires_at)


def written(found: Sequence[Found]) -> str:
    rows = [(each.identity.id, each.identity.name, each.secret, _told(each.expires_at)) for each in found]
    return json.dumps(rows)


def read(candidates: SecretStr) -> list[Found]:
    rows = json.loads(candidates.get_secret_value())
    return [Found(Identity(number, name), secret, _time(expiry)) for number, name, secret, expiry in rows]


def _told(expiry: datetime | None) -> str | None:
    return expiry.isoformat() if expiry is not None else None


def _time(told: str | None) -> datetime | None:
    return datetime.fromisoformat(told) if told is not None else None
