"""Who speaks with the bot and what came in: people, open questions, the inbox. Ports, as in ports.py."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who may act. `role`: owner, editor or author."""

    id: int
    name: str
    role: str
    locale: str | None = None
    zone: str | None = None
    """IANA name; None: that of the configuration."""


@dataclass(frozen=True, slots=True)
class Alias:
    """Somebody who is mentioned. `key`: what stands behind an @ in a draft, in small letters; `name`: as people read
    it; `handles`: without @, by platform.
    """

    key: str
    name: str
    handles: Mapping[str, str]


class Aliases(Protocol):
    async def aliases(self) -> list[Alias]:
        """In the order of their names."""

    async def keep(self, alias: Alias) -> None:
        """Add it, or put it in the place of the one with its key."""

    async def drop(self, key: str) -> bool:
        """False when there is none."""


class People(Protocol):
    async def person(self, person_id: int) -> Person | None: ...

    async def everyone(self) -> list[Person]:
        """The one who came first, first."""

    async def owners(self) -> list[Person]: ...

    async def leave(self, person_id: int) -> None:
        """From now on a stranger: with them go their open questions, invitations and links to accounts."""

    async def join(self, person: Person, at: datetime) -> None:
        """Add someone or change the role."""

    async def speak(self, person_id: int, locale: str) -> None: ...

    async def live_in(self, person_id: int, zone: str) -> None: ...

    async def code(self) -> str | None:
        """The one-time code of the first owner, while it waits."""

    async def offer(self, code: str) -> None:
        """Keep a new one-time code."""

    async def redeem(self, code: str, person: Person, at: datetime) -> bool:
        """Make this person owner if the code is the one that waits; it is used up in the same transaction."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """Whoever brings its code first gets this role. `by`: the id of who invites."""

    role: str
    by: int
    by_name: str
    expires_at: datetime


class Invitations(Protocol):
    """Codes are kept as hashes."""

    async def invite(self, code: str, invitation: Invitation, at: datetime) -> None: ...

    async def accept(self, code: str, person_id: int, at: datetime) -> Invitation | None:
        """Use it up; None when there is no such code, or it was used or is too old."""


class Dossiers(Protocol):
    """What is kept about one person, secrets excepted."""

    async def gather(self, person_id: int) -> dict[str, list[dict[str, Any]]]:
        """Rows by kind, ready for JSON."""

    async def unfinished(self, person_id: int) -> int:
        """Jobs of theirs that are still on their way."""

    async def erase(self, person_id: int) -> None:
        """Words, pictures and names are blanked; that something was published, and the ledger, stay."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One update of Telegram as it came. `replies` is what was decided to answer, once handled."""

    update_id: int
    raw: dict[str, Any]
    replies: list[dict[str, Any]] | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """Something the bot asked one person, answered by the next message. `subject` is an id."""

    kind: str
    subject: str


class Questions(Protocol):
    async def ask(self, chat_id: int, person_id: int, question: Question, at: datetime) -> None:
        """It replaces an earlier question of the same person in the same chat."""

    async def open(self, chat_id: int, person_id: int) -> Question | None: ...

    async def close(self, chat_id: int, person_id: int) -> None: ...


@dataclass(frozen=True, slots=True)
class Notice:
    """A message of ours that stands for something of the whole chat. `digest`: what it said last."""

    message_id: int
    digest: str


class Notices(Protocol):
    async def notice(self, chat_id: int, kind: str) -> Notice | None: ...

    async def noticed(self, chat_id: int, kind: str, notice: Notice) -> None:
        """It was sent or edited."""

    async def of_kind(self, start: str) -> Sequence[tuple[int, str, Notice]]:
        """All whose kind begins so, of every chat: (chat, kind, notice)."""

    async def drop(self, chat_id: int, kind: str) -> None:
        """The next one is a new message."""


class Inbox(Protocol):
    async def receive(self, updates: Sequence[dict[str, Any]], at: datetime) -> None:
        """Keep raw updates by update_id; those already kept are left as they are."""

    async def unhandled(self) -> list[Letter]:
        """In order of arrival."""

    async def handled(self, update_id: int, replies: Sequence[dict[str, Any]], at: datetime) -> bool:
        """Mark as handled, with the replies to be sent. False: it was already."""

    async def blank(self, update_id: int) -> None:
        """Forget what it said: there was a secret in it."""

    async def unanswered(self) -> list[Letter]:
        """Handled, but the replies may not have been sent."""

    async def answered(self, update_id: int, at: datetime) -> None: ...

    async def offset(self) -> int | None:
        """The highest update_id kept."""

    async def purge(self, before: datetime) -> int: ...
