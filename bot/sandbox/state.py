"""Everything the stand-in knows, in one place: the server, the phones and a page look at the same things."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.sandbox.changes import Changes
from bot.sandbox.chats import Chats, User
from bot.sandbox.files import Files
from bot.sandbox.flood import Flood
from bot.sandbox.taps import Taps
from bot.sandbox.updates import Updates


@dataclass(slots=True)
class Webhook:
    """Where updates are delivered. No url: nowhere, the bot asks for them."""

    url: str = ""
    secret: str | None = None
    max_connections: int = 40
    failed_at: datetime | None = None
    failure: str | None = None


@dataclass(slots=True)
class State:
    now: Callable[[], datetime]
    bot: User
    changes: Changes
    chats: Chats
    updates: Updates
    taps: Taps
    flood: Flood
    files: Files = field(default_factory=Files)
    webhook: Webhook = field(default_factory=Webhook)
    commands: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    """What the menu lists, by scope (as JSON) and language code."""


def new_state(now: Callable[[], datetime], bot: User, flood: Flood) -> State:
    changes = Changes()
    return State(now, bot, changes, Chats(now, changes), Updates(now, changes), Taps(now, changes), flood)
