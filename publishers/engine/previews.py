"""Which message of ours showed what one account will get. A port, as in ports.py."""

from typing import Protocol


class Previews(Protocol):
    async def previewed(self, chat_id: int, message_id: int, *, draft_id: str, account_id: str) -> None:
        """From now on this message stands for the draft, and for this account of it."""

    async def account(self, chat_id: int, message_id: int) -> str | None:
        """The id of the account this message is about; None: it is about none in particular."""
