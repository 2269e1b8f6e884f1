"""Previews: which of our messages showed what one account will get."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from publishers.engine import previews
from storage.messages import DRAFT, PREVIEW, bind, bound


class Previews(previews.Previews):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def previewed(self, chat_id: int, message_id: int, *, draft_id: str, account_id: str) -> None:
        await bind(self._connection, DRAFT, chat_id, message_id, draft_id)
        await bind(self._connection, PREVIEW, chat_id, message_id, account_id)

    async def account(self, chat_id: int, message_id: int) -> str | None:
        found: str | None = await self._connection.scalar(select(bound(PREVIEW, chat_id, message_id)))
        return found
