"""Draft, Job, Delivery: what awaits approval, what is on its way, and where each piece of it stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from adapters.adapted import Adapted
from adapters.content import Content, Wording
from publishers.engine.contract import Receipt
from publishers.engine.errors import Needs


class DeliveryStatus(StrEnum):
    PENDING = "pending"  # to be claimed now
    PUBLISHING = "publishing"  # claimed by a living process
    WAITING = "waiting"  # until due_at: `wait` says for what
    BLOCKED = "blocked"  # a person must act: `needs` says how
    UNCONFIRMED = "unconfirmed"  # may be public: looks are due, then a person is asked
    PUBLISHED = "published"
    FAILED = "failed"  # until /reintentar
    SKIPPED = "skipped"  # `reason` says why


_S = DeliveryStatus
TRANSITIONS: Mapping[DeliveryStatus, frozenset[DeliveryStatus]] = {
    _S.PENDING: frozenset({_S.PUBLISHING, _S.WAITING, _S.PUBLISHED, _S.SKIPPED}),
    _S.PUBLISHING: frozenset({_S.PUBLISHED, _S.WAITING, _S.BLOCKED, _S.UNCONFIRMED, _S.FAILED, _S.PENDING}),
    _S.WAITING: frozenset({_S.PUBLISHING, _S.WAITING, _S.BLOCKED, _S.PENDING, _S.PUBLISHED, _S.SKIPPED}),
    _S.BLOCKED: frozenset({_S.PENDING, _S.WAITING, _S.PUBLISHED, _S.SKIPPED}),
    _S.UNCONFIRMED: frozenset({_S.PUBLISHING, _S.PUBLISHED, _S.PENDING, _S.SKIPPED}),
    _S.FAILED: frozenset({_S.PENDING, _S.PUBLISHED, _S.SKIPPED}),
    _S.PUBLISHED: frozenset(),
    _S.SKIPPED: frozenset(),
}
FINAL = frozenset({_S.PUBLISHED, _S.SKIPPED})


class Wait(StrEnum):
    """For what a waiting delivery waits."""

    HOUR = "hour"  # the hour a person gave it
    HOLD = "hold"  # the seconds in which an approval can be undone
    RETRY = "retry"  # the next attempt
    LIMIT = "limit"  # the platform's window
    TURN = "turn"  # the same text is on its way to the same account
    PAUSE = "pause"  # until a person lets its network go on: the only wait without a time


class JobStatus(StrEnum):
    """Derived from the deliveries, never stored. Read top down: the first that fits holds."""

    PUBLISHING = "publishing"  # something moves by itself now
    NEEDS_PERSON = "needs_person"  # nothing moves by itself now, something waits for a person
    SCHEDULED = "scheduled"  # all that is left waits for the hour a person gave it
    WAITING = "waiting"  # something will move at a known time
    PUBLISHED = "published"  # all of them
    PARTIAL = "partial"  # some published, the others failed or skipped
    FAILED = "failed"  # none published, some failed
    SKIPPED = "skipped"  # all skipped


class DraftStatus(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who decided: a person of the chat, or the product itself (id 0)."""

    id: int
    name: str


SYSTEM = Actor(0, "pregonero")


@dataclass(frozen=True, slots=True)
class Account:
    """One account of one platform; its credentials are read apart. `main` is the one meant by the platform's name."""

    id: str
    platform: str
    external_id: str
    name: str
    main: bool
    credentials_version: int
    usable: bool = True
    """False once the platform refused these credentials, until newer ones come."""
    expires_at: datetime | None = None
    target: bool = True
    """Whether a new draft goes there unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class Target:
    """One account a draft may go to, as the card shows it."""

    account_id: str
    on: bool = True
    format: str = "post"
    own: Wording | None = None
    """Words for this account only; None: those of the draft."""


@dataclass(frozen=True, slots=True)
class Draft:
    """Content awaiting approval. `version` grows with every change of content, targets or options."""

    id: str
    chat_id: int
    source_id: int
    """Telegram id of the message it came from; unique with chat_id."""
    author: Actor
    version: int
    status: DraftStatus
    content: Content
    targets: tuple[Target, ...]
    created_at: datetime
    album: str | None = None
    """Telegram's id of the album its pictures came in."""
    pictured_by: tuple[int, ...] = ()
    """Telegram id of the message of each picture of the content, in the same order."""
    dry_run: bool = False
    card_id: int | None = None
    """Telegram id of the card, once it is sent."""
    card_version: int = 0
    """The version that card shows."""
    card_seal: str | None = None
    """What stands for the exact forms that card showed."""
    decided_by: Actor | None = None
    decided_at: datetime | None = None
    job_id: str | None = None
    origin_id: str | None = None
    """The draft that went to some accounts already and is to go to the rest."""

    def content_of(self, target: Target) -> Content:
        """What goes to this target, before its network shapes it."""
        return self.content if target.own is None else self.content.worded(target.own)


