"""The one-time code that makes the first person owner, and how the console shows it."""

import secrets
from collections.abc import Callable, Sequence
from io import StringIO

LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""Without I, L, O, U, 0 and 1, which are misread."""
GROUPS, LENGTH = 4, 4


def new_code(choose: Callable[[Sequence[str]], str] = secrets.choice) -> str:
    """16 letters of 30 (78 bits) in readable groups: K7QF-9XMD-2HJW-TR4C. Fits Telegram's start parameter."""
    return "-".join("".join(choose(LETTERS) for _ in range(LENGTH)) for _ in range(GROUPS))


def tidy(typed: str) -> str:
    """The code as it was printed, however it was typed: small letters, blanks, missing dashes."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    return "-".join(letters[start : start + LENGTH] for start in range(0, len(letters), LENGTH))


def link(code: str, username: str) -> str:
    """What opens the chat and sends the code. `username` without @."""
    return f"https://t.me/{username}?start={code}"


def invitation(code: str, username: str | None) -> str:
    """The lines for the console: code, link and a QR to scan with the phone (not without the bot's name)."""
    opening = f"Nobody owns this bot yet. Send it this one-time code to become its owner:\n\n    {code}\n"
    if username is None:
        return opening
    address = link(code, username)
    return f"{opening}\nor open {address}\nor scan this with the phone:\n\n{qr(address)}"


def qr(text: str) -> str:
    """A QR made of half blocks, for a terminal with at least 40 columns."""
    import segno

    drawn = StringIO()
    segno.make(text, error="l", micro=False).terminal(drawn, compact=True, border=2)
    return drawn.getvalue()
