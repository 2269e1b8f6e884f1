"""What a person sees, as data: text with buttons. Nothing here knows Telegram's library.

Text is Telegram HTML with these tags only: b, i, u, s, tg-spoiler, a, code, blockquote. Whatever comes from people or
platforms is escaped on its way in. Taps carry `verb:argument[:argument…]`, at most 64 bytes, ids as UUID strings.
"""

from dataclasses import dataclass
from enum import StrEnum
from html import escape as escape_html

from adapters.content import fingerprint

MOST_DATA_BYTES = 64


class Html(str):
    """Text that is Telegram HTML already."""

    __slots__ = ()


def sendable(text: str) -> str:
    """Without halves of surrogate pairs, which no wire carries: they become U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def escape(text: str) -> Html:
    """Foreign text as HTML."""
    return Html(escape_html(sendable(text), quote=False))


class Verb(StrEnum):
    """What a tap asks for. The comment names its arguments."""

    APPROVE = "approve"  # draft, version
    DISCARD = "discard"  # draft, version
    TOGGLE = "toggle"  # draft, version, index of the target
    PREVIEW = "preview"  # draft, version
    REHEARSE = "rehearse"  # draft, version: dry_run on or off
    FORMAT = "format"  # draft, version, index of the target: its next format
    FIT = "fit"  # draft, version: the next way to fit pictures
    DESIGN = "design"  # draft, version: the next design of a drawn picture
    ALT = "alt"  # draft: describe its pictures
    EDIT = "edit"  # draft: for all, or for one account?
    EDIT_ALL = "edit_all"  # draft: the text of all
    OWN = "own"  # draft, start of the id of an account: words for this one only
    COMMON = "common"  # draft, version, index among its targets: the words of all again
    REWORD = "reword"  # delivery: other words in the place of those that were refused
    REWORDED = "reworded"  # delivery, start of the hash of what was shown: publish it so
    REST = "rest"  # job: a draft for the accounts it did not go to
    REST_TEXT = "rest_text"  # job: the same without its pictures
    CARD = "card"  # draft: show its card again
    CANCEL = "cancel"  # draft: leave the open question about it
    DRAFT = "draft"  # draft, yes | no: the answer to "¿Es un borrador?"
    SURE = "sure"  # draft, version: first live approval confirmed
    QUEUE = "queue"  # page: what is scheduled
    ENTRY = "entry"  # job, page it stands on: one entry of the queue
    AT_ONCE = "at_once"  # job, page, stamp of the hour that was shown: do not wait for it
    CALL_OFF = "call_off"  # the same: call it off? asked once
    CALLED_OFF = "called_off"  # the same: surely
    LATE = "late"  # ["here": in its place]: what can be done about late posts
    LATE_NOW = "late_now"  # seal of what was shown
    SPREAD = "spread"  # the same: new hours for them
    LATE_DROP = "late_drop"  # the same: call them off? asked once
    LATE_DROPPED = "late_dropped"  # the same: surely
    WAIT = "wait"  # delivery: a long wait is accepted
    PAUSE = "pause"  # platform (none: all) ["list": in the list of accounts]
    RESUME = "resume"  # the same
    ZONE = "zone"  # name of the time zone
    RETRY = "retry"  # delivery
    RETRY_ALL = "retry_all"  # job
    SKIP = "skip"  # delivery
    SKIP_ALL = "skip_all"  # job
    REAUTH = "reauth"  # account
    ACCOUNT = "account"  # account: what can be done about it
    ACCOUNTS = "accounts"  # all of them, in this message
    CONNECT = "connect"  # [platform]: one more account
    DELEGATE = "delegate"  # account or platform: a link for somebody else
    RENAME = "rename"  # account
    MAIN = "main"  # account: the one meant by its network's name
    AIM = "aim"  # account, on | off: whether new drafts go there
    PART = "part"  # account: disconnect? asked once
    PARTED = "parted"  # account: surely
    LINKED = "linked"  # linking, index of the candidate: this account it is
    NOT_LINKED = "not_linked"  # linking: none of them
    THERE = "there"  # delivery: "Ya está"
    LOOK = "look"  # delivery: "Mirar otra vez"
    ABSENT = "absent"  # delivery: "No está, publicar"
    GO_ON = "go_on"  # delivery: continue a stopped thread
    LEAVE = "leave"  # delivery: leave the thread as it is
    SPEAK = "speak"  # locale
    PLAN = "plan"  # draft, version: hours to choose from, in a message of its own
    MOVE = "move"  # job or delivery: the same for what waits already
    HOURS = "hours"  # draft, job or delivery, version: hours to choose from, in this message
    WHEN = "when"  # the same: the next message is the hour
    PICK = "pick"  # the same, minute since 1970 (UTC): is this the hour?
    BOOK = "book"  # the same: it is
    NOW = "now"  # job or delivery: do not wait for the hour
    UNPLAN = "unplan"  # job: call it off? asked once
    UNPLANNED = "unplanned"  # job: surely
    UNDO = "undo"  # job: call off what was approved a moment ago
    EXPORT = "export"  # what is kept about me, as a file
    ERASE = "erase"  # and erase it? asked once
    ERASED = "erased"  # surely
    TEAM = "team"  # everybody who may act, in this message
    INVITE = "invite"  # role: a link for one person
    MEMBER = "member"  # person: what can be done about them
    ROLE = "role"  # person, role
    REMOVE = "remove"  # person: asked once
    REMOVED = "removed"  # person: surely
    BACK = "back"  # job: a draft again, with what was called off
    MENTIONS = "mentions"  # ["here": in its place]: whom drafts mention
    MENTIONED = "mentioned"  # stamp of one of them: what they are called where
    INTRODUCE = "introduce"  # one more
    HANDLE = "handle"  # stamp, platform: what are they called there?
    HANDLELESS = "handleless"  # stamp, platform: not at all
    FORGET = "forget"  # stamp: asked once
    FORGOTTEN = "forgotten"  # stamp: surely

    def __call__(self, *arguments: str | int) -> str:
        """The data of a button."""
        return ":".join((self.value, *map(str, arguments)))


def read_tap(data: str) -> tuple[Verb, list[str]]:
    """Verb and arguments of a tap. Raises ValueError for data that is not ours."""
    verb, *arguments = data.split(":")
    return Verb(verb), arguments


@dataclass(frozen=True, slots=True)
class Button:
    """Either `data` (a tap comes back) or `url` (opens a page). Labels are plain text."""

    label: str
    data: str | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        if (self.data is None) == (self.url is None):
            raise ValueError(f"a button has either data or a url: {self.label}")
        if self.data is not None and len(self.data.encode()) > MOST_DATA_BYTES:
            raise ValueError(f"more than {MOST_DATA_BYTES} bytes: {self.data}")


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """One text message: Telegram HTML and the rows of its buttons."""

    text: Html
    buttons: Rows = ()

    @property
    def digest(self) -> str:
        """What stands for all of it."""
        return fingerprint([self.text, [[(b.label, b.data, b.url) for b in row] for row in self.buttons]])
