"""What the engine and the conversation need to be kept: moves, not rows. storage/ implements them.

All verbs of one `Unit` are one transaction: it commits when its block ends and rolls back when the block raises.
Every move writes its ledger row inside the same transaction. No network is ever used inside a unit.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol

from pydantic import SecretStr

from adapters.adapted import Adapted
from adapters.content import Content
from publishers.engine.budget import Budgets
from publishers.engine.contract import Identity, Receipt
from publishers.engine.jobs import Jobs
from publishers.engine.leases import Renewing
from publishers.engine.linkings import Linkings
from publishers.engine.many import Many
from publishers.engine.model import Account, Actor, Delivery, Draft, Job, Move, Target
from publishers.engine.people import Aliases, Dossiers, Inbox, Invitations, Notices, People, Questions
from publishers.engine.previews import Previews
from publishers.engine.repeats import Repeats
from publishers.engine.retention import Retention
from publishers.engine.timetable import Pauses, Timetable

NONE: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Step:
    """What is kept of one step of a delivery: a prepared value, or a fence (armed or done)."""

    key: str
    value: str | None = None
    made_at: datetime | None = None
    armed_at: datetime | None = None
    receipt: Receipt | None = None
    denied: bool = False
    """A person said that it is not there: after settle, the next look that finds nothing may be believed."""
    refused: bool = False
    """The platform refused it as a duplicate, and what it duplicates has not been found yet."""

    @property
    def armed(self) -> bool:
        """It may be public, and there is no receipt."""
        return self.armed_at is not None and self.receipt is None


class MarkTaken(Exception):
    """Another armed step of this account carries the same mark."""


class Stopped(Exception):
    """The delivery is no longer ours to arm: omitted, cancelled or claimed by another."""


class StoreUnavailable(Exception):
    """The store cannot be written or read now: disk full, locked for too long, gone. Nothing was changed."""


class StepLog(Protocol):
    async def step(self, delivery_id: str, key: str) -> Step | None: ...

    async def armed(self, delivery_id: str) -> Step | None:
        """The armed step of this delivery, if there is one (there is never more than one)."""

    async def forget(self, delivery_id: str, key: str) -> None:
        """Drop one prepared value."""

    async def arm(self, delivery: Delivery, key: str, mark: str, at: datetime) -> None:
        """Raises MarkTaken, or Stopped when the delivery is not publishing at this version, is to be
        omitted, or its network was paused.
        """

    async def disarm(self, delivery_id: str, key: str) -> None: ...

    async def receive(self, delivery_id: str, key: str, receipt: Receipt, at: datetime) -> None:
        """Armed → done. The receipt is unique per account and external id."""

    async def linked(self, delivery_id: str, receipt: Receipt) -> None:
        """The permalink of a receipt that was kept without one."""

    async def refuse(self, delivery_id: str, key: str) -> None:
        """Remember on the armed step that the platform called it a duplicate."""

    async def deny(self, delivery_id: str) -> None:
        """Remember on the armed step that a person found nothing."""

    async def taken(self, account_id: str) -> frozenset[str]:
        """External ids of this account that are ours already."""

    async def unnamed(self, mark: str, since: datetime) -> int:
        """How many steps with this mark were received since then without an id: a person saw them."""


class Deliveries(Protocol):
    async def open(self, job: Job) -> None:
        """Store an approved job with its deliveries and adapted parts."""

    async def due(
        self, now: datetime, slots: Mapping[str, int], most: int, *, taken: Mapping[str, int] = NONE
    ) -> list[Delivery]:
        """What may be claimed (pending, waiting, unconfirmed), oldest first.

        Each account of a platform has `slots[platform]`, less what is `taken` of them, by account.
        """

    async def move(self, delivery: Delivery, move: Move, *, actor: Actor, at: datetime) -> Delivery | None:
        """One guarded move from the version given; None: someone else moved it first. Raises IllegalMove."""

    async def move_all(self, planned: Iterable[tuple[Delivery, Move]], at: datetime) -> list[Delivery]:
        """Moves of the product itself, of deliveries just read in this transaction. Raises IllegalMove."""

    async def omit(self, delivery_id: str) -> None:
        """Ask a publishing delivery to stop before its next part."""

    async def recover(self, at: datetime) -> int:
        """At start: void all claims of an earlier life. publishing → unconfirmed (armed) or pending. How many."""

    async def release(self, at: datetime) -> list[str]:
        """Free deliveries blocked for authorization whose account has newer credentials. Their job ids."""

    async def delivery(self, delivery_id: str) -> Delivery | None: ...

    async def reword(self, delivery: Delivery, adapted: Adapted, *, actor: Actor, at: datetime) -> None:
        """Its exact form from now on; the move it goes with, in the same unit, is its guard."""


class Drafts(Protocol):
    async def add(self, draft: Draft) -> bool:
        """False when a draft of this chat and source message is already kept."""

    async def draft(self, draft_id: str) -> Draft | None: ...

    async def by_message(self, chat_id: int, message_id: int) -> Draft | None:
        """The draft whose source message (each one of an album) or card this is."""

    async def by_album(self, chat_id: int, album: str) -> Draft | None: ...

    async def pending(self, chat_id: int) -> list[Draft]:
        """Oldest first."""

    async def change(
        self,
        draft: Draft,
        *,
        content: Content | None = None,
        pictured_by: Sequence[int] | None = None,
        album: str | None = None,
        targets: Sequence[Target] | None = None,
        dry_run: bool | None = None,
    ) -> Draft | None:
        """A new version, if it is still pending at the version given. What is None stays."""

    async def decide(self, draft: Draft, *, actor: Actor, at: datetime, job_id: str | None) -> bool:
        """Approve (job_id) or discard (None) at exactly this version; False: someone else did, or it changed."""

    async def carded(self, draft_id: str, *, card_id: int, version: int, seal: str) -> None:
        """The card was sent or edited and shows this version; `seal` stands for the exact forms it showed."""

    async def uncarded(self) -> list[Draft]:
        """Pending drafts whose card was never sent or shows an older version."""

    async def last_targets(self, chat_id: int) -> tuple[Target, ...]:
        """The targets of the newest decided draft of this chat, or of the one that it followed for the rest only."""


class Accounts(Protocol):
    async def add(
        self, platform: str, identity: Identity, secret: str, *, expires_at: datetime | None, at: datetime
    ) -> tuple[Account, bool]:
        """Keep credentials (JSON, encrypted at rest). Same platform and id: renewal (True). First of one: main."""

    async def accounts(self) -> list[Account]: ...

    async def account(self, account_id: str) -> Account | None: ...

    async def secret(self, account_id: str) -> SecretStr | None:
        """The credentials as JSON; None when there are none. Raises VaultError when they cannot be decrypted."""

    async def proven(self, account_id: str) -> bool:
        """Whether something was really published there before."""

    async def rename(self, account_id: str, name: str, *, actor: Actor, at: datetime) -> None: ...

    async def promote(self, account_id: str, *, actor: Actor, at: datetime) -> None:
        """Main from now on; the others of its platform are satellites."""

    async def aim(self, account_id: str, *, target: bool, actor: Actor, at: datetime) -> None:
        """Whether new drafts go there."""

    async def refused(self, account_id: str, version: int) -> None:
        """The platform refused the credentials of this version."""

    async def remove(self, account_id: str, at: datetime) -> None: ...


class VaultError(Exception):
    """Stored credentials cannot be decrypted with the present key."""


class Ledger(Protocol):
    async def write(
        self,
        event_type: str,
        entity_type: str,
        entity_id: str,
        *,
        actor: Actor,
        at: datetime,
        metadata: Mapping[str, Any],
    ) -> None: ...

    async def events(self, entity_id: str | None = None) -> list[dict[str, Any]]:
        """Rows as in the API, oldest first; all of them without an id."""


class Unit(Protocol):
    """All that one transaction can do."""

    steps: StepLog
    many: Many
    deliveries: Deliveries
    timetable: Timetable
    pauses: Pauses
    budgets: Budgets
    jobs: Jobs
    drafts: Drafts
    previews: Previews
    repeats: Repeats
    accounts: Accounts
    linkings: Linkings
    renewing: Renewing
    people: People
    aliases: Aliases
    invitations: Invitations
    dossiers: Dossiers
    questions: Questions
    notices: Notices
    inbox: Inbox
    ledger: Ledger
    retention: Retention


class Store(Protocol):
    def unit(self) -> AbstractAsyncContextManager[Unit]:
        """A write transaction, one at a time."""

    def view(self) -> AbstractAsyncContextManager[Unit]:
        """A consistent read; writes in it are refused."""


class Alarms(Protocol):
    """Hints only: each rings once, at or after its time, also when that went by while nobody was there.

    Truth is in the tables: an alarm that is lost costs seconds (the sweep), one too many costs nothing.
    """

    @property
    def lost(self) -> bool:
        """Earlier alarms are gone: the timetable must learn it (`unalarm`). True until `retrieved`, in any life."""

    def retrieved(self) -> None:
        """The timetable has learnt it."""

    def listen(self, ring: Callable[[], object]) -> None:
        """From now on alarms ring, and `ring` is called: at least once for all that ring together."""

    def set(self, times: Mapping[str, datetime]) -> bool:
        """By delivery; each replaces an earlier alarm of it. Never called inside an open unit.

        False: the alarms could not be set now, and it is worth trying again later.
        """


class Progress(Protocol):
    """Fed with facts; the engine never waits for it."""

    def changed(self, job_id: str) -> None: ...
