"""The queue of updates: kept until the bot confirms them, at most a day."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.sandbox.changes import Changes
from bot.sandbox.refusal import bad_request
from bot.sandbox.vocabulary import UPDATE_KINDS

FIRST_UPDATE = 700_000_000
KEPT = timedelta(hours=24)
MOST_AT_ONCE = 100
BY_DEFAULT = UPDATE_KINDS - {"chat_member", "message_reaction", "message_reaction_count"}


@dataclass(slots=True)
class Update:
    """`body` is the JSON the bot gets; it never changes, however often it is delivered."""

    id: int
    kind: str
    body: dict[str, Any]
    at: datetime
    again: bool = False
    """Put back on purpose: delivered once more whatever offset the bot asks for."""


@dataclass(slots=True)
class Poll:
    """One getUpdates. `ended` is the reason why another call ended it, `waiting` whether somebody still listens."""

    ended: str | None = None
    waiting: bool = False


@dataclass(slots=True)
class Updates:
    now: Callable[[], datetime]
    changes: Changes
    allowed: frozenset[str] = BY_DEFAULT
    history: dict[int, Update] = field(default_factory=dict)
    pending: list[Update] = field(default_factory=list)
    poll: Poll = field(default_factory=Poll)

    def put(self, kind: str, content: dict[str, Any]) -> Update | None:
        """A new update; None when the bot did not ask for this kind."""
        if kind not in self.allowed:
            return None
        update_id = FIRST_UPDATE + len(self.history) + 1
        update = Update(update_id, kind, {"update_id": update_id, kind: content}, self.now())
        self.history[update_id] = update
        self.pending.append(update)
        self.changes.happened()
        return update

    def again(self, update_id: int) -> None:
        """Deliver an old update once more, under its old id. Raises KeyError."""
        update = self.history[update_id]
        update.again = True
        if update not in self.pending:
            self.pending = sorted([*self.pending, update], key=lambda waiting: waiting.id)
        self.changes.happened()

    def confirm(self, offset: int) -> None:
        """Forget what lies before this offset; a negative one keeps only so many of the newest."""
        if offset < 0:
            self.pending = self.pending[offset:]
        else:
            self.pending = [update for update in self.pending if update.id >= offset or update.again]

    def confirm_one(self, update: Update) -> None:
        update.again = False
        self.pending = [waiting for waiting in self.pending if waiting is not update]

    def peek(self, most: int = MOST_AT_ONCE) -> list[Update]:
        """The oldest that wait. They stay until confirmed."""
        oldest = self.now() - KEPT
        self.pending = [update for update in self.pending if update.at > oldest or update.again]
        return self.pending[:most]

    def drop(self) -> None:
        self.pending = []

    def allow(self, kinds: Sequence[Any]) -> None:
        """Which kinds are asked for from now on; none means all but the three that must be named."""
        for kind in kinds:
            if kind not in UPDATE_KINDS:
                raise bad_request(f"the sandbox does not know update type '{kind}'")
        self.allowed = frozenset(kinds) if kinds else BY_DEFAULT

    def begin_poll(self) -> Poll:
        self.end_poll("terminated by other getUpdates request; make sure that only one bot instance is running")
        self.poll = Poll(waiting=True)
        return self.poll

    def leave_poll(self, poll: Poll) -> None:
        poll.waiting = False
        self.changes.happened()

    def end_poll(self, reason: str) -> None:
        self.poll.ended = reason
        self.changes.happened()