LOOK = "look"
"""Reason of a claim that begins by looking."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One job to one account. `attempts` counts tries that were spent, `looks` those of the present doubt."""

    id: str
    job_id: str
    account_id: str
    platform: str
    account_name: str
    adapted: Adapted
    status: DeliveryStatus = DeliveryStatus.PENDING
    attempts: int = 0
    looks: int = 0
    due_at: datetime | None = None
    wait: Wait | None = None
    needs: Needs | None = None
    code: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    receipts: tuple[Receipt, ...] = ()
    """Of the parts that are public, in order; behind them, of the first comment."""
    simulated: bool = False
    """Nothing became public: a simulator or a dry run. Always shown."""
    dry_run: bool = False
    omit: bool = False
    """/omitir was said while publishing: takes effect before the next part is armed."""
    version: int = 0
    """Grows with every move: the guard of concurrent moves."""
    scheduled_at: datetime | None = None
    """The hour a person gave it; None: as soon as it can."""
    started_at: datetime | None = None
    """Its first claim."""

    @property
    def permalink(self) -> str | None:
        """Of the post: what was said below it has none of its own."""
        posts = self.receipts[: len(self.adapted.parts)]
        return next((receipt.permalink for receipt in posts if receipt.permalink), None)

    @property
    def uncommented(self) -> bool:
        """The post is public, and what is to be said below it is not: without that, it is published all the same."""
        return bool(self.adapted.comment) and len(self.receipts) == len(self.adapted.parts)

    @property
    def looking(self) -> bool:
        """Whether it is public already is being seen: also by the first look, which a restart may have made due."""
        return self.looks > 0 or self.reason == LOOK

    @property
    def asks_person(self) -> bool:
        """Nothing happens to it until a person decides."""
        silent_doubt = self.status is DeliveryStatus.UNCONFIRMED and self.due_at is None
        return silent_doubt or self.status in {DeliveryStatus.BLOCKED, DeliveryStatus.FAILED}


@dataclass(frozen=True, slots=True)
class Job:
    """One approved draft on its way to its accounts."""

    id: str
    draft_id: str
    chat_id: int
    content: Content
    approved_by: Actor
    approved_at: datetime
    dry_run: bool
    deliveries: tuple[Delivery, ...]
    live_id: int | None = None
    """Telegram id of the live message, once it is sent."""
    alert_id: int | None = None
    """Telegram id of the one notifying reply, once it is sent."""
    last_tap_at: datetime | None = None

    @property
    def status(self) -> JobStatus:
        """From its deliveries (table in the README)."""
        return derive(self.deliveries)

    @property
    def scheduled_at(self) -> datetime | None:
        """The next hour for which one of its deliveries waits."""
        hours = [d.due_at for d in self.deliveries if d.wait is Wait.HOUR and d.due_at is not None]
        return min(hours, default=None)


def derive(deliveries: Sequence[Delivery]) -> JobStatus:
    states = {delivery.status for delivery in deliveries}
    moving = states & {_S.PENDING, _S.PUBLISHING} or any(
        d.status is _S.UNCONFIRMED and d.due_at is not None for d in deliveries
    )
    if moving:
        return JobStatus.PUBLISHING
    if any(d.status is _S.BLOCKED or d.status is _S.UNCONFIRMED for d in deliveries):
        return JobStatus.NEEDS_PERSON
    if _S.WAITING in states:
        return JobStatus.SCHEDULED if _only_scheduled(deliveries) else JobStatus.WAITING
    if states == {_S.PUBLISHED}:
        return JobStatus.PUBLISHED
    if _S.PUBLISHED in states:
        return JobStatus.PARTIAL
    return JobStatus.FAILED if _S.FAILED in states else JobStatus.SKIPPED


def _only_scheduled(deliveries: Sequence[Delivery]) -> bool:
    return all(d.wait is Wait.HOUR for d in deliveries if d.status is not _S.SKIPPED)


@dataclass(frozen=True, slots=True)
class Move:
    """Where a delivery goes next and what is to be kept with it: one row of the ledger."""

    to: DeliveryStatus
    due_at: datetime | None = None
    wait: Wait | None = None
    needs: Needs | None = None
    code: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)
    reason: str | None = None
    spent: bool = False
    """This try counts against the policy's attempts."""
    looks: int = 0
    """Looks made in the present doubt, this try included."""
    detail: str = ""
    """The platform's own words, for the ledger."""


class IllegalMove(Exception):
    """A move that TRANSITIONS does not allow: our own mistake."""
