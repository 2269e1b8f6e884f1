"""Fingers on buttons, and what the bot answers to them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.sandbox.changes import Changes
from bot.sandbox.chats import Message, User
from bot.sandbox.keyboards import Button
from bot.sandbox.refusal import bad_request

ANSWERABLE = timedelta(seconds=60)
MOST_ANSWER = 200
_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"


@dataclass(slots=True)
class Tap:
    """One tap. While `answered` is false the button shows a spinner. A link or a copy never reaches the bot."""

    id: str
    user: User
    message: Message
    button: Button
    at: datetime
    changes: Changes
    answered: bool = False
    answer: str | None = None
    """What the person was shown; empty when only the spinner stopped."""
    alert: bool = False
    opens: str | None = None
    """The address the bot had the phone open, or the one behind the button."""

    async def until_answered(self, seconds: float = 5.0) -> str:
        """Wait for the answer. Raises AssertionError."""
        try:
            await self.changes.until(lambda: self.answered, seconds)
        except TimeoutError:
            raise AssertionError(f"the spinner of «{self.button.text}» still turns after {seconds} s") from None
        return self.answer or ""


@dataclass(slots=True)
class Taps:
    now: Callable[[], datetime]
    changes: Changes
    known: dict[str, Tap] = field(default_factory=dict)

    def tap(self, user: User, message: Message, button: Button) -> Tap:
        tap = Tap(str(4_000_000_000 + len(self.known)), user, message, button, self.now(), self.changes)
        self.known[tap.id] = tap
        if button.data is None:
            tap.answered = True
            tap.opens = button.url
        self.changes.happened()
        return tap

    def answer(self, tap_id: str, text: str, *, alert: bool, url: str | None) -> None:
        """Stop the spinner, once and in time. Raises Refused."""
        tap = self.known.get(tap_id)
        if tap is None or tap.answered or self.now() - tap.at > ANSWERABLE:
            raise bad_request(_TOO_OLD)
        if len(text) > MOST_ANSWER:
            raise bad_request("MESSAGE_TOO_LONG")
        tap.answered, tap.answer, tap.alert, tap.opens = True, text, alert, url
        self.changes.happened()
