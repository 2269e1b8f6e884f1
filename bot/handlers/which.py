"""What a command means: which draft, which word."""

import unicodedata

from bot.handlers.desk import Desk
from bot.replies import Reply
from publishers.engine.model import Draft, DraftStatus


async def which(desk: Desk) -> Draft | list[Reply]:
    """The pending draft it replies to, else the only one that is pending; otherwise what to say."""
    if desk.event.reply_to is not None:
        replied = await desk.unit.drafts.by_message(desk.event.chat_id, desk.event.reply_to)
        if replied is not None and replied.status is DraftStatus.PENDING:
            return replied
    pending = await desk.unit.drafts.pending(desk.event.chat_id)
    if len(pending) == 1:
        return pending[0]
    return desk.say("reply.which_draft" if pending else "reply.nothing_pending")


def bare(word: str) -> str:
    """As people type it: without accents, in small letters."""
    letters = unicodedata.normalize("NFD", word.strip().casefold())
    return "".join(each for each in letters if not unicodedata.combining(each))
