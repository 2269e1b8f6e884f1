"""What a handler decides to answer, as data: kept in the same transaction as its effect, sent afterwards."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bot.screen import Button, Html, Screen
from publishers.engine.model import Actor


@dataclass(frozen=True, slots=True)
class Say:
    """A message of its own."""

    chat_id: int
    screen: Screen
    reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class Replace:
    """A message of ours becomes something else, as when its buttons have done their work."""

    chat_id: int
    message_id: int
    screen: Screen


@dataclass(frozen=True, slots=True)
class Preview:
    """What one account will get, in a message that stands for it: a reply to it changes the words for this one."""

    chat_id: int
    screen: Screen
    draft_id: str
    account_id: str


@dataclass(frozen=True, slots=True)
class Toast:
    """The answer to a tap: the spinner stops, and a line is shown if there is one."""

    callback_id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Pictures:
    """Stored pictures to look at, one or an album of up to ten."""

    chat_id: int
    sha256s: tuple[str, ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class ShowCard:
    """The card of a draft: edited where it stands, or sent anew. `patient`: more parts of an album may come."""

    draft_id: str
    anew: bool = False
    patient: bool = False


@dataclass(frozen=True, slots=True)
class ShowJob:
    """The live message of a job."""

    job_id: str


@dataclass(frozen=True, slots=True)
class Erase:
    """A message of the person that must not stay to be read: there is a secret in it."""

    chat_id: int
    message_id: int
    sorry: str
    """What to say where that cannot be done."""


@dataclass(frozen=True, slots=True)
class Link:
    """Go on with a linking, with what was typed for it. `keyed`: that was a key."""

    linking_id: str
    keyed: bool = False


@dataclass(frozen=True, slots=True)
class Dossier:
    """What is kept about a person, as a file."""

    chat_id: int
    person_id: int


@dataclass(frozen=True, slots=True)
class Part:
    """Give back the permission of an account where that is possible, and forget it."""

    account_id: str
    chat_id: int
    by: Actor


Shown = Say | Replace | Preview | Toast | Pictures | ShowCard | ShowJob
"""What a person gets to see."""
Done = Erase | Link | Part | Dossier
Reply = Shown | Done
_ALL: tuple[type[Reply], ...] = (Say, Replace, Preview, Toast, Pictures, ShowCard, ShowJob, Erase, Link, Part, Dossier)
_KINDS: dict[str, type[Reply]] = {kind.__name__: kind for kind in _ALL}


def dump(replies: Sequence[Reply]) -> list[dict[str, Any]]:
    return [{"kind": type(reply).__name__, **asdict(reply)} for reply in replies]


def load(stored: Sequence[dict[str, Any]]) -> list[Reply]:
    return [_load(dict(fields)) for fields in stored]


def _load(fields: dict[str, Any]) -> Reply:
    kind = _KINDS[fields.pop("kind")]
    if "screen" in fields:
        fields["screen"] = _screen(fields["screen"])
    if "by" in fields:
        fields["by"] = Actor(**fields["by"])
    if "sha256s" in fields:
        fields["sha256s"] = tuple(fields["sha256s"])
    return kind(**fields)


def _screen(stored: dict[str, Any]) -> Screen:
    rows = tuple(tuple(Button(**button) for button in row) for row in stored["buttons"])
    return Screen(Html(stored["text"]), rows)
